// SPDX-License-Identifier: GPL-2.0
/* Multicast database: joining, leaving, limits, ageing, flushing; queriers and routers. */
#include <kunit/test.h>
#include <linux/bitops.h>
#include <linux/jiffies.h>
#include <linux/rcupdate.h>

#include "../drivers/ringswitch/mrouter.h"
#include "mdb_world.h"

#define A	(&world->guest[0].port)
#define B	(&world->guest[1].port)
#define HOST	(&world->sw.host)
#define MDB	(&world->sw.mdb)

static int suite_init(struct kunit *test)
{
	test->priv = forward_world_new(test, 3);
	mdb_came = 0;
	mdb_went = 0;
	return 0;
}

static void join_and_leave(struct kunit *test)
{
	struct forward_world *world = test->priv;
	struct rsw_mdb_key one = mdb_ip4(1, 0), two = mdb_ip6(1, 0);

	KUNIT_EXPECT_EQ(test, mdb_join(MDB, A, &one), 0);
	KUNIT_EXPECT_EQ(test, mdb_join(MDB, A, &one), 0);
	KUNIT_EXPECT_EQ(test, mdb_join(MDB, B, &one), 0);
	KUNIT_EXPECT_EQ(test, mdb_join(MDB, B, &two), 0);
	KUNIT_EXPECT_TRUE(test, mdb_has(MDB, A, &one));
	KUNIT_EXPECT_TRUE(test, mdb_has(MDB, B, &one));
	KUNIT_EXPECT_FALSE(test, mdb_has(MDB, A, &two));
	KUNIT_EXPECT_EQ(test, MDB->n, 2);
	KUNIT_EXPECT_EQ(test, B->mdb.n, 2);
	KUNIT_EXPECT_EQ(test, mdb_came, 3);
	KUNIT_EXPECT_EQ(test, rsw_mdb_del(MDB, A, &one), 0);
	KUNIT_EXPECT_EQ(test, rsw_mdb_del(MDB, A, &one), -ENOENT);
	KUNIT_EXPECT_EQ(test, rsw_mdb_del(MDB, A, &two), -ENOENT);
	KUNIT_EXPECT_FALSE(test, mdb_has(MDB, A, &one));
	KUNIT_EXPECT_TRUE(test, mdb_has(MDB, B, &one));
	/* A group without members is none. */
	KUNIT_EXPECT_EQ(test, rsw_mdb_del(MDB, B, &one), 0);
	KUNIT_EXPECT_EQ(test, MDB->n, 1);
	KUNIT_EXPECT_EQ(test, A->mdb.n, 0);
	KUNIT_EXPECT_EQ(test, mdb_went, 2);
}

static void vlans_and_protocols_are_apart(struct kunit *test)
{
	struct forward_world *world = test->priv;
	struct rsw_mdb_key key = mdb_ip4(1, 10), other = mdb_ip4(1, 11), mac = mdb_ip4(1, 10);

	mac.proto = 0;
	KUNIT_EXPECT_EQ(test, mdb_join(MDB, A, &key), 0);
	KUNIT_EXPECT_FALSE(test, mdb_has(MDB, A, &other));
	KUNIT_EXPECT_FALSE(test, mdb_has(MDB, A, &mac));
}

static void leaving_takes_its_time(struct kunit *test)
{
	struct forward_world *world = test->priv;
	struct rsw_mdb_key key = mdb_ip4(1, 0);

	MDB->last_member_interval = 1000;
	mdb_join(MDB, A, &key);
	rsw_mdb_leave(MDB, A, &key);
	rsw_mdb_leave(MDB, B, &key);
	mdb_let_pass(MDB, A, &key, 1900);
	KUNIT_EXPECT_TRUE(test, mdb_has(MDB, A, &key));
	/* Another leave does not prolong it. */
	rsw_mdb_leave(MDB, A, &key);
	mdb_let_pass(MDB, A, &key, 100);
	KUNIT_EXPECT_FALSE(test, mdb_has(MDB, A, &key));
	/* It counts until it is cleared away, and then no more. */
	KUNIT_EXPECT_EQ(test, MDB->n, 1);
	rsw_mdb_age(MDB);
	KUNIT_EXPECT_EQ(test, MDB->n, 0);
	/* Somebody else is there after all. */
	mdb_join(MDB, A, &key);
	rsw_mdb_leave(MDB, A, &key);
	mdb_join(MDB, A, &key);
	mdb_let_pass(MDB, A, &key, 2000);
	KUNIT_EXPECT_TRUE(test, mdb_has(MDB, A, &key));
}

static void asking_is_for_all_members(struct kunit *test)
{
	struct forward_world *world = test->priv;
	struct rsw_mdb_key key = mdb_ip4(1, 0), other = mdb_ip4(2, 0);

	MDB->last_member_interval = 1000;
	mdb_join(MDB, A, &key);
	mdb_join(MDB, B, &key);
	mdb_join(MDB, B, &other);
	rsw_mdb_ask(MDB, &key, 3000);
	mdb_let_pass(MDB, A, &key, 5900);
	mdb_let_pass(MDB, B, &key, 5900);
	mdb_let_pass(MDB, B, &other, 5900);
	KUNIT_EXPECT_TRUE(test, mdb_has(MDB, A, &key));
	mdb_join(MDB, B, &key);
	mdb_let_pass(MDB, A, &key, 100);
	mdb_let_pass(MDB, B, &key, 100);
	mdb_let_pass(MDB, B, &other, 100);
	KUNIT_EXPECT_FALSE(test, mdb_has(MDB, A, &key));
	KUNIT_EXPECT_TRUE(test, mdb_has(MDB, B, &key));
	KUNIT_EXPECT_TRUE(test, mdb_has(MDB, B, &other));
	/* Nobody can make it shorter than the time to answer. */
	mdb_join(MDB, A, &key);
	rsw_mdb_ask(MDB, &key, 0);
	mdb_let_pass(MDB, A, &key, 1900);
	KUNIT_EXPECT_TRUE(test, mdb_has(MDB, A, &key));
}

static void limits(struct kunit *test)
{
	struct forward_world *world = test->priv;
	struct rsw_mdb_key key;

	MDB->max = 5;
	A->mdb.max = 3;
	for (unsigned int i = 0; i < 4; i++) {
		key = mdb_ip4(i, 0);
		KUNIT_EXPECT_EQ(test, mdb_join(MDB, A, &key), i < 3 ? 0 : -E2BIG);
	}
	for (unsigned int i = 0; i < 7; i++) {
		key = mdb_ip4(i, 0);
		KUNIT_EXPECT_EQ(test, mdb_join(MDB, B, &key), i < 5 ? 0 : -E2BIG);
	}
	KUNIT_EXPECT_EQ(test, MDB->n, 5);
	KUNIT_EXPECT_EQ(test, A->mdb.n, 3);
	/* Who is in may stay. */
	key = mdb_ip4(2, 0);
	KUNIT_EXPECT_EQ(test, mdb_join(MDB, A, &key), 0);
	KUNIT_EXPECT_EQ(test, rsw_mdb_del(MDB, A, &key), 0);
	key = mdb_ip4(4, 0);
	KUNIT_EXPECT_EQ(test, mdb_join(MDB, A, &key), 0);
}

static void permanent(struct kunit *test)
{
	struct forward_world *world = test->priv;
	struct rsw_mdb_key key = mdb_ip4(1, 0);

	KUNIT_EXPECT_EQ(test, mdb_join(MDB, A, &key), 0);
	KUNIT_EXPECT_EQ(test, rsw_mdb_join(MDB, A, &key, true), 0);
	KUNIT_EXPECT_EQ(test, rsw_mdb_join(MDB, B, &key, true), 0);
	KUNIT_EXPECT_EQ(test, mdb_came, 3);
	KUNIT_EXPECT_EQ(test, A->mdb.n, 1);
	/* What guests say does not change it. */
	mdb_join(MDB, A, &key);
	rsw_mdb_leave(MDB, A, &key);
	mdb_let_pass(MDB, A, &key, MDB->membership_interval);
	rsw_mdb_age(MDB);
	KUNIT_EXPECT_TRUE(test, mdb_has(MDB, A, &key));
	rsw_mdb_flush_port(MDB, A, false);
	KUNIT_EXPECT_TRUE(test, mdb_has(MDB, A, &key));
	KUNIT_EXPECT_EQ(test, MDB->n, 1);
	rsw_mdb_flush_port(MDB, A, true);
	KUNIT_EXPECT_FALSE(test, mdb_has(MDB, A, &key));
	KUNIT_EXPECT_TRUE(test, mdb_has(MDB, B, &key));
	rsw_mdb_del(MDB, B, &key);
	KUNIT_EXPECT_EQ(test, MDB->n, 0);
}

static void flush(struct kunit *test)
{
	struct forward_world *world = test->priv;
	DECLARE_BITMAP(vids, VLAN_N_VID) = {};

	for (unsigned int i = 0; i < 40; i++) {
		struct rsw_mdb_key key = mdb_ip4(i / 2, i % 4);

		KUNIT_EXPECT_EQ(test, mdb_join(MDB, i % 3 ? A : B, &key), 0);
	}
	KUNIT_EXPECT_EQ(test, A->mdb.n, 26);
	set_bit(2, vids);
	set_bit(3, vids);
	rsw_mdb_flush_vlans(MDB, A, vids);
	for (unsigned int i = 0; i < 40; i++) {
		struct rsw_mdb_key key = mdb_ip4(i / 2, i % 4);

		KUNIT_EXPECT_EQ(test, mdb_has(MDB, A, &key), i % 3 && i % 4 < 2);
		KUNIT_EXPECT_EQ(test, mdb_has(MDB, B, &key), !(i % 3));
	}
	rsw_mdb_flush_port(MDB, NULL, false);
	KUNIT_EXPECT_EQ(test, MDB->n, 0);
	KUNIT_EXPECT_EQ(test, A->mdb.n + B->mdb.n, 0);
	KUNIT_EXPECT_TRUE(test, hlist_empty(&MDB->groups));
	KUNIT_EXPECT_EQ(test, mdb_came, 40);
	KUNIT_EXPECT_EQ(test, mdb_went, 40);
}

/* A use after free when it is freed too early: for KASAN and ASan to see. */
static void readers_keep_what_they_found(struct kunit *test)
{
	struct forward_world *world = test->priv;
	struct rsw_mdb_key key = mdb_ip4(1, 0);
	const struct rsw_mdb_member *member;
	const struct rsw_mdb_group *group;

	mdb_join(MDB, A, &key);
	rcu_read_lock();
	group = rsw_mdb_lookup(MDB, &key);
	member = rsw_mdb_member(group, A);
	rsw_mdb_flush_port(MDB, NULL, true);
	KUNIT_EXPECT_PTR_EQ(test, member->port, A);
	KUNIT_EXPECT_EQ(test, group->key.vid, 0);
	rcu_read_unlock();
}

static struct rsw_port *querier(struct forward_world *world, u16 proto, u16 vid)
{
	struct rsw_port *port;

	rcu_read_lock();
	port = rsw_mrouter_querier(MDB, htons(proto), vid);
	rcu_read_unlock();
	return port;
}

static void ask(struct forward_world *world, struct rsw_port *port, u8 last, unsigned long delay)
{
	struct rsw_querier seen = {
		.key.proto = htons(ETH_P_IP), .addr = { last ? 192 : 0, 0, 0, last },
	};

	rcu_read_lock();
	rsw_mrouter_query(MDB, port, &seen, delay);
	rcu_read_unlock();
}

static void queriers(struct kunit *test)
{
	struct forward_world *world = test->priv;

	KUNIT_EXPECT_NULL(test, querier(world, ETH_P_IP, 0));
	ask(world, A, 5, 1000);
	/* Members have not answered yet. */
	KUNIT_EXPECT_NULL(test, querier(world, ETH_P_IP, 0));
	mdb_let_pass_queriers(MDB, 1000);
	KUNIT_EXPECT_PTR_EQ(test, querier(world, ETH_P_IP, 0), A);
	KUNIT_EXPECT_NULL(test, querier(world, ETH_P_IPV6, 0));
	KUNIT_EXPECT_NULL(test, querier(world, ETH_P_IP, 1));
	/* It asks once more, and nobody is doubted meanwhile. */
	ask(world, A, 5, 1000);
	KUNIT_EXPECT_PTR_EQ(test, querier(world, ETH_P_IP, 0), A);
	/* The lowest address is elected; the others are routers, too. */
	ask(world, B, 6, 1000);
	KUNIT_EXPECT_PTR_EQ(test, querier(world, ETH_P_IP, 0), A);
	KUNIT_EXPECT_TRUE(test, rsw_mrouter_is(B));
	ask(world, B, 4, 1000);
	KUNIT_EXPECT_PTR_EQ(test, querier(world, ETH_P_IP, 0), B);
	/* It falls silent: another takes over, and is waited for again. */
	mdb_let_pass_queriers(MDB, MDB->querier_interval + 1000);
	KUNIT_EXPECT_NULL(test, querier(world, ETH_P_IP, 0));
	KUNIT_EXPECT_FALSE(test, rsw_mrouter_is(B));
	ask(world, A, 9, 1000);
	KUNIT_EXPECT_NULL(test, querier(world, ETH_P_IP, 0));
	mdb_let_pass_queriers(MDB, 1000);
	KUNIT_EXPECT_PTR_EQ(test, querier(world, ETH_P_IP, 0), A);
	rsw_mdb_flush_port(MDB, A, false);
	KUNIT_EXPECT_NULL(test, querier(world, ETH_P_IP, 0));
	KUNIT_EXPECT_TRUE(test, hlist_empty(&MDB->querier_list));
}

static void queriers_are_forgotten(struct kunit *test)
{
	struct forward_world *world = test->priv;

	ask(world, A, 5, 0);
	KUNIT_EXPECT_LE(test, rsw_mdb_age(MDB), MDB->querier_interval);
	KUNIT_EXPECT_FALSE(test, hlist_empty(&MDB->querier_list));
	mdb_let_pass_queriers(MDB, MDB->querier_interval);
	rsw_mdb_age(MDB);
	KUNIT_EXPECT_TRUE(test, hlist_empty(&MDB->querier_list));
	KUNIT_EXPECT_TRUE(test, hlist_empty(&MDB->routers));
}

static bool is_listed(struct forward_world *world, struct rsw_port *wanted)
{
	struct rsw_port *port;
	bool found = false;

	rcu_read_lock();
	hlist_for_each_entry_rcu(port, &MDB->routers, mdb.node)
		found |= port == wanted;
	rcu_read_unlock();
	return found;
}

static void routers(struct kunit *test)
{
	struct forward_world *world = test->priv;

	/* A switch that asks has no address, and is no router. */
	ask(world, A, 0, 0);
	KUNIT_EXPECT_FALSE(test, rsw_mrouter_is(A));
	KUNIT_EXPECT_PTR_EQ(test, querier(world, ETH_P_IP, 0), A);
	ask(world, A, 1, 0);
	KUNIT_EXPECT_TRUE(test, rsw_mrouter_is(A));
	KUNIT_EXPECT_TRUE(test, is_listed(world, A));
	rsw_mrouter_set(MDB, A, RSW_MROUTER_NEVER);
	KUNIT_EXPECT_FALSE(test, rsw_mrouter_is(A));
	KUNIT_EXPECT_FALSE(test, is_listed(world, A));
	rsw_mrouter_set(MDB, B, RSW_MROUTER_ALWAYS);
	KUNIT_EXPECT_TRUE(test, is_listed(world, B));
	rsw_mrouter_set(MDB, B, RSW_MROUTER_AUTO);
	KUNIT_EXPECT_FALSE(test, is_listed(world, B));
	rsw_mrouter_set_all(MDB, HOST, true);
	KUNIT_EXPECT_TRUE(test, rsw_mrouter_is(HOST) && is_listed(world, HOST));
	rsw_mrouter_set_all(MDB, HOST, false);
	KUNIT_EXPECT_FALSE(test, rsw_mrouter_is(HOST) || is_listed(world, HOST));
	/* It gets all, but is not told who asks for what. */
	rcu_read_lock();
	rsw_mrouter_refuse(MDB, B);
	rcu_read_unlock();
	KUNIT_EXPECT_FALSE(test, rsw_mrouter_is(B));
	KUNIT_EXPECT_TRUE(test, rsw_mrouter_wants(B) && is_listed(world, B));
	mdb_let_pass_queriers(MDB, MDB->membership_interval);
	KUNIT_EXPECT_FALSE(test, rsw_mrouter_wants(B));
	rsw_mdb_age(MDB);
	KUNIT_EXPECT_FALSE(test, is_listed(world, B));
}

static struct kunit_case mdb_cases[] = {
	KUNIT_CASE(join_and_leave),
	KUNIT_CASE(vlans_and_protocols_are_apart),
	KUNIT_CASE(leaving_takes_its_time),
	KUNIT_CASE(asking_is_for_all_members),
	KUNIT_CASE(limits),
	KUNIT_CASE(permanent),
	KUNIT_CASE(flush),
	KUNIT_CASE(readers_keep_what_they_found),
	KUNIT_CASE(queriers),
	KUNIT_CASE(queriers_are_forgotten),
	KUNIT_CASE(routers),
	{}
};

static struct kunit_suite mdb_suite = {
	.name = "ringswitch_mdb",
	.init = suite_init,
	.exit = forward_world_exit,
	.test_cases = mdb_cases,
};

kunit_test_suite(mdb_suite);
