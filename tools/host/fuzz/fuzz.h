/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Targets of a fuzzer: each turns any bytes into work for the module and compares what comes of
 * it with a naive model. A difference is a failed assertion, as in any other test.
 */
#ifndef HOST_FUZZ_H
#define HOST_FUZZ_H

#include <kunit/test.h>

/* Bytes that decide; behind their end there are zeroes. */
struct fuzz_input {
	const u8 *at;
	const u8 *end;
};

static inline bool fuzz_more(const struct fuzz_input *input)
{
	return input->at < input->end;
}

static inline u8 fuzz_u8(struct fuzz_input *input)
{
	return fuzz_more(input) ? *input->at++ : 0;
}

static inline u16 fuzz_u16(struct fuzz_input *input)
{
	u16 low = fuzz_u8(input);

	return low | fuzz_u8(input) << 8;
}

static inline u64 fuzz_u64(struct fuzz_input *input)
{
	u64 value = 0;

	for (int i = 0; i < 64; i += 16)
		value |= (u64)fuzz_u16(input) << i;
	return value;
}

/* A number below @n, which is not 0. */
static inline u32 fuzz_below(struct fuzz_input *input, u32 n)
{
	return (n > 256 ? fuzz_u16(input) : fuzz_u8(input)) % n;
}

/**
 * struct fuzz_target - what an input is for
 * @name: of the target, and of its corpus
 * @size: bytes of its world, which are zero at first and go with the test
 * @begin: make all that it needs, once; what a run changes is changed back by the next one
 * @run: do what the input says
 * @end: give back what does not go with the test, if there is such a thing
 */
struct fuzz_target {
	const char *name;
	size_t size;
	void (*begin)(void *world, struct kunit *test);
	void (*run)(void *world, struct fuzz_input *input);
	void (*end)(void *world);
};

/* With NULL behind the last. */
extern const struct fuzz_target *const fuzz_targets[];

/**
 * struct fuzz_run - a target at work
 * @target: the target
 * @test: the running test
 * @world: the target's
 * @memory: what was allocated after it was made, and is to be so after each input
 */
struct fuzz_run {
	const struct fuzz_target *target;
	struct kunit *test;
	void *world;
	struct host_memory memory;
};

void fuzz_begin(struct fuzz_run *run, const struct fuzz_target *target, struct kunit *test);
void fuzz_input(struct fuzz_run *run, const u8 *data, size_t len);
void fuzz_end(struct fuzz_run *run);

extern const struct fuzz_target fuzz_chains, fuzz_headers, fuzz_commands, fuzz_maps, fuzz_datapath,
	fuzz_guard;

#endif /* HOST_FUZZ_H */
