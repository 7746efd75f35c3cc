/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Included before each source: rings and tables no longer than can be looked at in all cases,
 * and model.c in the place of mem.c. Only vring_table.c has pieces of its own, in an array.
 */
#include "vring.h"

#undef RSW_VRING_NUM_MAX
#define RSW_VRING_NUM_MAX	TABLE

#ifndef TRANSLATE
int model_translate(u64 iova, u32 len, unsigned long rights, struct rsw_seg *seg,
		    unsigned int room);
int model_translate_entry(u64 iova, u32 len, unsigned long rights, struct rsw_seg *seg,
			  unsigned int room);
#define rsw_mem_translate(mem, cursor, iova, len, rights, seg, room)		\
	(sizeof(seg) == sizeof(struct rsw_seg *) ?				\
	 model_translate(iova, len, rights, seg, room) :			\
	 model_translate_entry(iova, len, rights, seg, room))
#endif
