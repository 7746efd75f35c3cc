// SPDX-License-Identifier: GPL-2.0
/* What a driver does with a packed ring (virtio 1.3, 2.8, 2.8.21 above all). */
#include <kunit/test.h>

#include "mock_guest.h"

#define AVAIL	BIT(VRING_PACKED_DESC_F_AVAIL)
#define USED	BIT(VRING_PACKED_DESC_F_USED)

/* A wrap counter is 1 in a fresh ring and changes with each lap. */
static bool wrap(const struct mock_guest *guest, u32 at)
{
	return at < guest->num;
}

static struct vring_packed_desc *desc_at(const struct mock_guest *guest, u32 at)
{
	return &guest->desc_ring[at % guest->num];
}

/* All descriptors were used, those from here on in the lap before. */
static void start(struct mock_guest *guest)
{
	u32 at = guest->avail_at;

	for (u32 i = 0; i < guest->num; i++) {
		bool used = i < at % guest->num ? wrap(guest, at) : !wrap(guest, at);

		guest->desc_ring[i].flags = cpu_to_le16(used ? AVAIL | USED : 0);
	}
}

static void encode(void *to, u64 iova, u32 len, u16 flags, u16 link)
{
	const struct vring_packed_desc desc = {
		.addr = cpu_to_le64(iova),
		.len = cpu_to_le32(len),
		.id = cpu_to_le16(link),
		.flags = cpu_to_le16(flags),
	};

	memcpy(to, &desc, sizeof(desc));
}

static void set_desc(struct mock_guest *guest, u16 i, u64 iova, u32 len, u16 flags, u16 link)
{
	u32 at = mock_guest_at(guest, guest->avail_at + i);
	struct vring_packed_desc *desc = desc_at(guest, at);
	u16 available = wrap(guest, at) ? AVAIL : USED;

	desc->addr = cpu_to_le64(iova);
	desc->len = cpu_to_le32(len);
	desc->id = cpu_to_le16(link);
	/* The head's are written when the chain is shown: the device may be looking at them. */
	if (i)
		desc->flags = cpu_to_le16(flags ^ available);
	else
		guest->head_flags = (flags & ~(AVAIL | USED)) | available;
}

static void show(struct mock_guest *guest, u16 head, u16 n)
{
	/* Pairs with barrier A of vring_packed.c. */
	smp_store_release(&desc_at(guest, guest->avail_at)->flags,
			  cpu_to_le16(guest->head_flags));
	guest->avail_at = mock_guest_at(guest, guest->avail_at + n);
}

static int next_used(struct mock_guest *guest, u32 *len)
{
	const struct vring_packed_desc *desc = desc_at(guest, guest->used_at);
	bool counter = wrap(guest, guest->used_at);
	u16 flags;

	/* Pairs with barrier B of vring_packed.c. */
	flags = le16_to_cpu(smp_load_acquire(&desc->flags));
	if (!!(flags & AVAIL) != counter || !!(flags & USED) != counter)
		return -ENOENT;
	*len = le32_to_cpu(desc->len);
	/* 2.8.5: it says whether there is a length. The rest is reserved. */
	KUNIT_ASSERT_EQ(guest->test, flags & ~(AVAIL | USED), *len ? VRING_DESC_F_WRITE : 0);
	return le16_to_cpu(desc->id);
}

static void want(struct mock_guest *guest, bool interrupts)
{
	u16 flags = interrupts ? VRING_PACKED_EVENT_FLAG_ENABLE : VRING_PACKED_EVENT_FLAG_DISABLE;

	WRITE_ONCE(guest->driver->flags, cpu_to_le16(flags));
}

static void set_used_event(struct mock_guest *guest, u32 at)
{
	u16 counter = wrap(guest, at) ? BIT(VRING_PACKED_EVENT_F_WRAP_CTR) : 0;

	WRITE_ONCE(guest->driver->off_wrap, cpu_to_le16(at % guest->num | counter));
	/* The device reads both at once. */
	smp_store_release(&guest->driver->flags, cpu_to_le16(VRING_PACKED_EVENT_FLAG_DESC));
}

/* As in Linux's virtqueue_kick_prepare_packed(). */
static bool kicks(const struct mock_guest *guest, u32 at, u16 n)
{
	u32 said = le32_to_cpu(READ_ONCE(*(const __le32 *)guest->device));
	u16 off_wrap = said, flags = said >> 16;
	u16 event = off_wrap & ~BIT(VRING_PACKED_EVENT_F_WRAP_CTR);
	u32 end = mock_guest_at(guest, at + n);
	u16 new = end % guest->num;

	if (flags != VRING_PACKED_EVENT_FLAG_DESC)
		return flags != VRING_PACKED_EVENT_FLAG_DISABLE;
	if (off_wrap >> VRING_PACKED_EVENT_F_WRAP_CTR != wrap(guest, end))
		event -= guest->num;
	return vring_need_event(event, new, new - n);
}

const struct mock_layout mock_packed = {
	.start = start,
	.set_desc = set_desc,
	.encode = encode,
	.show = show,
	.next_used = next_used,
	.want = want,
	.set_used_event = set_used_event,
	.kicks = kicks,
};
