/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Included before each source: rings and tables no longer than can be looked at in all cases,
 * and model.c in the place of guest memory.
 */
#include "mem_block.h"
#include "vring_state.h"

#undef RSW_CHAIN_DESCS
#define RSW_CHAIN_DESCS	TABLE
#undef RSW_CHAIN_SEGS
#define RSW_CHAIN_SEGS	(2 * TABLE + 34)

#ifndef TRANSLATE
int model_translate(u64 iova, u32 len, unsigned long rights, struct rsw_seg *seg,
		    unsigned int room);
int model_translate_entry(u64 iova, u32 len, unsigned long rights, struct rsw_seg *seg,
			  unsigned int room);
/* Buffers of chains, and entries of their tables. */
#define rsw_mem_translate_near(mem, cursor, iova, len, rights, seg, room) \
	model_translate(iova, len, rights, seg, room)
#define rsw_mem_translate(mem, cursor, iova, len, rights, seg, room) \
	model_translate_entry(iova, len, rights, seg, room)
#endif
