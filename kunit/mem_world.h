/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KUNIT_MEM_WORLD_H
#define KUNIT_MEM_WORLD_H

#include <linux/io.h>
#include <linux/mm.h>

#include "../drivers/ringswitch/mem.h"

struct kunit;

/* Pages to map; they follow each other in kernel addresses. */
#define WORLD_PAGES	64

#define RW	(RSW_MEM_RO | RSW_MEM_WO)

/**
 * struct mem_world - guest memory under test and the pages behind it
 * @mem: under test
 * @test: the running test
 * @page: the pages; the world holds one reference of each
 * @fences: fences since the start
 * @probe: address that must be gone at each fence, its page still being held; 0 for none
 * @probed: page behind it, which is one of these or none of them
 * @large: what else is held at a fence whenever there is a @probe, or NULL
 * @large_refs: how often
 */
struct mem_world {
	struct rsw_mem mem;
	struct kunit *test;
	void *page;
	unsigned int fences;
	u64 probe;
	unsigned int probed;
	const struct folio *large;
	int large_refs;
};

struct mem_world *mem_world_new(struct kunit *test);

/* Unmaps what is left, and checks that no reference and no table stays. */
void mem_world_free(struct mem_world *world);

/* For suites with a world in test->priv. */
int mem_world_init(struct kunit *test);
void mem_world_exit(struct kunit *test);

static inline void *world_page(const struct mem_world *world, unsigned int i)
{
	return world->page + i * PAGE_SIZE;
}

/* References beside the world's own. */
static inline int world_refs(const struct mem_world *world, unsigned int i)
{
	return page_count(virt_to_page(world_page(world, i))) - 1;
}

/* Map @n pages from @first on. */
static inline int world_map(struct mem_world *world, u64 iova, unsigned int n, unsigned int first,
			    unsigned long rights)
{
	return rsw_mem_map(&world->mem, iova, n * PAGE_SIZE,
			   virt_to_phys(world_page(world, first)), rights);
}

/* Translate as a reader does that has no block in mind. */
int world_translate(struct mem_world *world, u64 iova, u32 len, unsigned long rights,
		    struct rsw_seg *seg, unsigned int room);
int world_area_get(struct mem_world *world, u64 iova, u64 size, unsigned long rights,
		   struct rsw_mem_area *area);

#endif /* KUNIT_MEM_WORLD_H */
