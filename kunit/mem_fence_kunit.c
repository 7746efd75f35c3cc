// SPDX-License-Identifier: GPL-2.0
/* Guest memory: unmapping is a fence, and pages are let go behind it, not before. */
#include <kunit/test.h>

#include "mem_world.h"

#define BLOCK	BIT_ULL(RSW_MEM_BLOCK_SHIFT)
#define BASE	(2 * BLOCK - PAGE_SIZE)

/* Let each fence look whether @iova is out of reach and page @i still held. */
static void probe(struct mem_world *world, u64 iova, unsigned int i)
{
	world->probe = iova;
	world->probed = i;
	world->fences = 0;
}

static void unmap(struct kunit *test)
{
	struct mem_world *world = test->priv;

	KUNIT_ASSERT_EQ(test, world_map(world, BASE, 2, 4, RW), 0);
	probe(world, BASE + PAGE_SIZE, 5);
	rsw_mem_unmap(&world->mem, BASE, 2 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, world->fences, 1);
	KUNIT_EXPECT_EQ(test, world_refs(world, 4), 0);
	KUNIT_EXPECT_EQ(test, world_refs(world, 5), 0);
}

static void unmap_nothing(struct kunit *test)
{
	struct mem_world *world = test->priv;

	KUNIT_ASSERT_EQ(test, world_map(world, BASE, 1, 4, RW), 0);
	rsw_mem_unmap(&world->mem, BASE + PAGE_SIZE, 3 * BLOCK);
	rsw_mem_unmap(&world->mem, 0, BASE);
	KUNIT_EXPECT_EQ(test, world_refs(world, 4), 1);
	rsw_mem_unmap(&world->mem, BASE, PAGE_SIZE);
	rsw_mem_unmap(&world->mem, BASE, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, world_refs(world, 4), 0);
}

static void unmap_all(struct kunit *test)
{
	struct mem_world *world = test->priv;

	KUNIT_ASSERT_EQ(test, world_map(world, 0, 1, 1, RW), 0);
	KUNIT_ASSERT_EQ(test, world_map(world, BASE, 3, 4, RW), 0);
	KUNIT_ASSERT_EQ(test, world_map(world, -PAGE_SIZE, 1, 9, RW), 0);
	probe(world, -PAGE_SIZE, 9);
	rsw_mem_unmap_all(&world->mem);
	/* One fence for all of it. */
	KUNIT_EXPECT_EQ(test, world->fences, 1);
	KUNIT_EXPECT_TRUE(test, xa_empty(&world->mem.blocks));
	for (unsigned int i = 0; i < WORLD_PAGES; i++)
		KUNIT_EXPECT_EQ(test, world_refs(world, i), 0);
	probe(world, 0, 0);
	rsw_mem_unmap_all(&world->mem);
}

/* A reader may have seen the first pages of a map that then fails. */
static void map_that_fails(struct kunit *test)
{
	struct mem_world *world = test->priv;

	KUNIT_ASSERT_EQ(test, world_map(world, BASE + 2 * PAGE_SIZE, 1, 1, RW), 0);
	probe(world, BASE + PAGE_SIZE, 11);
	KUNIT_EXPECT_EQ(test, world_map(world, BASE, 3, 10, RW), -EEXIST);
	KUNIT_EXPECT_EQ(test, world->fences, 1);
	KUNIT_EXPECT_EQ(test, world_refs(world, 10), 0);
	KUNIT_EXPECT_EQ(test, world_refs(world, 11), 0);
	KUNIT_EXPECT_EQ(test, world_refs(world, 1), 1);
}

static void every_mapping_has_its_own_reference(struct kunit *test)
{
	struct mem_world *world = test->priv;

	for (u64 i = 0; i < 10; i++)
		KUNIT_ASSERT_EQ(test, world_map(world, i * BLOCK, 1, 3, RW), 0);
	KUNIT_EXPECT_EQ(test, world_refs(world, 3), 10);
	for (u64 i = 0; i < 10; i++) {
		rsw_mem_unmap(&world->mem, i * BLOCK, PAGE_SIZE);
		KUNIT_EXPECT_EQ(test, world_refs(world, 3), 9 - i);
	}
}

/* Tables of a large and almost empty range come and go. */
static void sparse(struct kunit *test)
{
	struct mem_world *world = test->priv;
	u64 size = 1ULL << 38;

	KUNIT_ASSERT_EQ(test, world_map(world, 0, 1, 1, RW), 0);
	KUNIT_ASSERT_EQ(test, world_map(world, size - PAGE_SIZE, 1, 2, RW), 0);
	KUNIT_ASSERT_EQ(test, world_map(world, size, 1, 3, RW), 0);
	rsw_mem_unmap(&world->mem, 0, size);
	KUNIT_EXPECT_EQ(test, world_refs(world, 1), 0);
	KUNIT_EXPECT_EQ(test, world_refs(world, 2), 0);
	KUNIT_EXPECT_EQ(test, world_refs(world, 3), 1);
	rsw_mem_unmap(&world->mem, size, PAGE_SIZE);
	KUNIT_EXPECT_TRUE(test, xa_empty(&world->mem.blocks));
}

static struct kunit_case fence_cases[] = {
	KUNIT_CASE(unmap),
	KUNIT_CASE(unmap_nothing),
	KUNIT_CASE(unmap_all),
	KUNIT_CASE(map_that_fails),
	KUNIT_CASE(every_mapping_has_its_own_reference),
	KUNIT_CASE(sparse),
	{}
};

static struct kunit_suite fence_suite = {
	.name = "ringswitch_mem_fence",
	.init = mem_world_init,
	.exit = mem_world_exit,
	.test_cases = fence_cases,
};

kunit_test_suite(fence_suite);
