// SPDX-License-Identifier: GPL-2.0
/*
 * Times, chunk by chunk. What counts is the chunk in the middle: others were interrupted, or
 * came after somebody else had used the CPU and its caches.
 */
#include <stdlib.h>
#include <time.h>

#include "cases.h"

static u64 cost, hz = 1000000000;

u64 bench_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

u64 bench_ticks(void)
{
#ifdef CONFIG_X86_64
	return __builtin_ia32_rdtsc();
#else
	return bench_ns();
#endif
}

void bench_clock_init(void)
{
	u64 least = U64_MAX, start = bench_ns(), first = bench_ticks(), ns;

	for (int i = 0; i < 10000; i++) {
		u64 before = bench_ticks();

		least = min(least, bench_ticks() - before);
	}
	do {
		ns = bench_ns() - start;
	} while (ns < 10000000);
	hz = (bench_ticks() - first) * 1000000000 / ns;
	cost = least;
}

u64 bench_ticks_since(u64 start)
{
	u64 ticks = bench_ticks() - start;

	return ticks - min(ticks, cost);
}

u64 bench_cpu_ticks(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (now.tv_sec * 1000000000ULL + now.tv_nsec) * (hz / 1000000) / 1000;
}

static u64 ps(u64 ticks, u64 frames)
{
	return ticks * 1000000 / (hz / 1000000) / frames;
}

void bench_times_frames(struct bench_times *times, const struct bench_case *one,
			unsigned int frames)
{
	times->frames += frames;
	if (times->frames < (one->shape.size > 4096 ? BENCH_CHUNK_LONG : BENCH_CHUNK))
		return;
	if (times->n < BENCH_CHUNKS) {
		times->switch_ps[times->n] = ps(times->switch_ticks, times->frames);
		times->guest_ps[times->n++] = ps(times->guest_ticks, times->frames);
	}
	times->frames = 0;
	times->switch_ticks = 0;
	times->guest_ticks = 0;
}

static int compare(const void *a, const void *b)
{
	u64 left = *(const u64 *)a, right = *(const u64 *)b;

	return left < right ? -1 : left > right;
}

static u64 middle(u64 *values, unsigned int n)
{
	if (!n)
		return 0;
	qsort(values, n, sizeof(*values), compare);
	return values[n / 2];
}

struct bench_result bench_times_result(struct bench_times *times, u64 frames)
{
	return (struct bench_result){
		.frames = frames,
		.switch_ps = middle(times->switch_ps, times->n),
		.guest_ps = middle(times->guest_ps, times->n),
	};
}
