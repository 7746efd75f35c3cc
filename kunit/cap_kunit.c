// SPDX-License-Identifier: GPL-2.0
/* What there may be on the host in all, and the databases that ask for it. */
#include <kunit/test.h>
#include <linux/limits.h>
#include <linux/netlink.h>

#include "../drivers/ringswitch/cap.h"
#include "fdb_world.h"
#include "mdb_world.h"

#define USED(which)	((unsigned int)atomic_read(&rsw_caps[RSW_CAP_##which].used))
#define MOST(which)	(rsw_caps[RSW_CAP_##which].max)

static unsigned int max_before[RSW_CAP_MAX], used_before[RSW_CAP_MAX];

static int suite_init(struct kunit *test)
{
	for (int i = 0; i < RSW_CAP_MAX; i++) {
		max_before[i] = rsw_caps[i].max;
		used_before[i] = atomic_read(&rsw_caps[i].used);
	}
	return 0;
}

/* Whatever was done: all of it was given back. */
static void suite_exit(struct kunit *test)
{
	for (int i = 0; i < RSW_CAP_MAX; i++) {
		KUNIT_EXPECT_EQ(test, atomic_read(&rsw_caps[i].used), used_before[i]);
		rsw_caps[i].max = max_before[i];
	}
}

static void all_or_nothing(struct kunit *test)
{
	unsigned int at_first = USED(queue_pairs);

	MOST(queue_pairs) = at_first + 4;
	KUNIT_EXPECT_TRUE(test, rsw_cap_take(RSW_CAP_queue_pairs, 3));
	KUNIT_EXPECT_FALSE(test, rsw_cap_full(RSW_CAP_queue_pairs));
	KUNIT_EXPECT_FALSE(test, rsw_cap_take(RSW_CAP_queue_pairs, 2));
	KUNIT_EXPECT_EQ(test, USED(queue_pairs), at_first + 3);
	KUNIT_EXPECT_TRUE(test, rsw_cap_take(RSW_CAP_queue_pairs, 1));
	KUNIT_EXPECT_TRUE(test, rsw_cap_full(RSW_CAP_queue_pairs));
	KUNIT_EXPECT_FALSE(test, rsw_cap_take(RSW_CAP_queue_pairs, 1));
	rsw_cap_give(RSW_CAP_queue_pairs, 4);
	/* No sum is too large to be seen. */
	KUNIT_EXPECT_FALSE(test, rsw_cap_take(RSW_CAP_queue_pairs, UINT_MAX));
}

/* What there is stays; there is room again when there is less than the new one. */
static void lowered(struct kunit *test)
{
	unsigned int at_first = USED(ports);

	KUNIT_EXPECT_TRUE(test, rsw_cap_take(RSW_CAP_ports, 3));
	MOST(ports) = at_first + 1;
	KUNIT_EXPECT_TRUE(test, rsw_cap_full(RSW_CAP_ports));
	KUNIT_EXPECT_FALSE(test, rsw_cap_take(RSW_CAP_ports, 1));
	rsw_cap_give(RSW_CAP_ports, 2);
	KUNIT_EXPECT_FALSE(test, rsw_cap_take(RSW_CAP_ports, 1));
	rsw_cap_give(RSW_CAP_ports, 1);
	KUNIT_EXPECT_TRUE(test, rsw_cap_take(RSW_CAP_ports, 1));
	rsw_cap_give(RSW_CAP_ports, 1);
	MOST(ports) = 0;
	KUNIT_EXPECT_FALSE(test, rsw_cap_take(RSW_CAP_ports, 1));
}

/* Two switches, one host: neither gets more than is left by the other. */
static void addresses(struct kunit *test)
{
	struct fdb_world *one = fdb_world_new(test), *two = fdb_world_new(test);

	MOST(fdb_entries) = USED(fdb_entries) + 3;
	KUNIT_EXPECT_TRUE(test, fdb_learn(one, 1, 1, 0));
	KUNIT_EXPECT_TRUE(test, fdb_learn(two, 1, 1, 0));
	KUNIT_EXPECT_EQ(test, fdb_set(two, 1, 2, 0, RSW_FDB_USER, NLM_F_CREATE), 0);
	KUNIT_EXPECT_FALSE(test, fdb_learn(one, 1, 2, 0));
	KUNIT_EXPECT_NULL(test, fdb_look_up(one, 2, 0));
	KUNIT_EXPECT_EQ(test, fdb_set(one, 1, 2, 0, RSW_FDB_USER | RSW_FDB_STATIC, NLM_F_CREATE),
			-ENOSPC);
	/* Who is known stays known, and may move and be changed. */
	KUNIT_EXPECT_TRUE(test, fdb_learn(one, 2, 1, 0));
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(one, 1, 0), &one->port[2]);
	KUNIT_EXPECT_EQ(test, fdb_set(two, 1, 1, 0, RSW_FDB_USER, NLM_F_CREATE), 0);
	/* The host is not locked out by its guests, and counts. */
	KUNIT_EXPECT_EQ(test, fdb_add_local(one, 0, 5, 0), 0);
	KUNIT_EXPECT_EQ(test, fdb_add_local(one, 0, 1, 0), 0);
	KUNIT_EXPECT_EQ(test, fdb_del(two, 1, 1, 0), 0);
	KUNIT_EXPECT_FALSE(test, fdb_learn(one, 1, 2, 0));
	fdb_del_local(one, 5, 0);
	KUNIT_EXPECT_TRUE(test, fdb_learn(one, 1, 2, 0));
	fdb_world_free(two);
	KUNIT_EXPECT_TRUE(test, fdb_learn(one, 1, 3, 0));
	fdb_world_free(one);
}

static void groups(struct kunit *test)
{
	struct forward_world *world = forward_world_new(test, 3);
	struct rsw_mdb_key one = mdb_ip4(1, 0), two = mdb_ip4(2, 0);
	struct rsw_mdb *mdb = &world->sw.mdb;
	struct rsw_port *port = &world->guest[0].port;

	MOST(mdb_members) = USED(mdb_members) + 2;
	KUNIT_EXPECT_EQ(test, mdb_join(mdb, port, &one), 0);
	KUNIT_EXPECT_EQ(test, mdb_join(mdb, &world->guest[1].port, &one), 0);
	KUNIT_EXPECT_EQ(test, mdb_join(mdb, port, &two), -ENOSPC);
	KUNIT_EXPECT_EQ(test, mdb_join(mdb, &world->guest[2].port, &one), -ENOSPC);
	KUNIT_EXPECT_EQ(test, mdb->n, 1);
	/* Who is a member may say so again. */
	KUNIT_EXPECT_EQ(test, mdb_join(mdb, port, &one), 0);
	KUNIT_EXPECT_EQ(test, rsw_mdb_del(mdb, port, &one), 0);
	/* A limit of the switch costs nothing of it. */
	mdb->max = 1;
	KUNIT_EXPECT_EQ(test, mdb_join(mdb, port, &two), -E2BIG);
	KUNIT_EXPECT_EQ(test, mdb_join(mdb, &world->guest[2].port, &one), 0);
	forward_world_free(world, test);
}

static struct kunit_case cap_cases[] = {
	KUNIT_CASE(all_or_nothing),
	KUNIT_CASE(lowered),
	KUNIT_CASE(addresses),
	KUNIT_CASE(groups),
	{}
};

static struct kunit_suite cap_suite = {
	.name = "ringswitch_cap",
	.init = suite_init,
	.exit = suite_exit,
	.test_cases = cap_cases,
};

kunit_test_suite(cap_suite);
