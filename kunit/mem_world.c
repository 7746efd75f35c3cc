// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <linux/rcupdate.h>

#include "mem_world.h"

/* What rsw_guest_fence() may rely on: it waits for readers that came before, no others. */
static void fence(struct rsw_mem *mem)
{
	struct mem_world *world = container_of(mem, struct mem_world, mem);
	struct rsw_seg seg;

	lockdep_assert_held(&mem->lock);
	world->fences++;
	if (!world->probe)
		return;
	KUNIT_EXPECT_EQ(world->test, -EFAULT,
			world_translate(world, world->probe, 1, RSW_MEM_RO, &seg, 1));
	KUNIT_EXPECT_EQ(world->test, -EFAULT,
			world_translate(world, world->probe, 1, RSW_MEM_WO, &seg, 1));
	if (world->probed < WORLD_PAGES)
		KUNIT_EXPECT_EQ(world->test, world_refs(world, world->probed), 1);
	if (world->large)
		KUNIT_EXPECT_EQ(world->test, folio_ref_count(world->large), world->large_refs);
}

struct mem_world *mem_world_new(struct kunit *test)
{
	struct mem_world *world = kunit_kzalloc(test, sizeof(*world), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, world);
	world->test = test;
	world->page = alloc_pages_exact(WORLD_PAGES * PAGE_SIZE, GFP_KERNEL | __GFP_ZERO);
	KUNIT_ASSERT_NOT_NULL(test, world->page);
	rsw_mem_init(&world->mem, fence);
	return world;
}

void mem_world_free(struct mem_world *world)
{
	world->probe = 0;
	rsw_mem_unmap_all(&world->mem);
	KUNIT_EXPECT_TRUE(world->test, xa_empty(&world->mem.blocks));
	for (unsigned int i = 0; i < WORLD_PAGES; i++)
		KUNIT_EXPECT_EQ(world->test, world_refs(world, i), 0);
	free_pages_exact(world->page, WORLD_PAGES * PAGE_SIZE);
}

int world_translate(struct mem_world *world, u64 iova, u32 len, unsigned long rights,
		    struct rsw_seg *seg, unsigned int room)
{
	struct rsw_mem_cursor cursor = {};
	int n;

	rcu_read_lock();
	n = rsw_mem_translate(&world->mem, &cursor, iova, len, rights, seg, room);
	rcu_read_unlock();
	return n;
}

int world_area_get(struct mem_world *world, u64 iova, u64 size, unsigned long rights,
		   struct rsw_mem_area *area)
{
	int err;

	mutex_lock(&world->mem.lock);
	err = rsw_mem_area_get(&world->mem, iova, size, rights, area);
	mutex_unlock(&world->mem.lock);
	return err;
}

int mem_world_init(struct kunit *test)
{
	test->priv = mem_world_new(test);
	return 0;
}

void mem_world_exit(struct kunit *test)
{
	if (test->priv)
		mem_world_free(test->priv);
}
