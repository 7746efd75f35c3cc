// SPDX-License-Identifier: GPL-2.0
/* A guest's memory is mapped once for each start of it, and a VMM waits for that. */
#include <linux/mm.h>
#include <linux/slab.h>

#include "cases.h"
#include "map.h"
#include "mem.h"

#define TOTAL	(4ULL << 30)
/* What there is of it, shown again and again. */
#define SPAN	(128ULL << 20)
#define ORDER	15	/* of that many bytes */

static const struct bench_map ways[] = {
	{ "page by page", false, PAGE_SIZE },
	{ "pages", false, SPAN },
	{ "folios", true, SPAN },
};

const struct bench_map *bench_map(unsigned int number)
{
	return number < ARRAY_SIZE(ways) ? &ways[number] : NULL;
}

static void fence(struct rsw_mem *mem)
{
}

static u64 map_all(struct rsw_mem *mem, const u8 *memory, u64 step)
{
	u64 start = bench_ns();

	for (u64 iova = 0; iova < TOTAL; iova += step)
		if (rsw_mem_map(mem, iova, step, virt_to_phys(memory + iova % SPAN),
				RSW_MEM_RO | RSW_MEM_WO))
			host_die(__FILE__, __LINE__, "not mapped");
	return bench_ns() - start;
}

void bench_map_run(const struct bench_map *way, u64 *map_ns, u64 *unmap_ns)
{
	struct rsw_mem *mem = kzalloc(sizeof(*mem), GFP_KERNEL);
	struct folio *folio = NULL;
	u8 *memory;

	if (way->folios)
		folio = folio_alloc(GFP_KERNEL, ORDER);
	memory = folio ? folio_address(folio) : alloc_pages_exact(SPAN, GFP_KERNEL);
	rsw_mem_init(mem, fence);
	*map_ns = map_all(mem, memory, way->step);
	*unmap_ns = bench_ns();
	rsw_mem_unmap(mem, 0, TOTAL);
	*unmap_ns = bench_ns() - *unmap_ns;
	if (!xa_empty(&mem->blocks))
		host_die(__FILE__, __LINE__, "something stays mapped");
	if (folio)
		folio_put(folio);
	else
		free_pages_exact(memory, SPAN);
	kfree(mem);
}
