// SPDX-License-Identifier: GPL-2.0
#include "vring_naive.h"

static const u8 *byte_with(const struct mock_guest *guest, u64 iova, unsigned long rights)
{
	const u8 *byte = mock_guest_byte(guest, iova);

	if (!byte || rights & ~guest->rights[(iova - MOCK_IOVA) >> PAGE_SHIFT])
		return NULL;
	return byte;
}

static bool read_guest(const struct mock_guest *guest, u64 iova, void *to, u32 len)
{
	if (len - 1 > U64_MAX - iova)
		return false;
	for (u32 i = 0; i < len; ) {
		const u8 *byte = byte_with(guest, iova + i, RSW_MEM_RO);

		if (!byte)
			return false;
		/* The rest of a page follows. */
		do {
			((u8 *)to)[i] = *byte++;
		} while (++i < len && offset_in_page(iova + i));
	}
	return true;
}

/* One descriptor, of either layout. */
struct desc {
	u64 addr;
	u32 len;
	u16 flags;
	u16 next;	/* packed: the id */
};

static struct desc decode(const struct mock_guest *guest, const void *from)
{
	const struct vring_packed_desc *packed = from;
	const struct vring_desc *split = from;

	if (guest->features & MOCK_PACKED)
		return (struct desc){
			.addr = le64_to_cpu(packed->addr),
			.len = le32_to_cpu(packed->len),
			.flags = le16_to_cpu(packed->flags),
			.next = le16_to_cpu(packed->id),
		};
	return (struct desc){
		.addr = le64_to_cpu((__force __le64)split->addr),
		.len = le32_to_cpu((__force __le32)split->len),
		.flags = le16_to_cpu((__force __le16)split->flags),
		.next = le16_to_cpu((__force __le16)split->next),
	};
}

static bool append(struct naive_chain *chain, const struct desc *desc, unsigned long rights)
{
	bool write = desc->flags & VRING_DESC_F_WRITE;

	if (!(rights & (write ? RSW_MEM_WO : RSW_MEM_RO)))
		return false;
	/* 2.7.4.2: what we read comes first. */
	if (!write && chain->nread++ < chain->n)
		return false;
	chain->buf[chain->n++] = (struct mock_buf){ desc->addr, desc->len };
	return true;
}

/* Append the table of a descriptor to a chain. */
static bool walk_table(const struct mock_guest *guest, const struct desc *from,
		       unsigned long rights, struct naive_chain *chain)
{
	bool packed = guest->features & MOCK_PACKED;
	u32 num = from->len / 16, i = 0;
	u8 bytes[16] __aligned(8);

	if (!(guest->features & MOCK_INDIRECT) || from->flags & VRING_DESC_F_NEXT ||
	    from->len % 16 || num > max_t(u32, guest->num, RSW_CHAIN_DESCS))
		return false;
	for (u32 n = 0; n < num; n++) {
		struct desc desc;

		if (i >= num || !read_guest(guest, from->addr + 16 * i, bytes, 16))
			return false;
		desc = decode(guest, bytes);
		if (!packed && desc.flags & VRING_DESC_F_INDIRECT)
			return false;
		if (!append(chain, &desc, rights))
			return false;
		/* A packed ring's table ends where its memory does (2.8.7). */
		if (packed ? n == num - 1 : !(desc.flags & VRING_DESC_F_NEXT))
			return true;
		i = packed ? n + 1 : desc.next;
	}
	return false;
}

bool naive_walk(const struct mock_guest *guest, u16 head, unsigned long rights,
		struct naive_chain *chain)
{
	bool packed = guest->features & MOCK_PACKED;
	u32 i = head;

	chain->id = head;
	chain->n = 0;
	chain->nread = 0;
	for (chain->ndesc = 1; chain->ndesc <= guest->num; chain->ndesc++) {
		struct desc desc;

		if (i >= guest->num)
			return false;
		desc = decode(guest, &guest->desc[i]);
		/* The last one's id counts (2.8.6). */
		if (packed)
			chain->id = desc.next;
		if (desc.flags & VRING_DESC_F_INDIRECT)
			return walk_table(guest, &desc, rights, chain);
		if (!append(chain, &desc, rights))
			return false;
		if (!(desc.flags & VRING_DESC_F_NEXT))
			return true;
		i = packed ? (i + 1) % guest->num : desc.next;
	}
	return false;
}

bool naive_mapped(const struct mock_guest *guest, const struct mock_buf *buf, u16 n, u32 want,
		  unsigned long rights)
{
	for (; n--; buf++)
		for (u32 i = 0; i < buf->len; i++) {
			if (!want--)
				return true;
			if (i > U64_MAX - buf->iova || !byte_with(guest, buf->iova + i, rights))
				return false;
		}
	return true;
}

bool naive_same(const struct mock_guest *guest, const struct mock_buf *buf, u16 n, u32 want,
		const struct rsw_chain *chain)
{
	u32 total = 0, in_seg = 0;
	u16 seg = 0;

	for (; n--; buf++)
		for (u32 i = 0; i < buf->len; i++) {
			if (total == want)
				return chain->oversize && chain->len == want && seg == chain->nsegs;
			if (seg == chain->nsegs ||
			    chain->seg[seg].addr + in_seg != mock_guest_byte(guest, buf->iova + i))
				return false;
			total++;
			if (++in_seg == chain->seg[seg].len) {
				in_seg = 0;
				seg++;
			}
		}
	return !chain->oversize && chain->len == total && seg == chain->nsegs;
}
