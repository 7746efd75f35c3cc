// SPDX-License-Identifier: GPL-2.0
/* What can be done with a virtqueue, whichever layout its driver chose. */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/stddef.h>

#include "vring.h"

static bool is_packed(u64 features)
{
	return features & BIT_ULL(VIRTIO_F_RING_PACKED);
}

/* Split: the other side's event index follows each ring. */
static u64 event_size(u64 features)
{
	return features & BIT_ULL(VIRTIO_RING_F_EVENT_IDX) ? sizeof(__virtio16) : 0;
}

/* Bytes of the descriptor area, the same in both layouts. */
u64 rsw_vring_desc_size(u16 num)
{
	static_assert(sizeof(struct vring_desc) == sizeof(struct vring_packed_desc));
	return (u64)num * sizeof(struct vring_desc);
}

/* Bytes of the driver area. */
u64 rsw_vring_avail_size(u16 num, u64 features)
{
	if (is_packed(features))
		return sizeof(struct vring_packed_desc_event);
	return offsetof(struct vring_avail, ring) + (u64)num * sizeof(__virtio16) +
	       event_size(features);
}

/* Bytes of the device area. */
u64 rsw_vring_used_size(u16 num, u64 features)
{
	if (is_packed(features))
		return sizeof(struct vring_packed_desc_event);
	return offsetof(struct vring_used, ring) + (u64)num * sizeof(struct vring_used_elem) +
	       event_size(features);
}

/**
 * rsw_vring_init - start at a given index
 * @ring: desc, avail, used and mem are set
 * @num: ring size, not 0
 * @index: where both sides are, in the form of rsw_vring_index(); 0 in a fresh ring. Nothing
 *	is in flight while a queue is stopped, so one index describes it
 * @features: what was negotiated
 *
 * No kick is wanted before rsw_vring_listen(), though a split ring cannot say so for ever:
 * with EVENT_IDX it may kick once in 65536 chains, without at any time until
 * rsw_vring_quiet().
 *
 * Return: 0, or -EINVAL (no such index in a packed ring, split ring not a power of two).
 */
int rsw_vring_init(struct rsw_vring *ring, u16 num, u16 index, u64 features)
{
	ring->num = num;
	ring->held = 0;
	ring->walked = 0;
	ring->packed = is_packed(features);
	ring->event_idx = features & BIT_ULL(VIRTIO_RING_F_EVENT_IDX);
	ring->indirect = features & BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC);
	ring->quiet = false;
	rsw_mem_cursor_clear(&ring->cursor);
	return ring->packed ? rsw_vring_packed_init(ring, index) :
			      rsw_vring_split_init(ring, index);
}

/**
 * rsw_vring_index - where a ring is that has nothing in flight
 * @ring: the ring
 *
 * Return: split: index of both rings. Packed: number of a descriptor, bit 15 being the
 * inverse of the wrap counter (virtio 1.3, 2.8.1), so that a fresh ring of either layout
 * is at 0.
 */
u16 rsw_vring_index(const struct rsw_vring *ring)
{
	if (!ring->packed || ring->used_wrap)
		return ring->next_used;
	return ring->next_used | BIT(VRING_PACKED_EVENT_F_WRAP_CTR);
}

/* Give back the last @n chains taken, before which @held was held; they come again. */
void rsw_vring_untake(struct rsw_vring *ring, unsigned int n, u16 held)
{
	if (ring->packed)
		rsw_vring_packed_untake(ring, ring->held - held);
	else
		ring->next_avail -= n;
	ring->held = held;
}

/**
 * rsw_vring_publish - show all used chains to the driver
 * @ring: the ring
 *
 * Return: true when the driver wants an interrupt for them.
 */
bool rsw_vring_publish(struct rsw_vring *ring)
{
	ring->held = 0;
	ring->walked = 0;
	return ring->packed ? rsw_vring_packed_publish(ring) : rsw_vring_split_publish(ring);
}

/*
 * Ask the driver not to kick: we look by ourselves. A hint, so no barrier. A split ring with
 * EVENT_IDX has no words for that: it kicks once when it passes where we listened last.
 */
void rsw_vring_quiet(struct rsw_vring *ring)
{
	if (ring->packed)
		rsw_vring_packed_quiet(ring);
	else
		rsw_vring_split_quiet(ring);
}

/**
 * rsw_vring_listen - ask the driver to kick again
 * @ring: the ring
 *
 * Return: as rsw_vring_available(), looked at after the request: chains that arrived
 * before the driver could see it are the caller's to take.
 */
int rsw_vring_listen(struct rsw_vring *ring)
{
	return ring->packed ? rsw_vring_packed_listen(ring) : rsw_vring_split_listen(ring);
}
