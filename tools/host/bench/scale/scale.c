// SPDX-License-Identifier: GPL-2.0
/*
 * What a frame costs on a switch with more ports, and with more addresses in its database.
 *
 *	scalebench ROUNDS MS [CURVE]	each point for so many milliseconds, all so many times
 *	scalebench --check		some frames of some points, all their bytes compared; TAP
 *
 * Frames of 64 bytes, 64 at a time or 16 broadcasts, split rings. A line is a curve, where on it
 * (guests, entries or receivers), deliveries, and picoseconds for each of them that the switch and
 * the guests took.
 */
#include <stdio.h>
#include <unistd.h>

#include "net.h"

/* More than a ring or a pool of buffers has. */
#define WARM_BURSTS	32

void host_die(const char *file, int line, const char *what)
{
	printf("Bail out! %s:%d: %s\n", file, line, what);
	fflush(stdout);
	_exit(1);
}

/**
 * struct curve - cases that differ in one number
 * @name: of it
 * @first: where it begins
 * @most: where it ends
 * @checked: where it ends for --check
 * @step: from one point to the next, by this factor
 * @make: the case of a point
 */
struct curve {
	const char *name;
	u32 first;
	u32 most;
	u32 checked;
	u32 step;
	void (*make)(struct scale_case *one, u32 at);
};

static void ports_one(struct scale_case *one, u32 at)
{
	*one = (struct scale_case){ .ports = at, .senders = 1 };
}

static void ports_all(struct scale_case *one, u32 at)
{
	*one = (struct scale_case){ .ports = at, .senders = at / 2 };
}

static void entries_one(struct scale_case *one, u32 at)
{
	*one = (struct scale_case){ .ports = 2, .senders = 1, .entries = at };
}

static void entries_all(struct scale_case *one, u32 at)
{
	*one = (struct scale_case){ .ports = 2, .senders = 1, .entries = at, .spread = true };
}

/* The last one has the switch full. */
static void flood(struct scale_case *one, u32 at)
{
	*one = (struct scale_case){
		.ports = min(at + 1, SCALE_PORTS), .senders = 1, .flood = true,
	};
}

static const struct curve curves[] = {
	{ "ports_one", 2, SCALE_PORTS, 256, 2, ports_one },
	{ "ports_all", 2, SCALE_PORTS, 256, 2, ports_all },
	{ "entries_one", 10, 1000000, 100000, 10, entries_one },
	{ "entries_all", 10, 1000000, 100000, 10, entries_all },
	{ "flood", 1, SCALE_PORTS, 256, 2, flood },
};

static struct scale_net net;
static struct bench_times times;

static void burst(bool take_time)
{
	const struct bench_case small = { .shape = net.shape };
	u64 before = scale_delivered(&net), guest_ticks, ticks;

	ticks = scale_burst(&net, &guest_ticks);
	if (!take_time)
		return;
	times.switch_ticks += ticks;
	times.guest_ticks += guest_ticks;
	bench_times_frames(&times, &small, scale_delivered(&net) - before);
}

/* Run a point for so many nanoseconds, or a few frames of it; false if one was lost or wrong. */
static bool run(const struct curve *curve, u32 at, bool check, u64 ns, struct bench_result *result)
{
	struct scale_case one;
	u64 before, start;
	bool right;

	curve->make(&one, at);
	scale_open(&net, &one, check);
	/* Each buffer has been used, each time. */
	for (unsigned int i = 0; i < one.senders * WARM_BURSTS; i++)
		burst(false);
	times = (struct bench_times){};
	before = scale_delivered(&net);
	start = bench_ns();
	while (ns && (bench_ns() - start < ns || !times.n))
		burst(true);
	*result = bench_times_result(&times, scale_delivered(&net) - before);
	right = scale_right(&net);
	scale_close(&net);
	return right;
}

static int check(void)
{
	unsigned int n = 0, failed = 0;
	struct bench_result result;

	printf("TAP version 13\n");
	for (unsigned int i = 0; i < ARRAY_SIZE(curves); i++) {
		const struct curve *curve = &curves[i];

		for (u32 at = curve->first; at <= curve->checked; at *= curve->step * curve->step) {
			bool right = run(curve, at, true, 0, &result);

			failed += !right;
			printf("%sok %u scale %s %u\n", right ? "" : "not ", ++n, curve->name, at);
			fflush(stdout);
		}
	}
	printf("1..%u\n", n);
	return !!failed;
}

static void measure(u64 ns, const char *wanted)
{
	struct bench_result result;

	for (unsigned int i = 0; i < ARRAY_SIZE(curves); i++) {
		const struct curve *curve = &curves[i];

		if (strncmp(curve->name, wanted, strlen(wanted)))
			continue;
		for (u32 at = curve->first; at <= curve->most; at *= curve->step) {
			if (!run(curve, at, false, ns, &result))
				host_die(__FILE__, __LINE__, "a frame was lost or is not as sent");
			printf("%s %u %llu %llu %llu\n", curve->name, at,
			       (unsigned long long)result.frames,
			       (unsigned long long)result.switch_ps,
			       (unsigned long long)result.guest_ps);
			fflush(stdout);
		}
	}
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--check"))
		return check();
	if (argc < 3 || argc > 4) {
		fprintf(stderr, "usage: scalebench ROUNDS MS [CURVE] | --check\n");
		return 64;
	}
	bench_clock_init();
	for (int round = atoi(argv[1]); round > 0; round--)
		measure(atoi(argv[2]) * 1000000ULL, argc > 3 ? argv[3] : "");
	return 0;
}
