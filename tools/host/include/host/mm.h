/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory. Pages come from one arena and are counted one by one; a page without references
 * is poisoned, so that a late access ends the program. Nothing is zeroed unless asked for.
 */
#ifndef HOST_MM_H
#define HOST_MM_H

#include <host/kernel.h>

#define PAGE_SHIFT	12
#define PAGE_SIZE	BIT(PAGE_SHIFT)
#define PAGE_MASK	(~(PAGE_SIZE - 1))
#define offset_in_page(p)	((unsigned long)(p) & ~PAGE_MASK)

#define GFP_KERNEL		1
#define GFP_KERNEL_ACCOUNT	GFP_KERNEL
#define GFP_ATOMIC		2
#define __GFP_ZERO		4
#define __GFP_NOFAIL		8
#define GFP_NOWAIT		16
#define __GFP_NOWARN		0
#define __GFP_ACCOUNT		0

/**
 * struct host_memory - what must be back to 0 after each test
 * @objects: allocations
 * @pages: pages with references
 * @maps: kernel mappings
 */
struct host_memory {
	long objects;
	long pages;
	long maps;
};

extern struct host_memory host_memory;

/* Let the n-th allocation from now on fail; 0 for none. Counts down to 0. */
extern unsigned int host_fail_in;

bool host_should_fail(void);

void *kmalloc(size_t size, gfp_t gfp);
void kfree(const void *p);
#define kzalloc(size, gfp)	kmalloc(size, (gfp) | __GFP_ZERO)
#define kcalloc(n, size, gfp)	kzalloc((n) * (size), gfp)
void *kmemdup(const void *from, size_t size, gfp_t gfp);
#define kvmalloc_array(n, size, gfp)	kmalloc((n) * (size), gfp)
#define kvcalloc(n, size, gfp)	kcalloc(n, size, gfp)
#define kvfree(p)		kfree(p)

/* Of the pages of a folio only the first one has references; of the others, @head is set. */
struct page {
	int refs;
	unsigned int order;
	struct page *head;
};

struct folio {
	struct page page;
};

void *alloc_pages_exact(size_t size, gfp_t gfp);
void free_pages_exact(void *p, size_t size);
struct folio *folio_alloc(gfp_t gfp, unsigned int order);
struct folio *page_folio(struct page *page);
void folio_ref_add(struct folio *folio, int n);
void folio_put(struct folio *folio);
#define folio_get(folio)	folio_ref_add(folio, 1)
#define folio_size(folio)	(PAGE_SIZE << (folio)->page.order)
#define folio_ref_count(folio)	((folio)->page.refs)
#define folio_address(folio)	page_address(&(folio)->page)
void get_page(struct page *page);
void put_page(struct page *page);
struct page *virt_to_page(const void *p);
void *page_address(const struct page *page);
struct page *pfn_to_page(unsigned long pfn);
bool pfn_valid(unsigned long pfn);
phys_addr_t virt_to_phys(const void *p);
#ifdef HOST_FAST
/* In place, as in a kernel: where physical address 0 would be, and so on. */
extern u8 *host_phys_base;
#define phys_to_virt(pa)	((void *)((unsigned long)host_phys_base + (pa)))
#else
void *phys_to_virt(phys_addr_t pa);
#endif

#define PHYS_PFN(pa)		((unsigned long)((pa) >> PAGE_SHIFT))
#define PFN_PHYS(pfn)		((phys_addr_t)(pfn) << PAGE_SHIFT)
#define page_count(page)	((page)->refs)

struct device_driver {
	const char *name;
};

struct device {
	const struct device_driver *driver;
};

#define dev_name(dev)	((void)(dev), "guest")

#define dma_to_phys(dev, addr)	({ host_check(dev, "no device"); (phys_addr_t)(addr); })

#define VM_MAP		1
#define PAGE_KERNEL	0

void *vmap(struct page **pages, unsigned int n, unsigned long flags, int prot);
void vunmap(const void *p);

#endif /* HOST_MM_H */
