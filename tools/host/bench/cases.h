/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_CASES_H
#define BENCH_CASES_H

#include "driver.h"

enum bench_part {
	BENCH_THROUGH,	/* from a guest to a guest */
	BENCH_IN,	/* from a guest to a port that takes frames as they are */
	BENCH_OUT,	/* from the switch to a guest: frames that were looked up already */
	BENCH_COPY,	/* no switch: the C library's memcpy() from buffer to buffer */
};

extern const char * const bench_part_name[];

/**
 * struct bench_case - what is measured
 * @shape: frames and buffers
 * @batch: frames that are sent at a time
 * @part: see there
 */
struct bench_case {
	struct bench_shape shape;
	unsigned int batch;
	enum bench_part part;
};

/* Frames after which a time is taken down: some 50 us of them, or of copying. */
#define BENCH_CHUNK		512
#define BENCH_CHUNK_LONG	16

/* Times that are kept of a run. */
#define BENCH_CHUNKS	8192

/**
 * struct bench_result - how long it took, in the middle of all chunks
 * @frames: how many there were in all
 * @switch_ps: picoseconds a frame that the switch took
 * @guest_ps: that the guests took; 0 where all runs at once, and is in @switch_ps
 */
struct bench_result {
	u64 frames;
	u64 switch_ps;
	u64 guest_ps;
};

/**
 * struct bench_times - times taken in a run
 * @n: chunks
 * @frames: of the current chunk
 * @switch_ticks: of the current chunk
 * @guest_ticks: of the current chunk
 * @switch_ps: of each chunk, for a frame
 * @guest_ps: of each chunk, for a frame
 */
struct bench_times {
	unsigned int n;
	u64 frames;
	u64 switch_ticks;
	u64 guest_ticks;
	u64 switch_ps[BENCH_CHUNKS];
	u64 guest_ps[BENCH_CHUNKS];
};

/**
 * struct bench_engine - what moves frames from a guest to a guest
 * @open: two guests with so many pages, by their binary logarithm
 * @start: the driver of one of them starts: receive queue, transmit queue
 * @round: move some of what the first one sends to the other; false if that was all
 * @close: what @open made is gone
 */
struct bench_engine {
	void (*open)(struct bench_world *world, unsigned int order);
	void (*start)(struct bench_guest *guest, u64 features, const struct bench_ring *rx,
		      const struct bench_ring *tx);
	bool (*round)(struct bench_world *world);
	void (*close)(struct bench_world *world);
};

/* The module's own path, for all parts. DPDK's vhost library, if it is linked in, for frames
 * that go through.
 */
extern const struct bench_engine bench_ringswitch;
extern const struct bench_engine __weak bench_dpdk;

/**
 * struct bench_setup - what a case runs in
 * @engine: what moves frames
 * @world: the guests, and the switch if it is ours
 * @sender: a guest's driver
 * @receiver: the other's
 * @times: how long it took
 */
struct bench_setup {
	const struct bench_engine *engine;
	struct bench_world world;
	struct bench_driver sender;
	struct bench_driver receiver;
	struct bench_times times;
};

/* The CPU's clock; what reading it costs, and how fast it goes, once it was looked at. */
u64 bench_ticks(void);
u64 bench_ticks_since(u64 start);
void bench_clock_init(void);
u64 bench_ns(void);

/* The same of what this thread ran; for what is longer than others let it run. */
u64 bench_cpu_ticks(void);

/* Where time is taken. */
void bench_times_frames(struct bench_times *times, const struct bench_case *one,
			unsigned int frames);
struct bench_result bench_times_result(struct bench_times *times, u64 frames);

/* The case of a number; false if there is none. */
bool bench_case(unsigned int number, struct bench_case *one);

/* The only one, large as it is, for a case; until bench_end(). */
struct bench_setup *bench_begin(const struct bench_case *one, const struct bench_engine *engine);
void bench_end(struct bench_setup *setup);

/* Run a case for so many nanoseconds, or a few frames of it; false if one was lost or wrong. */
bool bench_run(const struct bench_case *one, const struct bench_engine *engine, u64 ns,
	       struct bench_result *result);

/* The same with the guests and the switch on a CPU each, where that makes sense. */
unsigned int bench_cpus(void);
bool bench_for_two(const struct bench_case *one);
bool bench_run_two(const struct bench_case *one, u64 ns, struct bench_result *result);

#endif /* BENCH_CASES_H */
