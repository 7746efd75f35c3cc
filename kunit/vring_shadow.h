/* SPDX-License-Identifier: GPL-2.0 */
/* What a device may write into a ring: a copy of what is there, and what must become of it. */
#ifndef KUNIT_VRING_SHADOW_H
#define KUNIT_VRING_SHADOW_H

#include "mock_guest.h"

/**
 * struct vring_shadow - what the ring's memory must be, but for the device area
 * @guest: whose ring
 * @desc: the descriptor area
 * @avail: the driver area
 * @at: packed: steps to the next chain to use
 * @unshown: packed: there are used chains that are not shown yet
 * @first: packed: the first of them, whose flags are still as they were
 * @first_flags: packed: what they will be
 */
struct vring_shadow {
	const struct mock_guest *guest;
	union {
		void *desc;
		struct vring_packed_desc *desc_ring;
	};
	void *avail;
	u32 at;
	bool unshown;
	u16 first;
	__le16 first_flags;
};

/* Nothing is in flight, and the ring has just started. */
struct vring_shadow *shadow_new(struct mock_guest *guest);

/* The driver has written. */
void shadow_sync(struct vring_shadow *shadow);

/* A chain was used, or all of them shown. */
void shadow_use(struct vring_shadow *shadow, u16 id, u16 ndesc, u32 len);
void shadow_publish(struct vring_shadow *shadow);

/* Is all as it must be? */
bool shadow_holds(const struct vring_shadow *shadow);

#endif /* KUNIT_VRING_SHADOW_H */
