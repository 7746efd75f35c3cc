// SPDX-License-Identifier: GPL-2.0
/* A target, named by FUZZ_TARGET, under libFuzzer: what fails there ends the program. */
#include <stdio.h>

#include "fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const u8 *data, size_t len);

static struct kunit test;
static struct fuzz_run run;

void *kunit_kzalloc(struct kunit *test, size_t size, gfp_t gfp)
{
	return kzalloc(size, gfp);
}

void host_say(const char *fmt, va_list args)
{
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
}

void host_failed(struct kunit *test, bool fatal)
{
	abort();
}

void host_die(const char *file, int line, const char *what)
{
	fprintf(stderr, "FAILED %s:%d: %s\n", file, line, what);
	abort();
}

u64 get_random_u64(void)
{
	return 1;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *name = getenv("FUZZ_TARGET");

	for (const struct fuzz_target *const *target = fuzz_targets; name && *target; target++)
		if (!strcmp((*target)->name, name))
			fuzz_begin(&run, *target, &test);
	if (!run.target) {
		fputs("FUZZ_TARGET names no target\n", stderr);
		exit(64);
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t len)
{
	fuzz_input(&run, data, len);
	return 0;
}
