// SPDX-License-Identifier: GPL-2.0
/* Guests and switch side by side: what one of them wrote is in the other's cache. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>

#include "cases.h"

/* Frames on their way at a time, in so far as the receiver has room for them. */
#define IN_FLIGHT	256

/* Nanoseconds that a time is waited for, as the CPUs may have other things to do. */
#define PATIENCE	3000000000ULL

static bool kicked, stop;

unsigned int bench_cpus(void)
{
	cpu_set_t allowed;

	sched_getaffinity(0, sizeof(allowed), &allowed);
	return CPU_COUNT(&allowed);
}

static void pin(unsigned int which)
{
	cpu_set_t allowed, one;

	sched_getaffinity(0, sizeof(allowed), &allowed);
	CPU_ZERO(&one);
	for (unsigned int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &allowed) && !which--)
			CPU_SET(cpu, &one);
	if (!CPU_COUNT(&one))
		host_die(__FILE__, __LINE__, "this takes two CPUs");
	pthread_setaffinity_np(pthread_self(), sizeof(one), &one);
}

/* A kick is a word in memory, which nobody sleeps for. */
static void *run_switch(void *worker)
{
	pin(1);
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		if (!__atomic_load_n(&kicked, __ATOMIC_RELAXED)) {
			__builtin_ia32_pause();
			continue;
		}
		__atomic_store_n(&kicked, false, __ATOMIC_SEQ_CST);
		while (rsw_guest_ingress(worker))
			;
	}
	return NULL;
}

static u64 in_flight(const struct bench_setup *setup)
{
	return setup->sender.frames - setup->receiver.frames;
}

/* However short the time is, one must have been taken. */
static void run_guests(const struct bench_case *one, struct bench_setup *setup, u64 until)
{
	unsigned int most = min(IN_FLIGHT, bench_room(&one->shape));
	u64 start = bench_ticks();

	do {
		u64 before = setup->receiver.frames, now;

		while (in_flight(setup) + one->batch <= most)
			if (bench_send(&setup->sender, one->batch))
				__atomic_store_n(&kicked, true, __ATOMIC_SEQ_CST);
		bench_receive(&setup->receiver);
		bench_reap(&setup->sender);
		now = bench_ticks();
		setup->times.switch_ticks += now - start;
		start = now;
		bench_times_frames(&setup->times, one, setup->receiver.frames - before);
	} while (bench_ns() < until || (!setup->times.n && bench_ns() < until + PATIENCE));
}

bool bench_for_two(const struct bench_case *one)
{
	return one->part == BENCH_THROUGH && one->batch <= bench_room(&one->shape);
}

bool bench_run_two(const struct bench_case *one, u64 ns, struct bench_result *result)
{
	struct bench_setup *setup = bench_begin(one, &bench_ringswitch);
	struct rsw_worker *worker = &setup->world.from.guest->pair[0].worker;
	pthread_t thread;
	u64 before;
	cpu_set_t all;

	sched_getaffinity(0, sizeof(all), &all);
	stop = false;
	/* A worker looks at a queue that starts; nobody has asked for kicks before that. */
	kicked = true;
	if (pthread_create(&thread, NULL, run_switch, worker))
		host_die(__FILE__, __LINE__, "no second thread");
	pin(0);
	run_guests(one, setup, bench_ns() + ns / 10);
	setup->times = (struct bench_times){};
	before = setup->receiver.frames;
	run_guests(one, setup, bench_ns() + ns);
	*result = bench_times_result(&setup->times, setup->receiver.frames - before);
	for (ns = bench_ns() + PATIENCE; in_flight(setup) && bench_ns() < ns; )
		bench_receive(&setup->receiver);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	sched_setaffinity(0, sizeof(all), &all);
	bench_end(setup);
	return !in_flight(setup) && !setup->receiver.wrong;
}
