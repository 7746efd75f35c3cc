// SPDX-License-Identifier: GPL-2.0
/*
 * Split virtqueue, device side (virtio 1.3, 2.7). With vring_table.c, the only reader and
 * writer of ring fields that are shared with a guest.
 *
 * Barriers and their partners in the driver (virtio 1.3, 2.7.13 and 2.7.14):
 *  A  smp_load_acquire(avail->idx)   with  the driver's write barrier before it
 *     stores avail->idx: what the index covers is there.
 *  B  smp_store_release(used->idx)   with  the driver's read barrier after it loads
 *     used->idx: used entries and frame bytes are there.
 *  C  smp_mb() in rsw_vring_publish()  with  the driver's full barrier between
 *     clearing VRING_AVAIL_F_NO_INTERRUPT (EVENT_IDX: moving used_event) and looking at
 *     used->idx again: either we see that it wants an interrupt or it sees our index.
 *  D  smp_mb() in rsw_vring_listen()  with  the driver's full barrier between storing
 *     avail->idx and reading used->flags (EVENT_IDX: avail_event): either it kicks or
 *     we see its index.
 *
 * With EVENT_IDX each side names the index whose passing it wants to hear of: used_event
 * behind the available ring is the driver's, avail_event behind the used ring is ours. The
 * flags are not used then.
 */
#include <asm/barrier.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/prefetch.h>
#include <linux/stddef.h>

#include "vring.h"
#include "vring_table.h"

u64 rsw_vring_desc_size(u16 num)
{
	return (u64)num * sizeof(struct vring_desc);
}

/* The other side's event index follows each ring. */
static u64 event_size(u64 features)
{
	return features & BIT_ULL(VIRTIO_RING_F_EVENT_IDX) ? sizeof(__virtio16) : 0;
}

u64 rsw_vring_avail_size(u16 num, u64 features)
{
	return offsetof(struct vring_avail, ring) + (u64)num * sizeof(__virtio16) +
	       event_size(features);
}

u64 rsw_vring_used_size(u16 num, u64 features)
{
	return offsetof(struct vring_used, ring) + (u64)num * sizeof(struct vring_used_elem) +
	       event_size(features);
}

/* Have the driver kick when its index passes @index. */
static void write_avail_event(struct rsw_vring *ring, u16 index)
{
	WRITE_ONCE(*(__virtio16 *)&ring->used->ring[ring->num],
		   (__force __virtio16)cpu_to_le16(index));
}

/**
 * rsw_vring_init - start at a given index
 * @ring: desc, avail, used and mem are set
 * @num: ring size
 * @index: next entry of both rings. Nothing is in flight while a queue is stopped,
 *	so one index describes it (virtio 1.3, 2.7.8.1 order is not assumed)
 * @features: what was negotiated
 *
 * With EVENT_IDX no kick is wanted before rsw_vring_listen(), or once in 65536 chains.
 */
void rsw_vring_init(struct rsw_vring *ring, u16 num, u16 index, u64 features)
{
	ring->num = num;
	ring->next_avail = index;
	ring->avail_idx = index;
	ring->next_used = index;
	ring->used_idx = index;
	ring->held = 0;
	ring->walked = 0;
	ring->event_idx = features & BIT_ULL(VIRTIO_RING_F_EVENT_IDX);
	ring->indirect = features & BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC);
	ring->quiet = false;
	ring->cursor.block = NULL;
	/* What is there is the driver's; this is as far ahead of it as can be. */
	if (ring->event_idx)
		write_avail_event(ring, index - 1);
}

static u16 slot(const struct rsw_vring *ring, u16 index)
{
	return index & (ring->num - 1);
}

/**
 * rsw_vring_available - how many chains wait
 * @ring: the ring
 *
 * Asks the guest only when all that it showed before is taken.
 *
 * Return: number of chains; -EPROTO when the guest claims more than the ring holds.
 */
int rsw_vring_available(struct rsw_vring *ring)
{
	u16 n = ring->avail_idx - ring->next_avail;

	if (n)
		return n;
	/* Barrier A. */
	ring->avail_idx = le16_to_cpu((__force __le16)smp_load_acquire(&ring->avail->idx));
	n = ring->avail_idx - ring->next_avail;
	if (n <= ring->num)
		return n;
	ring->avail_idx = ring->next_avail;
	return -EPROTO;
}

static int read_desc(struct rsw_vring *ring, struct rsw_vring_table *table, u16 i,
		     struct vring_desc *desc)
{
	const struct vring_desc *from;

	if (i >= table->num)
		return -EPROTO;
	/* This ends every loop. */
	if (!table->left)
		return -ELOOP;
	table->left--;
	ring->walked++;
	if (!table->own)
		return rsw_vring_table_read(ring, table, i, desc);
	ring->held++;
	from = &ring->desc[i];
	*desc = (struct vring_desc){
		.addr = READ_ONCE(from->addr),
		.len = READ_ONCE(from->len),
		.flags = READ_ONCE(from->flags),
		.next = READ_ONCE(from->next),
	};
	return 0;
}

/* Add one descriptor to the chain, up to @want bytes in all. */
static int add_desc(struct rsw_vring *ring, const struct vring_desc *desc, unsigned long rights,
		    u32 want, struct rsw_chain *chain, unsigned int room)
{
	u32 len = le32_to_cpu((__force __le32)desc->len);
	int n;

	if (len > want - chain->len) {
		chain->oversize = true;
		len = want - chain->len;
	}
	if (!len)
		return 0;
	n = rsw_mem_translate(ring->mem, &ring->cursor, le64_to_cpu((__force __le64)desc->addr),
			      len, rights, chain->seg + chain->nsegs, room - chain->nsegs);
	if (n < 0)
		return n;
	chain->nsegs += n;
	chain->len += len;
	return 0;
}

static int walk(struct rsw_vring *ring, unsigned long rights, u32 want,
		struct rsw_chain *chain, unsigned int room)
{
	struct rsw_vring_table table = {
		.own = true, .num = ring->num, .left = ring->num - ring->held
	};
	bool writable = rights == RSW_MEM_WO;
	u16 i = chain->head;

	for (;;) {
		struct vring_desc desc;
		int err = read_desc(ring, &table, i, &desc);
		u16 flags;

		if (err)
			return err;
		flags = le16_to_cpu((__force __le16)desc.flags);
		if (flags & VRING_DESC_F_INDIRECT) {
			/* Its kind is not looked at. */
			err = rsw_vring_table_enter(ring, &table, &desc);
			if (err)
				return err;
			i = 0;
			continue;
		}
		if (!!(flags & VRING_DESC_F_WRITE) != writable)
			return -EPROTO;
		err = add_desc(ring, &desc, rights, want, chain, room);
		if (err || !(flags & VRING_DESC_F_NEXT))
			return err;
		i = le16_to_cpu((__force __le16)desc.next);
	}
}

/**
 * rsw_vring_take - take the next chain
 * @ring: the ring; rsw_vring_available() said that one waits
 * @rights: RSW_MEM_RO for a chain we read, RSW_MEM_WO for one we write. All of its
 *	descriptors must be of that kind
 * @want: bytes the caller can use; the rest is walked but not translated
 * @chain: result; chain->seg says where pieces go
 * @room: how many fit there
 *
 * Return: 0; -ENOSPC (@room is too small, the chain is not taken); -EBUSY (so much was
 * read that it is time to publish, the chain is not taken); -EPROTO (bad index, kind, flag
 * or table size), -ELOOP, -EFAULT (bad address).
 */
int rsw_vring_take(struct rsw_vring *ring, unsigned long rights, u32 want,
		   struct rsw_chain *chain, unsigned int room)
{
	const __virtio16 *entry = &ring->avail->ring[slot(ring, ring->next_avail)];
	u16 held = ring->held;
	int err;

	if (ring->walked >= RSW_VRING_WALK_MAX)
		return -EBUSY;
	chain->head = le16_to_cpu((__force __le16)READ_ONCE(*entry));
	chain->nsegs = 0;
	chain->len = 0;
	chain->oversize = false;
	err = walk(ring, rights, want, chain, room);
	if (err)
		ring->held = held;
	else
		ring->next_avail++;
	return err;
}

/* Give back the last @n chains taken, before which @held was held; they come again. */
void rsw_vring_untake(struct rsw_vring *ring, unsigned int n, u16 held)
{
	ring->next_avail -= n;
	ring->held = held;
}

/**
 * rsw_vring_use - return a chain to the driver, at the next rsw_vring_publish()
 * @ring: the ring
 * @head: the chain's id
 * @len: bytes written into it
 */
void rsw_vring_use(struct rsw_vring *ring, u16 head, u32 len)
{
	struct vring_used_elem *elem = &ring->used->ring[slot(ring, ring->next_used++)];

	WRITE_ONCE(elem->id, (__force __virtio32)cpu_to_le32(head));
	WRITE_ONCE(elem->len, (__force __virtio32)cpu_to_le32(len));
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

/**
 * rsw_vring_publish - show all used chains to the driver
 * @ring: the ring
 *
 * Return: true when the driver wants an interrupt for them.
 */
bool rsw_vring_publish(struct rsw_vring *ring)
{
	u16 old = ring->used_idx;

	ring->held = 0;
	ring->walked = 0;
	if (old == ring->next_used)
		return false;
	ring->used_idx = ring->next_used;
	/* Barrier B. */
	smp_store_release(&ring->used->idx, (__force __virtio16)cpu_to_le16(ring->used_idx));
	/* Barrier C. */
	smp_mb();
	return interrupt_wanted(ring, old);
}

/*
 * Ask the driver not to kick: we look by ourselves. A hint, so no barrier. With EVENT_IDX
 * there is nothing to say: it kicks once when it passes where we listened last.
 */
void rsw_vring_quiet(struct rsw_vring *ring)
{
	if (ring->quiet || ring->event_idx)
		return;
	ring->quiet = true;
	WRITE_ONCE(ring->used->flags, (__force __virtio16)cpu_to_le16(VRING_USED_F_NO_NOTIFY));
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
	if (ring->event_idx) {
		write_avail_event(ring, ring->next_avail);
	} else if (ring->quiet) {
		ring->quiet = false;
		WRITE_ONCE(ring->used->flags, 0);
	}
	/* Barrier D. */
	smp_mb();
	return rsw_vring_available(ring);
}
