// SPDX-License-Identifier: GPL-2.0
/* Indirect descriptor tables (virtio 1.3, 2.7.5.3, 2.8.7): in guest memory, written at any time. */
#include <asm/barrier.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/string.h>

#include "vring_table.h"
#include "vring_walk.h"

/**
 * struct table - an indirect table
 * @num: descriptors in it
 * @left: how many a chain can still have of them, since none is in it twice
 * @iova: its address
 * @cursor: block of guest memory it is in
 */
struct table {
	u16 num;
	u16 left;
	u64 iova;
	struct rsw_mem_cursor cursor;
};

union entry {
	struct vring_desc split;
	struct vring_packed_desc packed;
};

#define ENTRY	sizeof(union entry)

/* Address and length have the same place in both; a packed ring's table has no links. */
static void decode(const union entry *from, bool packed, struct rsw_vring_desc *desc)
{
	__virtio16 flags = packed ? (__force __virtio16)from->packed.flags : from->split.flags;

	desc->addr = le64_to_cpu((__force __le64)from->split.addr);
	desc->len = le32_to_cpu((__force __le32)from->split.len);
	desc->flags = le16_to_cpu((__force __le16)flags);
	desc->link = le16_to_cpu((__force __le16)from->split.next);
	/* 2.8.7: other flags mean nothing in a packed ring's table. */
	if (packed)
		desc->flags &= VRING_DESC_F_WRITE;
}

/*
 * What a descriptor says of a table. Returns 0; -EPROTO (not negotiated, more after it, bad
 * size); -EFAULT (bad address). That the table is mapped is not known yet.
 */
static int enter(const struct rsw_vring *ring, struct table *table,
		 const struct rsw_vring_desc *entry)
{
	u32 num = entry->len / ENTRY;
	u64 last;

	if (!ring->indirect)
		return -EPROTO;
	if (entry->flags & VRING_DESC_F_NEXT)
		return -EPROTO;
	/* Linux makes chains that are longer than a small ring. */
	if (!num || num > max_t(u32, ring->num, RSW_CHAIN_DESCS) || entry->len % ENTRY)
		return -EPROTO;
	if (check_add_overflow(entry->addr, (u64)entry->len - 1, &last))
		return -EFAULT;
	*table = (struct table){ .num = num, .left = num, .iova = entry->addr };
	return 0;
}

/* Copy descriptor @i out of a table. */
static int read_entry(const struct rsw_vring *ring, struct table *table, u16 i,
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

/* The chain goes on at @i: where a descriptor says, or with its neighbour (packed). */
static bool next(const struct rsw_vring *ring, const struct table *table,
		 const struct rsw_vring_desc *desc, u16 *i)
{
	if (!ring->packed) {
		*i = desc->link;
		return desc->flags & VRING_DESC_F_NEXT;
	}
	/* 2.8.7: the table is one chain from start to end. */
	return ++*i < table->num;
}

/**
 * rsw_vring_table_walk - translate the rest of a chain, which is in an indirect table
 * @ring: the ring
 * @entry: copy of the descriptor that says so; its kind is not looked at
 * @rights: as for rsw_vring_take(), as far as they are left
 * @want: as for rsw_vring_take()
 * @chain: what there is of it already; result
 * @room: entries of chain->seg
 *
 * Return: as rsw_vring_take().
 */
int rsw_vring_table_walk(struct rsw_vring *ring, const struct rsw_vring_desc *entry,
			 unsigned long rights, u32 want, struct rsw_chain *chain,
			 unsigned int room)
{
	struct rsw_vring_desc desc;
	struct table table;
	u16 i = 0;
	int err;

	err = enter(ring, &table, entry);
	if (err)
		return err;
	do {
		if (i >= table.num)
			return -EPROTO;
		/* This ends every loop. */
		if (!table.left)
			return -ELOOP;
		table.left--;
		ring->walked++;
		err = read_entry(ring, &table, i, &desc);
		if (err)
			return err;
		/* No table is in a table. */
		if (desc.flags & VRING_DESC_F_INDIRECT)
			return -EPROTO;
		err = rsw_vring_add_kind(ring, &desc, &rights, want, chain, room);
		if (err)
			return err;
	} while (next(ring, &table, &desc, &i));
	return 0;
}
