// SPDX-License-Identifier: GPL-2.0
/* Mirrors: who is shown what, and that nothing else changes. */
#include <kunit/test.h>
#include <linux/if_vlan.h>
#include <linux/rcupdate.h>

#include "forward_world.h"
#include "../drivers/ringswitch/mirror.h"

#define A	(&world->guest[0].port)
#define B	(&world->guest[1].port)
#define C	(&world->guest[2].port)
#define HOST	(&world->sw.host)
/* As what forward_send_one() returns. */
#define GETS_HOST	BIT(0)
#define GETS_A		BIT(1)
#define GETS_B		BIT(2)
#define GETS_C		BIT(3)

/**
 * struct copy - a frame as C gets it
 * @len: bytes, without a tag beside it
 * @proto: where an Ethertype or a TPID is
 * @tpid: of a tag beside it, 0: none
 * @tci: of that tag
 * @kept: it may keep the skb
 */
struct copy {
	u32 len;
	u16 proto;
	u16 tpid;
	u16 tci;
	bool kept;
};

static struct copy copies[8];
static unsigned int ncopies;

/* C, where mirrors lead to in most tests. */
static void note_egress(struct rsw_port *port, struct rsw_batch *batch, u64 frames)
{
	struct world_port *seen = container_of(port, struct world_port, port);
	unsigned int i;

	seen->visits++;
	seen->frames |= frames;
	rsw_for_each_frame(i, frames) {
		const struct rsw_frame *frame = &batch->frame[i];

		copies[ncopies++ % ARRAY_SIZE(copies)] = (struct copy){
			.len = frame->len,
			.proto = ntohs(((const struct ethhdr *)frame->head)->h_proto),
			.tpid = ntohs(frame->tag.proto),
			.tci = ntohs(frame->tag.tci),
			.kept = !(rsw_batch_shared(batch) & BIT_ULL(i)),
		};
		rsw_delivered(port, 1, frame->len);
	}
}

static const struct rsw_port_ops note_ops = { .egress = note_egress };

static int suite_init(struct kunit *test)
{
	ncopies = 0;
	return forward_world_init(test);
}

static struct rsw_mirror *mirror(struct kunit *test, struct rsw_port *port,
				 enum rsw_mirror_way way, struct rsw_port *to)
{
	struct rsw_mirror *mirror = kunit_kzalloc(test, sizeof(*mirror), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, mirror);
	mirror->port = port;
	mirror->way = way;
	mirror->to = to;
	rcu_assign_pointer(port->mirror[way], mirror);
	return mirror;
}

/* A knows B and C, C is none of B's business. */
static void know_all(struct forward_world *world)
{
	forward_teach(world, A, STATION(1));
	forward_teach(world, B, STATION(2));
	forward_teach(world, C, STATION(3));
}

static void what_comes_in(struct kunit *test)
{
	struct forward_world *world = test->priv;
	u64 queued;

	know_all(world);
	mirror(test, A, RSW_MIRROR_INGRESS, C);
	queued = forward_count(C, RSW_EGRESS_QUEUED);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, STATION(2), STATION(1)), GETS_B | GETS_C);
	KUNIT_EXPECT_EQ(test, forward_count(C, RSW_EGRESS_QUEUED) - queued, 1);
	KUNIT_EXPECT_EQ(test, world->guest[1].visits, 1);
	/* Not what goes to it. */
	KUNIT_EXPECT_EQ(test, forward_send_one(world, B, STATION(1), STATION(2)), GETS_A);
	/* Also what goes nowhere, since nothing is decided yet. */
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, STATION(1), STATION(1)), GETS_C);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, LINK_LOCAL, STATION(1)), GETS_C);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, STATION(2), GROUP), GETS_C);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_same_port), 1);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_link_local), 1);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_bad_source), 1);
}

static void what_goes_out(struct kunit *test)
{
	struct forward_world *world = test->priv;

	know_all(world);
	mirror(test, B, RSW_MIRROR_EGRESS, C);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, STATION(2), STATION(1)), GETS_B | GETS_C);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, B, STATION(1), STATION(2)), GETS_A);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, STATION(3), STATION(1)), GETS_C);
	KUNIT_EXPECT_EQ(test, world->guest[2].visits, 1);
	/* Of a flood it gets its own and that of B. */
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, BROADCAST, STATION(1)),
			GETS_HOST | GETS_B | GETS_C);
	KUNIT_EXPECT_EQ(test, world->guest[2].visits, 2);
	/* What B is given, even when it does not take it. */
	world->guest[1].refuses = ~0ULL;
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, STATION(2), STATION(1)), GETS_B | GETS_C);
	KUNIT_EXPECT_EQ(test, forward_drops(B, RSW_DROP_OUT_ring_full), 1);
}

/* The port's own frames of a batch and no others, in one visit. */
static void some_of_a_batch(struct kunit *test)
{
	struct forward_world *world = test->priv;

	know_all(world);
	mirror(test, B, RSW_MIRROR_EGRESS, HOST);
	mirror(test, A, RSW_MIRROR_INGRESS, C);
	forward_begin(world, A);
	forward_add(world, STATION(2), STATION(1));
	forward_add(world, STATION(3), STATION(1));
	forward_add(world, STATION(1), STATION(1));
	forward_add(world, STATION(2), STATION(1));
	local_bh_disable();
	rsw_drop(&world->batch, 3, RSW_DROP_IN_runt);
	local_bh_enable();
	forward_run(world, &world->sw);
	KUNIT_EXPECT_EQ(test, world->host.frames, 0x1);
	KUNIT_EXPECT_EQ(test, world->host.visits, 1);
	/* All that made sense, and frame 1 once more. */
	KUNIT_EXPECT_EQ(test, world->guest[2].frames, 0x7);
	KUNIT_EXPECT_EQ(test, world->guest[2].visits, 2);
	KUNIT_EXPECT_EQ(test, forward_count(A, RSW_INGRESS_FORWARDED), 1 + 2);
}

/* Neither learned, nor forwarded, nor shown to others by the mirrors of who gets it. */
static void a_copy_is_the_end(struct kunit *test)
{
	struct forward_world *world = test->priv;
	struct rsw_port *all[] = { A, B, C };

	know_all(world);
	for (int i = 0; i < 3; i++) {
		mirror(test, all[i], RSW_MIRROR_INGRESS, all[(i + 1) % 3]);
		mirror(test, all[i], RSW_MIRROR_EGRESS, all[(i + 2) % 3]);
	}
	/* In: B. Out to C: C, and B again. */
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, STATION(3), STATION(1)), GETS_B | GETS_C);
	KUNIT_EXPECT_EQ(test, world->guest[1].visits, 2);
	KUNIT_EXPECT_EQ(test, world->guest[2].visits, 1);
	KUNIT_EXPECT_EQ(test, forward_count(B, RSW_INGRESS_FRAMES), 1);
	/* A is still where it was: its frames do not go to B or C, but for the mirrors. */
	KUNIT_EXPECT_EQ(test, forward_send_one(world, B, STATION(1), STATION(2)), GETS_A | GETS_C);
	KUNIT_EXPECT_EQ(test, world->guest[0].visits, 1);
	KUNIT_EXPECT_EQ(test, world->guest[2].visits, 2);
	KUNIT_EXPECT_EQ(test, world->sw.fdb.learned, 3);
}

static void nobody_else_loses(struct kunit *test)
{
	struct forward_world *world = test->priv;

	know_all(world);
	mirror(test, A, RSW_MIRROR_INGRESS, C);
	mirror(test, B, RSW_MIRROR_EGRESS, C);
	world->guest[2].refuses = ~0ULL;
	forward_begin(world, A);
	for (unsigned int i = 0; i < RSW_BATCH_FRAMES; i++)
		forward_add(world, STATION(2), STATION(1));
	forward_run(world, &world->sw);
	KUNIT_EXPECT_EQ(test, world->guest[1].frames, ~0ULL);
	KUNIT_EXPECT_EQ(test, forward_drops(C, RSW_DROP_OUT_ring_full), 2 * RSW_BATCH_FRAMES);
	KUNIT_EXPECT_EQ(test, forward_count(A, RSW_INGRESS_FORWARDED), 1 + RSW_BATCH_FRAMES);
	C->up = false;
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, STATION(2), STATION(1)), GETS_B | GETS_C);
	KUNIT_EXPECT_EQ(test, forward_drops(C, RSW_DROP_OUT_port_down), 2);
}

/* Who looks is asked for nothing that who talks is asked for. */
static void whatever_is_allowed(struct kunit *test)
{
	struct forward_world *world = test->priv;

	know_all(world);
	mirror(test, A, RSW_MIRROR_INGRESS, C);
	A->isolation = RSW_ISOLATION_PRIVATE;
	C->isolation = RSW_ISOLATION_PRIVATE;
	forward_allow(C, RSW_PORT_locked, true);
	for (int flag = RSW_PORT_unicast_flood; flag <= RSW_PORT_broadcast_flood; flag++)
		forward_allow(C, flag, false);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, STATION(2), STATION(1)), GETS_B | GETS_C);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, STATION(3), STATION(1)), GETS_C);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_isolated), 1);
	/* A lock on A itself is decided later. */
	forward_allow(A, RSW_PORT_locked, true);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, STATION(2), STATION(4)), GETS_C);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_locked), 1);
}

static void ports_that_are_down(struct kunit *test)
{
	struct forward_world *world = test->priv;

	know_all(world);
	mirror(test, A, RSW_MIRROR_INGRESS, C);
	mirror(test, B, RSW_MIRROR_EGRESS, C);
	B->up = false;
	forward_begin(world, HOST);
	forward_add(world, STATION(2), STATION(9));
	forward_run(world, &world->sw);
	KUNIT_EXPECT_EQ(test, world->guest[2].visits, 0);
	A->up = false;
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, STATION(2), STATION(1)), 0);
	A->up = true;
	HOST->up = false;
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, STATION(2), STATION(1)), 0);
	forward_begin(world, A);
	forward_add(world, STATION(2), STATION(1));
	forward_run(world, NULL);
	KUNIT_EXPECT_EQ(test, world->guest[2].visits, 0);
}

static void of_the_host(struct kunit *test)
{
	struct forward_world *world = test->priv;

	know_all(world);
	mirror(test, HOST, RSW_MIRROR_INGRESS, C);
	mirror(test, HOST, RSW_MIRROR_EGRESS, C);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, HOST, STATION(2), STATION(9)),
			GETS_B | GETS_C);
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, STATION(9), STATION(1)),
			GETS_HOST | GETS_C);
}

/* A copy has the tag that the frame has at the port it is a copy of. */
static void tags(struct kunit *test)
{
	struct forward_world *world = test->priv;

	world->sw.vlan_proto = htons(ETH_P_8021Q);
	C->ops = &note_ops;
	memset(C->vlans.member, 0, sizeof(C->vlans.member));
	set_bit(10, A->vlans.member);
	set_bit(10, B->vlans.member);
	set_bit(10, B->vlans.untagged);
	mirror(test, A, RSW_MIRROR_INGRESS, C);
	mirror(test, A, RSW_MIRROR_EGRESS, C);
	mirror(test, B, RSW_MIRROR_EGRESS, C);
	/* From A as it is sent, to B as it gets it, of a VLAN that C is not in. */
	forward_begin(world, A);
	forward_add_tagged(world, STATION(2), STATION(1), ETH_P_8021Q, 0x200a);
	forward_run(world, &world->sw);
	KUNIT_ASSERT_EQ(test, ncopies, 2);
	KUNIT_EXPECT_EQ(test, copies[0].proto, ETH_P_8021Q);
	KUNIT_EXPECT_EQ(test, copies[0].tpid, 0);
	KUNIT_EXPECT_EQ(test, copies[0].len, 60 + VLAN_HLEN);
	KUNIT_EXPECT_EQ(test, copies[1].proto, ETH_P_IP);
	KUNIT_EXPECT_EQ(test, copies[1].tpid, 0);
	KUNIT_EXPECT_EQ(test, copies[1].len, 60);
	/* To A, which has it with a tag. */
	B->vlans.pvid = 10;
	forward_begin(world, B);
	forward_add(world, STATION(1), STATION(2));
	forward_run(world, &world->sw);
	KUNIT_ASSERT_EQ(test, ncopies, 3);
	KUNIT_EXPECT_EQ(test, copies[2].tpid, ETH_P_8021Q);
	KUNIT_EXPECT_EQ(test, copies[2].tci, 10);
	/* Not let in, but seen. */
	forward_begin(world, A);
	forward_add_tagged(world, STATION(2), STATION(1), ETH_P_8021Q, 77);
	forward_run(world, &world->sw);
	KUNIT_EXPECT_EQ(test, ncopies, 4);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_vlan), 1);
}

/* Whoever comes first must leave the buffer to the others. */
static void whose_the_buffer_is(struct kunit *test)
{
	struct forward_world *world = test->priv;

	know_all(world);
	C->ops = &note_ops;
	KUNIT_EXPECT_EQ(test, forward_send_one(world, A, STATION(3), STATION(1)), GETS_C);
	KUNIT_ASSERT_EQ(test, ncopies, 1);
	KUNIT_EXPECT_TRUE(test, copies[0].kept);
	mirror(test, A, RSW_MIRROR_INGRESS, C);
	mirror(test, B, RSW_MIRROR_EGRESS, C);
	forward_send_one(world, A, STATION(2), STATION(1));
	KUNIT_ASSERT_EQ(test, ncopies, 3);
	KUNIT_EXPECT_FALSE(test, copies[1].kept);
	KUNIT_EXPECT_FALSE(test, copies[2].kept);
	/* Its own frame, after the copy: now there is nobody else. */
	forward_send_one(world, A, STATION(3), STATION(1));
	KUNIT_ASSERT_EQ(test, ncopies, 5);
	KUNIT_EXPECT_FALSE(test, copies[3].kept);
	KUNIT_EXPECT_TRUE(test, copies[4].kept);
	KUNIT_EXPECT_EQ(test, rsw_batch_shared(&world->batch), 0);
}

static struct kunit_case mirror_cases[] = {
	KUNIT_CASE(what_comes_in),
	KUNIT_CASE(what_goes_out),
	KUNIT_CASE(some_of_a_batch),
	KUNIT_CASE(a_copy_is_the_end),
	KUNIT_CASE(nobody_else_loses),
	KUNIT_CASE(whatever_is_allowed),
	KUNIT_CASE(ports_that_are_down),
	KUNIT_CASE(of_the_host),
	KUNIT_CASE(tags),
	KUNIT_CASE(whose_the_buffer_is),
	{}
};

static struct kunit_suite mirror_suite = {
	.name = "ringswitch_mirror",
	.init = suite_init,
	.exit = forward_world_exit,
	.test_cases = mirror_cases,
};

kunit_test_suite(mirror_suite);
