// SPDX-License-Identifier: GPL-2.0
#include "ring.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define ALIGN_BYTES 64

size_t ring_bytes(unsigned int num)
{
	return vring_size(num, ALIGN_BYTES) + num * RING_TABLE_BYTES;
}

/* Interrupt when the next chain is used; or, if unwanted, as late as possible. */
static void ask_for_call(struct ring *ring)
{
	/* Not wanted: as far from here as can be, or a batch published meanwhile passes it. */
	uint16_t event = ring->opt.calls ? ring->used_idx : ring->used_idx + 0x8000;

	if (ring->opt.event_idx)
		__atomic_store_n(&vring_used_event(&ring->vring), event, __ATOMIC_RELAXED);
	/* Either the device sees this before it calls, or we see the index it published. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

void ring_init(struct ring *ring, unsigned int num, void *memory, uint64_t iova,
	       const struct ring_options *opt)
{
	const size_t tables = vring_size(num, ALIGN_BYTES);
	unsigned int i;

	memset(ring, 0, sizeof(*ring));
	memset(memory, 0, ring_bytes(num));
	vring_init(&ring->vring, num, memory, ALIGN_BYTES);
	ring->opt = *opt;
	ring->tables = (uint8_t *)memory + tables;
	ring->tables_at = iova + tables;
	ring->free = num;
	for (i = 0; i < num; i++)
		ring->next_free[i] = i + 1;
	ring->shown = opt->base;
	ring->avail_idx = opt->base;
	ring->used_idx = opt->base;
	ring->vring.avail->idx = opt->base;
	ring->vring.used->idx = opt->base;
	/* With EVENT_IDX the device does not look at this. */
	if (!opt->calls || opt->event_idx)
		ring->vring.avail->flags = VRING_AVAIL_F_NO_INTERRUPT;
	ask_for_call(ring);
}

/* How many of these pieces get a descriptor of the ring; the others get one in a table. */
static unsigned int direct_pieces(const struct ring *ring, unsigned int count)
{
	if (!ring->opt.indirect)
		return count;
	/* Linux makes chains longer than a small ring. */
	if (ring->opt.all_indirect || count > ring->vring.num)
		return 0;
	if (ring->avail_idx % 3 == 0)
		return count;
	return ring->avail_idx % 3 == 1 || count == 1 ? 0 : 1;
}

static struct vring_desc make_desc(const struct ring_piece *piece, bool more, uint16_t next)
{
	return (struct vring_desc) {
		.addr = piece->addr, .len = piece->len,
		.flags = (piece->device_writes ? VRING_DESC_F_WRITE : 0) |
			 (more ? VRING_DESC_F_NEXT : 0),
		.next = more ? next : 0,
	};
}

/* Entries in reverse order, but for the first: a device must follow next. */
static void fill_table(struct ring *ring, uint16_t head, const struct ring_piece *piece,
		       unsigned int count)
{
	const size_t place = head * RING_TABLE_BYTES;
	unsigned int i;

	for (i = 0; i < count; i++) {
		const unsigned int at = i ? count - i : 0;
		struct vring_desc desc = make_desc(&piece[i], i + 1 < count, count - i - 1);

		memcpy(ring->tables + place + at * sizeof(desc), &desc, sizeof(desc));
		memcpy(ring->shadow_tables + place + at * sizeof(desc), &desc, sizeof(desc));
	}
}

int ring_add(struct ring *ring, const struct ring_piece *piece, unsigned int count, void *token)
{
	const unsigned int direct = direct_pieces(ring, count);
	const unsigned int needed = direct + (direct < count);
	struct vring *vring = &ring->vring;
	uint16_t head = ring->first_free, at;
	unsigned int i;

	if (ring->free < needed)
		return -EAGAIN;
	for (i = 0; i < needed; i++) {
		struct vring_desc desc = {
			.addr = ring->tables_at + head * RING_TABLE_BYTES,
			.len = (count - direct) * sizeof(desc),
			.flags = VRING_DESC_F_INDIRECT,
		};

		at = ring->first_free;
		ring->first_free = ring->next_free[at];
		if (i < direct)
			desc = make_desc(&piece[i], i + 1 < needed, ring->first_free);
		else
			fill_table(ring, head, piece + direct, count - direct);
		ring->shadow_desc[at] = desc;
		vring->desc[at] = desc;
	}
	ring->free -= needed;
	ring->chain[head] = needed;
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

static bool kick_wanted(const struct ring *ring)
{
	const struct vring *vring = &ring->vring;
	uint16_t flags = __atomic_load_n(&vring->used->flags, __ATOMIC_RELAXED);
	uint16_t event;

	if (!ring->opt.event_idx)
		return !(flags & VRING_USED_F_NO_NOTIFY);
	event = __atomic_load_n((uint16_t *)&vring_avail_event(vring), __ATOMIC_RELAXED);
	return vring_need_event(event, ring->avail_idx, ring->shown);
}

void ring_publish(struct ring *ring)
{
	/* Pairs with the device's acquire of avail->idx: it sees entries and descriptors. */
	__atomic_store_n(&ring->vring.avail->idx, ring->avail_idx, __ATOMIC_RELEASE);
	/* Either the device sees the new index before it sleeps, or we see that it wants a kick. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (kick_wanted(ring))
		ring_kick(ring);
	ring->shown = ring->avail_idx;
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

static bool used_up(const struct ring *ring)
{
	/* Pairs with the device's release of used->idx: we see its element and its data. */
	return ring->used_idx == __atomic_load_n(&ring->vring.used->idx, __ATOMIC_ACQUIRE);
}

void *ring_take(struct ring *ring, uint32_t *len)
{
	struct vring *vring = &ring->vring;
	struct vring_used_elem elem;
	void *token;

	for (;;) {
		if (used_up(ring)) {
			ask_for_call(ring);
			if (used_up(ring))
				return NULL;
		}
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
		       vring->num * sizeof(vring->avail->ring[0])) &&
	       !memcmp(ring->tables, ring->shadow_tables, vring->num * RING_TABLE_BYTES);
}
