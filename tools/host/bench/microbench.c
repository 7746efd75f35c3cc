// SPDX-License-Identifier: GPL-2.0
/*
 * How long the path takes for a frame: guest to guest, and each half of that alone.
 *
 *	microbench ROUNDS MS [CASE]	each case for so many milliseconds, all so many times
 *	microbench --two ROUNDS MS	the guests and the switch on a CPU each
 *	microbench --dpdk ROUNDS MS	each case that goes through also with DPDK's vhost library
 *					as the switch, right after ours; where it is linked in
 *	microbench --map ROUNDS		4 GiB of guest memory: nanoseconds to map and to unmap it
 *	microbench --check		some frames of each case, all their bytes compared, and
 *					with two threads where there are two CPUs; TAP
 *	microbench --dpdk --check	the same with the library
 *
 * A line without a # is a case (layout, bytes, frames at a time, part, descriptors, buffers),
 * how many frames it was, picoseconds a frame of switch and guests, and the way it was run.
 * CASE: a line's start.
 */
#include <stdio.h>
#include <unistd.h>

#include "cases.h"
#include "map.h"

void host_die(const char *file, int line, const char *what)
{
	printf("Bail out! %s:%d: %s\n", file, line, what);
	fflush(stdout);
	_exit(1);
}

static const char *name_of(const struct bench_case *one)
{
	static char name[80];

	snprintf(name, sizeof(name), "%s %u %u %s %u %s", one->shape.packed ? "packed" : "split",
		 one->shape.size, one->batch, bench_part_name[one->part], one->shape.pieces,
		 one->shape.cold ? "cold" : "warm");
	return name;
}

/**
 * struct way - how cases are run
 * @name: of it
 * @takes: can a case be run so?
 * @run: as bench_run()
 */
struct way {
	const char *name;
	bool (*takes)(const struct bench_case *one);
	bool (*run)(const struct bench_case *one, u64 ns, struct bench_result *result);
};

static bool takes_all(const struct bench_case *one)
{
	return true;
}

static bool takes_through(const struct bench_case *one)
{
	return one->part == BENCH_THROUGH;
}

static bool run_ours(const struct bench_case *one, u64 ns, struct bench_result *result)
{
	return bench_run(one, &bench_ringswitch, ns, result);
}

static bool run_dpdk(const struct bench_case *one, u64 ns, struct bench_result *result)
{
	return bench_run(one, &bench_dpdk, ns, result);
}

static const struct way alone = { "ringswitch", takes_all, run_ours };
static const struct way two_threads = { "two threads", bench_for_two, bench_run_two };
static const struct way against_dpdk = { "ringswitch", takes_through, run_ours };
static const struct way dpdk = { "DPDK", takes_through, run_dpdk };

static unsigned int count(const struct way *way)
{
	struct bench_case one;
	unsigned int n = 0;

	for (unsigned int i = 0; bench_case(i, &one); i++)
		n += way->takes(&one);
	return n;
}

/* Numbers its lines from @number + 1 on; returns how many failed. */
static unsigned int check_cases(const struct way *way, unsigned int number)
{
	struct bench_case one;
	unsigned int failed = 0;

	for (unsigned int i = 0; bench_case(i, &one); i++) {
		struct bench_result result;
		bool right;

		if (!way->takes(&one))
			continue;
		one.shape.check = true;
		right = way->run(&one, 0, &result);
		failed += !right;
		printf("%sok %u microbench %s %s\n", right ? "" : "not ", ++number, name_of(&one),
		       way->name);
		fflush(stdout);
	}
	return failed;
}

static int check(void)
{
	bool two = bench_cpus() > 1;
	unsigned int first = count(&alone), failed;

	printf("TAP version 13\n1..%u\n", first + (two ? count(&two_threads) : 1));
	failed = check_cases(&alone, 0);
	if (two)
		failed += check_cases(&two_threads, first);
	else
		printf("ok %u microbench two threads # SKIP one CPU\n", first + 1);
	return !!failed;
}

static int check_dpdk(void)
{
	printf("TAP version 13\n1..%u\n", count(&dpdk));
	return !!check_cases(&dpdk, 0);
}

static void measure_case(const struct way *way, const struct bench_case *one, u64 ns)
{
	struct bench_result result;

	if (!way->run(one, ns, &result))
		host_die(__FILE__, __LINE__, "a frame was lost or is not as sent");
	printf("%s %llu %llu %llu %s\n", name_of(one), (unsigned long long)result.frames,
	       (unsigned long long)result.switch_ps, (unsigned long long)result.guest_ps,
	       way->name);
	fflush(stdout);
}

/* Each case in one way, and in another one right after that, if there is another. */
static void measure(const struct way *way, const struct way *other, u64 ns, const char *wanted)
{
	struct bench_case one;

	for (unsigned int i = 0; bench_case(i, &one); i++) {
		if (!way->takes(&one) || strncmp(name_of(&one), wanted, strlen(wanted)))
			continue;
		measure_case(way, &one, ns);
		if (other)
			measure_case(other, &one, ns);
	}
}

static int measure_maps(int rounds)
{
	const struct bench_map *way;
	u64 map_ns, unmap_ns;

	for (; rounds > 0; rounds--) {
		for (unsigned int i = 0; (way = bench_map(i)); i++) {
			bench_map_run(way, &map_ns, &unmap_ns);
			printf("%llu %llu %s\n", (unsigned long long)map_ns,
			       (unsigned long long)unmap_ns, way->name);
			fflush(stdout);
		}
	}
	return 0;
}

static int explain(void)
{
	fprintf(stderr, "usage: microbench [--two | --dpdk] ROUNDS MS [CASE]\n"
			"       microbench --map ROUNDS | [--dpdk] --check\n");
	return 64;
}

/* The way that an option stands for, and the one it is compared with; false without such a one. */
static bool find_way(const char *option, const struct way **way, const struct way **other)
{
	*way = &alone;
	*other = NULL;
	if (!strcmp(option, "--two")) {
		*way = &two_threads;
		return true;
	}
	if (strcmp(option, "--dpdk"))
		return false;
	if (!&bench_dpdk)
		host_die(__FILE__, __LINE__, "DPDK's vhost library is not linked in");
	*way = &against_dpdk;
	*other = &dpdk;
	return true;
}

int main(int argc, char **argv)
{
	const struct way *way, *other;

	if (argc == 3 && !strcmp(argv[1], "--map"))
		return measure_maps(atoi(argv[2]));
	if (argc > 1 && find_way(argv[1], &way, &other)) {
		argv++;
		argc--;
	}
	if (argc == 2 && !strcmp(argv[1], "--check"))
		return other ? check_dpdk() : check();
	if (argc < 3 || argc > 4 || argv[1][0] == '-')
		return explain();
	bench_clock_init();
	for (int round = atoi(argv[1]); round > 0; round--)
		measure(way, other, atoi(argv[2]) * 1000000ULL, argc > 3 ? argv[3] : "");
	return 0;
}
