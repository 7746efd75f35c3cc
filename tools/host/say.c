// SPDX-License-Identifier: GPL-2.0
/* What tests say, by the means of the program that runs them. */
#include <kunit/test.h>

static void __printf(1, 2) say(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	host_say(fmt, args);
	va_end(args);
}

void kunit_info(struct kunit *test, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	host_say(fmt, args);
	va_end(args);
}

void host_kunit_fail(struct kunit *test, bool fatal, const char *file, int line,
		     const char *fmt, ...)
{
	va_list args;

	say("FAILED %s:%d:", file, line);
	va_start(args, fmt);
	host_say(fmt, args);
	va_end(args);
	host_failed(test, fatal);
}
