// SPDX-License-Identifier: GPL-2.0
#include <host/watch.h>

#undef memcpy

#define WATCHES	8

static struct {
	u8 *start;
	size_t len;
	bool *seen;
} watch[WATCHES];

static unsigned int watches, again;

void (*host_at_barrier)(enum host_order order);

void host_barrier(enum host_order order)
{
	if (host_at_barrier)
		host_at_barrier(order);
}

void host_watch(void *start, size_t len)
{
	host_check(watches < WATCHES, "too many watches");
	watch[watches].start = start;
	watch[watches].len = len;
	watch[watches].seen = calloc(len, sizeof(bool));
	host_check(watch[watches].seen, "out of memory");
	watches++;
}

unsigned int host_watch_reads(void)
{
	unsigned int found = 0;

	for (unsigned int w = 0; w < watches; w++)
		for (size_t i = 0; i < watch[w].len; i++)
			found += watch[w].seen[i];
	return found;
}

unsigned int host_unwatch(void)
{
	unsigned int found = again;

	while (watches)
		free(watch[--watches].seen);
	again = 0;
	return found;
}

void host_was_read(const void *addr, size_t len)
{
	for (unsigned int w = 0; w < watches; w++) {
		/* What lies before the start is far behind the end of an unsigned offset. */
		size_t first = (const u8 *)addr - watch[w].start;

		for (size_t i = first; i != first + len; i++) {
			if (i >= watch[w].len)
				continue;
			again += watch[w].seen[i];
			watch[w].seen[i] = true;
			watch[w].start[i] ^= 0xff;
		}
	}
}

void *host_memcpy(void *to, const void *from, size_t len)
{
	memcpy(to, from, len);
	if (watches)
		host_was_read(from, len);
	return to;
}
