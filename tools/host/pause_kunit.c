// SPDX-License-Identifier: GPL-2.0
/*
 * Work that grows with a guest's memory lets others run (userspace only: the shim counts how
 * often), every 2 MiB: a kernel that does not preempt itself would not otherwise. Past bug
 * e794070af224.
 */
#include <kunit/test.h>

#include "mem_world.h"

#define BLOCK	BIT_ULL(RSW_MEM_BLOCK_SHIFT)

/* How often others could run since the last call. */
static unsigned int pauses(void)
{
	unsigned int n = host_context.pauses;

	host_context.pauses = 0;
	return n;
}

static void map_and_unmap(struct kunit *test)
{
	struct mem_world *world = test->priv;
	void *pages = alloc_pages_exact(3 * BLOCK, GFP_KERNEL);

	pauses();
	KUNIT_ASSERT_EQ(test, rsw_mem_map(&world->mem, BLOCK, 3 * BLOCK, virt_to_phys(pages), RW),
			0);
	KUNIT_EXPECT_LE(test, 3, pauses());
	rsw_mem_unmap(&world->mem, BLOCK, 3 * BLOCK);
	/* What is taken away is walked through twice. */
	KUNIT_EXPECT_LE(test, 2 * 3, pauses());
	free_pages_exact(pages, 3 * BLOCK);
}

/* Also where almost nothing is mapped. */
static void unmap_sparse(struct kunit *test)
{
	struct mem_world *world = test->priv;

	KUNIT_ASSERT_EQ(test, world_map(world, 0, 1, 1, RW), 0);
	pauses();
	rsw_mem_unmap(&world->mem, 0, 1ULL << 40);
	KUNIT_EXPECT_LE(test, 2 * (1ULL << 40) / BLOCK, pauses());
}

static void unmap_all(struct kunit *test)
{
	struct mem_world *world = test->priv;

	for (u64 i = 0; i < 50; i++)
		KUNIT_ASSERT_EQ(test, world_map(world, i * BLOCK, 1, 1, RW), 0);
	pauses();
	rsw_mem_unmap_all(&world->mem);
	KUNIT_EXPECT_LE(test, 2 * 50, pauses());
}

static struct kunit_case pause_cases[] = {
	KUNIT_CASE(map_and_unmap),
	KUNIT_CASE(unmap_sparse),
	KUNIT_CASE(unmap_all),
	{}
};

static struct kunit_suite pause_suite = {
	.name = "ringswitch_pause",
	.init = mem_world_init,
	.exit = mem_world_exit,
	.test_cases = pause_cases,
};

kunit_test_suite(pause_suite);
