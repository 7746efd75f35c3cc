/* SPDX-License-Identifier: GPL-2.0 */
/* What the table of guest memory is made of: for those who write it and those who read it. */
#ifndef RINGSWITCH_MEM_BLOCK_H
#define RINGSWITCH_MEM_BLOCK_H

#include <linux/bits.h>
#include <linux/io.h>
#include <linux/mm.h>

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
#define RSW_MEM_BLOCK	BIT_ULL(RSW_MEM_BLOCK_SHIFT)

/*
 * A block that is all in one folio has no table: what the xarray holds of it is a value,
 * its page frame number and rights.
 */
static inline void *rsw_mem_whole(unsigned long pfn, unsigned long rights)
{
	return xa_mk_value(pfn << 2 | rights);
}

/* The entry of its first page. */
static inline unsigned long rsw_mem_whole_entry(const void *whole)
{
	unsigned long value = xa_to_value(whole);

	return (unsigned long)phys_to_virt(PFN_PHYS(value >> 2)) | (value & RSW_MEM_RIGHTS);
}

static inline unsigned int rsw_mem_entry_index(u64 iova)
{
	return (iova >> PAGE_SHIFT) % RSW_MEM_BLOCK_PAGES;
}

static inline void *rsw_mem_entry_addr(unsigned long entry)
{
	return (void *)(entry & PAGE_MASK);
}

/*
 * rsw_mem_translate() for chains, in place for what is most frequent: a buffer near the last
 * one and in one page, or in one folio.
 */
static inline int rsw_mem_translate_near(struct rsw_mem *mem, struct rsw_mem_cursor *cursor,
					 u64 iova, u32 len, unsigned long rights,
					 struct rsw_seg *seg, unsigned int room)
{
	u64 offset = iova - cursor->iova;
	unsigned long entry = cursor->whole;

	if (unlikely(offset >= cursor->size || !room))
		goto far;
	if (likely(entry)) {
		if (len > RSW_MEM_BLOCK - offset)
			goto far;
	} else {
		if (len > PAGE_SIZE - offset_in_page(offset))
			goto far;
		entry = READ_ONCE(cursor->table[offset >> PAGE_SHIFT]);
		offset = offset_in_page(offset);
	}
	if ((entry & rights) != rights)
		return -EFAULT;
	*seg = (struct rsw_seg){ .addr = rsw_mem_entry_addr(entry) + offset, .len = len };
	return 1;
far:
	return rsw_mem_translate(mem, cursor, iova, len, rights, seg, room);
}

#endif /* RINGSWITCH_MEM_BLOCK_H */
