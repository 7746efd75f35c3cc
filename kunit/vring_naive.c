// SPDX-License-Identifier: GPL-2.0
#include "vring_naive.h"

static bool read_guest(const struct mock_guest *guest, u64 iova, void *to, u32 len)
{
	for (u32 i = 0; i < len; i++) {
		const u8 *byte = mock_guest_byte(guest, iova + i);

		if (!byte)
			return false;
		((u8 *)to)[i] = *byte;
	}
	return true;
}

/* What follows descriptor @desc, which is the last of the ring's own. */
static int walk_table(const struct mock_guest *guest, const struct vring_desc *desc, bool write,
		      struct mock_buf *buf)
{
	u32 len = le32_to_cpu((__force __le32)desc->len), i = 0;
	u64 iova = le64_to_cpu((__force __le64)desc->addr);
	struct vring_desc entry;

	if (!(guest->features & MOCK_INDIRECT) || len % 16 || len / 16 > RSW_VRING_NUM_MAX)
		return -1;
	for (u32 n = 0; n < len / 16; n++) {
		u16 flags;

		if (i >= len / 16 || !read_guest(guest, iova + 16 * i, &entry, 16))
			return -1;
		flags = le16_to_cpu((__force __le16)entry.flags);
		if (flags & VRING_DESC_F_INDIRECT || write != !!(flags & VRING_DESC_F_WRITE))
			return -1;
		buf[n].iova = le64_to_cpu((__force __le64)entry.addr);
		buf[n].len = le32_to_cpu((__force __le32)entry.len);
		if (!(flags & VRING_DESC_F_NEXT))
			return n + 1;
		i = le16_to_cpu((__force __le16)entry.next);
	}
	return -1;
}

int naive_walk(const struct mock_guest *guest, u16 head, bool write, struct mock_buf *buf)
{
	u32 i = head;

	for (int n = 0; n < guest->num; n++) {
		u16 flags;

		if (i >= guest->num)
			return -1;
		flags = le16_to_cpu((__force __le16)guest->desc[i].flags);
		if (flags & VRING_DESC_F_INDIRECT) {
			int more = walk_table(guest, &guest->desc[i], write, buf + n);

			return flags & VRING_DESC_F_NEXT || more < 0 ? -1 : n + more;
		}
		if (write != !!(flags & VRING_DESC_F_WRITE))
			return -1;
		buf[n].iova = le64_to_cpu((__force __le64)guest->desc[i].addr);
		buf[n].len = le32_to_cpu((__force __le32)guest->desc[i].len);
		if (!(flags & VRING_DESC_F_NEXT))
			return n + 1;
		i = le16_to_cpu((__force __le16)guest->desc[i].next);
	}
	return -1;
}

bool naive_mapped(const struct mock_guest *guest, const struct mock_buf *buf, u16 n, u32 want)
{
	for (; n--; buf++)
		for (u32 i = 0; i < buf->len; i++) {
			if (!want--)
				return true;
			if (!mock_guest_byte(guest, buf->iova + i))
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
