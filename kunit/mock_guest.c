// SPDX-License-Identifier: GPL-2.0
/* A guest and its memory; its driver can be made to break every rule. */
#include <kunit/test.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "mock_guest.h"

/* The tests have no other reader while they unmap. */
static void no_fence(struct rsw_mem *mem)
{
}

void mock_guest_protect(struct mock_guest *guest, unsigned int page, unsigned long rights)
{
	u64 iova = MOCK_IOVA + page * PAGE_SIZE;

	rsw_mem_unmap(&guest->mem, iova, PAGE_SIZE);
	guest->rights[page] = rights;
	if (rights)
		KUNIT_ASSERT_EQ(guest->test, 0,
				rsw_mem_map(&guest->mem, iova, PAGE_SIZE,
					    virt_to_phys(mock_guest_byte(guest, iova)), rights));
}

/**
 * mock_guest_new - make a guest
 * @test: the running test; fails when there is no memory
 * @num: ring size
 * @npages: pages of memory
 * @features: MOCK_*
 */
struct mock_guest *mock_guest_new(struct kunit *test, u16 num, unsigned int npages, u64 features)
{
	struct mock_guest *guest = kunit_kzalloc(test, sizeof(*guest), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, guest);
	guest->test = test;
	guest->num = num;
	guest->features = features;
	guest->layout = features & MOCK_PACKED ? &mock_packed : &mock_split;
	guest->period = guest->layout->period ?: 2 * num;
	guest->npages = npages;
	guest->seg = kunit_kcalloc(test, MOCK_SEGS, sizeof(*guest->seg), GFP_KERNEL);
	guest->desc = kunit_kzalloc(test, rsw_vring_desc_size(num), GFP_KERNEL);
	guest->avail = kunit_kzalloc(test, rsw_vring_avail_size(num, features), GFP_KERNEL);
	guest->used = kunit_kzalloc(test, rsw_vring_used_size(num, features), GFP_KERNEL);
	guest->free = kunit_kcalloc(test, num, sizeof(*guest->free), GFP_KERNEL);
	guest->link = kunit_kcalloc(test, num, sizeof(*guest->link), GFP_KERNEL);
	guest->posted = kunit_kcalloc(test, num, sizeof(*guest->posted), GFP_KERNEL);
	guest->rights = kunit_kcalloc(test, npages, sizeof(*guest->rights), GFP_KERNEL);
	guest->page = alloc_pages_exact(npages * PAGE_SIZE, GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, guest->seg && guest->desc && guest->avail && guest->used &&
			  guest->free && guest->link && guest->posted && guest->rights &&
			  guest->page);

	rsw_mem_init(&guest->mem, no_fence);
	for (unsigned int i = 0; i < npages; i++)
		mock_guest_protect(guest, i, RSW_MEM_RO | RSW_MEM_WO);
	guest->ring.desc = guest->desc;
	guest->ring.avail = guest->avail;
	guest->ring.used = guest->used;
	guest->ring.mem = &guest->mem;
	mock_guest_start(guest, 0);
	return guest;
}

/* Give the pages back: the rest goes with the test. */
void mock_guest_free(struct mock_guest *guest)
{
	rsw_mem_unmap_all(&guest->mem);
	for (unsigned int i = 0; i < guest->npages; i++)
		KUNIT_EXPECT_EQ(guest->test, 1,
				page_count(virt_to_page(guest->page + i * PAGE_SIZE)));
	free_pages_exact(guest->page, guest->npages * PAGE_SIZE);
}

/* A suite's exit, where test->priv is the guest or NULL. */
void mock_guest_exit(struct kunit *test)
{
	if (test->priv)
		mock_guest_free(test->priv);
}

u32 mock_guest_at(const struct mock_guest *guest, int at)
{
	int period = guest->period;

	return (at % period + period) % period;
}

u16 mock_guest_index(const struct mock_guest *guest, int at)
{
	u32 steps = mock_guest_at(guest, at);

	if (!(guest->features & MOCK_PACKED))
		return steps;
	return steps < guest->num ? steps : BIT(15) | (steps - guest->num);
}

int mock_guest_waiting(const struct mock_guest *guest, int n)
{
	return guest->features & MOCK_PACKED ? !!n : n;
}

void mock_guest_start(struct mock_guest *guest, int at)
{
	guest->avail_at = mock_guest_at(guest, at);
	guest->used_at = guest->avail_at;
	for (u32 i = 0; i < guest->num; i++)
		guest->free[i] = guest->num - 1 - i;
	guest->nfree = guest->num;
	memset(guest->posted, 0, guest->num * sizeof(*guest->posted));
	guest->in_flight = 0;
	guest->layout->start(guest);
	KUNIT_ASSERT_EQ(guest->test, 0, rsw_vring_init(&guest->ring, guest->num,
						       mock_guest_index(guest, at),
						       guest->features));
}

/* A life with other features, of those for which there is memory, and the same layout. */
void mock_guest_set_features(struct mock_guest *guest, u64 features)
{
	guest->features = (guest->features & MOCK_PACKED) | features;
	mock_guest_start(guest, 0);
}

/*
 * Split: descriptor @i of the table, @link being the next one. Packed: descriptor @i of the
 * chain to be shown next, @link being its id; whether it is available is not for @flags.
 */
void mock_guest_set_desc(struct mock_guest *guest, u16 i, u64 iova, u32 len, u16 flags, u16 link)
{
	guest->layout->set_desc(guest, i, iova, len, flags, link);
}

/* Descriptor @i of an indirect table, as far as there is memory for it. */
void mock_guest_set_entry(struct mock_guest *guest, u64 table, u16 i, u64 iova, u32 len, u16 flags,
			  u16 link)
{
	u8 desc[sizeof(struct vring_desc)];
	u64 at = table + i * sizeof(desc);

	guest->layout->encode(desc, iova, len, flags, link);
	for (unsigned int b = 0; b < sizeof(desc); b++) {
		u8 *byte = mock_guest_byte(guest, at + b);

		if (byte)
			*byte = desc[b];
	}
}

/* Offer a chain: split: whatever its head is; packed: the next @n descriptors. */
void mock_guest_show(struct mock_guest *guest, u16 head, u16 n)
{
	guest->layout->show(guest, head, n);
}

int mock_guest_take(struct mock_guest *guest, unsigned long rights, u32 want,
		    struct rsw_chain *chain, unsigned int room)
{
	int err;

	chain->seg = guest->seg;
	local_bh_disable();
	rcu_read_lock();
	rsw_mem_cursor_clear(&guest->ring.cursor);
	err = rsw_vring_take(&guest->ring, rights, want, chain, room);
	rcu_read_unlock();
	local_bh_enable();
	return err;
}

/* Return a chain, whatever the driver knows of it. */
void mock_guest_use(struct mock_guest *guest, u16 id, u32 len)
{
	u16 ndesc = id < guest->num ? guest->posted[id].ndesc : 0;

	rsw_vring_use(&guest->ring, id, ndesc ?: 1, len);
}

/* Take a chain whose content does not matter. */
int mock_guest_try(struct mock_guest *guest, bool write)
{
	struct rsw_chain chain;

	return mock_guest_take(guest, write ? RSW_MEM_WO : RSW_MEM_RO, MOCK_WANT, &chain,
			       MOCK_SEGS);
}

void *mock_guest_byte(const struct mock_guest *guest, u64 iova)
{
	u64 offset = iova - MOCK_IOVA, page = offset >> PAGE_SHIFT;

	if (iova < MOCK_IOVA || page >= guest->npages)
		return NULL;
	return guest->page + (guest->npages - 1 - page) * PAGE_SIZE + offset_in_page(offset);
}

/* Take the next chain, which is to be written. */
void mock_guest_take_next(struct mock_guest *guest, struct rsw_chain *chain)
{
	KUNIT_ASSERT_EQ(guest->test, rsw_vring_available(&guest->ring), 1);
	KUNIT_ASSERT_EQ(guest->test, 0,
			mock_guest_take(guest, RSW_MEM_WO, MOCK_WANT, chain, MOCK_SEGS));
}
