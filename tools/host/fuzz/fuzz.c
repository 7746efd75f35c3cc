// SPDX-License-Identifier: GPL-2.0
#include "fuzz.h"

const struct fuzz_target *const fuzz_targets[] = {
	&fuzz_chains,
	&fuzz_headers,
	&fuzz_commands,
	&fuzz_maps,
	&fuzz_datapath,
	&fuzz_guard,
	NULL
};

void fuzz_begin(struct fuzz_run *run, const struct fuzz_target *target, struct kunit *test)
{
	run->target = target;
	run->test = test;
	run->world = kunit_kzalloc(test, target->size, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, run->world);
	target->begin(run->world, test);
	run->memory = host_memory;
}

/* Nothing may stay behind but what the target keeps for the next input. */
void fuzz_input(struct fuzz_run *run, const u8 *data, size_t len)
{
	struct fuzz_input input = { .at = data, .end = data + len };

	run->target->run(run->world, &input);
	KUNIT_ASSERT_FALSE(run->test, host_atomic());
	KUNIT_ASSERT_EQ(run->test, host_memory.objects, run->memory.objects);
	KUNIT_ASSERT_EQ(run->test, host_memory.pages, run->memory.pages);
	KUNIT_ASSERT_EQ(run->test, host_memory.maps, run->memory.maps);
}

void fuzz_end(struct fuzz_run *run)
{
	if (run->target->end)
		run->target->end(run->world);
}
