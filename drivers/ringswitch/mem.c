// SPDX-License-Identifier: GPL-2.0
/* Guest memory: IO virtual address to kernel address, with rights and page references. */
#include <linux/dma-direct.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

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

#define ENTRY_RIGHTS	(RSW_MEM_RO | RSW_MEM_WO)

static unsigned int entry_index(u64 iova)
{
	return (iova >> PAGE_SHIFT) % RSW_MEM_BLOCK_PAGES;
}

static void *entry_addr(unsigned long entry)
{
	return (void *)(entry & PAGE_MASK);
}

void rsw_mem_init(struct rsw_mem *mem, void (*fence)(struct rsw_mem *mem))
{
	mem->fence = fence;
	xa_init(&mem->blocks);
	mutex_init(&mem->lock);
}

static struct rsw_mem_block *block_get(struct rsw_mem *mem, u64 iova)
{
	unsigned long index = iova >> RSW_MEM_BLOCK_SHIFT;
	struct rsw_mem_block *block = xa_load(&mem->blocks, index);
	int err;

	if (block)
		return block;
	block = kzalloc(sizeof(*block), GFP_KERNEL_ACCOUNT);
	if (!block)
		return ERR_PTR(-ENOMEM);
	err = xa_err(xa_store(&mem->blocks, index, block, GFP_KERNEL_ACCOUNT));
	if (err) {
		kfree(block);
		return ERR_PTR(err);
	}
	return block;
}

/* Drop the page references of a range that no reader can reach any more. */
static void pages_release(struct rsw_mem *mem, u64 iova, u64 pages)
{
	while (pages) {
		struct rsw_mem_block *block = xa_load(&mem->blocks, iova >> RSW_MEM_BLOCK_SHIFT);
		unsigned int i = entry_index(iova);
		u64 n = min_t(u64, pages, RSW_MEM_BLOCK_PAGES - i);

		for (unsigned int end = i + n; block && i < end; i++) {
			/* Rights are gone (unpublished); the address is still there. */
			if (!block->entry[i])
				continue;
			put_page(virt_to_page(entry_addr(block->entry[i])));
			WRITE_ONCE(block->entry[i], 0);
		}
		if (block && !memchr_inv(block->entry, 0, sizeof(block->entry))) {
			xa_erase(&mem->blocks, iova >> RSW_MEM_BLOCK_SHIFT);
			kfree_rcu_mightsleep(block);
		}
		iova += n << PAGE_SHIFT;
		pages -= n;
		cond_resched();
	}
}

/* Take away the rights of a range; readers that translated before may go on. */
static void pages_unpublish(struct rsw_mem *mem, u64 iova, u64 pages)
{
	while (pages) {
		struct rsw_mem_block *block = xa_load(&mem->blocks, iova >> RSW_MEM_BLOCK_SHIFT);
		unsigned int i = entry_index(iova);
		u64 n = min_t(u64, pages, RSW_MEM_BLOCK_PAGES - i);

		for (unsigned int end = i + n; block && i < end; i++)
			WRITE_ONCE(block->entry[i], block->entry[i] & ~ENTRY_RIGHTS);
		iova += n << PAGE_SHIFT;
		pages -= n;
		cond_resched();
	}
}

static int check_range(u64 iova, u64 size)
{
	u64 last;

	if (!size || check_add_overflow(iova, size - 1, &last))
		return -EINVAL;
	if (!IS_ALIGNED(iova | size, PAGE_SIZE))
		return -EINVAL;
	return 0;
}

static int map_page(struct rsw_mem *mem, u64 iova, u64 pa, unsigned long rights)
{
	struct rsw_mem_block *block = block_get(mem, iova);
	unsigned int i = entry_index(iova);
	struct page *page;

	if (IS_ERR(block))
		return PTR_ERR(block);
	if (block->entry[i])
		return -EEXIST;
	if (!pfn_valid(PHYS_PFN(pa)))
		return -EFAULT;
	page = pfn_to_page(PHYS_PFN(pa));
	get_page(page);
	WRITE_ONCE(block->entry[i], (unsigned long)page_address(page) | rights);
	return 0;
}

/**
 * rsw_mem_map - let the port use a range of guest memory
 * @mem: the port's memory
 * @iova: first address in the guest, page aligned
 * @size: bytes, a multiple of the page size
 * @pa: physical address of the first byte; the caller has the pages pinned
 * @rights: RSW_MEM_RO and/or RSW_MEM_WO
 *
 * Context: may sleep; takes mem->lock.
 * Return: 0; -EINVAL (range or rights), -EEXIST (overlap), -EFAULT (no memory
 * behind @pa), -ENOMEM. On error nothing of the range is mapped.
 */
int rsw_mem_map(struct rsw_mem *mem, u64 iova, u64 size, u64 pa, unsigned long rights)
{
	u64 done = 0;
	int err = check_range(iova, size);

	if (err || !rights || rights & ~ENTRY_RIGHTS || !IS_ALIGNED(pa, PAGE_SIZE))
		return -EINVAL;

	mutex_lock(&mem->lock);
	for (; done < size; done += PAGE_SIZE) {
		err = map_page(mem, iova + done, pa + done, rights);
		if (err)
			break;
		if (!(done % SZ_2M))
			cond_resched();
	}
	if (err) {
		pages_unpublish(mem, iova, done >> PAGE_SHIFT);
		mem->fence(mem);
		pages_release(mem, iova, done >> PAGE_SHIFT);
	}
	mutex_unlock(&mem->lock);
	return err;
}

/**
 * rsw_mem_unmap - take a range of guest memory away
 * @mem: the port's memory
 * @iova: first address, page aligned
 * @size: bytes, a multiple of the page size; parts that are not mapped are skipped
 *
 * When this returns, the range is not accessed any more.
 *
 * Context: may sleep; takes mem->lock, under which the fence is called.
 */
void rsw_mem_unmap(struct rsw_mem *mem, u64 iova, u64 size)
{
	u64 pages = size >> PAGE_SHIFT;

	if (check_range(iova, size))
		return;
	mutex_lock(&mem->lock);
	pages_unpublish(mem, iova, pages);
	mem->fence(mem);
	pages_release(mem, iova, pages);
	mutex_unlock(&mem->lock);
}

/**
 * rsw_mem_unmap_all - take all guest memory away, behind one fence
 * @mem: the port's memory
 */
void rsw_mem_unmap_all(struct rsw_mem *mem)
{
	struct rsw_mem_block *block;
	unsigned long index;

	mutex_lock(&mem->lock);
	xa_for_each(&mem->blocks, index, block)
		pages_unpublish(mem, (u64)index << RSW_MEM_BLOCK_SHIFT, RSW_MEM_BLOCK_PAGES);
	mem->fence(mem);
	xa_for_each(&mem->blocks, index, block)
		pages_release(mem, (u64)index << RSW_MEM_BLOCK_SHIFT, RSW_MEM_BLOCK_PAGES);
	mutex_unlock(&mem->lock);
}

static unsigned long identity_entry(struct rsw_mem *mem, u64 iova)
{
	phys_addr_t pa = dma_to_phys(mem->dma_dev, iova & PAGE_MASK);

	if (!pfn_valid(PHYS_PFN(pa)))
		return 0;
	return (unsigned long)phys_to_virt(pa) | ENTRY_RIGHTS;
}

static unsigned long lookup(struct rsw_mem *mem, struct rsw_mem_cursor *cursor, u64 iova)
{
	unsigned long index = iova >> RSW_MEM_BLOCK_SHIFT;

	if (mem->identity)
		return identity_entry(mem, iova);
	if (!cursor->block || cursor->index != index) {
		cursor->block = xa_load(&mem->blocks, index);
		cursor->index = index;
		if (!cursor->block)
			return 0;
	}
	return READ_ONCE(cursor->block->entry[entry_index(iova)]);
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
		unsigned long entry = lookup(mem, cursor, iova);
		u32 offset = offset_in_page(iova);
		u32 part = min_t(u32, len, PAGE_SIZE - offset);
		void *addr = entry_addr(entry) + offset;

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

	pages = kvmalloc_array(npages, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return NULL;
	for (unsigned int i = 0; i < npages; i++)
		pages[i] = virt_to_page(entry_addr(lookup(mem, &cursor, iova + i * PAGE_SIZE)));
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
		if ((lookup(mem, &cursor, first + i * PAGE_SIZE) & rights) != rights) {
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
