// SPDX-License-Identifier: GPL-2.0
/* The same as in fetch_ring_kunit.c of a frame's headers; and that second reads are seen. */
#include <host/watch.h>
#include <kunit/test.h>
#include <linux/if_ether.h>
#include <uapi/linux/virtio_net.h>

#include "frame.h"
#include "guard_world.h"
#include "vring.h"

static void suite_exit(struct kunit *test)
{
	host_unwatch();
}

/* The oracle itself: two reads of one byte are told from one. */
static void second_reads_are_seen(struct kunit *test)
{
	u8 memory[8] = { 1, 2, 3, 4, 5, 6, 7, 8 }, copy[4];

	host_watch(memory + 2, 4);
	KUNIT_EXPECT_EQ(test, READ_ONCE(memory[0]), 1);
	KUNIT_EXPECT_EQ(test, READ_ONCE(memory[0]), 1);
	KUNIT_EXPECT_EQ(test, READ_ONCE(memory[6]), 7);
	KUNIT_EXPECT_EQ(test, READ_ONCE(memory[6]), 7);
	KUNIT_EXPECT_EQ(test, READ_ONCE(memory[2]), 3);
	KUNIT_EXPECT_NE(test, memory[2], 3);
	KUNIT_EXPECT_EQ(test, memory[3], 4);
	memcpy(copy, memory + 3, 4);
	KUNIT_EXPECT_EQ(test, copy[0], 4);
	KUNIT_EXPECT_EQ(test, host_watch_reads(), 4);
	KUNIT_EXPECT_EQ(test, host_unwatch(), 0);

	host_watch(memory, 8);
	READ_ONCE(memory[3]);
	memcpy(copy, memory + 2, 4);
	KUNIT_EXPECT_EQ(test, host_unwatch(), 1);
}

/* What was decided on is what is sent: no header byte is looked at twice. */
static void headers_of_a_frame(struct kunit *test)
{
	u8 bytes[sizeof(struct rsw_vnet_hdr) + ETH_HLEN + 100], copy[sizeof(bytes)];
	const struct virtio_net_hdr hdr = {
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
		.hdr_len = htole16(54), .gso_size = htole16(20), .csum_start = htole16(34),
		.csum_offset = htole16(16),
	};

	for (u32 cut = 1; cut < sizeof(bytes); cut++) {
		struct rsw_seg seg[] = { { bytes, cut }, { bytes + cut, sizeof(bytes) - cut } };
		struct rsw_chain chain = { .seg = seg, .nsegs = 2, .len = sizeof(bytes) };
		struct rsw_frame frame;

		for (u32 i = 0; i < sizeof(bytes); i++)
			bytes[i] = i;
		memcpy(bytes, &hdr, sizeof(hdr));
		memcpy(copy, bytes, sizeof(bytes));
		host_watch(bytes, sizeof(bytes));
		KUNIT_ASSERT_EQ(test, rsw_frame_from_chain(&frame, &chain, ~0ULL), RSW_DROP_NONE);
		rsw_frame_check_addresses(&frame);
		KUNIT_ASSERT_EQ(test, host_unwatch(), 0);
		KUNIT_EXPECT_EQ(test, frame.offload.flags, hdr.flags);
		KUNIT_EXPECT_EQ(test, frame.offload.gso_type, hdr.gso_type);
		KUNIT_EXPECT_EQ(test, frame.offload.hdr_len, 54);
		KUNIT_EXPECT_EQ(test, frame.offload.gso_size, 20);
		KUNIT_EXPECT_EQ(test, frame.offload.csum_start, 34);
		KUNIT_EXPECT_EQ(test, frame.offload.csum_offset, 16);
		KUNIT_EXPECT_MEMEQ(test, frame.head, copy + sizeof(struct rsw_vnet_hdr), ETH_HLEN);
		/* The payload has not been touched at all. */
		KUNIT_EXPECT_MEMEQ(test, bytes + sizeof(struct rsw_vnet_hdr) + ETH_HLEN,
				   copy + sizeof(struct rsw_vnet_hdr) + ETH_HLEN, 100);
	}
}

static void watch_frame(struct guard_world *world)
{
	host_watch(world->byte, RSW_VNET_HLEN + world->len);
}

/* Nor of who it is from, wherever the frame is cut: the liar had only one chance to speak. */
static void headers_of_a_guarded_frame(struct kunit *test)
{
	struct guard_world *world = guard_world_new(test);

	guard_set(world, MY_MACS, MY_IPS, BIT(RSW_GUARD_DHCP) | BIT(RSW_GUARD_RA));
	world->ready = watch_frame;
	guard_begin(world, MY_MAC, 1, ETH_P_IPV6);
	guard_put_v6(world, 0, MY_IP6, 40);
	guard_put_extension(world, 58, 1);
	guard_put_nd(world, 136, MY_IP6);
	for (u32 cut = 0; cut < world->len; cut++) {
		guard_set(world, "", MY_IPS, 0);
		KUNIT_ASSERT_EQ(test, guard_send_cut(world, cut), RSW_DROP_NONE);
		KUNIT_ASSERT_EQ(test, host_unwatch(), 0);
		guard_set(world, MY_MACS, MY_IPS, BIT(RSW_GUARD_RA));
		KUNIT_ASSERT_EQ(test, guard_send_cut(world, cut), RSW_DROP_IN_hidden);
		KUNIT_ASSERT_EQ(test, host_unwatch(), 0);
	}
	guard_world_free(world);
}

static struct kunit_case fetch_cases[] = {
	KUNIT_CASE(second_reads_are_seen),
	KUNIT_CASE(headers_of_a_frame),
	KUNIT_CASE(headers_of_a_guarded_frame),
	{}
};

static struct kunit_suite fetch_suite = {
	.name = "ringswitch_fetch",
	.exit = suite_exit,
	.test_cases = fetch_cases,
};

kunit_test_suite(fetch_suite);
