// SPDX-License-Identifier: GPL-2.0
/* Forwarding database: learning, moving, local addresses, flushing, ageing. */
#include <kunit/test.h>
#include <linux/jiffies.h>
#include <linux/rcupdate.h>

#include "fdb_world.h"

static void learn_and_look_up(struct kunit *test)
{
	struct fdb_world *world = test->priv;

	KUNIT_EXPECT_NULL(test, fdb_look_up(world, 1, 0));
	fdb_learn(world, 3, 1, 0);
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 1, 0), &world->port[3]);
	KUNIT_EXPECT_NULL(test, fdb_look_up(world, 2, 0));
	KUNIT_EXPECT_EQ(test, world->fdb.learned, 1);
	fdb_learn(world, 3, 1, 0);
	KUNIT_EXPECT_EQ(test, world->fdb.learned, 1);
}

static void every_byte_of_the_address_counts(struct kunit *test)
{
	struct fdb_world *world = test->priv;

	for (int i = 0; i < 48; i++)
		fdb_learn(world, i % 4, BIT_ULL(i), 0);
	for (int i = 0; i < 48; i++)
		KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, BIT_ULL(i), 0), &world->port[i % 4]);
	KUNIT_EXPECT_EQ(test, world->fdb.learned, 48);
}

static void vlans_are_apart(struct kunit *test)
{
	struct fdb_world *world = test->priv;

	fdb_learn(world, 1, 7, 0);
	fdb_learn(world, 2, 7, 4094);
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 7, 0), &world->port[1]);
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 7, 4094), &world->port[2]);
	KUNIT_EXPECT_NULL(test, fdb_look_up(world, 7, 1));
	KUNIT_EXPECT_EQ(test, world->fdb.learned, 2);
}

static void stations_move(struct kunit *test)
{
	struct fdb_world *world = test->priv;

	fdb_learn(world, 1, 7, 0);
	fdb_learn(world, 2, 7, 0);
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 7, 0), &world->port[2]);
	KUNIT_EXPECT_EQ(test, world->fdb.learned, 1);
	KUNIT_EXPECT_EQ(test, fdb_share(world, 1), 0);
	KUNIT_EXPECT_EQ(test, fdb_share(world, 2), 1);
	/* Where it was is forgotten, too. */
	rsw_fdb_flush_port(&world->fdb, &world->port[1]);
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 7, 0), &world->port[2]);
}

static void local_addresses(struct kunit *test)
{
	struct fdb_world *world = test->priv;

	/* It replaces what was learned, and nobody takes it away by sending from it. */
	fdb_learn(world, 1, 7, 0);
	KUNIT_ASSERT_EQ(test, fdb_add_local(world, 0, 7, 0), 0);
	KUNIT_EXPECT_EQ(test, world->fdb.learned, 0);
	fdb_learn(world, 2, 7, 0);
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 7, 0), &world->port[0]);
	KUNIT_EXPECT_EQ(test, world->fdb.learned, 0);

	KUNIT_EXPECT_EQ(test, fdb_add_local(world, 3, 7, 0), 0);
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 7, 0), &world->port[3]);
	fdb_del_local(world, 7, 0);
	KUNIT_EXPECT_NULL(test, fdb_look_up(world, 7, 0));
	fdb_learn(world, 2, 7, 0);
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 7, 0), &world->port[2]);

	/* Not local, or not there: not removed. */
	fdb_del_local(world, 7, 0);
	fdb_del_local(world, 8, 0);
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 7, 0), &world->port[2]);
	KUNIT_EXPECT_EQ(test, world->fdb.learned, 1);
}

static void flush(struct kunit *test)
{
	struct fdb_world *world = test->priv;

	for (int i = 0; i < 40; i++)
		fdb_learn(world, i % 4, i, 0);
	fdb_add_local(world, 2, 100, 0);
	rsw_fdb_flush_port(&world->fdb, &world->port[1]);
	KUNIT_EXPECT_EQ(test, world->fdb.learned, 30);
	for (int i = 0; i < 40; i++)
		KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, i, 0),
				    i % 4 == 1 ? NULL : &world->port[i % 4]);
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 100, 0), &world->port[2]);
	rsw_fdb_flush_port(&world->fdb, NULL);
	KUNIT_EXPECT_EQ(test, world->fdb.learned, 0);
	KUNIT_EXPECT_TRUE(test, fdb_lists_empty(world));
	KUNIT_EXPECT_NULL(test, fdb_look_up(world, 2, 0));
}

/* A use after free when it is freed too early: for KASAN and ASan to see. */
static void readers_keep_what_they_found(struct kunit *test)
{
	struct fdb_world *world = test->priv;
	const struct rsw_fdb_entry *found;
	struct rsw_port *port;

	fdb_learn(world, 1, 7, 0);
	rcu_read_lock();
	found = fdb_entry(world, 7, 0);
	KUNIT_EXPECT_EQ(test, fdb_del(world, 1, 7, 0), 0);
	port = READ_ONCE(found->port);
	rcu_read_unlock();
	KUNIT_EXPECT_PTR_EQ(test, port, &world->port[1]);
	KUNIT_EXPECT_NULL(test, fdb_look_up(world, 7, 0));
}

static void seen_again_is_young_again(struct kunit *test)
{
	struct fdb_world *world = test->priv;
	unsigned long before;

	fdb_learn(world, 1, 7, 0);
	fdb_entry(world, 7, 0)->updated = jiffies - 1000;
	before = jiffies;
	fdb_learn(world, 1, 7, 0);
	KUNIT_EXPECT_LE(test, fdb_entry(world, 7, 0)->updated - before, jiffies - before);
	/* A look-up is not a sign of life. */
	fdb_entry(world, 7, 0)->updated = jiffies - 1000;
	fdb_look_up(world, 7, 0);
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 7, 0), &world->port[1]);
	KUNIT_EXPECT_LE(test, fdb_entry(world, 7, 0)->updated - before + 1000, jiffies - before);
}

/* Ages of five entries, and of a local one. False when the clock has ticked meanwhile. */
static bool age_once(struct fdb_world *world, struct kunit *test)
{
	const unsigned long time = 5000;
	unsigned long now, after, next;

	rsw_fdb_flush_port(&world->fdb, NULL);
	for (int i = 1; i <= 5; i++)
		fdb_learn(world, 1, i, 0);
	fdb_add_local(world, 0, 6, 0);
	WRITE_ONCE(world->fdb.ageing_time, time);
	now = jiffies;
	fdb_entry(world, 1, 0)->updated = now - time - 1;
	fdb_entry(world, 2, 0)->updated = now - time;
	/* The next to go is neither the first nor the last of the list. */
	fdb_entry(world, 3, 0)->updated = now;
	fdb_entry(world, 4, 0)->updated = now - time + 30;
	fdb_entry(world, 5, 0)->updated = now - 1;
	fdb_entry(world, 6, 0)->updated = now - 10 * time;
	next = rsw_fdb_age(&world->fdb);
	after = jiffies;
	if (after != now)
		return false;
	KUNIT_EXPECT_NULL(test, fdb_look_up(world, 1, 0));
	KUNIT_EXPECT_NULL(test, fdb_look_up(world, 2, 0));
	for (int i = 3; i <= 5; i++)
		KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, i, 0), &world->port[1]);
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 6, 0), &world->port[0]);
	KUNIT_EXPECT_EQ(test, next, 30);
	KUNIT_EXPECT_EQ(test, world->fdb.learned, 3);
	return true;
}

static void ageing_is_exact(struct kunit *test)
{
	int tries = 1000;

	while (!age_once(test->priv, test) && tries)
		tries--;
	KUNIT_EXPECT_GT(test, tries, 0);
}

static void nothing_to_age(struct kunit *test)
{
	struct fdb_world *world = test->priv;

	world->fdb.ageing_time = 1234;
	KUNIT_EXPECT_EQ(test, rsw_fdb_age(&world->fdb), 1234);
	fdb_add_local(world, 0, 5, 0);
	KUNIT_EXPECT_EQ(test, rsw_fdb_age(&world->fdb), 1234);
}

static struct kunit_case fdb_cases[] = {
	KUNIT_CASE(learn_and_look_up),
	KUNIT_CASE(every_byte_of_the_address_counts),
	KUNIT_CASE(vlans_are_apart),
	KUNIT_CASE(stations_move),
	KUNIT_CASE(local_addresses),
	KUNIT_CASE(flush),
	KUNIT_CASE(readers_keep_what_they_found),
	KUNIT_CASE(seen_again_is_young_again),
	KUNIT_CASE(ageing_is_exact),
	KUNIT_CASE(nothing_to_age),
	{}
};

static struct kunit_suite fdb_suite = {
	.name = "ringswitch_fdb",
	.init = fdb_world_init,
	.exit = fdb_world_exit,
	.test_cases = fdb_cases,
};

kunit_test_suite(fdb_suite);
