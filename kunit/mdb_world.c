// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <linux/jiffies.h>
#include <linux/rculist.h>
#include <linux/rcupdate.h>
#include <linux/string.h>

#include "../drivers/ringswitch/bridge_mdb.h"
#include "../drivers/ringswitch/mrouter.h"
#include "mdb_world.h"

unsigned int mdb_came, mdb_went;

/* Instead of netlink. */
void rsw_bridge_mdb_notify(const struct rsw_mdb_group *group, const struct rsw_mdb_member *member,
			   bool added)
{
	if (added)
		mdb_came++;
	else
		mdb_went++;
}

int mdb_world_init(struct kunit *test)
{
	struct forward_world *world = forward_world_new(test, 3);

	world->sw.mdb.snooping = true;
	test->priv = world;
	return 0;
}

struct rsw_mdb_key mdb_ip4(u16 group, u16 vid)
{
	return (struct rsw_mdb_key){
		.addr = { 239, 0, group >> 8, group & 0xff }, .proto = htons(ETH_P_IP), .vid = vid,
	};
}

struct rsw_mdb_key mdb_ip6(u16 group, u16 vid)
{
	return (struct rsw_mdb_key){
		.addr = { 0xff, 0x05, [14] = group >> 8, [15] = group & 0xff },
		.proto = htons(ETH_P_IPV6), .vid = vid,
	};
}

int mdb_join(struct rsw_mdb *mdb, struct rsw_port *port, const struct rsw_mdb_key *key)
{
	int err;

	local_bh_disable();
	rcu_read_lock();
	err = rsw_mdb_join(mdb, port, key, false);
	rcu_read_unlock();
	local_bh_enable();
	return err;
}

bool mdb_has(struct rsw_mdb *mdb, const struct rsw_port *port, const struct rsw_mdb_key *key)
{
	const struct rsw_mdb_member *member = NULL;
	const struct rsw_mdb_group *group;
	bool has;

	rcu_read_lock();
	group = rsw_mdb_lookup(mdb, key);
	if (group)
		member = rsw_mdb_member(group, port);
	has = member && rsw_mdb_is_alive(member);
	rcu_read_unlock();
	return has;
}

void mdb_let_pass(struct rsw_mdb *mdb, const struct rsw_port *port,
		  const struct rsw_mdb_key *key, unsigned long time)
{
	struct rsw_mdb_group *group;

	rcu_read_lock();
	group = rsw_mdb_lookup(mdb, key);
	rsw_mdb_member(group, port)->expires -= time;
	rcu_read_unlock();
}

void mdb_let_pass_queriers(struct rsw_mdb *mdb, unsigned long time)
{
	struct rsw_querier *querier;
	struct rsw_port *port;

	rcu_read_lock();
	hlist_for_each_entry_rcu(querier, &mdb->querier_list, node) {
		querier->begins -= time;
		querier->expires -= time;
	}
	hlist_for_each_entry_rcu(port, &mdb->routers, mdb.node) {
		port->mdb.heard.end -= time;
		port->mdb.refused.end -= time;
	}
	rcu_read_unlock();
}

void mdb_query(struct rsw_mdb *mdb, struct rsw_port *port, __be16 proto, u16 vid)
{
	struct rsw_querier seen = {
		.key = { .proto = proto, .vid = vid }, .addr = { 192, 0, 2, 1 },
	};

	local_bh_disable();
	rcu_read_lock();
	rsw_mrouter_query(mdb, port, &seen, 0);
	rcu_read_unlock();
	local_bh_enable();
}
