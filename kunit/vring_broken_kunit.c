// SPDX-License-Identifier: GPL-2.0
/* Random broken rings of both layouts against a reference, and noise. */
#include <kunit/test.h>

#include "mock_guest.h"
#include "vring_naive.h"

#define NUM	32
#define PAGES	6
/* A table for each descriptor; one of them lies across the end of a page. */
#define TABLE_ENTRIES	8
#define TABLE_BYTES	(TABLE_ENTRIES * sizeof(struct vring_desc))
#define TABLES	(MOCK_IOVA + (PAGES - 1) * PAGE_SIZE - 5 * TABLE_BYTES / 2)
#define AVAIL	BIT(VRING_PACKED_DESC_F_AVAIL)
#define USED	BIT(VRING_PACKED_DESC_F_USED)

/**
 * struct broken - a guest that keeps no rules
 * @guest: the guest
 * @rng: what decides
 * @walked: scratch for the reference
 */
struct broken {
	struct mock_guest *guest;
	struct rng rng;
	struct mock_buf walked[NAIVE_BUFS(NUM)];
};

static int suite_init(struct kunit *test, u64 layout)
{
	struct broken *broken = kunit_kzalloc(test, sizeof(*broken), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, broken);
	rng_init(&broken->rng, test);
	broken->guest = mock_guest_new(test, NUM, PAGES, MOCK_EVENT_IDX | MOCK_INDIRECT | layout);
	test->priv = broken;
	return 0;
}

static void suite_exit(struct kunit *test)
{
	struct broken *broken = test->priv;

	if (broken)
		mock_guest_free(broken->guest);
}

static bool is_packed(const struct broken *broken)
{
	return broken->guest->features & MOCK_PACKED;
}

static void random_buf(struct rng *rng, struct mock_buf *buf)
{
	u64 size = PAGES * PAGE_SIZE;

	buf->len = rng_once_in(rng, 8) ? 0 : rng_below(rng, 300);
	if (rng_once_in(rng, 20))
		buf->len = rng_below(rng, size);
	buf->iova = MOCK_IOVA + rng_below(rng, size - buf->len + 1);
}

/* An indirect table in which about half of the entries are legal. */
static void scribble_entries(struct broken *broken, u64 table, u32 n)
{
	struct rng *rng = &broken->rng;

	for (u32 i = 0; i < n; i++) {
		struct mock_buf buf;
		u16 flags = rng_once_in(rng, 2) ? VRING_DESC_F_NEXT : 0;

		random_buf(rng, &buf);
		if (rng_once_in(rng, 20))
			flags |= rng_next(rng);
		mock_guest_set_entry(broken->guest, table, i, buf.iova, buf.len, flags,
				     rng_below(rng, rng_once_in(rng, 20) ? n + 1 : n));
	}
}

/* A ring in which about half of the short chains are legal. */
static void scribble_table(struct broken *broken)
{
	struct mock_guest *guest = broken->guest;
	struct rng *rng = &broken->rng;

	for (int i = 0; i < NUM; i++) {
		struct mock_buf buf;
		u16 flags = rng_once_in(rng, 2) ? VRING_DESC_F_NEXT : 0;

		random_buf(rng, &buf);
		if (rng_once_in(rng, 30))
			flags |= VRING_DESC_F_WRITE;
		if (rng_once_in(rng, 6)) {
			buf.len = 1 + rng_below(rng, TABLE_ENTRIES);
			buf.iova = TABLES + i * TABLE_BYTES;
			scribble_entries(broken, buf.iova, buf.len);
			buf.len *= sizeof(struct vring_desc);
			flags ^= rng_once_in(rng, 6) ? 0 : flags & VRING_DESC_F_NEXT;
			flags |= VRING_DESC_F_INDIRECT;
		}
		if (rng_once_in(rng, 10))
			flags ^= rng_next(rng) & 0xfff8;
		if (rng_once_in(rng, 20))
			buf.iova = rng_next(rng) >> rng_below(rng, 64);
		if (rng_once_in(rng, 20))
			buf.len = rng_next(rng) >> rng_below(rng, 64);
		guest->layout->encode(&guest->desc[i], buf.iova, buf.len, flags,
				      rng_once_in(rng, 20) ? rng_next(rng) : rng_below(rng, NUM));
	}
}

/* Say of descriptor @i what makes it available in a lap with this wrap counter. */
static void make_available(struct mock_guest *guest, u16 i, bool counter)
{
	__le16 *flags = &guest->desc_ring[i].flags;

	*flags = cpu_to_le16((le16_to_cpu(*flags) & ~(AVAIL | USED)) | (counter ? AVAIL : USED));
}

/* Whatever is at descriptor @head is the next chain. */
static void offer(struct broken *broken, u16 head)
{
	struct mock_guest *guest = broken->guest;
	bool counter = rng_once_in(&broken->rng, 2);

	if (is_packed(broken)) {
		make_available(guest, head, counter);
		rsw_vring_init(&guest->ring, NUM, head | (counter ? 0 : BIT(15)),
			       guest->features);
	} else {
		mock_guest_start(guest, rng_next(&broken->rng) % 65536);
		mock_guest_show(guest, head, 1);
	}
}

/* Take whatever is there as chain @head, and compare. Returns whether it is legal. */
static bool take_and_compare(struct broken *broken, struct kunit *test, u16 head)
{
	u32 want = 1 + rng_below(&broken->rng, 3000);
	struct mock_guest *guest = broken->guest;
	struct naive_chain naive = { .buf = broken->walked };
	struct rsw_chain chain;
	bool legal;
	int err;

	offer(broken, head);
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
	legal = naive_walk(guest, head, RSW_MEM_RO, &naive) &&
		naive_mapped(guest, naive.buf, naive.n, want, RSW_MEM_RO);
	err = mock_guest_take(guest, RSW_MEM_RO, want, &chain, MOCK_SEGS);
	KUNIT_ASSERT_EQ(test, !err, legal);
	if (!legal)
		return false;
	KUNIT_ASSERT_TRUE(test, naive_same(guest, naive.buf, naive.n, want, &chain));
	KUNIT_ASSERT_EQ(test, chain.id, naive.id);
	KUNIT_ASSERT_EQ(test, chain.ndesc, naive.ndesc);
	return true;
}

static void broken_tables(struct kunit *test)
{
	struct broken *broken = test->priv;
	unsigned int legal = 0, illegal = 0, indirect = 0;

	for (int i = 0; i < 200; i++) {
		scribble_table(broken);
		for (int head = 0; head < (is_packed(broken) ? NUM : NUM + 2); head++) {
			if (!take_and_compare(broken, test, head))
				illegal++;
			else if (broken->guest->ring.walked == broken->guest->ring.held)
				legal++;
			else
				indirect++;
		}
	}
	/* Neither kind was rare. */
	KUNIT_EXPECT_GT(test, legal, 500);
	KUNIT_EXPECT_GT(test, illegal, 500);
	KUNIT_EXPECT_GT(test, indirect, 100);
}

/* Are all pieces guest memory? */
static bool inside(const struct mock_guest *guest, const struct rsw_chain *chain)
{
	const void *end = guest->page + PAGES * PAGE_SIZE;

	for (u16 i = 0; i < chain->nsegs; i++)
		if (chain->seg[i].addr < guest->page || chain->seg[i].addr >= end ||
		    chain->seg[i].len > end - chain->seg[i].addr)
			return false;
	return true;
}

/* Mostly plausible, or nothing would go beyond the first check. */
static void make_plausible(struct broken *broken)
{
	struct mock_guest *guest = broken->guest;
	struct rng *rng = &broken->rng;
	u16 *avail = (u16 *)guest->avail;
	u16 n = rng_below(rng, NUM + 1);

	if (is_packed(broken)) {
		for (u16 i = 0; i < NUM && !rng_once_in(rng, 8); i++)
			make_available(guest, i, (i < guest->ring.next_avail) !=
						 guest->ring.avail_wrap);
		return;
	}
	avail[1] = (__force u16)cpu_to_le16(guest->ring.next_avail + n);
	for (int s = 2; s < 2 + NUM && !rng_once_in(rng, 8); s++)
		avail[s] = (__force u16)cpu_to_le16(rng_below(rng, NUM));
}

/* All ring memory is noise, other noise each time. */
static void noise(struct kunit *test)
{
	struct broken *broken = test->priv;
	struct mock_guest *guest = broken->guest;
	struct rng *rng = &broken->rng;
	unsigned int taken = 0;

	for (int i = 0; i < 3000; i++) {
		struct rsw_chain chain = {};
		u16 n = 0;

		rng_fill(rng, guest->desc, rsw_vring_desc_size(NUM));
		rng_fill(rng, guest->avail, rsw_vring_avail_size(NUM, guest->features));
		if (rng_once_in(rng, 2))
			scribble_table(broken);
		make_plausible(broken);
		while (rsw_vring_available(&guest->ring) > 0) {
			if (mock_guest_take(guest, RSW_MEM_RO, 3000, &chain, MOCK_SEGS))
				break;
			KUNIT_ASSERT_TRUE(test, is_packed(broken) || chain.id < NUM);
			KUNIT_ASSERT_TRUE(test, inside(guest, &chain));
			n += chain.ndesc;
			rsw_vring_use(&guest->ring, chain.id, chain.ndesc, rng_next(rng));
			taken++;
		}
		KUNIT_ASSERT_LE(test, n, NUM);
		rsw_vring_publish(&guest->ring);
		/* As after a reset, since such a guest gets no second chance. */
		rsw_vring_init(&guest->ring, NUM, mock_guest_index(guest, rng_next(rng) % 65536),
			       guest->features);
	}
	KUNIT_EXPECT_GT(test, taken, 500);
}

MOCK_SUITES(vring_broken, suite_init, suite_exit,
	    KUNIT_CASE(broken_tables),
	    KUNIT_CASE(noise));
