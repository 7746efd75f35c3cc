// SPDX-License-Identifier: GPL-2.0
/* Rings of both layouts with anything in them, walked beside a naive walker. */
#include "chains.h"

/* Is this part of a chain exactly the first bytes of these buffers? */
static bool same_part(struct chains_world *world, const struct mock_buf *buf, u16 n, u32 want,
		      struct rsw_chain part, bool *oversize)
{
	u64 total = 0;

	for (u16 i = 0; i < n; i++)
		total += buf[i].len;
	part.oversize = total > want;
	*oversize |= part.oversize;
	return naive_same(world->now, buf, n, want, &part);
}

static void check_chain(struct chains_world *world, const struct naive_chain *naive,
			unsigned long rights, u32 want, const struct rsw_chain *chain)
{
	u16 nread = rights == BOTH && naive->nread < naive->n ? naive->nread : 0;
	struct rsw_chain part = *chain;
	bool oversize = false;

	part.nsegs = chain->nread;
	part.len = chain->read_len;
	KUNIT_ASSERT_TRUE(world->test, same_part(world, naive->buf, nread, want, part, &oversize));
	part.seg = chain->seg + chain->nread;
	part.nsegs = chain->nsegs - chain->nread;
	part.len = chain->len;
	KUNIT_ASSERT_TRUE(world->test, same_part(world, naive->buf + nread, naive->n - nread, want,
						 part, &oversize));
	KUNIT_ASSERT_EQ(world->test, chain->oversize, oversize);
	KUNIT_ASSERT_EQ(world->test, chain->id, naive->id);
	KUNIT_ASSERT_EQ(world->test, chain->ndesc, naive->ndesc);
}

/* What the next chain is, as the memory says. */
static bool naive_next(struct chains_world *world, unsigned long rights, u32 want,
		       struct naive_chain *naive)
{
	struct mock_guest *guest = world->now;
	struct rsw_vring *ring = &guest->ring;
	bool legal;

	if (ring->packed) {
		struct vring_packed_desc *head = &guest->desc_ring[ring->next_avail];
		__le16 flags = head->flags;

		/* They were read when it was found; what they say since then is not heard. */
		head->flags = cpu_to_le16(ring->seen_flags);
		legal = naive_walk(guest, ring->next_avail, rights, naive);
		head->flags = flags;
	} else {
		u16 at = ring->next_avail % guest->num;

		legal = naive_walk(guest, le16_to_cpu((__force __le16)guest->avail->ring[at]),
				   rights, naive);
	}
	return legal && naive->ndesc <= guest->num - ring->held &&
	       naive_mapped(guest, naive->buf, naive->nread, want, RSW_MEM_RO) &&
	       naive_mapped(guest, naive->buf + naive->nread, naive->n - naive->nread, want,
			    RSW_MEM_WO);
}

static u16 steps_of(const struct chains_world *world, const struct taken *taken)
{
	return world->now->features & MOCK_PACKED ? taken->ndesc : 1;
}

/* A packed ring is looked at again wherever the device is then. */
static void move(struct chains_world *world, int steps)
{
	world->avail_at = mock_guest_at(world->now, (int)world->avail_at + steps);
	if (world->now->features & MOCK_PACKED)
		world->seen = false;
}

/* How many wait, as the memory says, or said when it was looked at. */
static int naive_available(struct chains_world *world)
{
	const struct mock_guest *guest = world->now;
	const u16 avail = BIT(VRING_PACKED_DESC_F_AVAIL);
	const u16 marks = avail | BIT(VRING_PACKED_DESC_F_USED);
	u32 at = world->avail_at, held = 0;
	bool first_lap;
	u16 flags, idx;

	if (guest->features & MOCK_PACKED) {
		for (unsigned int i = 0; i < world->ntaken; i++)
			held += world->taken[i].ndesc;
		flags = le16_to_cpu(guest->desc_ring[at % guest->num].flags);
		first_lap = at < guest->num;
		/* Its own mark alone; but what is in hand does not come again. */
		if (!world->seen && held < guest->num)
			world->seen = (flags & marks) == (first_lap ? avail : marks ^ avail);
		return world->seen;
	}
	idx = le16_to_cpu((__force __le16)guest->avail->idx);
	if (world->seen == (u16)at && (u16)(idx - at) > guest->num)
		return -EPROTO;
	if (world->seen == (u16)at)
		world->seen = idx;
	return (u16)(world->seen - at);
}

/* Returns false when nothing more may be done with the ring. */
static bool take(struct chains_world *world, struct fuzz_input *input, unsigned long rights)
{
	struct naive_chain naive = { .buf = world->buf };
	struct mock_guest *guest = world->now;
	struct rsw_vring *ring = &guest->ring;
	u16 held = ring->held, walked = ring->walked;
	u8 how = fuzz_u8(input);
	u32 want = how & 1 ? 1 + (how >> 2) : 200 + (how >> 2);
	unsigned int room = how & 2 ? how >> 4 : MOCK_SEGS;
	struct rsw_chain chain;
	bool legal;
	int err;

	err = naive_available(world);
	KUNIT_ASSERT_EQ(world->test, err, rsw_vring_available(ring));
	if (err <= 0)
		return !err;
	legal = naive_next(world, rights, want, &naive);
	err = mock_guest_take(guest, rights, want, &chain, room);
	if (err == -ENOSPC) {
		KUNIT_ASSERT_EQ(world->test, ring->held, held);
		err = mock_guest_take(guest, rights, want, &chain, MOCK_SEGS);
		KUNIT_ASSERT_TRUE(world->test, err || chain.nsegs > room);
	} else if (!err) {
		KUNIT_ASSERT_LE(world->test, chain.nsegs, room);
	}
	KUNIT_ASSERT_LE(world->test, ring->walked - walked, 2 * (CHAINS_NUM + RSW_CHAIN_DESCS));
	if (walked >= RSW_VRING_WALK_MAX || err == -EBUSY) {
		KUNIT_ASSERT_EQ(world->test, err, -EBUSY);
		return true;
	}
	KUNIT_ASSERT_EQ(world->test, !err, legal);
	if (err) {
		KUNIT_ASSERT_EQ(world->test, ring->held, held);
		KUNIT_ASSERT_TRUE(world->test, err == -EPROTO || err == -ELOOP || err == -EFAULT);
		return false;
	}
	check_chain(world, &naive, rights, want, &chain);
	KUNIT_ASSERT_EQ(world->test, ring->held, held + chain.ndesc);
	world->taken[world->ntaken] = (struct taken){
		.id = chain.id, .ndesc = chain.ndesc, .held = held, .len = chain.len,
	};
	move(world, steps_of(world, &world->taken[world->ntaken++]));
	return true;
}

static void untake(struct chains_world *world, struct fuzz_input *input)
{
	unsigned int n = fuzz_below(input, world->ntaken + 1);

	if (!n)
		return;
	for (unsigned int i = 0; i < n; i++)
		move(world, -steps_of(world, &world->taken[--world->ntaken]));
	rsw_vring_untake(&world->now->ring, n, world->taken[world->ntaken].held);
}

/* Does the driver want to know of @steps more? By what it wrote, one step after the other. */
static bool interrupt_due(struct chains_world *world, u32 steps)
{
	struct mock_guest *guest = world->now;
	u16 event, flags;

	if (!steps)
		return false;
	if (guest->features & MOCK_PACKED) {
		event = le16_to_cpu(guest->driver->off_wrap);
		flags = le16_to_cpu(guest->driver->flags);
		if (flags != VRING_PACKED_EVENT_FLAG_DESC || !(guest->features & MOCK_EVENT_IDX))
			return flags != VRING_PACKED_EVENT_FLAG_DISABLE;
	} else {
		if (!(guest->features & MOCK_EVENT_IDX))
			return !(le16_to_cpu((__force __le16)guest->avail->flags) &
				 VRING_AVAIL_F_NO_INTERRUPT);
		event = le16_to_cpu((__force __le16)guest->avail->ring[guest->num]);
	}
	while (steps--)
		if (mock_guest_index(guest, world->used_at + steps) ==
		    (guest->features & MOCK_PACKED ? event ^ BIT(15) : event))
			return true;
	return false;
}

/* A wish for a descriptor that does not exist means nothing. */
static bool wish_is_legal(const struct mock_guest *guest)
{
	return !(guest->features & MOCK_PACKED) ||
	       (le16_to_cpu(guest->driver->off_wrap) & 0x7fff) < guest->num;
}

static void check_used(struct chains_world *world, const struct taken *used, unsigned int n)
{
	const struct mock_guest *guest = world->now;

	KUNIT_ASSERT_TRUE(world->test, shadow_holds(world->expect));
	if (guest->features & MOCK_PACKED)
		return;
	KUNIT_ASSERT_EQ(world->test, le16_to_cpu((__force __le16)guest->used->idx),
			(u16)world->used_at);
	while (n--) {
		u16 at = (world->used_at - 1 - n) % guest->num;
		const struct vring_used_elem *elem = &guest->used->ring[at];

		KUNIT_ASSERT_EQ(world->test, le32_to_cpu((__force __le32)elem->id), used->id);
		KUNIT_ASSERT_EQ(world->test, le32_to_cpu((__force __le32)elem->len), used->len);
		used++;
	}
}

/* Return all that is in hand, from any of them on, and show it. */
static void publish(struct chains_world *world, struct fuzz_input *input)
{
	struct mock_guest *guest = world->now;
	unsigned int n = world->ntaken, first = fuzz_below(input, n + 1);
	struct taken used[CHAINS_NUM];
	u32 steps = 0;
	bool due;

	for (unsigned int i = 0; i < n; i++) {
		used[i] = world->taken[(first + i) % n];
		used[i].len = min_t(u32, used[i].len, fuzz_u8(input));
		rsw_vring_use(&guest->ring, used[i].id, used[i].ndesc, used[i].len);
		shadow_use(world->expect, used[i].id, used[i].ndesc, used[i].len);
		steps += steps_of(world, &used[i]);
	}
	due = interrupt_due(world, steps);
	world->used_at = mock_guest_at(guest, world->used_at + steps);
	world->ntaken = 0;
	shadow_publish(world->expect);
	if (rsw_vring_publish(&guest->ring) != due)
		KUNIT_ASSERT_FALSE(world->test, wish_is_legal(guest));
	KUNIT_ASSERT_EQ(world->test, rsw_vring_index(&guest->ring),
			mock_guest_index(guest, world->used_at));
	check_used(world, used, n);
}

/* Nothing waits: a driver that shows more will kick. */
static bool listen(struct chains_world *world)
{
	struct mock_guest *guest = world->now;
	int n = naive_available(world);

	KUNIT_ASSERT_EQ(world->test, n, rsw_vring_listen(&guest->ring));
	if (!n)
		KUNIT_ASSERT_TRUE(world->test, mock_guest_kicks(guest, world->avail_at, 1));
	return n >= 0;
}

/* Returns false when nothing more may be done with the ring. */
static bool step(struct chains_world *world, struct fuzz_input *input)
{
	u8 op = fuzz_u8(input) % 16;

	switch (op) {
	case 0 ... 7:
		chains_drive(world, input, op);
		return true;
	case 8 ... 9:
		return take(world, input, RSW_MEM_RO);
	case 10:
		return take(world, input, RSW_MEM_WO);
	case 11:
		return take(world, input, BOTH);
	case 12:
		untake(world, input);
		return true;
	case 13:
		publish(world, input);
		return true;
	case 14:
		rsw_vring_quiet(&world->now->ring);
		return true;
	default:
		return listen(world);
	}
}

static void run(void *priv, struct fuzz_input *input)
{
	struct chains_world *world = priv;

	chains_open(world, input);
	while (fuzz_more(input) && step(world, input))
		;
	/* Also when it broke: what was taken before that is given back. */
	publish(world, input);
	KUNIT_ASSERT_MEMEQ(world->test, world->now->page, world->memory, CHAINS_PAGES * PAGE_SIZE);
	chains_close(world);
}

const struct fuzz_target fuzz_chains = {
	.name = "chains",
	.size = sizeof(struct chains_world),
	.begin = chains_begin,
	.run = run,
	.end = chains_end,
};
