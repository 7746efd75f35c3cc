// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>

#include "vring_shadow.h"

#define SHOWN	(BIT(VRING_PACKED_DESC_F_AVAIL) | BIT(VRING_PACKED_DESC_F_USED))

struct vring_shadow *shadow_new(struct mock_guest *guest)
{
	struct vring_shadow *shadow = kunit_kzalloc(guest->test, sizeof(*shadow), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(guest->test, shadow);
	shadow->guest = guest;
	shadow->at = guest->used_at;
	shadow->desc = kunit_kzalloc(guest->test, rsw_vring_desc_size(guest->num), GFP_KERNEL);
	shadow->avail = kunit_kzalloc(guest->test,
				      rsw_vring_avail_size(guest->num, guest->features),
				      GFP_KERNEL);
	KUNIT_ASSERT_TRUE(guest->test, shadow->desc && shadow->avail);
	shadow_sync(shadow);
	return shadow;
}

void shadow_sync(struct vring_shadow *shadow)
{
	const struct mock_guest *guest = shadow->guest;

	memcpy(shadow->desc, guest->desc, rsw_vring_desc_size(guest->num));
	memcpy(shadow->avail, guest->avail, rsw_vring_avail_size(guest->num, guest->features));
}

/* Virtio 1.3, 2.8.5 and 2.8.6: one descriptor a chain, at the place of its first. */
void shadow_use(struct vring_shadow *shadow, u16 id, u16 ndesc, u32 len)
{
	const struct mock_guest *guest = shadow->guest;
	u16 i = shadow->at % guest->num;
	struct vring_packed_desc *desc = &shadow->desc_ring[i];
	__le16 flags = cpu_to_le16((shadow->at < guest->num ? SHOWN : 0) |
				   (len ? VRING_DESC_F_WRITE : 0));

	if (!(guest->features & MOCK_PACKED))
		return;
	desc->id = cpu_to_le16(id);
	desc->len = cpu_to_le32(len);
	if (shadow->unshown) {
		desc->flags = flags;
	} else {
		shadow->unshown = true;
		shadow->first = i;
		shadow->first_flags = flags;
	}
	shadow->at = mock_guest_at(guest, shadow->at + ndesc);
}

void shadow_publish(struct vring_shadow *shadow)
{
	if (shadow->unshown)
		shadow->desc_ring[shadow->first].flags = shadow->first_flags;
	shadow->unshown = false;
}

bool shadow_holds(const struct vring_shadow *shadow)
{
	const struct mock_guest *guest = shadow->guest;

	return !memcmp(shadow->desc, guest->desc, rsw_vring_desc_size(guest->num)) &&
	       !memcmp(shadow->avail, guest->avail,
		       rsw_vring_avail_size(guest->num, guest->features));
}
