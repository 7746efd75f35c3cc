/* SPDX-License-Identifier: GPL-2.0 */
/* What differs between the layouts of a ring: each function does its part of vring.c's. */
#ifndef RINGSWITCH_VRING_LAYOUT_H
#define RINGSWITCH_VRING_LAYOUT_H

#include <asm/byteorder.h>
#include <linux/compiler.h>

#include "vring_state.h"

int rsw_vring_split_init(struct rsw_vring *ring, u16 index);
int rsw_vring_split_look(struct rsw_vring *ring);
int rsw_vring_split_take(struct rsw_vring *ring, unsigned long rights, u32 want,
			 struct rsw_chain *chain, unsigned int room);
bool rsw_vring_split_publish(struct rsw_vring *ring);
void rsw_vring_split_quiet(struct rsw_vring *ring);
int rsw_vring_split_listen(struct rsw_vring *ring);

static inline u16 rsw_vring_split_slot(const struct rsw_vring *ring, u16 index)
{
	return index & (ring->num - 1);
}

/* Asks the guest when all that it showed before is taken. */
static inline int rsw_vring_split_available(struct rsw_vring *ring)
{
	u16 n = ring->avail_idx - ring->next_avail;

	return n ?: rsw_vring_split_look(ring);
}

static inline void rsw_vring_split_use(struct rsw_vring *ring, u16 id, u32 len)
{
	u16 slot = rsw_vring_split_slot(ring, ring->next_used++);
	struct vring_used_elem *elem = &ring->used->ring[slot];

	WRITE_ONCE(elem->id, (__force __virtio32)cpu_to_le32(id));
	WRITE_ONCE(elem->len, (__force __virtio32)cpu_to_le32(len));
}

int rsw_vring_packed_init(struct rsw_vring *ring, u16 index);
int rsw_vring_packed_available(struct rsw_vring *ring);
int rsw_vring_packed_take(struct rsw_vring *ring, unsigned long rights, u32 want,
			  struct rsw_chain *chain, unsigned int room);
void rsw_vring_packed_untake(struct rsw_vring *ring, u16 ndesc);
void rsw_vring_packed_use(struct rsw_vring *ring, u16 id, u16 ndesc, u32 len);
bool rsw_vring_packed_publish(struct rsw_vring *ring);
void rsw_vring_packed_quiet(struct rsw_vring *ring);
int rsw_vring_packed_listen(struct rsw_vring *ring);

#endif /* RINGSWITCH_VRING_LAYOUT_H */
