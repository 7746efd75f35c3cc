/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KUNIT_MOCK_GUEST_H
#define KUNIT_MOCK_GUEST_H

#include "../drivers/ringswitch/mem.h"
#include "../drivers/ringswitch/vring.h"
#include "rng.h"

struct kunit;

/* Where guest memory starts: two pages before a block of the map ends. */
#define MOCK_IOVA	((4ULL << RSW_MEM_BLOCK_SHIFT) - 2 * PAGE_SIZE)

/* One buffer of a chain. */
struct mock_buf {
	u64 iova;
	u32 len;
};

/* What the driver knows of a chain that it has posted, by its id. */
struct mock_posted {
	bool in_flight;
	u16 ndesc;	/* of the ring's own */
	u64 bytes;
};

/**
 * struct mock_guest - a guest driver and its memory, and the device's view of them
 * @ring: the device's view
 * @mem: the device's map of guest memory, at %MOCK_IOVA, with both rights
 * @seg: room for translated chains, as a queue has it
 * @test: the running test
 * @num: ring size
 * @features: negotiated
 * @desc: descriptor table; each part of the ring is an allocation of exactly its size
 * @avail: available ring
 * @used: used ring
 * @npages: pages of memory
 * @page: their kernel address, backwards: neighbours are never contiguous
 * @avail_idx: of the next chain to post
 * @used_idx: of the next chain to take back
 * @free: descriptors not in use, in an order that tests may shuffle
 * @nfree: their number
 * @posted: ledger: what is in flight, by id
 * @in_flight: how many
 */
struct mock_guest {
	struct rsw_vring ring;
	struct rsw_mem mem;
	struct rsw_seg *seg;
	struct kunit *test;
	u16 num;
	u64 features;
	struct vring_desc *desc;
	struct vring_avail *avail;
	struct vring_used *used;
	unsigned int npages;
	void *page;
	u16 avail_idx;
	u16 used_idx;
	u16 *free;
	u16 nfree;
	struct mock_posted *posted;
	unsigned int in_flight;
};

#define MOCK_SEGS	(2 * RSW_CHAIN_SEGS)

/* Bytes that a device of the tests asks for where the number does not matter. */
#define MOCK_WANT	2000

#define MOCK_EVENT_IDX	BIT_ULL(VIRTIO_RING_F_EVENT_IDX)
#define MOCK_INDIRECT	BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC)

struct mock_guest *mock_guest_new(struct kunit *test, u16 num, unsigned int npages, u64 features);
void mock_guest_free(struct mock_guest *guest);
void mock_guest_exit(struct kunit *test);
void mock_guest_start(struct mock_guest *guest, u16 index);

/* The driver. */
int mock_guest_post(struct mock_guest *guest, bool write, const struct mock_buf *buf, u16 n);
int mock_guest_post_indirect(struct mock_guest *guest, bool write, const struct mock_buf *buf,
			     u16 n, u16 direct, u64 table);
int mock_guest_reap(struct mock_guest *guest, u32 *len);
void mock_guest_set_used_event(struct mock_guest *guest, u16 index);
u16 mock_guest_avail_event(const struct mock_guest *guest);
void mock_guest_shuffle(struct mock_guest *guest, struct rng *rng);

/* What no driver does. */
void mock_guest_set_desc(struct mock_guest *guest, u16 i, u64 iova, u32 len, u16 flags, u16 next);
void mock_guest_set_entry(struct mock_guest *guest, u64 table, u16 i, u64 iova, u32 len, u16 flags,
			  u16 next);
void mock_guest_show(struct mock_guest *guest, u16 head);
void mock_guest_set_avail_idx(struct mock_guest *guest, u16 index);

/* The device, in the context it runs in. */
int mock_guest_take(struct mock_guest *guest, unsigned long rights, u32 want,
		    struct rsw_chain *chain, unsigned int room);
void mock_guest_use(struct mock_guest *guest, u16 id, u32 len);
int mock_guest_try(struct mock_guest *guest, bool write);

/* Kernel address of a byte of guest memory, NULL when it has none there. */
void *mock_guest_byte(const struct mock_guest *guest, u64 iova);

#endif /* KUNIT_MOCK_GUEST_H */
