// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>

#include "mem_model.h"

void mem_model_init(struct mem_model *model, struct kunit *test)
{
	model->test = test;
	model->large = folio_alloc(GFP_KERNEL, RSW_MEM_BLOCK_SHIFT - PAGE_SHIFT + 1);
	KUNIT_ASSERT_NOT_NULL(test, model->large);
	/* No page is like another. */
	for (u32 i = 0; i < MODEL_LARGE; i++)
		*(u32 *)(folio_address(model->large) + i * PAGE_SIZE) = i;
	model->world = mem_world_new(test);
}

void mem_model_free(struct mem_model *model)
{
	if (model->world)
		mem_world_free(model->world);
	if (!model->large)
		return;
	KUNIT_EXPECT_EQ(model->test, folio_ref_count(model->large), 1);
	folio_put(model->large);
}

static void *page_of(const struct mem_model *model, u32 i)
{
	if (i < WORLD_PAGES)
		return world_page(model->world, i);
	return folio_address(model->large) + (i - WORLD_PAGES) * PAGE_SIZE;
}

u32 mem_model_block(const struct mem_model *model, u32 next)
{
	return -(model->base >> PAGE_SHIFT) % RSW_MEM_BLOCK_PAGES + next * RSW_MEM_BLOCK_PAGES;
}

static u8 *naive_byte(const struct mem_model *model, u64 iova, unsigned long rights)
{
	u64 page = (iova - model->base) >> PAGE_SHIFT;

	if (page >= MODEL_WINDOW || (model->rights[page] & rights) != rights)
		return NULL;
	return page_of(model, model->behind[page]) + offset_in_page(iova);
}

static int naive_translate(const struct mem_model *model, u64 iova, u32 len, unsigned long rights,
			   struct rsw_seg *seg, unsigned int room)
{
	int n = 0;
	u32 part;

	if (len - 1 > U64_MAX - iova)
		return -EFAULT;
	/* A page's bytes are all alike. */
	for (; len; len -= part, iova += part) {
		void *addr = naive_byte(model, iova, rights);

		part = min_t(u32, len, PAGE_SIZE - offset_in_page(iova));
		if (!addr)
			return -EFAULT;
		if (n && seg[n - 1].addr + seg[n - 1].len == addr) {
			seg[n - 1].len += part;
			continue;
		}
		if (n == room)
			return -ENOSPC;
		seg[n++] = (struct rsw_seg){ .addr = addr, .len = part };
	}
	return n;
}

/* Is a block mapped as one here, with @left pages to go? */
static bool begins_whole(const struct mem_model *model, u32 start, u32 left, u32 first)
{
	return ((model->base >> PAGE_SHIFT) + start) % RSW_MEM_BLOCK_PAGES == 0 &&
	       left >= RSW_MEM_BLOCK_PAGES && first >= WORLD_PAGES &&
	       (first - WORLD_PAGES) % RSW_MEM_BLOCK_PAGES == 0;
}

void mem_model_map(struct mem_model *model, u32 start, u32 n, u32 first, unsigned long rights)
{
	bool overlap = false;

	for (u32 i = start; i < start + n; i++)
		overlap |= model->rights[i] != 0;
	KUNIT_ASSERT_EQ(model->test, overlap ? -EEXIST : 0,
			rsw_mem_map(&model->world->mem, model->base + start * PAGE_SIZE,
				    n * PAGE_SIZE, virt_to_phys(page_of(model, first)), rights));
	if (overlap)
		return;
	for (u32 i = 0; i < n; i++) {
		model->behind[start + i] = first + i;
		model->rights[start + i] = rights;
		model->whole[start + i] = begins_whole(model, start + i, n - i, first + i);
		model->refs[first + i]++;
	}
}

/* Of a block mapped as one, either nothing stays or it is none any more. */
static void forget(struct mem_model *model, u32 start, u32 n)
{
	u32 near = start - min(start, RSW_MEM_BLOCK_PAGES - 1U);

	memset(model->whole + near, false, start + n - near);
	for (u32 i = start; i < start + n; i++) {
		model->refs[model->behind[i]] -= model->rights[i] != 0;
		model->rights[i] = 0;
	}
}

/* Blocks mapped as one of which a part goes, but not all. */
static int splits(const struct mem_model *model, u32 start, u32 n)
{
	int found = 0;

	for (u32 i = 0; i < MODEL_WINDOW; i++)
		found += model->whole[i] && i < start + n && start < i + RSW_MEM_BLOCK_PAGES &&
			 (start > i || i + RSW_MEM_BLOCK_PAGES > start + n);
	return found;
}

/*
 * At the fence a page of the range must be gone that nobody else can have, the last one; it is
 * still held, and so is the folio, of which a block that became a table holds each page.
 */
static void probe(struct mem_model *model, u32 start, u32 n)
{
	model->world->probe = 0;
	model->world->large = model->large;
	model->world->large_refs = folio_ref_count(model->large) +
				   splits(model, start, n) * (RSW_MEM_BLOCK_PAGES - 1);
	while (n--) {
		if (!model->rights[start + n] || model->refs[model->behind[start + n]] > 1)
			continue;
		model->world->probe = model->base + (start + n) * PAGE_SIZE;
		model->world->probed = model->behind[start + n];
		return;
	}
}

void mem_model_unmap(struct mem_model *model, u32 start, u32 n)
{
	probe(model, start, n);
	rsw_mem_unmap(&model->world->mem, model->base + start * PAGE_SIZE, n * PAGE_SIZE);
	model->world->probe = 0;
	forget(model, start, n);
}

void mem_model_unmap_all(struct mem_model *model)
{
	probe(model, 0, MODEL_WINDOW);
	rsw_mem_unmap_all(&model->world->mem);
	model->world->probe = 0;
	forget(model, 0, MODEL_WINDOW);
}

void mem_model_translate(struct mem_model *model, u64 offset, u32 len, unsigned long rights,
			 unsigned int room)
{
	struct rsw_seg want[MODEL_SEGS], seg[MODEL_SEGS];
	u64 iova = model->base + offset;
	int n = naive_translate(model, iova, len, rights, want, room);

	KUNIT_ASSERT_EQ(model->test, n,
			world_translate(model->world, iova, len, rights, seg, room));
	for (int i = 0; i < n; i++) {
		KUNIT_ASSERT_PTR_EQ(model->test, seg[i].addr, want[i].addr);
		KUNIT_ASSERT_EQ(model->test, seg[i].len, want[i].len);
	}
}

/* Bytes of an area that are not those of the guest. */
static u32 differing(const struct mem_model *model, const struct rsw_mem_area *area)
{
	u32 n = 0;

	for (u32 i = 0; i < area->size; i++)
		n += ((u8 *)area->addr)[i] != *naive_byte(model, area->iova + i, 0);
	return n;
}

void mem_model_area(struct mem_model *model, u64 offset, u32 size, unsigned long rights)
{
	struct rsw_mem_area area = {};
	u64 iova = model->base + offset;
	bool all = true;

	for (u32 i = 0; i < size; i++)
		all &= !!naive_byte(model, iova + i, rights);
	KUNIT_ASSERT_EQ(model->test, all ? 0 : -EFAULT,
			world_area_get(model->world, iova, size, rights, &area));
	if (all)
		KUNIT_EXPECT_EQ(model->test, differing(model, &area), 0);
	rsw_mem_area_put(&area);
}

void mem_model_check_tables(const struct mem_model *model)
{
	unsigned long index, last = ULONG_MAX;
	int want = 0, wholes = 0, refs = 1;
	void *block;

	for (u32 i = 0; i < MODEL_WINDOW; i++) {
		index = (model->base + i * PAGE_SIZE) >> RSW_MEM_BLOCK_SHIFT;
		refs += model->rights[i] && model->behind[i] >= WORLD_PAGES;
		wholes += model->whole[i];
		if (!model->rights[i] || index == last)
			continue;
		last = index;
		want++;
	}
	refs -= wholes * (RSW_MEM_BLOCK_PAGES - 1);
	KUNIT_ASSERT_EQ(model->test, folio_ref_count(model->large), refs);
	xa_for_each(&model->world->mem.blocks, index, block) {
		wholes -= xa_is_value(block);
		want--;
	}
	KUNIT_ASSERT_EQ(model->test, want, 0);
	KUNIT_ASSERT_EQ(model->test, wholes, 0);
}

void mem_model_check(const struct mem_model *model, u32 page)
{
	KUNIT_ASSERT_EQ(model->test, world_refs(model->world, page), model->refs[page]);
}
