// SPDX-License-Identifier: GPL-2.0
/*
 * How long the path takes for a frame: guest to guest, and each half of that alone.
 *
 *	microbench ROUNDS MS [CASE]	each case for so many milliseconds, all so many times
 *	microbench --two ROUNDS MS	the guests and the switch on a CPU each
 *	microbench --map ROUNDS		4 GiB of guest memory: nanoseconds to map and to unmap it
 *	microbench --check		some frames of each case, all their bytes compared, and
 *					with two threads where there are two CPUs; TAP
 *
 * A line is a case (layout, bytes, frames at a time, part, descriptors, buffers), how many
 * frames it was, and picoseconds a frame of switch and guests. CASE: a line's start.
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

static unsigned int count(bool two)
{
	struct bench_case one;
	unsigned int n = 0;

	for (unsigned int i = 0; bench_case(i, &one); i++)
		n += !two || bench_for_two(&one);
	return n;
}

/* Numbers its lines from @number + 1 on; returns how many failed. */
static unsigned int check_cases(bool two, unsigned int number)
{
	struct bench_case one;
	unsigned int failed = 0;

	for (unsigned int i = 0; bench_case(i, &one); i++) {
		struct bench_result result;
		bool right;

		if (two && !bench_for_two(&one))
			continue;
		one.shape.check = true;
		right = two ? bench_run_two(&one, 0, &result) : bench_run(&one, 0, &result);
		failed += !right;
		printf("%sok %u microbench %s%s\n", right ? "" : "not ", ++number, name_of(&one),
		       two ? " two threads" : "");
		fflush(stdout);
	}
	return failed;
}

static int check(void)
{
	bool two = bench_cpus() > 1;
	unsigned int alone = count(false), failed;

	printf("TAP version 13\n1..%u\n", alone + (two ? count(true) : 1));
	failed = check_cases(false, 0);
	if (two)
		failed += check_cases(true, alone);
	else
		printf("ok %u microbench two threads # SKIP one CPU\n", alone + 1);
	return !!failed;
}

static void measure(bool two, u64 ns, const char *wanted)
{
	struct bench_result result;
	struct bench_case one;

	for (unsigned int i = 0; bench_case(i, &one); i++) {
		if (strncmp(name_of(&one), wanted, strlen(wanted)))
			continue;
		if (two && !bench_for_two(&one))
			continue;
		if (!(two ? bench_run_two(&one, ns, &result) : bench_run(&one, ns, &result)))
			host_die(__FILE__, __LINE__, "a frame was lost or is not as sent");
		printf("%s %llu %llu %llu\n", name_of(&one), (unsigned long long)result.frames,
		       (unsigned long long)result.switch_ps, (unsigned long long)result.guest_ps);
		fflush(stdout);
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

int main(int argc, char **argv)
{
	bool two = argc > 1 && !strcmp(argv[1], "--two");
	char **arg = argv + 1 + two;
	int args = argc - 1 - two;

	if (argc == 2 && !strcmp(argv[1], "--check"))
		return check();
	if (argc == 3 && !strcmp(argv[1], "--map"))
		return measure_maps(atoi(argv[2]));
	if (args < 2 || args > 3) {
		fprintf(stderr,
			"usage: microbench [--two] ROUNDS MS [CASE] | --map ROUNDS | --check\n");
		return 64;
	}
	bench_clock_init();
	for (int round = atoi(arg[0]); round > 0; round--)
		measure(two, atoi(arg[1]) * 1000000ULL, args > 2 ? arg[2] : "");
	return 0;
}
