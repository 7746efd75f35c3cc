// SPDX-License-Identifier: GPL-2.0
/* The split ring against a reference: random legal work, random broken rings. */
#include <kunit/test.h>

#include "mock_guest.h"
#include "vring_naive.h"

#define NUM	32
#define PAGES	6
#define MAX_BUFS	8
#define STEPS	3000
/* A table for each id; one of them lies across the end of a page. */
#define TABLE_ENTRIES	MAX_BUFS
#define TABLE_BYTES	(TABLE_ENTRIES * sizeof(struct vring_desc))
#define TABLES	(MOCK_IOVA + (PAGES - 1) * PAGE_SIZE - 5 * TABLE_BYTES / 2)

/* Ids in order. */
struct queue {
	u16 id[NUM];
	unsigned int n;
};

static void push(struct queue *queue, u16 id)
{
	queue->id[queue->n++] = id;
}

static u16 pop(struct queue *queue, unsigned int at)
{
	u16 id = queue->id[at];

	memmove(queue->id + at, queue->id + at + 1, (--queue->n - at) * sizeof(id));
	return id;
}

/**
 * struct run - a random run
 * @guest: the guest
 * @rng: what decides
 * @buf: buffers of each chain in flight, by id
 * @nbufs: how many
 * @write: kind of each chain
 * @waiting: chains that the device has not taken, in order
 * @taken: chains that it has taken
 * @used: chains that it has returned, but not shown yet
 * @shown: chains that it has shown
 * @held: descriptors that the device held before it took a chain
 * @len: bytes it said it wrote
 * @reaped: chains that went all the way
 * @indirect: of them, with an indirect table
 * @walked: scratch for the reference
 */
struct run {
	struct mock_guest *guest;
	struct rng rng;
	struct mock_buf buf[NUM][MAX_BUFS];
	u16 nbufs[NUM];
	bool write[NUM];
	struct queue waiting, taken, used, shown;
	u16 held[NUM];
	u32 len[NUM];
	unsigned int reaped;
	unsigned int indirect;
	struct mock_buf walked[NAIVE_BUFS(NUM)];
};

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
	struct mock_buf buf[MAX_BUFS];
	u16 n = 1 + rng_below(&run->rng, MAX_BUFS);
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
}

static void step_take(struct run *run, struct kunit *test)
{
	u32 want = 1 + rng_below(&run->rng, rng_once_in(&run->rng, 2) ? 300 : 70000);
	int n = rsw_vring_available(&run->guest->ring);
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
		push(&run->used, id);
	}
}

/* Have the driver want an interrupt or not. Returns whether it is due for what is used. */
static bool random_wish(struct run *run)
{
	bool quiet = rng_once_in(&run->rng, 2);
	u16 event = le16_to_cpu((__force __le16)run->guest->used->idx) - 2 +
		    rng_below(&run->rng, 5);
	bool due = false;

	run->guest->avail->flags =
		(__force __virtio16)cpu_to_le16(quiet ? VRING_AVAIL_F_NO_INTERRUPT : 0);
	if (!(run->guest->features & MOCK_EVENT_IDX))
		return run->used.n && !quiet;
	mock_guest_set_used_event(run->guest, event);
	for (unsigned int i = 0; i < run->used.n; i++)
		due |= event == (u16)(le16_to_cpu((__force __le16)run->guest->used->idx) + i);
	return due;
}

static void step_publish(struct run *run, struct kunit *test)
{
	bool due;

	/* Not with chains in hand: the device returns all of them or none. */
	if (run->taken.n)
		return;
	due = random_wish(run);
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
	run->reaped++;
}

static int suite_init(struct kunit *test)
{
	struct run *run = kunit_kzalloc(test, sizeof(*run), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, run);
	rng_init(&run->rng, test);
	run->guest = mock_guest_new(test, NUM, PAGES, MOCK_EVENT_IDX | MOCK_INDIRECT);
	test->priv = run;
	return 0;
}

static void suite_exit(struct kunit *test)
{
	struct run *run = test->priv;

	if (run)
		mock_guest_free(run->guest);
}

static void legal_work(struct kunit *test, u64 features)
{
	struct run *run = test->priv;

	run->guest->features = features;
	mock_guest_start(run->guest, rng_next(&run->rng));
	for (int i = 0; i < STEPS; i++) {
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
			for (int n = rng_below(&run->rng, NUM); n--; )
				step_reap(run, test);
			break;
		}
	}
	KUNIT_EXPECT_GT(test, run->reaped, STEPS / 50);
	KUNIT_EXPECT_EQ(test, run->guest->in_flight,
			run->waiting.n + run->taken.n + run->used.n + run->shown.n);
}

static void legal_plain(struct kunit *test)
{
	legal_work(test, 0);
}

static void legal_event_idx(struct kunit *test)
{
	legal_work(test, MOCK_EVENT_IDX);
}

static void legal_indirect(struct kunit *test)
{
	struct run *run = test->priv;

	legal_work(test, MOCK_INDIRECT);
	KUNIT_EXPECT_GT(test, run->indirect, STEPS / 50);
}

static void legal_both(struct kunit *test)
{
	legal_work(test, MOCK_EVENT_IDX | MOCK_INDIRECT);
}

/* An indirect table in which about half of the entries are legal. */
static void scribble_entries(struct run *run, u64 table, u32 n)
{
	struct rng *rng = &run->rng;

	for (u32 i = 0; i < n; i++) {
		struct mock_buf buf;
		u16 flags = rng_once_in(rng, 2) ? VRING_DESC_F_NEXT : 0;

		random_buf(run, &buf);
		if (rng_once_in(rng, 20))
			flags |= rng_next(rng);
		mock_guest_set_entry(run->guest, table, i, buf.iova, buf.len, flags,
				     rng_below(rng, rng_once_in(rng, 20) ? n + 1 : n));
	}
}

/* A table in which about half of the short chains are legal. */
static void scribble_table(struct run *run)
{
	struct rng *rng = &run->rng;

	for (int i = 0; i < NUM; i++) {
		struct mock_buf buf;
		u16 flags = rng_once_in(rng, 2) ? VRING_DESC_F_NEXT : 0;

		random_buf(run, &buf);
		if (rng_once_in(rng, 30))
			flags |= VRING_DESC_F_WRITE;
		if (rng_once_in(rng, 6)) {
			buf.len = 1 + rng_below(rng, TABLE_ENTRIES);
			buf.iova = TABLES + i * TABLE_BYTES;
			scribble_entries(run, buf.iova, buf.len);
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
		mock_guest_set_desc(run->guest, i, buf.iova, buf.len, flags,
				    rng_once_in(rng, 20) ? rng_next(rng) : rng_below(rng, NUM));
	}
}

/* Take whatever is there as chain @head, and compare. Returns whether it is legal. */
static bool take_and_compare(struct run *run, struct kunit *test, u16 head)
{
	u32 want = 1 + rng_below(&run->rng, 3000);
	struct mock_guest *guest = run->guest;
	struct mock_buf *buf = run->walked;
	struct rsw_chain chain;
	bool legal;
	int n, err;

	mock_guest_start(guest, rng_next(&run->rng));
	mock_guest_show(guest, head);
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
	n = naive_walk(guest, head, false, buf);
	legal = n >= 0 && naive_mapped(guest, buf, n, want);
	err = mock_guest_take(guest, RSW_MEM_RO, want, &chain, MOCK_SEGS);
	KUNIT_ASSERT_EQ(test, !err, legal);
	if (legal)
		KUNIT_ASSERT_TRUE(test, naive_same(guest, buf, n, want, &chain));
	return legal;
}

static void broken_tables(struct kunit *test)
{
	struct run *run = test->priv;
	unsigned int legal = 0, illegal = 0, indirect = 0;

	for (int i = 0; i < 200; i++) {
		scribble_table(run);
		for (int head = 0; head < NUM + 2; head++) {
			if (!take_and_compare(run, test, head))
				illegal++;
			else if (run->guest->ring.walked == run->guest->ring.held)
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

/* All ring memory is noise, other noise each time. */
static void noise(struct kunit *test)
{
	struct run *run = test->priv;
	struct mock_guest *guest = run->guest;
	struct rng *rng = &run->rng;
	u16 *avail = (u16 *)guest->avail;

	for (int i = 0; i < 3000; i++) {
		struct rsw_chain chain = {};
		int n;

		rng_fill(rng, guest->desc, rsw_vring_desc_size(NUM));
		rng_fill(rng, guest->avail, rsw_vring_avail_size(NUM, guest->features));
		/* Mostly plausible, or nothing would go beyond the first check. */
		n = rng_below(rng, NUM + 1);
		avail[1] = (__force u16)cpu_to_le16(guest->ring.next_avail + n);
		if (rng_once_in(rng, 2))
			scribble_table(run);
		for (int s = 2; s < 2 + NUM && !rng_once_in(rng, 8); s++)
			avail[s] = (__force u16)cpu_to_le16(rng_below(rng, NUM));
		n = rsw_vring_available(&guest->ring);
		while (n-- > 0) {
			if (mock_guest_take(guest, RSW_MEM_RO, 3000, &chain, MOCK_SEGS))
				break;
			KUNIT_ASSERT_TRUE(test, chain.id < NUM && inside(guest, &chain));
			mock_guest_use(guest, chain.id, rng_next(rng));
		}
		rsw_vring_publish(&guest->ring);
		/* As after a reset, since such a guest gets no second chance. */
		rsw_vring_init(&guest->ring, NUM, rng_next(rng), guest->features);
	}
}

static struct kunit_case random_cases[] = {
	KUNIT_CASE(legal_plain),
	KUNIT_CASE(legal_event_idx),
	KUNIT_CASE(legal_indirect),
	KUNIT_CASE(legal_both),
	KUNIT_CASE(broken_tables),
	KUNIT_CASE(noise),
	{}
};

static struct kunit_suite random_suite = {
	.name = "ringswitch_vring_random",
	.init = suite_init,
	.exit = suite_exit,
	.test_cases = random_cases,
};

kunit_test_suite(random_suite);
