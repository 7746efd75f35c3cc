// SPDX-License-Identifier: GPL-2.0
/*
 * A driver and a device on two CPUs. Both go to sleep when they see nothing to do, after they
 * asked to be notified. If both sleep while a chain is on its way, a notification was lost:
 * that is what barriers C and D of vring_split.c and vring_packed.c, and those named here with
 * them, are for. Without one of these both sleep within some thousand rounds (see come_near()).
 * A and B are seen by ThreadSanitizer (make race), since x86 keeps that order without them.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <time.h>

#include <kunit/test.h>

#include "mock_guest.h"

#define NUM		4
#define BUF(id)		(MOCK_IOVA + 64 * (id))
/* Spins before a CPU that may be wanted by somebody else is given away. */
#define SPINS		20000
/* Of a test when nobody says how many rounds, and how many of them say something. */
#define SECONDS		5
#ifdef __SANITIZE_THREAD__
#define LEAST		100
#else
#define LEAST		5000
#endif
/* How far apart the two can be made to come to the same place: 2 to this power turns of a loop. */
#define APART		11
/* Cache lines that both write. */
#define LINES		8

/* One side, when it has nothing to do. */
struct side {
	bool asleep;
	bool woken;
} __aligned(128);

/**
 * struct world - what both threads share, besides the ring
 * @driver: this thread
 * @device: the other
 * @guest: its driver's part belongs to the driver, its ring to the device
 * @stalled: both slept
 * @err: what the ring said to the device, if it is an error
 * @stop: there will be no more chains
 * @thread: the device's
 */
struct world {
	struct side driver, device;
	struct mock_guest *guest;
	bool stalled;
	int err;
	bool stop;
	pthread_t thread;
};

/* ThreadSanitizer calls this for each report. */
static unsigned int races;
void __tsan_on_report(void *report)
{
	races++;
}

/* Those we may run on. A thread begins on those of its maker, who is bound to one. */
static cpu_set_t cpus;

static void __attribute__((constructor)) find_cpus(void)
{
	sched_getaffinity(0, sizeof(cpus), &cpus);
}

static void run_on(int nth)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &cpus) && !nth--)
			CPU_SET(cpu, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

static struct line {
	u64 word;
} __aligned(128) lines[LINES];

/*
 * Before a place where both sides should meet. How far apart they are is not known, so the
 * delay is of any order. The other side has written the lines last: until they are here, what
 * we store after them waits in this CPU, and only a full barrier keeps loads from overtaking it.
 */
static void come_near(struct rng *rng)
{
	for (u32 n = rng_below(rng, 2U << rng_below(rng, APART)); n; n--)
		barrier();
	for (u32 n = rng_below(rng, LINES + 1); n; n--)
		WRITE_ONCE(lines[n - 1].word, n);
}

/* A notification. It orders nothing by itself: who is woken looks into the ring. */
static void wake(struct side *side)
{
	WRITE_ONCE(side->woken, true);
}

/* Only the other side could wake @me, and it sleeps, and nobody wakes it. */
static bool hopeless(const struct side *me, const struct side *other)
{
	bool lost = !READ_ONCE(other->woken);

	/* It says that it wakes before it takes note of who woke it. */
	smp_mb();
	lost = lost && READ_ONCE(other->asleep);
	/* It woke us before it slept, if at all. */
	smp_mb();
	return lost && !READ_ONCE(me->woken);
}

/* Until the other side wakes us; false when it never will. */
static bool sleep_until_woken(struct world *world, struct side *me, const struct side *other)
{
	WRITE_ONCE(me->asleep, true);
	/* What we did before we slept was before that: see hopeless(). */
	smp_mb();
	for (unsigned int spins = 1; !READ_ONCE(me->woken); spins++) {
		if (READ_ONCE(world->stalled) || hopeless(me, other)) {
			WRITE_ONCE(world->stalled, true);
			return false;
		}
		if (spins % SPINS == 0)
			sched_yield();
	}
	WRITE_ONCE(me->asleep, false);
	/* In this order, for hopeless(). */
	smp_mb();
	WRITE_ONCE(me->woken, false);
	/* Whoever wakes us from now on may be heard of late; the ring is looked at after this. */
	smp_mb();
	return true;
}

/* Take what waits and answer each number with the next. */
static int serve(struct mock_guest *guest)
{
	struct rsw_chain chain;
	int n = 0, err;

	for (;;) {
		err = rsw_vring_available(&guest->ring);
		if (err > 0)
			err = mock_guest_take(guest, RSW_MEM_WO, sizeof(u64), &chain, 1) ?: 1;
		if (err <= 0)
			return err ?: n;
		++*(u64 *)chain.seg[0].addr;
		rsw_vring_use(&guest->ring, chain.id, chain.ndesc, sizeof(u64));
		n++;
	}
}

/* As rsw_guest_ingress() does it, batch by batch. */
static void *device(void *data)
{
	struct world *world = data;
	struct rsw_vring *ring = &world->guest->ring;
	struct rng rng = { 1 };
	int n = 0;

	run_on(1);
	while (!READ_ONCE(world->stop)) {
		rsw_vring_quiet(ring);
		n = serve(world->guest);
		if (n < 0)
			break;
		come_near(&rng);
		if (n && rsw_vring_publish(ring))
			wake(&world->driver);
		come_near(&rng);
		n = rsw_vring_listen(ring);
		if (n < 0 || (!n && !sleep_until_woken(world, &world->device, &world->driver)))
			break;
	}
	world->err = n < 0 ? n : 0;
	WRITE_ONCE(world->stalled, !READ_ONCE(world->stop));
	return NULL;
}

/* Offer @n numbers. */
static void post(struct world *world, u32 n, u64 *next)
{
	struct mock_guest *guest = world->guest;
	int at = guest->avail_at;

	for (u32 i = 0; i < n; i++) {
		const struct mock_buf buf = { BUF(guest->free[guest->nfree - 1]), sizeof(u64) };

		*(u64 *)mock_guest_byte(guest, buf.iova) = *next;
		*next += 2;
		mock_guest_post(guest, true, &buf, 1);
	}
	/* Pairs with barrier D: the chains are there before we look who wants to know. */
	smp_mb();
	if (mock_guest_kicks(guest, at, n))
		wake(&world->device);
}

/* Take back one number, if there is one, which must be the answer to @asked. */
static bool reap(struct kunit *test, struct world *world, u64 asked)
{
	u32 len;
	int id = mock_guest_reap(world->guest, &len);

	if (id < 0)
		return false;
	KUNIT_ASSERT_EQ(test, len, sizeof(u64));
	KUNIT_ASSERT_EQ(test, *(u64 *)mock_guest_byte(world->guest, BUF(id)), asked + 1);
	return true;
}

static void want(struct mock_guest *guest)
{
	if (guest->features & MOCK_EVENT_IDX)
		mock_guest_set_used_event(guest, guest->used_at);
	else
		mock_guest_want(guest, true);
	/* Pairs with barrier C: we ask to be woken before we look for the last time. */
	smp_mb();
}

/* Get one number back, asleep until there is one. */
static bool get(struct kunit *test, struct world *world, u64 asked)
{
	while (!reap(test, world, asked)) {
		want(world->guest);
		if (reap(test, world, asked))
			break;
		if (!sleep_until_woken(world, &world->driver, &world->device))
			return false;
		mock_guest_want(world->guest, false);
	}
	return true;
}

/* How many rounds somebody wants, or 0. */
static unsigned long rounds(void)
{
	const char *rounds = getenv("ROUNDS");

	return rounds && *rounds ? strtoul(rounds, NULL, 0) : 0;
}

static bool enough(unsigned long round, unsigned long wanted, time_t start)
{
	return wanted ? round == wanted : round % 128 == 0 && time(NULL) >= start + SECONDS;
}

/* What the device left behind can be looked at after this. */
static void stop(struct world *world)
{
	WRITE_ONCE(world->stop, true);
	wake(&world->device);
	if (world->thread)
		pthread_join(world->thread, NULL);
	world->thread = 0;
}

static void ping_pong(struct kunit *test, u64 features)
{
	struct world *world = kunit_kzalloc(test, sizeof(*world), GFP_KERNEL);
	unsigned long round, wanted = rounds();
	bool stalled;
	u64 next = 0, asked = 0;
	time_t start = time(NULL);
	struct rng rng;

	if (CPU_COUNT(&cpus) < 2)
		kunit_skip(test, "takes two CPUs");
	rng_init(&rng, test);
	test->priv = world;
	world->guest = mock_guest_new(test, NUM, 1, features);
	run_on(0);
	KUNIT_ASSERT_EQ(test, 0, pthread_create(&world->thread, NULL, device, world));
	for (round = 0; !READ_ONCE(world->stalled) && !enough(round, wanted, start); round++) {
		post(world, 1 + rng_below(&rng, NUM), &next);
		come_near(&rng);
		for (; asked < next && get(test, world, asked); asked += 2)
			come_near(&rng);
	}
	kunit_info(test, "%lu rounds", round);
	/* Once told to stop the device goes for no reason of its own. */
	stalled = READ_ONCE(world->stalled);
	stop(world);
	KUNIT_EXPECT_FALSE(test, stalled);
	KUNIT_EXPECT_EQ(test, world->err, 0);
	KUNIT_EXPECT_EQ(test, races, 0);
	if (!test->failed && !wanted && round < LEAST)
		kunit_skip(test, "so few rounds say nothing: the two hardly ever ran at once");
}

static void suite_exit(struct kunit *test)
{
	struct world *world = test->priv;

	if (!world)
		return;
	stop(world);
	mock_guest_free(world->guest);
}

static void split(struct kunit *test)
{
	ping_pong(test, 0);
}

static void split_event_idx(struct kunit *test)
{
	ping_pong(test, MOCK_EVENT_IDX);
}

static void packed(struct kunit *test)
{
	ping_pong(test, MOCK_PACKED);
}

static void packed_event_idx(struct kunit *test)
{
	ping_pong(test, MOCK_PACKED | MOCK_EVENT_IDX);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(split),
	KUNIT_CASE(split_event_idx),
	KUNIT_CASE(packed),
	KUNIT_CASE(packed_event_idx),
	{}
};

static struct kunit_suite stall_suite = {
	.name = "ringswitch_stall",
	.exit = suite_exit,
	.test_cases = cases,
};

kunit_test_suite(stall_suite);
