// SPDX-License-Identifier: GPL-2.0
/* A split ring written by hand: each lie is one avail entry. */
#include <stdlib.h>
#include <string.h>

#include "hostile.h"

static void show(struct ring *ring, uint16_t advance)
{
	struct ring_split *split = &ring->split;

	split->avail_idx += advance;
	__atomic_store_n(&split->vring.avail->idx, split->avail_idx, __ATOMIC_RELEASE);
	ring_kick(ring);
}

static void publish(struct ring *ring, const struct lie *lie)
{
	const struct vring *vring = &ring->split.vring;

	vring->desc[lie->first] = lie->desc[0];
	vring->desc[lie->second] = lie->desc[1];
	vring->avail->ring[ring->split.avail_idx % ring->num] = lie->head;
	show(ring, lie->advance);
}

static unsigned int flood(struct ring *ring, const struct vring_desc *desc)
{
	const struct vring *vring = &ring->split.vring;
	unsigned int i, chains = 0;

	for (i = 0; i < ring->num; i++) {
		if (ring->chain[i].token)
			continue;
		vring->desc[i] = *desc;
		vring->avail->ring[(ring->split.avail_idx + chains++) % ring->num] = i;
	}
	show(ring, chains);
	return chains;
}

static void scribble(struct guest *guest, struct ring *ring)
{
	const struct vring *vring = &ring->split.vring;
	const unsigned int num = ring->num;
	unsigned int i;

	for (i = 0; i < num; i++)
		vring->desc[i] = hostile_desc(guest, num);
	for (i = 0; i < num; i++)
		vring->avail->ring[i] = random() % (num + num / 64 + 1);
	vring_used_event(vring) = random();
	vring->avail->ring[ring->split.avail_idx % num] = random() % num;
	show(ring, random() % 8 ? 1 + random() % 8 : random());
}

static void put(void *place, const struct vring_desc *desc, bool more)
{
	struct vring_desc entry = *desc;

	entry.flags |= more ? VRING_DESC_F_NEXT : 0;
	memcpy(place, &entry, sizeof(entry));
}

const struct hostile hostile_split = {
	.publish = publish, .flood = flood, .scribble = scribble, .put = put,
};
