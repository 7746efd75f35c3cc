/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_MEM_H
#define RINGSWITCH_MEM_H

#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/xarray.h>

#include "batch.h"

struct device;
struct page;

/* Access rights of a mapped page, as seen by the device. */
#define RSW_MEM_RO	1UL	/* device may read */
#define RSW_MEM_WO	2UL	/* device may write */

#define RSW_MEM_BLOCK_PAGES	512
#define RSW_MEM_BLOCK_SHIFT	(PAGE_SHIFT + 9)

/**
 * struct rsw_mem - what a guest port may touch
 * @blocks: 2 MiB blocks of IO virtual address space, by iova >> 21
 * @lock: serializes map and unmap
 * @fence: returns when no reader holds a translation made before the call
 * @identity: IOVA is the bus address of @dma_dev (in-kernel driver); else only
 *	what was mapped exists
 * @dma_dev: device that the in-kernel driver maps for
 *
 * DOC: Guest memory
 *
 * Nothing is mapped at the start. Each mapped page is an entry (kernel address
 * and rights) in a table per 2 MiB block, and holds a page reference of its own; a block
 * that is all in one folio is one entry, and holds one reference:
 * vhost-vdpa unpins pages before it tells its parent, so borrowed pins would leave
 * a window in which the switch writes to freed memory.
 *
 * Readers are the queues of the port. A reader holds its queue's lock from
 * translation to the last access, so "unpublish, then pass through every queue
 * lock" (rsw_guest_fence()) waits for all of them, in microseconds and without a
 * grace period. Only then are page references dropped. The tables themselves are
 * freed by RCU, since a reader may still look into an empty one.
 */
struct rsw_mem {
	struct xarray blocks;
	struct mutex lock;
	void (*fence)(struct rsw_mem *mem);
	bool identity;
	struct device *dma_dev;
};

/**
 * struct rsw_mem_cursor - remembers the last block for the next translation
 * @iova: its first address
 * @size: its bytes; 0: none is remembered
 * @whole: if it is all in one folio, what would be the entry of its first page; else 0
 * @table: else its entries
 *
 * Valid within one RCU read section, and as long as the reader holds its queue's lock; start
 * each run with a cleared one.
 */
struct rsw_mem_cursor {
	u64 iova;
	unsigned long size;
	unsigned long whole;
	const unsigned long *table;
};

static inline void rsw_mem_cursor_clear(struct rsw_mem_cursor *cursor)
{
	cursor->size = 0;
}

/**
 * struct rsw_mem_area - a part of guest memory seen contiguously (a ring)
 * @addr: kernel address of its first byte
 * @iova: its address in the guest
 * @size: bytes
 * @vmapped: start of a kernel mapping to undo, NULL when the pages are contiguous
 */
struct rsw_mem_area {
	void *addr;
	u64 iova;
	u64 size;
	void *vmapped;
};

void rsw_mem_init(struct rsw_mem *mem, void (*fence)(struct rsw_mem *mem));
int rsw_mem_map(struct rsw_mem *mem, u64 iova, u64 size, u64 pa, unsigned long rights);
void rsw_mem_unmap(struct rsw_mem *mem, u64 iova, u64 size);
void rsw_mem_unmap_all(struct rsw_mem *mem);

int rsw_mem_translate(struct rsw_mem *mem, struct rsw_mem_cursor *cursor, u64 iova, u32 len,
		      unsigned long rights, struct rsw_seg *seg, unsigned int room);

int rsw_mem_area_get(struct rsw_mem *mem, u64 iova, u64 size, unsigned long rights,
		     struct rsw_mem_area *area);
void rsw_mem_area_put(struct rsw_mem_area *area);

static inline bool rsw_mem_area_overlaps(const struct rsw_mem_area *area, u64 first, u64 last)
{
	return area->addr && first <= area->iova + (area->size - 1) && area->iova <= last;
}

#endif /* RINGSWITCH_MEM_H */
