// SPDX-License-Identifier: GPL-2.0
/* Bytes copied into pieces: every length and offset around each way of copying, and no more. */
#include <kunit/test.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "../drivers/ringswitch/batch.h"
#include "../drivers/ringswitch/copy.h"
#include "../drivers/ringswitch/vring.h"
#include "rng.h"

#define ROOM	8192
#define CANARY	0xa5

struct buffers {
	u8 from[ROOM];
	u8 to[ROOM];
	struct rsw_seg seg[ROOM];
};

static int suite_init(struct kunit *test)
{
	struct buffers *buffers = kunit_kzalloc(test, sizeof(*buffers), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buffers);
	/* Of a prime period: a byte of the wrong place is a wrong byte. */
	for (unsigned int i = 0; i < ROOM; i++)
		buffers->from[i] = i % 251 % CANARY;
	test->priv = buffers;
	return 0;
}

static bool is_canary(const u8 *byte, const u8 *end)
{
	return !memchr_inv(byte, CANARY, end - byte);
}

static void every_length_and_offset(struct kunit *test)
{
	struct buffers *buffers = test->priv;

	for (u32 len = 0; len < 1100; len += len < 500 || len > 530 ? 13 : 1)
		for (u32 offset = 0; offset < 64; offset++) {
			const u8 *from = buffers->from + offset % 8;
			u8 *at = buffers->to + 64 + offset / 8;
			const struct rsw_seg seg[] = { { at, len }, { NULL, 1 } };
			struct rsw_target to = rsw_target(seg);

			memset(buffers->to, CANARY, 2048);
			rsw_copy(&to, from, len);
			KUNIT_ASSERT_EQ(test, to.left, 0);
			KUNIT_ASSERT_PTR_EQ(test, to.next, seg + 1);
			KUNIT_ASSERT_MEMEQ(test, at, from, len);
			KUNIT_ASSERT_TRUE(test, is_canary(buffers->to, at));
			KUNIT_ASSERT_TRUE(test, is_canary(at + len, buffers->to + 2048));
		}
}

/* Cut @bytes of the target into pieces up to @longest, each with a gap of one behind it. */
static void cut(struct buffers *buffers, struct rng *rng, u32 bytes, u32 longest)
{
	u8 *at = buffers->to;

	for (unsigned int n = 0; bytes; n++) {
		u32 len = min(bytes, 1 + rng_below(rng, longest));

		buffers->seg[n] = (struct rsw_seg){ at, len };
		at += len + 1;
		bytes -= len;
	}
}

static void pieces_of_both_sides(struct kunit *test)
{
	struct buffers *buffers = test->priv;
	struct rng rng;

	rng_init(&rng, test);
	for (unsigned int round = 0; round < 300; round++) {
		u32 bytes = 1 + rng_below(&rng, ROOM / 2 - 1), done = 0;
		const u8 *at = buffers->to;
		struct rsw_target to;

		memset(buffers->to, CANARY, ROOM);
		cut(buffers, &rng, bytes, round % 2 ? 40 : 1600);
		to = rsw_target(buffers->seg);
		while (done < bytes) {
			u32 len = min(bytes - done, 1 + rng_below(&rng, 1600));

			rsw_copy(&to, buffers->from + done, len);
			done += len;
		}
		done = 0;
		while (done < bytes) {
			const u8 *begin = at;

			while (at < buffers->to + ROOM && *at != CANARY)
				at++;
			KUNIT_ASSERT_MEMEQ(test, begin, buffers->from + done, at - begin);
			done += at - begin;
			at++;
		}
		KUNIT_ASSERT_EQ(test, done, bytes);
		KUNIT_ASSERT_TRUE(test, is_canary(at, buffers->to + ROOM));
	}
}

/* Any number of bytes out of pieces of any length; what is left is where it goes on. */
static void pulled_bytes_are_gone(struct kunit *test)
{
	struct buffers *buffers = test->priv;

	for (u32 piece = 1; piece < 20; piece++)
		for (u32 first = 0; first <= 60; first++) {
			struct rsw_chain chain = {
				.seg = buffers->seg, .len = 60,
				.nsegs = DIV_ROUND_UP_ULL(60, piece),
			};

			for (u16 i = 0; i < chain.nsegs; i++)
				chain.seg[i] = (struct rsw_seg){ buffers->from + i * piece,
								 min(piece, 60 - i * piece) };
			memset(buffers->to, CANARY, 100);
			KUNIT_ASSERT_FALSE(test, rsw_pull(&chain, buffers->to, 61));
			KUNIT_ASSERT_TRUE(test, rsw_pull(&chain, buffers->to, first));
			KUNIT_ASSERT_EQ(test, chain.len, 60 - first);
			KUNIT_ASSERT_MEMEQ(test, buffers->to, buffers->from, first);
			KUNIT_ASSERT_TRUE(test, is_canary(buffers->to + first, buffers->to + 100));
			KUNIT_ASSERT_EQ(test, chain.nsegs, DIV_ROUND_UP_ULL(60, piece) -
					first / piece - (first == 60 && first % piece));
			KUNIT_ASSERT_FALSE(test, rsw_pull(&chain, buffers->to, 61 - first));
			KUNIT_ASSERT_TRUE(test, rsw_pull(&chain, buffers->to + first, 60 - first));
			KUNIT_ASSERT_MEMEQ(test, buffers->to, buffers->from, 60);
			KUNIT_ASSERT_EQ(test, chain.nsegs, 0);
		}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(every_length_and_offset),
	KUNIT_CASE(pieces_of_both_sides),
	KUNIT_CASE(pulled_bytes_are_gone),
	{}
};

static struct kunit_suite copy_suite = {
	.name = "rsw_copy",
	.init = suite_init,
	.test_cases = cases,
};

kunit_test_suite(copy_suite);
