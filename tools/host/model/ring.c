// SPDX-License-Identifier: GPL-2.0
/*
 * One call of vring.h on any ring of NUM descriptors, PACKED or not, in the memory of a hostile
 * guest. Each check_*() is a model of its own; what its callers promise is assumed in it.
 */
#include "model.h"

#define RING_FEATURES	(PACKED ? BIT_ULL(VIRTIO_F_RING_PACKED) : 0)
#define AVAIL		BIT(VRING_PACKED_DESC_F_AVAIL)
#define USED		BIT(VRING_PACKED_DESC_F_USED)
#define EVENT_WRAP	BIT(VRING_PACKED_EVENT_F_WRAP_CTR)

static struct rsw_vring *const ring = &model.ring;

/* Where a packed ring is, in two laps: a wrap counter is 1 in the first. */
static u32 at(u16 i, bool wrap)
{
	return i + (wrap ? 0 : NUM);
}

static u32 steps(u32 from, u32 to)
{
	return (to + 2 * NUM - from) % (2 * NUM);
}

static u16 in_flight(void)
{
	return PACKED ? ring->held - ring->unshown : ring->next_avail - ring->next_used;
}

static u16 marks(bool wrap)
{
	return wrap ? AVAIL | USED : 0;
}

/* What holds between two calls. Of chains in flight each has a descriptor or more. */
#define EITHER(IS)									\
	IS(ring->held <= NUM, "no more is held than there is")				\
	IS(ring->walked < RSW_VRING_WALK_MAX + NUM + TABLE, "walking has an end")

#define SPLIT(IS)									\
	IS((u16)(ring->next_avail - ring->used_idx) <= ring->held, "each chain is held")\
	IS((u16)(ring->next_used - ring->used_idx) <=					\
	   (u16)(ring->next_avail - ring->used_idx), "what is used was taken")		\
	IS((u16)(ring->avail_idx - ring->next_used) <= 2 * NUM, "it was offered")	\
	IS((u16)(ring->next_avail - ring->next_used) <=					\
	   (u16)(ring->avail_idx - ring->next_used), "what is taken was offered")

#define PACKED_RING(IS)									\
	IS(ring->next_avail < NUM && ring->next_used < NUM, "indices are in the ring")	\
	IS(ring->unshown <= ring->held, "what is used was taken")			\
	IS(steps(at(ring->next_used, ring->used_wrap),					\
		 at(ring->next_avail, ring->avail_wrap)) ==				\
	   in_flight(), "wrap counters count laps")					\
	IS(!ring->unshown || (ring->first_used < NUM &&					\
	   ring->first_used == (ring->next_used + NUM - ring->unshown) % NUM),		\
	   "what is used first is shown last")						\
	IS(!ring->unshown || (ring->first_flags & (AVAIL | USED)) ==			\
	   marks(ring->first_used < ring->next_used ? ring->used_wrap :			\
						      !ring->used_wrap),		\
	   "and with its own lap's marks")						\
	IS(!ring->seen || (ring->held < NUM &&						\
	   (ring->seen_flags & (AVAIL | USED)) == (ring->avail_wrap ? AVAIL : USED)),	\
	   "what was seen is available")

#define ASSUME(condition, what)	model_assume(condition);
#define CHECK(condition, what)	model_check(condition, what);

static void check_ring(void)
{
	EITHER(CHECK)
#if PACKED
	PACKED_RING(CHECK)
#else
	SPLIT(CHECK)
#endif
}

static u64 any_features(void)
{
	return RING_FEATURES | (any_bool() ? BIT_ULL(VIRTIO_RING_F_EVENT_IDX) : 0) |
	       (any_bool() ? BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC) : 0);
}

/* The ring's memory is exactly what it says it needs. */
static void map_ring(u64 features)
{
	ring->desc = malloc(rsw_vring_desc_size(NUM));
	ring->avail = malloc(rsw_vring_avail_size(NUM, features));
	ring->used = malloc(rsw_vring_used_size(NUM, features));
}

static void any_ring(void)
{
	u64 features = any_features();

	*ring = any(struct rsw_vring);
	map_ring(features);
	ring->num = NUM;
	ring->packed = PACKED;
	ring->event_idx = features & BIT_ULL(VIRTIO_RING_F_EVENT_IDX);
	ring->indirect = features & BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC);
	ring->quiet = any_bool();
	EITHER(ASSUME)
#if PACKED
	ring->avail_wrap = any_bool();
	ring->used_wrap = any_bool();
	ring->seen = any_bool();
	PACKED_RING(ASSUME)
#else
	SPLIT(ASSUME)
#endif
}

/* As rsw_vring_available() says it. */
static bool waiting(void)
{
	return PACKED ? ring->seen : ring->avail_idx != ring->next_avail;
}

static struct rsw_seg pieces[MODEL_ROOM];

static int take(u32 want, struct rsw_chain *chain, unsigned int room)
{
	model.rights = any(unsigned long);
	model_assume(model.rights && !(model.rights & ~(RSW_MEM_RO | RSW_MEM_WO)));
	model_assume(room <= MODEL_ROOM);
	model.room = room;
	model.want = want;
	model.seg = pieces;
	model.chain = chain;
	chain->seg = pieces;
	model.descriptors = 0;
	return rsw_vring_take(ring, model.rights, want, chain, room);
}

static void check_taken(const struct rsw_vring *before, const struct rsw_chain *chain)
{
	u16 n = ring->held - before->held;

	model_cut();
	model_check(n >= 1 && chain->ndesc == n, "a chain knows its descriptors");
#if PACKED
	model_check(ring->next_avail == (before->next_avail + n) % NUM, "the next is behind it");
	model_check(!ring->seen, "the next was not seen yet");
#else
	model_check(ring->next_avail == (u16)(before->next_avail + 1), "the next is behind it");
#endif
	model_check(ring->walked - before->walked == n + model.entries, "all steps are counted");
}

void check_take(void)
{
	struct rsw_vring before;
	struct rsw_chain chain;
	int err;

	any_ring();
	model_assume(waiting());
	before = *ring;
	err = take(any(u32), &chain, any(unsigned int));
	check_ring();
	model_check(model.descriptors <= 4 * (NUM - before.held), "no descriptor is read again");
	model_check(model.entries <= TABLE, "no entry of a table is read again");
	if (!err) {
		check_taken(&before, &chain);
		model_reached("a chain is taken");
		return;
	}
	model_check(ring->held == before.held && ring->next_avail == before.next_avail,
		    "what is not taken stays");
#if PACKED
	model_check(ring->seen && ring->avail_wrap == before.avail_wrap, "and in its lap");
#endif
	switch (err) {
	case -ENOSPC:
		model_reached("no room");
		break;
	case -EBUSY:
		model_reached("enough was read");
		break;
	case -EPROTO:
		model_reached("bad chain");
		break;
	case -ELOOP:
		model_reached("endless chain");
		break;
	case -EFAULT:
		model_reached("bad address");
		break;
	default:
		model_check(false, "an error that is named");
	}
}

/* The last chain taken, given back. */
void check_untake(void)
{
	struct rsw_vring before;
	struct rsw_chain chain;

	any_ring();
	model_assume(waiting());
	before = *ring;
	model_assume(!take(any(u32), &chain, any(unsigned int)));
	rsw_vring_untake(ring, 1, before.held);
	check_ring();
	model_check(ring->held == before.held && ring->next_avail == before.next_avail,
		    "it is the next again");
#if PACKED
	model_check(ring->avail_wrap == before.avail_wrap, "in its lap");
#else
	model_check(rsw_vring_available(ring) > 0, "and it still waits");
#endif
	model_reached("a chain is given back");
}

/* Some of those taken and not used: @n chains of @ndesc descriptors. */
void check_untake_some(void)
{
	u16 n = any(u16), ndesc = any(u16), before;

	any_ring();
	before = in_flight();
	model_assume(n <= ndesc && ndesc <= ring->held && (PACKED ? ndesc : n) <= before);
	/* Those that stay have a descriptor each, as well. */
	model_assume(PACKED ||
		     (u16)(ring->next_avail - n - ring->used_idx) <= ring->held - ndesc);
	rsw_vring_untake(ring, n, ring->held - ndesc);
	check_ring();
	model_check(in_flight() == before - (PACKED ? ndesc : n), "so many fewer are in flight");
	model_reached("chains are given back");
}

/* A chain that is in flight, with whatever the driver said of it. */
void check_use(void)
{
	u16 id = any(u16), ndesc = any(u16), before;
	u32 len = any(u32);
	u16 next, flags;
	bool wrap;

	any_ring();
	before = in_flight();
	model_assume(ndesc && (PACKED ? ndesc : 1) <= before);
	next = ring->next_used;
	wrap = ring->used_wrap;
	flags = ring->unshown;
	rsw_vring_use(ring, id, ndesc, len);
	check_ring();
	model_check(in_flight() == before - (PACKED ? ndesc : 1), "so many fewer are in flight");
#if PACKED
	model_check(model.written == (flags ? (void *)&ring->desc_ring[next].flags :
					      (void *)&ring->desc_ring[next].len),
		    "the head that is shown last keeps its flags");
	flags = flags ? model.said : ring->first_flags;
	model_check(flags == (marks(wrap) | (len ? VRING_DESC_F_WRITE : 0)),
		    "marked as used in its lap");
#else
	model_check(model.written == &ring->used->ring[next % NUM].len, "in its place");
	model_check(model.said == len, "with its length");
#endif
	model_reached("a chain is used");
}

/* Is what the driver named among the last @n places or indices? */
static bool is_passed(u16 n)
{
	bool passed = false;

	for (u16 s = 1; s <= n; s++)
#if PACKED
		passed |= steps(at(model.value & (u16)~EVENT_WRAP, model.value & EVENT_WRAP),
				at(ring->next_used, ring->used_wrap)) == s;
#else
		passed |= (u16)model.value == (u16)(ring->next_used - s);
#endif
	return passed;
}

static void check_wanted(bool wanted, u16 n)
{
#if PACKED
	u16 flags = model.value >> 16;

	if (flags != VRING_PACKED_EVENT_FLAG_DESC || !ring->event_idx)
		model_check(wanted == (flags != VRING_PACKED_EVENT_FLAG_DISABLE), "as it says");
	else if ((u16)(model.value & ~EVENT_WRAP) < NUM)
		model_check(wanted == is_passed(n), "when its event is passed");
#else
	if (ring->event_idx)
		model_check(wanted == is_passed(n), "when its event is passed");
	else
		model_check(wanted == !(model.value & VRING_AVAIL_F_NO_INTERRUPT), "as it says");
#endif
	if (wanted)
		model_reached("an interrupt");
	else
		model_reached("no interrupt");
}

/* With nothing in flight. */
void check_publish(void)
{
	struct rsw_vring before;
	bool wanted;
	u16 n;

	any_ring();
	model_assume(!in_flight());
	before = *ring;
	n = PACKED ? ring->unshown : ring->next_used - ring->used_idx;
	wanted = rsw_vring_publish(ring);
	check_ring();
	model_check(!ring->held && !ring->walked, "nothing is held");
	if (!n) {
		model_check(!wanted && !model.written, "nothing new, no interrupt");
		model_reached("nothing to show");
		return;
	}
#if PACKED
	model_check(model.written == &ring->desc_ring[before.first_used].flags, "the first, last");
	model_check(model.said == before.first_flags, "with its marks");
#else
	model_check(model.written == &ring->used->idx, "by the index");
	model_check(model.said == before.next_used, "which covers all");
#endif
	check_wanted(wanted, n);
}

static void check_answer(int n)
{
	check_ring();
	model_check(n >= (PACKED ? 0 : -EPROTO) && n <= (PACKED ? 1 : 2 * NUM), "a number");
	model_check(n <= 0 || waiting(), "of what waits");
	if (n > 0)
		model_reached("some wait");
	else if (!n)
		model_reached("none waits");
}

void check_available(void)
{
	int n;

	any_ring();
	n = rsw_vring_available(ring);
	check_answer(n);
	model_check(n >= 0 || n == -EPROTO, "the only error");
#if !PACKED
	if (n < 0)
		model_reached("too many");
#endif
}

void check_listen(void)
{
	bool quiet;

	any_ring();
	if (any_bool())
		rsw_vring_quiet(ring);
	quiet = ring->quiet;
	model.written = NULL;
	check_answer(rsw_vring_listen(ring));
#if PACKED
	if (ring->event_idx)
		model_check(model.said == (ring->next_avail |
					   (ring->avail_wrap ? EVENT_WRAP : 0) |
					   (u32)VRING_PACKED_EVENT_FLAG_DESC << 16),
			    "for the next");
	model_check(model.written == (ring->event_idx || quiet ? ring->device : NULL), "asked");
#else
	if (ring->event_idx)
		model_check(model.said == ring->next_avail, "for the next");
	model_check(model.written == (ring->event_idx ? (void *)&ring->used->ring[NUM] :
				      quiet ? (void *)&ring->used->flags : NULL), "asked");
#endif
}

/* Whatever the VMM says of where a ring is. */
void check_init(void)
{
	u16 index = any(u16);
	u64 features = any_features();
	bool good = PACKED ? (u16)(index & ~EVENT_WRAP) < NUM : !(NUM & (NUM - 1));
	int err;

	*ring = any(struct rsw_vring);
	map_ring(features);
	err = rsw_vring_init(ring, NUM, index, features);
	model_check(err == (good ? 0 : -EINVAL), "only an index and a size that can be");
	if (err)
		return;
	check_ring();
	model_check(rsw_vring_index(ring) == index, "where it was told");
	model_check(!in_flight() && !ring->held, "nothing is in flight");
#if PACKED || !(NUM & (NUM - 1))
	model_reached("a fresh ring");
#endif
}
