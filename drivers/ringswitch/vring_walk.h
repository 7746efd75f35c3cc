/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one walker of descriptor chains. Inline, since both layouts of a ring are walked by it,
 * each by a copy of its own that knows at compile time what its descriptors look like. A chain
 * may go on in an indirect table: that is the end of this walk, and vring_table.c does the rest.
 */
#ifndef RINGSWITCH_VRING_WALK_H
#define RINGSWITCH_VRING_WALK_H

#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/minmax.h>

#include "mem_block.h"
#include "vring.h"
#include "vring_table.h"

/* Copy descriptor @i of the ring's own table, reading each field once. */
typedef void rsw_vring_read_fn(const struct rsw_vring *ring, u16 i, struct rsw_vring_desc *desc);

/*
 * The pieces do not fit. Behind those of other chains: they may do so in the next batch. In all
 * the room that a queue has: what is behind them does not count.
 */
static inline int rsw_vring_cut(struct rsw_chain *chain, unsigned int room)
{
	if (room < RSW_CHAIN_SEGS)
		return -ENOSPC;
	while (chain->nsegs < room)
		chain->len += chain->seg[chain->nsegs++].len;
	chain->oversize = true;
	return 0;
}

/* Add one descriptor to the chain, up to @want bytes in all. */
static __always_inline int rsw_vring_add(struct rsw_vring *ring, const struct rsw_vring_desc *desc,
					 unsigned long rights, u32 want, struct rsw_chain *chain,
					 unsigned int room)
{
	u32 len = desc->len;
	int n;

	if (len > want - chain->len) {
		chain->oversize = true;
		len = want - chain->len;
	}
	if (!len)
		return 0;
	n = rsw_mem_translate_near(ring->mem, &ring->cursor, desc->addr, len, rights,
				   chain->seg + chain->nsegs, room - chain->nsegs);
	if (unlikely(n < 0))
		return n == -ENOSPC ? rsw_vring_cut(chain, room) : n;
	chain->nsegs += n;
	chain->len += len;
	return 0;
}

/* Add a descriptor of whatever table; @rights may get less by it. */
static __always_inline int rsw_vring_add_kind(struct rsw_vring *ring,
					      const struct rsw_vring_desc *desc,
					      unsigned long *rights, u32 want,
					      struct rsw_chain *chain, unsigned int room)
{
	unsigned long kind = desc->flags & VRING_DESC_F_WRITE ? RSW_MEM_WO : RSW_MEM_RO;

	if (!(*rights & kind))
		return -EPROTO;
	if (kind == RSW_MEM_WO && *rights != RSW_MEM_WO) {
		/* 2.7.4.2: from here on there is nothing to read. */
		*rights = RSW_MEM_WO;
		chain->nread = chain->nsegs;
		chain->read_len = chain->len;
		chain->len = 0;
	}
	return rsw_vring_add(ring, desc, kind, want, chain, room);
}

/* Copy a descriptor of a chain out of the ring's own table. It is held, also on error. */
static __always_inline int rsw_vring_step(struct rsw_vring *ring, u16 i,
					  struct rsw_vring_desc *desc,
					  rsw_vring_read_fn *read_own)
{
	if (i >= ring->num)
		return -EPROTO;
	/* This ends every loop. */
	if (ring->held == ring->num)
		return -ELOOP;
	ring->held++;
	ring->walked++;
	read_own(ring, i, desc);
	return 0;
}

/**
 * rsw_vring_walk_on - translate a chain of several descriptors, or one that is wrong
 * @ring: the ring
 * @rights: as for rsw_vring_take()
 * @want: as for rsw_vring_take()
 * @chain: result, but for its id and number of descriptors
 * @room: entries of chain->seg
 * @i: its first descriptor
 * @desc: a copy of that
 * @read_own: how to read a descriptor of this ring
 * @packed: its layout
 *
 * Return: as rsw_vring_take().
 */
static __always_inline int rsw_vring_walk_on(struct rsw_vring *ring, unsigned long rights,
					     u32 want, struct rsw_chain *chain,
					     unsigned int room, u16 i,
					     struct rsw_vring_desc *desc,
					     rsw_vring_read_fn *read_own, const bool packed)
{
	int err;

	for (;;) {
		if (packed)
			chain->id = desc->link;
		if (desc->flags & VRING_DESC_F_INDIRECT)
			return rsw_vring_table_walk(ring, desc, rights, want, chain, room);
		err = rsw_vring_add_kind(ring, desc, &rights, want, chain, room);
		if (err || !(desc->flags & VRING_DESC_F_NEXT))
			return err;
		/* Where the descriptor says, or with its neighbour. */
		i = packed ? i + 1 : desc->link;
		if (packed && i == ring->num)
			i = 0;
		err = rsw_vring_step(ring, i, desc, read_own);
		if (err)
			return err;
	}
}

/* rsw_vring_walk_on() for one layout, out of line. */
typedef int rsw_vring_walk_fn(struct rsw_vring *ring, unsigned long rights, u32 want,
			      struct rsw_chain *chain, unsigned int room, u16 i,
			      struct rsw_vring_desc *desc);

/* Is this all of a chain, of the only kind that is asked for? */
static __always_inline bool rsw_vring_is_simple(const struct rsw_vring_desc *desc,
						unsigned long rights)
{
	u16 mask = VRING_DESC_F_NEXT | VRING_DESC_F_INDIRECT | VRING_DESC_F_WRITE;

	return (desc->flags & mask) == (rights & RSW_MEM_WO ? VRING_DESC_F_WRITE : 0) &&
	       rights != (RSW_MEM_RO | RSW_MEM_WO);
}

/**
 * rsw_vring_walk - translate a chain
 * @ring: the ring
 * @rights: as for rsw_vring_take()
 * @want: as for rsw_vring_take()
 * @chain: result; a split ring's caller knows its id
 * @room: entries of chain->seg
 * @i: its first descriptor
 * @read_own: how to read a descriptor of this ring
 * @walk_on: how to walk a chain that has more of them
 * @packed: its layout
 *
 * Most chains are one buffer, of the kind that was asked for: that is done in place.
 *
 * Return: as rsw_vring_take().
 */
static __always_inline int rsw_vring_walk(struct rsw_vring *ring, unsigned long rights, u32 want,
					  struct rsw_chain *chain, unsigned int room, u16 i,
					  rsw_vring_read_fn *read_own,
					  rsw_vring_walk_fn *walk_on, const bool packed)
{
	struct rsw_vring_desc desc;
	u16 held = ring->held;
	int err;

	err = rsw_vring_step(ring, i, &desc, read_own);
	if (err)
		goto out;
	chain->nsegs = 0;
	chain->nread = 0;
	chain->len = 0;
	chain->read_len = 0;
	chain->oversize = false;
	if (likely(rsw_vring_is_simple(&desc, rights))) {
		err = rsw_vring_add(ring, &desc, rights, want, chain, room);
		if (packed)
			chain->id = desc.link;
	} else {
		/* So that @desc itself need not be in memory. */
		struct rsw_vring_desc first = desc;

		err = walk_on(ring, rights, want, chain, room, i, &first);
	}
out:
	if (err)
		ring->held = held;
	else
		chain->ndesc = ring->held - held;
	return err;
}

#endif /* RINGSWITCH_VRING_WALK_H */
