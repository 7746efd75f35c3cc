// SPDX-License-Identifier: GPL-2.0
/* The split ring with a driver that keeps the rules. */
#include <kunit/test.h>

#include "mock_guest.h"
#include "vring_naive.h"

#define NUM	8

static int suite_init(struct kunit *test)
{
	test->priv = mock_guest_new(test, NUM, 4, 0);
	return 0;
}

static void sizes(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, rsw_vring_desc_size(1024), 16384);
	KUNIT_EXPECT_EQ(test, rsw_vring_avail_size(1024, 0), 4 + 2048);
	KUNIT_EXPECT_EQ(test, rsw_vring_used_size(1024, 0), 4 + 8192);
	KUNIT_EXPECT_EQ(test, rsw_vring_avail_size(1, 0), 6);
}

static void take_use_publish(struct kunit *test)
{
	const struct mock_buf buf[] = { { MOCK_IOVA + 5, 10 }, { MOCK_IOVA + PAGE_SIZE - 3, 7 } };
	struct mock_guest *guest = test->priv;
	struct rsw_chain chain;
	u32 len;
	int id;

	KUNIT_EXPECT_EQ(test, rsw_vring_available(&guest->ring), 0);
	id = mock_guest_post(guest, false, buf, ARRAY_SIZE(buf));
	KUNIT_EXPECT_EQ(test, rsw_vring_available(&guest->ring), 1);
	KUNIT_ASSERT_EQ(test, mock_guest_take(guest, RSW_MEM_RO, MOCK_WANT, &chain, MOCK_SEGS), 0);
	KUNIT_EXPECT_EQ(test, rsw_vring_available(&guest->ring), 0);
	KUNIT_EXPECT_EQ(test, chain.id, id);
	KUNIT_EXPECT_EQ(test, chain.len, 17);
	KUNIT_EXPECT_FALSE(test, chain.oversize);
	/* The second buffer crosses into a page that does not follow. */
	KUNIT_ASSERT_EQ(test, chain.nsegs, 3);
	KUNIT_EXPECT_PTR_EQ(test, chain.seg[0].addr, mock_guest_byte(guest, buf[0].iova));
	KUNIT_EXPECT_EQ(test, chain.seg[0].len, 10);
	KUNIT_EXPECT_PTR_EQ(test, chain.seg[1].addr, mock_guest_byte(guest, buf[1].iova));
	KUNIT_EXPECT_EQ(test, chain.seg[1].len, 3);
	KUNIT_EXPECT_PTR_EQ(test, chain.seg[2].addr, mock_guest_byte(guest, MOCK_IOVA + PAGE_SIZE));
	KUNIT_EXPECT_EQ(test, chain.seg[2].len, 4);

	mock_guest_use(guest, chain.id, 11);
	KUNIT_EXPECT_EQ(test, mock_guest_reap(guest, &len), -ENOENT);
	KUNIT_EXPECT_TRUE(test, rsw_vring_publish(&guest->ring));
	KUNIT_EXPECT_EQ(test, mock_guest_reap(guest, &len), id);
	KUNIT_EXPECT_EQ(test, len, 11);
	KUNIT_EXPECT_EQ(test, guest->in_flight, 0);
}

static void adjacent_buffers(struct kunit *test)
{
	/* Two buffers that follow each other: contents in order is all that counts. */
	const struct mock_buf buf[] = { { MOCK_IOVA, 100 }, { MOCK_IOVA + 100, 100 } };
	struct mock_guest *guest = test->priv;
	struct rsw_chain chain;

	mock_guest_post(guest, true, buf, ARRAY_SIZE(buf));
	rsw_vring_available(&guest->ring);
	KUNIT_ASSERT_EQ(test, mock_guest_take(guest, RSW_MEM_WO, MOCK_WANT, &chain, MOCK_SEGS), 0);
	KUNIT_EXPECT_TRUE(test, naive_same(guest, buf, 2, MOCK_WANT, &chain));
}

static void interrupt_only_when_wanted(struct kunit *test)
{
	const struct mock_buf buf = { MOCK_IOVA, 1 };
	struct mock_guest *guest = test->priv;
	int id = mock_guest_post(guest, true, &buf, 1);
	u32 len;

	KUNIT_EXPECT_FALSE(test, rsw_vring_publish(&guest->ring));
	guest->avail->flags = (__force __virtio16)cpu_to_le16(VRING_AVAIL_F_NO_INTERRUPT);
	mock_guest_use(guest, id, 1);
	KUNIT_EXPECT_FALSE(test, rsw_vring_publish(&guest->ring));
	KUNIT_EXPECT_EQ(test, mock_guest_reap(guest, &len), id);

	/* Other bits of the flags are reserved and mean nothing. */
	guest->avail->flags = (__force __virtio16)cpu_to_le16((u16)~VRING_AVAIL_F_NO_INTERRUPT);
	id = mock_guest_post(guest, true, &buf, 1);
	mock_guest_use(guest, id, 0);
	KUNIT_EXPECT_TRUE(test, rsw_vring_publish(&guest->ring));
	KUNIT_EXPECT_FALSE(test, rsw_vring_publish(&guest->ring));
}

static u16 used_flags(const struct mock_guest *guest)
{
	return le16_to_cpu((__force __le16)guest->used->flags);
}

static void quiet_and_listen(struct kunit *test)
{
	const struct mock_buf buf = { MOCK_IOVA, 1 };
	struct mock_guest *guest = test->priv;

	KUNIT_EXPECT_EQ(test, used_flags(guest), 0);
	rsw_vring_quiet(&guest->ring);
	KUNIT_EXPECT_EQ(test, used_flags(guest), VRING_USED_F_NO_NOTIFY);
	rsw_vring_quiet(&guest->ring);
	KUNIT_EXPECT_EQ(test, used_flags(guest), VRING_USED_F_NO_NOTIFY);
	KUNIT_EXPECT_EQ(test, rsw_vring_listen(&guest->ring), 0);
	KUNIT_EXPECT_EQ(test, used_flags(guest), 0);

	/* Posted without a kick, because the driver saw the flag: listening must find it. */
	rsw_vring_quiet(&guest->ring);
	KUNIT_EXPECT_EQ(test, used_flags(guest), VRING_USED_F_NO_NOTIFY);
	mock_guest_post(guest, false, &buf, 1);
	mock_guest_post(guest, false, &buf, 1);
	KUNIT_EXPECT_EQ(test, rsw_vring_listen(&guest->ring), 2);
	KUNIT_EXPECT_EQ(test, used_flags(guest), 0);
}

static void untaken_chains_come_again(struct kunit *test)
{
	struct mock_guest *guest = test->priv;
	struct rsw_chain chain;
	int id[3];

	for (int i = 0; i < ARRAY_SIZE(id); i++) {
		const struct mock_buf buf = { MOCK_IOVA + 100 * i, 10 + i };

		id[i] = mock_guest_post(guest, true, &buf, 1);
	}
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 3);
	for (int i = 0; i < ARRAY_SIZE(id); i++)
		KUNIT_ASSERT_EQ(test, 0,
				mock_guest_take(guest, RSW_MEM_WO, MOCK_WANT, &chain, MOCK_SEGS));
	/* One descriptor was held before these two. */
	rsw_vring_untake(&guest->ring, 2, 1);
	KUNIT_EXPECT_EQ(test, rsw_vring_available(&guest->ring), 2);
	for (int i = 1; i < ARRAY_SIZE(id); i++) {
		KUNIT_ASSERT_EQ(test, 0,
				mock_guest_take(guest, RSW_MEM_WO, MOCK_WANT, &chain, MOCK_SEGS));
		KUNIT_EXPECT_EQ(test, chain.id, id[i]);
		KUNIT_EXPECT_EQ(test, chain.len, 10 + i);
	}
	KUNIT_EXPECT_EQ(test, rsw_vring_available(&guest->ring), 0);
}

/* One round of a full ring of one-descriptor chains, returned in order. */
static void fill_and_empty(struct kunit *test, struct mock_guest *guest)
{
	struct rsw_chain chain;
	u32 len;

	for (u32 i = 0; i < guest->num; i++) {
		const struct mock_buf buf = { MOCK_IOVA + i, 1 + i };

		KUNIT_ASSERT_NE(test, mock_guest_post(guest, true, &buf, 1), -ENOSPC);
	}
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), guest->num);
	for (u32 i = 0; i < guest->num; i++) {
		KUNIT_ASSERT_EQ(test, 0,
				mock_guest_take(guest, RSW_MEM_WO, MOCK_WANT, &chain, MOCK_SEGS));
		KUNIT_ASSERT_EQ(test, chain.len, 1 + i);
		mock_guest_use(guest, chain.id, chain.len);
	}
	KUNIT_ASSERT_TRUE(test, rsw_vring_publish(&guest->ring));
	for (u32 i = 0; i < guest->num; i++) {
		KUNIT_ASSERT_NE(test, mock_guest_reap(guest, &len), -ENOENT);
		KUNIT_ASSERT_EQ(test, len, 1 + i);
	}
	KUNIT_ASSERT_EQ(test, guest->in_flight, 0);
}

static void indices_wrap(struct kunit *test)
{
	struct mock_guest *guest = test->priv;

	mock_guest_start(guest, 65536 - 2 * NUM - 3);
	for (int i = 0; i < 5; i++)
		fill_and_empty(test, guest);
	KUNIT_EXPECT_EQ(test, guest->used_idx, 3 * NUM - 3);
}

static void all_sizes(struct kunit *test)
{
	for (u32 num = 1; num <= RSW_VRING_NUM_MAX; num *= 2) {
		struct mock_guest *guest = mock_guest_new(test, num, 2, 0);

		mock_guest_start(guest, 65536 - num);
		for (int i = 0; i < 3; i++)
			fill_and_empty(test, guest);
		mock_guest_free(guest);
	}
}

static void starts_where_told(struct kunit *test)
{
	const struct mock_buf buf = { MOCK_IOVA, 1 };
	struct mock_guest *guest = test->priv;
	struct rsw_chain chain;

	fill_and_empty(test, guest);
	rsw_vring_quiet(&guest->ring);
	mock_guest_post(guest, false, &buf, 1);
	rsw_vring_available(&guest->ring);
	mock_guest_take(guest, RSW_MEM_RO, MOCK_WANT, &chain, MOCK_SEGS);
	/* A reset: nothing of the old life is left. */
	guest->used->flags = 0;
	mock_guest_start(guest, 77);
	KUNIT_EXPECT_EQ(test, rsw_vring_available(&guest->ring), 0);
	KUNIT_EXPECT_FALSE(test, rsw_vring_publish(&guest->ring));
	rsw_vring_quiet(&guest->ring);
	KUNIT_EXPECT_EQ(test, used_flags(guest), VRING_USED_F_NO_NOTIFY);
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
	struct mock_guest *guest = mock_guest_new(test, RSW_VRING_NUM_MAX, 4, 0);
	struct mock_buf *buf = kunit_kcalloc(test, RSW_VRING_NUM_MAX, sizeof(*buf), GFP_KERNEL);
	struct rsw_chain chain;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	for (int i = 0; i < RSW_VRING_NUM_MAX; i++)
		buf[i] = (struct mock_buf){ MOCK_IOVA + PAGE_SIZE - 1, 64 };
	mock_guest_post(guest, false, buf, RSW_VRING_NUM_MAX);
	rsw_vring_available(&guest->ring);
	KUNIT_EXPECT_EQ(test, 0,
			mock_guest_take(guest, RSW_MEM_RO, RSW_FRAME_MAX + 64, &chain, MOCK_SEGS));
	KUNIT_EXPECT_EQ(test, chain.nsegs, 2 * RSW_VRING_NUM_MAX);
	KUNIT_EXPECT_EQ(test, chain.len, 64 * RSW_VRING_NUM_MAX);
	mock_guest_free(guest);
}

static struct kunit_case vring_cases[] = {
	KUNIT_CASE(sizes),
	KUNIT_CASE(take_use_publish),
	KUNIT_CASE(adjacent_buffers),
	KUNIT_CASE(interrupt_only_when_wanted),
	KUNIT_CASE(quiet_and_listen),
	KUNIT_CASE(untaken_chains_come_again),
	KUNIT_CASE(indices_wrap),
	KUNIT_CASE(all_sizes),
	KUNIT_CASE(starts_where_told),
	KUNIT_CASE(zero_lengths),
	KUNIT_CASE(oversize),
	KUNIT_CASE(exactly_wanted_is_not_oversize),
	KUNIT_CASE(longest_chain),
	{}
};

static struct kunit_suite vring_suite = {
	.name = "ringswitch_vring",
	.init = suite_init,
	.exit = mock_guest_exit,
	.test_cases = vring_cases,
};

kunit_test_suite(vring_suite);
