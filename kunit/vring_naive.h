/* SPDX-License-Identifier: GPL-2.0 */
/* What a descriptor chain is, written as simply as possible: the reference for vring_walk.h. */
#ifndef KUNIT_VRING_NAIVE_H
#define KUNIT_VRING_NAIVE_H

#include "mock_guest.h"

/* Buffers that the longest chain has: a ring's own and those of an indirect table. */
#define NAIVE_BUFS(num)	(2 * (num) + RSW_CHAIN_DESCS)

/**
 * struct naive_chain - a chain as the tables say
 * @id: what the driver knows it by
 * @ndesc: descriptors of the ring's own
 * @n: its buffers
 * @nread: of these, how many are for reading, the first ones
 * @buf: room for NAIVE_BUFS() of them
 */
struct naive_chain {
	u16 id;
	u16 ndesc;
	u16 n;
	u16 nread;
	struct mock_buf *buf;
};

/* The chain that starts with descriptor @head of the ring. False: it is illegal. */
bool naive_walk(const struct mock_guest *guest, u16 head, unsigned long rights,
		struct naive_chain *chain);

/* Are the first @want bytes of these buffers guest memory with these rights? */
bool naive_mapped(const struct mock_guest *guest, const struct mock_buf *buf, u16 n, u32 want,
		  unsigned long rights);

/* Is @chain exactly the first @want bytes of these buffers? */
bool naive_same(const struct mock_guest *guest, const struct mock_buf *buf, u16 n, u32 want,
		const struct rsw_chain *chain);

#endif /* KUNIT_VRING_NAIVE_H */
