/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_VRING_TABLE_H
#define RINGSWITCH_VRING_TABLE_H

#include "vring.h"

/**
 * struct rsw_vring_table - where the descriptors of a chain are
 * @own: in the ring's own table; else in an indirect one (virtio 1.3, 2.7.5.3, 2.8.7)
 * @num: descriptors in the table
 * @left: how many a chain can still have of them, since none is in it twice
 * @iova: address of an indirect table
 * @cursor: block of guest memory it is in
 */
struct rsw_vring_table {
	bool own;
	u16 num;
	u16 left;
	u64 iova;
	struct rsw_mem_cursor cursor;
};

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

int rsw_vring_table_enter(const struct rsw_vring *ring, struct rsw_vring_table *table,
			  const struct rsw_vring_desc *desc);
int rsw_vring_table_read(const struct rsw_vring *ring, struct rsw_vring_table *table, u16 i,
			 struct rsw_vring_desc *desc);

#endif /* RINGSWITCH_VRING_TABLE_H */
