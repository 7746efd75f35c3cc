// SPDX-License-Identifier: GPL-2.0
/* A batch on its way through the switch: who gets what, in which order, who is counted. */
#include <kunit/test.h>

#include "forward_world.h"

#define A	(&world->guest[0].port)
#define B	(&world->guest[1].port)
#define C	(&world->guest[2].port)
#define HOST	(&world->sw.host)

static void unknown_goes_to_all_who_want_it(struct kunit *test)
{
	struct forward_world *world = test->priv;

	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, UNKNOWN, STATION(1)), 0xc);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, HOST, UNKNOWN, STATION(9)), 0xe);
	forward_allow(HOST, RSW_PORT_unicast_flood, true);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, UNKNOWN, STATION(1)), 0xd);
	forward_allow(C, RSW_PORT_unicast_flood, false);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, UNKNOWN, STATION(1)), 0x5);
}

static void groups_go_to_all(struct kunit *test)
{
	struct forward_world *world = test->priv;

	forward_allow(C, RSW_PORT_unicast_flood, false);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, BROADCAST, STATION(1)), 0xd);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, B, GROUP, STATION(2)), 0xb);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, HOST, BROADCAST, STATION(9)), 0xe);
}

static void known_goes_to_one(struct kunit *test)
{
	struct forward_world *world = test->priv;

	forward_teach(world, B, STATION(2));
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, STATION(2), STATION(1)), 0x4);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, B, STATION(1), STATION(2)), 0x2);
	/* It moves. */
	forward_teach(world, C, STATION(2));
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, STATION(2), STATION(1)), 0x8);
}

static void known_goes_to_the_host(struct kunit *test)
{
	struct forward_world *world = test->priv;
	static const u8 mac[ETH_ALEN] = { 2, 0, 0, 0, 0, 9 };

	KUNIT_ASSERT_EQ(test, rsw_fdb_add_local(&world->sw.fdb, HOST, mac, 0), 0);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, STATION(9), STATION(1)), 0x1);
	/* Sending from the host's address does not take it away. */
	forward_teach(world, C, STATION(9));
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, STATION(9), STATION(1)), 0x1);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, HOST, STATION(1), STATION(9)), 0x2);
}

static void nothing_goes_back(struct kunit *test)
{
	struct forward_world *world = test->priv;

	forward_teach(world, A, STATION(5));
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, STATION(5), STATION(1)), 0);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_same_port), 1);
	/* Also when both are learned from the same batch. */
	forward_begin(world, A);
	forward_add(world, STATION(7), STATION(6));
	forward_add(world, STATION(6), STATION(7));
	forward_run(world, &world->sw);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_same_port), 3);
	KUNIT_EXPECT_EQ(test, world->guest[0].frames | world->guest[1].frames, 0);
}

static void bad_frames_go_nowhere(struct kunit *test)
{
	struct forward_world *world = test->priv;

	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, LINK_LOCAL, STATION(1)), 0);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_link_local), 1);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, STATION(2), GROUP), 0);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, STATION(2), 0), 0);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_bad_source), 2);
	/* And nothing is learned from them: to the zero address everything is flooded. */
	KUNIT_EXPECT_EQ(test, world->sw.fdb.learned, 0);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, B, 0, STATION(2)), 0xa);
}

static void nobody_is_there(struct kunit *test)
{
	struct forward_world *world = test->priv;

	B->up = false;
	C->up = false;
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, UNKNOWN, STATION(1)), 0);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_no_receiver), 1);
	/* The host wants groups. */
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, BROADCAST, STATION(1)), 0x1);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_no_receiver), 1);
	KUNIT_EXPECT_EQ(test, forward_count(A, RSW_INGRESS_FORWARDED), 1);
}

static void ports_that_are_down(struct kunit *test)
{
	struct forward_world *world = test->priv;

	forward_teach(world, B, STATION(2));
	A->up = false;
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, BROADCAST, STATION(1)), 0);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_port_down), 1);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, B, BROADCAST, STATION(2)), 0x9);
	/* Nothing was learned from the port that is down: this is flooded. */
	KUNIT_EXPECT_EQ(test, forward_send_one(world, B, STATION(1), STATION(2)), 0x8);
	A->up = true;
	HOST->up = false;
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, BROADCAST, STATION(1)), 0);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_switch_down), 1);
	forward_begin(world, A);
	forward_add(world, BROADCAST, STATION(1));
	forward_run(world, NULL);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_switch_down), 2);
	KUNIT_EXPECT_EQ(test, world->guest[1].visits, 0);
}

/* What the ingress could not parse is counted, and is no frame for anybody. */
static void dropped_before(struct kunit *test)
{
	struct forward_world *world = test->priv;

	forward_begin(world, A);
	forward_add(world, BROADCAST, STATION(1));
	forward_add(world, BROADCAST, STATION(2));
	local_bh_disable();
	rsw_drop(&world->batch, 0, RSW_DROP_IN_runt);
	local_bh_enable();
	forward_run(world, &world->sw);
	KUNIT_EXPECT_EQ(test, world->guest[1].frames, BIT_ULL(1));
	KUNIT_EXPECT_EQ(test, world->sw.fdb.learned, 1);
	KUNIT_EXPECT_EQ(test, forward_count(A, RSW_INGRESS_FRAMES), 2);
	KUNIT_EXPECT_EQ(test, forward_count(A, RSW_INGRESS_BYTES), 60 + 61);
	KUNIT_EXPECT_EQ(test, forward_count(A, RSW_INGRESS_FORWARDED), 1);
	KUNIT_EXPECT_EQ(test, forward_count(B, RSW_EGRESS_BYTES), 61);
}

/* Flood and unicast reach a port in one visit, so their order is that of the batch. */
static void one_visit_each(struct kunit *test)
{
	struct forward_world *world = test->priv;

	forward_teach(world, B, STATION(2));
	forward_teach(world, C, STATION(3));
	forward_begin(world, A);
	forward_add(world, STATION(2), STATION(1));	/* 0 to B */
	forward_add(world, BROADCAST, STATION(1));	/* 1 to B, C, host */
	forward_add(world, STATION(3), STATION(1));	/* 2 to C */
	forward_add(world, UNKNOWN, STATION(1));	/* 3 to B, C */
	forward_add(world, STATION(2), STATION(4));	/* 4 to B */
	forward_run(world, &world->sw);
	KUNIT_EXPECT_EQ(test, world->guest[1].frames, 0x1b);
	KUNIT_EXPECT_EQ(test, world->guest[2].frames, 0x0e);
	KUNIT_EXPECT_EQ(test, world->host.frames, 0x02);
	KUNIT_EXPECT_EQ(test, world->guest[0].visits, 0);
	KUNIT_EXPECT_EQ(test, world->guest[1].visits, 1);
	KUNIT_EXPECT_EQ(test, world->guest[2].visits, 1);
	KUNIT_EXPECT_EQ(test, world->host.visits, 1);
	KUNIT_EXPECT_EQ(test, rsw_batch_shared(&world->batch), 0x0a);
	KUNIT_EXPECT_EQ(test, forward_count(A, RSW_INGRESS_FORWARDED), 5);
}

static void as_many_receivers_as_frames(struct kunit *test)
{
	struct forward_world *many = forward_world_new(test, GUESTS);

	for (unsigned int i = 1; i < GUESTS; i++)
		forward_teach(many, &many->guest[i].port, STATION(i));
	forward_begin(many, &many->guest[0].port);
	for (unsigned int i = 1; i < GUESTS; i++)
		forward_add(many, STATION(i), STATION(1000));
	forward_run(many, &many->sw);
	for (unsigned int i = 1; i < GUESTS; i++) {
		KUNIT_EXPECT_EQ(test, many->guest[i].frames, BIT_ULL(i - 1));
		KUNIT_EXPECT_EQ(test, many->guest[i].visits, 1);
	}
	KUNIT_EXPECT_EQ(test, many->guest[0].visits + many->host.visits, 0);
	forward_world_free(many, test);
}

static void every_source_of_a_batch_is_learned(struct kunit *test)
{
	struct forward_world *world = test->priv;

	forward_begin(world, A);
	for (unsigned int i = 0; i < RSW_BATCH_FRAMES; i++)
		forward_add(world, BROADCAST, STATION(i / 2 % 20));
	forward_run(world, &world->sw);
	KUNIT_EXPECT_EQ(test, world->sw.fdb.learned, 20);
	KUNIT_EXPECT_EQ(test, world->guest[1].frames, ~0ULL);
	for (unsigned int i = 0; i < 20; i++)
		KUNIT_EXPECT_EQ(test, forward_send_one(world, B, STATION(i), STATION(99)), 0x2);
}

/* What may not be learned passes all the same. */
/* With a database so large that a batch's addresses are fetched before they are looked up. */
static void as_many_stations_as_frames(struct kunit *test)
{
	struct forward_world *world = test->priv;
	const unsigned int known = RSW_FDB_FAR;

	A->fdb.max_learned = 0;
	for (unsigned int i = 0; i < known; i++)
		forward_teach(world, i % 2 ? B : C, STATION(i));
	forward_begin(world, A);
	for (unsigned int i = 0; i < RSW_BATCH_FRAMES; i++)
		forward_add(world, STATION(i * 101), STATION(known + i));
	forward_run(world, &world->sw);
	KUNIT_EXPECT_EQ(test, world->guest[1].frames, 0xaaaaaaaaaaaaaaaaULL);
	KUNIT_EXPECT_EQ(test, world->guest[2].frames, 0x5555555555555555ULL);
	KUNIT_EXPECT_EQ(test, world->host.frames, 0);
	KUNIT_EXPECT_EQ(test, world->sw.fdb.learned, known + RSW_BATCH_FRAMES);
}

static void sources_at_a_limit(struct kunit *test)
{
	struct forward_world *world = test->priv;

	A->fdb.max_learned = 2;
	forward_begin(world, A);
	for (int i = 0; i < 5; i++)
		forward_add(world, UNKNOWN, STATION(100 + i));
	forward_run(world, &world->sw);
	KUNIT_EXPECT_EQ(test, world->guest[1].frames, GENMASK_ULL(4, 0));
	KUNIT_EXPECT_EQ(test, forward_count(A, RSW_INGRESS_FORWARDED), 5);
	KUNIT_EXPECT_EQ(test, forward_count(A, RSW_FDB_NOT_LEARNED), 3);
	KUNIT_EXPECT_EQ(test, world->sw.fdb.learned, 2);
	KUNIT_EXPECT_EQ(test, forward_count(B, RSW_FDB_NOT_LEARNED), 0);
}

static void names_and_sums_of_reasons(struct kunit *test)
{
	struct rsw_stats_sum sum = {};

	KUNIT_EXPECT_EQ(test, strcmp(rsw_drop_name(RSW_DROP_IN_runt), "in_runt"), 0);
	KUNIT_EXPECT_EQ(test, strcmp(rsw_drop_name(RSW_DROP_OUT_refused), "out_refused"), 0);
	for (unsigned int i = 0; i < RSW_DROP_MAX; i++) {
		bool in = !strncmp(rsw_drop_name(i), "in_", 3);

		KUNIT_EXPECT_TRUE(test, in || !strncmp(rsw_drop_name(i), "out_", 4));
		sum.drop[i] = 1;
		KUNIT_EXPECT_EQ(test, rsw_stats_drops_in(&sum), in);
		KUNIT_EXPECT_EQ(test, rsw_stats_drops_out(&sum), !in);
		sum.drop[i] = 0;
	}
}

/* As an array, and by the names of the files in sysfs. */
static void names_of_counters(struct kunit *test)
{
	struct rsw_stats_sum sum = { .count[RSW_EGRESS_BYTES] = 5, .drop[RSW_DROP_IN_backlog] = 7 };
	const u64 *all = (const u64 *)&sum;

	for (unsigned int i = 0; i < RSW_STATS_MAX; i++) {
		const char *name = rsw_stats_name(i);

		KUNIT_EXPECT_EQ(test, all[i] == 5, !strcmp(name, "egress_bytes"));
		KUNIT_EXPECT_EQ(test, all[i] == 7, !strcmp(name, "drop_in_backlog"));
		for (unsigned int other = 0; other < i; other++)
			KUNIT_EXPECT_NE(test, strcmp(name, rsw_stats_name(other)), 0);
	}
}

/* Neighbours of the same addresses are decided on together, also where one of them is gone. */
static void neighbours(struct kunit *test)
{
	struct forward_world *world = test->priv;

	forward_teach(world, B, STATION(2));
	forward_teach(world, C, STATION(3));
	forward_begin(world, A);
	for (unsigned int i = 0; i < RSW_BATCH_FRAMES; i++)
		forward_add(world, i < 20 ? STATION(2) : i < 40 ? GROUP : i < 63 ? STATION(3) :
			    STATION(2), i < 10 ? STATION(1) : STATION(4));
	local_bh_disable();
	/* The first of some, one between others, the last of others. */
	rsw_drop_frames(&world->batch, BIT_ULL(0) | BIT_ULL(30) | BIT_ULL(62),
			RSW_DROP_IN_runt);
	local_bh_enable();
	forward_run(world, &world->sw);
	KUNIT_EXPECT_EQ(test, world->guest[1].frames,
			(GENMASK_ULL(39, 1) & ~BIT_ULL(30)) | BIT_ULL(63));
	KUNIT_EXPECT_EQ(test, world->guest[2].frames, GENMASK_ULL(61, 20) & ~BIT_ULL(30));
	KUNIT_EXPECT_EQ(test, world->host.frames, GENMASK_ULL(39, 20) & ~BIT_ULL(30));
	KUNIT_EXPECT_EQ(test, world->sw.fdb.learned, 4);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_runt), 3);
	KUNIT_EXPECT_EQ(test, forward_count(A, RSW_INGRESS_FORWARDED), 61);
}

/* What is bad in one of them is so in all, and in no other. */
static void bad_neighbours(struct kunit *test)
{
	struct forward_world *world = test->priv;

	forward_teach(world, B, STATION(2));
	forward_teach(world, A, STATION(5));
	forward_begin(world, A);
	for (unsigned int i = 0; i < RSW_BATCH_FRAMES; i++)
		forward_add(world, i / 16 == 1 ? STATION(5) : i / 16 == 2 ? LINK_LOCAL :
			    STATION(2), i / 16 == 3 ? GROUP : STATION(1));
	forward_run(world, &world->sw);
	KUNIT_EXPECT_EQ(test, world->guest[1].frames, GENMASK_ULL(15, 0));
	KUNIT_EXPECT_EQ(test, world->batch.live, GENMASK_ULL(15, 0));
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_same_port), 16);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_link_local), 16);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_bad_source), 16);
}

static struct kunit_case forward_cases[] = {
	KUNIT_CASE(unknown_goes_to_all_who_want_it),
	KUNIT_CASE(groups_go_to_all),
	KUNIT_CASE(known_goes_to_one),
	KUNIT_CASE(known_goes_to_the_host),
	KUNIT_CASE(nothing_goes_back),
	KUNIT_CASE(bad_frames_go_nowhere),
	KUNIT_CASE(nobody_is_there),
	KUNIT_CASE(ports_that_are_down),
	KUNIT_CASE(dropped_before),
	KUNIT_CASE(one_visit_each),
	KUNIT_CASE(neighbours),
	KUNIT_CASE(bad_neighbours),
	KUNIT_CASE(as_many_receivers_as_frames),
	KUNIT_CASE(every_source_of_a_batch_is_learned),
	KUNIT_CASE(as_many_stations_as_frames),
	KUNIT_CASE(sources_at_a_limit),
	KUNIT_CASE(names_and_sums_of_reasons),
	KUNIT_CASE(names_of_counters),
	{}
};

static struct kunit_suite forward_suite = {
	.name = "ringswitch_forward",
	.init = forward_world_init,
	.exit = forward_world_exit,
	.test_cases = forward_cases,
};

kunit_test_suite(forward_suite);
