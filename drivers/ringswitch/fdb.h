/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_FDB_H
#define RINGSWITCH_FDB_H

#include <linux/atomic.h>
#include <linux/if_ether.h>
#include <linux/list.h>
#include <linux/rhashtable-types.h>
#include <linux/spinlock.h>

struct rsw_port;

/* Learned addresses a switch remembers; a flood of forged ones ends here. */
#define RSW_FDB_MAX_LEARNED	65536

struct rsw_fdb_key {
	u8 addr[ETH_ALEN];
	u16 vid;
};

/**
 * struct rsw_fdb_entry - where one address is
 * @key: address and VLAN; never changes
 * @port: the port behind which it is; moves without a lock
 * @updated: jiffies when it was last seen as a source
 * @local: the host's own address: neither learned nor aged
 * @hash: in the table
 * @node: in the list
 * @rcu: for freeing
 */
struct rsw_fdb_entry {
	struct rsw_fdb_key key;
	struct rsw_port *port;
	unsigned long updated;
	bool local;
	struct rhash_head hash;
	struct hlist_node node;
	struct rcu_head rcu;
};

/**
 * struct rsw_fdb - forwarding database
 * @table: entries by key; read under RCU
 * @entries: the same entries, for ageing, flushing and dumping
 * @lock: insertion and removal
 * @learned: learned entries
 * @ageing_time: jiffies after which a learned entry is forgotten
 */
struct rsw_fdb {
	struct rhashtable table;
	struct hlist_head entries;
	spinlock_t lock;
	unsigned int learned;
	unsigned long ageing_time;
};

int rsw_fdb_init(struct rsw_fdb *fdb);
void rsw_fdb_destroy(struct rsw_fdb *fdb);
struct rsw_port *rsw_fdb_lookup(struct rsw_fdb *fdb, const u8 *addr, u16 vid);
void rsw_fdb_learn(struct rsw_fdb *fdb, struct rsw_port *port, const u8 *addr, u16 vid);
int rsw_fdb_add_local(struct rsw_fdb *fdb, struct rsw_port *port, const u8 *addr, u16 vid);
void rsw_fdb_del_local(struct rsw_fdb *fdb, const u8 *addr, u16 vid);
void rsw_fdb_flush_vlans(struct rsw_fdb *fdb, const struct rsw_port *port,
			 const unsigned long *vids);
void rsw_fdb_flush_port(struct rsw_fdb *fdb, const struct rsw_port *port);
unsigned long rsw_fdb_age(struct rsw_fdb *fdb);

#endif /* RINGSWITCH_FDB_H */
