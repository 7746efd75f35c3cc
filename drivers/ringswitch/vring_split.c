// SPDX-License-Identifier: GPL-2.0
/*
 * Split virtqueue, device side (virtio 1.3, 2.7).
 *
 * Barriers and their partners in the driver (virtio 1.3, 2.7.13 and 2.7.14):
 *  A  smp_load_acquire(avail->idx)   with  the driver's write barrier before it
 *     stores avail->idx: what the index covers is there.
 *  B  smp_store_release(used->idx)   with  the driver's read barrier after it loads
 *     used->idx: used entries and frame bytes are there.
 *  C  smp_mb() in rsw_vring_split_publish()  with  the driver's full barrier between
 *     clearing VRING_AVAIL_F_NO_INTERRUPT (EVENT_IDX: moving used_event) and looking at
 *     used->idx again: either we see that it wants an interrupt or it sees our index.
 *  D  smp_mb() in rsw_vring_split_listen()  with  the driver's full barrier between storing
 *     avail->idx and reading used->flags (EVENT_IDX: avail_event): either it kicks or
 *     we see its index.
 *
 * With EVENT_IDX each side names the index whose passing it wants to hear of: used_event
 * behind the available ring is the driver's, avail_event behind the used ring is ours. The
 * flags are not used then.
 */
#include <asm/barrier.h>
#include <linux/log2.h>

#include "vring_layout.h"
#include "vring_walk.h"

/* Have the driver kick when its index passes @index. */
static void write_avail_event(struct rsw_vring *ring, u16 index)
{
	WRITE_ONCE(*(__virtio16 *)&ring->used->ring[ring->num],
		   (__force __virtio16)cpu_to_le16(index));
}

int rsw_vring_split_init(struct rsw_vring *ring, u16 index)
{
	if (!is_power_of_2(ring->num))
		return -EINVAL;
	ring->next_avail = index;
	ring->avail_idx = index;
	ring->next_used = index;
	ring->used_idx = index;
	/* What is there is the driver's; this is as far ahead of it as can be. */
	if (ring->event_idx)
		write_avail_event(ring, index - 1);
	return 0;
}

/* All that the driver showed before is taken. */
int rsw_vring_split_look(struct rsw_vring *ring)
{
	u16 n;

	/* Barrier A. */
	ring->avail_idx = le16_to_cpu((__force __le16)smp_load_acquire(&ring->avail->idx));
	n = ring->avail_idx - ring->next_avail;
	if (n <= ring->num)
		return n;
	ring->avail_idx = ring->next_avail;
	return -EPROTO;
}

static __always_inline void read_own(const struct rsw_vring *ring, u16 i,
				     struct rsw_vring_desc *desc)
{
	const struct vring_desc *from = &ring->desc[i];

	desc->addr = le64_to_cpu((__force __le64)READ_ONCE(from->addr));
	desc->len = le32_to_cpu((__force __le32)READ_ONCE(from->len));
	desc->flags = le16_to_cpu((__force __le16)READ_ONCE(from->flags));
	desc->link = le16_to_cpu((__force __le16)READ_ONCE(from->next));
}

static noinline int walk_on(struct rsw_vring *ring, unsigned long rights, u32 want,
			    struct rsw_chain *chain, unsigned int room, u16 i,
			    struct rsw_vring_desc *desc)
{
	return rsw_vring_walk_on(ring, rights, want, chain, room, i, desc, read_own, false);
}

int rsw_vring_split_take(struct rsw_vring *ring, unsigned long rights, u32 want,
			 struct rsw_chain *chain, unsigned int room)
{
	const __virtio16 *entry = &ring->avail->ring[rsw_vring_split_slot(ring, ring->next_avail)];
	int err;

	chain->id = le16_to_cpu((__force __le16)READ_ONCE(*entry));
	err = rsw_vring_walk(ring, rights, want, chain, room, chain->id, read_own, walk_on,
			     false);
	if (!err)
		ring->next_avail++;
	return err;
}

/* The index just published: does the driver want to know? It was @old before. */
static bool interrupt_wanted(const struct rsw_vring *ring, u16 old)
{
	__virtio16 field;

	if (ring->event_idx) {
		field = READ_ONCE(ring->avail->ring[ring->num]);
		return vring_need_event(le16_to_cpu((__force __le16)field), ring->used_idx, old);
	}
	field = READ_ONCE(ring->avail->flags);
	return !(le16_to_cpu((__force __le16)field) & VRING_AVAIL_F_NO_INTERRUPT);
}

bool rsw_vring_split_publish(struct rsw_vring *ring)
{
	u16 old = ring->used_idx;

	if (old == ring->next_used)
		return false;
	ring->used_idx = ring->next_used;
	/* Barrier B. */
	smp_store_release(&ring->used->idx, (__force __virtio16)cpu_to_le16(ring->used_idx));
	/* Barrier C. */
	smp_mb();
	return interrupt_wanted(ring, old);
}

void rsw_vring_split_quiet(struct rsw_vring *ring)
{
	if (ring->quiet || ring->event_idx)
		return;
	ring->quiet = true;
	WRITE_ONCE(ring->used->flags, (__force __virtio16)cpu_to_le16(VRING_USED_F_NO_NOTIFY));
}

int rsw_vring_split_listen(struct rsw_vring *ring)
{
	if (ring->event_idx) {
		write_avail_event(ring, ring->next_avail);
	} else if (ring->quiet) {
		ring->quiet = false;
		WRITE_ONCE(ring->used->flags, 0);
	}
	/* Barrier D. */
	smp_mb();
	return rsw_vring_split_available(ring);
}
