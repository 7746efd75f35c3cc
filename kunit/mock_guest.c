// SPDX-License-Identifier: GPL-2.0
/* The driver side of a split ring, in plain memory. It can be made to break every rule. */
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

static void map_backwards(struct mock_guest *guest)
{
	for (unsigned int i = 0; i < guest->npages; i++) {
		void *page = guest->page + (guest->npages - 1 - i) * PAGE_SIZE;

		KUNIT_ASSERT_EQ(guest->test, 0,
				rsw_mem_map(&guest->mem, MOCK_IOVA + i * PAGE_SIZE, PAGE_SIZE,
					    virt_to_phys(page), RSW_MEM_RO | RSW_MEM_WO));
	}
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
	guest->npages = npages;
	guest->seg = kunit_kcalloc(test, MOCK_SEGS, sizeof(*guest->seg), GFP_KERNEL);
	guest->desc = kunit_kzalloc(test, rsw_vring_desc_size(num), GFP_KERNEL);
	guest->avail = kunit_kzalloc(test, rsw_vring_avail_size(num, features), GFP_KERNEL);
	guest->used = kunit_kzalloc(test, rsw_vring_used_size(num, features), GFP_KERNEL);
	guest->free = kunit_kcalloc(test, num, sizeof(*guest->free), GFP_KERNEL);
	guest->posted = kunit_kcalloc(test, num, sizeof(*guest->posted), GFP_KERNEL);
	guest->page = alloc_pages_exact(npages * PAGE_SIZE, GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, guest->seg && guest->desc && guest->avail && guest->used &&
			  guest->free && guest->posted && guest->page);

	rsw_mem_init(&guest->mem, no_fence);
	map_backwards(guest);
	guest->ring.desc = guest->desc;
	guest->ring.avail = guest->avail;
	guest->ring.used = guest->used;
	guest->ring.mem = &guest->mem;
	while (guest->nfree < num) {
		guest->free[guest->nfree] = num - 1 - guest->nfree;
		guest->nfree++;
	}
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

/* Both sides start at @index. */
void mock_guest_start(struct mock_guest *guest, u16 index)
{
	guest->avail_idx = index;
	guest->used_idx = index;
	guest->avail->idx = (__force __virtio16)cpu_to_le16(index);
	guest->used->idx = (__force __virtio16)cpu_to_le16(index);
	rsw_vring_init(&guest->ring, guest->num, index, guest->features);
}

static struct vring_desc make_desc(u64 iova, u32 len, u16 flags, u16 next)
{
	return (struct vring_desc){
		.addr = (__force __virtio64)cpu_to_le64(iova),
		.len = (__force __virtio32)cpu_to_le32(len),
		.flags = (__force __virtio16)cpu_to_le16(flags),
		.next = (__force __virtio16)cpu_to_le16(next),
	};
}

void mock_guest_set_desc(struct mock_guest *guest, u16 i, u64 iova, u32 len, u16 flags, u16 next)
{
	guest->desc[i] = make_desc(iova, len, flags, next);
}

/* Descriptor @i of an indirect table, as far as there is memory for it. */
void mock_guest_set_entry(struct mock_guest *guest, u64 table, u16 i, u64 iova, u32 len, u16 flags,
			  u16 next)
{
	struct vring_desc desc = make_desc(iova, len, flags, next);
	const u8 *from = (const u8 *)&desc;

	for (u64 at = table + i * sizeof(desc); from < (const u8 *)(&desc + 1); at++, from++) {
		u8 *byte = mock_guest_byte(guest, at);

		if (byte)
			*byte = *from;
	}
}

void mock_guest_set_avail_idx(struct mock_guest *guest, u16 index)
{
	/* Pairs with barrier A of vring_split.c. */
	smp_store_release(&guest->avail->idx, (__force __virtio16)cpu_to_le16(index));
}

/* Offer a chain, whatever its head is. */
void mock_guest_show(struct mock_guest *guest, u16 head)
{
	guest->avail->ring[guest->avail_idx++ % guest->num] = (__force __virtio16)cpu_to_le16(head);
	mock_guest_set_avail_idx(guest, guest->avail_idx);
}

/**
 * mock_guest_post - offer a chain to the device
 * @guest: the guest
 * @write: the device is to write it
 * @buf: its buffers
 * @n: how many
 *
 * Return: its id, or -ENOSPC when there are too few free descriptors.
 */
int mock_guest_post(struct mock_guest *guest, bool write, const struct mock_buf *buf, u16 n)
{
	u16 head, i, flags = write ? VRING_DESC_F_WRITE : 0;

	if (!n || n > guest->nfree)
		return -ENOSPC;
	head = guest->free[guest->nfree - 1];
	guest->posted[head] = (struct mock_posted){ .in_flight = true, .ndesc = n };
	for (u16 left = n; left--; buf++) {
		i = guest->free[--guest->nfree];
		/* The last one's next is anything: nobody may look at it. */
		mock_guest_set_desc(guest, i, buf->iova, buf->len,
				    left ? flags | VRING_DESC_F_NEXT : flags,
				    left ? guest->free[guest->nfree - 1] : 0xdead);
		guest->posted[head].bytes += buf->len;
	}
	guest->in_flight++;
	mock_guest_show(guest, head);
	return head;
}

/**
 * mock_guest_post_indirect - offer a chain that ends in a table of its own
 * @guest: the guest
 * @write: the device is to write it
 * @buf: its buffers
 * @n: how many
 * @direct: how many of them are not in the table
 * @table: where the table is
 *
 * Return: its id, or -ENOSPC when there are too few free descriptors.
 */
int mock_guest_post_indirect(struct mock_guest *guest, bool write, const struct mock_buf *buf,
			     u16 n, u16 direct, u64 table)
{
	u16 head, i, flags = write ? VRING_DESC_F_WRITE : 0, last = n - direct - 1;

	if (direct >= n || direct >= guest->nfree)
		return -ENOSPC;
	head = guest->free[guest->nfree - 1];
	guest->posted[head] = (struct mock_posted){ .in_flight = true, .ndesc = direct + 1 };
	for (u16 d = 0; d < n; d++)
		guest->posted[head].bytes += buf[d].len;
	for (u16 d = 0; d < direct; d++, buf++) {
		i = guest->free[--guest->nfree];
		mock_guest_set_desc(guest, i, buf->iova, buf->len, flags | VRING_DESC_F_NEXT,
				    guest->free[guest->nfree - 1]);
	}
	for (u16 d = 0; d <= last; d++, buf++)
		mock_guest_set_entry(guest, table, d, buf->iova, buf->len,
				     d < last ? flags | VRING_DESC_F_NEXT : flags,
				     d < last ? d + 1 : 0xdead);
	/* Whether the device writes the buffers, this flag says nothing of it. */
	mock_guest_set_desc(guest, guest->free[--guest->nfree], table,
			    (last + 1) * sizeof(struct vring_desc),
			    VRING_DESC_F_INDIRECT | (direct % 2 ? VRING_DESC_F_WRITE : 0), 0xdead);
	guest->in_flight++;
	mock_guest_show(guest, head);
	return head;
}

static void free_chain(struct mock_guest *guest, u16 head)
{
	u16 i = head;

	for (u16 n = guest->posted[head].ndesc; n--; ) {
		guest->free[guest->nfree++] = i;
		i = le16_to_cpu((__force __le16)guest->desc[i].next);
	}
	guest->posted[head].in_flight = false;
	guest->in_flight--;
}

/**
 * mock_guest_reap - take back what the device has used
 * @guest: the guest
 * @len: bytes the device says it has written
 *
 * Fails the test when the id is not in flight or the chain has fewer bytes.
 *
 * Return: the chain's id, or -ENOENT when there is none.
 */
int mock_guest_reap(struct mock_guest *guest, u32 *len)
{
	const struct vring_used_elem *elem = &guest->used->ring[guest->used_idx % guest->num];
	u16 idx;
	u32 id;

	/* Pairs with barrier B of vring_split.c. */
	idx = le16_to_cpu((__force __le16)smp_load_acquire(&guest->used->idx));
	if (idx == guest->used_idx)
		return -ENOENT;
	id = le32_to_cpu((__force __le32)elem->id);
	*len = le32_to_cpu((__force __le32)elem->len);
	KUNIT_ASSERT_LE(guest->test, (u16)(idx - guest->used_idx), guest->in_flight);
	KUNIT_ASSERT_LE(guest->test, id, guest->num - 1);
	KUNIT_ASSERT_TRUE(guest->test, guest->posted[id].in_flight);
	KUNIT_ASSERT_LE(guest->test, *len, guest->posted[id].bytes);
	guest->used_idx++;
	free_chain(guest, id);
	return id;
}

/* With EVENT_IDX: interrupt when the device's index passes this one. */
void mock_guest_set_used_event(struct mock_guest *guest, u16 index)
{
	guest->avail->ring[guest->num] = (__force __virtio16)cpu_to_le16(index);
}

u16 mock_guest_avail_event(const struct mock_guest *guest)
{
	return le16_to_cpu((__force __le16)*(__virtio16 *)&guest->used->ring[guest->num]);
}

/* So that chains are strewn over the table. */
void mock_guest_shuffle(struct mock_guest *guest, struct rng *rng)
{
	for (u16 i = guest->nfree; i > 1; i--) {
		u16 other = rng_below(rng, i);
		u16 one = guest->free[i - 1];

		guest->free[i - 1] = guest->free[other];
		guest->free[other] = one;
	}
}

int mock_guest_take(struct mock_guest *guest, unsigned long rights, u32 want,
		    struct rsw_chain *chain, unsigned int room)
{
	int err;

	chain->seg = guest->seg;
	local_bh_disable();
	rcu_read_lock();
	guest->ring.cursor.block = NULL;
	err = rsw_vring_take(&guest->ring, rights, want, chain, room);
	rcu_read_unlock();
	local_bh_enable();
	return err;
}

/* Return a chain, whatever the driver knows of it. */
void mock_guest_use(struct mock_guest *guest, u16 id, u32 len)
{
	rsw_vring_use(&guest->ring, id, id < guest->num ? guest->posted[id].ndesc : 1, len);
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
