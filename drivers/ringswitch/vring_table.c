// SPDX-License-Identifier: GPL-2.0
/* Indirect descriptor tables (virtio 1.3, 2.7.5.3): in guest memory, written at any time. */
#include <asm/barrier.h>
#include <linux/errno.h>
#include <linux/overflow.h>
#include <linux/string.h>

#include "vring_table.h"

/**
 * rsw_vring_table_enter - the rest of a chain is in an indirect table, from its start
 * @ring: the ring
 * @table: where the chain was so far; result
 * @desc: copy of the descriptor that says so
 *
 * Return: 0; -EPROTO (not negotiated, table in a table, more after it, bad size);
 * -EFAULT (bad address). That the table is mapped is not known yet.
 */
int rsw_vring_table_enter(const struct rsw_vring *ring, struct rsw_vring_table *table,
			  const struct vring_desc *desc)
{
	u64 iova = le64_to_cpu((__force __le64)desc->addr), last;
	u32 len = le32_to_cpu((__force __le32)desc->len);
	u32 num = len / sizeof(*desc);

	if (!ring->indirect || !table->own)
		return -EPROTO;
	if (le16_to_cpu((__force __le16)desc->flags) & VRING_DESC_F_NEXT)
		return -EPROTO;
	/* Linux makes chains that are longer than a small ring: its size is no limit. */
	if (!num || num > RSW_VRING_NUM_MAX || len % sizeof(*desc))
		return -EPROTO;
	if (check_add_overflow(iova, (u64)len - 1, &last))
		return -EFAULT;
	*table = (struct rsw_vring_table){ .num = num, .left = num, .iova = iova };
	return 0;
}

/**
 * rsw_vring_table_read - copy a descriptor out of an indirect table
 * @ring: the ring
 * @table: the table
 * @i: index, less than table->num
 * @desc: result
 *
 * Return: 0 or -EFAULT.
 */
int rsw_vring_table_read(const struct rsw_vring *ring, struct rsw_vring_table *table, u16 i,
			 struct vring_desc *desc)
{
	struct rsw_seg seg[2];
	int n;

	n = rsw_mem_translate(ring->mem, &table->cursor, table->iova + i * sizeof(*desc),
			      sizeof(*desc), RSW_MEM_RO, seg, ARRAY_SIZE(seg));
	if (n < 0)
		return n;
	memcpy(desc, seg[0].addr, seg[0].len);
	/* A table need not be aligned: a page can end within a descriptor. */
	if (n == 2)
		memcpy((void *)desc + seg[0].len, seg[1].addr, seg[1].len);
	/* The compiler must not go back to guest memory for what was copied. */
	barrier();
	return 0;
}
