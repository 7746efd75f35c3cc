// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>

#include "vring_naive.h"
#include "vring_run.h"

#define PAGES	6
/* A table for each id; one of them lies across the end of a page. */
#define TABLE_ENTRIES	RUN_BUFS
#define TABLE_BYTES	(TABLE_ENTRIES * sizeof(struct vring_desc))
#define TABLES	(MOCK_IOVA + (PAGES - 1) * PAGE_SIZE - 5 * TABLE_BYTES / 2)

static void push(struct run_queue *queue, u16 id)
{
	queue->id[queue->n++] = id;
}

static u16 pop(struct run_queue *queue, unsigned int at)
{
	u16 id = queue->id[at];

	memmove(queue->id + at, queue->id + at + 1, (--queue->n - at) * sizeof(id));
	return id;
}

static void random_buf(struct run *run, struct mock_buf *buf)
{
	u64 size = PAGES * PAGE_SIZE;

	buf->len = rng_once_in(&run->rng, 8) ? 0 : rng_below(&run->rng, 300);
	if (rng_once_in(&run->rng, 20))
		buf->len = rng_below(&run->rng, size);
	buf->iova = MOCK_IOVA + rng_below(&run->rng, size - buf->len + 1);
}

static int post(struct run *run, bool write, const struct mock_buf *buf, u16 n)
{
	struct mock_guest *guest = run->guest;
	u64 table;
	int id;

	mock_guest_shuffle(guest, &run->rng);
	if (!(guest->features & MOCK_INDIRECT) || !guest->nfree || rng_once_in(&run->rng, 3))
		return mock_guest_post(guest, write, buf, n);
	/* The head is the next that is free. */
	table = TABLES + guest->free[guest->nfree - 1] * TABLE_BYTES;
	id = mock_guest_post_indirect(guest, write, buf, n, rng_below(&run->rng, n), table);
	run->indirect += id >= 0;
	return id;
}

static void step_post(struct run *run)
{
	struct mock_buf buf[RUN_BUFS];
	u16 n = 1 + rng_below(&run->rng, RUN_BUFS);
	bool write = rng_once_in(&run->rng, 2);
	int id;

	for (int i = 0; i < n; i++)
		random_buf(run, &buf[i]);
	id = post(run, write, buf, n);
	if (id < 0)
		return;
	memcpy(run->buf[id], buf, sizeof(buf));
	run->nbufs[id] = n;
	run->write[id] = write;
	push(&run->waiting, id);
	shadow_sync(run->shadow);
}

/* What a chain is, whichever pages its guest has. */
static u64 digest(const struct mock_guest *guest, const struct rsw_chain *chain)
{
	u64 sum = chain->id + ((u64)chain->len << 20) + chain->oversize;

	for (u16 i = 0; i < chain->nsegs; i++)
		sum = sum * 1000003 + (chain->seg[i].addr - guest->page) * 65537 +
		      chain->seg[i].len;
	return sum;
}

/* How many wait, also as one asks who would sleep else. */
static int available(struct run *run, struct kunit *test)
{
	struct mock_guest *guest = run->guest;
	int n;

	if (!rng_once_in(&run->rng, 4))
		return rsw_vring_available(&guest->ring);
	rsw_vring_quiet(&guest->ring);
	n = rsw_vring_listen(&guest->ring);
	if (!n)
		KUNIT_ASSERT_TRUE(test, mock_guest_kicks(guest, guest->avail_at, 1));
	return n;
}

static void step_take(struct run *run, struct kunit *test)
{
	u32 want = 1 + rng_below(&run->rng, rng_once_in(&run->rng, 2) ? 300 : 70000);
	int n = available(run, test);
	struct rsw_chain chain;
	u16 id;

	KUNIT_ASSERT_LE(test, n, run->waiting.n);
	if (!n) {
		KUNIT_ASSERT_EQ(test, run->waiting.n, 0);
		return;
	}
	id = run->waiting.id[0];
	run->held[id] = run->guest->ring.held;
	KUNIT_ASSERT_EQ(test, 0,
			mock_guest_take(run->guest, run->write[id] ? RSW_MEM_WO : RSW_MEM_RO,
					want, &chain, MOCK_SEGS));
	KUNIT_ASSERT_EQ(test, chain.id, id);
	KUNIT_ASSERT_TRUE(test, naive_same(run->guest, run->buf[id], run->nbufs[id], want, &chain));
	run->log[run->nlog++] = digest(run->guest, &chain);
	run->len[id] = run->write[id] ? rng_below(&run->rng, chain.len + 1) : 0;
	push(&run->taken, pop(&run->waiting, 0));
}

static void step_untake(struct run *run)
{
	unsigned int n = rng_below(&run->rng, run->taken.n + 1);

	if (!n)
		return;
	rsw_vring_untake(&run->guest->ring, n, run->held[run->taken.id[run->taken.n - n]]);
	while (n--) {
		memmove(run->waiting.id + 1, run->waiting.id, run->waiting.n++ * sizeof(u16));
		run->waiting.id[0] = pop(&run->taken, run->taken.n - 1);
	}
}

static void step_use(struct run *run)
{
	u16 id;

	/* All or nothing, since only chains taken last can be given back; in any order. */
	while (run->taken.n) {
		id = pop(&run->taken, rng_below(&run->rng, run->taken.n));
		mock_guest_use(run->guest, id, run->len[id]);
		shadow_use(run->shadow, id, run->guest->posted[id].ndesc, run->len[id]);
		push(&run->used, id);
	}
}

/* Have the driver want an interrupt or not. Returns whether it is due for what is used. */
static bool random_wish(struct run *run)
{
	bool interrupts = rng_once_in(&run->rng, 2);
	int steps = 0, ahead;

	for (unsigned int i = 0; i < run->used.n; i++)
		steps += run->guest->posted[run->used.id[i]].steps;
	ahead = rng_below(&run->rng, 5) - 2;
	if (rng_once_in(&run->rng, 2))
		ahead += steps;
	mock_guest_want(run->guest, interrupts);
	if (!(run->guest->features & MOCK_EVENT_IDX)) {
		run->shown_at += steps;
		return steps && interrupts;
	}
	mock_guest_set_used_event(run->guest, run->shown_at + ahead);
	run->shown_at = mock_guest_at(run->guest, run->shown_at + steps);
	return mock_guest_at(run->guest, ahead) < steps;
}

static void step_publish(struct run *run, struct kunit *test)
{
	bool due;

	/* Not with chains in hand: the device returns all of them or none. */
	if (run->taken.n)
		return;
	due = random_wish(run);
	shadow_sync(run->shadow);
	shadow_publish(run->shadow);
	KUNIT_ASSERT_EQ(test, rsw_vring_publish(&run->guest->ring), due);
	while (run->used.n)
		push(&run->shown, pop(&run->used, 0));
}

static void step_reap(struct run *run, struct kunit *test)
{
	u32 len;
	int id = mock_guest_reap(run->guest, &len);

	if (id < 0) {
		KUNIT_ASSERT_EQ(test, run->shown.n, 0);
		return;
	}
	KUNIT_ASSERT_NE(test, run->shown.n, 0);
	KUNIT_ASSERT_EQ(test, id, pop(&run->shown, 0));
	KUNIT_ASSERT_EQ(test, len, run->len[id]);
	run->log[run->nlog++] = id + ((u64)len << 32);
	run->reaped++;
}

static void step(struct run *run, struct kunit *test)
{
	switch (rng_below(&run->rng, 8)) {
	case 0 ... 1:
		step_post(run);
		break;
	case 2 ... 3:
		step_take(run, test);
		break;
	case 4:
		step_untake(run);
		break;
	case 5:
		step_use(run);
		break;
	case 6:
		step_publish(run, test);
		break;
	case 7:
		for (int n = rng_below(&run->rng, RUN_NUM); n--; )
			step_reap(run, test);
		break;
	}
}

void run_legal_work(struct kunit *test, struct run *run, u64 features, int steps)
{
	struct mock_guest *guest = run->guest;
	int start = rng_next(&run->rng) % 65536;

	mock_guest_set_features(guest, features);
	mock_guest_start(guest, start);
	run->shown_at = guest->used_at;
	run->shadow = shadow_new(guest);
	while (steps--) {
		step(run, test);
		KUNIT_ASSERT_TRUE(test, shadow_holds(run->shadow));
	}
	KUNIT_EXPECT_EQ(test, guest->in_flight,
			run->waiting.n + run->taken.n + run->used.n + run->shown.n);
}

struct run *run_new(struct kunit *test, u16 num, u64 features, const struct rng *rng)
{
	struct run *run = kunit_kzalloc(test, sizeof(*run), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, run);
	run->rng = *rng;
	run->guest = mock_guest_new(test, num, PAGES, features);
	return run;
}
