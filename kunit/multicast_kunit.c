// SPDX-License-Identifier: GPL-2.0
/* Frames to groups, on a switch that snoops: who gets them. */
#include <kunit/test.h>
#include <linux/rcupdate.h>

#include "../drivers/ringswitch/mrouter.h"
#include "mdb_world.h"

#define A	(&world->guest[0].port)
#define B	(&world->guest[1].port)
#define C	(&world->guest[2].port)
#define HOST	(&world->sw.host)
#define MDB	(&world->sw.mdb)

#define IP4	htons(ETH_P_IP)
#define IP6	htons(ETH_P_IPV6)

static void add(struct forward_world *world, const struct rsw_mdb_key *key)
{
	unsigned int i = forward_add_group(world, key->addr, key->proto, STATION(1));

	world->batch.frame[i].vid = key->vid;
}

/* One frame; returns who got it, as forward_send_one(). */
static unsigned int send_one(struct forward_world *world, struct rsw_port *from,
			     struct rsw_mdb_key key)
{
	forward_begin(world, from);
	add(world, &key);
	forward_run(world, &world->sw);
	return forward_got(world);
}

static void join(struct forward_world *world, struct rsw_port *port, struct rsw_mdb_key key)
{
	mdb_join(MDB, port, &key);
}

static void nobody_asks(struct kunit *test)
{
	struct forward_world *world = test->priv;

	join(world, B, mdb_ip4(1, 0));
	KUNIT_EXPECT_EQ(test, send_one(world, A, mdb_ip4(1, 0)), 0xd);
	KUNIT_EXPECT_EQ(test, send_one(world, A, mdb_ip4(2, 0)), 0xd);
	/* A querier of the other protocol does not help. */
	mdb_query(MDB, C, IP6, 0);
	rsw_mrouter_set(MDB, C, RSW_MROUTER_NEVER);
	KUNIT_EXPECT_EQ(test, send_one(world, A, mdb_ip4(1, 0)), 0xd);
	/* Nor one that has not been answered yet or has gone. */
	mdb_query(MDB, C, IP4, 0);
	mdb_let_pass_queriers(MDB, -1000);
	KUNIT_EXPECT_EQ(test, send_one(world, A, mdb_ip4(1, 0)), 0xd);
	mdb_let_pass_queriers(MDB, 1000);
	KUNIT_EXPECT_EQ(test, send_one(world, A, mdb_ip4(1, 0)), 0x4);
	mdb_let_pass_queriers(MDB, MDB->querier_interval);
	KUNIT_EXPECT_EQ(test, send_one(world, A, mdb_ip4(1, 0)), 0xd);
}

static void members_and_routers_get_it(struct kunit *test)
{
	struct forward_world *world = test->priv;
	struct rsw_mdb_key key = mdb_ip4(1, 0);

	mdb_query(MDB, C, IP4, 0);
	mdb_query(MDB, C, IP6, 0);
	join(world, B, mdb_ip4(1, 0));
	join(world, A, mdb_ip6(1, 0));
	KUNIT_EXPECT_EQ(test, send_one(world, A, mdb_ip4(1, 0)), 0xc);
	KUNIT_EXPECT_EQ(test, send_one(world, C, mdb_ip4(1, 0)), 0x4);
	KUNIT_EXPECT_EQ(test, send_one(world, A, mdb_ip4(2, 0)), 0x8);
	KUNIT_EXPECT_EQ(test, send_one(world, HOST, mdb_ip6(1, 0)), 0xa);
	join(world, HOST, mdb_ip4(1, 0));
	KUNIT_EXPECT_EQ(test, send_one(world, A, mdb_ip4(1, 0)), 0xd);
	rsw_mrouter_set(MDB, C, RSW_MROUTER_NEVER);
	KUNIT_EXPECT_EQ(test, send_one(world, A, mdb_ip4(1, 0)), 0x5);
	/* Forgotten, though it has not been cleared away. */
	mdb_let_pass(MDB, B, &key, MDB->membership_interval);
	KUNIT_EXPECT_EQ(test, send_one(world, A, mdb_ip4(1, 0)), 0x1);
	/* Nobody but who sends has asked for it. */
	KUNIT_EXPECT_EQ(test, send_one(world, A, mdb_ip6(1, 0)), 0);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_no_member), 1);
	KUNIT_EXPECT_EQ(test, rsw_batch_shared(&world->batch), 0);
}

/* Each of a flood's rules holds for a group as well, but for the flags of floods. */
static void who_may_not_have_it(struct kunit *test)
{
	struct forward_world *world = test->priv;

	mdb_query(MDB, C, IP4, 0);
	rsw_mrouter_set(MDB, C, RSW_MROUTER_NEVER);
	join(world, B, mdb_ip4(1, 0));
	join(world, C, mdb_ip4(1, 0));
	forward_allow(C, RSW_PORT_multicast_flood, false);
	KUNIT_EXPECT_EQ(test, send_one(world, A, mdb_ip4(1, 0)), 0xc);
	A->isolation = RSW_ISOLATION_PRIVATE;
	B->isolation = RSW_ISOLATION_PRIVATE;
	KUNIT_EXPECT_EQ(test, send_one(world, A, mdb_ip4(1, 0)), 0x8);
	C->up = false;
	KUNIT_EXPECT_EQ(test, send_one(world, A, mdb_ip4(1, 0)), 0);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_no_member), 1);
}

static void groups_of_everybody(struct kunit *test)
{
	struct forward_world *world = test->priv;
	struct rsw_mdb_key local = { .addr = { 224, 0, 0, 251 }, .proto = IP4 };
	struct rsw_mdb_key nodes = { .addr = { 0xff, 2, [15] = 1 }, .proto = IP6 };
	struct rsw_mdb_key near = { .addr = { 224, 0, 1, 251 }, .proto = IP4 };

	mdb_query(MDB, C, IP4, 0);
	mdb_query(MDB, C, IP6, 0);
	KUNIT_EXPECT_EQ(test, send_one(world, A, local), 0xd);
	KUNIT_EXPECT_EQ(test, send_one(world, A, nodes), 0xd);
	KUNIT_EXPECT_EQ(test, send_one(world, A, near), 0x8);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, BROADCAST, STATION(1)), 0xd);
}

static void permanent_without_a_querier(struct kunit *test)
{
	struct forward_world *world = test->priv;
	struct rsw_mdb_key key = mdb_ip4(1, 0);

	KUNIT_ASSERT_EQ(test, rsw_mdb_join(MDB, B, &key, true), 0);
	KUNIT_EXPECT_EQ(test, send_one(world, A, key), 0x4);
	join(world, C, key);
	KUNIT_EXPECT_EQ(test, send_one(world, A, key), 0xc);
	KUNIT_EXPECT_EQ(test, send_one(world, A, mdb_ip4(2, 0)), 0xd);
	rsw_mdb_del(MDB, B, &key);
	KUNIT_EXPECT_EQ(test, send_one(world, A, key), 0xd);
}

static void other_protocols(struct kunit *test)
{
	struct forward_world *world = test->priv;
	struct rsw_mdb_key key = { .addr = { 0x01, 0x00, 0x5e, 0x00, 0x00, 0x01 } };

	mdb_query(MDB, C, IP4, 0);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, GROUP, STATION(1)), 0xd);
	KUNIT_ASSERT_EQ(test, rsw_mdb_join(MDB, B, &key, true), 0);
	rsw_mrouter_set(MDB, C, RSW_MROUTER_NEVER);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, GROUP, STATION(1)), 0x4);
}

/* Else a frame could be hidden from those who asked for its group, or from those it is for. */
static void addresses_that_do_not_match(struct kunit *test)
{
	struct forward_world *world = test->priv;
	struct rsw_mdb_key key = mdb_ip4(1, 0);
	u8 *head;

	mdb_query(MDB, C, IP4, 0);
	forward_begin(world, A);
	add(world, &key);
	head = world->batch.frame[0].head;
	head[5] ^= 1;
	forward_run(world, &world->sw);
	KUNIT_EXPECT_EQ(test, forward_got(world), 0xd);
	forward_begin(world, A);
	add(world, &key);
	head[ETH_HLEN] = 0x65;
	forward_run(world, &world->sw);
	KUNIT_EXPECT_EQ(test, forward_got(world), 0xd);
	/* Too short to say. */
	forward_begin(world, A);
	add(world, &key);
	world->batch.frame[0].head_len = ETH_HLEN + 19;
	world->batch.frame[0].len = ETH_HLEN + 19;
	forward_run(world, &world->sw);
	KUNIT_EXPECT_EQ(test, forward_got(world), 0xd);
}

static void a_batch_of_several(struct kunit *test)
{
	struct forward_world *world = test->priv;
	struct rsw_mdb_key one = mdb_ip4(1, 0), two = mdb_ip4(2, 0), six = mdb_ip6(1, 0);

	mdb_query(MDB, HOST, IP4, 0);
	rsw_mrouter_set(MDB, HOST, RSW_MROUTER_NEVER);
	join(world, B, one);
	join(world, C, one);
	join(world, C, two);
	forward_teach(world, B, STATION(2));
	forward_begin(world, A);
	add(world, &one);				/* 0 to B, C */
	add(world, &one);				/* 1 */
	forward_add(world, STATION(2), STATION(1));	/* 2 to B */
	add(world, &one);				/* 3 to B, C */
	add(world, &two);				/* 4 to C */
	add(world, &six);				/* 5 to all */
	add(world, &one);				/* 6 to B, C */
	forward_add(world, BROADCAST, STATION(1));	/* 7 to all */
	forward_run(world, &world->sw);
	KUNIT_EXPECT_EQ(test, world->guest[1].frames, 0xef);
	KUNIT_EXPECT_EQ(test, world->guest[2].frames, 0xfb);
	KUNIT_EXPECT_EQ(test, world->host.frames, 0xa0);
	KUNIT_EXPECT_EQ(test, world->guest[1].visits, 1);
	KUNIT_EXPECT_EQ(test, world->guest[2].visits, 1);
	/* None of these may be kept by one of several receivers. */
	KUNIT_EXPECT_EQ(test, rsw_batch_shared(&world->batch), 0xfb);
	KUNIT_EXPECT_EQ(test, forward_count(A, RSW_INGRESS_FORWARDED), 8);
}

static void vlans_are_apart(struct kunit *test)
{
	struct forward_world *world = test->priv;

	/* As if the switch had given the frames their VLAN. */
	set_bit(10, B->vlans.member);
	set_bit(10, C->vlans.member);
	set_bit(11, C->vlans.member);
	mdb_query(MDB, C, IP4, 10);
	rsw_mrouter_set(MDB, C, RSW_MROUTER_NEVER);
	join(world, B, mdb_ip4(1, 10));
	join(world, B, mdb_ip4(1, 11));
	join(world, C, mdb_ip4(1, 11));
	KUNIT_EXPECT_EQ(test, send_one(world, A, mdb_ip4(1, 10)), 0x4);
	KUNIT_EXPECT_EQ(test, send_one(world, A, mdb_ip4(1, 11)), 0xd);
	mdb_query(MDB, C, IP4, 11);
	/* A member that is not in the VLAN any more gets nothing there. */
	KUNIT_EXPECT_EQ(test, send_one(world, A, mdb_ip4(1, 11)), 0x8);
}

/* More receivers than a batch has room for: all get it, and nobody else. */
static void crowds(struct kunit *test)
{
	struct forward_world *many = forward_world_new(test, GUESTS);
	struct rsw_mdb *mdb = &many->sw.mdb;
	unsigned int frames = 0;

	mdb->snooping = true;
	mdb_query(mdb, &many->sw.host, IP4, 0);
	forward_begin(many, &many->guest[0].port);
	/* Guests 1 .. 40 are in group 1, 2 .. 41 in 2 and so on. */
	for (unsigned int g = 1; g <= 20; g++) {
		struct rsw_mdb_key key = mdb_ip4(g, 0);

		for (unsigned int p = g; p < g + 40; p++)
			mdb_join(mdb, &many->guest[p].port, &key);
		add(many, &key);
		frames++;
	}
	/* As if others had taken all the room but for five. */
	while (many->batch.ndests < RSW_BATCH_DESTS - 5)
		many->batch.dest[many->batch.ndests++] = (struct rsw_dest){
			.port = &many->guest[GUESTS - 1].port,
		};
	forward_run(many, &many->sw);
	for (unsigned int p = 1; p < GUESTS - 1; p++) {
		u64 wanted = 0;

		for (unsigned int g = 1; g <= frames; g++)
			if (p >= g && p < g + 40)
				wanted |= BIT_ULL(g - 1);
		KUNIT_EXPECT_EQ(test, many->guest[p].frames, wanted);
		KUNIT_EXPECT_EQ(test, many->guest[p].visits, wanted != 0);
	}
	KUNIT_EXPECT_EQ(test, many->host.frames, GENMASK_ULL(frames - 1, 0));
	KUNIT_EXPECT_EQ(test, many->host.visits, 1);
	KUNIT_EXPECT_EQ(test, forward_count(&many->guest[0].port, RSW_INGRESS_FORWARDED), frames);
	forward_world_free(many, test);
}

static void not_snooping(struct kunit *test)
{
	struct forward_world *world = test->priv;

	mdb_query(MDB, C, IP4, 0);
	join(world, B, mdb_ip4(1, 0));
	MDB->snooping = false;
	KUNIT_EXPECT_EQ(test, send_one(world, A, mdb_ip4(1, 0)), 0xd);
}

static struct kunit_case multicast_cases[] = {
	KUNIT_CASE(nobody_asks),
	KUNIT_CASE(members_and_routers_get_it),
	KUNIT_CASE(who_may_not_have_it),
	KUNIT_CASE(groups_of_everybody),
	KUNIT_CASE(permanent_without_a_querier),
	KUNIT_CASE(other_protocols),
	KUNIT_CASE(addresses_that_do_not_match),
	KUNIT_CASE(a_batch_of_several),
	KUNIT_CASE(vlans_are_apart),
	KUNIT_CASE(crowds),
	KUNIT_CASE(not_snooping),
	{}
};

static struct kunit_suite multicast_suite = {
	.name = "ringswitch_multicast",
	.init = mdb_world_init,
	.exit = forward_world_exit,
	.test_cases = multicast_cases,
};

kunit_test_suite(multicast_suite);
