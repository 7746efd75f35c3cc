// SPDX-License-Identifier: GPL-2.0
/* Guest memory: areas that the kernel sees contiguously, and the in-kernel driver's map. */
#include <kunit/test.h>

#include "mem_world.h"

#define BLOCK	BIT_ULL(RSW_MEM_BLOCK_SHIFT)
#define BASE	(2 * BLOCK - PAGE_SIZE)

/* Map three pages that do not follow each other: 30, 20, 10. */
static void map_three(struct kunit *test, u64 iova)
{
	for (unsigned int i = 0; i < 3; i++)
		KUNIT_ASSERT_EQ(test, 0,
				world_map(test->priv, iova + i * PAGE_SIZE, 1, 30 - 10 * i, RW));
}

static void contiguous(struct kunit *test)
{
	struct mem_world *world = test->priv;
	struct rsw_mem_area area = {};

	KUNIT_ASSERT_EQ(test, world_map(world, BASE, 3, 10, RW), 0);
	KUNIT_ASSERT_EQ(test, 0, world_area_get(world, BASE + 8, 2 * PAGE_SIZE, RW, &area));
	KUNIT_EXPECT_PTR_EQ(test, area.addr, world_page(world, 10) + 8);
	KUNIT_EXPECT_NULL(test, area.vmapped);
	KUNIT_EXPECT_EQ(test, area.iova, BASE + 8);
	KUNIT_EXPECT_EQ(test, area.size, 2 * PAGE_SIZE);
	rsw_mem_area_put(&area);
	KUNIT_EXPECT_NULL(test, area.addr);
}

static void check_scattered(struct kunit *test, u64 iova)
{
	struct mem_world *world = test->priv;
	u64 size = 2 * PAGE_SIZE + 50;
	struct rsw_mem_area area = {};
	u8 *seen;

	KUNIT_ASSERT_EQ(test, 0, world_area_get(world, iova + PAGE_SIZE - 50, size, RW, &area));
	KUNIT_EXPECT_PTR_EQ(test, PTR_ALIGN_DOWN(area.addr, PAGE_SIZE), area.vmapped);
	KUNIT_EXPECT_EQ(test, area.size, size);
	seen = area.addr;
	/* Both views show the same bytes. */
	seen[0] = 'a';
	seen[50] = 'b';
	seen[50 + PAGE_SIZE - 1] = 'c';
	seen[50 + PAGE_SIZE] = 'd';
	seen[size - 1] = 'e';
	KUNIT_EXPECT_EQ(test, ((u8 *)world_page(world, 30))[PAGE_SIZE - 50], 'a');
	KUNIT_EXPECT_EQ(test, ((u8 *)world_page(world, 20))[0], 'b');
	KUNIT_EXPECT_EQ(test, ((u8 *)world_page(world, 20))[PAGE_SIZE - 1], 'c');
	KUNIT_EXPECT_EQ(test, ((u8 *)world_page(world, 10))[0], 'd');
	KUNIT_EXPECT_EQ(test, ((u8 *)world_page(world, 10))[PAGE_SIZE - 1], 'e');
	rsw_mem_area_put(&area);
	KUNIT_EXPECT_NULL(test, area.addr);
	KUNIT_EXPECT_NULL(test, area.vmapped);
	rsw_mem_area_put(&area);
}

static void scattered(struct kunit *test)
{
	map_three(test, BASE);
	check_scattered(test, BASE);
}

static void scattered_at_the_end(struct kunit *test)
{
	map_three(test, -3 * PAGE_SIZE);
	check_scattered(test, -3 * PAGE_SIZE);
}

/* One of three scattered pages is missing, or without a right. */
static void incomplete(struct kunit *test)
{
	struct mem_world *world = test->priv;
	static const u64 bases[] = { 0, BASE, 5 * BLOCK, -3 * PAGE_SIZE };
	struct rsw_mem_area area = {};

	for (int b = 0; b < ARRAY_SIZE(bases); b++)
		for (unsigned int gap = 0; gap < 3; gap++) {
			u64 hole = bases[b] + gap * PAGE_SIZE;

			map_three(test, bases[b]);
			rsw_mem_unmap(&world->mem, hole, PAGE_SIZE);
			KUNIT_EXPECT_EQ(test, -EFAULT,
					world_area_get(world, bases[b], 3 * PAGE_SIZE, RW, &area));
			KUNIT_EXPECT_NULL(test, area.addr);
			KUNIT_ASSERT_EQ(test, world_map(world, hole, 1, 40, RSW_MEM_RO), 0);
			KUNIT_EXPECT_EQ(test, -EFAULT,
					world_area_get(world, bases[b], 3 * PAGE_SIZE, RW, &area));
			KUNIT_EXPECT_NULL(test, area.addr);
			KUNIT_EXPECT_EQ(test, 0, world_area_get(world, bases[b], 3 * PAGE_SIZE,
								RSW_MEM_RO, &area));
			rsw_mem_area_put(&area);
			rsw_mem_unmap(&world->mem, bases[b], 3 * PAGE_SIZE);
		}
}

static void wraps(struct kunit *test)
{
	struct mem_world *world = test->priv;
	struct rsw_mem_area area = {};

	map_three(test, -3 * PAGE_SIZE);
	KUNIT_ASSERT_EQ(test, world_map(world, 0, 1, 1, RW), 0);
	KUNIT_EXPECT_EQ(test, -EFAULT,
			world_area_get(world, -PAGE_SIZE, 2 * PAGE_SIZE, RW, &area));
	KUNIT_EXPECT_EQ(test, -EFAULT, world_area_get(world, U64_MAX, 2, RW, &area));
	KUNIT_EXPECT_NULL(test, area.addr);
}

static void overlaps(struct kunit *test)
{
	struct rsw_mem_area area = { .addr = test, .iova = 100, .size = 10 };

	KUNIT_EXPECT_TRUE(test, rsw_mem_area_overlaps(&area, 100, 109));
	KUNIT_EXPECT_TRUE(test, rsw_mem_area_overlaps(&area, 0, 100));
	KUNIT_EXPECT_TRUE(test, rsw_mem_area_overlaps(&area, 109, 200));
	KUNIT_EXPECT_TRUE(test, rsw_mem_area_overlaps(&area, 104, 105));
	KUNIT_EXPECT_TRUE(test, rsw_mem_area_overlaps(&area, 0, U64_MAX));
	KUNIT_EXPECT_FALSE(test, rsw_mem_area_overlaps(&area, 0, 99));
	KUNIT_EXPECT_FALSE(test, rsw_mem_area_overlaps(&area, 110, U64_MAX));
	area = (struct rsw_mem_area){ .addr = test, .iova = U64_MAX - 9, .size = 10 };
	KUNIT_EXPECT_TRUE(test, rsw_mem_area_overlaps(&area, U64_MAX, U64_MAX));
	KUNIT_EXPECT_FALSE(test, rsw_mem_area_overlaps(&area, 0, U64_MAX - 10));
	area.addr = NULL;
	KUNIT_EXPECT_FALSE(test, rsw_mem_area_overlaps(&area, 0, U64_MAX));
}

/* The driver is this kernel: bus addresses, all memory, nothing mapped. */
static void identity(struct kunit *test)
{
	struct mem_world *world = test->priv;
	struct rsw_mem_area area = {};
	struct rsw_seg seg;
	u64 pa = virt_to_phys(world_page(world, 7));

	world->mem.dma_dev = kunit_kzalloc(test, sizeof(struct device), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, world->mem.dma_dev);
	KUNIT_EXPECT_EQ(test, world_translate(world, pa + 3, 1, RW, &seg, 1), -EFAULT);
	world->mem.identity = true;
	KUNIT_ASSERT_EQ(test, world_translate(world, pa + 3, 2 * PAGE_SIZE, RW, &seg, 1), 1);
	KUNIT_EXPECT_PTR_EQ(test, seg.addr, world_page(world, 7) + 3);
	KUNIT_EXPECT_EQ(test, seg.len, 2 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, world_translate(world, 1ULL << 62, 1, RW, &seg, 1), -EFAULT);
	KUNIT_ASSERT_EQ(test, world_area_get(world, pa, 100, RW, &area), 0);
	KUNIT_EXPECT_PTR_EQ(test, area.addr, world_page(world, 7));
	rsw_mem_area_put(&area);
	KUNIT_EXPECT_EQ(test, world_refs(world, 7), 0);
	world->mem.identity = false;
	KUNIT_EXPECT_EQ(test, world_translate(world, pa + 3, 1, RW, &seg, 1), -EFAULT);
}

static struct kunit_case area_cases[] = {
	KUNIT_CASE(contiguous),
	KUNIT_CASE(scattered),
	KUNIT_CASE(scattered_at_the_end),
	KUNIT_CASE(incomplete),
	KUNIT_CASE(wraps),
	KUNIT_CASE(overlaps),
	KUNIT_CASE(identity),
	{}
};

static struct kunit_suite area_suite = {
	.name = "ringswitch_mem_area",
	.init = mem_world_init,
	.exit = mem_world_exit,
	.test_cases = area_cases,
};

kunit_test_suite(area_suite);
