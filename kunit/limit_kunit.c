// SPDX-License-Identifier: GPL-2.0
/* Token buckets: exact at each rate, at any time, in two units at once. */
#include <kunit/test.h>
#include <linux/ktime.h>
#include <linux/math64.h>

#include "../drivers/ringswitch/batch.h"
#include "../drivers/ringswitch/limit.h"
#include "rng.h"

#define BATCHES		200
#define BATCH_MAX	16	/* frames of a random batch */
#define CONFIGS		40
#define LEN_MAX		65536	/* a frame, and what any random bucket holds at least */
#define GBIT		(1000000000ULL / 8)
#define MONTH		(30ULL * 86400 * NSEC_PER_SEC)

/* What has passed of one batch, for the model. */
struct passed {
	u64 when;
	u64 bytes;
	u64 frames;
};

struct limit_world {
	struct rsw_meter meter;
	struct rsw_frame frame[RSW_BATCH_FRAMES];
	struct passed passed[BATCHES];
	unsigned int npassed;
	struct rng rng;
	u64 now;
};

static int suite_init(struct kunit *test)
{
	struct limit_world *world = kunit_kzalloc(test, sizeof(*world), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, world);
	spin_lock_init(&world->meter.lock);
	world->now = NSEC_PER_SEC;
	test->priv = world;
	return 0;
}

static void limit(struct limit_world *world, struct rsw_bucket *bucket, u64 rate, u64 burst)
{
	bucket->rate = rate;
	bucket->full = burst * NSEC_PER_SEC;
	bucket->credit = bucket->full;
	world->meter.last = world->now;
}

/* The next @n frames, all at once; returns which have passed. */
static u64 meter(struct limit_world *world, unsigned int n)
{
	u64 passed;

	local_bh_disable();
	passed = rsw_meter_pass(&world->meter, world->frame,
				n ? GENMASK_ULL(n - 1, 0) : 0, world->now);
	local_bh_enable();
	return passed;
}

/* How many of @n frames of @len bytes pass. */
static unsigned int send_all(struct limit_world *world, unsigned int n, u32 len)
{
	unsigned int passed = 0;

	while (n) {
		unsigned int some = min_t(unsigned int, n, RSW_BATCH_FRAMES);

		for (unsigned int i = 0; i < some; i++)
			world->frame[i].len = len;
		passed += hweight64(meter(world, some));
		n -= some;
	}
	return passed;
}

static void no_more_than_a_burst(struct kunit *test)
{
	struct limit_world *world = test->priv;

	limit(world, &world->meter.bytes, 1000, 5000);
	KUNIT_EXPECT_EQ(test, send_all(world, 1000, 100), 50);
	KUNIT_EXPECT_EQ(test, send_all(world, 1, 1), 0);
	world->now += NSEC_PER_SEC / 2;
	KUNIT_EXPECT_EQ(test, send_all(world, 1000, 100), 5);
	/* What is not used is kept, up to the burst. */
	world->now += 3 * NSEC_PER_SEC;
	KUNIT_EXPECT_EQ(test, send_all(world, 1000, 100), 30);
	world->now += 60 * NSEC_PER_SEC;
	KUNIT_EXPECT_EQ(test, send_all(world, 1000, 100), 50);
	/* A nanosecond too early, and in time. */
	world->now += NSEC_PER_SEC / 10 - 1;
	KUNIT_EXPECT_EQ(test, send_all(world, 1, 100), 0);
	world->now++;
	KUNIT_EXPECT_EQ(test, send_all(world, 2, 100), 1);
}

static void frames_by_their_number(struct kunit *test)
{
	struct limit_world *world = test->priv;

	limit(world, &world->meter.frames, 10, 20);
	KUNIT_EXPECT_EQ(test, send_all(world, 64, 60), 20);
	world->now += NSEC_PER_SEC;
	KUNIT_EXPECT_EQ(test, send_all(world, 64, 65000), 10);
}

/* Who has bytes but is one frame too many pays neither, and the other way round. */
static void both_at_once(struct kunit *test)
{
	struct limit_world *world = test->priv;
	s64 bytes, frames;

	limit(world, &world->meter.bytes, 1, 1000);
	limit(world, &world->meter.frames, 1, 3);
	KUNIT_EXPECT_EQ(test, send_all(world, 2, 100), 2);
	bytes = world->meter.bytes.credit;
	frames = world->meter.frames.credit;
	KUNIT_EXPECT_EQ(test, bytes, 800 * NSEC_PER_SEC);
	KUNIT_EXPECT_EQ(test, frames, 1 * NSEC_PER_SEC);
	KUNIT_EXPECT_EQ(test, send_all(world, 1, 801), 0);
	KUNIT_EXPECT_EQ(test, world->meter.frames.credit, frames);
	KUNIT_EXPECT_EQ(test, send_all(world, 2, 100), 1);
	bytes = world->meter.bytes.credit;
	KUNIT_EXPECT_EQ(test, send_all(world, 1, 100), 0);
	KUNIT_EXPECT_EQ(test, world->meter.bytes.credit, bytes);
}

/* A short frame passes where a long one before it could not. */
static void in_one_batch(struct kunit *test)
{
	struct limit_world *world = test->priv;

	limit(world, &world->meter.bytes, 1, 1000);
	world->frame[0].len = 600;
	world->frame[1].len = 600;
	world->frame[2].len = 300;
	world->frame[3].len = 101;
	world->frame[4].len = 100;
	KUNIT_EXPECT_EQ(test, meter(world, 5), 0x15);
	KUNIT_EXPECT_EQ(test, world->meter.bytes.credit, 0);
}

/* Once in a while, for as much as it is long: it is neither shut out nor free. */
static void longer_than_the_bucket(struct kunit *test)
{
	struct limit_world *world = test->priv;

	limit(world, &world->meter.bytes, 1000, 2000);
	KUNIT_EXPECT_EQ(test, send_all(world, 2, 60000), 1);
	KUNIT_EXPECT_EQ(test, world->meter.bytes.credit, -58000 * NSEC_PER_SEC);
	world->now += 58 * NSEC_PER_SEC;
	KUNIT_EXPECT_EQ(test, send_all(world, 1, 1), 0);
	world->now += 2 * NSEC_PER_SEC - 1;
	KUNIT_EXPECT_EQ(test, send_all(world, 1, 60000), 0);
	world->now++;
	KUNIT_EXPECT_EQ(test, send_all(world, 2, 60000), 1);
	/* One that fits has not to wait for so much. */
	world->now += 59 * NSEC_PER_SEC;
	KUNIT_EXPECT_EQ(test, send_all(world, 1, 60000), 0);
	KUNIT_EXPECT_EQ(test, send_all(world, 2, 1000), 1);
}

static void the_tag_beside_it(struct kunit *test)
{
	struct limit_world *world = test->priv;

	limit(world, &world->meter.bytes, 1, 207);
	world->frame[0].tag.proto = htons(ETH_P_8021Q);
	world->frame[1].tag.proto = htons(ETH_P_8021Q);
	KUNIT_EXPECT_EQ(test, send_all(world, 2, 100), 1);
	KUNIT_EXPECT_EQ(test, world->meter.bytes.credit, 103 * NSEC_PER_SEC);
}

/* All that was earned has been spent, to the last frame, whatever a frame costs in nanoseconds. */
static void nothing_is_rounded(struct kunit *test)
{
	static const struct {
		u64 rate;
		u64 pause;
		u32 len;
	} run[] = {
		{ 1, 2003000000007, 60 },
		{ 7, 1000000007, 1 },
		{ 999999937, 3001, 67 },
		{ GBIT / 1000, 23000041, 60 },
		{ GBIT, 25003, 61 },
		{ 10 * GBIT, 40009, 1514 },
		/* 4.8 ns a frame. */
		{ 100 * GBIT, 251, 60 },
		{ 400 * GBIT, 307, 257 },
	};
	struct limit_world *world = test->priv;

	for (unsigned int r = 0; r < ARRAY_SIZE(run); r++) {
		u64 begin = world->now, sent = 0, earned;

		limit(world, &world->meter.bytes, run[r].rate, 100000);
		/* So that nothing it earns is lost. */
		sent += send_all(world, 100000, run[r].len);
		for (unsigned int i = 0; i < 10000; i++) {
			world->now += run[r].pause;
			sent += send_all(world, RSW_BATCH_FRAMES, run[r].len);
		}
		earned = 100000 * NSEC_PER_SEC + (world->now - begin) * run[r].rate;
		KUNIT_EXPECT_EQ_MSG(test, sent, div64_u64(earned, run[r].len * NSEC_PER_SEC),
				    "%u bytes at %llu/s", run[r].len,
				    (unsigned long long)run[r].rate);
	}
}

static void after_a_long_time(struct kunit *test)
{
	static const u64 rates[] = { 1, 1000000, GBIT, 100 * GBIT, 1ULL << 40, U64_MAX };
	static const u64 times[] = { MONTH, 100 * 12 * MONTH, U64_MAX / 2 };
	struct limit_world *world = test->priv;

	for (unsigned int i = 0; i < ARRAY_SIZE(rates) * ARRAY_SIZE(times); i++) {
		u64 rate = rates[i % ARRAY_SIZE(rates)];

		world->now = NSEC_PER_SEC;
		limit(world, &world->meter.bytes, rate, RSW_BURST_MAX);
		world->meter.bytes.credit = 0;
		world->now += times[i / ARRAY_SIZE(rates)];
		meter(world, 0);
		KUNIT_EXPECT_LE(test, world->meter.bytes.credit, world->meter.bytes.full);
		if (rate == 1)
			KUNIT_EXPECT_EQ(test, world->meter.bytes.credit,
					min_t(u64, times[i / ARRAY_SIZE(rates)],
					      RSW_BURST_MAX * NSEC_PER_SEC));
		else
			KUNIT_EXPECT_EQ(test, world->meter.bytes.credit, world->meter.bytes.full);
		KUNIT_EXPECT_EQ(test, send_all(world, 10, LEN_MAX), 10);
	}
}

/* The fastest and the largest there are. */
static void the_most_that_can_be_said(struct kunit *test)
{
	struct limit_world *world = test->priv;

	limit(world, &world->meter.bytes, U64_MAX, RSW_BURST_MAX);
	world->meter.bytes.credit = -(s64)U32_MAX * NSEC_PER_SEC;
	world->now++;
	KUNIT_EXPECT_EQ(test, send_all(world, 64, U32_MAX), 1);
	KUNIT_EXPECT_EQ(test, world->meter.bytes.credit, 0);
	limit(world, &world->meter.bytes, 1, RSW_BURST_MAX);
	KUNIT_EXPECT_EQ(test, send_all(world, 2, U32_MAX), 1);
	world->now += U32_MAX * NSEC_PER_SEC - 1;
	KUNIT_EXPECT_EQ(test, send_all(world, 1, U32_MAX), 0);
	world->now++;
	KUNIT_EXPECT_EQ(test, send_all(world, 2, U32_MAX), 1);
}

/* Two CPUs: the one that looked at its clock first may come second. */
static void a_clock_that_goes_back(struct kunit *test)
{
	struct limit_world *world = test->priv;
	u64 sent = 0, begin = world->now;

	limit(world, &world->meter.bytes, 1000, 1000);
	sent += send_all(world, 64, 100);
	for (int i = 0; i < 1000; i++) {
		world->now += NSEC_PER_SEC / 10 + 3;
		sent += send_all(world, 2, 100);
		world->now -= NSEC_PER_SEC / 10;
		sent += send_all(world, 2, 100);
		world->now += NSEC_PER_SEC / 10;
	}
	KUNIT_EXPECT_EQ(test, sent, div64_u64((world->now - begin) * 1000 + 1000 * NSEC_PER_SEC,
					      100 * NSEC_PER_SEC));
}

/*
 * The definition: in no time, however long or short, does more pass than a burst and what the
 * rate gives in that time; and what does not break that passes.
 */
static bool model_allows(const struct limit_world *world, u64 bytes, u64 frames, u32 len)
{
	const struct rsw_bucket *by = &world->meter.bytes, *fr = &world->meter.frames;

	/* Begins at the latest batch, and has all of each in it. */
	for (unsigned int i = world->npassed + 1; i--; ) {
		u64 time = 0;

		if (i < world->npassed) {
			bytes += world->passed[i].bytes;
			frames += world->passed[i].frames;
			time = world->now - world->passed[i].when;
		}
		if (by->rate && (bytes + len) * NSEC_PER_SEC > (u64)by->full + time * by->rate)
			return false;
		if (fr->rate && (frames + 1) * NSEC_PER_SEC > (u64)fr->full + time * fr->rate)
			return false;
	}
	return true;
}

static u64 model(struct limit_world *world, unsigned int n)
{
	struct passed *mine = &world->passed[world->npassed];
	u64 passed = 0;

	*mine = (struct passed){ .when = world->now };
	for (unsigned int i = 0; i < n; i++) {
		if (!model_allows(world, mine->bytes, mine->frames, world->frame[i].len))
			continue;
		mine->bytes += world->frame[i].len;
		mine->frames++;
		passed |= BIT_ULL(i);
	}
	if (passed)
		world->npassed++;
	return passed;
}

static void random_limit(struct limit_world *world, struct rsw_bucket *bucket, u64 least)
{
	u64 rate = (rng_next(&world->rng) >> 30) >> rng_below(&world->rng, 34);

	limit(world, bucket, rate + 1, least + rng_below(&world->rng, 2 * least));
}

/* As long as half of a batch, on average, takes at one of the rates. */
static u64 random_pause(struct limit_world *world)
{
	const struct rsw_bucket *by = &world->meter.bytes, *fr = &world->meter.frames;
	bool of_bytes = by->rate && (!fr->rate || rng_once_in(&world->rng, 2));
	u64 rate = of_bytes ? by->rate : fr->rate;
	u64 tokens = rng_below(&world->rng, BATCH_MAX * (of_bytes ? LEN_MAX / 2 : 1));
	u64 other = of_bytes ? fr->rate : by->rate;

	if (rng_once_in(&world->rng, 4))
		return 0;
	/* Bounded by both, for the model's sake. */
	return div64_u64(tokens * NSEC_PER_SEC, max(rate, other));
}

static void against_the_definition(struct kunit *test)
{
	struct limit_world *world = test->priv;
	unsigned int n, all = 0, some = 0;

	rng_init(&world->rng, test);
	for (int c = 0; c < CONFIGS; c++) {
		world->npassed = 0;
		world->meter.bytes = (struct rsw_bucket){};
		world->meter.frames = (struct rsw_bucket){};
		if (c % 4 != 1)
			random_limit(world, &world->meter.bytes, LEN_MAX);
		if (c % 4 != 2)
			random_limit(world, &world->meter.frames, BATCH_MAX);
		for (int b = 0; b < BATCHES; b++) {
			u64 wanted, passed;

			n = 1 + rng_below(&world->rng, BATCH_MAX);
			for (unsigned int i = 0; i < n; i++)
				world->frame[i].len = 1 + rng_below(&world->rng, LEN_MAX);
			world->now += random_pause(world);
			wanted = model(world, n);
			passed = meter(world, n);
			KUNIT_ASSERT_EQ_MSG(test, passed, wanted, "config %d, batch %d", c, b);
			all += n;
			some += hweight64(passed);
		}
	}
	/* It was about something. */
	KUNIT_EXPECT_GT(test, some, all / 20);
	KUNIT_EXPECT_GT(test, all - some, all / 20);
}

static struct kunit_case limit_cases[] = {
	KUNIT_CASE(no_more_than_a_burst),
	KUNIT_CASE(frames_by_their_number),
	KUNIT_CASE(both_at_once),
	KUNIT_CASE(in_one_batch),
	KUNIT_CASE(longer_than_the_bucket),
	KUNIT_CASE(the_tag_beside_it),
	KUNIT_CASE(nothing_is_rounded),
	KUNIT_CASE(after_a_long_time),
	KUNIT_CASE(the_most_that_can_be_said),
	KUNIT_CASE(a_clock_that_goes_back),
	KUNIT_CASE(against_the_definition),
	{}
};

static struct kunit_suite limit_suite = {
	.name = "ringswitch_limit",
	.init = suite_init,
	.test_cases = limit_cases,
};

kunit_test_suite(limit_suite);
