// SPDX-License-Identifier: GPL-2.0
/* What a port is allowed: learning, floods, isolation, a lock. */
#include <kunit/test.h>

#include "forward_world.h"

#define A	(&world->guest[0].port)
#define B	(&world->guest[1].port)
#define C	(&world->guest[2].port)
#define HOST	(&world->sw.host)
/* As what forward_send_one() returns. */
#define GETS_HOST	BIT(0)
#define GETS_A		BIT(1)
#define GETS_B		BIT(2)
#define GETS_C		BIT(3)

static void nothing_is_learned(struct kunit *test)
{
	struct forward_world *world = test->priv;

	forward_teach(world, A, STATION(1));
	forward_allow(A, RSW_PORT_learning, false);
	forward_teach(world, A, STATION(2));
	KUNIT_EXPECT_EQ(test, world->sw.fdb.learned, 1);
	/* What was known stays known. */
	KUNIT_EXPECT_EQ(test, forward_send_one(world, B, STATION(1), STATION(3)), GETS_A);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, B, STATION(2), STATION(3)), GETS_A | GETS_C);
}

static void floods_of_each_kind(struct kunit *test)
{
	struct forward_world *world = test->priv;

	forward_allow(A, RSW_PORT_unicast_flood, false);
	forward_allow(B, RSW_PORT_multicast_flood, false);
	forward_allow(C, RSW_PORT_broadcast_flood, false);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, HOST, UNKNOWN, STATION(9)), GETS_B | GETS_C);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, HOST, GROUP, STATION(9)), GETS_A | GETS_C);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, HOST, BROADCAST, STATION(9)),
			GETS_A | GETS_B);
	/* Nobody is left: that is counted. */
	forward_allow(B, RSW_PORT_unicast_flood, false);
	forward_allow(C, RSW_PORT_unicast_flood, false);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, HOST, UNKNOWN, STATION(9)), 0);
	KUNIT_EXPECT_EQ(test, forward_drops(HOST, RSW_DROP_IN_no_receiver), 1);
}

/* In one batch: each port gets its own kinds, in one visit. */
static void floods_of_all_kinds(struct kunit *test)
{
	struct forward_world *world = test->priv;

	forward_allow(B, RSW_PORT_multicast_flood, false);
	forward_allow(C, RSW_PORT_broadcast_flood, false);
	forward_begin(world, A);
	forward_add(world, UNKNOWN, STATION(1));
	forward_add(world, GROUP, STATION(1));
	forward_add(world, BROADCAST, STATION(1));
	forward_run(world, &world->sw);
	KUNIT_EXPECT_EQ(test, world->guest[1].frames, 0x5);
	KUNIT_EXPECT_EQ(test, world->guest[2].frames, 0x3);
	KUNIT_EXPECT_EQ(test, world->host.frames, 0x6);
	KUNIT_EXPECT_EQ(test, rsw_batch_shared(&world->batch), 0x7);
}

static void isolated_from_each_other(struct kunit *test)
{
	struct forward_world *world = test->priv;

	A->isolation = RSW_ISOLATION_PRIVATE;
	B->isolation = RSW_ISOLATION_PRIVATE;
	forward_teach(world, A, STATION(1));
	forward_teach(world, B, STATION(2));
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, STATION(2), STATION(1)), 0);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_isolated), 1);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, BROADCAST, STATION(1)),
			GETS_HOST | GETS_C);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, UNKNOWN, STATION(1)), GETS_C);
	/* Who is not isolated reaches all, and is reached. */
	KUNIT_EXPECT_EQ(test, forward_send_one(world, C, STATION(2), STATION(3)), GETS_B);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, C, BROADCAST, STATION(3)),
			GETS_HOST | GETS_A | GETS_B);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, STATION(3), STATION(1)), GETS_C);
}

static void isolated_in_groups(struct kunit *test)
{
	struct forward_world *world = test->priv;

	A->isolation = RSW_ISOLATION_PRIVATE + 5;
	B->isolation = RSW_ISOLATION_PRIVATE + 5;
	C->isolation = RSW_ISOLATION_PRIVATE + 6;
	forward_teach(world, B, STATION(2));
	forward_teach(world, C, STATION(3));
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, STATION(2), STATION(1)), GETS_B);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, STATION(3), STATION(1)), 0);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_isolated), 1);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, BROADCAST, STATION(1)),
			GETS_HOST | GETS_B);
	C->isolation = RSW_ISOLATION_PRIVATE;
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, STATION(3), STATION(1)), 0);
}

static void locked(struct kunit *test)
{
	struct forward_world *world = test->priv;

	forward_teach(world, A, STATION(1));
	forward_teach(world, B, STATION(2));
	forward_allow(A, RSW_PORT_locked, true);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, STATION(2), STATION(1)), GETS_B);
	/* Neither somebody new nor somebody else's address; and neither is learned. */
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, STATION(2), STATION(4)), 0);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, BROADCAST, STATION(2)), 0);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_locked), 2);
	KUNIT_EXPECT_EQ(test, world->sw.fdb.learned, 2);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, C, STATION(2), STATION(3)), GETS_B);
	/* It gets what others send. */
	KUNIT_EXPECT_EQ(test, forward_send_one(world, C, BROADCAST, STATION(3)),
			GETS_HOST | GETS_A | GETS_B);
}

static struct kunit_case policy_cases[] = {
	KUNIT_CASE(nothing_is_learned),
	KUNIT_CASE(floods_of_each_kind),
	KUNIT_CASE(floods_of_all_kinds),
	KUNIT_CASE(isolated_from_each_other),
	KUNIT_CASE(isolated_in_groups),
	KUNIT_CASE(locked),
	{}
};

static struct kunit_suite policy_suite = {
	.name = "ringswitch_policy",
	.init = forward_world_init,
	.exit = forward_world_exit,
	.test_cases = policy_cases,
};

kunit_test_suite(policy_suite);
