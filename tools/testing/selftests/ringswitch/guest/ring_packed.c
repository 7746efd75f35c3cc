// SPDX-License-Identifier: GPL-2.0
/* The driver side of a packed virtqueue (virtio 1.3, 2.8). */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "ring_layout.h"

/* A place in the ring, and the lap. */
static uint32_t place(uint16_t at, bool wrap)
{
	return at | (wrap ? RING_EVENT_WRAP : 0);
}

static void forward(const struct ring *ring, uint16_t *at, bool *wrap, unsigned int descs)
{
	*at += descs;
	if (*at < ring->num)
		return;
	*at -= ring->num;
	*wrap = !*wrap;
}

/* As if opt.base descriptors, one a chain, had been used since the ring was new. */
static void init(struct ring *ring, uint8_t *memory, uint64_t iova)
{
	struct ring_packed *packed = &ring->packed;
	const size_t driver = ring->num * sizeof(*packed->desc);
	const size_t device = driver + sizeof(*packed->driver);
	unsigned int i;

	packed->desc = (void *)memory;
	packed->driver = (void *)(memory + driver);
	packed->device = (void *)(memory + device);
	ring->desc_at = iova;
	ring->driver_at = iova + driver;
	ring->device_at = iova + device;
	packed->avail = ring->opt.base % ring->num;
	packed->avail_wrap = !(ring->opt.base / ring->num & 1);
	packed->used = packed->avail;
	packed->used_wrap = packed->avail_wrap;
	for (i = 0; i < ring->num; i++) {
		/* The lap before the first would have had the wrap counters at 0. */
		bool wrap = i < packed->avail ? packed->avail_wrap : !packed->avail_wrap;

		packed->desc[i].flags = wrap ? RING_DESC_AVAIL | RING_DESC_USED : 0;
		packed->shadow_desc[i] = packed->desc[i];
	}
}

/* Interrupts are off, or on, or come when a place is passed. */
static void ask_for_call(struct ring *ring)
{
	struct ring_packed *packed = &ring->packed;
	struct vring_packed_desc_event *mine = &packed->shadow_driver;

	if (!ring->opt.calls) {
		mine->flags = VRING_PACKED_EVENT_FLAG_DISABLE;
	} else if (ring->opt.event_idx) {
		mine->off_wrap = place(packed->used, packed->used_wrap);
		__atomic_store_n(&packed->driver->off_wrap, mine->off_wrap, __ATOMIC_RELEASE);
		mine->flags = VRING_PACKED_EVENT_FLAG_DESC;
	} else {
		mine->flags = VRING_PACKED_EVENT_FLAG_ENABLE;
	}
	__atomic_store_n(&packed->driver->flags, mine->flags, __ATOMIC_RELEASE);
	/* Either the device sees this before it calls, or we see the descriptor it used. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* In a table only WRITE means something, and no id does. */
static void fill_table(struct ring *ring, uint16_t id, const struct ring_piece *piece,
		       unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		struct vring_packed_desc desc = {
			.addr = piece[i].addr, .len = piece[i].len, .id = ~id,
			.flags = piece[i].device_writes ? VRING_DESC_F_WRITE : 0,
		};

		ring_table_put(ring, id, i, &desc);
	}
}

/*
 * The next descriptor. Others than the first that the device was not told of can show that
 * they are available: it will not look at them before that one.
 */
static void put(struct ring *ring, struct vring_packed_desc desc)
{
	struct ring_packed *packed = &ring->packed;
	struct vring_packed_desc *to = &packed->desc[packed->avail];
	struct vring_packed_desc *shadow = &packed->shadow_desc[packed->avail];
	const uint16_t before = shadow->flags;

	/* It was ours, as we saw it last. */
	if (memcmp(to, shadow, sizeof(*to)))
		ring->touched++;
	desc.flags |= packed->avail_wrap ? RING_DESC_AVAIL : RING_DESC_USED;
	if (!packed->unshown++) {
		packed->first = packed->avail;
		packed->first_flags = desc.flags;
		desc.flags = before;
	}
	*shadow = desc;
	*to = desc;
	forward(ring, &packed->avail, &packed->avail_wrap, 1);
}

static int add(struct ring *ring, const struct ring_piece *piece, unsigned int count)
{
	const bool table = ring_direct_pieces(ring, count) < count;
	const unsigned int needed = table ? 1 : count;
	const uint16_t id = ring->first_free;
	unsigned int i;

	if (ring->free < needed)
		return -EAGAIN;
	ring->first_free = ring->next_free[id];
	ring->chain[id].descs = needed;
	if (table) {
		fill_table(ring, id, piece, count);
		put(ring, (struct vring_packed_desc) {
			.addr = ring_table_at(ring, id), .len = count * sizeof(struct vring_desc),
			.id = id, .flags = VRING_DESC_F_INDIRECT,
		});
		return id;
	}
	for (i = 0; i < count; i++) {
		const bool more = i + 1 < count;

		put(ring, (struct vring_packed_desc) {
			.addr = piece[i].addr, .len = piece[i].len,
			/* Only that of the last means something. */
			.id = more && id % 2 ? ~id : id,
			.flags = (piece[i].device_writes ? VRING_DESC_F_WRITE : 0) |
				 (more ? VRING_DESC_F_NEXT : 0),
		});
	}
	return id;
}

/* Do the descriptors shown last have the one in them that the device waits for? */
static bool kick_wanted(struct ring *ring, unsigned int descs)
{
	const struct ring_packed *packed = &ring->packed;
	/* Both fields at once, as the device may be about to change them. */
	uint32_t event = __atomic_load_n((uint32_t *)packed->device, __ATOMIC_RELAXED);
	const uint16_t flags = event >> 16;
	uint16_t at = event & (RING_EVENT_WRAP - 1);

	if (flags == VRING_PACKED_EVENT_FLAG_ENABLE || flags == VRING_PACKED_EVENT_FLAG_DISABLE)
		return flags == VRING_PACKED_EVENT_FLAG_ENABLE;
	if (flags != VRING_PACKED_EVENT_FLAG_DESC || !ring->opt.event_idx || at >= ring->num) {
		ring->bad_event++;
		return true;
	}
	if (!!(event & RING_EVENT_WRAP) != packed->avail_wrap)
		at -= ring->num;
	return vring_need_event(at, packed->avail, packed->avail - descs);
}

static bool show(struct ring *ring)
{
	struct ring_packed *packed = &ring->packed;
	const unsigned int descs = packed->unshown;

	if (!descs)
		return false;
	packed->shadow_desc[packed->first].flags = packed->first_flags;
	/* Pairs with the device's acquire of the flags: it sees the descriptors behind, too. */
	__atomic_store_n(&packed->desc[packed->first].flags, packed->first_flags,
			 __ATOMIC_RELEASE);
	packed->unshown = 0;
	/* Either the device sees the flags before it sleeps, or we see that it wants a kick. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return kick_wanted(ring, descs);
}

static void give_back(struct ring *ring, uint16_t id)
{
	/* Used last, taken first: ids are in no order at all soon. */
	ring->next_free[id] = ring->first_free;
	ring->first_free = id;
}

static bool is_used(const struct ring *ring, uint16_t at, bool wrap)
{
	/* Pairs with the device's release of the flags: we see id, length and the data. */
	uint16_t flags = __atomic_load_n(&ring->packed.desc[at].flags, __ATOMIC_ACQUIRE);

	return !!(flags & RING_DESC_AVAIL) == wrap && !!(flags & RING_DESC_USED) == wrap;
}

static bool used(struct ring *ring, struct ring_used *used)
{
	struct ring_packed *packed = &ring->packed;
	struct vring_packed_desc *shadow = &packed->shadow_desc[packed->used];

	if (!is_used(ring, packed->used, packed->used_wrap))
		return false;
	*shadow = packed->desc[packed->used];
	/* The flag says whether anything was written; else the length says nothing. */
	*used = (struct ring_used) {
		.id = shadow->id, .len = shadow->flags & VRING_DESC_F_WRITE ? shadow->len : 0,
	};
	return true;
}

static void pass(struct ring *ring, const struct ring_chain *chain)
{
	struct ring_packed *packed = &ring->packed;

	forward(ring, &packed->used, &packed->used_wrap, chain ? chain->descs : 1);
}

/* Goes over the used descriptors that were not taken yet; false if there is a lie in them. */
static bool look_ahead(const struct ring *ring, uint16_t *at, bool *wrap, uint8_t *seen)
{
	const struct ring_packed *packed = &ring->packed;
	unsigned int left = ring->num;

	*at = packed->used;
	*wrap = packed->used_wrap;
	while (left && is_used(ring, *at, *wrap)) {
		const uint16_t id = packed->desc[*at].id;

		if (id >= ring->num || !ring->chain[id].token || ring->chain[id].descs > left)
			return false;
		seen[*at] = 1;
		left -= ring->chain[id].descs;
		forward(ring, at, wrap, ring->chain[id].descs);
	}
	return true;
}

/* All that the device has not used is as we left it. */
static bool unchanged(const struct ring *ring)
{
	const struct ring_packed *packed = &ring->packed;
	uint8_t seen[RING_MAX] = { 0 };
	unsigned int i;
	uint16_t at;
	bool wrap;

	if (!look_ahead(ring, &at, &wrap, seen))
		return false;
	for (i = 0; i < ring->num; i++)
		if (!seen[i] && memcmp(&packed->desc[i], &packed->shadow_desc[i],
				       sizeof(packed->desc[i])))
			return false;
	return !memcmp(packed->driver, &packed->shadow_driver, sizeof(*packed->driver));
}

/* The device may be in the midst of using some: it shows a batch by the first, at the end. */
static bool intact(struct ring *ring)
{
	unsigned int tries;

	for (tries = 0; tries < 100; tries++) {
		if (unchanged(ring))
			return true;
		usleep(1000);
	}
	return false;
}

static uint32_t both(uint32_t at)
{
	return at << 16 | at;
}

static uint32_t base(const struct ring *ring)
{
	return both(place(ring->opt.base % ring->num, !(ring->opt.base / ring->num & 1)));
}

static uint32_t device_state(const struct ring *ring)
{
	uint8_t seen[RING_MAX];
	uint16_t at;
	bool wrap;

	look_ahead(ring, &at, &wrap, seen);
	return both(place(at, wrap));
}

static uint32_t driver_state(const struct ring *ring)
{
	return both(place(ring->packed.used, ring->packed.used_wrap));
}

const struct ring_layout ring_packed_layout = {
	.init = init, .add = add, .show = show, .ask_for_call = ask_for_call, .used = used,
	.pass = pass, .give_back = give_back, .intact = intact, .base = base,
	.device_state = device_state, .driver_state = driver_state,
};
