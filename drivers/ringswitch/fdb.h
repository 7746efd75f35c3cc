/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_FDB_H
#define RINGSWITCH_FDB_H

#include <linux/bits.h>
#include <linux/etherdevice.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/rhashtable-types.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct rsw_port;

/* Jiffies after which a learned address is forgotten if nobody says else. */
#define RSW_FDB_AGEING_TIME	(300 * HZ)

/* Learned addresses a switch remembers; a flood of forged ones ends here. */
#define RSW_FDB_MAX_LEARNED	65536

/* What that can be set to: some 120 MB. */
#define RSW_FDB_MOST_LEARNED	1000000

/* Of one guest, so that no guest uses up what the others need. */
#define RSW_FDB_GUEST_LEARNED	4096

/* Addresses that are made ready to be looked up at once. */
#define RSW_FDB_AHEAD		64

/* Buckets of a table from which on that pays: it and its entries have left the nearest cache. */
#define RSW_FDB_FAR		8192

/* Entries are in so many lists, and nobody looks at more than one at once. */
#define RSW_FDB_LISTS		1024

/*
 * Kinds of entry. Without any of them: learned from frames, ages, follows its station.
 * Entries that an administrator added count towards no limit but that of the host (cap.h).
 */
#define RSW_FDB_LOCAL	BIT(0)	/* the host's own; STATIC as well */
#define RSW_FDB_STATIC	BIT(1)	/* does not age and is not moved by frames */
#define RSW_FDB_STICKY	BIT(2)	/* is not moved by frames */
#define RSW_FDB_USER	BIT(3)	/* added by an administrator */
#define RSW_FDB_EXTERN	BIT(4)	/* somebody else watches it: does not age until a frame moves it */

/* What is there for as long as an administrator wants. */
#define RSW_FDB_LASTING	(RSW_FDB_STATIC | RSW_FDB_EXTERN)

struct rsw_fdb_key {
	u8 addr[ETH_ALEN];
	u16 vid;
};

static inline struct rsw_fdb_key rsw_fdb_make_key(const u8 *addr, u16 vid)
{
	struct rsw_fdb_key key = { .vid = vid };

	ether_addr_copy(key.addr, addr);
	return key;
}

/**
 * struct rsw_fdb_entry - where one address is
 * @key: address and VLAN; never changes
 * @port: the port behind which it is; written under the lock, read under RCU
 * @updated: jiffies when it was last seen as a source
 * @flags: kind, RSW_FDB_*; written under the lock, read under RCU
 * @hash: in the table
 * @node: in one of the lists; unhashed once it was removed
 * @rcu: for freeing
 */
struct rsw_fdb_entry {
	struct rsw_fdb_key key;
	struct rsw_port *port;
	unsigned long updated;
	u8 flags;
	struct rhash_head hash;
	struct hlist_node node;
	struct rcu_head rcu;
};

/* What becomes of an entry. */
enum rsw_fdb_event {
	RSW_FDB_SEEN,		/* learned from a frame, or moved by one */
	RSW_FDB_SET,		/* added or changed by an administrator, or by the host itself */
	RSW_FDB_GONE,		/* removed, or too old */
};

/**
 * struct rsw_fdb - forwarding database
 * @table: entries by key; read under RCU
 * @lists: the same entries, for ageing, flushing and dumping; read under RCU
 * @next_list: where the next one goes, in turn: nobody can aim for one list
 * @lock: insertion, removal, moves, and what ports have of it
 * @learned: learned entries
 * @max_learned: most of them; written under RTNL
 * @ageing_time: jiffies after which a learned entry is forgotten
 * @notify: told of what becomes of entries, under the lock and with BH off; or NULL
 */
struct rsw_fdb {
	struct rhashtable table;
	struct hlist_head lists[RSW_FDB_LISTS];
	unsigned int next_list;
	spinlock_t lock;
	unsigned int learned;
	unsigned int max_learned;
	unsigned long ageing_time;
	void (*notify)(struct rsw_fdb *fdb, const struct rsw_fdb_entry *entry,
		       enum rsw_fdb_event event);
};

/**
 * struct rsw_fdb_choice - some entries
 * @port: those behind it; NULL: any
 * @vids: those of these VLANs; NULL: any
 * @mask: RSW_FDB_*, those that must be
 * @flags: as they are here
 * @keep_own: not the switch's own addresses
 */
struct rsw_fdb_choice {
	const struct rsw_port *port;
	const unsigned long *vids;
	u8 mask;
	u8 flags;
	bool keep_own;
};

int rsw_fdb_init(struct rsw_fdb *fdb);
void rsw_fdb_destroy(struct rsw_fdb *fdb);
struct rsw_fdb_entry *rsw_fdb_find(struct rsw_fdb *fdb, const u8 *addr, u16 vid);
bool rsw_fdb_is_far(const struct rsw_fdb *fdb);
void rsw_fdb_prefetch(struct rsw_fdb *fdb, const struct rsw_fdb_key *key, unsigned int n);
bool rsw_fdb_learn(struct rsw_fdb *fdb, struct rsw_port *port, const u8 *addr, u16 vid);
int rsw_fdb_set(struct rsw_fdb *fdb, struct rsw_port *port, const u8 *addr, u16 vid, u8 flags,
		u16 nlm_flags);
int rsw_fdb_del(struct rsw_fdb *fdb, const struct rsw_port *port, const u8 *addr, u16 vid);
int rsw_fdb_add_local(struct rsw_fdb *fdb, struct rsw_port *port, const u8 *addr, u16 vid);
void rsw_fdb_del_local(struct rsw_fdb *fdb, const u8 *addr, u16 vid);
void rsw_fdb_flush(struct rsw_fdb *fdb, const struct rsw_fdb_choice *which);
void rsw_fdb_flush_port(struct rsw_fdb *fdb, const struct rsw_port *port);
void rsw_fdb_flush_dynamic(struct rsw_fdb *fdb, const struct rsw_port *port);
unsigned long rsw_fdb_age(struct rsw_fdb *fdb);

/**
 * rsw_fdb_lookup - where is an address?
 * @fdb: the database
 * @addr: individual address
 * @vid: VLAN
 *
 * Context: RCU read section, in which the result is valid.
 * Return: port, or NULL when unknown.
 */
static inline struct rsw_port *rsw_fdb_lookup(struct rsw_fdb *fdb, const u8 *addr, u16 vid)
{
	struct rsw_fdb_entry *entry = rsw_fdb_find(fdb, addr, vid);

	return entry ? READ_ONCE(entry->port) : NULL;
}

/* Learned from frames, and therefore counted. */
static inline bool rsw_fdb_is_learned(u8 flags)
{
	return !(flags & (RSW_FDB_LOCAL | RSW_FDB_USER));
}

/* The switch's own address, which goes with the switch only. */
static inline bool rsw_fdb_is_own(u8 flags)
{
	return (flags & (RSW_FDB_LOCAL | RSW_FDB_USER)) == RSW_FDB_LOCAL;
}

#endif /* RINGSWITCH_FDB_H */
