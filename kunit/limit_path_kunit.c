// SPDX-License-Identifier: GPL-2.0
/* Limits where frames pass, and as people set them. */
#include <kunit/test.h>
#include <linux/ktime.h>
#include <linux/rtnetlink.h>

#include "../drivers/ringswitch/limit_policy.h"
#include "forward_world.h"

#define A	(&world->guest[0].port)
#define B	(&world->guest[1].port)
#define C	(&world->guest[2].port)
#define HOST	(&world->sw.host)

static int limit(struct rsw_port *port, enum rsw_limit which, u64 value)
{
	int err;

	rtnl_lock();
	err = rsw_limit_set(port, which, value);
	rtnl_unlock();
	return err;
}

static struct rsw_limits *limits_of(const struct rsw_port *port)
{
	return rcu_dereference_protected(port->limits, true);
}

static u64 value_of(const struct rsw_port *port, enum rsw_limit which)
{
	u64 value;

	rcu_read_lock();
	value = rsw_limit_get(port, which);
	rcu_read_unlock();
	return value;
}

/* So slow that nothing comes back while a test runs. */
static void limit_bytes(struct kunit *test, struct rsw_port *port, enum rsw_limit rate, u64 burst)
{
	KUNIT_ASSERT_EQ(test, limit(port, rate, 1), 0);
	KUNIT_ASSERT_EQ(test, limit(port, rate + 1, burst), 0);
}

/* A full batch from one port: 64 sources, one destination. Lengths are 60 to 123. */
static void send_batch(struct forward_world *world, struct rsw_port *from, u64 dest)
{
	forward_begin(world, from);
	for (unsigned int i = 0; i < RSW_BATCH_FRAMES; i++)
		forward_add(world, dest, STATION(100 + i));
	forward_run(world, &world->sw);
}

/* What is too much goes nowhere, and nothing is learned from it. */
static void what_comes_in(struct kunit *test)
{
	struct forward_world *world = test->priv;

	forward_teach(world, A, STATION(1));
	/* Six frames, and 34 bytes. */
	limit_bytes(test, A, RSW_LIMIT_ingress_rate, 60 + 61 + 62 + 63 + 64 + 65 + 34);
	forward_teach(world, B, STATION(2));
	send_batch(world, A, STATION(2));
	KUNIT_EXPECT_EQ(test, world->guest[1].frames, 0x3f);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_rate), 58);
	KUNIT_EXPECT_EQ(test, forward_count(A, RSW_INGRESS_FORWARDED), 1 + 6);
	KUNIT_EXPECT_EQ(test, world->sw.fdb.learned, 2 + 6);
	/* It gets what others send, and they are not limited. */
	send_batch(world, B, STATION(1));
	KUNIT_EXPECT_EQ(test, world->guest[0].frames, ~0ULL);
	KUNIT_EXPECT_EQ(test, forward_drops(B, RSW_DROP_IN_rate), 0);
}

/* Frames that make no sense take nothing; those of no VLAN do. */
static void what_is_charged(struct kunit *test)
{
	struct forward_world *world = test->priv;

	KUNIT_ASSERT_EQ(test, limit(A, RSW_LIMIT_ingress_frame_rate, 1), 0);
	KUNIT_ASSERT_EQ(test, limit(A, RSW_LIMIT_ingress_frame_burst, 3), 0);
	world->sw.vlan_proto = htons(ETH_P_8021Q);
	forward_begin(world, A);
	forward_add(world, BROADCAST, 0);
	forward_add(world, LINK_LOCAL, STATION(1));
	forward_add(world, BROADCAST, STATION(1));
	forward_add_tagged(world, BROADCAST, STATION(1), ETH_P_8021Q, 77);
	forward_add(world, BROADCAST, STATION(1));
	forward_add(world, BROADCAST, STATION(1));
	forward_run(world, &world->sw);
	KUNIT_EXPECT_EQ(test, world->guest[1].frames, 0x14);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_vlan), 1);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_rate), 1);
}

static void what_goes_out(struct kunit *test)
{
	struct forward_world *world = test->priv;

	limit_bytes(test, B, RSW_LIMIT_egress_rate, 60 + 61 + 62);
	send_batch(world, A, BROADCAST);
	KUNIT_EXPECT_EQ(test, world->guest[1].frames, 0x7);
	KUNIT_EXPECT_EQ(test, world->guest[2].frames, ~0ULL);
	KUNIT_EXPECT_EQ(test, forward_drops(B, RSW_DROP_OUT_rate), 61);
	KUNIT_EXPECT_EQ(test, forward_count(B, RSW_EGRESS_QUEUED), 64);
	KUNIT_EXPECT_EQ(test, forward_count(A, RSW_INGRESS_FORWARDED), 64);
	/* It is not even visited when nothing is left; what it sends is not limited. */
	send_batch(world, A, BROADCAST);
	KUNIT_EXPECT_EQ(test, world->guest[1].visits, 0);
	send_batch(world, B, BROADCAST);
	KUNIT_EXPECT_EQ(test, world->guest[2].frames, ~0ULL);
}

/* From several ports, to one. */
static void what_goes_out_from_all(struct kunit *test)
{
	struct forward_world *world = test->priv;

	KUNIT_ASSERT_EQ(test, limit(C, RSW_LIMIT_egress_frame_burst, 5), 0);
	KUNIT_ASSERT_EQ(test, limit(C, RSW_LIMIT_egress_frame_burst, 100), 0);
	KUNIT_ASSERT_EQ(test, limit(C, RSW_LIMIT_egress_frame_rate, 1), 0);
	send_batch(world, A, BROADCAST);
	send_batch(world, B, BROADCAST);
	send_batch(world, HOST, BROADCAST);
	KUNIT_EXPECT_EQ(test, forward_count(C, RSW_EGRESS_FRAMES), 100);
	KUNIT_EXPECT_EQ(test, forward_drops(C, RSW_DROP_OUT_rate), 3 * 64 - 100);
}

/* Each kind has a bucket of its own, of 16 frames; what is for one station passes. */
static void storms(struct kunit *test)
{
	struct forward_world *world = test->priv;

	forward_teach(world, B, STATION(2));
	KUNIT_ASSERT_EQ(test, limit(A, RSW_LIMIT_storm_broadcast, 1), 0);
	send_batch(world, A, BROADCAST);
	KUNIT_EXPECT_EQ(test, world->guest[2].frames, 0xffff);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_storm_broadcast), 48);
	send_batch(world, A, GROUP);
	KUNIT_EXPECT_EQ(test, world->guest[2].frames, ~0ULL);

	KUNIT_ASSERT_EQ(test, limit(A, RSW_LIMIT_storm_multicast, 1), 0);
	send_batch(world, A, GROUP);
	KUNIT_EXPECT_EQ(test, world->guest[2].frames, 0xffff);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_storm_multicast), 48);
	send_batch(world, A, UNKNOWN);
	KUNIT_EXPECT_EQ(test, world->guest[2].frames, ~0ULL);

	KUNIT_ASSERT_EQ(test, limit(A, RSW_LIMIT_storm_unknown, 1), 0);
	send_batch(world, A, UNKNOWN);
	KUNIT_EXPECT_EQ(test, world->guest[2].frames, 0xffff);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_storm_unknown), 48);

	send_batch(world, A, STATION(2));
	KUNIT_EXPECT_EQ(test, world->guest[1].frames, ~0ULL);
	/* All of them were learned: that is before anybody knows where they go. */
	KUNIT_EXPECT_EQ(test, world->sw.fdb.learned, 1 + 64);
	/* Those of others. */
	send_batch(world, B, BROADCAST);
	KUNIT_EXPECT_EQ(test, world->guest[2].frames, ~0ULL);
}

/* In one batch: what is left of each goes on, in its order. */
static void storms_of_all_kinds(struct kunit *test)
{
	struct forward_world *world = test->priv;

	KUNIT_ASSERT_EQ(test, limit(A, RSW_LIMIT_storm_broadcast, 1), 0);
	KUNIT_ASSERT_EQ(test, limit(A, RSW_LIMIT_storm_unknown, 1), 0);
	forward_begin(world, A);
	for (unsigned int i = 0; i < 60; i++)
		forward_add(world, i % 3 ? i % 3 == 1 ? GROUP : UNKNOWN : BROADCAST, STATION(1));
	forward_run(world, &world->sw);
	/* 16 each of the first and the third kind: up to number 45 and 47. */
	KUNIT_EXPECT_EQ(test, world->guest[1].frames, GENMASK_ULL(47, 0) | 0x492ULL << 48);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_storm_broadcast), 4);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_storm_multicast), 0);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_storm_unknown), 4);
}

static void nothing_is_limited_at_first(struct kunit *test)
{
	struct forward_world *world = test->priv;

	for (unsigned int i = 0; i < RSW_LIMIT_MAX; i++) {
		KUNIT_EXPECT_EQ(test, value_of(A, i), 0);
		KUNIT_EXPECT_EQ(test, limit(A, i, 0), 0);
		KUNIT_EXPECT_NULL(test, limits_of(A));
	}
	/* And nothing is left when the last limit goes. */
	for (unsigned int i = 0; i < RSW_LIMIT_MAX; i++)
		KUNIT_EXPECT_EQ(test, limit(A, i, 1000 + i), 0);
	for (unsigned int i = 0; i < RSW_LIMIT_MAX; i++) {
		KUNIT_ASSERT_NOT_NULL(test, limits_of(A));
		KUNIT_EXPECT_EQ(test, value_of(A, i), 1000 + i);
		KUNIT_EXPECT_EQ(test, limit(A, i, 0), 0);
	}
	KUNIT_EXPECT_NULL(test, limits_of(A));
}

static void values_out_of_range(struct kunit *test)
{
	struct forward_world *world = test->priv;

	KUNIT_EXPECT_EQ(test, limit(A, RSW_LIMIT_ingress_burst, 1ULL << 32), -ERANGE);
	KUNIT_EXPECT_EQ(test, limit(A, RSW_LIMIT_egress_frame_burst, 1ULL << 32), -ERANGE);
	KUNIT_EXPECT_NULL(test, limits_of(A));
	KUNIT_EXPECT_EQ(test, limit(A, RSW_LIMIT_ingress_burst, U32_MAX), 0);
	KUNIT_EXPECT_EQ(test, limit(A, RSW_LIMIT_ingress_rate, U64_MAX), 0);
	KUNIT_EXPECT_EQ(test, value_of(A, RSW_LIMIT_ingress_rate), U64_MAX);
}

static s64 full(const struct rsw_port *port, enum rsw_meter_of which, bool bytes)
{
	const struct rsw_meter *meter = &limits_of(port)->meter[which];

	return bytes ? meter->bytes.full : meter->frames.full;
}

/* A tenth of a second, within reason. */
static void bursts_nobody_has_said(struct kunit *test)
{
	struct forward_world *world = test->priv;

	limit(A, RSW_LIMIT_ingress_rate, 1);
	KUNIT_EXPECT_EQ(test, full(A, RSW_METER_INGRESS, true), 2 * RSW_FRAME_MAX * NSEC_PER_SEC);
	limit(A, RSW_LIMIT_ingress_rate, 10000000);
	KUNIT_EXPECT_EQ(test, full(A, RSW_METER_INGRESS, true), 1000000 * NSEC_PER_SEC);
	limit(A, RSW_LIMIT_ingress_rate, U64_MAX);
	KUNIT_EXPECT_EQ(test, full(A, RSW_METER_INGRESS, true), U32_MAX * NSEC_PER_SEC);
	limit(A, RSW_LIMIT_egress_frame_rate, 159);
	KUNIT_EXPECT_EQ(test, full(A, RSW_METER_EGRESS, false), 16 * NSEC_PER_SEC);
	limit(A, RSW_LIMIT_egress_frame_rate, 1000);
	KUNIT_EXPECT_EQ(test, full(A, RSW_METER_EGRESS, false), 100 * NSEC_PER_SEC);
	limit(A, RSW_LIMIT_storm_unknown, 3000);
	KUNIT_EXPECT_EQ(test, full(A, RSW_METER_STORM_UNKNOWN, false), 300 * NSEC_PER_SEC);
	/* What begins is full, also beside others. */
	KUNIT_EXPECT_EQ(test, limits_of(A)->meter[RSW_METER_STORM_UNKNOWN].frames.credit,
			300 * NSEC_PER_SEC);
	limit(A, RSW_LIMIT_egress_frame_burst, 5);
	KUNIT_EXPECT_EQ(test, full(A, RSW_METER_EGRESS, false), 5 * NSEC_PER_SEC);
}

/* No change is a burst, neither of another limit nor of the limit itself. */
static void changed_in_between(struct kunit *test)
{
	struct forward_world *world = test->priv;
	u64 last;

	limit_bytes(test, A, RSW_LIMIT_ingress_rate, 1000);
	KUNIT_ASSERT_EQ(test, limit(A, RSW_LIMIT_ingress_frame_rate, 1), 0);
	send_batch(world, A, BROADCAST);
	send_batch(world, A, BROADCAST);
	last = limits_of(A)->meter[RSW_METER_INGRESS].last;
	KUNIT_EXPECT_EQ(test, limit(A, RSW_LIMIT_egress_rate, 77), 0);
	KUNIT_EXPECT_EQ(test, limit(A, RSW_LIMIT_ingress_frame_burst, 1000), 0);
	KUNIT_EXPECT_EQ(test, limit(A, RSW_LIMIT_ingress_rate, 2), 0);
	KUNIT_EXPECT_EQ(test, limits_of(A)->meter[RSW_METER_INGRESS].last, last);
	send_batch(world, A, BROADCAST);
	KUNIT_EXPECT_EQ(test, world->guest[1].frames, 0);
	/* A smaller bucket holds less. */
	limit_bytes(test, B, RSW_LIMIT_egress_rate, 1000);
	KUNIT_EXPECT_EQ(test, limit(B, RSW_LIMIT_egress_burst, 60 + 61), 0);
	send_batch(world, C, BROADCAST);
	KUNIT_EXPECT_EQ(test, world->guest[1].frames, 0x3);
}

/* The number of frames goes on, whatever becomes of bytes. */
static void changed_beside_it(struct kunit *test)
{
	struct forward_world *world = test->priv;

	KUNIT_ASSERT_EQ(test, limit(A, RSW_LIMIT_ingress_frame_rate, 1), 0);
	send_batch(world, A, BROADCAST);
	KUNIT_EXPECT_EQ(test, world->guest[1].frames, 0xffff);
	KUNIT_ASSERT_EQ(test, limit(A, RSW_LIMIT_ingress_rate, U64_MAX), 0);
	send_batch(world, A, BROADCAST);
	KUNIT_EXPECT_EQ(test, world->guest[1].frames, 0);
	KUNIT_ASSERT_EQ(test, limit(A, RSW_LIMIT_ingress_frame_rate, 0), 0);
	send_batch(world, A, BROADCAST);
	KUNIT_EXPECT_EQ(test, world->guest[1].frames, ~0ULL);
	/* What is limited anew begins anew. */
	KUNIT_ASSERT_EQ(test, limit(A, RSW_LIMIT_ingress_frame_rate, 1), 0);
	send_batch(world, A, BROADCAST);
	KUNIT_EXPECT_EQ(test, world->guest[1].frames, 0xffff);
}

static void the_same_once_more(struct kunit *test)
{
	struct forward_world *world = test->priv;
	const struct rsw_limits *before;

	KUNIT_ASSERT_EQ(test, limit(A, RSW_LIMIT_storm_unknown, 5), 0);
	before = limits_of(A);
	KUNIT_EXPECT_EQ(test, limit(A, RSW_LIMIT_storm_unknown, 5), 0);
	KUNIT_EXPECT_PTR_EQ(test, (const struct rsw_limits *)limits_of(A), before);
}

static struct kunit_case limit_path_cases[] = {
	KUNIT_CASE(what_comes_in),
	KUNIT_CASE(what_is_charged),
	KUNIT_CASE(what_goes_out),
	KUNIT_CASE(what_goes_out_from_all),
	KUNIT_CASE(storms),
	KUNIT_CASE(storms_of_all_kinds),
	KUNIT_CASE(nothing_is_limited_at_first),
	KUNIT_CASE(values_out_of_range),
	KUNIT_CASE(bursts_nobody_has_said),
	KUNIT_CASE(changed_in_between),
	KUNIT_CASE(changed_beside_it),
	KUNIT_CASE(the_same_once_more),
	{}
};

static struct kunit_suite limit_path_suite = {
	.name = "ringswitch_limit_path",
	.init = forward_world_init,
	.exit = forward_world_exit,
	.test_cases = limit_path_cases,
};

kunit_test_suite(limit_path_suite);
