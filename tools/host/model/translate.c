// SPDX-License-Identifier: GPL-2.0
/*
 * The real rsw_mem_translate() and rsw_mem_translate_near() do what model.c says of them,
 * whatever is mapped.
 */
#include "model.h"

/* More pages than two, so that what a page does to the next but one is seen. */
#define PAGES	4

static unsigned int pages;
static bool whole;
static bool denied;
static unsigned long wanted;

/* Entries change while they are looked at: another thread may unmap. */
void model_read(const void *p, size_t len, u64 value)
{
	model_check(__CPROVER_r_ok(p, len), "what is read is in a block");
	denied |= (value & wanted) != wanted;
	pages++;
}

/* A table of pages, or a large folio; is it the one that is wanted? */
static void *any_block(bool asked)
{
	unsigned long folio = any(unsigned long);

	if (any_bool())
		return malloc(RSW_MEM_BLOCK_PAGES * sizeof(unsigned long));
	whole |= asked;
	denied |= asked && (folio & wanted) != wanted;
	return xa_mk_value(folio & LONG_MAX);
}

void *xa_load(struct xarray *xa, unsigned long index)
{
	return any_bool() ? any_block(true) : NULL;
}

/* Of an in-kernel driver: any page, if there is one. */
bool pfn_valid(unsigned long pfn)
{
	pages++;
	return any_bool();
}

void *phys_to_virt(phys_addr_t pa)
{
	unsigned long addr = any(unsigned long);

	/* No folio is at either end of the address space. */
	model_assume(addr >= PAGE_SIZE && addr < ULONG_MAX - RSW_MEM_BLOCK);
	return (void *)(addr & PAGE_MASK);
}

static void any_cursor(struct rsw_mem_cursor *cursor, u64 iova)
{
	void *block;

	cursor->iova = ALIGN_DOWN(any(u64), RSW_MEM_BLOCK);
	cursor->size = RSW_MEM_BLOCK;
	block = any_block(cursor->iova == ALIGN_DOWN(iova, RSW_MEM_BLOCK));
	if (xa_is_value(block))
		cursor->whole = rsw_mem_whole_entry(block);
	else
		cursor->table = block;
}

void check_translate(void)
{
	unsigned int room = any(unsigned int);
	struct rsw_mem_cursor cursor = {};
	struct device device;
	struct rsw_mem mem;
	struct rsw_seg pieces[PAGES + 1];
	struct rsw_seg *seg;
	u64 iova = any(u64), bytes = 0;
	u32 len = any(u32);
	int n;

	model_assume(len && len <= (PAGES - 1) * PAGE_SIZE && room <= PAGES + 1);
	/* Behind the last there is nothing. */
	seg = pieces + (PAGES + 1 - room);
	wanted = any(unsigned long);
	model_assume(wanted && !(wanted & ~(RSW_MEM_RO | RSW_MEM_WO)));
	mem.identity = any_bool();
	mem.dma_dev = &device;
	/* What was found before this, in memory that is mapped. */
	if (!mem.identity && any_bool())
		any_cursor(&cursor, iova);
	n = any_bool() ?
	    rsw_mem_translate_near(&mem, &cursor, iova, len, wanted, seg, room) :
	    rsw_mem_translate(&mem, &cursor, iova, len, wanted, seg, room);
	if (n == -EFAULT) {
		model_reached("not mapped");
		return;
	}
	if (n == -ENOSPC) {
		model_reached("no room");
		return;
	}
	model_check(n > 0 && n <= room && n <= model_pieces(iova, len), "so many pieces");
	model_check(!denied, "of each page the rights were there");
	model_check(whole || pages == model_pieces(iova, len), "each page was looked at");
	model_check(iova + (len - 1) >= iova, "which all exist");
	for (int i = 0; i < n; i++) {
		model_check(seg[i].len, "each piece has bytes");
		bytes += seg[i].len;
	}
	model_check(bytes == len, "all bytes are there");
	model_reached("a buffer");
}
