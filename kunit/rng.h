/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KUNIT_RNG_H
#define KUNIT_RNG_H

#include <linux/types.h>

struct kunit;

/* Random numbers that a seed repeats (splitmix64). */
struct rng {
	u64 state;
};

void rng_init(struct rng *rng, struct kunit *test);
u64 rng_next(struct rng *rng);

/* A number below @n, which is not 0. */
u32 rng_below(struct rng *rng, u32 n);

/* True once in @n times. */
bool rng_once_in(struct rng *rng, u32 n);

void rng_fill(struct rng *rng, void *to, size_t len);

#endif /* KUNIT_RNG_H */
