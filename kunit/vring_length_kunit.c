// SPDX-License-Identifier: GPL-2.0
/* Chains of all lengths, and what is taken of them, in both layouts. */
#include <kunit/test.h>

#include "mock_guest.h"
#include "vring_naive.h"

#define NUM	8

static int suite_init(struct kunit *test, u64 layout)
{
	test->priv = mock_guest_new(test, NUM, 4, layout);
	return 0;
}

static void zero_lengths(struct kunit *test)
{
	struct mock_guest *guest = test->priv;
	struct rsw_chain chain;

	/* In each position, and in all; their addresses mean nothing. */
	for (u32 mask = 0; mask < 16; mask++) {
		struct mock_buf buf[4];
		u32 len = 0, nsegs = 0, unused;

		for (int i = 0; i < 4; i++) {
			bool empty = mask & BIT(i);

			nsegs += !empty;
			buf[i].iova = empty ? 0xbad : MOCK_IOVA + 50 * i;
			buf[i].len = empty ? 0 : 10 + i;
			len += buf[i].len;
		}
		mock_guest_post(guest, false, buf, 4);
		KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
		KUNIT_ASSERT_EQ(test, 0,
				mock_guest_take(guest, RSW_MEM_RO, MOCK_WANT, &chain, MOCK_SEGS));
		KUNIT_EXPECT_EQ(test, chain.len, len);
		KUNIT_EXPECT_EQ(test, chain.nsegs, nsegs);
		KUNIT_EXPECT_TRUE(test, naive_same(guest, buf, 4, MOCK_WANT, &chain));
		mock_guest_use(guest, chain.id, 0);
		rsw_vring_publish(&guest->ring);
		KUNIT_ASSERT_EQ(test, mock_guest_reap(guest, &unused), chain.id);
	}
}

static void oversize(struct kunit *test)
{
	/* The part that is not wanted is not translated: it need not be there. */
	const struct mock_buf buf[] = { { MOCK_IOVA, 60 }, { MOCK_IOVA + 100, 40 }, { 0xbad, 1 } };
	struct mock_guest *guest = test->priv;
	struct rsw_chain chain;

	mock_guest_post(guest, true, buf, ARRAY_SIZE(buf));
	rsw_vring_available(&guest->ring);
	for (u32 want = 1; want <= 100; want++) {
		KUNIT_ASSERT_EQ(test, 0,
				mock_guest_take(guest, RSW_MEM_WO, want, &chain, MOCK_SEGS));
		KUNIT_EXPECT_TRUE(test, chain.oversize);
		KUNIT_EXPECT_EQ(test, chain.len, want);
		KUNIT_EXPECT_TRUE(test, naive_same(guest, buf, 3, want, &chain));
		rsw_vring_untake(&guest->ring, 1, 0);
	}
	KUNIT_EXPECT_EQ(test, mock_guest_take(guest, RSW_MEM_WO, 101, &chain, MOCK_SEGS), -EFAULT);
}

static void exactly_wanted_is_not_oversize(struct kunit *test)
{
	const struct mock_buf buf[] = { { MOCK_IOVA, 60 }, { MOCK_IOVA + 100, 40 }, { 0xbad, 0 } };
	struct mock_guest *guest = test->priv;
	struct rsw_chain chain;

	mock_guest_post(guest, true, buf, ARRAY_SIZE(buf));
	rsw_vring_available(&guest->ring);
	KUNIT_ASSERT_EQ(test, mock_guest_take(guest, RSW_MEM_WO, 100, &chain, MOCK_SEGS), 0);
	KUNIT_EXPECT_FALSE(test, chain.oversize);
	KUNIT_EXPECT_EQ(test, chain.len, 100);
}

/* The most pieces a legal chain can have: a queue must have room for it. */
static void longest_chain(struct kunit *test)
{
	const struct mock_guest *first = test->priv;
	struct mock_guest *guest = mock_guest_new(test, RSW_CHAIN_DESCS, 4, first->features);
	struct mock_buf *buf = kunit_kcalloc(test, RSW_CHAIN_DESCS, sizeof(*buf), GFP_KERNEL);
	struct rsw_chain chain;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	for (int i = 0; i < RSW_CHAIN_DESCS; i++)
		buf[i] = (struct mock_buf){ MOCK_IOVA + PAGE_SIZE - 1, 64 };
	mock_guest_post(guest, false, buf, RSW_CHAIN_DESCS);
	rsw_vring_available(&guest->ring);
	KUNIT_EXPECT_EQ(test, 0,
			mock_guest_take(guest, RSW_MEM_RO, RSW_FRAME_MAX + 64, &chain, MOCK_SEGS));
	KUNIT_EXPECT_EQ(test, chain.nsegs, 2 * RSW_CHAIN_DESCS);
	KUNIT_EXPECT_EQ(test, chain.len, 64 * RSW_CHAIN_DESCS);
	mock_guest_free(guest);
}

/* In a larger ring there can be chains of more pieces than a queue has room for. */
static void too_many_pieces(struct kunit *test)
{
	const struct mock_guest *first = test->priv;
	struct mock_guest *guest = mock_guest_new(test, RSW_VRING_NUM_MAX, 4, first->features);
	struct mock_buf *buf = kunit_kcalloc(test, RSW_VRING_NUM_MAX, sizeof(*buf), GFP_KERNEL);
	struct rsw_chain chain;
	u32 unused;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	for (u32 i = 0; i < RSW_VRING_NUM_MAX; i++)
		buf[i] = (struct mock_buf){ MOCK_IOVA + PAGE_SIZE - 1, 2 };
	/* To the end of the ring and over it. */
	for (u32 n = MOCK_SEGS / 2; n <= RSW_VRING_NUM_MAX; n += 7673) {
		mock_guest_post(guest, false, buf, n);
		KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
		/* Behind other chains: it is not taken, but it may be. */
		KUNIT_EXPECT_EQ(test, mock_guest_take(guest, RSW_MEM_RO, RSW_FRAME_MAX, &chain,
						      MOCK_SEGS - 1), -ENOSPC);
		KUNIT_ASSERT_EQ(test, mock_guest_take(guest, RSW_MEM_RO, RSW_FRAME_MAX, &chain,
						      MOCK_SEGS), 0);
		KUNIT_EXPECT_EQ(test, chain.oversize, n > MOCK_SEGS / 2);
		KUNIT_EXPECT_EQ(test, chain.len, MOCK_SEGS);
		KUNIT_EXPECT_EQ(test, chain.nsegs, MOCK_SEGS);
		mock_guest_use(guest, chain.id, 0);
		rsw_vring_publish(&guest->ring);
		KUNIT_ASSERT_EQ(test, mock_guest_reap(guest, &unused), chain.id);
	}
	mock_guest_free(guest);
}

/* What fits into the room that is left is not added behind what did not. */
static void nothing_behind_a_cut(struct kunit *test)
{
	const struct mock_guest *first = test->priv;
	struct mock_guest *guest = mock_guest_new(test, 4096, 4, first->features);
	struct mock_buf *buf = kunit_kcalloc(test, 4096, sizeof(*buf), GFP_KERNEL);
	struct rsw_chain chain;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	/* The last place is for the first half of a buffer of two pieces. */
	for (u32 i = 0; i < MOCK_SEGS + 2; i++)
		buf[i] = (struct mock_buf){ MOCK_IOVA, 1 };
	buf[MOCK_SEGS - 1] = (struct mock_buf){ MOCK_IOVA + PAGE_SIZE - 1, 2 };
	mock_guest_post(guest, true, buf, MOCK_SEGS + 2);
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
	KUNIT_ASSERT_EQ(test, mock_guest_take(guest, RSW_MEM_WO, RSW_FRAME_MAX, &chain, MOCK_SEGS),
			0);
	KUNIT_EXPECT_TRUE(test, chain.oversize);
	KUNIT_EXPECT_EQ(test, chain.len, MOCK_SEGS);
	KUNIT_EXPECT_EQ(test, chain.nsegs, MOCK_SEGS);
	KUNIT_EXPECT_PTR_EQ(test, chain.seg[MOCK_SEGS - 1].addr,
			    mock_guest_byte(guest, MOCK_IOVA + PAGE_SIZE - 1));
	mock_guest_free(guest);
}

MOCK_SUITES(vring_length, suite_init, mock_guest_exit,
	    KUNIT_CASE(zero_lengths),
	    KUNIT_CASE(oversize),
	    KUNIT_CASE(exactly_wanted_is_not_oversize),
	    KUNIT_CASE(longest_chain),
	    KUNIT_CASE(too_many_pieces),
	    KUNIT_CASE(nothing_behind_a_cut));
