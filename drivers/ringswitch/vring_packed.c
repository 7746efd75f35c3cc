// SPDX-License-Identifier: GPL-2.0
/*
 * Packed virtqueue, device side (virtio 1.3, 2.8): one ring of descriptors, where available
 * ones are overwritten by used ones. What a descriptor is, its AVAIL and USED flags say,
 * together with a wrap counter of each side that changes with every lap.
 *
 * Barriers and their partners in the driver (virtio 1.3, 2.8.21 and 2.8.22):
 *  A  smp_load_acquire(flags of a head)  with  the driver's write barrier before it stores
 *     them: the rest of the chain is there.
 *  B  smp_store_release(flags of a head)  with  the driver's read barrier after it loads
 *     them: id, length, all that was used behind it and frame bytes are there.
 *  C  smp_mb() in rsw_vring_packed_publish()  with  the driver's full barrier between
 *     writing its event suppression structure and looking at the ring again: either we see
 *     that it wants an interrupt or it sees what is used.
 *  D  smp_mb() in rsw_vring_packed_listen()  with  the driver's full barrier between storing
 *     flags of a head and reading our event suppression structure: either it kicks or we see
 *     its descriptor.
 */
#include <asm/barrier.h>

#include "vring_layout.h"
#include "vring_walk.h"

#define AVAIL	BIT(VRING_PACKED_DESC_F_AVAIL)
#define USED	BIT(VRING_PACKED_DESC_F_USED)
#define WRAP	BIT(VRING_PACKED_EVENT_F_WRAP_CTR)

/* An event suppression structure (2.8.10) in one piece: low half off_wrap, high half flags. */
static void tell_driver(struct rsw_vring *ring, u16 off_wrap, u16 flags)
{
	static_assert(sizeof(*ring->device) == sizeof(__le32));
	WRITE_ONCE(*(__le32 *)ring->device, cpu_to_le32(off_wrap | (u32)flags << 16));
}

/* @n descriptors on from @i; whoever counts laps by @wrap may pass the end. */
static u16 advance(const struct rsw_vring *ring, u16 i, u16 n, bool *wrap)
{
	if (n < ring->num - i)
		return i + n;
	*wrap = !*wrap;
	return i + n - ring->num;
}

int rsw_vring_packed_init(struct rsw_vring *ring, u16 index)
{
	ring->next_avail = index & ~WRAP;
	ring->next_used = ring->next_avail;
	ring->avail_wrap = !(index & WRAP);
	ring->used_wrap = ring->avail_wrap;
	ring->seen = false;
	ring->unshown = 0;
	rsw_vring_packed_quiet(ring);
	return ring->next_avail < ring->num ? 0 : -EINVAL;
}

int rsw_vring_packed_available(struct rsw_vring *ring)
{
	u16 flags;

	if (ring->seen)
		return 1;
	/* It is one of those in flight, whose flags still say what they said. */
	if (ring->held == ring->num)
		return 0;
	/* Barrier A. */
	flags = le16_to_cpu(smp_load_acquire(&ring->desc_ring[ring->next_avail].flags));
	if (!!(flags & AVAIL) != ring->avail_wrap || !!(flags & USED) == ring->avail_wrap)
		return 0;
	ring->seen = true;
	ring->seen_flags = flags;
	return 1;
}

static __always_inline void read_own(const struct rsw_vring *ring, u16 i,
				     struct rsw_vring_desc *desc)
{
	const struct vring_packed_desc *from = &ring->desc_ring[i];

	desc->addr = le64_to_cpu(READ_ONCE(from->addr));
	desc->len = le32_to_cpu(READ_ONCE(from->len));
	desc->link = le16_to_cpu(READ_ONCE(from->id));
	/* The flags that made it available are those that count. */
	desc->flags = i == ring->next_avail ? ring->seen_flags :
					      le16_to_cpu(READ_ONCE(from->flags));
}

static noinline int walk_on(struct rsw_vring *ring, unsigned long rights, u32 want,
			    struct rsw_chain *chain, unsigned int room, u16 i,
			    struct rsw_vring_desc *desc)
{
	return rsw_vring_walk_on(ring, rights, want, chain, room, i, desc, read_own, true);
}

int rsw_vring_packed_take(struct rsw_vring *ring, unsigned long rights, u32 want,
			  struct rsw_chain *chain, unsigned int room)
{
	int err;

	err = rsw_vring_walk(ring, rights, want, chain, room, ring->next_avail, read_own, walk_on,
			     true);
	if (err)
		return err;
	ring->next_avail = advance(ring, ring->next_avail, chain->ndesc, &ring->avail_wrap);
	ring->seen = false;
	return 0;
}

void rsw_vring_packed_untake(struct rsw_vring *ring, u16 ndesc)
{
	if (ndesc > ring->next_avail) {
		ring->avail_wrap = !ring->avail_wrap;
		ring->next_avail += ring->num;
	}
	ring->next_avail -= ndesc;
	ring->seen = false;
}

/*
 * The head of what is used since the last publication is shown last: before that no driver
 * gets past it. Descriptors of a chain other than its first keep what they said; in the next
 * lap that means neither available nor used.
 */
void rsw_vring_packed_use(struct rsw_vring *ring, u16 id, u16 ndesc, u32 len)
{
	struct vring_packed_desc *desc = &ring->desc_ring[ring->next_used];
	u16 flags = ring->used_wrap ? AVAIL | USED : 0;

	if (len)
		flags |= VRING_DESC_F_WRITE;
	WRITE_ONCE(desc->id, cpu_to_le16(id));
	WRITE_ONCE(desc->len, cpu_to_le32(len));
	if (ring->unshown) {
		WRITE_ONCE(desc->flags, cpu_to_le16(flags));
	} else {
		ring->first_used = ring->next_used;
		ring->first_flags = flags;
	}
	ring->unshown += ndesc;
	ring->next_used = advance(ring, ring->next_used, ndesc, &ring->used_wrap);
}

/* @n descriptors were just published: does the driver want to know? */
static bool interrupt_wanted(const struct rsw_vring *ring, u16 n)
{
	u32 event = le32_to_cpu(READ_ONCE(*(const __le32 *)ring->driver));
	u16 at = event & ~WRAP, flags = event >> 16;

	if (flags != VRING_PACKED_EVENT_FLAG_DESC || !ring->event_idx)
		return flags != VRING_PACKED_EVENT_FLAG_DISABLE;
	/* In our lap or in the one before. */
	if (!!(event & WRAP) != ring->used_wrap)
		at -= ring->num;
	return vring_need_event(at, ring->next_used, ring->next_used - n);
}

bool rsw_vring_packed_publish(struct rsw_vring *ring)
{
	u16 n = ring->unshown;

	if (!n)
		return false;
	ring->unshown = 0;
	/* Barrier B. */
	smp_store_release(&ring->desc_ring[ring->first_used].flags,
			  cpu_to_le16(ring->first_flags));
	/* Barrier C. */
	smp_mb();
	return interrupt_wanted(ring, n);
}

void rsw_vring_packed_quiet(struct rsw_vring *ring)
{
	if (ring->quiet)
		return;
	ring->quiet = true;
	tell_driver(ring, 0, VRING_PACKED_EVENT_FLAG_DISABLE);
}

int rsw_vring_packed_listen(struct rsw_vring *ring)
{
	u16 wrap = ring->avail_wrap ? WRAP : 0;

	if (ring->event_idx)
		tell_driver(ring, ring->next_avail | wrap, VRING_PACKED_EVENT_FLAG_DESC);
	else if (ring->quiet)
		tell_driver(ring, 0, VRING_PACKED_EVENT_FLAG_ENABLE);
	/* With EVENT_IDX the driver passes an index but once: it is quiet by itself then. */
	ring->quiet = ring->event_idx;
	/* Barrier D. */
	smp_mb();
	return rsw_vring_packed_available(ring);
}
