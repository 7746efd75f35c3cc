// SPDX-License-Identifier: GPL-2.0
/* Guest memory, mapped and unmapped: tables, and references of the pages in them. */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "mem_block.h"

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

static struct folio *whole_folio(const void *whole)
{
	return page_folio(virt_to_page(rsw_mem_entry_addr(rsw_mem_whole_entry(whole))));
}

/*
 * A table for a block that had none, since a part of it goes. Nobody can be told that there
 * is no memory for it: the part goes all the same. A value is replaced, so none is needed for
 * the xarray.
 */
static struct rsw_mem_block *split(struct rsw_mem *mem, unsigned long index, const void *whole)
{
	struct rsw_mem_block *block = kzalloc(sizeof(*block), GFP_KERNEL_ACCOUNT | __GFP_NOFAIL);
	unsigned long entry = rsw_mem_whole_entry(whole);

	folio_ref_add(whole_folio(whole), RSW_MEM_BLOCK_PAGES - 1);
	for (unsigned int i = 0; i < RSW_MEM_BLOCK_PAGES; i++)
		block->entry[i] = entry + i * PAGE_SIZE;
	xa_store(&mem->blocks, index, block, GFP_KERNEL);
	return block;
}

static void block_unpublish(struct rsw_mem *mem, unsigned long index, void *found,
			    unsigned int i, unsigned int n)
{
	struct rsw_mem_block *block = found;

	if (xa_is_value(found)) {
		if (n == RSW_MEM_BLOCK_PAGES) {
			found = xa_mk_value(xa_to_value(found) & ~RSW_MEM_RIGHTS);
			xa_store(&mem->blocks, index, found, GFP_KERNEL);
			return;
		}
		block = split(mem, index, found);
	}
	for (unsigned int end = i + n; i < end; i++)
		WRITE_ONCE(block->entry[i], block->entry[i] & ~RSW_MEM_RIGHTS);
}

static void block_release(struct rsw_mem *mem, unsigned long index, void *found,
			  unsigned int i, unsigned int n)
{
	struct rsw_mem_block *block = found;

	if (xa_is_value(found)) {
		folio_put(whole_folio(found));
		xa_erase(&mem->blocks, index);
		return;
	}
	for (unsigned int end = i + n; i < end; i++) {
		/* Rights are gone (unpublished); the address is still there. */
		if (!block->entry[i])
			continue;
		put_page(virt_to_page(rsw_mem_entry_addr(block->entry[i])));
		WRITE_ONCE(block->entry[i], 0);
	}
	if (!memchr_inv(block->entry, 0, sizeof(block->entry))) {
		xa_erase(&mem->blocks, index);
		kfree_rcu_mightsleep(block);
	}
}

/* @act on @n entries from @i on of each block in a range, as what the xarray has @found. */
static void walk_blocks(struct rsw_mem *mem, u64 iova, u64 pages,
			void (*act)(struct rsw_mem *mem, unsigned long index, void *found,
				    unsigned int i, unsigned int n))
{
	while (pages) {
		unsigned long index = iova >> RSW_MEM_BLOCK_SHIFT;
		unsigned int i = rsw_mem_entry_index(iova);
		u64 n = min_t(u64, pages, RSW_MEM_BLOCK_PAGES - i);
		void *found = xa_load(&mem->blocks, index);

		if (found)
			act(mem, index, found, i, n);
		iova += n << PAGE_SHIFT;
		pages -= n;
		cond_resched();
	}
}

/* Drop the page references of a range that no reader can reach any more. */
static void pages_release(struct rsw_mem *mem, u64 iova, u64 pages)
{
	walk_blocks(mem, iova, pages, block_release);
}

/* Take away the rights of a range; readers that translated before may go on. */
static void pages_unpublish(struct rsw_mem *mem, u64 iova, u64 pages)
{
	walk_blocks(mem, iova, pages, block_unpublish);
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
	unsigned int i = rsw_mem_entry_index(iova);
	struct rsw_mem_block *block;
	struct page *page;

	/* Before there is a block, so that none stays behind without a page. */
	if (!pfn_valid(PHYS_PFN(pa)))
		return -EFAULT;
	block = block_get(mem, iova);
	if (IS_ERR(block))
		return PTR_ERR(block);
	if (xa_is_value(block) || block->entry[i])
		return -EEXIST;
	page = pfn_to_page(PHYS_PFN(pa));
	get_page(page);
	WRITE_ONCE(block->entry[i], (unsigned long)page_address(page) | rights);
	return 0;
}

/* The folio of a block that can begin here, or NULL. Folios are aligned to their size. */
static struct folio *folio_of_block(struct rsw_mem *mem, u64 iova, u64 left, u64 pa)
{
	struct folio *folio;

	if (!IS_ALIGNED(iova | pa, RSW_MEM_BLOCK) || left < RSW_MEM_BLOCK ||
	    !pfn_valid(PHYS_PFN(pa)))
		return NULL;
	folio = page_folio(pfn_to_page(PHYS_PFN(pa)));
	if (folio_size(folio) < RSW_MEM_BLOCK || xa_load(&mem->blocks, iova >> RSW_MEM_BLOCK_SHIFT))
		return NULL;
	return folio;
}

static int map_whole(struct rsw_mem *mem, u64 iova, u64 pa, struct folio *folio,
		     unsigned long rights)
{
	int err;

	folio_get(folio);
	err = xa_err(xa_store(&mem->blocks, iova >> RSW_MEM_BLOCK_SHIFT,
			      rsw_mem_whole(PHYS_PFN(pa), rights), GFP_KERNEL_ACCOUNT));
	if (err)
		folio_put(folio);
	return err;
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
	u64 done = 0, step;
	int err = check_range(iova, size);

	if (err || !rights || rights & ~RSW_MEM_RIGHTS || !IS_ALIGNED(pa, PAGE_SIZE))
		return -EINVAL;

	mutex_lock(&mem->lock);
	for (; done < size; done += step) {
		struct folio *whole = folio_of_block(mem, iova + done, size - done, pa + done);

		step = whole ? RSW_MEM_BLOCK : PAGE_SIZE;
		err = whole ? map_whole(mem, iova + done, pa + done, whole, rights) :
			      map_page(mem, iova + done, pa + done, rights);
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
	unsigned long index;
	void *block;

	mutex_lock(&mem->lock);
	xa_for_each(&mem->blocks, index, block)
		pages_unpublish(mem, (u64)index << RSW_MEM_BLOCK_SHIFT, RSW_MEM_BLOCK_PAGES);
	mem->fence(mem);
	xa_for_each(&mem->blocks, index, block)
		pages_release(mem, (u64)index << RSW_MEM_BLOCK_SHIFT, RSW_MEM_BLOCK_PAGES);
	mutex_unlock(&mem->lock);
}
