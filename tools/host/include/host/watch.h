/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A guest that changes its memory the moment it has been read. While memory is watched, each
 * READ_ONCE() and memcpy() from it leaves other bytes behind; so a decision that reads
 * anything twice, by whatever means, comes out different. Second reads by these two are
 * counted as well.
 */
#ifndef HOST_WATCH_H
#define HOST_WATCH_H

#include <host/kernel.h>

void host_watch(void *start, size_t len);

/* How many watched bytes were read so far. */
unsigned int host_watch_reads(void);

/* Ends watching all; returns how many times a byte was read again. */
unsigned int host_unwatch(void);

#endif /* HOST_WATCH_H */
