// SPDX-License-Identifier: GPL-2.0
/* The split ring with a driver that breaks the rules, one at a time. */
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
		u16 next;
	} desc[3];
};

/* Chains that start at descriptor 0. */
static const struct bad_chain bad_chains[] = {
	{ "write descriptor first", false, -EPROTO, { { GOOD, 1, WR } } },
	{ "write descriptor later", false, -EPROTO, { { GOOD, 1, NEXT, 1 }, { GOOD, 1, WR } } },
	{ "read descriptor first", true, -EPROTO, { { GOOD, 1, 0 } } },
	{ "read descriptor later", true, -EPROTO, { { GOOD, 1, WR | NEXT, 1 }, { GOOD, 1, 0 } } },
	{ "indirect", false, -EPROTO, { { GOOD, 16, INDIRECT } } },
	{ "indirect write", true, -EPROTO, { { GOOD, 16, INDIRECT | WR } } },
	{ "indirect and next", false, -EPROTO, { { GOOD, 16, INDIRECT | NEXT, 1 }, { GOOD, 1 } } },
	{ "indirect later", false, -EPROTO, { { GOOD, 1, NEXT, 1 }, { GOOD, 16, INDIRECT } } },
	{ "indirect, empty", false, -EPROTO, { { GOOD, 0, INDIRECT } } },
	{ "next is ring size", false, -EPROTO, { { GOOD, 1, NEXT, NUM } } },
	{ "next is 65535", true, -EPROTO, { { GOOD, 1, WR | NEXT, 65535 } } },
	{ "next is bad behind an empty one", false, -EPROTO, { { GOOD, 0, NEXT, NUM } } },
	{ "next is bad behind what is wanted", false, -EPROTO,
	  { { GOOD, UNWANTED, NEXT, 1 }, { GOOD, 1, NEXT, NUM } } },
	{ "kind is bad behind what is wanted", false, -EPROTO,
	  { { GOOD, UNWANTED, NEXT, 1 }, { GOOD, 1, WR } } },
	{ "loop of one", false, -ELOOP, { { GOOD, 1, NEXT, 0 } } },
	{ "loop of one, empty", false, -ELOOP, { { GOOD, 0, NEXT, 0 } } },
	{ "loop of two", true, -ELOOP,
	  { { GOOD, 1, WR | NEXT, 1 }, { GOOD, 0, WR | NEXT, 0 } } },
	{ "loop without the first", false, -ELOOP,
	  { { GOOD, 1, NEXT, 1 }, { GOOD, 1, NEXT, 2 }, { GOOD, 1, NEXT, 1 } } },
	{ "loop behind what is wanted", false, -ELOOP,
	  { { GOOD, UNWANTED, NEXT, 1 }, { GOOD, 1, NEXT, 1 } } },
	{ "address 0", false, -EFAULT, { { 0, 1 } } },
	{ "before memory", false, -EFAULT, { { GOOD - 1, 1 } } },
	{ "into memory", false, -EFAULT, { { GOOD - 1, 2 } } },
	{ "behind memory", true, -EFAULT, { { END, 1, WR } } },
	{ "out of memory", true, -EFAULT, { { END - 1, 2, WR } } },
	{ "out of memory later", false, -EFAULT, { { GOOD, 1, NEXT, 1 }, { END - 9, 10 } } },
	{ "last byte there is", false, -EFAULT, { { U64_MAX, 1 } } },
	{ "address wraps", false, -EFAULT, { { U64_MAX, 2 } } },
	{ "address wraps into memory", false, -EFAULT, { { -5ULL, U32_MAX } } },
};

static int suite_init(struct kunit *test)
{
	test->priv = mock_guest_new(test, NUM, 4, 0);
	return 0;
}

static void chains(struct kunit *test)
{
	struct mock_guest *guest = test->priv;

	for (int i = 0; i < ARRAY_SIZE(bad_chains); i++) {
		const struct bad_chain *bad = &bad_chains[i];

		for (int d = 0; d < ARRAY_SIZE(bad->desc); d++)
			mock_guest_set_desc(guest, d, bad->desc[d].iova, bad->desc[d].len,
					    bad->desc[d].flags, bad->desc[d].next);
		mock_guest_start(guest, i);
		mock_guest_show(guest, 0);
		KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
		KUNIT_EXPECT_EQ_MSG(test, mock_guest_try(guest, bad->write), bad->err,
				    "%s", bad->what);
		/* It is not taken. */
		KUNIT_EXPECT_EQ_MSG(test, rsw_vring_available(&guest->ring), 1, "%s", bad->what);
		KUNIT_EXPECT_EQ_MSG(test, mock_guest_try(guest, bad->write), bad->err,
				    "%s", bad->what);
	}
}

/* Each of the above would pass if everything was refused. */
static void good_chain_is_taken(struct kunit *test)
{
	struct mock_guest *guest = test->priv;

	mock_guest_set_desc(guest, 0, END - 10, 10, NEXT, NUM - 1);
	mock_guest_set_desc(guest, NUM - 1, GOOD, 1, 0, 65535);
	mock_guest_show(guest, 0);
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
	KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), 0);
	KUNIT_EXPECT_EQ(test, rsw_vring_available(&guest->ring), 0);
}

static void heads(struct kunit *test)
{
	static const u16 bad[] = { NUM, NUM + 1, 0x7fff, 0xffff };
	struct mock_guest *guest = test->priv;

	for (int i = 0; i < ARRAY_SIZE(bad); i++) {
		mock_guest_start(guest, 0);
		mock_guest_show(guest, bad[i]);
		KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
		KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), -EPROTO);
		KUNIT_EXPECT_EQ(test, mock_guest_try(guest, true), -EPROTO);
	}
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
	rsw_vring_untake(&guest->ring, 1, 0);

	/* One more is a loop. */
	for (int i = 0; i < NUM; i++)
		guest->desc[i].flags |= (__force __virtio16)cpu_to_le16(NEXT);
	for (int i = 0; i < NUM; i++)
		guest->desc[i].next = (__force __virtio16)cpu_to_le16((i + 1) % NUM);
	KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), -ELOOP);
}

static void rights(struct kunit *test)
{
	static const unsigned long of[] = { RSW_MEM_RO, RSW_MEM_WO };
	struct mock_guest *guest = test->priv;

	for (int i = 0; i < ARRAY_SIZE(of); i++) {
		u64 iova = (i + 1ULL) << 32;

		KUNIT_ASSERT_EQ(test, 0, rsw_mem_map(&guest->mem, iova, PAGE_SIZE,
						     virt_to_phys(guest->page), of[i]));
		mock_guest_set_desc(guest, 0, iova, 1, 0, 0);
		mock_guest_start(guest, 0);
		mock_guest_show(guest, 0);
		rsw_vring_available(&guest->ring);
		KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false),
				of[i] == RSW_MEM_RO ? 0 : -EFAULT);
		mock_guest_set_desc(guest, 0, iova, 1, WR, 0);
		mock_guest_start(guest, 0);
		mock_guest_show(guest, 0);
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
	}
	KUNIT_ASSERT_EQ(test, mock_guest_take(guest, RSW_MEM_WO, want, &chain, 5), 0);
	KUNIT_EXPECT_TRUE(test, naive_same(guest, buf, ARRAY_SIZE(buf), want, &chain));
}

/*
 * A descriptor is in one chain at a time; so no more of them than the ring has can be with
 * the device, however many chains a driver makes of them while the device is at work.
 */
static void descriptors_used_twice(struct kunit *test)
{
	struct mock_guest *guest = test->priv;

	for (int i = 0; i < NUM; i++)
		mock_guest_set_desc(guest, i, GOOD, 1, i % 2 ? 0 : NEXT, i + 1);
	for (int i = 0; i < NUM / 2; i++) {
		mock_guest_show(guest, 0);
		KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
		KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), 0);
	}
	mock_guest_show(guest, 1);
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
	KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), -ELOOP);
	/* When one chain comes again, there is room for one descriptor, not for two. */
	rsw_vring_untake(&guest->ring, 1, NUM - 1);
	mock_guest_set_desc(guest, 0, GOOD, 1, 0, 0);
	guest->avail->ring[NUM / 2 - 1] = (__force __virtio16)cpu_to_le16(1);
	KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), 0);
	KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), -ELOOP);
	/* Once they are returned, they are the driver's again. */
	for (int i = 0; i < NUM / 2; i++)
		mock_guest_use(guest, 0, 0);
	rsw_vring_publish(&guest->ring);
	KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), 0);
}

static void index_jumps(struct kunit *test)
{
	static const u16 jump[] = { NUM + 1, NUM + 2, 0x7fff, 0x8000, 0xfffe, 0xffff };
	struct mock_guest *guest = test->priv;

	for (u32 start = 0; start < 65536; start += 65535) {
		mock_guest_start(guest, start);
		for (int i = 0; i < ARRAY_SIZE(jump); i++) {
			mock_guest_set_avail_idx(guest, start + jump[i]);
			KUNIT_EXPECT_EQ(test, rsw_vring_available(&guest->ring), -EPROTO);
			KUNIT_EXPECT_EQ(test, rsw_vring_listen(&guest->ring), -EPROTO);
		}
		/* Nothing of it is believed later on. */
		mock_guest_set_avail_idx(guest, start);
		KUNIT_EXPECT_EQ(test, rsw_vring_available(&guest->ring), 0);
		mock_guest_set_avail_idx(guest, start + NUM);
		KUNIT_EXPECT_EQ(test, rsw_vring_available(&guest->ring), NUM);
	}
}

/* What was shown stays shown: the index is not asked again before all is taken. */
static void index_goes_back(struct kunit *test)
{
	const struct mock_buf buf = { GOOD, 1 };
	struct mock_guest *guest = test->priv;

	mock_guest_post(guest, false, &buf, 1);
	mock_guest_post(guest, false, &buf, 1);
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 2);
	mock_guest_set_avail_idx(guest, 0);
	KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), 0);
	KUNIT_EXPECT_EQ(test, rsw_vring_available(&guest->ring), 1);
	KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), 0);
	KUNIT_EXPECT_EQ(test, rsw_vring_available(&guest->ring), -EPROTO);
}

static struct kunit_case bad_cases[] = {
	KUNIT_CASE(chains),
	KUNIT_CASE(good_chain_is_taken),
	KUNIT_CASE(heads),
	KUNIT_CASE(as_long_as_the_ring),
	KUNIT_CASE(rights),
	KUNIT_CASE(no_room),
	KUNIT_CASE(descriptors_used_twice),
	KUNIT_CASE(index_jumps),
	KUNIT_CASE(index_goes_back),
	{}
};

static struct kunit_suite bad_suite = {
	.name = "ringswitch_vring_bad",
	.init = suite_init,
	.exit = mock_guest_exit,
	.test_cases = bad_cases,
};

kunit_test_suite(bad_suite);
