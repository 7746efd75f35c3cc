// SPDX-License-Identifier: GPL-2.0
/* Forwarding database: how much may be learned, behind a port, at all, and in a second. */
#include <kunit/test.h>
#include <linux/jiffies.h>
#include <linux/netlink.h>

#include "fdb_world.h"

static void at_first(struct kunit *test)
{
	struct fdb_world *world = test->priv;

	KUNIT_EXPECT_EQ(test, world->fdb.max_learned, RSW_FDB_MAX_LEARNED);
	KUNIT_EXPECT_EQ(test, world->port[0].fdb.max_learned, 0);
	KUNIT_EXPECT_EQ(test, world->port[0].fdb.rate, 0);
}

/* A flood of forged addresses ends at the limit; it evicts nobody. */
static void of_the_switch(struct kunit *test)
{
	struct fdb_world *world = test->priv;

	world->fdb.max_learned = 2;
	KUNIT_EXPECT_TRUE(test, fdb_learn(world, 1, 7, 0));
	KUNIT_EXPECT_TRUE(test, fdb_learn(world, 2, 100, 0));
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 100, 0), &world->port[2]);
	KUNIT_EXPECT_FALSE(test, fdb_learn(world, 3, 8, 0));
	KUNIT_EXPECT_NULL(test, fdb_look_up(world, 8, 0));
	KUNIT_EXPECT_EQ(test, world->fdb.learned, 2);
	/* Who is known may move; the host's own addresses and an administrator's have room. */
	KUNIT_EXPECT_TRUE(test, fdb_learn(world, 3, 7, 0));
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 7, 0), &world->port[3]);
	KUNIT_EXPECT_EQ(test, fdb_add_local(world, 0, 9, 0), 0);
	KUNIT_EXPECT_EQ(test, fdb_set(world, 1, 10, 0, 0, NLM_F_CREATE), 0);
	KUNIT_EXPECT_EQ(test, fdb_set(world, 1, 11, 0, RSW_FDB_STATIC, NLM_F_CREATE), 0);
	KUNIT_EXPECT_EQ(test, world->fdb.learned, 2);

	rsw_fdb_flush_port(&world->fdb, &world->port[2]);
	KUNIT_EXPECT_EQ(test, world->fdb.learned, 1);
	KUNIT_EXPECT_TRUE(test, fdb_learn(world, 3, 8, 0));
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 8, 0), &world->port[3]);
	/* Less than there is: nothing goes for it. */
	world->fdb.max_learned = 1;
	KUNIT_EXPECT_FALSE(test, fdb_learn(world, 3, 12, 0));
	KUNIT_EXPECT_EQ(test, world->fdb.learned, 2);
}

static void of_a_port(struct kunit *test)
{
	struct fdb_world *world = test->priv;

	world->port[1].fdb.max_learned = 2;
	KUNIT_EXPECT_TRUE(test, fdb_learn(world, 1, 1, 0));
	KUNIT_EXPECT_TRUE(test, fdb_learn(world, 1, 2, 0));
	KUNIT_EXPECT_FALSE(test, fdb_learn(world, 1, 3, 0));
	KUNIT_EXPECT_NULL(test, fdb_look_up(world, 3, 0));
	KUNIT_EXPECT_EQ(test, fdb_share(world, 1), 2);
	/* Other ports have theirs. */
	KUNIT_EXPECT_TRUE(test, fdb_learn(world, 2, 3, 0));
	KUNIT_EXPECT_EQ(test, fdb_share(world, 2), 1);
	KUNIT_EXPECT_EQ(test, world->fdb.learned, 3);
	/* A known one is still refreshed. */
	KUNIT_EXPECT_TRUE(test, fdb_learn(world, 1, 2, 0));
	KUNIT_EXPECT_EQ(test, fdb_del(world, 1, 1, 0), 0);
	KUNIT_EXPECT_TRUE(test, fdb_learn(world, 1, 4, 0));
	KUNIT_EXPECT_EQ(test, fdb_share(world, 1), 2);
}

/* Who moves is charged to where it is now, if there is room. */
static void moves_are_charged(struct kunit *test)
{
	struct fdb_world *world = test->priv;

	world->port[1].fdb.max_learned = 2;
	fdb_learn(world, 2, 1, 0);
	fdb_learn(world, 2, 2, 0);
	fdb_learn(world, 2, 3, 0);
	KUNIT_EXPECT_TRUE(test, fdb_learn(world, 1, 1, 0));
	KUNIT_EXPECT_TRUE(test, fdb_learn(world, 1, 2, 0));
	KUNIT_EXPECT_FALSE(test, fdb_learn(world, 1, 3, 0));
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 3, 0), &world->port[2]);
	KUNIT_EXPECT_EQ(test, fdb_share(world, 1), 2);
	KUNIT_EXPECT_EQ(test, fdb_share(world, 2), 1);
	KUNIT_EXPECT_TRUE(test, fdb_learn(world, 3, 1, 0));
	KUNIT_EXPECT_TRUE(test, fdb_learn(world, 1, 3, 0));
	KUNIT_EXPECT_EQ(test, fdb_share(world, 1), 2);
	KUNIT_EXPECT_EQ(test, fdb_share(world, 2), 0);
	KUNIT_EXPECT_EQ(test, fdb_share(world, 3), 1);
	KUNIT_EXPECT_EQ(test, world->fdb.learned, 3);
	/* What an administrator added counts nowhere, wherever it moves. */
	KUNIT_EXPECT_EQ(test, fdb_set(world, 2, 9, 0, 0, NLM_F_CREATE), 0);
	KUNIT_EXPECT_TRUE(test, fdb_learn(world, 1, 9, 0));
	KUNIT_EXPECT_EQ(test, fdb_share(world, 1), 2);
	KUNIT_EXPECT_EQ(test, fdb_share(world, 2), 0);
}

/* Moves count as well, to where they go. False when a second was over meanwhile. */
static bool learn_in_a_second(struct fdb_world *world, struct kunit *test)
{
	struct rsw_fdb_share *share = &world->port[1].fdb;
	unsigned long begin;
	bool last[3];

	rsw_fdb_flush_port(&world->fdb, NULL);
	fdb_learn(world, 2, 100, 0);
	fdb_learn(world, 2, 101, 0);
	share->rate = 3;
	share->recent = (struct rsw_window){ .since = jiffies - HZ };
	begin = jiffies;
	KUNIT_EXPECT_TRUE(test, fdb_learn(world, 1, 1, 0));
	KUNIT_EXPECT_TRUE(test, fdb_learn(world, 1, 2, 0));
	KUNIT_EXPECT_TRUE(test, fdb_learn(world, 1, 100, 0));
	last[0] = fdb_learn(world, 1, 3, 0);
	last[1] = fdb_learn(world, 1, 101, 0);
	/* Nothing is new here. */
	last[2] = fdb_learn(world, 1, 1, 0);
	if (jiffies - begin >= HZ)
		return false;
	KUNIT_EXPECT_FALSE(test, last[0]);
	KUNIT_EXPECT_FALSE(test, last[1]);
	KUNIT_EXPECT_TRUE(test, last[2]);
	KUNIT_EXPECT_NULL(test, fdb_look_up(world, 3, 0));
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 101, 0), &world->port[2]);
	return true;
}

static void in_a_second(struct kunit *test)
{
	struct fdb_world *world = test->priv;
	int tries = 10;

	while (!learn_in_a_second(world, test) && tries)
		tries--;
	KUNIT_EXPECT_GT(test, tries, 0);
	/* The next one begins. */
	world->port[1].fdb.recent.since -= HZ;
	KUNIT_EXPECT_TRUE(test, fdb_learn(world, 1, 3, 0));
	KUNIT_EXPECT_EQ(test, world->port[1].fdb.recent.count, 1);
	world->port[1].fdb.rate = 0;
	for (int i = 10; i < 20; i++)
		KUNIT_EXPECT_TRUE(test, fdb_learn(world, 1, i, 0));
}

static struct kunit_case limits_cases[] = {
	KUNIT_CASE(at_first),
	KUNIT_CASE(of_the_switch),
	KUNIT_CASE(of_a_port),
	KUNIT_CASE(moves_are_charged),
	KUNIT_CASE(in_a_second),
	{}
};

static struct kunit_suite limits_suite = {
	.name = "ringswitch_fdb_limits",
	.init = fdb_world_init,
	.exit = fdb_world_exit,
	.test_cases = limits_cases,
};

kunit_test_suite(limits_suite);
