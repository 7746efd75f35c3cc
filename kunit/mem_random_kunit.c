// SPDX-License-Identifier: GPL-2.0
/* Guest memory against a map of single bytes: random ranges, rights and overlaps. */
#include <kunit/test.h>

#include "mem_world.h"
#include "rng.h"

#define BLOCK	BIT_ULL(RSW_MEM_BLOCK_SHIFT)
#define WINDOW	1300	/* pages: three blocks or more */
#define STEPS	4000

/**
 * struct model - what should be mapped
 * @world: what is
 * @rng: what decides
 * @base: first address of the window
 * @behind: page behind each page of the window
 * @rights: of each page of the window, 0 when not mapped
 * @refs: mappings of each page
 */
struct model {
	struct mem_world *world;
	struct rng rng;
	u64 base;
	u8 behind[WINDOW];
	u8 rights[WINDOW];
	unsigned int refs[WORLD_PAGES];
};

static int suite_init(struct kunit *test)
{
	struct model *model = kunit_kzalloc(test, sizeof(*model), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, model);
	rng_init(&model->rng, test);
	model->world = mem_world_new(test);
	rng_fill(&model->rng, model->world->page, WORLD_PAGES * PAGE_SIZE);
	test->priv = model;
	return 0;
}

static void suite_exit(struct kunit *test)
{
	struct model *model = test->priv;

	if (model)
		mem_world_free(model->world);
}

static void *naive_byte(const struct model *model, u64 iova, unsigned long rights)
{
	u64 page = (iova - model->base) >> PAGE_SHIFT;

	if (page >= WINDOW || (model->rights[page] & rights) != rights)
		return NULL;
	return world_page(model->world, model->behind[page]) + offset_in_page(iova);
}

static int naive_translate(const struct model *model, u64 iova, u32 len, unsigned long rights,
			   struct rsw_seg *seg, unsigned int room)
{
	int n = 0;

	if (len - 1 > U64_MAX - iova)
		return -EFAULT;
	for (; len--; iova++) {
		void *addr = naive_byte(model, iova, rights);

		if (!addr)
			return -EFAULT;
		if (n && seg[n - 1].addr + seg[n - 1].len == addr) {
			seg[n - 1].len++;
			continue;
		}
		if (n == room)
			return -ENOSPC;
		seg[n++] = (struct rsw_seg){ .addr = addr, .len = 1 };
	}
	return n;
}

static u64 iova_of(const struct model *model, u32 page)
{
	return model->base + (u64)page * PAGE_SIZE;
}

/* Where @n pages go: often at an end of the window, since ends are where mistakes are. */
static u32 place(struct model *model, u32 n)
{
	switch (rng_below(&model->rng, 4)) {
	case 0:
		return rng_below(&model->rng, 3);
	case 1:
		return WINDOW - n - min(rng_below(&model->rng, 3), WINDOW - n);
	default:
		return rng_below(&model->rng, WINDOW - n + 1);
	}
}

static void step_map(struct model *model, struct kunit *test)
{
	u32 n = 1 + rng_below(&model->rng, rng_once_in(&model->rng, 2) ? 2 : WORLD_PAGES);
	u32 start = place(model, n);
	u32 first = rng_below(&model->rng, WORLD_PAGES - n + 1);
	unsigned long rights = 1 + rng_below(&model->rng, 3);
	bool overlap = false;

	for (u32 i = start; i < start + n; i++)
		overlap |= model->rights[i] != 0;
	KUNIT_ASSERT_EQ(test, overlap ? -EEXIST : 0,
			world_map(model->world, iova_of(model, start), n, first, rights));
	if (overlap)
		return;
	for (u32 i = 0; i < n; i++) {
		model->behind[start + i] = first + i;
		model->rights[start + i] = rights;
		model->refs[first + i]++;
	}
}

static void step_unmap(struct model *model)
{
	u32 n = 1 + rng_below(&model->rng, rng_once_in(&model->rng, 2) ? 30 : WINDOW / 2);
	u32 start = place(model, n);

	rsw_mem_unmap(&model->world->mem, iova_of(model, start), n * PAGE_SIZE);
	for (u32 i = start; i < start + n; i++) {
		model->refs[model->behind[i]] -= model->rights[i] != 0;
		model->rights[i] = 0;
	}
}

static void step_unmap_all(struct model *model)
{
	rsw_mem_unmap_all(&model->world->mem);
	memset(model->rights, 0, sizeof(model->rights));
	memset(model->refs, 0, sizeof(model->refs));
}

static void step_translate(struct model *model, struct kunit *test)
{
	u32 len = 1 + rng_below(&model->rng, rng_once_in(&model->rng, 2) ? 100 : 4 * PAGE_SIZE);
	u64 iova = iova_of(model, place(model, 1)) + rng_below(&model->rng, PAGE_SIZE);
	unsigned long rights = 1 + rng_below(&model->rng, 3);
	unsigned int room = rng_below(&model->rng, 6);
	struct rsw_seg want[6], seg[6];
	int n = naive_translate(model, iova, len, rights, want, room);

	KUNIT_ASSERT_EQ(test, n, world_translate(model->world, iova, len, rights, seg, room));
	for (int i = 0; i < n; i++) {
		KUNIT_ASSERT_PTR_EQ(test, seg[i].addr, want[i].addr);
		KUNIT_ASSERT_EQ(test, seg[i].len, want[i].len);
	}
}

/* Bytes of an area that are not those of the guest. */
static u32 differing(const struct model *model, const struct rsw_mem_area *area)
{
	u32 n = 0;

	for (u32 i = 0; i < area->size; i++)
		n += ((u8 *)area->addr)[i] != *(u8 *)naive_byte(model, area->iova + i, 0);
	return n;
}

static void step_area(struct model *model, struct kunit *test)
{
	u32 pages = 1 + rng_below(&model->rng, 3);
	u32 spare = rng_once_in(&model->rng, 2) ? rng_below(&model->rng, PAGE_SIZE) : 0;
	u32 size = pages * PAGE_SIZE - spare;
	u64 iova = iova_of(model, place(model, pages)) + rng_below(&model->rng, spare + 1);
	unsigned long rights = 1 + rng_below(&model->rng, 2);
	struct rsw_mem_area area = {};
	bool all = true;

	for (u32 i = 0; i < size; i++)
		all &= !!naive_byte(model, iova + i, rights);
	KUNIT_ASSERT_EQ(test, all ? 0 : -EFAULT,
			world_area_get(model->world, iova, size, rights, &area));
	if (all)
		KUNIT_EXPECT_EQ(test, differing(model, &area), 0);
	rsw_mem_area_put(&area);
}

static void run(struct kunit *test, u64 base)
{
	struct model *model = test->priv;

	model->base = base;
	for (int i = 0; i < STEPS; i++) {
		unsigned int page = rng_below(&model->rng, WORLD_PAGES);

		switch (rng_below(&model->rng, 12)) {
		case 0 ... 4:
			step_map(model, test);
			break;
		case 5:
			step_unmap(model);
			break;
		case 6 ... 9:
			step_translate(model, test);
			break;
		case 10:
			step_area(model, test);
			break;
		case 11:
			if (rng_once_in(&model->rng, 20))
				step_unmap_all(model);
			break;
		}
		KUNIT_ASSERT_EQ(test, world_refs(model->world, page), model->refs[page]);
	}
}

static void at_zero(struct kunit *test)
{
	run(test, 0);
}

static void across_4g(struct kunit *test)
{
	run(test, (1ULL << 32) - 600 * PAGE_SIZE);
}

static void at_the_end(struct kunit *test)
{
	run(test, -(u64)WINDOW * PAGE_SIZE);
}

static struct kunit_case random_cases[] = {
	KUNIT_CASE(at_zero),
	KUNIT_CASE(across_4g),
	KUNIT_CASE(at_the_end),
	{}
};

static struct kunit_suite random_suite = {
	.name = "ringswitch_mem_random",
	.init = suite_init,
	.exit = suite_exit,
	.test_cases = random_cases,
};

kunit_test_suite(random_suite);
