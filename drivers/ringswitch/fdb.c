// SPDX-License-Identifier: GPL-2.0
/* Forwarding database: which address is behind which port (IEEE 802.1Q, 8.8). */
#include <linux/bitops.h>
#include <linux/etherdevice.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/rculist.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include "fdb.h"
#include "port.h"
#include "trace.h"

#define DEFAULT_AGEING_TIME	(300 * HZ)

/* The table keys its hash with a random seed, so nobody can aim for one chain. */
static const struct rhashtable_params fdb_params = {
	.head_offset = offsetof(struct rsw_fdb_entry, hash),
	.key_offset = offsetof(struct rsw_fdb_entry, key),
	.key_len = sizeof(struct rsw_fdb_key),
	.automatic_shrinking = true,
};

int rsw_fdb_init(struct rsw_fdb *fdb)
{
	INIT_HLIST_HEAD(&fdb->entries);
	spin_lock_init(&fdb->lock);
	fdb->learned = 0;
	fdb->ageing_time = DEFAULT_AGEING_TIME;
	return rhashtable_init(&fdb->table, &fdb_params);
}

static struct rsw_fdb_key make_key(const u8 *addr, u16 vid)
{
	struct rsw_fdb_key key = { .vid = vid };

	ether_addr_copy(key.addr, addr);
	return key;
}

static struct rsw_fdb_entry *find(struct rsw_fdb *fdb, const u8 *addr, u16 vid)
{
	struct rsw_fdb_key key = make_key(addr, vid);

	return rhashtable_lookup(&fdb->table, &key, fdb_params);
}

/**
 * rsw_fdb_lookup - where is an address?
 * @fdb: the database
 * @addr: individual address
 * @vid: VLAN
 *
 * Context: RCU read section, in which the result is valid.
 * Return: port, or NULL when unknown.
 */
struct rsw_port *rsw_fdb_lookup(struct rsw_fdb *fdb, const u8 *addr, u16 vid)
{
	struct rsw_fdb_entry *entry = find(fdb, addr, vid);

	return entry ? READ_ONCE(entry->port) : NULL;
}

static int insert(struct rsw_fdb *fdb, struct rsw_port *port, const u8 *addr, u16 vid, bool local)
{
	struct rsw_fdb_entry *entry;
	int err;

	lockdep_assert_held(&fdb->lock);
	if (!local && fdb->learned >= RSW_FDB_MAX_LEARNED)
		return -ENOSPC;
	entry = kmalloc(sizeof(*entry), GFP_ATOMIC);
	if (!entry)
		return -ENOMEM;
	entry->key = make_key(addr, vid);
	entry->port = port;
	entry->updated = jiffies;
	entry->local = local;
	err = rhashtable_lookup_insert_fast(&fdb->table, &entry->hash, fdb_params);
	if (err) {
		kfree(entry);
		return err;
	}
	hlist_add_head_rcu(&entry->node, &fdb->entries);
	fdb->learned += !local;
	return 0;
}

static void remove(struct rsw_fdb *fdb, struct rsw_fdb_entry *entry)
{
	lockdep_assert_held(&fdb->lock);
	rhashtable_remove_fast(&fdb->table, &entry->hash, fdb_params);
	hlist_del_init_rcu(&entry->node);
	fdb->learned -= !entry->local;
	kfree_rcu(entry, rcu);
}

/**
 * rsw_fdb_learn - an address was seen as source
 * @fdb: the database
 * @port: where it was seen; up, checked in this RCU read section
 * @addr: individual address
 * @vid: VLAN
 *
 * A full table or a lack of memory means that the address stays unknown and frames
 * to it are flooded; nothing is evicted for it.
 *
 * Context: RCU read section, BH off.
 */
void rsw_fdb_learn(struct rsw_fdb *fdb, struct rsw_port *port, const u8 *addr, u16 vid)
{
	struct rsw_fdb_entry *entry = find(fdb, addr, vid);
	unsigned long now = jiffies;

	if (unlikely(!entry)) {
		int err;

		spin_lock(&fdb->lock);
		err = insert(fdb, port, addr, vid, false);
		spin_unlock(&fdb->lock);
		if (!err)
			trace_rsw_learn(port, addr, vid, false);
		return;
	}
	if (entry->local)
		return;
	/* Written only on change: every sender's CPU has this line in its cache. */
	if (unlikely(READ_ONCE(entry->port) != port)) {
		WRITE_ONCE(entry->port, port);
		trace_rsw_learn(port, addr, vid, true);
	}
	if (READ_ONCE(entry->updated) != now)
		WRITE_ONCE(entry->updated, now);
}

/**
 * rsw_fdb_add_local - an address is the host's own
 * @fdb: the database
 * @port: the host port
 * @addr: individual address
 * @vid: VLAN
 *
 * Replaces what was learned of it.
 *
 * Return: 0 or -ENOMEM.
 */
int rsw_fdb_add_local(struct rsw_fdb *fdb, struct rsw_port *port, const u8 *addr, u16 vid)
{
	struct rsw_fdb_entry *entry;
	int err;

	spin_lock_bh(&fdb->lock);
	rcu_read_lock();
	entry = find(fdb, addr, vid);
	if (entry)
		remove(fdb, entry);
	rcu_read_unlock();
	err = insert(fdb, port, addr, vid, true);
	spin_unlock_bh(&fdb->lock);
	return err;
}

void rsw_fdb_del_local(struct rsw_fdb *fdb, const u8 *addr, u16 vid)
{
	struct rsw_fdb_entry *entry;

	spin_lock_bh(&fdb->lock);
	rcu_read_lock();
	entry = find(fdb, addr, vid);
	if (entry && entry->local)
		remove(fdb, entry);
	rcu_read_unlock();
	spin_unlock_bh(&fdb->lock);
}

/**
 * rsw_fdb_flush_port - forget everything behind a port
 * @fdb: the database
 * @port: the port; NULL for all ports
 *
 * Learning can race with this. Whoever removes a port for good first marks it down
 * and waits for a grace period.
 */
void rsw_fdb_flush_port(struct rsw_fdb *fdb, const struct rsw_port *port)
{
	struct rsw_fdb_entry *entry;
	struct hlist_node *next;

	spin_lock_bh(&fdb->lock);
	hlist_for_each_entry_safe(entry, next, &fdb->entries, node)
		if (!port || READ_ONCE(entry->port) == port)
			remove(fdb, entry);
	spin_unlock_bh(&fdb->lock);
}

/* The same of some VLANs only, entries of every kind. */
void rsw_fdb_flush_vlans(struct rsw_fdb *fdb, const struct rsw_port *port,
			 const unsigned long *vids)
{
	struct rsw_fdb_entry *entry;
	struct hlist_node *next;

	spin_lock_bh(&fdb->lock);
	hlist_for_each_entry_safe(entry, next, &fdb->entries, node)
		if (READ_ONCE(entry->port) == port && test_bit(entry->key.vid, vids))
			remove(fdb, entry);
	spin_unlock_bh(&fdb->lock);
}

/**
 * rsw_fdb_age - forget learned entries that are too old
 * @fdb: the database
 *
 * Return: jiffies until the next entry gets too old, if nothing is heard from it.
 */
unsigned long rsw_fdb_age(struct rsw_fdb *fdb)
{
	unsigned long ageing_time = READ_ONCE(fdb->ageing_time);
	unsigned long now = jiffies, next = ageing_time;
	struct rsw_fdb_entry *entry;
	struct hlist_node *safe;

	spin_lock_bh(&fdb->lock);
	hlist_for_each_entry_safe(entry, safe, &fdb->entries, node) {
		unsigned long expires = READ_ONCE(entry->updated) + ageing_time;

		if (entry->local)
			continue;
		if (time_after_eq(now, expires))
			remove(fdb, entry);
		else
			next = min(next, expires - now);
	}
	spin_unlock_bh(&fdb->lock);
	return next;
}

/* Entries may go on being freed by RCU after this; no reader may be left. */
void rsw_fdb_destroy(struct rsw_fdb *fdb)
{
	rsw_fdb_flush_port(fdb, NULL);
	rhashtable_destroy(&fdb->table);
}
