// SPDX-License-Identifier: GPL-2.0
/* Guest memory against a map of single bytes: random ranges, rights and overlaps. */
#include <kunit/test.h>

#include "mem_model.h"
#include "rng.h"

#define STEPS	4000

struct random {
	struct mem_model model;
	struct rng rng;
};

static int suite_init(struct kunit *test)
{
	struct random *random = kunit_kzalloc(test, sizeof(*random), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, random);
	rng_init(&random->rng, test);
	mem_model_init(&random->model, test);
	rng_fill(&random->rng, random->model.world->page, WORLD_PAGES * PAGE_SIZE);
	test->priv = random;
	return 0;
}

static void suite_exit(struct kunit *test)
{
	struct random *random = test->priv;

	if (random)
		mem_model_free(&random->model);
}

/* Where @n pages go: often at an end of the window, since ends are where mistakes are. */
static u32 place(struct rng *rng, u32 n)
{
	switch (rng_below(rng, 4)) {
	case 0:
		return rng_below(rng, 3);
	case 1:
		return MODEL_WINDOW - n - min(rng_below(rng, 3), MODEL_WINDOW - n);
	default:
		return rng_below(rng, MODEL_WINDOW - n + 1);
	}
}

static void step_map(struct random *random)
{
	struct rng *rng = &random->rng;
	u32 n = 1 + rng_below(rng, rng_once_in(rng, 2) ? 2 : WORLD_PAGES);
	u32 start = place(rng, n);
	u32 first = rng_below(rng, WORLD_PAGES - n + 1);

	mem_model_map(&random->model, start, n, first, 1 + rng_below(rng, 3));
}

/* A block or two of the folio, more or less, mostly where they can be mapped as one. */
static void step_map_large(struct random *random)
{
	struct rng *rng = &random->rng;
	u32 off = rng_once_in(rng, 4) ? rng_below(rng, 3) : 0;
	u32 first = rng_below(rng, 2) * RSW_MEM_BLOCK_PAGES + off;
	u32 start = mem_model_block(&random->model, rng_below(rng, 2)) +
		    (rng_once_in(rng, 4) ? rng_below(rng, 3) : off);
	u32 n = min(MODEL_LARGE - first, MODEL_WINDOW - start);

	n = min(n, (1 + rng_below(rng, 2)) * RSW_MEM_BLOCK_PAGES);
	if (rng_once_in(rng, 4))
		n -= rng_below(rng, 3);
	mem_model_map(&random->model, start, n, WORLD_PAGES + first, 1 + rng_below(rng, 3));
}

static void step_unmap(struct random *random)
{
	struct rng *rng = &random->rng;
	u32 n = 1 + rng_below(rng, rng_once_in(rng, 2) ? 30 : MODEL_WINDOW / 2);

	mem_model_unmap(&random->model, place(rng, n), n);
}

static void step_translate(struct random *random)
{
	struct rng *rng = &random->rng;
	u32 len = 1 + rng_below(rng, rng_once_in(rng, 2) ? 100 : 4 * PAGE_SIZE);
	u64 offset = place(rng, 1) * PAGE_SIZE + rng_below(rng, PAGE_SIZE);
	unsigned long rights = 1 + rng_below(rng, 3);

	mem_model_translate(&random->model, offset, len, rights, rng_below(rng, MODEL_SEGS));
}

static void step_area(struct random *random)
{
	struct rng *rng = &random->rng;
	u32 pages = 1 + rng_below(rng, 3);
	u32 spare = rng_once_in(rng, 2) ? rng_below(rng, PAGE_SIZE) : 0;
	u64 offset = place(rng, pages) * PAGE_SIZE + rng_below(rng, spare + 1);

	mem_model_area(&random->model, offset, pages * PAGE_SIZE - spare, 1 + rng_below(rng, 2));
}

static void run(struct kunit *test, u64 base)
{
	struct random *random = test->priv;

	random->model.base = base;
	for (int i = 0; i < STEPS; i++) {
		switch (rng_below(&random->rng, 13)) {
		case 0 ... 4:
			step_map(random);
			break;
		case 5:
			step_unmap(random);
			break;
		case 6 ... 9:
			step_translate(random);
			break;
		case 10:
			step_area(random);
			break;
		case 11:
			if (rng_once_in(&random->rng, 20))
				mem_model_unmap_all(&random->model);
			break;
		case 12:
			step_map_large(random);
			break;
		}
		mem_model_check(&random->model, rng_below(&random->rng, WORLD_PAGES));
		mem_model_check_tables(&random->model);
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
	run(test, -(u64)MODEL_WINDOW * PAGE_SIZE);
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
