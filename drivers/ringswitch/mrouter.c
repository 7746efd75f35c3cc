// SPDX-License-Identifier: GPL-2.0
/*
 * Queriers, and ports that get all groups: behind which a router is (RFC 4541, 2.1.1), or whose
 * wishes could not be remembered.
 *
 * Only while a querier asks do members say again and again that they are there. Without one,
 * what is known of groups is not believed, and they go everywhere.
 */
#include <linux/bitops.h>
#include <linux/minmax.h>
#include <linux/ratelimit.h>
#include <linux/rculist.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "mrouter.h"
#include "port.h"

/*
 * Messages of a port that are looked at in a second. Each costs a copy and the lock of the
 * database. A network of thousands behind an uplink answers a query within ten seconds.
 */
#define MESSAGES_MAX	1000

static const struct rhashtable_params querier_params = {
	.head_offset = offsetof(struct rsw_querier, hash),
	.key_offset = offsetof(struct rsw_querier, key),
	.key_len = sizeof(struct rsw_querier_key),
	.automatic_shrinking = true,
};

int rsw_mrouter_init(struct rsw_mdb *mdb)
{
	INIT_HLIST_HEAD(&mdb->querier_list);
	INIT_HLIST_HEAD(&mdb->routers);
	return rhashtable_init(&mdb->queriers, &querier_params);
}

void rsw_mrouter_destroy(struct rsw_mdb *mdb)
{
	rsw_mrouter_flush_port(mdb, NULL);
	rhashtable_destroy(&mdb->queriers);
}

void rsw_mrouter_port_init(struct rsw_mdb_port *port)
{
	port->router = RSW_MROUTER_AUTO;
	port->max = RSW_MDB_PORT_MAX;
	INIT_HLIST_NODE(&port->node);
	ratelimit_state_init(&port->messages, HZ, MESSAGES_MAX);
	/* Not a word in the log: it is counted. */
	ratelimit_set_flags(&port->messages, RATELIMIT_MSG_ON_RELEASE);
}

static struct rsw_querier *find(struct rsw_mdb *mdb, __be16 proto, u16 vid)
{
	struct rsw_querier_key key = { .proto = proto, .vid = vid };

	return rhashtable_lookup(&mdb->queriers, &key, querier_params);
}

/**
 * rsw_mrouter_querier - is somebody asking who wants groups?
 * @mdb: the database
 * @proto: ETH_P_IP or ETH_P_IPV6
 * @vid: VLAN
 *
 * Context: RCU read section, in which the result is valid.
 * Return: the port of the querier; NULL: nobody is, or members have not had the time to answer.
 */
struct rsw_port *rsw_mrouter_querier(struct rsw_mdb *mdb, __be16 proto, u16 vid)
{
	const struct rsw_querier *querier = find(mdb, proto, vid);

	if (!querier || time_before(jiffies, READ_ONCE(querier->begins)) ||
	    time_after_eq(jiffies, READ_ONCE(querier->expires)))
		return NULL;
	return READ_ONCE(querier->port);
}

/* Is a router behind this port, that is to hear of members? */
bool rsw_mrouter_is(const struct rsw_port *port)
{
	switch (READ_ONCE(port->mdb.router)) {
	case RSW_MROUTER_NEVER:
		return false;
	case RSW_MROUTER_ALWAYS:
		return true;
	default:
		return READ_ONCE(port->mdb.all) || rsw_mdb_pending(&port->mdb.heard);
	}
}

/* Is this port to get all groups? */
bool rsw_mrouter_wants(const struct rsw_port *port)
{
	return rsw_mrouter_is(port) || rsw_mdb_pending(&port->mdb.refused);
}

/* A reader that stands on a port which leaves and comes back may visit some twice. */
static void list(struct rsw_mdb *mdb, struct rsw_port *port)
{
	lockdep_assert_held(&mdb->lock);
	if (rsw_mrouter_wants(port) == !hlist_unhashed(&port->mdb.node))
		return;
	if (hlist_unhashed(&port->mdb.node))
		hlist_add_head_rcu(&port->mdb.node, &mdb->routers);
	else
		hlist_del_init_rcu(&port->mdb.node);
}

static void begin(struct rsw_mdb *mdb, struct rsw_port *port, struct rsw_mdb_timeout *timeout,
		  unsigned long time)
{
	WRITE_ONCE(timeout->end, jiffies + time);
	WRITE_ONCE(timeout->on, true);
	list(mdb, port);
}

/* The one with the lowest address is elected, unless it has been silent. */
static bool is_elected(const struct rsw_querier *querier, const struct rsw_querier *seen)
{
	return time_after_eq(jiffies, querier->expires) ||
	       memcmp(seen->addr, querier->addr, sizeof(seen->addr)) <= 0;
}

static void note_querier(struct rsw_mdb *mdb, struct rsw_port *port,
			 const struct rsw_querier *seen, unsigned long max_delay)
{
	struct rsw_querier *querier = find(mdb, seen->key.proto, seen->key.vid);
	unsigned long now = jiffies;

	lockdep_assert_held(&mdb->lock);
	if (!querier) {
		querier = kzalloc(sizeof(*querier), GFP_ATOMIC | __GFP_NOWARN);
		if (!querier)
			return;
		querier->key = seen->key;
		/* Not there until the rest is written. */
		querier->begins = now + max_delay;
		querier->expires = now + max_delay + READ_ONCE(mdb->querier_interval);
		querier->port = port;
		memcpy(querier->addr, seen->addr, sizeof(seen->addr));
		if (rhashtable_lookup_insert_fast(&mdb->queriers, &querier->hash, querier_params))
			kfree(querier);
		else
			hlist_add_head_rcu(&querier->node, &mdb->querier_list);
		return;
	}
	if (!is_elected(querier, seen))
		return;
	if (time_after_eq(now, querier->expires))
		WRITE_ONCE(querier->begins, now + max_delay);
	else if (time_after_eq(now, querier->begins))
		WRITE_ONCE(querier->begins, now);
	WRITE_ONCE(querier->expires, now + max_delay + READ_ONCE(mdb->querier_interval));
	WRITE_ONCE(querier->port, port);
	memcpy(querier->addr, seen->addr, sizeof(seen->addr));
}

/**
 * rsw_mrouter_query - a general query came in
 * @mdb: the database
 * @port: where
 * @seen: key and address of who asks
 * @max_delay: jiffies in which everybody answers
 *
 * A query without a source address comes from a switch, not from a router (RFC 4541, 2.1.1).
 *
 * Context: RCU read section.
 */
void rsw_mrouter_query(struct rsw_mdb *mdb, struct rsw_port *port, const struct rsw_querier *seen,
		       unsigned long max_delay)
{
	spin_lock_bh(&mdb->lock);
	note_querier(mdb, port, seen, max_delay);
	if (memchr_inv(seen->addr, 0, sizeof(seen->addr)))
		begin(mdb, port, &port->mdb.heard, READ_ONCE(mdb->querier_interval));
	spin_unlock_bh(&mdb->lock);
}

/**
 * rsw_mrouter_refuse - what a port asked for could not be remembered
 * @mdb: the database
 * @port: the port; gets all groups for as long as it would have been a member
 *
 * Context: RCU read section.
 */
void rsw_mrouter_refuse(struct rsw_mdb *mdb, struct rsw_port *port)
{
	spin_lock_bh(&mdb->lock);
	begin(mdb, port, &port->mdb.refused, READ_ONCE(mdb->membership_interval));
	spin_unlock_bh(&mdb->lock);
}

/* Context: RTNL. */
void rsw_mrouter_set(struct rsw_mdb *mdb, struct rsw_port *port, enum rsw_mrouter router)
{
	spin_lock_bh(&mdb->lock);
	WRITE_ONCE(port->mdb.router, router);
	list(mdb, port);
	spin_unlock_bh(&mdb->lock);
}

/* The host routes multicast, or somebody there wants to see everything. */
void rsw_mrouter_set_all(struct rsw_mdb *mdb, struct rsw_port *port, bool all)
{
	spin_lock_bh(&mdb->lock);
	WRITE_ONCE(port->mdb.all, all);
	list(mdb, port);
	spin_unlock_bh(&mdb->lock);
}

static void remove(struct rsw_mdb *mdb, struct rsw_querier *querier)
{
	lockdep_assert_held(&mdb->lock);
	rhashtable_remove_fast(&mdb->queriers, &querier->hash, querier_params);
	hlist_del_init_rcu(&querier->node);
	kfree_rcu(querier, rcu);
}

static struct rsw_port *port_at(struct hlist_node *node)
{
	return container_of(node, struct rsw_port, mdb.node);
}

/**
 * rsw_mrouter_flush_port - forget what was heard of behind a port
 * @mdb: the database
 * @port: the port; NULL for all ports. What it is set to stays; one that is not attached any
 *	more is in no list after this
 */
void rsw_mrouter_flush_port(struct rsw_mdb *mdb, const struct rsw_port *port)
{
	struct hlist_node *node, *next;
	struct rsw_querier *querier;

	spin_lock_bh(&mdb->lock);
	hlist_for_each_entry_safe(querier, next, &mdb->querier_list, node)
		if (!port || querier->port == port)
			remove(mdb, querier);
	for (node = mdb->routers.first; node; node = next) {
		struct rsw_port *router = port_at(node);

		next = node->next;
		if (port && router != port)
			continue;
		WRITE_ONCE(router->mdb.heard.on, false);
		WRITE_ONCE(router->mdb.refused.on, false);
		if (!rcu_access_pointer(router->sw))
			hlist_del_init_rcu(node);
		else
			list(mdb, router);
	}
	spin_unlock_bh(&mdb->lock);
}

/* Queriers of some VLANs only. */
void rsw_mrouter_flush_vlans(struct rsw_mdb *mdb, const struct rsw_port *port,
			     const unsigned long *vids)
{
	struct rsw_querier *querier;
	struct hlist_node *next;

	spin_lock_bh(&mdb->lock);
	hlist_for_each_entry_safe(querier, next, &mdb->querier_list, node)
		if (querier->port == port && test_bit(querier->key.vid, vids))
			remove(mdb, querier);
	spin_unlock_bh(&mdb->lock);
}

static void end_if_over(struct rsw_mdb_timeout *timeout)
{
	if (!rsw_mdb_pending(timeout))
		WRITE_ONCE(timeout->on, false);
}

/**
 * rsw_mrouter_age - forget who has not been heard of
 * @mdb: the database
 *
 * Return: jiffies until it is worthwhile again.
 */
unsigned long rsw_mrouter_age(struct rsw_mdb *mdb)
{
	unsigned long left = READ_ONCE(mdb->querier_interval);
	struct hlist_node *node, *next;
	struct rsw_querier *querier;

	spin_lock_bh(&mdb->lock);
	hlist_for_each_entry_safe(querier, next, &mdb->querier_list, node) {
		if (time_after_eq(jiffies, querier->expires))
			remove(mdb, querier);
		else
			left = min(left, querier->expires - jiffies);
	}
	for (node = mdb->routers.first; node; node = next) {
		struct rsw_port *router = port_at(node);

		next = node->next;
		end_if_over(&router->mdb.heard);
		end_if_over(&router->mdb.refused);
		list(mdb, router);
	}
	spin_unlock_bh(&mdb->lock);
	return left;
}
