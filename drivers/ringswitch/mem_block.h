/* SPDX-License-Identifier: GPL-2.0 */
/* What the table of guest memory is made of: for those who write it and those who read it. */
#ifndef RINGSWITCH_MEM_BLOCK_H
#define RINGSWITCH_MEM_BLOCK_H

#include "mem.h"

/*
 * One entry a page: its kernel address, page aligned, with rights in the low bits;
 * 0 when not mapped. Entries are written under mem->lock and read under a queue
 * lock, hence READ_ONCE() and WRITE_ONCE(); an entry is complete by itself. Nothing
 * else is in here, so that a block is one page and tables cost 0.2 % of guest memory.
 */
struct rsw_mem_block {
	unsigned long entry[RSW_MEM_BLOCK_PAGES];
};

#define RSW_MEM_RIGHTS	(RSW_MEM_RO | RSW_MEM_WO)

static inline unsigned int rsw_mem_entry_index(u64 iova)
{
	return (iova >> PAGE_SHIFT) % RSW_MEM_BLOCK_PAGES;
}

static inline void *rsw_mem_entry_addr(unsigned long entry)
{
	return (void *)(entry & PAGE_MASK);
}

#endif /* RINGSWITCH_MEM_BLOCK_H */
