// SPDX-License-Identifier: GPL-2.0
/* Allocations, pages with reference counts, and kernel mappings, all counted. */
#define _GNU_SOURCE
#include <sanitizer/asan_interface.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include <host/mm.h>
#include <host/sync.h>

#ifdef HOST_FAST
#define PAGES		BIT(20)	/* untouched, they cost nothing */
#else
#define PAGES		16384
#endif
#define FIRST_PFN	0x100	/* so that physical address 0 is nothing */
#define GARBAGE		0xa5

struct host_memory host_memory;
unsigned int host_fail_in;

static struct page pages[PAGES];
static u8 *arena;
static int arena_fd;
static unsigned int next_page;

bool host_should_fail(void)
{
	return host_fail_in && !--host_fail_in;
}

void *kmalloc(size_t size, gfp_t gfp)
{
	void *p;

	if (gfp & GFP_KERNEL)
		might_sleep();
	if (!(gfp & __GFP_NOFAIL) && host_should_fail())
		return NULL;
	/* A structure may want a cache line of its own. */
	if (posix_memalign(&p, 64, size))
		host_die(__FILE__, __LINE__, "out of memory");
	memset(p, gfp & __GFP_ZERO ? 0 : GARBAGE, size);
	host_memory.objects++;
	return p;
}

void *kmemdup(const void *from, size_t size, gfp_t gfp)
{
	void *p = kmalloc(size, gfp);

	return p ? memcpy(p, from, size) : NULL;
}

void kfree(const void *p)
{
	if (!p)
		return;
	host_memory.objects--;
	free((void *)p);
}

void *memchr_inv(const void *start, int c, size_t len)
{
	const u8 *p = start;

	/* Mostly there is none: the first one is right, and each is like the next. */
	if (len && *p == (u8)c && !memcmp(p, p + 1, len - 1))
		return NULL;
	for (; len--; p++)
		if (*p != (u8)c)
			return (void *)p;
	return NULL;
}

#ifdef HOST_FAST
u8 *host_phys_base;

/* In huge pages, as a kernel sees all memory; so nothing can be shown in a second place. */
static void __attribute__((constructor)) arena_init(void)
{
	arena = mmap(NULL, PAGES * PAGE_SIZE + SZ_2M, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (arena == MAP_FAILED)
		abort();
	arena = PTR_ALIGN_DOWN(arena + SZ_2M - 1, SZ_2M);
	madvise(arena, PAGES * PAGE_SIZE, MADV_HUGEPAGE);
	host_phys_base = arena - FIRST_PFN * PAGE_SIZE;
}
#else
/*
 * Shared memory behind it, so that vmap() can show a page in a second place. Addresses are aligned
 * as page numbers are.
 */
static void __attribute__((constructor)) arena_init(void)
{
	void *room = mmap(NULL, PAGES * PAGE_SIZE + 2 * SZ_2M, PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	arena_fd = memfd_create("pages", 0);
	if (room == MAP_FAILED || arena_fd < 0 || ftruncate(arena_fd, PAGES * PAGE_SIZE))
		abort();
	arena = PTR_ALIGN_DOWN(room + SZ_2M - 1, SZ_2M) + FIRST_PFN * PAGE_SIZE % SZ_2M;
	if (mmap(arena, PAGES * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
		 arena_fd, 0) == MAP_FAILED)
		abort();
	ASAN_POISON_MEMORY_REGION(arena, PAGES * PAGE_SIZE);
}

void *phys_to_virt(phys_addr_t pa)
{
	return arena + (pa - ((phys_addr_t)FIRST_PFN << PAGE_SHIFT));
}
#endif

void *page_address(const struct page *page)
{
	return arena + (page - pages) * PAGE_SIZE;
}

struct page *virt_to_page(const void *p)
{
	size_t i = ((u8 *)p - arena) >> PAGE_SHIFT;

	host_check((u8 *)p >= arena && i < PAGES, "no page has this address");
	return &pages[i];
}

phys_addr_t virt_to_phys(const void *p)
{
	return ((phys_addr_t)FIRST_PFN << PAGE_SHIFT) + ((u8 *)p - arena);
}

bool pfn_valid(unsigned long pfn)
{
	return pfn >= FIRST_PFN && pfn < FIRST_PFN + PAGES;
}

struct page *pfn_to_page(unsigned long pfn)
{
	host_check(pfn_valid(pfn), "no page has this number");
	return &pages[pfn - FIRST_PFN];
}

static bool is_free(unsigned int first, unsigned int n)
{
	for (unsigned int i = first; i < first + n; i++)
		if (i >= PAGES || pages[i].refs || pages[i].head)
			return false;
	return true;
}

void *alloc_pages_exact(size_t size, gfp_t gfp)
{
	unsigned int n = DIV_ROUND_UP_ULL(size, PAGE_SIZE), tries = 0;

	if (gfp & GFP_KERNEL)
		might_sleep();
	if (host_should_fail())
		return NULL;
	/*
	 * Go round the arena: a page that was just freed stays poisoned for long. Aligned like
	 * those of the kernel as far as anybody cares.
	 */
	while (!is_free(next_page, n) || (n >= 512 && (FIRST_PFN + next_page) % 512)) {
		next_page = (next_page + 1) % PAGES;
		host_check(tries++ < PAGES, "out of pages");
	}
	for (unsigned int i = next_page; i < next_page + n; i++)
		pages[i].refs = 1;
	host_memory.pages += n;
	ASAN_UNPOISON_MEMORY_REGION(page_address(&pages[next_page]), n * PAGE_SIZE);
	next_page += n;
	return memset(page_address(&pages[next_page - n]), gfp & __GFP_ZERO ? 0 : GARBAGE,
		      n * PAGE_SIZE);
}

struct folio *page_folio(struct page *page)
{
	return (struct folio *)(page->head ?: page);
}

/* Its first page is as aligned as it is large, by number. */
struct folio *folio_alloc(gfp_t gfp, unsigned int order)
{
	unsigned int n = 1U << order, first = -FIRST_PFN & (n - 1);

	might_sleep();
	if (host_should_fail())
		return NULL;
	while (!is_free(first, n)) {
		first += n;
		host_check(first < PAGES, "out of pages");
	}
	for (unsigned int i = first + 1; i < first + n; i++)
		pages[i].head = &pages[first];
	pages[first].refs = 1;
	pages[first].order = order;
	host_memory.pages++;
	ASAN_UNPOISON_MEMORY_REGION(page_address(&pages[first]), n * PAGE_SIZE);
	memset(page_address(&pages[first]), GARBAGE, n * PAGE_SIZE);
	return (struct folio *)&pages[first];
}

void folio_ref_add(struct folio *folio, int n)
{
	host_check(folio->page.refs > 0, "reference to a free page");
	/* As expensive as in a kernel, where others take references as well. */
	__atomic_fetch_add(&folio->page.refs, n, __ATOMIC_RELAXED);
}

void folio_put(struct folio *folio)
{
	struct page *page = &folio->page;
	size_t size = folio_size(folio);

	host_check(page->refs > 0, "page freed twice");
	if (__atomic_sub_fetch(&page->refs, 1, __ATOMIC_RELEASE))
		return;
	host_memory.pages--;
	memset(page_address(page), GARBAGE, size);
	ASAN_POISON_MEMORY_REGION(page_address(page), size);
	for (unsigned int i = 1; i < 1U << page->order; i++)
		page[i].head = NULL;
	page->order = 0;
}

void get_page(struct page *page)
{
	folio_get(page_folio(page));
}

void put_page(struct page *page)
{
	folio_put(page_folio(page));
}

void free_pages_exact(void *p, size_t size)
{
	for (size_t done = 0; done < size; done += PAGE_SIZE)
		put_page(virt_to_page(p + done));
}

/* A page before the mapping holds its size, and is not accessible otherwise. */
void *vmap(struct page **page, unsigned int n, unsigned long flags, int prot)
{
	u8 *start;

	might_sleep();
	if (host_should_fail())
		return NULL;
	start = mmap(NULL, (n + 2) * PAGE_SIZE, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	host_check(start != MAP_FAILED, "out of address space");
	*(unsigned int *)start = n;
	for (unsigned int i = 0; i < n; i++) {
		host_check(folio_ref_count(page_folio(page[i])) > 0, "mapping of a free page");
		if (mmap(start + (i + 1) * PAGE_SIZE, PAGE_SIZE, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_FIXED, arena_fd,
			 (page[i] - pages) * PAGE_SIZE) == MAP_FAILED)
			host_check(false, "mmap() failed");
	}
	mprotect(start + (n + 1) * PAGE_SIZE, PAGE_SIZE, PROT_NONE);
	ASAN_POISON_MEMORY_REGION(start, PAGE_SIZE);
	host_memory.maps++;
	return start + PAGE_SIZE;
}

void vunmap(const void *p)
{
	u8 *start = (u8 *)p - PAGE_SIZE;

	might_sleep();
	host_check(offset_in_page(p) == 0, "no mapping starts here");
	ASAN_UNPOISON_MEMORY_REGION(start, PAGE_SIZE);
	munmap(start, (*(unsigned int *)start + 2) * PAGE_SIZE);
	host_memory.maps--;
}
