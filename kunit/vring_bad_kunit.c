// SPDX-License-Identifier: GPL-2.0
/* Rings of both layouts with a driver that breaks the rules, one at a time. */
#include <kunit/test.h>
#include <linux/io.h>

#include "mock_guest.h"
#include "vring_naive.h"

#define NUM	8
#define NEXT	VRING_DESC_F_NEXT
#define WR	VRING_DESC_F_WRITE
#define INDIRECT	VRING_DESC_F_INDIRECT
#define GOOD	MOCK_IOVA
#define END	(MOCK_IOVA + 4 * PAGE_SIZE)
#define UNWANTED	(MOCK_WANT + 1)

struct bad_chain {
	const char *what;
	bool write;
	int err;
	struct {
		u64 iova;
		u32 len;
		u16 flags;
	} desc[3];
};

/* Each descriptor with NEXT is followed by its neighbour. */
static const struct bad_chain bad_chains[] = {
	{ "write descriptor first", false, -EPROTO, { { GOOD, 1, WR } } },
	{ "write descriptor later", false, -EPROTO, { { GOOD, 1, NEXT }, { GOOD, 1, WR } } },
	{ "read descriptor first", true, -EPROTO, { { GOOD, 1, 0 } } },
	{ "read descriptor later", true, -EPROTO, { { GOOD, 1, WR | NEXT }, { GOOD, 1, 0 } } },
	{ "indirect", false, -EPROTO, { { GOOD, 16, INDIRECT } } },
	{ "indirect write", true, -EPROTO, { { GOOD, 16, INDIRECT | WR } } },
	{ "indirect and next", false, -EPROTO, { { GOOD, 16, INDIRECT | NEXT }, { GOOD, 1 } } },
	{ "indirect later", false, -EPROTO, { { GOOD, 1, NEXT }, { GOOD, 16, INDIRECT } } },
	{ "indirect, empty", false, -EPROTO, { { GOOD, 0, INDIRECT } } },
	{ "kind is bad behind what is wanted", false, -EPROTO,
	  { { GOOD, UNWANTED, NEXT }, { GOOD, 1, WR } } },
	{ "address 0", false, -EFAULT, { { 0, 1 } } },
	{ "before memory", false, -EFAULT, { { GOOD - 1, 1 } } },
	{ "into memory", false, -EFAULT, { { GOOD - 1, 2 } } },
	{ "behind memory", true, -EFAULT, { { END, 1, WR } } },
	{ "out of memory", true, -EFAULT, { { END - 1, 2, WR } } },
	{ "out of memory later", false, -EFAULT, { { GOOD, 1, NEXT }, { END - 9, 10 } } },
	{ "last byte there is", false, -EFAULT, { { U64_MAX, 1 } } },
	{ "address wraps", false, -EFAULT, { { U64_MAX, 2 } } },
	{ "address wraps into memory", false, -EFAULT, { { -5ULL, U32_MAX } } },
};

static int suite_init(struct kunit *test, u64 layout)
{
	test->priv = mock_guest_new(test, NUM, 4, layout);
	return 0;
}

static void chains(struct kunit *test)
{
	struct mock_guest *guest = test->priv;

	for (int i = 0; i < ARRAY_SIZE(bad_chains); i++) {
		const struct bad_chain *bad = &bad_chains[i];

		mock_guest_start(guest, i);
		for (int d = 0; d < ARRAY_SIZE(bad->desc); d++)
			mock_guest_set_desc(guest, d, bad->desc[d].iova, bad->desc[d].len,
					    bad->desc[d].flags, d + 1);
		mock_guest_show(guest, 0, ARRAY_SIZE(bad->desc));
		KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
		KUNIT_EXPECT_EQ_MSG(test, mock_guest_try(guest, bad->write), bad->err,
				    "%s", bad->what);
		/* It is not taken. */
		KUNIT_EXPECT_EQ_MSG(test, rsw_vring_available(&guest->ring), 1, "%s", bad->what);
		KUNIT_EXPECT_EQ_MSG(test, mock_guest_try(guest, bad->write), bad->err,
				    "%s", bad->what);
		KUNIT_EXPECT_EQ_MSG(test, guest->ring.held, 0, "%s", bad->what);
	}
}

/* Each of the above would pass if everything was refused. */
static void good_chain_is_taken(struct kunit *test)
{
	struct mock_guest *guest = test->priv;

	mock_guest_set_desc(guest, 0, END - 10, 10, NEXT, 1);
	mock_guest_set_desc(guest, 1, GOOD, 1, 0, 65535);
	mock_guest_show(guest, 0, 2);
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
	KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), 0);
	KUNIT_EXPECT_EQ(test, rsw_vring_available(&guest->ring), 0);
}

/* So that what is behind a bad chain is not reached by trying again. */
static void a_bad_chain_is_in_the_way(struct kunit *test)
{
	const struct mock_buf good = { GOOD, 1 }, bad = { END, 1 };
	struct mock_guest *guest = test->priv;

	mock_guest_post(guest, false, &bad, 1);
	mock_guest_post(guest, false, &good, 1);
	for (int i = 0; i < 3; i++) {
		KUNIT_ASSERT_GT(test, rsw_vring_available(&guest->ring), 0);
		KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), -EFAULT);
	}
	KUNIT_EXPECT_EQ(test, rsw_vring_index(&guest->ring), 0);
}

static void as_long_as_the_ring(struct kunit *test)
{
	struct mock_guest *guest = test->priv;
	struct mock_buf buf[NUM];
	struct rsw_chain chain;

	for (int i = 0; i < NUM; i++)
		buf[i] = (struct mock_buf){ GOOD + 10 * i, 3 };
	mock_guest_post(guest, false, buf, NUM);
	rsw_vring_available(&guest->ring);
	KUNIT_ASSERT_EQ(test, mock_guest_take(guest, RSW_MEM_RO, MOCK_WANT, &chain, MOCK_SEGS), 0);
	KUNIT_EXPECT_TRUE(test, naive_same(guest, buf, NUM, MOCK_WANT, &chain));

	/* One more is a loop. */
	mock_guest_start(guest, NUM + 3);
	for (int i = 0; i < NUM; i++)
		mock_guest_set_desc(guest, i, GOOD, 1, NEXT, (i + 1) % NUM);
	mock_guest_show(guest, 0, NUM);
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
	KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), -ELOOP);
	KUNIT_EXPECT_EQ(test, guest->ring.walked, NUM);
}

static void rights(struct kunit *test)
{
	static const unsigned long of[] = { RSW_MEM_RO, RSW_MEM_WO };
	struct mock_guest *guest = test->priv;

	for (int i = 0; i < ARRAY_SIZE(of); i++) {
		u64 iova = (i + 1ULL) << 32;

		KUNIT_ASSERT_EQ(test, 0, rsw_mem_map(&guest->mem, iova, PAGE_SIZE,
						     virt_to_phys(guest->page), of[i]));
		mock_guest_start(guest, 0);
		mock_guest_set_desc(guest, 0, iova, 1, 0, 0);
		mock_guest_show(guest, 0, 1);
		rsw_vring_available(&guest->ring);
		KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false),
				of[i] == RSW_MEM_RO ? 0 : -EFAULT);
		mock_guest_start(guest, 0);
		mock_guest_set_desc(guest, 0, iova, 1, WR, 0);
		mock_guest_show(guest, 0, 1);
		rsw_vring_available(&guest->ring);
		KUNIT_EXPECT_EQ(test, mock_guest_try(guest, true),
				of[i] == RSW_MEM_WO ? 0 : -EFAULT);
	}
}

static void no_room(struct kunit *test)
{
	/* Five pieces: the second buffer has three. */
	const struct mock_buf buf[] = {
		{ GOOD, 1 }, { GOOD + PAGE_SIZE - 1, PAGE_SIZE + 2 }, { GOOD, 1 }
	};
	u32 want = PAGE_SIZE + 100;
	struct mock_guest *guest = test->priv;
	struct rsw_chain chain;

	mock_guest_post(guest, true, buf, ARRAY_SIZE(buf));
	rsw_vring_available(&guest->ring);
	for (unsigned int room = 0; room < 5; room++) {
		KUNIT_EXPECT_EQ(test, -ENOSPC,
				mock_guest_take(guest, RSW_MEM_WO, want, &chain, room));
		KUNIT_EXPECT_EQ(test, rsw_vring_available(&guest->ring), 1);
		KUNIT_EXPECT_EQ(test, guest->ring.held, 0);
	}
	KUNIT_ASSERT_EQ(test, mock_guest_take(guest, RSW_MEM_WO, want, &chain, 5), 0);
	KUNIT_EXPECT_TRUE(test, naive_same(guest, buf, ARRAY_SIZE(buf), want, &chain));
}

/* What is given back and taken again is read again, and that has an end until we publish. */
static void taken_again_and_again(struct kunit *test)
{
	const struct mock_buf buf = { GOOD, 1 };
	struct mock_guest *guest = test->priv;
	unsigned int n;

	mock_guest_post(guest, false, &buf, 1);
	for (int round = 0; round < 2; round++) {
		for (n = 0; rsw_vring_available(&guest->ring) && !mock_guest_try(guest, false); n++)
			rsw_vring_untake(&guest->ring, 1, 0);
		KUNIT_EXPECT_EQ(test, n, RSW_VRING_WALK_MAX);
		KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), -EBUSY);
		KUNIT_EXPECT_FALSE(test, rsw_vring_publish(&guest->ring));
	}
}

MOCK_SUITES(vring_bad, suite_init, mock_guest_exit,
	    KUNIT_CASE(chains),
	    KUNIT_CASE(good_chain_is_taken),
	    KUNIT_CASE(a_bad_chain_is_in_the_way),
	    KUNIT_CASE(as_long_as_the_ring),
	    KUNIT_CASE(rights),
	    KUNIT_CASE(no_room),
	    KUNIT_CASE(taken_again_and_again));
