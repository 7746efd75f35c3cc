// SPDX-License-Identifier: GPL-2.0
/*
 * A guest that rewrites its memory between any two reads (userspace only: no other thread
 * is fast enough to do so at every place). Whatever is decided from the memory of a ring must
 * come from one read of each byte.
 */
#include <host/watch.h>
#include <kunit/test.h>

#include "mock_guest.h"
#include "vring_naive.h"

#define NUM	16
#define BUFS	6
#define FEATURES	(MOCK_EVENT_IDX | MOCK_INDIRECT)

static int suite_init(struct kunit *test, u64 layout)
{
	test->priv = mock_guest_new(test, NUM, 4, FEATURES | layout);
	return 0;
}

static bool is_packed(const struct mock_guest *guest)
{
	return guest->features & MOCK_PACKED;
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
	host_watch(guest->avail, rsw_vring_avail_size(guest->num, guest->features));
	host_watch(guest->used, rsw_vring_used_size(guest->num, guest->features));
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

		mock_guest_start(guest, round ? -2 : 0);
		id = mock_guest_post(guest, write, buf, BUFS);
		watch_ring(guest);
		KUNIT_EXPECT_EQ(test, rsw_vring_available(&guest->ring), 1);
		KUNIT_ASSERT_EQ(test, 0, mock_guest_take(guest, write ? RSW_MEM_WO : RSW_MEM_RO,
							 9000, &chain, MOCK_SEGS));
		KUNIT_EXPECT_EQ(test, host_watch_reads(),
				(is_packed(guest) ? 0 : 2 + 2) + BUFS * sizeof(struct vring_desc));
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
	/* Index and entry, three descriptors and the table: all of them, and each byte once. */
	KUNIT_EXPECT_EQ(test, host_watch_reads(), (is_packed(guest) ? 0 : 2 + 2) +
			(3 + BUFS - 2) * sizeof(struct vring_desc));
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
		KUNIT_EXPECT_EQ(test, host_watch_reads(), is_packed(guest) ? 4 : 2);
		KUNIT_EXPECT_EQ(test, host_unwatch(), 0);
	}
}

MOCK_SUITES(fetch, suite_init, suite_exit,
	    KUNIT_CASE(ring_fields),
	    KUNIT_CASE(indirect_table),
	    KUNIT_CASE(used_event));

static int split_init(struct kunit *test)
{
	return suite_init(test, 0);
}

/* What we publish is never read back: a guest writes there, too. */
static void used_ring(struct kunit *test)
{
	struct mock_guest *guest = test->priv;

	mock_guest_set_features(guest, 0);
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
	KUNIT_EXPECT_EQ(test, host_watch_reads(), 0);
	host_unwatch();
	/* The driver's look, which is none of ours. */
	KUNIT_EXPECT_EQ(test, mock_split_avail_event(guest), 65535);
	host_watch(guest->used, rsw_vring_used_size(NUM, FEATURES));
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

/*
 * The same of used descriptors, which a chain's first keeps the address of, and of the
 * structure that says when we want kicks.
 */
static void used_descriptors(struct kunit *test)
{
	struct mock_guest *guest = mock_guest_new(test, NUM, 1, MOCK_PACKED);
	struct vring_packed_desc *desc = guest->desc_ring;

	memset(desc, 0xee, rsw_vring_desc_size(NUM));
	host_watch(desc, rsw_vring_desc_size(NUM));
	host_watch(guest->device, sizeof(*guest->device));
	rsw_vring_quiet(&guest->ring);
	rsw_vring_use(&guest->ring, 3, 2, 55);
	rsw_vring_use(&guest->ring, 4, 1, 0);
	KUNIT_EXPECT_EQ(test, desc[0].flags, 0xeeee);
	KUNIT_EXPECT_TRUE(test, rsw_vring_publish(&guest->ring));
	KUNIT_EXPECT_EQ(test, host_watch_reads(), 0);
	/* What is looked for is the next that is available. */
	rsw_vring_listen(&guest->ring);
	KUNIT_EXPECT_EQ(test, host_watch_reads(), sizeof(desc->flags));
	KUNIT_EXPECT_EQ(test, host_unwatch(), 0);
	KUNIT_EXPECT_EQ(test, desc[0].addr, 0xeeeeeeeeeeeeeeee);
	KUNIT_EXPECT_EQ(test, desc[0].len, htole32(55));
	KUNIT_EXPECT_EQ(test, desc[0].id, htole16(3));
	KUNIT_EXPECT_NULL(test, memchr_inv(desc + 1, 0xee, sizeof(*desc)));
	KUNIT_EXPECT_EQ(test, desc[2].len, 0);
	KUNIT_EXPECT_EQ(test, desc[2].id, htole16(4));
	KUNIT_EXPECT_EQ(test, desc[2].flags, htole16(BIT(VRING_PACKED_DESC_F_AVAIL) |
						     BIT(VRING_PACKED_DESC_F_USED)));
	KUNIT_EXPECT_NULL(test, memchr_inv(desc + 3, 0xee, (NUM - 3) * sizeof(*desc)));
	mock_guest_free(guest);
}

static struct kunit_case used_cases[] = {
	KUNIT_CASE(used_ring),
	KUNIT_CASE(used_ring_with_event_idx),
	KUNIT_CASE(used_descriptors),
	{}
};

static struct kunit_suite used_suite = {
	.name = "ringswitch_fetch_used",
	.init = split_init,
	.exit = suite_exit,
	.test_cases = used_cases,
};

kunit_test_suite(used_suite);
