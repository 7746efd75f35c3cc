// SPDX-License-Identifier: GPL-2.0
#include "vring_naive.h"

int naive_walk(const struct mock_guest *guest, u16 head, bool write, struct mock_buf *buf)
{
	u32 i = head;

	for (int n = 0; n < guest->num; n++) {
		u16 flags;

		if (i >= guest->num)
			return -1;
		flags = le16_to_cpu((__force __le16)guest->desc[i].flags);
		if (flags & VRING_DESC_F_INDIRECT)
			return -1;
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
