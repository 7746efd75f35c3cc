// SPDX-License-Identifier: GPL-2.0
/* Chains that end in an indirect table, lawful and not. */
#include <kunit/test.h>
#include <linux/io.h>

#include "mock_guest.h"
#include "vring_naive.h"

#define NUM	8
#define PAGES	40
#define NEXT	VRING_DESC_F_NEXT
#define WR	VRING_DESC_F_WRITE
#define IND	VRING_DESC_F_INDIRECT
#define GOOD	MOCK_IOVA
#define TABLE	(MOCK_IOVA + PAGE_SIZE)
#define END	(MOCK_IOVA + PAGES * PAGE_SIZE)
#define ENTRY	sizeof(struct vring_desc)

static int suite_init(struct kunit *test, u64 layout)
{
	test->priv = mock_guest_new(test, NUM, PAGES, MOCK_INDIRECT | layout);
	return 0;
}

static void goes_through(struct kunit *test, const struct mock_buf *buf, u16 n, u16 direct,
			 u64 table)
{
	struct mock_guest *guest = test->priv;
	bool write = (n + direct) % 3 == 0;
	struct rsw_chain chain;
	u32 len;

	KUNIT_ASSERT_NE(test, -ENOSPC,
			mock_guest_post_indirect(guest, write, buf, n, direct, table));
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
	KUNIT_ASSERT_EQ(test, 0, mock_guest_take(guest, write ? RSW_MEM_WO : RSW_MEM_RO, 300,
						 &chain, MOCK_SEGS));
	KUNIT_EXPECT_TRUE(test, naive_same(guest, buf, n, 300, &chain));
	KUNIT_EXPECT_EQ(test, guest->ring.held, direct + 1);
	KUNIT_EXPECT_EQ(test, chain.ndesc, direct + 1);
	mock_guest_use(guest, chain.id, 0);
	rsw_vring_publish(&guest->ring);
	KUNIT_ASSERT_EQ(test, mock_guest_reap(guest, &len), chain.id);
}

/* Any split into direct and indirect is the same chain, wherever the table lies. */
static void good_tables(struct kunit *test)
{
	static const u64 place[] = { TABLE, TABLE + 1, TABLE - 1, TABLE - 8, TABLE - 24 };
	struct mock_buf buf[NUM + 3];

	for (int i = 0; i < ARRAY_SIZE(buf); i++)
		buf[i] = (struct mock_buf){ GOOD + 2 * PAGE_SIZE + 200 * i, 10 * i };
	for (int p = 0; p < ARRAY_SIZE(place); p++)
		for (u16 n = 1; n <= ARRAY_SIZE(buf); n++)
			for (u16 direct = 0; direct < min_t(u16, n, NUM); direct++)
				goes_through(test, buf, n, direct, place[p]);
}

/* Post a chain in a table as large as can be. */
static void post_largest(struct kunit *test, u64 table)
{
	struct mock_buf *buf = kunit_kcalloc(test, RSW_CHAIN_DESCS, sizeof(*buf), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	for (u16 i = 0; i < RSW_CHAIN_DESCS; i++)
		buf[i] = (struct mock_buf){ GOOD + i, 1 };
	KUNIT_ASSERT_NE(test, -ENOSPC, mock_guest_post_indirect(test->priv, false, buf,
								RSW_CHAIN_DESCS, 0, table));
}

/* Linux makes chains longer than a small ring. */
static void largest_table(struct kunit *test)
{
	u64 table = TABLE + 2 * PAGE_SIZE - 8;
	struct mock_guest *guest = test->priv;

	post_largest(test, table);
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
	KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), 0);
	KUNIT_EXPECT_EQ(test, guest->ring.walked, RSW_CHAIN_DESCS + 1);

	mock_guest_set_desc(guest, 0, table, (RSW_CHAIN_DESCS + 1) * ENTRY, IND, 0);
	mock_guest_show(guest, 0, 1);
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
	KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), -EPROTO);
}

/* In a ring larger than usual it is the ring that is the limit. */
static void table_as_long_as_the_ring(struct kunit *test)
{
	u16 num = 2 * RSW_CHAIN_DESCS;
	const struct mock_guest *first = test->priv;
	struct mock_guest *guest = mock_guest_new(test, num, 16, first->features);
	struct rsw_chain chain;

	mock_guest_set_desc(guest, 0, MOCK_IOVA, num * ENTRY, IND, 0);
	for (u16 i = 0; i < num; i++)
		mock_guest_set_entry(guest, MOCK_IOVA, i, MOCK_IOVA, 1,
				     i < num - 1 ? VRING_DESC_F_NEXT : 0, i + 1);
	mock_guest_show(guest, 0, 1);
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
	KUNIT_EXPECT_EQ(test, mock_guest_take(guest, RSW_MEM_RO, MOCK_SEGS, &chain, MOCK_SEGS), 0);
	KUNIT_EXPECT_EQ(test, chain.len, num);

	mock_guest_set_desc(guest, 1, MOCK_IOVA, (num + 1) * ENTRY, IND, 0);
	mock_guest_show(guest, 1, 1);
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
	KUNIT_EXPECT_EQ(test, mock_guest_take(guest, RSW_MEM_RO, MOCK_SEGS, &chain, MOCK_SEGS),
			-EPROTO);
	mock_guest_free(guest);
}

struct entry {
	u64 iova;
	u32 len;
	u16 flags;
};

struct bad_table {
	const char *what;
	int err;
	struct entry desc[2];	/* of the ring */
	struct entry entry[3];	/* at TABLE */
};

/* What has NEXT, has its neighbour next. */
static const struct bad_table bad_tables[] = {
	{ "empty", -EPROTO, { { TABLE, 0, IND } } },
	{ "size 1", -EPROTO, { { TABLE, 1, IND } }, { { GOOD, 1 } } },
	{ "size 15", -EPROTO, { { TABLE, 15, IND } }, { { GOOD, 1 } } },
	{ "size 17", -EPROTO, { { TABLE, 17, IND } }, { { GOOD, 1 } } },
	{ "size 2^32 - 1", -EPROTO, { { TABLE, U32_MAX, IND } }, { { GOOD, 1 } } },
	{ "size 2^32 - 16", -EPROTO, { { TABLE, U32_MAX - 15, IND } }, { { GOOD, 1 } } },
	/* 65536 descriptors and one: more than 16 bits count. */
	{ "size 2^20 + 16", -EPROTO, { { TABLE, 0x100010, IND } }, { { GOOD, 1 } } },
	{ "more after it", -EPROTO, { { TABLE, 16, IND | NEXT }, { GOOD, 1 } },
	  { { GOOD, 1 } } },
	{ "write descriptor", -EPROTO, { { TABLE, 16, IND } }, { { GOOD, 1, WR } } },
	{ "write descriptor later", -EPROTO, { { TABLE, 32, IND } },
	  { { GOOD, 1, NEXT }, { GOOD, 1, WR } } },
	{ "behind memory", -EFAULT, { { END, 16, IND } } },
	{ "out of memory", -EFAULT, { { END - 15, 16, IND } } },
	{ "address 0", -EFAULT, { { 0, 16, IND } } },
	{ "address wraps", -EFAULT, { { U64_MAX - 7, 16, IND } } },
	{ "address wraps later", -EFAULT, { { U64_MAX - 31, 48, IND } } },
	{ "bad address in it", -EFAULT, { { TABLE, 32, IND } },
	  { { GOOD, 1, NEXT }, { END, 1 } } },
	{ "behind a bad one", -EFAULT, { { END, 1, NEXT }, { TABLE, 16, IND } },
	  { { GOOD, 1 } } },
	{ "behind one of the other kind", -EPROTO,
	  { { GOOD, 1, NEXT | WR }, { TABLE, 16, IND } }, { { GOOD, 1 } } },
};

static void set(struct mock_guest *guest, const struct bad_table *bad)
{
	for (int i = 0; i < ARRAY_SIZE(bad->desc); i++)
		mock_guest_set_desc(guest, i, bad->desc[i].iova, bad->desc[i].len,
				    bad->desc[i].flags, i + 1);
	for (int i = 0; i < ARRAY_SIZE(bad->entry); i++)
		mock_guest_set_entry(guest, TABLE, i, bad->entry[i].iova, bad->entry[i].len,
				     bad->entry[i].flags, i + 1);
}

static void tables(struct kunit *test)
{
	struct mock_guest *guest = test->priv;

	for (int i = 0; i < ARRAY_SIZE(bad_tables); i++) {
		const struct bad_table *bad = &bad_tables[i];

		mock_guest_start(guest, i);
		set(guest, bad);
		mock_guest_show(guest, 0, ARRAY_SIZE(bad->desc));
		KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
		KUNIT_EXPECT_EQ_MSG(test, mock_guest_try(guest, false), bad->err, "%s", bad->what);
		/* It is not taken. */
		KUNIT_EXPECT_EQ_MSG(test, rsw_vring_available(&guest->ring), 1, "%s", bad->what);
		KUNIT_EXPECT_EQ_MSG(test, guest->ring.held, 0, "%s", bad->what);
	}
}

/* A table is for reading, even when its buffers are for writing. */
static void rights(struct kunit *test)
{
	struct mock_guest *guest = test->priv;

	for (unsigned long of = RSW_MEM_RO; of <= (RSW_MEM_RO | RSW_MEM_WO); of++) {
		u64 iova = of << 32;

		KUNIT_ASSERT_EQ(test, 0,
				rsw_mem_map(&guest->mem, iova, PAGE_SIZE,
					    virt_to_phys(mock_guest_byte(guest, TABLE)), of));
		mock_guest_set_entry(guest, TABLE, 0, GOOD, 1, WR, 0);
		mock_guest_start(guest, 0);
		mock_guest_set_desc(guest, 0, iova, ENTRY, IND | WR, 0);
		mock_guest_show(guest, 0, 1);
		rsw_vring_available(&guest->ring);
		KUNIT_EXPECT_EQ(test, mock_guest_try(guest, true), of & RSW_MEM_RO ? 0 : -EFAULT);
	}
}

/* Not even when both ends of the address space are mapped. */
static void no_table_wraps(struct kunit *test)
{
	static const u64 iova[] = { 0, -(u64)PAGE_SIZE };
	struct mock_guest *guest = test->priv;

	for (int i = 0; i < ARRAY_SIZE(iova); i++)
		KUNIT_ASSERT_EQ(test, 0,
				rsw_mem_map(&guest->mem, iova[i], PAGE_SIZE,
					    virt_to_phys(mock_guest_byte(guest, TABLE)),
					    RSW_MEM_RO));
	mock_guest_set_entry(guest, TABLE, 255, GOOD, 1, NEXT, 1);
	mock_guest_set_entry(guest, TABLE, 0, GOOD, 1, 0, 0);
	mock_guest_set_desc(guest, 0, -16ULL, 32, IND, 0);
	mock_guest_show(guest, 0, 1);
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
	KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), -EFAULT);
	/* As far as it does not. */
	mock_guest_set_entry(guest, TABLE, 255, GOOD, 1, 0, 1);
	mock_guest_start(guest, 0);
	mock_guest_set_desc(guest, 0, -16ULL, 16, IND, 0);
	mock_guest_show(guest, 0, 1);
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
	KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), 0);
}

static void not_negotiated(struct kunit *test)
{
	const struct mock_guest *first = test->priv;
	struct mock_guest *guest = mock_guest_new(test, NUM, PAGES,
						  first->features ^ MOCK_INDIRECT);
	const struct mock_buf buf = { GOOD, 1 };

	mock_guest_post_indirect(guest, false, &buf, 1, 0, TABLE);
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
	KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), -EPROTO);
	mock_guest_free(guest);
}

/*
 * The ring does not bound tables, and not what is given back and taken again: a budget does,
 * which each publication renews. One chain always passes.
 */
static void reads_are_bounded(struct kunit *test)
{
	struct mock_guest *guest = test->priv;
	unsigned int n;

	for (u16 i = 0; i < NUM; i++)
		post_largest(test, TABLE);
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), mock_guest_waiting(guest, NUM));
	for (int round = 0; round < 2; round++) {
		for (n = 0; rsw_vring_available(&guest->ring) && !mock_guest_try(guest, false); n++)
			mock_guest_use(guest, n, 0);
		KUNIT_EXPECT_EQ(test, n, RSW_VRING_WALK_MAX / RSW_CHAIN_DESCS);
		KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), -EBUSY);
		KUNIT_EXPECT_GT(test, RSW_VRING_WALK_MAX + RSW_CHAIN_DESCS, guest->ring.walked);
		rsw_vring_publish(&guest->ring);
	}
	mock_guest_start(guest, 0);
	post_largest(test, TABLE);
	for (n = 0; rsw_vring_available(&guest->ring) && !mock_guest_try(guest, false); n++)
		rsw_vring_untake(&guest->ring, 1, 0);
	KUNIT_EXPECT_EQ(test, n, RSW_VRING_WALK_MAX / RSW_CHAIN_DESCS);
	/* With nothing to show, too. */
	KUNIT_EXPECT_FALSE(test, rsw_vring_publish(&guest->ring));
	KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), 0);
}

MOCK_SUITES(vring_indirect, suite_init, mock_guest_exit,
	    KUNIT_CASE(good_tables),
	    KUNIT_CASE(largest_table),
	    KUNIT_CASE(table_as_long_as_the_ring),
	    KUNIT_CASE(tables),
	    KUNIT_CASE(rights),
	    KUNIT_CASE(no_table_wraps),
	    KUNIT_CASE(not_negotiated),
	    KUNIT_CASE(reads_are_bounded));
