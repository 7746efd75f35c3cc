// SPDX-License-Identifier: GPL-2.0
/* The driver side of a split virtqueue (virtio 1.3, 2.7). */
#include <errno.h>
#include <string.h>

#include "ring_layout.h"

static void init(struct ring *ring, uint8_t *memory, uint64_t iova)
{
	struct ring_split *split = &ring->split;
	struct vring *vring = &split->vring;

	vring_init(vring, ring->num, memory, RING_ALIGN);
	ring->desc_at = iova + ((uint8_t *)vring->desc - memory);
	ring->driver_at = iova + ((uint8_t *)vring->avail - memory);
	ring->device_at = iova + ((uint8_t *)vring->used - memory);
	split->shown_idx = ring->opt.base;
	split->avail_idx = ring->opt.base;
	split->used_idx = ring->opt.base;
	vring->avail->idx = ring->opt.base;
	vring->used->idx = ring->opt.base;
	/* With EVENT_IDX the device does not look at this. */
	if (!ring->opt.calls || ring->opt.event_idx)
		vring->avail->flags = VRING_AVAIL_F_NO_INTERRUPT;
}

static void ask_for_call(struct ring *ring)
{
	struct ring_split *split = &ring->split;
	/* Not wanted: as far from here as can be, or a batch published meanwhile passes it. */
	uint16_t event = ring->opt.calls ? split->used_idx : split->used_idx + 0x8000;

	if (ring->opt.event_idx)
		__atomic_store_n(&vring_used_event(&split->vring), event, __ATOMIC_RELAXED);
	/* Either the device sees this before it calls, or we see the index it published. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static struct vring_desc make_desc(const struct ring_piece *piece, bool more, uint16_t next)
{
	return (struct vring_desc) {
		.addr = piece->addr, .len = piece->len,
		.flags = (piece->device_writes ? VRING_DESC_F_WRITE : 0) |
			 (more ? VRING_DESC_F_NEXT : 0),
		.next = more ? next : 0,
	};
}

/* Entries in reverse order, but for the first: a device must follow next. */
static void fill_table(struct ring *ring, uint16_t head, const struct ring_piece *piece,
		       unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		struct vring_desc desc = make_desc(&piece[i], i + 1 < count, count - i - 1);

		ring_table_put(ring, head, i ? count - i : 0, &desc);
	}
}

static int add(struct ring *ring, const struct ring_piece *piece, unsigned int count)
{
	const unsigned int direct = ring_direct_pieces(ring, count);
	const unsigned int needed = direct + (direct < count);
	const uint16_t head = ring->first_free;
	struct ring_split *split = &ring->split;
	const unsigned int slot = split->avail_idx % ring->num;
	unsigned int i, at;

	if (ring->free < needed)
		return -EAGAIN;
	for (i = 0; i < needed; i++) {
		struct vring_desc desc = {
			.addr = ring_table_at(ring, head),
			.len = (count - direct) * sizeof(desc),
			.flags = VRING_DESC_F_INDIRECT,
		};

		at = ring->first_free;
		ring->first_free = ring->next_free[at];
		if (i < direct)
			desc = make_desc(&piece[i], i + 1 < needed, ring->first_free);
		else
			fill_table(ring, head, piece + direct, count - direct);
		split->shadow_desc[at] = desc;
		split->vring.desc[at] = desc;
	}
	ring->chain[head].descs = needed;
	split->vring.avail->ring[slot] = head;
	split->shadow_avail[slot] = head;
	split->avail_idx++;
	return head;
}

static bool kick_wanted(const struct ring *ring)
{
	const struct ring_split *split = &ring->split;
	const struct vring *vring = &split->vring;
	uint16_t flags = __atomic_load_n(&vring->used->flags, __ATOMIC_RELAXED);
	uint16_t event;

	if (!ring->opt.event_idx)
		return !(flags & VRING_USED_F_NO_NOTIFY);
	event = __atomic_load_n((uint16_t *)&vring_avail_event(vring), __ATOMIC_RELAXED);
	return vring_need_event(event, split->avail_idx, split->shown_idx);
}

static bool show(struct ring *ring)
{
	struct ring_split *split = &ring->split;
	bool wanted;

	/* Pairs with the device's acquire of avail->idx: it sees entries and descriptors. */
	__atomic_store_n(&split->vring.avail->idx, split->avail_idx, __ATOMIC_RELEASE);
	/* Either the device sees the new index before it sleeps, or we see that it wants a kick. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	wanted = kick_wanted(ring);
	split->shown_idx = split->avail_idx;
	return wanted;
}

static void give_back(struct ring *ring, uint16_t head)
{
	unsigned int left = ring->chain[head].descs;
	uint16_t at = head;

	/* In order, those behind the last in use are free, and so it goes round (2.7.5). */
	if (ring->opt.in_order)
		return;
	/* Follow the shadow: the chain in shared memory is what is being tested. */
	while (--left)
		at = ring->split.shadow_desc[at].next;
	ring->next_free[at] = ring->first_free;
	ring->first_free = head;
}

/* Used entries that were not looked at yet. */
static uint16_t waiting(const struct ring *ring)
{
	/* Pairs with the device's release of used->idx: we see its element and its data. */
	return __atomic_load_n(&ring->split.vring.used->idx, __ATOMIC_ACQUIRE) -
	       ring->split.used_idx;
}

static bool used(struct ring *ring, struct ring_used *used)
{
	const struct vring *vring = &ring->split.vring;
	struct vring_used_elem elem;

	if (!waiting(ring))
		return false;
	elem = vring->used->ring[ring->split.used_idx % ring->num];
	*used = (struct ring_used) { .id = elem.id, .len = elem.len };
	return true;
}

static void pass(struct ring *ring, const struct ring_chain *chain)
{
	(void)chain;
	ring->split.used_idx++;
}

static bool intact(struct ring *ring)
{
	const struct ring_split *split = &ring->split;
	const struct vring *vring = &split->vring;

	return vring->avail->idx == split->shown_idx &&
	       !memcmp(vring->desc, split->shadow_desc, ring->num * sizeof(vring->desc[0])) &&
	       !memcmp(vring->avail->ring, split->shadow_avail,
		       ring->num * sizeof(vring->avail->ring[0]));
}

static uint32_t base(const struct ring *ring)
{
	return ring->opt.base;
}

static uint32_t device_state(const struct ring *ring)
{
	return ring->split.vring.used->idx;
}

static uint32_t driver_state(const struct ring *ring)
{
	return ring->split.used_idx;
}

const struct ring_layout ring_split_layout = {
	.init = init, .add = add, .show = show, .ask_for_call = ask_for_call, .used = used,
	.pass = pass, .give_back = give_back, .intact = intact, .base = base,
	.device_state = device_state, .driver_state = driver_state,
};
