/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one walker of descriptor chains. Inline, since both layouts of a ring are walked by it,
 * each by a copy of its own that knows at compile time what its descriptors look like.
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

static __always_inline int rsw_vring_read(struct rsw_vring *ring, struct rsw_vring_table *table,
					  u16 i, struct rsw_vring_desc *desc,
					  rsw_vring_read_fn *read_own)
{
	if (i >= table->num)
		return -EPROTO;
	/* This ends every loop. */
	if (!table->left)
		return -ELOOP;
	table->left--;
	ring->walked++;
	if (!table->own)
		return rsw_vring_table_read(ring, table, i, desc);
	ring->held++;
	read_own(ring, i, desc);
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
	if (n < 0)
		return n;
	chain->nsegs += n;
	chain->len += len;
	return 0;
}

/* The chain goes on at @i: where a descriptor says, or with its neighbour (packed). */
static __always_inline bool rsw_vring_next(const struct rsw_vring *ring,
					   const struct rsw_vring_table *table,
					   const struct rsw_vring_desc *desc, u16 *i,
					   const bool packed)
{
	if (!packed) {
		*i = desc->link;
		return desc->flags & VRING_DESC_F_NEXT;
	}
	++*i;
	/* 2.8.7: an indirect table is one chain from start to end. */
	if (!table->own)
		return *i < table->num;
	if (*i == ring->num)
		*i = 0;
	return desc->flags & VRING_DESC_F_NEXT;
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
 * @packed: its layout
 *
 * Return: as rsw_vring_take().
 */
static __always_inline int rsw_vring_walk(struct rsw_vring *ring, unsigned long rights, u32 want,
					  struct rsw_chain *chain, unsigned int room, u16 i,
					  rsw_vring_read_fn *read_own, const bool packed)
{
	struct rsw_vring_table table = {
		.own = true, .num = ring->num, .left = ring->num - ring->held
	};

	chain->nsegs = 0;
	chain->nread = 0;
	chain->len = 0;
	chain->read_len = 0;
	chain->oversize = false;
	for (;;) {
		struct rsw_vring_desc desc;
		int err = rsw_vring_read(ring, &table, i, &desc, read_own);
		unsigned long kind;

		if (err)
			return err;
		if (packed && table.own)
			chain->id = desc.link;
		if (desc.flags & VRING_DESC_F_INDIRECT) {
			/* Its kind is not looked at. */
			err = rsw_vring_table_enter(ring, &table, &desc);
			if (err)
				return err;
			i = 0;
			continue;
		}
		kind = desc.flags & VRING_DESC_F_WRITE ? RSW_MEM_WO : RSW_MEM_RO;
		if (!(rights & kind))
			return -EPROTO;
		if (kind == RSW_MEM_WO && rights != RSW_MEM_WO) {
			/* 2.7.4.2: from here on there is nothing to read. */
			rights = RSW_MEM_WO;
			chain->nread = chain->nsegs;
			chain->read_len = chain->len;
			chain->len = 0;
		}
		err = rsw_vring_add(ring, &desc, kind, want, chain, room);
		if (err || !rsw_vring_next(ring, &table, &desc, &i, packed))
			return err;
	}
}

#endif /* RINGSWITCH_VRING_WALK_H */
