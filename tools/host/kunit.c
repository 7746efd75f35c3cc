// SPDX-License-Identifier: GPL-2.0
/*
 * Runs the suites and writes TAP. With arguments: the tests whose "suite.case" contains
 * one of them, in the order of the arguments. With MUTANT in the environment it ends at the first
 * that fails.
 */
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include <kunit/test.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#else
static inline void __sanitizer_set_death_callback(void (*callback)(void))
{
}

static inline void __sanitizer_print_stack_trace(void)
{
}
#endif

struct host_managed {
	struct host_managed *next;
	u8 data[] __aligned(64);
};

static struct kunit_suite *suites;
static char running[192];
static unsigned int number;

void host_kunit_add(struct kunit_suite *suite)
{
	suite->next = suites;
	suites = suite;
}

void *kunit_kzalloc(struct kunit *test, size_t size, gfp_t gfp)
{
	struct host_managed *managed = kzalloc(sizeof(*managed) + size, gfp);

	if (!managed)
		return NULL;
	managed->next = test->managed;
	test->managed = managed;
	return managed->data;
}

void host_say(const char *fmt, va_list args)
{
	fputs("# ", stdout);
	vprintf(fmt, args);
	putchar('\n');
}

void host_failed(struct kunit *test, bool fatal)
{
	test->failed = true;
	if (fatal)
		longjmp(test->end, 1);
}

static void result(bool passed, const char *skipped)
{
	printf("%sok %u host %s%s%s\n", passed ? "" : "not ", ++number, running,
	       passed && skipped ? " # SKIP " : "", passed && skipped ? skipped : "");
	fflush(stdout);
}

void host_die(const char *file, int line, const char *what)
{
	printf("# %s:%d: %s\n", file, line, what);
	fflush(stdout);
	__sanitizer_print_stack_trace();
	result(false, NULL);
	_exit(1);
}

/* Called by ASan at the end of its report. */
static void died(void)
{
	if (*running)
		result(false, NULL);
	*running = 0;
}

/* Called by UBSan, which has a hook only at the start of its report. */
void __ubsan_on_report(void);
void __ubsan_on_report(void)
{
	died();
}

u64 get_random_u64(void)
{
	const char *seed = getenv("SEED");
	struct timespec now;

	if (seed)
		return strtoull(seed, NULL, 0);
	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

/*
 * Which functions a test enters: called by each when compiled with -finstrument-functions, also
 * by those that are inlined. With REACHED in the environment a test says so in a line, of
 * addresses as seen from main(), for tools/lib/hostbench.py.
 */
#define PLACES	8192

static void *reached[PLACES];
static bool want_reached;
static clock_t begun;	/* in millionths of a second, as POSIX has it */
int main(int argc, char **argv);
void __cyg_profile_func_enter(void *function, void *caller);
void __cyg_profile_func_exit(void *function, void *caller);

__attribute__((no_instrument_function))
void __cyg_profile_func_enter(void *function, void *caller)
{
	size_t place = (uintptr_t)function / 16;

	if (!want_reached)
		return;
	for (int i = 0; i < PLACES; i++, place++) {
		if (!reached[place % PLACES])
			reached[place % PLACES] = function;
		if (reached[place % PLACES] == function)
			return;
	}
	host_die(__FILE__, __LINE__, "too many functions");
}

__attribute__((no_instrument_function))
void __cyg_profile_func_exit(void *function, void *caller)
{
}

/* Which one is on of those that tools/mutants has made in a source. */
extern int host_mutant;
int host_mutant;

static void say_reached(void)
{
	if (!want_reached)
		return;
	printf("# reached %ld", (long)(clock() - begun));
	for (int i = 0; i < PLACES; i++) {
		if (reached[i])
			printf(" %td", (char *)reached[i] - (char *)main);
		reached[i] = NULL;
	}
	putchar('\n');
}

static void run_body(struct kunit *test, struct kunit_suite *suite, struct kunit_case *one)
{
	if (setjmp(test->end))
		return;
	if (suite->init && suite->init(test)) {
		host_kunit_fail(test, true, __FILE__, __LINE__, "init of the suite failed");
		return;
	}
	one->run_case(test);
}

static void run_exit(struct kunit *test, struct kunit_suite *suite)
{
	if (suite->exit && !setjmp(test->end))
		suite->exit(test);
	while (test->managed) {
		struct host_managed *managed = test->managed;

		test->managed = managed->next;
		kfree(managed);
	}
}

/* Returns whether it passed. */
static bool run_one(struct kunit_suite *suite, struct kunit_case *one)
{
	struct kunit test = {};

	host_context = (struct host_context){};
	host_memory = (struct host_memory){};
	host_fail_in = 0;
	host_at_barrier = NULL;
	begun = clock();
	run_body(&test, suite, one);
	run_exit(&test, suite);
	say_reached();
	if (!test.failed) {
		KUNIT_EXPECT_FALSE(&test, host_atomic());
		KUNIT_EXPECT_EQ(&test, host_memory.objects, 0);
		KUNIT_EXPECT_EQ(&test, host_memory.pages, 0);
		KUNIT_EXPECT_EQ(&test, host_memory.maps, 0);
	}
	result(!test.failed, test.skipped);
	return !test.failed;
}

/* Run all tests whose name contains a word, or only count them. */
static unsigned int run_all(const char *part, bool only_count)
{
	unsigned int count = 0;

	for (struct kunit_suite *suite = suites; suite; suite = suite->next) {
		for (struct kunit_case *one = suite->test_cases; one->run_case; one++) {
			snprintf(running, sizeof(running), "%s.%s", suite->name, one->name);
			if (!strstr(running, part))
				continue;
			count += only_count || !run_one(suite, one);
			if (host_mutant && count && !only_count)
				return count;
		}
	}
	*running = 0;
	return count;
}

int main(int argc, char **argv)
{
	unsigned int planned = 0, failed = 0;
	char any[1] = "", *all[2] = { any };
	char **word;

	if (argc < 2)
		argv = all;
	else
		argv++;
	want_reached = getenv("REACHED");
	if (getenv("MUTANT"))
		host_mutant = atoi(getenv("MUTANT"));
	__sanitizer_set_death_callback(died);
	for (word = argv; *word; word++)
		planned += run_all(*word, true);
	printf("TAP version 13\n1..%u\n", planned);
	for (word = argv; *word && !(host_mutant && failed); word++)
		failed += run_all(*word, false);
	return failed || !planned;
}
