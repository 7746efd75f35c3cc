// SPDX-License-Identifier: GPL-2.0
/* VLANs: what a frame belongs to, who gets it, with a tag or without. */
#include <kunit/test.h>
#include <linux/if_vlan.h>
#include <uapi/linux/virtio_net.h>

#include "forward_world.h"

#define A	(&world->guest[0].port)
#define B	(&world->guest[1].port)
#define C	(&world->guest[2].port)
#define FRAME	(&world->batch.frame[0])
#define PRIORITY	0xe000	/* with drop eligibility: 0x1000 */
#define DEI	0x1000

/**
 * struct tag - a tag as a receiver gets it
 * @tpid: 0: none
 * @tci: what is in it
 */
struct tag {
	u16 tpid;
	u16 tci;
};

/* Like a port of the switch, but notes with which tag it got the last frame. */
static struct tag got[3];

static void note_egress(struct rsw_port *port, struct rsw_batch *batch, u64 frames)
{
	struct forward_world *world = container_of(batch, struct forward_world, batch);
	struct world_port *seen = container_of(port, struct world_port, port);
	unsigned int i;

	seen->visits++;
	seen->frames |= frames;
	rsw_for_each_frame(i, frames) {
		const struct rsw_tag *tag = &batch->frame[i].tag;

		got[seen - world->guest] = (struct tag){ ntohs(tag->proto), ntohs(tag->tci) };
		rsw_delivered(port, 1, batch->frame[i].len);
	}
}

static const struct rsw_port_ops note_ops = { .egress = note_egress };

/* A: access to 10. B: trunk of 10 and 20, no PVID. C: access to 20, and 10 with a tag. */
static int suite_init(struct kunit *test)
{
	struct forward_world *world = forward_world_new(test, 3);

	test->priv = world;
	world->sw.vlan_proto = htons(ETH_P_8021Q);
	for (int i = 0; i < 3; i++) {
		struct rsw_port *port = &world->guest[i].port;

		port->ops = &note_ops;
		memset(&port->vlans, 0, sizeof(port->vlans));
		got[i] = (struct tag){};
	}
	A->vlans.pvid = 10;
	set_bit(10, A->vlans.member);
	set_bit(10, A->vlans.untagged);
	set_bit(10, B->vlans.member);
	set_bit(20, B->vlans.member);
	C->vlans.pvid = 20;
	set_bit(20, C->vlans.member);
	set_bit(20, C->vlans.untagged);
	set_bit(10, C->vlans.member);
	return 0;
}

static void send_tagged(struct forward_world *world, struct rsw_port *from, u64 dest, u64 source,
			u16 tpid, u16 tci)
{
	forward_begin(world, from);
	forward_add_tagged(world, dest, source, tpid, tci);
	forward_run(world, &world->sw);
}

static void expect(struct kunit *test, unsigned int guest, u64 frames, u16 tpid, u16 tci)
{
	struct forward_world *world = test->priv;

	KUNIT_EXPECT_EQ(test, world->guest[guest].frames, frames);
	if (!frames)
		return;
	KUNIT_EXPECT_EQ(test, got[guest].tpid, tpid);
	if (tpid)
		KUNIT_EXPECT_EQ(test, got[guest].tci, tci);
}

static void without_a_tag(struct kunit *test)
{
	struct forward_world *world = test->priv;

	forward_send_one(world, A, BROADCAST, STATION(1));
	expect(test, 1, 1, ETH_P_8021Q, 10);
	expect(test, 2, 1, ETH_P_8021Q, 10);
	forward_send_one(world, C, BROADCAST, STATION(3));
	expect(test, 0, 0, 0, 0);
	expect(test, 1, 1, ETH_P_8021Q, 20);
	/* Without a PVID there is no VLAN for it. */
	forward_send_one(world, B, BROADCAST, STATION(2));
	expect(test, 0, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, forward_drops(B, RSW_DROP_IN_vlan), 1);
}

static void with_a_tag(struct kunit *test)
{
	struct forward_world *world = test->priv;

	send_tagged(world, B, BROADCAST, STATION(2), ETH_P_8021Q, PRIORITY | 10);
	expect(test, 0, 1, 0, 0);
	expect(test, 2, 1, ETH_P_8021Q, PRIORITY | 10);
	send_tagged(world, B, BROADCAST, STATION(2), ETH_P_8021Q, DEI | 20);
	expect(test, 0, 0, 0, 0);
	expect(test, 2, 1, 0, 0);
	/* Access ports take the tag of their own VLAN. */
	send_tagged(world, A, BROADCAST, STATION(1), ETH_P_8021Q, 10);
	expect(test, 1, 1, ETH_P_8021Q, 10);
}

static void vlans_of_others(struct kunit *test)
{
	struct forward_world *world = test->priv;

	send_tagged(world, A, BROADCAST, STATION(1), ETH_P_8021Q, 20);
	send_tagged(world, B, BROADCAST, STATION(1), ETH_P_8021Q, 30);
	send_tagged(world, B, BROADCAST, STATION(1), ETH_P_8021Q, 4095);
	for (int i = 0; i < 3; i++)
		expect(test, i, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, forward_drops(A, RSW_DROP_IN_vlan), 1);
	KUNIT_EXPECT_EQ(test, forward_drops(B, RSW_DROP_IN_vlan), 2);
	KUNIT_EXPECT_EQ(test, world->sw.fdb.learned, 0);
}

/* A tag that has no VLAN in it only says how urgent a frame is. */
static void priority_tag(struct kunit *test)
{
	struct forward_world *world = test->priv;

	send_tagged(world, A, BROADCAST, STATION(1), ETH_P_8021Q, PRIORITY);
	expect(test, 1, 1, ETH_P_8021Q, PRIORITY | 10);
	send_tagged(world, A, BROADCAST, STATION(1), ETH_P_8021Q, PRIORITY | DEI);
	expect(test, 1, 1, ETH_P_8021Q, PRIORITY | DEI | 10);
	send_tagged(world, B, BROADCAST, STATION(2), ETH_P_8021Q, PRIORITY);
	KUNIT_EXPECT_EQ(test, forward_drops(B, RSW_DROP_IN_vlan), 1);
}

static void tags_of_another_protocol(struct kunit *test)
{
	struct forward_world *world = test->priv;

	/* They are the payload's. */
	send_tagged(world, A, BROADCAST, STATION(1), ETH_P_8021AD, 20);
	expect(test, 1, 1, ETH_P_8021Q, 10);
	KUNIT_EXPECT_EQ(test, FRAME->len, 64);
	world->sw.vlan_proto = htons(ETH_P_8021AD);
	send_tagged(world, B, BROADCAST, STATION(2), ETH_P_8021AD, 10);
	expect(test, 2, 1, ETH_P_8021AD, 10);
	send_tagged(world, A, BROADCAST, STATION(1), ETH_P_8021Q, 20);
	expect(test, 1, 1, ETH_P_8021AD, 10);
}

static void addresses_by_vlan(struct kunit *test)
{
	struct forward_world *world = test->priv;

	/* The same station is behind A in one VLAN and behind C in another. */
	forward_send_one(world, A, BROADCAST, STATION(5));
	forward_send_one(world, C, BROADCAST, STATION(5));
	KUNIT_EXPECT_EQ(test, world->sw.fdb.learned, 2);
	send_tagged(world, B, STATION(5), STATION(2), ETH_P_8021Q, 10);
	expect(test, 0, 1, 0, 0);
	expect(test, 2, 0, 0, 0);
	send_tagged(world, B, STATION(5), STATION(2), ETH_P_8021Q, 20);
	expect(test, 0, 0, 0, 0);
	expect(test, 2, 1, 0, 0);
}

/* In one batch, so that what was found for a neighbour is not taken for another VLAN's. */
static void neighbours_of_other_vlans(struct kunit *test)
{
	struct forward_world *world = test->priv;

	forward_send_one(world, A, BROADCAST, STATION(5));
	forward_send_one(world, C, BROADCAST, STATION(5));
	forward_begin(world, B);
	forward_add_tagged(world, STATION(5), STATION(2), ETH_P_8021Q, 10);
	forward_add_tagged(world, STATION(5), STATION(2), ETH_P_8021Q, 20);
	forward_add_tagged(world, BROADCAST, STATION(2), ETH_P_8021Q, 10);
	forward_add_tagged(world, BROADCAST, STATION(2), ETH_P_8021Q, 20);
	forward_run(world, &world->sw);
	KUNIT_EXPECT_EQ(test, world->guest[0].frames, BIT_ULL(0) | BIT_ULL(2));
	KUNIT_EXPECT_EQ(test, world->guest[2].frames, BIT_ULL(1) | BIT_ULL(2) | BIT_ULL(3));
	KUNIT_EXPECT_EQ(test, world->sw.fdb.learned, 4);
}

static void where_the_receiver_is_not(struct kunit *test)
{
	struct forward_world *world = test->priv;

	forward_send_one(world, A, BROADCAST, STATION(1));
	__assign_bit(10, A->vlans.member, false);
	send_tagged(world, B, STATION(1), STATION(2), ETH_P_8021Q, 10);
	expect(test, 0, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, forward_drops(B, RSW_DROP_IN_vlan_dest), 1);
}

static void without_its_tag(struct kunit *test)
{
	struct forward_world *world = test->priv;
	const struct vlan_ethhdr *eth = (const struct vlan_ethhdr *)FRAME->head;

	forward_begin(world, B);
	forward_add_tagged(world, BROADCAST, STATION(2), ETH_P_8021Q, 10);
	FRAME->offload = (struct rsw_offload){
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .csum_start = 38, .csum_offset = 16,
		.gso_type = VIRTIO_NET_HDR_GSO_TCPV4, .hdr_len = 58, .gso_size = 1000,
	};
	forward_run(world, &world->sw);
	KUNIT_EXPECT_EQ(test, FRAME->len, 60);
	KUNIT_EXPECT_EQ(test, FRAME->head_len, ETH_HLEN);
	KUNIT_EXPECT_EQ(test, ntohs(eth->h_vlan_proto), ETH_P_IP);
	KUNIT_EXPECT_EQ(test, FRAME->offload.csum_start, 34);
	KUNIT_EXPECT_EQ(test, FRAME->offload.csum_offset, 16);
	KUNIT_EXPECT_EQ(test, FRAME->offload.hdr_len, 54);
	KUNIT_EXPECT_EQ(test, FRAME->offload.gso_size, 1000);
	expect(test, 0, 1, 0, 0);
}

static void tags_that_lie(struct kunit *test)
{
	struct forward_world *world = test->priv;

	/* A checksum that begins within the tag. */
	forward_begin(world, B);
	forward_add_tagged(world, BROADCAST, STATION(2), ETH_P_8021Q, 10);
	FRAME->offload = (struct rsw_offload){
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .csum_start = VLAN_ETH_HLEN - 1,
	};
	forward_run(world, &world->sw);
	KUNIT_EXPECT_EQ(test, forward_drops(B, RSW_DROP_IN_bad_header), 1);
	/* In a VLAN that is not the port's that is still what is wrong first. */
	forward_begin(world, B);
	forward_add_tagged(world, BROADCAST, STATION(2), ETH_P_8021Q, 30);
	FRAME->offload = (struct rsw_offload){
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .csum_start = ETH_HLEN,
	};
	forward_run(world, &world->sw);
	KUNIT_EXPECT_EQ(test, forward_drops(B, RSW_DROP_IN_bad_header), 2);
	KUNIT_EXPECT_EQ(test, forward_drops(B, RSW_DROP_IN_vlan), 0);
	/* No more than the Ethernet type of one. */
	forward_begin(world, B);
	forward_add_tagged(world, BROADCAST, STATION(2), ETH_P_8021Q, 10);
	FRAME->head_len = VLAN_ETH_HLEN - 1;
	FRAME->len = VLAN_ETH_HLEN - 1;
	forward_run(world, &world->sw);
	KUNIT_EXPECT_EQ(test, forward_drops(B, RSW_DROP_IN_runt), 1);
	expect(test, 0, 0, 0, 0);
	/* A guess of the headers' length that is shorter than a tag. */
	forward_begin(world, B);
	forward_add_tagged(world, BROADCAST, STATION(2), ETH_P_8021Q, 10);
	FRAME->offload.hdr_len = 3;
	forward_run(world, &world->sw);
	KUNIT_EXPECT_EQ(test, FRAME->offload.hdr_len, 0);
}

/* A checksum right behind the tag, and one that has been checked already. */
static void checksums_behind_a_tag(struct kunit *test)
{
	struct forward_world *world = test->priv;

	forward_begin(world, B);
	forward_add_tagged(world, BROADCAST, STATION(2), ETH_P_8021Q, 10);
	FRAME->offload = (struct rsw_offload){
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .csum_start = VLAN_ETH_HLEN,
	};
	forward_run(world, &world->sw);
	expect(test, 0, 1, 0, 0);
	KUNIT_EXPECT_EQ(test, FRAME->offload.csum_start, ETH_HLEN);
	forward_begin(world, B);
	forward_add_tagged(world, BROADCAST, STATION(2), ETH_P_8021Q, 10);
	FRAME->offload.flags = VIRTIO_NET_HDR_F_DATA_VALID;
	forward_run(world, &world->sw);
	expect(test, 0, 1, 0, 0);
}

/* A new port is in VLAN 1, without tags; so switches that begin to filter go on as before. */
static void at_first(struct kunit *test)
{
	struct forward_world *world = test->priv;

	rsw_vlans_init(&A->vlans, RSW_VID_DEFAULT);
	rsw_vlans_init(&B->vlans, RSW_VID_DEFAULT);
	forward_send_one(world, A, BROADCAST, STATION(1));
	expect(test, 1, 1, 0, 0);
	expect(test, 2, 0, 0, 0);
	send_tagged(world, B, STATION(1), STATION(2), ETH_P_8021Q, 1);
	expect(test, 0, 1, 0, 0);
}

static void a_switch_that_does_not_filter(struct kunit *test)
{
	struct forward_world *world = test->priv;

	world->sw.vlan_proto = 0;
	send_tagged(world, A, BROADCAST, STATION(1), ETH_P_8021Q, 20);
	expect(test, 1, 1, 0, 0);
	expect(test, 2, 1, 0, 0);
	KUNIT_EXPECT_EQ(test, FRAME->len, 64);
	send_tagged(world, B, STATION(1), STATION(2), ETH_P_8021Q, 4095);
	expect(test, 0, 1, 0, 0);
}

static struct kunit_case vlan_cases[] = {
	KUNIT_CASE(without_a_tag),
	KUNIT_CASE(with_a_tag),
	KUNIT_CASE(vlans_of_others),
	KUNIT_CASE(priority_tag),
	KUNIT_CASE(tags_of_another_protocol),
	KUNIT_CASE(addresses_by_vlan),
	KUNIT_CASE(neighbours_of_other_vlans),
	KUNIT_CASE(where_the_receiver_is_not),
	KUNIT_CASE(without_its_tag),
	KUNIT_CASE(tags_that_lie),
	KUNIT_CASE(checksums_behind_a_tag),
	KUNIT_CASE(at_first),
	KUNIT_CASE(a_switch_that_does_not_filter),
	{}
};

static struct kunit_suite vlan_suite = {
	.name = "ringswitch_vlan",
	.init = suite_init,
	.exit = forward_world_exit,
	.test_cases = vlan_cases,
};

kunit_test_suite(vlan_suite);
