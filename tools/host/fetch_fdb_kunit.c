// SPDX-License-Identifier: GPL-2.0
/*
 * A station that moves the moment it has been looked up: what was found is what is used. Past
 * bug CVE-2026-46086.
 */
#include <host/watch.h>
#include <kunit/test.h>

#include "fdb_world.h"
#include "forward_world.h"

static void suite_exit(struct kunit *test)
{
	host_unwatch();
}

static void look_up(struct kunit *test)
{
	struct fdb_world *world = fdb_world_new(test);
	struct rsw_fdb_entry *entry;

	fdb_learn(world, 2, 7, 0);
	entry = fdb_entry(world, 7, 0);
	host_watch(&entry->port, sizeof(entry->port));
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 7, 0), &world->port[2]);
	KUNIT_EXPECT_EQ(test, host_watch_reads(), sizeof(entry->port));
	KUNIT_EXPECT_EQ(test, host_unwatch(), 0);
	/* Its last read has left other bytes. */
	entry->port = &world->port[2];
	fdb_world_free(world);
}

/* A batch of frames to it: each is sorted by one look. */
static void sort(struct kunit *test)
{
	struct forward_world *world = forward_world_new(test, 3);
	struct rsw_fdb_entry *entry;

	forward_teach(world, &world->guest[1].port, STATION(2));
	entry = container_of(world->sw.fdb.lists[0].first, struct rsw_fdb_entry, node);
	forward_begin(world, &world->guest[0].port);
	forward_add(world, STATION(2), STATION(1));
	host_watch(&entry->port, sizeof(entry->port));
	forward_run(world, &world->sw);
	KUNIT_EXPECT_EQ(test, host_watch_reads(), sizeof(entry->port));
	KUNIT_EXPECT_EQ(test, host_unwatch(), 0);
	entry->port = &world->guest[1].port;
	KUNIT_EXPECT_EQ(test, world->guest[1].frames, BIT_ULL(0));
	KUNIT_EXPECT_EQ(test, world->guest[2].visits, 0);
	forward_world_free(world, test);
}

static struct kunit_case fdb_cases[] = {
	KUNIT_CASE(look_up),
	KUNIT_CASE(sort),
	{}
};

static struct kunit_suite fdb_suite = {
	.name = "ringswitch_fetch_fdb",
	.exit = suite_exit,
	.test_cases = fdb_cases,
};

kunit_test_suite(fdb_suite);
