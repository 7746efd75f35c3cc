// SPDX-License-Identifier: GPL-2.0
#include "ring.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define ALIGN_BYTES 64

size_t ring_bytes(unsigned int num)
{
	return vring_size(num, ALIGN_BYTES);
}

void ring_init(struct ring *ring, unsigned int num, void *memory, int kick, int call)
{
	unsigned int i;

	memset(ring, 0, sizeof(*ring));
	memset(memory, 0, ring_bytes(num));
	vring_init(&ring->vring, num, memory, ALIGN_BYTES);
	ring->kick = kick;
	ring->call = call;
	ring->free = num;
	for (i = 0; i < num; i++)
		ring->next_free[i] = i + 1;
}

int ring_add(struct ring *ring, const struct ring_piece *piece, unsigned int count, void *token)
{
	struct vring *vring = &ring->vring;
	uint16_t head = ring->first_free, at = head;
	unsigned int i;

	if (ring->free < count)
		return -EAGAIN;
	for (i = 0; i < count; i++) {
		struct vring_desc desc = { .addr = piece[i].addr, .len = piece[i].len };

		at = ring->first_free;
		ring->first_free = ring->next_free[at];
		if (piece[i].device_writes)
			desc.flags |= VRING_DESC_F_WRITE;
		if (i + 1 < count) {
			desc.flags |= VRING_DESC_F_NEXT;
			desc.next = ring->first_free;
		}
		ring->shadow_desc[at] = desc;
		vring->desc[at] = desc;
	}
	ring->free -= count;
	ring->chain[head] = count;
	ring->token[head] = token;
	vring->avail->ring[ring->avail_idx % vring->num] = head;
	ring->shadow_avail[ring->avail_idx % vring->num] = head;
	ring->avail_idx++;
	return 0;
}

void ring_kick(struct ring *ring)
{
	const uint64_t one = 1;

	ring->kicks++;
	if (write(ring->kick, &one, sizeof(one)) < 0)
		ring->kicks--;	/* the counter is full: a kick is pending anyway */
}

void ring_publish(struct ring *ring)
{
	/* Pairs with the device's acquire of avail->idx: it sees entries and descriptors. */
	__atomic_store_n(&ring->vring.avail->idx, ring->avail_idx, __ATOMIC_RELEASE);
	/* Either the device sees the new index before it sleeps, or we see that it wants a kick. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!(__atomic_load_n(&ring->vring.used->flags, __ATOMIC_RELAXED) & VRING_USED_F_NO_NOTIFY))
		ring_kick(ring);
}

static void give_back(struct ring *ring, uint16_t head)
{
	unsigned int left = ring->chain[head];
	uint16_t at = head;

	/* Follow the shadow: the chain in shared memory is what is being tested. */
	while (--left)
		at = ring->shadow_desc[at].next;
	ring->next_free[at] = ring->first_free;
	ring->first_free = head;
	ring->free += ring->chain[head];
}

void *ring_take(struct ring *ring, uint32_t *len)
{
	struct vring *vring = &ring->vring;
	struct vring_used_elem elem;
	void *token;

	/* Pairs with the device's release of used->idx: we see its element and its data. */
	while (ring->used_idx != __atomic_load_n(&vring->used->idx, __ATOMIC_ACQUIRE)) {
		elem = vring->used->ring[ring->used_idx % vring->num];
		ring->used_idx++;
		if (elem.id >= vring->num || !ring->token[elem.id]) {
			ring->stray++;
			continue;
		}
		token = ring->token[elem.id];
		ring->token[elem.id] = NULL;
		give_back(ring, elem.id);
		*len = elem.len;
		return token;
	}
	return NULL;
}

void ring_interrupts(struct ring *ring, bool on)
{
	__atomic_store_n(&ring->vring.avail->flags, on ? 0 : VRING_AVAIL_F_NO_INTERRUPT,
			 __ATOMIC_RELEASE);
}

void ring_ack(struct ring *ring)
{
	uint64_t count;

	if (read(ring->call, &count, sizeof(count)) == sizeof(count))
		ring->calls += count;
}

unsigned int ring_pending(const struct ring *ring)
{
	return (uint16_t)(ring->avail_idx - ring->used_idx);
}

bool ring_intact(const struct ring *ring)
{
	const struct vring *vring = &ring->vring;

	return vring->avail->idx == ring->avail_idx &&
	       !memcmp(vring->desc, ring->shadow_desc, vring->num * sizeof(vring->desc[0])) &&
	       !memcmp(vring->avail->ring, ring->shadow_avail,
		       vring->num * sizeof(vring->avail->ring[0]));
}
