// SPDX-License-Identifier: GPL-2.0
/* Indirect descriptor tables (virtio 1.3, 2.7.5.3, 2.8.7): in guest memory, written at any time. */
#include <asm/barrier.h>
#include <linux/errno.h>
#include <linux/overflow.h>
#include <linux/string.h>

#include "vring_table.h"

union entry {
	struct vring_desc split;
	struct vring_packed_desc packed;
};

#define ENTRY	sizeof(union entry)

/* Address and length have the same place in both. */
static void decode(const union entry *from, bool packed, struct rsw_vring_desc *desc)
{
	__virtio16 flags = packed ? (__force __virtio16)from->packed.flags : from->split.flags;
	__virtio16 link = packed ? (__force __virtio16)from->packed.id : from->split.next;

	desc->addr = le64_to_cpu((__force __le64)from->split.addr);
	desc->len = le32_to_cpu((__force __le32)from->split.len);
	desc->flags = le16_to_cpu((__force __le16)flags);
	desc->link = le16_to_cpu((__force __le16)link);
	/* 2.8.7: other flags mean nothing in a packed ring's table. */
	if (packed)
		desc->flags &= VRING_DESC_F_WRITE;
}

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
			  const struct rsw_vring_desc *desc)
{
	u32 num = desc->len / ENTRY;
	u64 last;

	if (!ring->indirect || !table->own)
		return -EPROTO;
	if (desc->flags & VRING_DESC_F_NEXT)
		return -EPROTO;
	/* Linux makes chains that are longer than a small ring: its size is no limit. */
	if (!num || num > RSW_VRING_NUM_MAX || desc->len % ENTRY)
		return -EPROTO;
	if (check_add_overflow(desc->addr, (u64)desc->len - 1, &last))
		return -EFAULT;
	*table = (struct rsw_vring_table){ .num = num, .left = num, .iova = desc->addr };
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
			 struct rsw_vring_desc *desc)
{
	union entry entry;
	struct rsw_seg seg[2];
	int n;

	n = rsw_mem_translate(ring->mem, &table->cursor, table->iova + i * ENTRY, ENTRY,
			      RSW_MEM_RO, seg, ARRAY_SIZE(seg));
	if (n < 0)
		return n;
	memcpy(&entry, seg[0].addr, seg[0].len);
	/* A table need not be aligned: a page can end within a descriptor. */
	if (n == 2)
		memcpy((void *)&entry + seg[0].len, seg[1].addr, seg[1].len);
	/* The compiler must not go back to guest memory for what was copied. */
	barrier();
	decode(&entry, ring->packed, desc);
	return 0;
}
