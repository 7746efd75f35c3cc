// SPDX-License-Identifier: GPL-2.0
/* What a driver does with a split ring (virtio 1.3, 2.7). */
#include <kunit/test.h>

#include "mock_guest.h"

void mock_split_set_avail_idx(struct mock_guest *guest, u16 index)
{
	/* Pairs with barrier A of vring_split.c. */
	smp_store_release(&guest->avail->idx, (__force __virtio16)cpu_to_le16(index));
}

static void start(struct mock_guest *guest)
{
	guest->avail->idx = (__force __virtio16)cpu_to_le16(guest->avail_at);
	guest->used->idx = (__force __virtio16)cpu_to_le16(guest->used_at);
}

static void encode(void *to, u64 iova, u32 len, u16 flags, u16 link)
{
	const struct vring_desc desc = {
		.addr = (__force __virtio64)cpu_to_le64(iova),
		.len = (__force __virtio32)cpu_to_le32(len),
		.flags = (__force __virtio16)cpu_to_le16(flags),
		.next = (__force __virtio16)cpu_to_le16(link),
	};

	memcpy(to, &desc, sizeof(desc));
}

static void set_desc(struct mock_guest *guest, u16 i, u64 iova, u32 len, u16 flags, u16 link)
{
	encode(&guest->desc[i], iova, len, flags, link);
}

static void show(struct mock_guest *guest, u16 head, u16 n)
{
	guest->avail->ring[guest->avail_at % guest->num] = (__force __virtio16)cpu_to_le16(head);
	guest->avail_at = mock_guest_at(guest, guest->avail_at + 1);
	mock_split_set_avail_idx(guest, guest->avail_at);
}

static int next_used(struct mock_guest *guest, u32 *len)
{
	const struct vring_used_elem *elem = &guest->used->ring[guest->used_at % guest->num];
	u16 idx;

	/* Pairs with barrier B of vring_split.c. */
	idx = le16_to_cpu((__force __le16)smp_load_acquire(&guest->used->idx));
	if (idx == guest->used_at)
		return -ENOENT;
	KUNIT_ASSERT_LE(guest->test, (u16)(idx - guest->used_at), guest->in_flight);
	*len = le32_to_cpu((__force __le32)elem->len);
	return le32_to_cpu((__force __le32)elem->id);
}

static void want(struct mock_guest *guest, bool interrupts)
{
	u16 flags = interrupts ? 0 : VRING_AVAIL_F_NO_INTERRUPT;

	WRITE_ONCE(guest->avail->flags, (__force __virtio16)cpu_to_le16(flags));
}

static void set_used_event(struct mock_guest *guest, u32 at)
{
	WRITE_ONCE(guest->avail->ring[guest->num], (__force __virtio16)cpu_to_le16(at));
}

u16 mock_split_avail_event(const struct mock_guest *guest)
{
	const __virtio16 *event = (const __virtio16 *)&guest->used->ring[guest->num];

	return le16_to_cpu((__force __le16)READ_ONCE(*event));
}

/* As in Linux's virtqueue_kick_prepare_split(). */
static bool kicks(const struct mock_guest *guest, u32 at, u16 n)
{
	u16 flags;

	if (guest->features & MOCK_EVENT_IDX)
		return vring_need_event(mock_split_avail_event(guest), at + n, at);
	flags = le16_to_cpu((__force __le16)READ_ONCE(guest->used->flags));
	return !(flags & VRING_USED_F_NO_NOTIFY);
}

const struct mock_layout mock_split = {
	.period = 65536,
	.start = start,
	.set_desc = set_desc,
	.encode = encode,
	.show = show,
	.next_used = next_used,
	.want = want,
	.set_used_event = set_used_event,
	.kicks = kicks,
};
