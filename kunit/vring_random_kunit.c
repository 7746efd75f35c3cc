// SPDX-License-Identifier: GPL-2.0
/* Random legal work with rings of both layouts, and that it is the same work. */
#include <kunit/test.h>
#include <linux/log2.h>

#include "vring_run.h"

static int suite_init(struct kunit *test, u64 layout)
{
	struct rng rng;

	rng_init(&rng, test);
	test->priv = run_new(test, RUN_NUM, MOCK_EVENT_IDX | MOCK_INDIRECT | layout, &rng);
	return 0;
}

static void suite_exit(struct kunit *test)
{
	struct run *run = test->priv;

	if (run)
		mock_guest_free(run->guest);
}

static void legal_plain(struct kunit *test)
{
	struct run *run = test->priv;

	run_legal_work(test, run, 0, RUN_STEPS);
	KUNIT_EXPECT_GT(test, run->reaped, RUN_STEPS / 50);
}

static void legal_event_idx(struct kunit *test)
{
	run_legal_work(test, test->priv, MOCK_EVENT_IDX, RUN_STEPS);
}

static void legal_indirect(struct kunit *test)
{
	struct run *run = test->priv;

	run_legal_work(test, run, MOCK_INDIRECT, RUN_STEPS);
	KUNIT_EXPECT_GT(test, run->indirect, RUN_STEPS / 50);
}

static void legal_both(struct kunit *test)
{
	struct run *run = test->priv;

	run_legal_work(test, run, MOCK_EVENT_IDX | MOCK_INDIRECT, RUN_STEPS);
	KUNIT_EXPECT_GT(test, run->reaped, RUN_STEPS / 50);
}

static void legal_any_size(struct kunit *test)
{
	struct run *first = test->priv;
	unsigned int reaped = 0;

	for (u16 num = 1; num <= RUN_NUM; num++) {
		struct run *run;

		if (!is_power_of_2(num) && !(first->guest->features & MOCK_PACKED))
			continue;
		run = run_new(test, num, first->guest->features, &first->rng);
		run_legal_work(test, run,
			       rng_next(&run->rng) & (MOCK_EVENT_IDX | MOCK_INDIRECT),
			       RUN_STEPS / 3);
		first->rng = run->rng;
		reaped += run->reaped;
		mock_guest_free(run->guest);
	}
	KUNIT_EXPECT_GT(test, reaped, 100);
}

MOCK_SUITES(vring_random, suite_init, suite_exit,
	    KUNIT_CASE(legal_plain),
	    KUNIT_CASE(legal_event_idx),
	    KUNIT_CASE(legal_indirect),
	    KUNIT_CASE(legal_both),
	    KUNIT_CASE(legal_any_size));

static int same_init(struct kunit *test)
{
	return suite_init(test, 0);
}

/* The same script: the same chains are taken and the same lengths come back. */
static void same_in_both_layouts(struct kunit *test)
{
	struct run *first = test->priv;

	for (unsigned int set = 0; set < 4; set++) {
		u64 features = (set & 1 ? MOCK_EVENT_IDX : 0) | (set & 2 ? MOCK_INDIRECT : 0);
		struct run *split = run_new(test, RUN_NUM, features, &first->rng);
		struct run *packed = run_new(test, RUN_NUM, features | MOCK_PACKED, &first->rng);

		run_legal_work(test, split, features, RUN_STEPS);
		run_legal_work(test, packed, features, RUN_STEPS);
		KUNIT_EXPECT_EQ(test, split->reaped, packed->reaped);
		KUNIT_EXPECT_EQ(test, split->nlog, packed->nlog);
		for (unsigned int i = 0; i < split->nlog; i++)
			KUNIT_ASSERT_EQ(test, split->log[i], packed->log[i]);
		KUNIT_EXPECT_GT(test, split->nlog, RUN_STEPS / 20);
		first->rng = split->rng;
		mock_guest_free(split->guest);
		mock_guest_free(packed->guest);
	}
}

static struct kunit_case same_cases[] = {
	KUNIT_CASE(same_in_both_layouts),
	{}
};

static struct kunit_suite same_suite = {
	.name = "ringswitch_vring_same",
	.init = same_init,
	.exit = suite_exit,
	.test_cases = same_cases,
};

kunit_test_suite(same_suite);
