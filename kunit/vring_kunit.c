// SPDX-License-Identifier: GPL-2.0
/* Rings of both layouts with a driver that keeps the rules. */
#include <kunit/test.h>
#include <linux/log2.h>

#include "mock_guest.h"
#include "vring_naive.h"

#define NUM	8

static int suite_init(struct kunit *test, u64 layout)
{
	test->priv = mock_guest_new(test, NUM, 4, layout);
	return 0;
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
	mock_guest_want(guest, false);
	mock_guest_use(guest, id, 1);
	KUNIT_EXPECT_FALSE(test, rsw_vring_publish(&guest->ring));
	KUNIT_EXPECT_EQ(test, mock_guest_reap(guest, &len), id);
	KUNIT_EXPECT_FALSE(test, rsw_vring_publish(&guest->ring));

	mock_guest_want(guest, true);
	KUNIT_EXPECT_FALSE(test, rsw_vring_publish(&guest->ring));
	id = mock_guest_post(guest, true, &buf, 1);
	mock_guest_use(guest, id, 0);
	KUNIT_EXPECT_TRUE(test, rsw_vring_publish(&guest->ring));
	KUNIT_EXPECT_FALSE(test, rsw_vring_publish(&guest->ring));
}

static void quiet_and_listen(struct kunit *test)
{
	const struct mock_buf buf = { MOCK_IOVA, 1 };
	struct mock_guest *guest = test->priv;

	for (int round = 0; round < 2; round++) {
		for (int again = 0; again < 2; again++) {
			rsw_vring_quiet(&guest->ring);
			KUNIT_EXPECT_FALSE(test, mock_guest_kicks(guest, 0, 1));
		}
		KUNIT_EXPECT_EQ(test, rsw_vring_listen(&guest->ring), 0);
		KUNIT_EXPECT_TRUE(test, mock_guest_kicks(guest, 0, 1));
		KUNIT_EXPECT_EQ(test, rsw_vring_listen(&guest->ring), 0);
		KUNIT_EXPECT_TRUE(test, mock_guest_kicks(guest, 0, 1));
	}

	/* Posted without a kick, because the driver saw the flag: listening must find it. */
	rsw_vring_quiet(&guest->ring);
	KUNIT_EXPECT_FALSE(test, mock_guest_kicks(guest, 0, 2));
	mock_guest_post(guest, false, &buf, 1);
	mock_guest_post(guest, false, &buf, 1);
	KUNIT_EXPECT_EQ(test, rsw_vring_listen(&guest->ring), mock_guest_waiting(guest, 2));
	KUNIT_EXPECT_TRUE(test, mock_guest_kicks(guest, 2, 1));
}

/* Take a chain to write to that has to be there. */
static void take(struct kunit *test, struct mock_guest *guest, struct rsw_chain *chain)
{
	KUNIT_ASSERT_GT(test, rsw_vring_available(&guest->ring), 0);
	KUNIT_ASSERT_EQ(test, 0, mock_guest_take(guest, RSW_MEM_WO, MOCK_WANT, chain, MOCK_SEGS));
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
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), mock_guest_waiting(guest, 3));
	for (int i = 0; i < ARRAY_SIZE(id); i++)
		take(test, guest, &chain);
	/* One descriptor was held before these two. */
	rsw_vring_untake(&guest->ring, 2, 1);
	KUNIT_EXPECT_EQ(test, rsw_vring_available(&guest->ring), mock_guest_waiting(guest, 2));
	for (int i = 1; i < ARRAY_SIZE(id); i++) {
		take(test, guest, &chain);
		KUNIT_EXPECT_EQ(test, chain.id, id[i]);
		KUNIT_EXPECT_EQ(test, chain.len, 10 + i);
	}
	KUNIT_EXPECT_EQ(test, rsw_vring_available(&guest->ring), 0);
}

/* One round of a full ring of one-descriptor chains, returned in order. */
static void fill_and_empty(struct kunit *test, struct mock_guest *guest)
{
	const u32 most = MOCK_WANT / 2, part = RSW_VRING_WALK_MAX;
	struct rsw_chain chain;
	u32 len;

	for (u32 i = 0; i < guest->num; i++) {
		const struct mock_buf buf = { MOCK_IOVA + i % most, 1 + i % most };

		KUNIT_ASSERT_NE(test, mock_guest_post(guest, true, &buf, 1), -ENOSPC);
	}
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring),
			mock_guest_waiting(guest, guest->num));
	for (u32 i = 0; i < guest->num; i++) {
		take(test, guest, &chain);
		KUNIT_ASSERT_EQ(test, chain.len, 1 + i % most);
		KUNIT_ASSERT_EQ(test, chain.ndesc, 1);
		mock_guest_use(guest, chain.id, chain.len);
		if (i == guest->num - 1)
			KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 0);
		if (i == guest->num - 1 || i % part == part - 1)
			KUNIT_ASSERT_TRUE(test, rsw_vring_publish(&guest->ring));
	}
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 0);
	for (u32 i = 0; i < guest->num; i++) {
		KUNIT_ASSERT_NE(test, mock_guest_reap(guest, &len), -ENOENT);
		KUNIT_ASSERT_EQ(test, len, 1 + i % most);
	}
	KUNIT_ASSERT_EQ(test, guest->in_flight, 0);
}

static void indices_wrap(struct kunit *test)
{
	int start = 65536 - 2 * NUM - 3, end = start + 5 * NUM;
	struct mock_guest *guest = test->priv;

	mock_guest_start(guest, start);
	for (int i = 0; i < 5; i++)
		fill_and_empty(test, guest);
	KUNIT_EXPECT_EQ(test, guest->used_at, mock_guest_at(guest, end));
	KUNIT_EXPECT_EQ(test, rsw_vring_index(&guest->ring), mock_guest_index(guest, end));
}

static void all_sizes(struct kunit *test)
{
	static const u32 sizes[] = {
		1, 2, 3, 4, 5, 7, 8, 16, 32, 64, 100, 128, 255, 256, 257, 512, 1000, 1023, 1024,
		32767, 32768
	};
	const struct mock_guest *first = test->priv;

	for (int i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct mock_guest *guest;

		if (!is_power_of_2(sizes[i]) && !(first->features & MOCK_PACKED))
			continue;
		guest = mock_guest_new(test, sizes[i], 2, first->features);
		mock_guest_start(guest, -sizes[i] - sizes[i] / 2);
		for (int round = 0; round < 4; round++)
			fill_and_empty(test, guest);
		mock_guest_free(guest);
	}
}

/* Chains of three descriptors: wherever one starts, and where it lies over the end. */
static void starts_at_every_index(struct kunit *test)
{
	const struct mock_buf buf[] = { { MOCK_IOVA, 5 }, { MOCK_IOVA + 9, 1 }, { MOCK_IOVA, 3 } };
	struct mock_guest *guest = test->priv;
	struct rsw_chain chain;
	u32 len;

	for (u32 at = 0; at < guest->period; at++) {
		mock_guest_start(guest, at);
		KUNIT_ASSERT_EQ(test, rsw_vring_index(&guest->ring), mock_guest_index(guest, at));
		KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 0);
		KUNIT_ASSERT_EQ(test, mock_guest_reap(guest, &len), -ENOENT);
		mock_guest_post(guest, true, buf, ARRAY_SIZE(buf));
		mock_guest_post(guest, true, buf, 1);
		take(test, guest, &chain);
		KUNIT_ASSERT_TRUE(test, naive_same(guest, buf, 3, MOCK_WANT, &chain));
		KUNIT_ASSERT_EQ(test, chain.ndesc, 3);
		mock_guest_use(guest, chain.id, 9);
		take(test, guest, &chain);
		mock_guest_use(guest, chain.id, 5);
		KUNIT_ASSERT_TRUE(test, rsw_vring_publish(&guest->ring));
		KUNIT_ASSERT_NE(test, mock_guest_reap(guest, &len), -ENOENT);
		KUNIT_ASSERT_EQ(test, len, 9);
		KUNIT_ASSERT_NE(test, mock_guest_reap(guest, &len), -ENOENT);
		KUNIT_ASSERT_EQ(test, len, 5);
		KUNIT_ASSERT_EQ(test, rsw_vring_index(&guest->ring),
				mock_guest_index(guest, guest->used_at));
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
	memset(guest->used, 0, rsw_vring_used_size(NUM, guest->features));
	mock_guest_start(guest, 77);
	KUNIT_EXPECT_EQ(test, rsw_vring_available(&guest->ring), 0);
	KUNIT_EXPECT_FALSE(test, rsw_vring_publish(&guest->ring));
	rsw_vring_quiet(&guest->ring);
	KUNIT_EXPECT_FALSE(test, mock_guest_kicks(guest, 77, 1));
	fill_and_empty(test, guest);
}

/* A chain that was seen and not taken, and one that was used and not shown. */
static void forgets_what_was_before(struct kunit *test)
{
	const struct mock_buf buf = { MOCK_IOVA, 1 };
	struct mock_guest *guest = test->priv;
	u32 len;

	mock_guest_post(guest, true, &buf, 1);
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
	mock_guest_use(guest, 0, 1);
	mock_guest_start(guest, 3);
	KUNIT_EXPECT_EQ(test, rsw_vring_available(&guest->ring), 0);
	KUNIT_EXPECT_FALSE(test, rsw_vring_publish(&guest->ring));
	KUNIT_EXPECT_EQ(test, mock_guest_reap(guest, &len), -ENOENT);
	fill_and_empty(test, guest);
}

MOCK_SUITES(vring, suite_init, mock_guest_exit,
	    KUNIT_CASE(take_use_publish),
	    KUNIT_CASE(adjacent_buffers),
	    KUNIT_CASE(interrupt_only_when_wanted),
	    KUNIT_CASE(quiet_and_listen),
	    KUNIT_CASE(untaken_chains_come_again),
	    KUNIT_CASE(indices_wrap),
	    KUNIT_CASE(all_sizes),
	    KUNIT_CASE(starts_at_every_index),
	    KUNIT_CASE(starts_where_told),
	    KUNIT_CASE(forgets_what_was_before));
