// SPDX-License-Identifier: GPL-2.0
/* A packed ring written by hand: each lie is a chain where the device looks next. */
#include <stdlib.h>
#include <string.h>

#include "hostile.h"

static struct vring_packed_desc packed_desc(const struct vring_desc *desc)
{
	return (struct vring_packed_desc) {
		.addr = desc->addr, .len = desc->len, .id = desc->next, .flags = desc->flags,
	};
}

/* The bits of a place that the driver has come to: there for the device, in this lap. */
static uint16_t there(const struct ring *ring, unsigned int ahead)
{
	const struct ring_packed *packed = &ring->packed;

	return packed->avail_wrap == (packed->avail + ahead < ring->num) ? RING_DESC_AVAIL :
									   RING_DESC_USED;
}

/* Of several, the first has to be written last. */
static void write_desc(struct ring *ring, unsigned int ahead, const struct vring_desc *from,
		       uint16_t flip)
{
	struct vring_packed_desc *to =
		&ring->packed.desc[(ring->packed.avail + ahead) % ring->num];
	struct vring_packed_desc desc = packed_desc(from);
	const uint16_t flags = (desc.flags | there(ring, ahead)) ^ flip;

	desc.flags = to->flags;
	*to = desc;
	__atomic_store_n(&to->flags, flags, __ATOMIC_RELEASE);
}

static unsigned int repeat(struct ring *ring, unsigned int times, const struct vring_desc *desc)
{
	unsigned int i;

	for (i = times; i--;)
		write_desc(ring, i, desc, 0);
	ring_kick(ring);
	return times;
}

static void publish(struct ring *ring, const struct lie *lie)
{
	if (lie->tell_event)
		*ring->packed.driver = lie->event;
	if (lie->forever) {
		repeat(ring, ring->num, &lie->desc[0]);
		return;
	}
	if (lie->chained)
		write_desc(ring, 1, &lie->desc[1], lie->flip[1]);
	write_desc(ring, 0, &lie->desc[0], lie->flip[0]);
	ring_kick(ring);
}

static unsigned int flood(struct ring *ring, const struct vring_desc *desc)
{
	return repeat(ring, ring->free, desc);
}

/* Over a ring that the device may be working on; most of it is there for the device. */
static void scribble(struct guest *guest, struct ring *ring)
{
	const uint16_t lap = random() % 2 ? RING_DESC_AVAIL : RING_DESC_USED;
	unsigned int i;

	for (i = 0; i < ring->num; i++) {
		const struct vring_desc desc = hostile_desc(guest, ring->num);

		ring->packed.desc[i] = packed_desc(&desc);
		ring->packed.desc[i].flags |=
			random() % 32 ? lap : random() & (RING_DESC_AVAIL | RING_DESC_USED);
	}
	ring->packed.driver->off_wrap = random();
	ring->packed.driver->flags = random() % 4 ? random() % 4 : random();
	ring_kick(ring);
}

static void put(void *place, const struct vring_desc *desc, bool more)
{
	struct vring_packed_desc entry = packed_desc(desc);

	(void)more;
	memcpy(place, &entry, sizeof(entry));
}

const struct hostile hostile_packed = {
	.publish = publish, .flood = flood, .scribble = scribble, .put = put,
};
