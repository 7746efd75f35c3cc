// SPDX-License-Identifier: GPL-2.0
/*
 * Split virtqueue, device side (virtio 1.3, 2.7). The only reader and writer of ring
 * fields that are shared with a guest.
 *
 * Barriers and their partners in the driver (virtio 1.3, 2.7.13 and 2.7.14):
 *  A  smp_load_acquire(avail->idx)   with  the driver's write barrier before it
 *     stores avail->idx: what the index covers is there.
 *  B  smp_store_release(used->idx)   with  the driver's read barrier after it loads
 *     used->idx: used entries and frame bytes are there.
 *  C  smp_mb() in rsw_vring_publish()  with  the driver's full barrier between
 *     clearing VRING_AVAIL_F_NO_INTERRUPT and looking at used->idx again: either we
 *     see that it wants an interrupt or it sees our index.
 *  D  smp_mb() in rsw_vring_listen()  with  the driver's full barrier between storing
 *     avail->idx and reading used->flags: either it kicks or we see its index.
 */
#include <asm/barrier.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/prefetch.h>
#include <linux/stddef.h>

#include "vring.h"

u64 rsw_vring_desc_size(u16 num)
{
	return (u64)num * sizeof(struct vring_desc);
}

/* One more field than needed without EVENT_IDX: drivers reserve it in any case. */
u64 rsw_vring_avail_size(u16 num)
{
	return offsetof(struct vring_avail, ring) + (u64)num * sizeof(__virtio16);
}

u64 rsw_vring_used_size(u16 num)
{
	return offsetof(struct vring_used, ring) + (u64)num * sizeof(struct vring_used_elem);
}

/**
 * rsw_vring_init - start at a given index
 * @ring: desc, avail, used and mem are set
 * @num: ring size
 * @index: next entry of both rings. Nothing is in flight while a queue is stopped,
 *	so one index describes it (virtio 1.3, 2.7.8.1 order is not assumed)
 */
void rsw_vring_init(struct rsw_vring *ring, u16 num, u16 index)
{
	ring->num = num;
	ring->next_avail = index;
	ring->avail_idx = index;
	ring->next_used = index;
	ring->used_idx = index;
	ring->held = 0;
	ring->quiet = false;
	ring->cursor.block = NULL;
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

static struct vring_desc read_desc(const struct rsw_vring *ring, u16 i)
{
	const struct vring_desc *desc = &ring->desc[i];

	return (struct vring_desc){
		.addr = READ_ONCE(desc->addr),
		.len = READ_ONCE(desc->len),
		.flags = READ_ONCE(desc->flags),
		.next = READ_ONCE(desc->next),
	};
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
	bool writable = rights == RSW_MEM_WO;
	u16 i = chain->head;

	/* No descriptor can be in use twice: this also ends every loop. */
	while (ring->held < ring->num) {
		struct vring_desc desc = read_desc(ring, i);
		u16 flags = le16_to_cpu((__force __le16)desc.flags);
		int err;

		ring->held++;
		if (flags & VRING_DESC_F_INDIRECT)
			return -EPROTO;
		if (!!(flags & VRING_DESC_F_WRITE) != writable)
			return -EPROTO;
		err = add_desc(ring, &desc, rights, want, chain, room);
		if (err)
			return err;
		if (!(flags & VRING_DESC_F_NEXT))
			return 0;
		i = le16_to_cpu((__force __le16)desc.next);
		if (i >= ring->num)
			return -EPROTO;
	}
	return -ELOOP;
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
 * Return: 0; -ENOSPC (@room is too small, the chain is not taken);
 * -EPROTO (bad index, kind or flag), -ELOOP, -EFAULT (bad address).
 */
int rsw_vring_take(struct rsw_vring *ring, unsigned long rights, u32 want,
		   struct rsw_chain *chain, unsigned int room)
{
	const __virtio16 *entry = &ring->avail->ring[slot(ring, ring->next_avail)];
	u16 held = ring->held;
	int err;

	chain->head = le16_to_cpu((__force __le16)READ_ONCE(*entry));
	chain->nsegs = 0;
	chain->len = 0;
	chain->oversize = false;
	if (chain->head >= ring->num)
		return -EPROTO;
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

/**
 * rsw_vring_publish - show all used chains to the driver
 * @ring: the ring
 *
 * Return: true when the driver wants an interrupt for them.
 */
bool rsw_vring_publish(struct rsw_vring *ring)
{
	u16 flags;

	ring->held = 0;
	if (ring->used_idx == ring->next_used)
		return false;
	ring->used_idx = ring->next_used;
	/* Barrier B. */
	smp_store_release(&ring->used->idx, (__force __virtio16)cpu_to_le16(ring->used_idx));
	/* Barrier C. */
	smp_mb();
	flags = le16_to_cpu((__force __le16)READ_ONCE(ring->avail->flags));
	return !(flags & VRING_AVAIL_F_NO_INTERRUPT);
}

/* Ask the driver not to kick: we look by ourselves. A hint, so no barrier. */
void rsw_vring_quiet(struct rsw_vring *ring)
{
	if (ring->quiet)
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
	if (ring->quiet) {
		ring->quiet = false;
		WRITE_ONCE(ring->used->flags, 0);
	}
	/* Barrier D. */
	smp_mb();
	return rsw_vring_available(ring);
}
