/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A model of a ring for CBMC: the module's own sources, any state that a ring can have, any
 * guest. What holds before a call of vring.h holds after it, so it holds for ever.
 */
#ifndef MODEL_H
#define MODEL_H

#include "vring.h"

#define model_check(condition, what)	__CPROVER_assert(condition, what)
#define model_assume(condition)		__CPROVER_assume(condition)

/* Must be found false: a model that never comes here proves nothing. */
#define model_reached(what)		__CPROVER_assert(false, "reached: " what)

/* What is not initialized has any value. */
#define any(type)	({ type __any; __any; })
#define any_bool()	(!!any(int))

/**
 * struct model - what is watched besides the ring
 * @seg: where the caller of rsw_vring_take() wants pieces
 * @room: how many
 * @rights: that it named
 * @want: bytes that it wanted
 * @chain: where it wants the result
 * @descriptors: fields read out of the ring's own table
 * @entries: read out of an indirect table
 * @copied: bytes of the last of them
 * @nsegs: pieces translated for the caller
 * @bytes: of them
 * @writes: some of them are to be written
 * @value: read last
 * @written: where was written last
 * @said: what was written there
 */
struct model {
	struct rsw_vring ring;
	struct rsw_seg *seg;
	unsigned int room;
	unsigned long rights;
	u32 want;
	struct rsw_chain *chain;
	unsigned int descriptors;
	unsigned int entries;
	unsigned int copied;
	unsigned int nsegs;
	u64 bytes;
	bool writes;
	u64 value;
	void *written;
	u64 said;
};

extern struct model model;

/* Less than a queue has: what does not fit into all of that is cut, which KUnit looks at. */
#define MODEL_ROOM	(RSW_CHAIN_SEGS - 1)

/* The number of pieces that rsw_mem_translate() can return, besides errors. */
static inline unsigned int model_pieces(u64 iova, u32 len)
{
	return ((offset_in_page(iova) + len - 1) >> PAGE_SHIFT) + 1;
}

/*
 * Before a descriptor is read: what holds of the chain up to here is checked, and the chain
 * becomes any of which that holds. So the next step does not depend on how it came about, and
 * neither does the time it takes to look at it.
 */
void model_cut(void);

#endif /* MODEL_H */
