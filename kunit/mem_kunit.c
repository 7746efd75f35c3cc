// SPDX-License-Identifier: GPL-2.0
/* Guest memory: what is mapped, with which rights, and when pages are let go. */
#include <kunit/test.h>

#include "mem_world.h"

#define BLOCK	BIT_ULL(RSW_MEM_BLOCK_SHIFT)
#define BASE	(3 * BLOCK)

/* Is a range that lies in one piece, if it is mapped, there with these rights? 1 or error. */
static int there(struct mem_world *world, u64 iova, u32 len, unsigned long rights)
{
	struct rsw_seg seg;

	return world_translate(world, iova, len, rights, &seg, 1);
}

/* Is each page of the range refused, whatever is asked for? */
static bool refused(struct mem_world *world, u64 iova, unsigned int pages)
{
	for (unsigned int i = 0; i < pages; i++)
		if (there(world, iova + i * PAGE_SIZE, 1, RSW_MEM_RO) != -EFAULT ||
		    there(world, iova + i * PAGE_SIZE, 1, RSW_MEM_WO) != -EFAULT)
			return false;
	return true;
}

static void nothing_at_first(struct kunit *test)
{
	struct mem_world *world = test->priv;

	KUNIT_EXPECT_TRUE(test, refused(world, 0, 2));
	KUNIT_EXPECT_TRUE(test, refused(world, BASE, 2));
	KUNIT_EXPECT_TRUE(test, refused(world, virt_to_phys(world->page), 2));
	KUNIT_EXPECT_TRUE(test, refused(world, -2 * PAGE_SIZE, 2));
}

static void map_and_unmap(struct kunit *test)
{
	struct mem_world *world = test->priv;
	struct rsw_seg seg;

	KUNIT_ASSERT_EQ(test, world_map(world, BASE, 2, 5, RW), 0);
	KUNIT_EXPECT_EQ(test, world_refs(world, 4), 0);
	KUNIT_EXPECT_EQ(test, world_refs(world, 5), 1);
	KUNIT_EXPECT_EQ(test, world_refs(world, 6), 1);
	KUNIT_EXPECT_EQ(test, world_refs(world, 7), 0);
	KUNIT_ASSERT_EQ(test, world_translate(world, BASE + 3, 9, RW, &seg, 1), 1);
	KUNIT_EXPECT_PTR_EQ(test, seg.addr, world_page(world, 5) + 3);
	KUNIT_EXPECT_EQ(test, seg.len, 9);
	KUNIT_EXPECT_TRUE(test, refused(world, BASE - PAGE_SIZE, 1));
	KUNIT_EXPECT_TRUE(test, refused(world, BASE + 2 * PAGE_SIZE, 1));

	rsw_mem_unmap(&world->mem, BASE, PAGE_SIZE);
	KUNIT_EXPECT_TRUE(test, refused(world, BASE, 1));
	KUNIT_EXPECT_EQ(test, world_refs(world, 5), 0);
	KUNIT_EXPECT_EQ(test, world_refs(world, 6), 1);
	KUNIT_ASSERT_EQ(test, world_translate(world, BASE + PAGE_SIZE, 1, RW, &seg, 1), 1);
	KUNIT_EXPECT_PTR_EQ(test, seg.addr, world_page(world, 6));

	rsw_mem_unmap(&world->mem, BASE, 2 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, world_refs(world, 6), 0);
	KUNIT_EXPECT_TRUE(test, xa_empty(&world->mem.blocks));

	/* A second life, as something else. */
	KUNIT_ASSERT_EQ(test, world_map(world, BASE, 1, 9, RSW_MEM_WO), 0);
	KUNIT_EXPECT_EQ(test, there(world, BASE, 1, RSW_MEM_RO), -EFAULT);
	KUNIT_ASSERT_EQ(test, world_translate(world, BASE, 1, RSW_MEM_WO, &seg, 1), 1);
	KUNIT_EXPECT_PTR_EQ(test, seg.addr, world_page(world, 9));
}

static void bad_arguments(struct kunit *test)
{
	struct mem_world *world = test->priv;
	u64 pa = virt_to_phys(world->page);
	const struct {
		u64 iova, size, pa;
		unsigned long rights;
	} bad[] = {
		{ BASE, 0, pa, RW },
		{ 0, 0, pa, RW },
		{ BASE + 1, PAGE_SIZE, pa, RW },
		{ BASE + PAGE_SIZE / 2, PAGE_SIZE / 2, pa, RW },
		{ BASE, PAGE_SIZE - 1, pa, RW },
		{ BASE, PAGE_SIZE + 512, pa, RW },
		{ BASE, PAGE_SIZE, pa + 512, RW },
		{ BASE, PAGE_SIZE, pa, 0 },
		{ BASE, PAGE_SIZE, pa, 4 },
		{ BASE, PAGE_SIZE, pa, RW | 8 },
		{ -PAGE_SIZE, 2 * PAGE_SIZE, pa, RW },
		{ PAGE_SIZE, -PAGE_SIZE + 1, pa, RW },
		{ 2 * PAGE_SIZE, -PAGE_SIZE, pa, RW },
	};

	for (int i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_EQ_MSG(test, -EINVAL,
				    rsw_mem_map(&world->mem, bad[i].iova, bad[i].size, bad[i].pa,
						bad[i].rights), "case %d", i);
	KUNIT_EXPECT_TRUE(test, xa_empty(&world->mem.blocks));
	KUNIT_EXPECT_EQ(test, world_refs(world, 0), 0);

	/* What cannot be mapped cannot be unmapped, and costs no fence. */
	world->fences = 0;
	KUNIT_ASSERT_EQ(test, world_map(world, BASE, 1, 0, RW), 0);
	rsw_mem_unmap(&world->mem, BASE, 0);
	rsw_mem_unmap(&world->mem, BASE, PAGE_SIZE - 1);
	rsw_mem_unmap(&world->mem, BASE - 1, 2 * PAGE_SIZE);
	rsw_mem_unmap(&world->mem, -PAGE_SIZE, 8 * BLOCK);
	KUNIT_EXPECT_EQ(test, world->fences, 0);
	KUNIT_EXPECT_FALSE(test, refused(world, BASE, 1));
}

static void no_such_memory(struct kunit *test)
{
	struct mem_world *world = test->priv;

	KUNIT_EXPECT_EQ(test, -EFAULT,
			rsw_mem_map(&world->mem, BASE, PAGE_SIZE, 1ULL << 62, RW));
	KUNIT_EXPECT_TRUE(test, refused(world, BASE, 1));
	KUNIT_EXPECT_TRUE(test, xa_empty(&world->mem.blocks));
}

static void end_of_address_space(struct kunit *test)
{
	struct mem_world *world = test->priv;
	u64 iova = -2 * PAGE_SIZE;
	struct rsw_seg seg;

	KUNIT_ASSERT_EQ(test, world_map(world, 0, 1, 7, RW), 0);
	KUNIT_ASSERT_EQ(test, world_map(world, iova, 2, 5, RW), 0);
	KUNIT_ASSERT_EQ(test, world_translate(world, iova, 2 * PAGE_SIZE, RW, &seg, 1), 1);
	KUNIT_EXPECT_EQ(test, seg.len, 2 * PAGE_SIZE);
	KUNIT_ASSERT_EQ(test, world_translate(world, U64_MAX, 1, RW, &seg, 1), 1);
	KUNIT_EXPECT_PTR_EQ(test, seg.addr, world_page(world, 6) + PAGE_SIZE - 1);
	/* Address 0 does not come after the last one. */
	KUNIT_EXPECT_EQ(test, there(world, U64_MAX, 2, RW), -EFAULT);
	KUNIT_EXPECT_EQ(test, there(world, iova, 2 * PAGE_SIZE + 1, RW), -EFAULT);
	KUNIT_EXPECT_EQ(test, there(world, iova, U32_MAX, RW), -EFAULT);
	rsw_mem_unmap(&world->mem, iova, 2 * PAGE_SIZE);
	KUNIT_EXPECT_TRUE(test, refused(world, iova, 2));
	KUNIT_EXPECT_FALSE(test, refused(world, 0, 1));
}

/* The page in the way is the first, one in the middle, or the last of five. */
static void overlap(struct kunit *test)
{
	struct mem_world *world = test->priv;

	for (unsigned int way = 0; way < 5; way++) {
		/* Across a block boundary, so that several tables are involved. */
		u64 start = 2 * BLOCK - 2 * PAGE_SIZE, iova = start + way * PAGE_SIZE;
		struct rsw_seg seg;

		KUNIT_ASSERT_EQ(test, world_map(world, iova, 1, 20, RSW_MEM_RO), 0);
		KUNIT_EXPECT_EQ(test, world_map(world, start, 5, 30, RW), -EEXIST);
		KUNIT_EXPECT_TRUE(test, refused(world, start, way));
		KUNIT_EXPECT_TRUE(test, refused(world, iova + PAGE_SIZE, 4 - way));
		for (unsigned int i = 30; i < 35; i++)
			KUNIT_EXPECT_EQ(test, world_refs(world, i), 0);
		/* And it stays what it was. */
		KUNIT_EXPECT_EQ(test, there(world, iova, 1, RSW_MEM_WO), -EFAULT);
		KUNIT_ASSERT_EQ(test, world_translate(world, iova, 1, RSW_MEM_RO, &seg, 1), 1);
		KUNIT_EXPECT_PTR_EQ(test, seg.addr, world_page(world, 20));
		rsw_mem_unmap(&world->mem, iova, PAGE_SIZE);
		KUNIT_EXPECT_TRUE(test, xa_empty(&world->mem.blocks));
	}
}

static void contiguous_pages_are_one_piece(struct kunit *test)
{
	struct mem_world *world = test->priv;
	u64 iova = 2 * BLOCK - 2 * PAGE_SIZE;
	u32 len = 4 * PAGE_SIZE - 20;
	struct rsw_seg seg[8];

	/* Pages 10 to 13, mapped one by one, in two blocks. */
	for (unsigned int i = 0; i < 4; i++)
		KUNIT_ASSERT_EQ(test, world_map(world, iova + i * PAGE_SIZE, 1, 10 + i, RW), 0);
	KUNIT_ASSERT_EQ(test, world_translate(world, iova + 10, len, RW, seg, 8), 1);
	KUNIT_EXPECT_PTR_EQ(test, seg[0].addr, world_page(world, 10) + 10);
	KUNIT_EXPECT_EQ(test, seg[0].len, len);

	/* A page from elsewhere in between makes three of it. */
	rsw_mem_unmap(&world->mem, iova + PAGE_SIZE, PAGE_SIZE);
	KUNIT_ASSERT_EQ(test, world_map(world, iova + PAGE_SIZE, 1, 9, RW), 0);
	KUNIT_ASSERT_EQ(test, world_translate(world, iova + 10, len, RW, seg, 3), 3);
	KUNIT_EXPECT_EQ(test, seg[0].len, PAGE_SIZE - 10);
	KUNIT_EXPECT_PTR_EQ(test, seg[1].addr, world_page(world, 9));
	KUNIT_EXPECT_EQ(test, seg[1].len, PAGE_SIZE);
	KUNIT_EXPECT_PTR_EQ(test, seg[2].addr, world_page(world, 12));
	KUNIT_EXPECT_EQ(test, seg[2].len, 2 * PAGE_SIZE - 10);
	KUNIT_EXPECT_EQ(test, world_translate(world, iova + 10, len, RW, seg, 2), -ENOSPC);
	KUNIT_EXPECT_EQ(test, world_translate(world, iova + 10, len, RW, seg, 0), -ENOSPC);
}

static void gaps(struct kunit *test)
{
	struct mem_world *world = test->priv;

	KUNIT_ASSERT_EQ(test, world_map(world, BASE, 1, 0, RW), 0);
	KUNIT_ASSERT_EQ(test, world_map(world, BASE + 2 * PAGE_SIZE, 1, 2, RW), 0);
	KUNIT_EXPECT_EQ(test, there(world, BASE, PAGE_SIZE, RW), 1);
	KUNIT_EXPECT_EQ(test, there(world, BASE, PAGE_SIZE + 1, RW), -EFAULT);
	KUNIT_EXPECT_EQ(test, there(world, BASE - 1, 2, RW), -EFAULT);
	KUNIT_EXPECT_EQ(test, there(world, BASE, 3 * PAGE_SIZE, RW), -EFAULT);
	KUNIT_EXPECT_EQ(test, there(world, BASE, U32_MAX, RW), -EFAULT);
}

static void rights(struct kunit *test)
{
	static const unsigned long all[] = { RSW_MEM_RO, RSW_MEM_WO, RW };
	struct mem_world *world = test->priv;

	for (unsigned int i = 0; i < 3; i++)
		KUNIT_ASSERT_EQ(test, world_map(world, BASE + i * PAGE_SIZE, 1, i, all[i]), 0);
	for (unsigned int i = 0; i < 3; i++)
		for (unsigned int want = 0; want < 3; want++) {
			bool may = (all[i] & all[want]) == all[want];

			KUNIT_EXPECT_EQ(test, may ? 1 : -EFAULT,
					there(world, BASE + i * PAGE_SIZE, 1, all[want]));
		}
	/* Over the whole length, not only at its start. */
	KUNIT_EXPECT_EQ(test, there(world, BASE, PAGE_SIZE + 1, RSW_MEM_RO), -EFAULT);
	KUNIT_EXPECT_EQ(test, there(world, BASE + PAGE_SIZE, 2 * PAGE_SIZE, RSW_MEM_WO), 1);
}

/* A reader keeps the block it used last; it must notice when it leaves it. */
static void cursor_follows(struct kunit *test)
{
	struct mem_world *world = test->priv;
	struct rsw_mem_cursor cursor = {};
	struct rsw_seg seg;

	KUNIT_ASSERT_EQ(test, world_map(world, 1 * BLOCK, 1, 1, RW), 0);
	KUNIT_ASSERT_EQ(test, world_map(world, 2 * BLOCK, 1, 2, RW), 0);
	for (int i = 0; i < 6; i++) {
		u64 block = i % 3 + 1;
		int n;

		rcu_read_lock();
		if (!i)
			rsw_mem_cursor_clear(&cursor);
		n = rsw_mem_translate(&world->mem, &cursor, block * BLOCK, 1, RW, &seg, 1);
		rcu_read_unlock();
		KUNIT_ASSERT_EQ(test, n, block == 3 ? -EFAULT : 1);
		if (n == 1)
			KUNIT_EXPECT_PTR_EQ(test, seg.addr, world_page(world, block));
	}
}

static struct kunit_case mem_cases[] = {
	KUNIT_CASE(nothing_at_first),
	KUNIT_CASE(map_and_unmap),
	KUNIT_CASE(bad_arguments),
	KUNIT_CASE(no_such_memory),
	KUNIT_CASE(end_of_address_space),
	KUNIT_CASE(overlap),
	KUNIT_CASE(contiguous_pages_are_one_piece),
	KUNIT_CASE(gaps),
	KUNIT_CASE(rights),
	KUNIT_CASE(cursor_follows),
	{}
};

static struct kunit_suite mem_suite = {
	.name = "ringswitch_mem",
	.init = mem_world_init,
	.exit = mem_world_exit,
	.test_cases = mem_cases,
};

kunit_test_suite(mem_suite);
