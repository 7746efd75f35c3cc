// SPDX-License-Identifier: GPL-2.0
/* Guest memory in large folios: no table, until a part of one goes. */
#include <kunit/test.h>

#include "../drivers/ringswitch/mem_block.h"
#include "mem_world.h"
#include "rng.h"

#define BLOCK	BIT_ULL(RSW_MEM_BLOCK_SHIFT)
#define BASE	(5 * BLOCK)

/**
 * struct large - guest memory with two blocks in one folio
 * @world: the memory; its own pages are used, too
 * @folio: as large as two blocks; the suite holds one reference
 * @start: address of its first byte
 */
struct large {
	struct mem_world *world;
	struct folio *folio;
	void *start;
};

static int suite_init(struct kunit *test)
{
	struct large *large = kunit_kzalloc(test, sizeof(*large), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, large);
	large->folio = folio_alloc(GFP_KERNEL, RSW_MEM_BLOCK_SHIFT - PAGE_SHIFT + 1);
	KUNIT_ASSERT_NOT_NULL(test, large->folio);
	large->start = folio_address(large->folio);
	large->world = mem_world_new(test);
	test->priv = large;
	return 0;
}

static void suite_exit(struct kunit *test)
{
	struct large *large = test->priv;

	if (!large)
		return;
	mem_world_free(large->world);
	KUNIT_EXPECT_EQ(test, folio_ref_count(large->folio), 1);
	folio_put(large->folio);
}

static int refs(const struct large *large)
{
	return folio_ref_count(large->folio) - 1;
}

static int map(struct large *large, u64 iova, u64 size, u64 from, unsigned long rights)
{
	return rsw_mem_map(&large->world->mem, iova, size, virt_to_phys(large->start) + from,
			   rights);
}

static bool has_table(struct large *large, u64 iova)
{
	void *found = xa_load(&large->world->mem.blocks, iova >> RSW_MEM_BLOCK_SHIFT);

	return found && !xa_is_value(found);
}

/* What is behind an address, if it may be used: where in the folio, or an error. */
static long behind(struct large *large, u64 iova, u32 len, unsigned long rights)
{
	struct rsw_seg seg;
	int n = world_translate(large->world, iova, len, rights, &seg, 1);

	if (n != 1)
		return n;
	return seg.len == len ? seg.addr - large->start : -EIO;
}

static void no_table(struct kunit *test)
{
	struct large *large = test->priv;

	KUNIT_ASSERT_EQ(test, map(large, BASE, 2 * BLOCK, 0, RW), 0);
	KUNIT_EXPECT_EQ(test, refs(large), 2);
	KUNIT_EXPECT_FALSE(test, has_table(large, BASE) || has_table(large, BASE + BLOCK));
	for (u64 at = 0; at < 2 * BLOCK; at += PAGE_SIZE - 1)
		KUNIT_ASSERT_EQ(test, behind(large, BASE + at, 1, RW), at);
	/* One piece, also from one block to the next. */
	KUNIT_EXPECT_EQ(test, behind(large, BASE, 2 * BLOCK, RW), 0);
	KUNIT_EXPECT_EQ(test, behind(large, BASE + BLOCK - 1, 65536, RW), BLOCK - 1);
	KUNIT_EXPECT_EQ(test, behind(large, BASE + 1, 2 * BLOCK, RW), -EFAULT);
	KUNIT_EXPECT_EQ(test, behind(large, BASE - 1, 2, RW), -EFAULT);
	rsw_mem_unmap(&large->world->mem, BASE, 2 * BLOCK);
	KUNIT_EXPECT_EQ(test, refs(large), 0);
	KUNIT_EXPECT_EQ(test, behind(large, BASE, 1, RSW_MEM_RO), -EFAULT);
	KUNIT_EXPECT_TRUE(test, xa_empty(&large->world->mem.blocks));
}

static void rights(struct kunit *test)
{
	struct large *large = test->priv;

	KUNIT_ASSERT_EQ(test, map(large, BASE, BLOCK, 0, RSW_MEM_RO), 0);
	KUNIT_ASSERT_EQ(test, map(large, BASE + BLOCK, BLOCK, 0, RSW_MEM_WO), 0);
	KUNIT_EXPECT_FALSE(test, has_table(large, BASE) || has_table(large, BASE + BLOCK));
	KUNIT_EXPECT_EQ(test, behind(large, BASE + BLOCK - 8, 8, RSW_MEM_RO), BLOCK - 8);
	KUNIT_EXPECT_EQ(test, behind(large, BASE + BLOCK - 8, 8, RSW_MEM_WO), -EFAULT);
	KUNIT_EXPECT_EQ(test, behind(large, BASE + BLOCK - 8, 9, RSW_MEM_RO), -EFAULT);
	KUNIT_EXPECT_EQ(test, behind(large, BASE + BLOCK, 8, RSW_MEM_WO), 0);
	KUNIT_EXPECT_EQ(test, behind(large, BASE + BLOCK, 8, RSW_MEM_RO), -EFAULT);
}

/* Where guest and folio do not lie alike, or less than a block is left, pages are counted. */
static void not_whole(struct kunit *test)
{
	struct large *large = test->priv;

	KUNIT_ASSERT_EQ(test, map(large, BASE + PAGE_SIZE, BLOCK, 0, RW), 0);
	KUNIT_EXPECT_EQ(test, refs(large), RSW_MEM_BLOCK_PAGES);
	KUNIT_EXPECT_TRUE(test, has_table(large, BASE) && has_table(large, BASE + BLOCK));
	KUNIT_EXPECT_EQ(test, behind(large, BASE + PAGE_SIZE, BLOCK, RW), 0);
	rsw_mem_unmap_all(&large->world->mem);
	KUNIT_ASSERT_EQ(test, map(large, BASE, BLOCK - PAGE_SIZE, 0, RW), 0);
	KUNIT_EXPECT_EQ(test, refs(large), RSW_MEM_BLOCK_PAGES - 1);
	rsw_mem_unmap_all(&large->world->mem);
	KUNIT_ASSERT_EQ(test, map(large, BASE, BLOCK, PAGE_SIZE, RW), 0);
	KUNIT_EXPECT_EQ(test, refs(large), RSW_MEM_BLOCK_PAGES);
	KUNIT_EXPECT_EQ(test, behind(large, BASE, BLOCK, RW), PAGE_SIZE);
	rsw_mem_unmap_all(&large->world->mem);
	/* A block and most of one. */
	KUNIT_ASSERT_EQ(test, map(large, BASE, 2 * BLOCK - PAGE_SIZE, 0, RW), 0);
	KUNIT_EXPECT_EQ(test, refs(large), 1 + RSW_MEM_BLOCK_PAGES - 1);
	KUNIT_EXPECT_EQ(test, behind(large, BASE, 2 * BLOCK - PAGE_SIZE, RW), 0);
	KUNIT_EXPECT_EQ(test, behind(large, BASE + 2 * BLOCK - PAGE_SIZE, 1, RW), -EFAULT);
}

/* Pages that only follow each other are held one by one. */
static void single_pages(struct kunit *test)
{
	struct large *large = test->priv;
	void *start = alloc_pages_exact(BLOCK, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, start);
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED(virt_to_phys(start), BLOCK));
	KUNIT_EXPECT_EQ(test, 0, rsw_mem_map(&large->world->mem, BASE, BLOCK,
					     virt_to_phys(start), RW));
	KUNIT_EXPECT_TRUE(test, has_table(large, BASE));
	for (u32 at = 0; at < BLOCK; at += PAGE_SIZE)
		KUNIT_ASSERT_EQ(test, page_count(virt_to_page(start + at)), 2);
	rsw_mem_unmap_all(&large->world->mem);
	free_pages_exact(start, BLOCK);
}

/* At the fence nothing is to be had any more, and the folio is still held. */
static void gone_at_the_fence(struct kunit *test)
{
	struct large *large = test->priv;

	KUNIT_ASSERT_EQ(test, world_map(large->world, BASE - BLOCK, 1, 3, RW), 0);
	KUNIT_ASSERT_EQ(test, map(large, BASE, 2 * BLOCK, 0, RW), 0);
	large->world->probed = 3;
	large->world->probe = BASE + 5 * PAGE_SIZE;
	rsw_mem_unmap(&large->world->mem, BASE + 5 * PAGE_SIZE, PAGE_SIZE);
	large->world->probe = BASE + BLOCK + 5;
	rsw_mem_unmap(&large->world->mem, BASE + BLOCK, BLOCK);
	KUNIT_EXPECT_EQ(test, large->world->fences, 2);
	KUNIT_EXPECT_EQ(test, refs(large), RSW_MEM_BLOCK_PAGES - 1);
}

static void overlap(struct kunit *test)
{
	struct large *large = test->priv;

	/* A page in a block, a block over a page, a block over a block. */
	KUNIT_ASSERT_EQ(test, map(large, BASE, BLOCK, 0, RSW_MEM_RO), 0);
	KUNIT_EXPECT_EQ(test, world_map(large->world, BASE + 7 * PAGE_SIZE, 1, 3, RW), -EEXIST);
	KUNIT_EXPECT_EQ(test, map(large, BASE, BLOCK, BLOCK, RW), -EEXIST);
	KUNIT_EXPECT_EQ(test, map(large, BASE - BLOCK, 2 * BLOCK, 0, RW), -EEXIST);
	KUNIT_EXPECT_EQ(test, refs(large), 1);
	KUNIT_ASSERT_EQ(test, world_map(large->world, BASE + 2 * BLOCK - PAGE_SIZE, 1, 3, RW), 0);
	KUNIT_EXPECT_EQ(test, map(large, BASE + BLOCK, BLOCK, BLOCK, RW), -EEXIST);
	KUNIT_EXPECT_EQ(test, refs(large), 1);
	KUNIT_EXPECT_EQ(test, behind(large, BASE, BLOCK, RSW_MEM_RO), 0);
	KUNIT_EXPECT_EQ(test, behind(large, BASE, 1, RSW_MEM_WO), -EFAULT);
	KUNIT_EXPECT_EQ(test, behind(large, BASE - BLOCK, 1, RSW_MEM_RO), -EFAULT);
}

/* A part goes, the rest stays what it was, until nothing is left. */
static void in_parts(struct kunit *test)
{
	struct large *large = test->priv;
	bool *mapped = kunit_kzalloc(test, RSW_MEM_BLOCK_PAGES * sizeof(*mapped), GFP_KERNEL);
	int left = RSW_MEM_BLOCK_PAGES;
	struct rng rng;

	KUNIT_ASSERT_NOT_NULL(test, mapped);
	memset(mapped, true, RSW_MEM_BLOCK_PAGES * sizeof(*mapped));
	rng_init(&rng, test);
	KUNIT_ASSERT_EQ(test, map(large, BASE, BLOCK, BLOCK, RW), 0);
	while (left) {
		u32 first = rng_below(&rng, RSW_MEM_BLOCK_PAGES);
		u32 n = 1 + rng_below(&rng, min(RSW_MEM_BLOCK_PAGES - first, 40U));

		rsw_mem_unmap(&large->world->mem, BASE + first * PAGE_SIZE, n * PAGE_SIZE);
		for (u32 i = first; i < first + n; i++) {
			left -= mapped[i];
			mapped[i] = false;
		}
		KUNIT_ASSERT_EQ(test, refs(large), left);
		for (u32 i = 0; i < RSW_MEM_BLOCK_PAGES; i++)
			KUNIT_ASSERT_EQ(test, behind(large, BASE + i * PAGE_SIZE + 9, 8, RW),
					mapped[i] ? BLOCK + i * PAGE_SIZE + 9 : -EFAULT);
	}
	KUNIT_EXPECT_TRUE(test, xa_empty(&large->world->mem.blocks));
}

/* A reader goes from a block of the one kind to one of the other and back. */
static void cursor_follows(struct kunit *test)
{
	struct large *large = test->priv;
	struct rsw_mem_cursor cursor = {};
	struct rsw_seg seg;

	KUNIT_ASSERT_EQ(test, map(large, BASE, BLOCK, 0, RW), 0);
	KUNIT_ASSERT_EQ(test, world_map(large->world, BASE + BLOCK, 1, 3, RW), 0);
	for (int i = 0; i < 4; i++) {
		u64 iova = BASE + i % 2 * BLOCK;

		rcu_read_lock();
		KUNIT_EXPECT_EQ(test, 1, rsw_mem_translate(&large->world->mem, &cursor, iova, 1,
							   RW, &seg, 1));
		rcu_read_unlock();
		KUNIT_EXPECT_PTR_EQ(test, seg.addr,
				    i % 2 ? world_page(large->world, 3) : large->start);
	}
}

/* A folio of one block is large enough. */
static void no_larger_than_a_block(struct kunit *test)
{
	struct large *large = test->priv;
	struct folio *folio = folio_alloc(GFP_KERNEL, RSW_MEM_BLOCK_SHIFT - PAGE_SHIFT);

	KUNIT_ASSERT_NOT_NULL(test, folio);
	KUNIT_EXPECT_EQ(test, 0, rsw_mem_map(&large->world->mem, BASE, BLOCK,
					     virt_to_phys(folio_address(folio)), RW));
	KUNIT_EXPECT_FALSE(test, has_table(large, BASE));
	KUNIT_EXPECT_EQ(test, folio_ref_count(folio), 2);
	rsw_mem_unmap_all(&large->world->mem);
	KUNIT_EXPECT_EQ(test, folio_ref_count(folio), 1);
	folio_put(folio);
}

/*
 * What walkers of chains do where they have been before: @len bytes at @iova, after one byte at
 * the start of the block.
 */
static int near(struct large *large, u64 iova, u32 len, unsigned int room, struct rsw_seg *seg)
{
	struct rsw_mem_cursor cursor = {};
	struct rsw_mem *mem = &large->world->mem;
	int n;

	rcu_read_lock();
	n = rsw_mem_translate(mem, &cursor, ALIGN_DOWN(iova, BLOCK), 1, RW, seg, 1);
	if (n == 1)
		n = rsw_mem_translate_near(mem, &cursor, iova, len, RW, seg, room);
	rcu_read_unlock();
	return n;
}

static void near_the_last_one(struct kunit *test)
{
	struct large *large = test->priv;
	u64 end = BASE + BLOCK, page = end + PAGE_SIZE;
	struct rsw_seg seg;

	/* A block in the folio, and a table with one page. */
	KUNIT_ASSERT_EQ(test, map(large, BASE, BLOCK, 0, RW), 0);
	KUNIT_ASSERT_EQ(test, world_map(large->world, end, 1, 3, RW), 0);
	KUNIT_EXPECT_EQ(test, near(large, end - 9, 9, 1, &seg), 1);
	KUNIT_EXPECT_PTR_EQ(test, seg.addr, large->start + BLOCK - 9);
	KUNIT_EXPECT_EQ(test, near(large, BASE + PAGE_SIZE - 1, 3 * PAGE_SIZE, 1, &seg), 1);
	KUNIT_EXPECT_EQ(test, seg.len, 3 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, near(large, page - 9, 9, 1, &seg), 1);
	KUNIT_EXPECT_PTR_EQ(test, seg.addr, world_page(large->world, 3) + PAGE_SIZE - 9);
	/* What ends elsewhere is more than one piece, or none at all. */
	KUNIT_EXPECT_EQ(test, near(large, end - 9, 10, 1, &seg), -ENOSPC);
	KUNIT_EXPECT_EQ(test, near(large, page - 9, 10, 1, &seg), -EFAULT);
	KUNIT_EXPECT_EQ(test, near(large, page, 1, 1, &seg), -EFAULT);
	/* There is room for none. */
	KUNIT_EXPECT_EQ(test, near(large, BASE, 1, 0, &seg), -ENOSPC);
	KUNIT_EXPECT_EQ(test, near(large, end, 1, 0, &seg), -ENOSPC);
}

static struct kunit_case whole_cases[] = {
	KUNIT_CASE(no_table),
	KUNIT_CASE(rights),
	KUNIT_CASE(not_whole),
	KUNIT_CASE(single_pages),
	KUNIT_CASE(gone_at_the_fence),
	KUNIT_CASE(overlap),
	KUNIT_CASE(in_parts),
	KUNIT_CASE(cursor_follows),
	KUNIT_CASE(no_larger_than_a_block),
	KUNIT_CASE(near_the_last_one),
	{}
};

static struct kunit_suite whole_suite = {
	.name = "ringswitch_mem_whole",
	.init = suite_init,
	.exit = suite_exit,
	.test_cases = whole_cases,
};

kunit_test_suite(whole_suite);
