/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_VRING_TABLE_H
#define RINGSWITCH_VRING_TABLE_H

#include "vring.h"

/**
 * struct rsw_vring_desc - copy of a descriptor, of either layout, in CPU byte order
 * @addr: guest address
 * @len: bytes
 * @flags: VRING_DESC_F_*, besides others
 * @link: split: the next one; packed: the chain's id
 */
struct rsw_vring_desc {
	u64 addr;
	u32 len;
	u16 flags;
	u16 link;
};

int rsw_vring_table_walk(struct rsw_vring *ring, const struct rsw_vring_desc *entry,
			 unsigned long rights, u32 want, struct rsw_chain *chain,
			 unsigned int room);

#endif /* RINGSWITCH_VRING_TABLE_H */
