/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What can be done with a virtqueue, whichever layout its driver chose. What is done for each
 * frame is in place.
 */
#ifndef RINGSWITCH_VRING_H
#define RINGSWITCH_VRING_H

#include <linux/errno.h>

#include "vring_layout.h"

u64 rsw_vring_desc_size(u16 num);
u64 rsw_vring_avail_size(u16 num, u64 features);
u64 rsw_vring_used_size(u16 num, u64 features);

int rsw_vring_init(struct rsw_vring *ring, u16 num, u16 index, u64 features);
u16 rsw_vring_index(const struct rsw_vring *ring);
void rsw_vring_untake(struct rsw_vring *ring, unsigned int n, u16 held);
bool rsw_vring_publish(struct rsw_vring *ring);
void rsw_vring_quiet(struct rsw_vring *ring);
int rsw_vring_listen(struct rsw_vring *ring);

/**
 * rsw_vring_available - do chains wait?
 * @ring: the ring
 *
 * Asks the guest only when all that it showed before is taken.
 *
 * Return: number of chains, 1 in a packed ring that has any; -EPROTO when the guest claims
 * more than the ring holds.
 */
static inline int rsw_vring_available(struct rsw_vring *ring)
{
	return ring->packed ? rsw_vring_packed_available(ring) : rsw_vring_split_available(ring);
}

/**
 * rsw_vring_take - take the next chain
 * @ring: the ring; rsw_vring_available() said that one waits
 * @rights: RSW_MEM_RO for a chain we read, RSW_MEM_WO for one we write. All of its
 *	descriptors must be of that kind; with both, first come those that we read
 * @want: bytes the caller can use, of each kind; the rest is walked but not translated
 * @chain: result; chain->seg says where pieces go
 * @room: how many fit there
 *
 * Return: 0; -ENOSPC (@room is too small, the chain is not taken); -EBUSY (so much was
 * read that it is time to publish, the chain is not taken); -EPROTO (bad index, kind, flag
 * or table size), -ELOOP, -EFAULT (bad address).
 */
static inline int rsw_vring_take(struct rsw_vring *ring, unsigned long rights, u32 want,
				 struct rsw_chain *chain, unsigned int room)
{
	if (ring->walked >= RSW_VRING_WALK_MAX)
		return -EBUSY;
	return ring->packed ? rsw_vring_packed_take(ring, rights, want, chain, room) :
			      rsw_vring_split_take(ring, rights, want, chain, room);
}

/**
 * rsw_vring_use - return a chain to the driver, at the next rsw_vring_publish()
 * @ring: the ring
 * @id: the chain's id
 * @ndesc: the ring's own descriptors in it
 * @len: bytes written into it
 */
static inline void rsw_vring_use(struct rsw_vring *ring, u16 id, u16 ndesc, u32 len)
{
	if (ring->packed)
		rsw_vring_packed_use(ring, id, ndesc, len);
	else
		rsw_vring_split_use(ring, id, len);
}

#endif /* RINGSWITCH_VRING_H */
