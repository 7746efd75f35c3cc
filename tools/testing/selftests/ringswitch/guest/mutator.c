// SPDX-License-Identifier: GPL-2.0
/* Another CPU of the guest: writes to rings and buffers while the device reads them. */
#include "mutator.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static uint32_t next(struct mutator *mutator)
{
	return rand_r(&mutator->seed) ^ (uint32_t)rand_r(&mutator->seed) << 16;
}

/* One store as a CPU makes it: aligned, of one to eight bytes, of few bits or of many. */
static void store(struct mutator *mutator, uint8_t *place, size_t room)
{
	const uint64_t value = next(mutator) % 2 ? next(mutator) : 1ull << next(mutator) % 64;
	const size_t at = next(mutator) % room & ~7ul;

	switch (next(mutator) % 4) {
	case 0:
		__atomic_store_n(place + at, value, __ATOMIC_RELAXED);
		break;
	case 1:
		__atomic_store_n((uint16_t *)(place + at), value, __ATOMIC_RELAXED);
		break;
	case 2:
		__atomic_store_n((uint32_t *)(place + at + 4), value, __ATOMIC_RELAXED);
		break;
	default:
		__atomic_fetch_xor((uint64_t *)(place + at), value, __ATOMIC_RELAXED);
	}
	mutator->stores++;
}

static uint8_t *descriptors(const struct guest *guest, const struct ring *ring)
{
	return guest->rings.memory + (ring->desc_at - guest->rings.iova);
}

/* Where a descriptor of this ring points to, if that is in the transmit buffers. */
static uint8_t *pointed_at(struct mutator *mutator, const struct ring *ring)
{
	const struct guest_area *tx = &mutator->guest->tx;
	const uint8_t *desc = descriptors(mutator->guest, ring);
	uint64_t addr;

	/* Its address comes first, in both layouts. */
	memcpy(&addr, desc + next(mutator) % ring->num * sizeof(struct vring_desc), sizeof(addr));
	addr -= tx->iova;
	return addr < tx->size - 64 ? tx->memory + (addr & ~7ull) : tx->memory;
}

static void *run(void *argument)
{
	struct mutator *mutator = argument;
	struct guest *guest = mutator->guest;

	while (!__atomic_load_n(&mutator->stop, __ATOMIC_RELAXED)) {
		const struct ring *ring = &guest->ring[next(mutator) % guest->queues];

		const uint32_t which = next(mutator) % 16;

		if (!which)
			store(mutator, guest->rings.memory, guest->rings.size);
		else if (which < 8)
			store(mutator, pointed_at(mutator, ring), 64);
		else
			store(mutator, descriptors(guest, ring),
			      ring->num * sizeof(struct vring_desc));
	}
	return NULL;
}

int mutator_start(struct mutator *mutator, struct guest *guest)
{
	mutator->guest = guest;
	mutator->stop = false;
	return -pthread_create(&mutator->thread, NULL, run, mutator);
}

void mutator_stop(struct mutator *mutator)
{
	__atomic_store_n(&mutator->stop, true, __ATOMIC_RELAXED);
	pthread_join(mutator->thread, NULL);
}
