// SPDX-License-Identifier: GPL-2.0
/* Guest memory, looked up: IO virtual address to kernel address, with rights. */
#include <linux/dma-direct.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "mem_block.h"

static unsigned long identity_entry(struct rsw_mem *mem, u64 iova)
{
	phys_addr_t pa = dma_to_phys(mem->dma_dev, iova & PAGE_MASK);

	if (!pfn_valid(PHYS_PFN(pa)))
		return 0;
	return (unsigned long)phys_to_virt(pa) | RSW_MEM_RIGHTS;
}

/* Remember the block that an address is in; false if there is none. */
static bool enter_block(struct rsw_mem *mem, struct rsw_mem_cursor *cursor, u64 iova)
{
	const struct rsw_mem_block *block = xa_load(&mem->blocks, iova >> RSW_MEM_BLOCK_SHIFT);

	*cursor = (struct rsw_mem_cursor){ .iova = iova & ~(RSW_MEM_BLOCK - 1) };
	if (!block)
		return false;
	cursor->size = RSW_MEM_BLOCK;
	if (xa_is_value(block))
		cursor->whole = rsw_mem_whole_entry(block);
	else
		cursor->table = block->entry;
	return true;
}

/* The entry of an address; as many bytes are contiguous from there as @room says. */
static unsigned long lookup(struct rsw_mem *mem, struct rsw_mem_cursor *cursor, u64 iova,
			    u32 *room)
{
	u64 offset;

	*room = PAGE_SIZE - offset_in_page(iova);
	if (mem->identity)
		return identity_entry(mem, iova);
	if (iova - cursor->iova >= cursor->size && !enter_block(mem, cursor, iova))
		return 0;
	offset = iova - cursor->iova;
	if (cursor->whole) {
		*room = RSW_MEM_BLOCK - offset;
		return cursor->whole + (offset & PAGE_MASK);
	}
	return READ_ONCE(cursor->table[offset >> PAGE_SHIFT]);
}

/**
 * rsw_mem_translate - find the kernel addresses of a guest buffer
 * @mem: the port's memory
 * @cursor: last block used by this reader
 * @iova: first address of the buffer
 * @len: its bytes, at least 1
 * @rights: rights that every byte must have
 * @seg: where to put the pieces
 * @room: how many fit
 *
 * Pieces are merged where pages are contiguous. The whole range is checked.
 *
 * Context: RCU read section; the reader's queue lock is held and stays so until the
 * last access.
 * Return: number of pieces; -EFAULT (not mapped, or without the rights),
 * -ENOSPC (@room is too small).
 */
int rsw_mem_translate(struct rsw_mem *mem, struct rsw_mem_cursor *cursor, u64 iova, u32 len,
		      unsigned long rights, struct rsw_seg *seg, unsigned int room)
{
	unsigned int n = 0;
	u64 last;

	if (check_add_overflow(iova, (u64)len - 1, &last))
		return -EFAULT;
	while (len) {
		u32 part;
		unsigned long entry = lookup(mem, cursor, iova, &part);
		void *addr = rsw_mem_entry_addr(entry) + offset_in_page(iova);

		part = min(part, len);
		if ((entry & rights) != rights)
			return -EFAULT;
		if (n && seg[n - 1].addr + seg[n - 1].len == addr) {
			seg[n - 1].len += part;
		} else {
			if (n == room)
				return -ENOSPC;
			seg[n++] = (struct rsw_seg){ .addr = addr, .len = part };
		}
		iova += part;
		len -= part;
	}
	return n;
}

static void *vmap_range(struct rsw_mem *mem, u64 iova, unsigned int npages)
{
	struct rsw_mem_cursor cursor = {};
	struct page **pages;
	void *addr;
	u32 room;

	pages = kvmalloc_array(npages, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return NULL;
	for (unsigned int i = 0; i < npages; i++) {
		unsigned long entry = lookup(mem, &cursor, iova + i * PAGE_SIZE, &room);

		pages[i] = virt_to_page(rsw_mem_entry_addr(entry));
	}
	addr = vmap(pages, npages, VM_MAP, PAGE_KERNEL);
	kvfree(pages);
	return addr;
}

/**
 * rsw_mem_area_get - make a part of guest memory contiguous for the kernel
 * @mem: the port's memory
 * @iova: first address
 * @size: bytes, at least 1
 * @rights: rights that every byte must have
 * @area: result; give it back with rsw_mem_area_put() before any of its pages is
 *	unmapped
 *
 * Context: may sleep; mem->lock is held.
 * Return: 0, -EFAULT (not mapped), -ENOMEM.
 */
int rsw_mem_area_get(struct rsw_mem *mem, u64 iova, u64 size, unsigned long rights,
		     struct rsw_mem_area *area)
{
	unsigned int npages = DIV_ROUND_UP_ULL(offset_in_page(iova) + size, PAGE_SIZE);
	u64 first = iova & PAGE_MASK;
	struct rsw_mem_cursor cursor = {};
	struct rsw_seg seg = {};
	u32 room;
	int n;

	lockdep_assert_held(&mem->lock);
	n = rsw_mem_translate(mem, &cursor, iova, size, rights, &seg, 1);
	if (n < 0 && n != -ENOSPC)
		return n;
	*area = (struct rsw_mem_area){ .addr = seg.addr, .iova = iova, .size = size };
	if (n == 1)
		return 0;

	/* -ENOSPC says that a gap in kernel addresses comes first, not that all is mapped. */
	for (unsigned int i = 0; i < npages; i++)
		if ((lookup(mem, &cursor, first + i * PAGE_SIZE, &room) & rights) != rights) {
			area->addr = NULL;
			return -EFAULT;
		}
	area->vmapped = vmap_range(mem, first, npages);
	area->addr = area->vmapped ? area->vmapped + offset_in_page(iova) : NULL;
	return area->addr ? 0 : -ENOMEM;
}

void rsw_mem_area_put(struct rsw_mem_area *area)
{
	if (area->vmapped)
		vunmap(area->vmapped);
	*area = (struct rsw_mem_area){};
}
