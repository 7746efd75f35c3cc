// SPDX-License-Identifier: GPL-2.0
/* What split and packed virtqueues have in common: chains, and what became of them. */
#include "ring.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "ring_layout.h"

static_assert(sizeof(struct vring_desc) == sizeof(struct vring_packed_desc), "one table size");

/* A packed ring is smaller. */
static size_t layout_bytes(unsigned int num)
{
	return vring_size(num, RING_ALIGN);
}

size_t ring_bytes(unsigned int num)
{
	return layout_bytes(num) + num * RING_TABLE_BYTES;
}

void ring_init(struct ring *ring, unsigned int num, void *memory, uint64_t iova,
	       const struct ring_options *opt)
{
	unsigned int i;

	memset(ring, 0, sizeof(*ring));
	memset(memory, 0, ring_bytes(num));
	ring->layout = opt->packed ? &ring_packed_layout : &ring_split_layout;
	ring->num = num;
	ring->opt = *opt;
	ring->tables = (uint8_t *)memory + layout_bytes(num);
	ring->tables_at = iova + layout_bytes(num);
	ring->free = num;
	/* Its end meets its beginning, which only matters to those who go round in order. */
	for (i = 0; i < num; i++)
		ring->next_free[i] = (i + 1) % num;
	ring->layout->init(ring, memory, iova);
	ring->layout->ask_for_call(ring);
}

unsigned int ring_direct_pieces(const struct ring *ring, unsigned int count)
{
	if (!ring->opt.indirect)
		return count;
	/* Linux makes chains longer than a small ring. */
	if (ring->opt.all_indirect || count > ring->num)
		return 0;
	if (ring->added % 3 == 0)
		return count;
	/* In a packed ring no chain may have both. */
	return ring->added % 3 == 1 || count == 1 || ring->opt.packed ? 0 : 1;
}

uint64_t ring_table_at(const struct ring *ring, uint16_t id)
{
	return ring->tables_at + id * RING_TABLE_BYTES;
}

void ring_table_put(struct ring *ring, uint16_t id, unsigned int at, const void *desc)
{
	const size_t size = sizeof(struct vring_desc);
	const size_t place = id * RING_TABLE_BYTES + at * size;

	memcpy(ring->tables + place, desc, size);
	memcpy(ring->shadow_tables + place, desc, size);
}

int ring_add(struct ring *ring, const struct ring_piece *piece, unsigned int count, void *token)
{
	int id = ring->layout->add(ring, piece, count);
	struct ring_chain *chain;

	if (id < 0)
		return id;
	chain = &ring->chain[id];
	ring->free -= chain->descs;
	chain->token = token;
	ring->order[ring->added++ % RING_MAX] = id;
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
	if (ring->layout->show(ring))
		ring_kick(ring);
	ring->shown = ring->added;
}

/* A chain is back. */
static void *take_chain(struct ring *ring, uint16_t id)
{
	struct ring_chain *chain = &ring->chain[id];
	void *token = chain->token;

	ring->layout->pass(ring, chain);
	ring->layout->give_back(ring, id);
	ring->free += chain->descs;
	chain->token = NULL;
	ring->taken++;
	return token;
}

/*
 * A device may leave out the ids of all but the last chain of a batch when they are used in
 * order. This one does not.
 */
static bool accept(struct ring *ring, const struct ring_used *used)
{
	if (used->id >= ring->num || !ring->chain[used->id].token) {
		ring->stray++;
		return false;
	}
	if (ring->opt.in_order && used->id != ring->order[ring->taken % RING_MAX])
		ring->disorder++;
	return true;
}

void *ring_take(struct ring *ring, uint32_t *len)
{
	struct ring_used used;

	for (;;) {
		if (!ring->layout->used(ring, &used)) {
			ring->layout->ask_for_call(ring);
			if (!ring->layout->used(ring, &used))
				return NULL;
		}
		if (accept(ring, &used)) {
			*len = used.len;
			return take_chain(ring, used.id);
		}
		ring->layout->pass(ring, NULL);
	}
}

void ring_ack(struct ring *ring)
{
	uint64_t count;

	if (read(ring->call, &count, sizeof(count)) == sizeof(count))
		ring->calls += count;
}

unsigned int ring_pending(const struct ring *ring)
{
	return (uint16_t)(ring->added - ring->taken);
}

bool ring_intact(struct ring *ring)
{
	return ring->layout->intact(ring) &&
	       !memcmp(ring->tables, ring->shadow_tables, ring->num * RING_TABLE_BYTES);
}

uint32_t ring_base(const struct ring *ring)
{
	return ring->layout->base(ring);
}

uint32_t ring_device_state(const struct ring *ring)
{
	return ring->layout->device_state(ring);
}

uint32_t ring_driver_state(const struct ring *ring)
{
	return ring->layout->driver_state(ring);
}
