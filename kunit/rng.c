// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/random.h>

#include "rng.h"

static ulong seed;
module_param(seed, ulong, 0444);
MODULE_PARM_DESC(seed, "seed of the random tests, as an earlier run printed it; 0 for a new one");

void rng_init(struct rng *rng, struct kunit *test)
{
	rng->state = seed ?: get_random_u64();
	kunit_info(test, "seed %#llx", (unsigned long long)rng->state);
}

u64 rng_next(struct rng *rng)
{
	u64 z = rng->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

u32 rng_below(struct rng *rng, u32 n)
{
	return (rng_next(rng) >> 32) * n >> 32;
}

bool rng_once_in(struct rng *rng, u32 n)
{
	return !rng_below(rng, n);
}

void rng_fill(struct rng *rng, void *to, size_t len)
{
	for (u8 *p = to; len--; p++)
		*p = rng_next(rng);
}

MODULE_DESCRIPTION("unit tests of ringswitch");
MODULE_LICENSE("GPL");
