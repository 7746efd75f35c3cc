// SPDX-License-Identifier: GPL-2.0
/* Forwarding database: which address is behind which port (IEEE 802.1Q, 8.8). */
#include <linux/bitops.h>
#include <linux/etherdevice.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/netlink.h>
#include <linux/prefetch.h>
#include <linux/rculist.h>
#include <linux/rhashtable.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "cap.h"
#include "fdb.h"
#include "port.h"
#include "trace.h"

/* What frames do not move. */
#define FIXED			(RSW_FDB_LOCAL | RSW_FDB_STATIC | RSW_FDB_STICKY)

/* The table keys its hash with a random seed, so nobody can aim for one chain. */
static const struct rhashtable_params fdb_params = {
	.head_offset = offsetof(struct rsw_fdb_entry, hash),
	.key_offset = offsetof(struct rsw_fdb_entry, key),
	.key_len = sizeof(struct rsw_fdb_key),
	.automatic_shrinking = true,
};

int rsw_fdb_init(struct rsw_fdb *fdb)
{
	for (unsigned int i = 0; i < RSW_FDB_LISTS; i++)
		INIT_HLIST_HEAD(&fdb->lists[i]);
	fdb->next_list = 0;
	spin_lock_init(&fdb->lock);
	fdb->learned = 0;
	fdb->max_learned = RSW_FDB_MAX_LEARNED;
	fdb->ageing_time = RSW_FDB_AGEING_TIME;
	fdb->notify = NULL;
	return rhashtable_init(&fdb->table, &fdb_params);
}

/**
 * rsw_fdb_find - what is known of an address?
 * @fdb: the database
 * @addr: individual address
 * @vid: VLAN
 *
 * Context: RCU read section, in which the result is valid.
 * Return: entry, or NULL when unknown.
 */
struct rsw_fdb_entry *rsw_fdb_find(struct rsw_fdb *fdb, const u8 *addr, u16 vid)
{
	struct rsw_fdb_key key = rsw_fdb_make_key(addr, vid);

	return rhashtable_lookup(&fdb->table, &key, fdb_params);
}

/**
 * rsw_fdb_is_far - is it worth while to look ahead?
 * @fdb: the database
 *
 * Context: RCU read section.
 * Return: true if most entries are not in the nearest cache.
 */
bool rsw_fdb_is_far(const struct rsw_fdb *fdb)
{
	return rcu_dereference(fdb->table.tbl)->size >= RSW_FDB_FAR;
}

/**
 * rsw_fdb_prefetch - some addresses are going to be looked up
 * @fdb: the database
 * @key: the addresses
 * @n: how many, RSW_FDB_AHEAD at most
 *
 * Each look-up in a large table waits for memory twice, for its bucket and for the entry in it.
 * Here all of them wait at once. Nothing depends on it: a table that grows meanwhile only makes
 * it useless.
 *
 * Context: RCU read section.
 */
void rsw_fdb_prefetch(struct rsw_fdb *fdb, const struct rsw_fdb_key *key, unsigned int n)
{
	const struct bucket_table *tbl = rht_dereference_rcu(fdb->table.tbl, &fdb->table);
	struct rhash_lock_head __rcu *const *bucket[RSW_FDB_AHEAD];

	for (unsigned int i = 0; i < n; i++) {
		bucket[i] = rht_bucket(tbl, rht_key_hashfn(&fdb->table, tbl, &key[i], fdb_params));
		prefetch(bucket[i]);
	}
	for (unsigned int i = 0; i < n; i++) {
		const struct rhash_head *head = rht_ptr_rcu(bucket[i]);

		if (!rht_is_a_nulls(head))
			prefetch(container_of(head, struct rsw_fdb_entry, hash));
	}
}

/* As rsw_fdb_find(), for who holds the lock and may remove or change it. */
static struct rsw_fdb_entry *find_locked(struct rsw_fdb *fdb, const u8 *addr, u16 vid)
{
	struct rsw_fdb_entry *entry;

	lockdep_assert_held(&fdb->lock);
	rcu_read_lock();
	entry = rsw_fdb_find(fdb, addr, vid);
	rcu_read_unlock();
	return entry;
}

static void tell(struct rsw_fdb *fdb, const struct rsw_fdb_entry *entry,
		 enum rsw_fdb_event event)
{
	if (fdb->notify)
		fdb->notify(fdb, entry, event);
}

/* Whether a limit of its own keeps a port from one more entry, @learned or only moved. */
static bool port_is_full(const struct rsw_port *port, bool learned)
{
	const struct rsw_fdb_share *share = &port->fdb;
	unsigned int max = READ_ONCE(share->max_learned), rate = READ_ONCE(share->rate);

	return (learned && max && READ_ONCE(share->learned) >= max) ||
	       (rate && rsw_window_full(&share->recent, rate));
}

static bool is_full(const struct rsw_fdb *fdb, const struct rsw_port *port)
{
	return READ_ONCE(fdb->learned) >= READ_ONCE(fdb->max_learned) ||
	       port_is_full(port, true) || rsw_cap_full(RSW_CAP_fdb_entries);
}

/* An entry of that kind is behind a port (@n 1), or not any more (-1). */
static void charge(struct rsw_fdb *fdb, struct rsw_port *port, u8 flags, int n)
{
	lockdep_assert_held(&fdb->lock);
	WRITE_ONCE(port->fdb.entries, port->fdb.entries + n);
	if (!rsw_fdb_is_learned(flags))
		return;
	WRITE_ONCE(fdb->learned, fdb->learned + n);
	WRITE_ONCE(port->fdb.learned, port->fdb.learned + n);
}

/* The switch's own are few, and without them nobody would reach the host. */
static bool take_room(u8 flags)
{
	if (!rsw_fdb_is_own(flags))
		return rsw_cap_take(RSW_CAP_fdb_entries, 1);
	rsw_cap_force(RSW_CAP_fdb_entries);
	return true;
}

static int insert(struct rsw_fdb *fdb, struct rsw_port *port, const u8 *addr, u16 vid, u8 flags)
{
	struct rsw_fdb_entry *entry;
	int err = -ENOMEM;

	lockdep_assert_held(&fdb->lock);
	if ((rsw_fdb_is_learned(flags) && is_full(fdb, port)) || !take_room(flags))
		return -ENOSPC;
	entry = kmalloc(sizeof(*entry), GFP_ATOMIC);
	if (!entry)
		goto err_room;
	entry->key = rsw_fdb_make_key(addr, vid);
	entry->port = port;
	entry->updated = jiffies;
	entry->flags = flags;
	err = rhashtable_lookup_insert_fast(&fdb->table, &entry->hash, fdb_params);
	if (err)
		goto err_entry;
	hlist_add_head_rcu(&entry->node, &fdb->lists[fdb->next_list++ % RSW_FDB_LISTS]);
	charge(fdb, port, flags, 1);
	if (rsw_fdb_is_learned(flags)) {
		rsw_window_add(&port->fdb.recent);
		tell(fdb, entry, RSW_FDB_SEEN);
	} else {
		tell(fdb, entry, RSW_FDB_SET);
	}
	return 0;

err_entry:
	kfree(entry);
err_room:
	rsw_cap_give(RSW_CAP_fdb_entries, 1);
	return err;
}

static void remove(struct rsw_fdb *fdb, struct rsw_fdb_entry *entry)
{
	lockdep_assert_held(&fdb->lock);
	rhashtable_remove_fast(&fdb->table, &entry->hash, fdb_params);
	hlist_del_init_rcu(&entry->node);
	charge(fdb, entry->port, entry->flags, -1);
	rsw_cap_give(RSW_CAP_fdb_entries, 1);
	tell(fdb, entry, RSW_FDB_GONE);
	kfree_rcu(entry, rcu);
}

static bool learn_new(struct rsw_fdb *fdb, struct rsw_port *port, const u8 *addr, u16 vid)
{
	int err;

	/* A flood of forged addresses must not cost the lock as well. */
	if (is_full(fdb, port))
		return false;
	spin_lock(&fdb->lock);
	err = insert(fdb, port, addr, vid, 0);
	spin_unlock(&fdb->lock);
	if (!err)
		trace_rsw_learn(port, addr, vid, false);
	/* Another CPU may have been faster. */
	return !err || err == -EEXIST;
}

static bool move(struct rsw_fdb *fdb, struct rsw_fdb_entry *entry, struct rsw_port *port)
{
	bool learned = rsw_fdb_is_learned(READ_ONCE(entry->flags)), moved = false;

	if (port_is_full(port, learned))
		return false;
	spin_lock(&fdb->lock);
	/* Since it was found it may have been removed, nailed down, or moved by another CPU. */
	if (!hlist_unhashed(&entry->node) && !(entry->flags & FIXED) && entry->port != port) {
		charge(fdb, entry->port, entry->flags, -1);
		charge(fdb, port, entry->flags, 1);
		rsw_window_add(&port->fdb.recent);
		WRITE_ONCE(entry->port, port);
		WRITE_ONCE(entry->flags, entry->flags & ~RSW_FDB_EXTERN);
		WRITE_ONCE(entry->updated, jiffies);
		tell(fdb, entry, RSW_FDB_SEEN);
		moved = true;
	}
	spin_unlock(&fdb->lock);
	if (moved)
		trace_rsw_learn(port, entry->key.addr, entry->key.vid, true);
	return true;
}

/**
 * rsw_fdb_learn - an address was seen as source
 * @fdb: the database
 * @port: where it was seen; up, checked in this RCU read section
 * @addr: individual address
 * @vid: VLAN
 *
 * At a limit, or when memory lacks, an unknown address stays unknown and frames to it are
 * flooded; a known one stays where it was. Nothing is evicted for it.
 *
 * Context: RCU read section, BH off.
 * Return: false when a limit or a lack of memory kept it from being learned or moved.
 */
bool rsw_fdb_learn(struct rsw_fdb *fdb, struct rsw_port *port, const u8 *addr, u16 vid)
{
	struct rsw_fdb_entry *entry = rsw_fdb_find(fdb, addr, vid);
	unsigned long now = jiffies;

	if (unlikely(!entry))
		return learn_new(fdb, port, addr, vid);
	/* Somebody else may use it, too: that keeps nothing alive that stays where it is. */
	if (unlikely(READ_ONCE(entry->port) != port))
		return READ_ONCE(entry->flags) & FIXED || move(fdb, entry, port);
	/* Written only on change: every sender's CPU has this line in its cache. */
	if (READ_ONCE(entry->updated) != now)
		WRITE_ONCE(entry->updated, now);
	return true;
}

static void change(struct rsw_fdb *fdb, struct rsw_fdb_entry *entry, struct rsw_port *port,
		   u8 flags)
{
	if (entry->port == port && entry->flags == flags)
		return;
	charge(fdb, entry->port, entry->flags, -1);
	charge(fdb, port, flags, 1);
	WRITE_ONCE(entry->port, port);
	WRITE_ONCE(entry->flags, flags);
	WRITE_ONCE(entry->updated, jiffies);
	tell(fdb, entry, RSW_FDB_SET);
}

/**
 * rsw_fdb_set - an administrator says where an address is
 * @fdb: the database
 * @port: the port, which stays as long as RTNL is held
 * @addr: individual address
 * @vid: VLAN
 * @flags: RSW_FDB_USER and the kind
 * @nlm_flags: NLM_F_CREATE: when there is none; NLM_F_EXCL: only then
 *
 * Context: RTNL.
 * Return: 0; -ENOENT, -EEXIST or -ENOMEM; -EBUSY for the switch's own address; -ENOSPC when
 * the host has as many as it may.
 */
int rsw_fdb_set(struct rsw_fdb *fdb, struct rsw_port *port, const u8 *addr, u16 vid, u8 flags,
		u16 nlm_flags)
{
	struct rsw_fdb_entry *entry;
	int err = 0;

	spin_lock_bh(&fdb->lock);
	entry = find_locked(fdb, addr, vid);
	if (!entry)
		err = nlm_flags & NLM_F_CREATE ? insert(fdb, port, addr, vid, flags) : -ENOENT;
	else if (nlm_flags & NLM_F_EXCL)
		err = -EEXIST;
	else if (rsw_fdb_is_own(entry->flags))
		err = -EBUSY;
	else
		change(fdb, entry, port, flags);
	spin_unlock_bh(&fdb->lock);
	return err;
}

/**
 * rsw_fdb_del - an administrator has an address forgotten
 * @fdb: the database
 * @port: the port behind which it must be; NULL: any
 * @addr: individual address
 * @vid: VLAN
 *
 * Return: 0; -ENOENT when it is not known there; -EBUSY for the switch's own address.
 */
int rsw_fdb_del(struct rsw_fdb *fdb, const struct rsw_port *port, const u8 *addr, u16 vid)
{
	struct rsw_fdb_entry *entry;
	int err = 0;

	spin_lock_bh(&fdb->lock);
	entry = find_locked(fdb, addr, vid);
	if (!entry || (port && entry->port != port))
		err = -ENOENT;
	else if (rsw_fdb_is_own(entry->flags))
		err = -EBUSY;
	else
		remove(fdb, entry);
	spin_unlock_bh(&fdb->lock);
	return err;
}

/**
 * rsw_fdb_add_local - an address is the host's own
 * @fdb: the database
 * @port: the host port
 * @addr: individual address
 * @vid: VLAN
 *
 * Replaces what was known of it.
 *
 * Return: 0 or -ENOMEM.
 */
int rsw_fdb_add_local(struct rsw_fdb *fdb, struct rsw_port *port, const u8 *addr, u16 vid)
{
	const u8 flags = RSW_FDB_LOCAL | RSW_FDB_STATIC;
	struct rsw_fdb_entry *entry;
	int err = 0;

	spin_lock_bh(&fdb->lock);
	entry = find_locked(fdb, addr, vid);
	if (entry)
		change(fdb, entry, port, flags);
	else
		err = insert(fdb, port, addr, vid, flags);
	spin_unlock_bh(&fdb->lock);
	return err;
}

void rsw_fdb_del_local(struct rsw_fdb *fdb, const u8 *addr, u16 vid)
{
	struct rsw_fdb_entry *entry;

	spin_lock_bh(&fdb->lock);
	entry = find_locked(fdb, addr, vid);
	if (entry && rsw_fdb_is_own(entry->flags))
		remove(fdb, entry);
	spin_unlock_bh(&fdb->lock);
}

static bool is_chosen(const struct rsw_fdb_entry *entry, const struct rsw_fdb_choice *which)
{
	u8 flags = READ_ONCE(entry->flags);

	return (!which->port || READ_ONCE(entry->port) == which->port) &&
	       (!which->vids || test_bit(entry->key.vid, which->vids)) &&
	       (flags & which->mask) == which->flags &&
	       !(which->keep_own && rsw_fdb_is_own(flags));
}

/**
 * rsw_fdb_flush - forget some entries
 * @fdb: the database
 * @which: those
 *
 * The lock is held for one entry at a time, an RCU read section for one list. Learning can race
 * with this: whoever removes a port for good first marks it down and waits for a grace period.
 *
 * Context: sleeps.
 */
void rsw_fdb_flush(struct rsw_fdb *fdb, const struct rsw_fdb_choice *which)
{
	struct rsw_fdb_entry *entry;

	for (unsigned int i = 0; i < RSW_FDB_LISTS; i++) {
		/* A port that has none any more need not wait for those of all others. */
		if (which->port && !READ_ONCE(which->port->fdb.entries))
			break;
		rcu_read_lock();
		hlist_for_each_entry_rcu(entry, &fdb->lists[i], node) {
			if (!is_chosen(entry, which))
				continue;
			spin_lock_bh(&fdb->lock);
			if (!hlist_unhashed(&entry->node) && is_chosen(entry, which))
				remove(fdb, entry);
			spin_unlock_bh(&fdb->lock);
		}
		rcu_read_unlock();
		cond_resched();
	}
}

/* Everything behind a port; NULL: behind all of them. */
void rsw_fdb_flush_port(struct rsw_fdb *fdb, const struct rsw_port *port)
{
	rsw_fdb_flush(fdb, &(struct rsw_fdb_choice){ .port = port });
}

/* The same, but for what does not age: an administrator has said that it is there. */
void rsw_fdb_flush_dynamic(struct rsw_fdb *fdb, const struct rsw_port *port)
{
	rsw_fdb_flush(fdb, &(struct rsw_fdb_choice){ .port = port, .mask = RSW_FDB_LASTING });
}

/* Jiffies until an entry is too old; 0: it is; ULONG_MAX: it never will be. */
static unsigned long time_left(const struct rsw_fdb_entry *entry, unsigned long ageing_time)
{
	unsigned long expires = READ_ONCE(entry->updated) + ageing_time, now = jiffies;

	if (READ_ONCE(entry->flags) & RSW_FDB_LASTING)
		return ULONG_MAX;
	return time_after_eq(now, expires) ? 0 : expires - now;
}

/**
 * rsw_fdb_age - forget entries that are too old
 * @fdb: the database
 *
 * Locks as rsw_fdb_flush() does.
 *
 * Context: sleeps.
 * Return: jiffies until the next entry gets too old, if nothing is heard from it.
 */
unsigned long rsw_fdb_age(struct rsw_fdb *fdb)
{
	unsigned long ageing_time = READ_ONCE(fdb->ageing_time), next = ageing_time;
	struct rsw_fdb_entry *entry;

	for (unsigned int i = 0; i < RSW_FDB_LISTS; i++) {
		rcu_read_lock();
		hlist_for_each_entry_rcu(entry, &fdb->lists[i], node) {
			unsigned long left = time_left(entry, ageing_time);

			next = min(next, left ?: ageing_time);
			if (left)
				continue;
			spin_lock_bh(&fdb->lock);
			if (!hlist_unhashed(&entry->node) && !time_left(entry, ageing_time))
				remove(fdb, entry);
			spin_unlock_bh(&fdb->lock);
		}
		rcu_read_unlock();
		cond_resched();
	}
	return next;
}

/* Entries may go on being freed by RCU after this; no reader may be left, nobody is told. */
void rsw_fdb_destroy(struct rsw_fdb *fdb)
{
	fdb->notify = NULL;
	rsw_fdb_flush_port(fdb, NULL);
	rhashtable_destroy(&fdb->table);
}
