/* SPDX-License-Identifier: GPL-2.0 */
/* The part of KUnit that the suites in kunit/ use, in userspace. Results go out as TAP. */
#ifndef HOST_KUNIT_TEST_H
#define HOST_KUNIT_TEST_H

#include <setjmp.h>
#include <stdarg.h>

#include <host/kernel.h>
#include <host/mm.h>
#include <host/sync.h>

struct host_managed;

/**
 * struct kunit - a running test
 * @priv: for the suite
 * @failed: an expectation was not met
 * @skipped: why nothing was tried, or NULL
 * @end: where an assertion goes that was not met
 * @managed: memory freed when the test ends
 */
struct kunit {
	void *priv;
	bool failed;
	const char *skipped;
	jmp_buf end;
	struct host_managed *managed;
};

struct kunit_case {
	void (*run_case)(struct kunit *test);
	const char *name;
};

struct kunit_suite {
	const char name[64];
	int (*init)(struct kunit *test);
	void (*exit)(struct kunit *test);
	struct kunit_case *test_cases;
	struct kunit_suite *next;
};

#define KUNIT_CASE(function)	{ .run_case = function, .name = #function }

void host_kunit_add(struct kunit_suite *suite);

#define kunit_test_suite(suite)						\
	static void __attribute__((constructor)) add_##suite(void)		\
	{									\
		host_kunit_add(&(suite));						\
	}									\
	struct kunit_suite

void *kunit_kzalloc(struct kunit *test, size_t size, gfp_t gfp);
#define kunit_kcalloc(test, n, size, gfp)	kunit_kzalloc(test, (n) * (size), gfp)
void __printf(2, 3) kunit_info(struct kunit *test, const char *fmt, ...);

/* Ends the test. */
#define kunit_skip(test, why)	do { (test)->skipped = (why); longjmp((test)->end, 1); } while (0)

/* Says where and what; @fatal ends the test. */
void __printf(5, 6) host_kunit_fail(struct kunit *test, bool fatal, const char *file, int line,
				    const char *fmt, ...);

/* The program's own: write a line, and do what a failure leads to. */
void __printf(1, 0) host_say(const char *fmt, va_list args);
void host_failed(struct kunit *test, bool fatal);

#define HOST_COMPARE(test, fatal, a, op, b, fmt, ...)				\
do {										\
	const __typeof__(a) __left = (a);					\
	const __typeof__(b) __right = (b);					\
										\
	if (!(__left op __right))						\
		host_kunit_fail(test, fatal, __FILE__, __LINE__,		\
				"%s " #op " %s: %lld, %lld" fmt, #a, #b,	\
				(long long)__left, (long long)__right, ##__VA_ARGS__); \
} while (0)

#define KUNIT_EXPECT_EQ(test, a, b)	HOST_COMPARE(test, false, a, ==, b, "")
#define KUNIT_EXPECT_NE(test, a, b)	HOST_COMPARE(test, false, a, !=, b, "")
#define KUNIT_EXPECT_LE(test, a, b)	HOST_COMPARE(test, false, a, <=, b, "")
#define KUNIT_EXPECT_GT(test, a, b)	HOST_COMPARE(test, false, a, >, b, "")
#define KUNIT_EXPECT_PTR_EQ(test, a, b)	HOST_COMPARE(test, false, (void *)(a), ==, (void *)(b), "")
#define KUNIT_EXPECT_NULL(test, a)	KUNIT_EXPECT_PTR_EQ(test, a, NULL)
#define KUNIT_EXPECT_TRUE(test, a)	HOST_COMPARE(test, false, !!(a), ==, true, "")
#define KUNIT_EXPECT_FALSE(test, a)	HOST_COMPARE(test, false, !!(a), ==, false, "")
#define KUNIT_EXPECT_EQ_MSG(test, a, b, fmt, ...) \
	HOST_COMPARE(test, false, a, ==, b, " " fmt, ##__VA_ARGS__)

#define KUNIT_ASSERT_EQ(test, a, b)	HOST_COMPARE(test, true, a, ==, b, "")
#define KUNIT_ASSERT_NE(test, a, b)	HOST_COMPARE(test, true, a, !=, b, "")
#define KUNIT_ASSERT_LE(test, a, b)	HOST_COMPARE(test, true, a, <=, b, "")
#define KUNIT_ASSERT_GT(test, a, b)	HOST_COMPARE(test, true, a, >, b, "")
#define KUNIT_ASSERT_PTR_EQ(test, a, b)	HOST_COMPARE(test, true, (void *)(a), ==, (void *)(b), "")
#define KUNIT_ASSERT_NULL(test, a)	KUNIT_ASSERT_PTR_EQ(test, a, NULL)
#define KUNIT_ASSERT_NOT_NULL(test, a)	HOST_COMPARE(test, true, (void *)(a), !=, NULL, "")
#define KUNIT_ASSERT_TRUE(test, a)	HOST_COMPARE(test, true, !!(a), ==, true, "")
#define KUNIT_ASSERT_FALSE(test, a)	HOST_COMPARE(test, true, !!(a), ==, false, "")
#define KUNIT_ASSERT_EQ_MSG(test, a, b, fmt, ...) \
	HOST_COMPARE(test, true, a, ==, b, " " fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_MEMEQ(test, a, b, len) \
	HOST_COMPARE(test, true, memcmp(a, b, len), ==, 0, "")
#define KUNIT_EXPECT_MEMEQ(test, a, b, len) \
	HOST_COMPARE(test, false, memcmp(a, b, len), ==, 0, "")

#endif /* HOST_KUNIT_TEST_H */
