// SPDX-License-Identifier: GPL-2.0
/*
 * Inputs that a fuzzer found worth keeping, once more: a line of hexadecimal digits each, in a
 * file for each target. See tools/fuzz.
 */
#include <stdio.h>

#include "fuzz/fuzz.h"

#define LONGEST	4096

static u8 digit(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

static void replay(struct kunit *test, const struct fuzz_target *target)
{
	static char line[2 * LONGEST + 2], name[512];
	static u8 data[LONGEST];
	struct fuzz_run run;
	unsigned int n = 0;
	FILE *file;

	snprintf(name, sizeof(name), CORPUS "/%s", target->name);
	file = fopen(name, "r");
	KUNIT_ASSERT_NOT_NULL(test, file);
	fuzz_begin(&run, target, test);
	for (; fgets(line, sizeof(line), file); n++) {
		size_t len = strspn(line, "0123456789abcdef") / 2;

		KUNIT_ASSERT_EQ(test, line[2 * len], '\n');
		for (size_t i = 0; i < len; i++)
			data[i] = digit(line[2 * i]) << 4 | digit(line[2 * i + 1]);
		fuzz_input(&run, data, len);
	}
	fclose(file);
	fuzz_end(&run);
	KUNIT_EXPECT_GT(test, n, 10);
}

static void chains(struct kunit *test)
{
	replay(test, &fuzz_chains);
}

static void headers(struct kunit *test)
{
	replay(test, &fuzz_headers);
}

static void commands(struct kunit *test)
{
	replay(test, &fuzz_commands);
}

static void maps(struct kunit *test)
{
	replay(test, &fuzz_maps);
}

static void datapath(struct kunit *test)
{
	replay(test, &fuzz_datapath);
}

static void guard(struct kunit *test)
{
	replay(test, &fuzz_guard);
}

static struct kunit_case corpus_cases[] = {
	KUNIT_CASE(chains),
	KUNIT_CASE(headers),
	KUNIT_CASE(commands),
	KUNIT_CASE(maps),
	KUNIT_CASE(datapath),
	KUNIT_CASE(guard),
	{}
};

static struct kunit_suite corpus_suite = {
	.name = "ringswitch_corpus",
	.test_cases = corpus_cases,
};

kunit_test_suite(corpus_suite);
