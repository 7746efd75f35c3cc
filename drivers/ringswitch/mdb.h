/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_MDB_H
#define RINGSWITCH_MDB_H

#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/ratelimit_types.h>
#include <linux/rhashtable-types.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct rsw_port;

/* Groups a switch remembers at most if nobody says else, and those a port can be in. */
#define RSW_MDB_MAX		4096
#define RSW_MDB_PORT_MAX	1024

/* Jiffies, as the bridge has them (RFC 2236, 8). */
#define RSW_MDB_MEMBERSHIP_INTERVAL	(260 * HZ)
#define RSW_MDB_LAST_MEMBER_INTERVAL	HZ
#define RSW_MDB_QUERIER_INTERVAL	(255 * HZ)

/* Longest address of a group, that of IPv6. */
#define RSW_MDB_ADDR_LEN	16

/**
 * struct rsw_mdb_key - what a group is known by
 * @addr: its IP or, of other protocols, Ethernet address; 0 behind that
 * @proto: ETH_P_IP, ETH_P_IPV6 or 0: the Ethernet address
 * @vid: VLAN
 */
struct rsw_mdb_key {
	u8 addr[RSW_MDB_ADDR_LEN];
	__be16 proto;
	u16 vid;
};

/**
 * struct rsw_mdb_member - a port behind which a group was asked for
 * @port: the port
 * @expires: jiffies when that is no longer so; counts unless it is permanent
 * @permanent: by an administrator
 * @node: in the group's list, RCU
 * @rcu: for freeing
 */
struct rsw_mdb_member {
	struct rsw_port *port;
	unsigned long expires;
	bool permanent;
	struct hlist_node node;
	struct rcu_head rcu;
};

/**
 * struct rsw_mdb_group - a group that somebody has asked for
 * @key: never changes
 * @npermanent: permanent members
 * @members: struct rsw_mdb_member, changed under the lock, read under RCU
 * @hash: in the table
 * @node: in the list
 * @rcu: for freeing
 */
struct rsw_mdb_group {
	struct rsw_mdb_key key;
	unsigned int npermanent;
	struct hlist_head members;
	struct rhash_head hash;
	struct hlist_node node;
	struct rcu_head rcu;
};

/**
 * struct rsw_mdb - multicast database: who wants which groups
 * @snooping: messages about groups are listened to, and groups go where they were asked for;
 *	written under RTNL
 * @table: groups by key; read under RCU
 * @groups: the same groups, for ageing, flushing and dumping
 * @queriers: struct rsw_querier by VLAN and protocol; read under RCU
 * @querier_list: the same
 * @routers: ports that want all groups now, or did lately; changed under @lock, read under RCU
 * @lock: all changes of the above, memberships of the ports included
 * @n: groups
 * @max: so many at most; written under RTNL, as are the next three
 * @membership_interval: jiffies that a port is a member after it was heard of
 * @last_member_interval: the same after a leave, times %RSW_MDB_LAST_MEMBER_COUNT
 * @querier_interval: jiffies that a querier is believed to be there after it was heard of
 */
struct rsw_mdb {
	bool snooping;
	struct rhashtable table;
	struct hlist_head groups;
	struct rhashtable queriers;
	struct hlist_head querier_list;
	struct hlist_head routers;
	spinlock_t lock;
	unsigned int n;
	unsigned int max;
	unsigned long membership_interval;
	unsigned long last_member_interval;
	unsigned long querier_interval;
};

/* Answers that may get lost before somebody who left is believed to have been the last. */
#define RSW_MDB_LAST_MEMBER_COUNT	2

/* When something ends, if it has begun. Written under the lock, read without. */
struct rsw_mdb_timeout {
	bool on;
	unsigned long end;
};

/**
 * struct rsw_mdb_port - what a port has to do with groups
 * @router: enum rsw_mrouter; written under RTNL
 * @all: the host's stack wants all groups
 * @heard: a router was heard of behind it
 * @refused: a group that it asked for could not be remembered: it gets all of them
 * @n: groups that it is in; the lock
 * @max: so many at most; written under RTNL
 * @node: in the list of routers
 * @messages: bounds the messages that are looked at
 */
struct rsw_mdb_port {
	u8 router;
	bool all;
	struct rsw_mdb_timeout heard;
	struct rsw_mdb_timeout refused;
	unsigned int n;
	unsigned int max;
	struct hlist_node node;
	struct ratelimit_state messages;
};

int rsw_mdb_init(struct rsw_mdb *mdb);
void rsw_mdb_destroy(struct rsw_mdb *mdb);
struct rsw_mdb_group *rsw_mdb_lookup(struct rsw_mdb *mdb, const struct rsw_mdb_key *key);
struct rsw_mdb_member *rsw_mdb_member(const struct rsw_mdb_group *group,
				      const struct rsw_port *port);
int rsw_mdb_join(struct rsw_mdb *mdb, struct rsw_port *port, const struct rsw_mdb_key *key,
		 bool permanent);
void rsw_mdb_leave(struct rsw_mdb *mdb, struct rsw_port *port, const struct rsw_mdb_key *key);
void rsw_mdb_ask(struct rsw_mdb *mdb, const struct rsw_mdb_key *key, unsigned long max_delay);
int rsw_mdb_del(struct rsw_mdb *mdb, struct rsw_port *port, const struct rsw_mdb_key *key);
void rsw_mdb_flush_port(struct rsw_mdb *mdb, const struct rsw_port *port, bool permanent);
void rsw_mdb_flush_vlans(struct rsw_mdb *mdb, const struct rsw_port *port,
			 const unsigned long *vids);
unsigned long rsw_mdb_age(struct rsw_mdb *mdb);

static inline bool rsw_mdb_pending(const struct rsw_mdb_timeout *timeout)
{
	return READ_ONCE(timeout->on) && time_before(jiffies, READ_ONCE(timeout->end));
}

/* Whoever ages what has ended may be late. */
static inline bool rsw_mdb_is_alive(const struct rsw_mdb_member *member)
{
	return READ_ONCE(member->permanent) || time_before(jiffies, READ_ONCE(member->expires));
}

#endif /* RINGSWITCH_MDB_H */
