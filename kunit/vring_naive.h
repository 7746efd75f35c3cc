/* SPDX-License-Identifier: GPL-2.0 */
/* What a descriptor chain is, written as simply as possible: the reference for vring_split.c. */
#ifndef KUNIT_VRING_NAIVE_H
#define KUNIT_VRING_NAIVE_H

#include "mock_guest.h"

/* Buffers that the longest chain has: a ring's own and those of an indirect table. */
#define NAIVE_BUFS(num)	((num) + RSW_VRING_NUM_MAX)

/* Buffers of a chain as the tables say; @buf has room for NAIVE_BUFS(). -1: illegal. */
int naive_walk(const struct mock_guest *guest, u16 head, bool write, struct mock_buf *buf);

/* Are the first @want bytes of these buffers guest memory? */
bool naive_mapped(const struct mock_guest *guest, const struct mock_buf *buf, u16 n, u32 want);

/* Is @chain exactly the first @want bytes of these buffers? */
bool naive_same(const struct mock_guest *guest, const struct mock_buf *buf, u16 n, u32 want,
		const struct rsw_chain *chain);

#endif /* KUNIT_VRING_NAIVE_H */
