// SPDX-License-Identifier: GPL-2.0
/*
 * A guest that rewrites its memory between any two reads (userspace only: no other thread
 * is fast enough to do so at every place). Whatever is decided from guest memory must come
 * from one read of each byte.
 */
#include <host/watch.h>
#include <kunit/test.h>
#include <linux/if_ether.h>
#include <uapi/linux/virtio_net.h>

#include "frame.h"
#include "mock_guest.h"
#include "vring_naive.h"

#define NUM	16
#define BUFS	6
#define FEATURES	(MOCK_EVENT_IDX | MOCK_INDIRECT)

static int suite_init(struct kunit *test)
{
	test->priv = mock_guest_new(test, NUM, 4, FEATURES);
	return 0;
}

static void suite_exit(struct kunit *test)
{
	host_unwatch();
	if (test->priv)
		mock_guest_free(test->priv);
}

static void watch_ring(struct mock_guest *guest)
{
	host_watch(guest->desc, rsw_vring_desc_size(guest->num));
	host_watch(guest->avail, rsw_vring_avail_size(guest->num, FEATURES));
	host_watch(guest->used, rsw_vring_used_size(guest->num, FEATURES));
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

static void ring_fields(struct kunit *test)
{
	struct mock_guest *guest = test->priv;
	struct mock_buf buf[BUFS];
	struct rsw_chain chain;
	int id;

	for (int i = 0; i < BUFS; i++)
		buf[i] = (struct mock_buf){ MOCK_IOVA + 1000 * i, 700 * i };
	for (int round = 0; round < 2; round++) {
		bool write = round;

		mock_guest_start(guest, 0);
		id = mock_guest_post(guest, write, buf, BUFS);
		watch_ring(guest);
		KUNIT_EXPECT_EQ(test, rsw_vring_available(&guest->ring), 1);
		KUNIT_ASSERT_EQ(test, 0, mock_guest_take(guest, write ? RSW_MEM_WO : RSW_MEM_RO,
							 9000, &chain, MOCK_SEGS));
		KUNIT_EXPECT_EQ(test, host_unwatch(), 0);
		KUNIT_EXPECT_EQ(test, chain.id, id);
		KUNIT_EXPECT_TRUE(test, naive_same(guest, buf, BUFS, 9000, &chain));
	}
}

/* An indirect table, over the end of a page and behind two direct descriptors. */
static void indirect_table(struct kunit *test)
{
	const u64 table = MOCK_IOVA + 3 * PAGE_SIZE - 24;
	struct mock_guest *guest = test->priv;
	struct mock_buf buf[BUFS];
	struct rsw_chain chain;

	for (int i = 0; i < BUFS; i++)
		buf[i] = (struct mock_buf){ MOCK_IOVA + 1000 * i, 700 * i };
	mock_guest_post_indirect(guest, false, buf, BUFS, 2, table);
	watch_ring(guest);
	host_watch(mock_guest_byte(guest, table), 24);
	host_watch(mock_guest_byte(guest, table + 24), (BUFS - 2) * sizeof(struct vring_desc) - 24);
	KUNIT_EXPECT_EQ(test, rsw_vring_available(&guest->ring), 1);
	KUNIT_ASSERT_EQ(test, 0, mock_guest_take(guest, RSW_MEM_RO, 9000, &chain, MOCK_SEGS));
	/* Index, entry, three descriptors and the table: all of them, and each byte once. */
	KUNIT_EXPECT_EQ(test, host_watch_reads(),
			2 + 2 + (3 + BUFS - 2) * sizeof(struct vring_desc));
	KUNIT_EXPECT_EQ(test, host_unwatch(), 0);
	KUNIT_EXPECT_TRUE(test, naive_same(guest, buf, BUFS, 9000, &chain));
}

/* One wish of the driver decides on one interrupt. */
static void used_event(struct kunit *test)
{
	struct mock_guest *guest = test->priv;

	for (u16 event = 0; event < 2; event++) {
		mock_guest_start(guest, 0);
		mock_guest_set_used_event(guest, event);
		mock_guest_use(guest, 3, 55);
		watch_ring(guest);
		KUNIT_EXPECT_EQ(test, rsw_vring_publish(&guest->ring), event == 0);
		KUNIT_EXPECT_EQ(test, host_watch_reads(), 2);
		KUNIT_EXPECT_EQ(test, host_unwatch(), 0);
	}
}

/* What we publish is never read back: a guest writes there, too. */
static void used_ring(struct kunit *test)
{
	struct mock_guest *guest = test->priv;

	guest->features = 0;
	mock_guest_start(guest, 0);
	memset(guest->used, 0xee, rsw_vring_used_size(NUM, 0));
	host_watch(guest->used, rsw_vring_used_size(NUM, 0));
	rsw_vring_quiet(&guest->ring);
	mock_guest_use(guest, 3, 55);
	KUNIT_EXPECT_TRUE(test, rsw_vring_publish(&guest->ring));
	rsw_vring_listen(&guest->ring);
	KUNIT_EXPECT_EQ(test, host_watch_reads(), 0);
	host_unwatch();
	KUNIT_EXPECT_EQ(test, guest->used->flags, 0);
	KUNIT_EXPECT_EQ(test, guest->used->idx, htole16(1));
	KUNIT_EXPECT_EQ(test, guest->used->ring[0].id, htole32(3));
	KUNIT_EXPECT_EQ(test, guest->used->ring[0].len, htole32(55));
	KUNIT_EXPECT_NULL(test, memchr_inv(guest->used->ring + 1, 0xee,
					   (NUM - 1) * sizeof(guest->used->ring[0])));
}

static void used_ring_with_event_idx(struct kunit *test)
{
	struct mock_guest *guest = test->priv;

	memset(guest->used, 0xee, rsw_vring_used_size(NUM, FEATURES));
	host_watch(guest->used, rsw_vring_used_size(NUM, FEATURES));
	mock_guest_start(guest, 0);
	KUNIT_EXPECT_EQ(test, mock_split_avail_event(guest), 65535);
	rsw_vring_quiet(&guest->ring);
	mock_guest_use(guest, 3, 55);
	rsw_vring_publish(&guest->ring);
	rsw_vring_listen(&guest->ring);
	KUNIT_EXPECT_EQ(test, host_watch_reads(), 0);
	host_unwatch();
	KUNIT_EXPECT_EQ(test, mock_split_avail_event(guest), 0);
	KUNIT_EXPECT_EQ(test, guest->used->flags, 0xeeee);
	KUNIT_EXPECT_NULL(test, memchr_inv(guest->used->ring + 1, 0xee,
					   (NUM - 1) * sizeof(guest->used->ring[0])));
}

/* What was decided on is what is sent: no header byte is looked at twice. */
static void headers_of_a_frame(struct kunit *test)
{
	u8 bytes[RSW_VNET_HLEN + ETH_HLEN + 100], copy[sizeof(bytes)];
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
		KUNIT_EXPECT_MEMEQ(test, frame.head, copy + RSW_VNET_HLEN, ETH_HLEN);
		/* The payload has not been touched at all. */
		KUNIT_EXPECT_MEMEQ(test, bytes + RSW_VNET_HLEN + ETH_HLEN,
				   copy + RSW_VNET_HLEN + ETH_HLEN, 100);
	}
}

static struct kunit_case fetch_cases[] = {
	KUNIT_CASE(second_reads_are_seen),
	KUNIT_CASE(ring_fields),
	KUNIT_CASE(indirect_table),
	KUNIT_CASE(used_event),
	KUNIT_CASE(used_ring),
	KUNIT_CASE(used_ring_with_event_idx),
	KUNIT_CASE(headers_of_a_frame),
	{}
};

static struct kunit_suite fetch_suite = {
	.name = "ringswitch_fetch",
	.init = suite_init,
	.exit = suite_exit,
	.test_cases = fetch_cases,
};

kunit_test_suite(fetch_suite);
