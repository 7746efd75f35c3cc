/* SPDX-License-Identifier: GPL-2.0 */
/* Guest memory as a map of single bytes, and steps that are done to it and to a real one. */
#ifndef KUNIT_MEM_MODEL_H
#define KUNIT_MEM_MODEL_H

#include "mem_world.h"

/* Pages that can be mapped: three blocks or more. */
#define MODEL_WINDOW	1300

/*
 * Pages to map. Behind those of the world come those of a folio of two blocks, of which a whole
 * block may be mapped as one.
 */
#define MODEL_LARGE	(2 * RSW_MEM_BLOCK_PAGES)
#define MODEL_PAGES	(WORLD_PAGES + MODEL_LARGE)

/* Pieces of the longest answer asked for, and one more. */
#define MODEL_SEGS	6

/**
 * struct mem_model - what should be mapped
 * @world: what is
 * @test: the running test; fails where the two differ
 * @large: the folio; the model holds one reference
 * @base: first address of the window
 * @behind: page behind each page of the window
 * @rights: of each page of the window, 0 when not mapped
 * @whole: is this page of the window the first of a block that was mapped as one and still is?
 * @refs: mappings of each page
 */
struct mem_model {
	struct mem_world *world;
	struct kunit *test;
	struct folio *large;
	u64 base;
	u16 behind[MODEL_WINDOW];
	u8 rights[MODEL_WINDOW];
	bool whole[MODEL_WINDOW];
	unsigned int refs[MODEL_PAGES];
};

void mem_model_init(struct mem_model *model, struct kunit *test);
void mem_model_free(struct mem_model *model);

/* The page of the window where a block begins, or the next one. */
u32 mem_model_block(const struct mem_model *model, u32 next);

/* Map @n pages from @first on at page @start of the window; all of them are of one kind. */
void mem_model_map(struct mem_model *model, u32 start, u32 n, u32 first, unsigned long rights);
void mem_model_unmap(struct mem_model *model, u32 start, u32 n);
void mem_model_unmap_all(struct mem_model *model);

/* @len bytes from @offset in the window on. @room is less than %MODEL_SEGS. */
void mem_model_translate(struct mem_model *model, u64 offset, u32 len, unsigned long rights,
			 unsigned int room);
void mem_model_area(struct mem_model *model, u64 offset, u32 size, unsigned long rights);

/*
 * There is an entry for each block of which something is mapped, and no other; it is a table
 * unless the block is mapped as one, and the folio is held once for each of those and once for
 * each other page.
 */
void mem_model_check_tables(const struct mem_model *model);

/* The references of one page. */
void mem_model_check(const struct mem_model *model, u32 page);

#endif /* KUNIT_MEM_MODEL_H */
