// SPDX-License-Identifier: GPL-2.0
/* Guest memory mapped and unmapped in any order, against a map of single bytes. */
#include "fuzz.h"
#include "mem_model.h"

/* Where the window is: at the start, across 4 GiB, and where addresses end. */
static const u64 bases[] = {
	0, (1ULL << 32) - 600 * PAGE_SIZE, -(u64)MODEL_WINDOW * PAGE_SIZE, 511 * PAGE_SIZE,
};

/* Of one input, since each takes system calls. */
#define AREAS	1

static void begin(void *model, struct kunit *test)
{
	mem_model_init(model, test);
}

static void end(void *priv)
{
	struct mem_model *model = priv;

	mem_model_free(model);
}

/* Pages near places where something ends: the window, its blocks. At least @n before its end. */
static u32 any_page(struct fuzz_input *input, u32 n)
{
	u8 where = fuzz_u8(input);
	u32 page = where % 16 + (where >> 6) * RSW_MEM_BLOCK_PAGES;

	if (where & 16)
		page += RSW_MEM_BLOCK_PAGES - 8;
	if (where & 32)
		page = MODEL_WINDOW - 1 - where % 16;
	return min(page, MODEL_WINDOW - n);
}

static u32 any_offset(struct fuzz_input *input)
{
	u8 offset = fuzz_u8(input);

	return offset < 128 ? offset : PAGE_SIZE + offset - 256;
}

static void map(struct mem_model *model, struct fuzz_input *input)
{
	u32 n = 1 + fuzz_u8(input) % 24, start = any_page(input, n);
	u32 first = fuzz_below(input, WORLD_PAGES - n + 1);

	mem_model_map(model, start, n, first, 1 + fuzz_u8(input) % 3);
}

/* One or two blocks of the folio, or near that, and where they can be mapped as one, or near. */
static void map_large(struct mem_model *model, struct fuzz_input *input)
{
	u8 how = fuzz_u8(input), off = how & 7 ? 0 : fuzz_u8(input);
	u32 start = mem_model_block(model, how >> 7) + off % 4;
	u32 first = (how >> 6 & 1) * RSW_MEM_BLOCK_PAGES + off / 4 % 4;
	u32 n = (1 + (how >> 5 & 1)) * RSW_MEM_BLOCK_PAGES - off / 16 % 4;

	n = min(min(n, MODEL_LARGE - first), MODEL_WINDOW - start);
	mem_model_map(model, start, n, WORLD_PAGES + first, 1 + (how >> 3) % 3);
}

static void unmap(struct mem_model *model, struct fuzz_input *input)
{
	u8 much = fuzz_u8(input);
	u32 n = 1 + (much < 248 ? much % 32 : (much - 247) * 160);

	mem_model_unmap(model, any_page(input, n), n);
}

/* Ranges that are none, which nobody may map. */
static void refuse(struct mem_model *model, struct fuzz_input *input)
{
	u64 iova = fuzz_u64(input), size = fuzz_u64(input), pa = fuzz_u64(input);
	unsigned long rights = fuzz_u8(input) % 8;
	u8 align = fuzz_u8(input);
	bool range;

	if (align & 1)
		iova &= PAGE_MASK;
	if (align & 2)
		size &= PAGE_MASK;
	if (align & 4)
		pa &= PAGE_MASK;
	if (align & 8)
		rights = RW;
	range = size && size - 1 <= U64_MAX - iova && !((iova | size) % PAGE_SIZE);
	if (range && rights && rights <= RW && !(pa % PAGE_SIZE)) {
		/* A page that there is not, unless something is mapped there first. */
		int err;

		if (pfn_valid(PHYS_PFN(pa)))
			return;
		err = rsw_mem_map(&model->world->mem, iova, size, pa, rights);
		KUNIT_ASSERT_TRUE(model->test, err == -EFAULT || err == -EEXIST);
	} else {
		KUNIT_ASSERT_EQ(model->test, -EINVAL,
				rsw_mem_map(&model->world->mem, iova, size, pa, rights));
	}
	if (!range)
		rsw_mem_unmap(&model->world->mem, iova, size);
}

static void translate(struct mem_model *model, struct fuzz_input *input)
{
	u64 offset = (u64)any_page(input, 1) * PAGE_SIZE + any_offset(input);
	u8 how = fuzz_u8(input);
	u32 len = 1 + fuzz_u8(input);

	/* The naive way takes its time for long ones. */
	if (how >= 240)
		len += (how - 239) * PAGE_SIZE / 8;
	mem_model_translate(model, offset, len, 1 + how % 3, how / 3 % MODEL_SEGS);
}

static void area(struct mem_model *model, struct fuzz_input *input)
{
	u64 offset = (u64)any_page(input, 1) * PAGE_SIZE + any_offset(input);
	u32 size = 1 + fuzz_u8(input) + fuzz_u8(input) % 2 * PAGE_SIZE;

	mem_model_area(model, offset, size, 1 + fuzz_u8(input) % 2);
}

static void run(void *priv, struct fuzz_input *input)
{
	struct mem_model *model = priv;
	unsigned int areas = 0;

	model->base = bases[fuzz_u8(input) % ARRAY_SIZE(bases)];
	while (fuzz_more(input)) {
		switch (fuzz_u8(input) % 16) {
		case 0 ... 3:
			map(model, input);
			break;
		case 4 ... 5:
			map_large(model, input);
			break;
		case 6 ... 8:
			unmap(model, input);
			break;
		case 9 ... 13:
			translate(model, input);
			break;
		case 14:
			refuse(model, input);
			break;
		case 15:
			if (areas++ < AREAS)
				area(model, input);
			break;
		}
	}
	mem_model_check_tables(model);
	for (u32 page = 0; page < WORLD_PAGES; page++)
		mem_model_check(model, page);
	mem_model_unmap_all(model);
	for (u32 page = 0; page < WORLD_PAGES; page++)
		mem_model_check(model, page);
	KUNIT_ASSERT_TRUE(model->test, xa_empty(&model->world->mem.blocks));
}

const struct fuzz_target fuzz_maps = {
	.name = "maps",
	.size = sizeof(struct mem_model),
	.begin = begin,
	.run = run,
	.end = end,
};
