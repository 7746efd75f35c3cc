// SPDX-License-Identifier: GPL-2.0
/* Chains of a packed ring that are used or given back. */
#include <kunit/test.h>

#include "mock_guest.h"
#include "vring_naive.h"
#include "vring_shadow.h"

#define NUM	5
#define AVAIL	BIT(VRING_PACKED_DESC_F_AVAIL)
#define USED	BIT(VRING_PACKED_DESC_F_USED)

static int suite_init(struct kunit *test)
{
	test->priv = mock_guest_new(test, NUM, 4, MOCK_PACKED);
	return 0;
}

/* Chains of 1, 2 and 1 descriptors: until they are shown, the driver sees none of them. */
static void a_batch_is_shown_by_its_head(struct kunit *test)
{
	struct mock_guest *guest = test->priv;
	struct mock_buf buf[2];
	int id[3];
	u32 len;

	mock_bufs(buf, ARRAY_SIZE(buf));
	for (u32 at = 0; at < guest->period; at++) {
		struct vring_shadow *shadow;

		mock_guest_start(guest, at);
		for (int i = 0; i < ARRAY_SIZE(id); i++)
			id[i] = mock_guest_post(guest, true, buf, i == 1 ? 2 : 1);
		shadow = shadow_new(guest);
		for (int i = 0; i < ARRAY_SIZE(id); i++) {
			struct rsw_chain chain;

			mock_guest_take_next(test->priv, &chain);
			KUNIT_ASSERT_TRUE(test, shadow_holds(shadow));
		}
		for (int i = 0; i < ARRAY_SIZE(id); i++) {
			mock_guest_use(guest, id[i], i);
			shadow_use(shadow, id[i], i == 1 ? 2 : 1, i);
			KUNIT_ASSERT_TRUE(test, shadow_holds(shadow));
			KUNIT_ASSERT_EQ(test, mock_guest_reap(guest, &len), -ENOENT);
		}
		KUNIT_ASSERT_TRUE(test, rsw_vring_publish(&guest->ring));
		shadow_publish(shadow);
		KUNIT_ASSERT_TRUE(test, shadow_holds(shadow));
		for (int i = 0; i < ARRAY_SIZE(id); i++)
			mock_guest_reap_this(test->priv, id[i], i);
		KUNIT_ASSERT_EQ(test, mock_guest_reap(guest, &len), -ENOENT);
		/* A second batch has a head of its own. */
		id[0] = mock_guest_post(guest, true, buf, 1);
		mock_guest_use(guest, id[0], 3);
		KUNIT_ASSERT_EQ(test, mock_guest_reap(guest, &len), -ENOENT);
		KUNIT_ASSERT_TRUE(test, rsw_vring_publish(&guest->ring));
		mock_guest_reap_this(test->priv, id[0], 3);
	}
}

static u16 flags_at(const struct mock_guest *guest, u32 at)
{
	return le16_to_cpu(guest->desc_ring[at % guest->num].flags);
}

/* They keep what they said, which in the next lap means nothing. */
static void inside_of_a_used_chain(struct kunit *test)
{
	struct mock_guest *guest = test->priv;
	struct mock_buf buf[NUM];
	struct rsw_chain chain;

	mock_bufs(buf, NUM);
	for (u32 at = 0; at < guest->period; at++) {
		mock_guest_start(guest, at);
		mock_guest_post(guest, true, buf, NUM);
		mock_guest_take_next(test->priv, &chain);
		mock_guest_use(guest, chain.id, 1);
		rsw_vring_publish(&guest->ring);
		mock_guest_reap_this(test->priv, chain.id, 1);
		for (u32 i = 1; i < NUM; i++)
			KUNIT_ASSERT_EQ(test, flags_at(guest, at + i) & (AVAIL | USED),
					(at + i) % guest->period < NUM ? AVAIL : USED);
		for (u32 i = 0; i < NUM; i++) {
			u32 len;

			KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 0);
			KUNIT_ASSERT_EQ(test, mock_guest_reap(guest, &len), -ENOENT);
			mock_guest_post(guest, true, buf, 1);
			mock_guest_take_next(test->priv, &chain);
			mock_guest_use(guest, chain.id, 1);
			rsw_vring_publish(&guest->ring);
			mock_guest_reap_this(test->priv, chain.id, 1);
		}
	}
}

/* The length of a used descriptor without it means nothing (2.8.5). */
static void write_flag(struct kunit *test)
{
	static const u32 lens[] = { 0, 1, 65535, 65536, U32_MAX };
	struct mock_guest *guest = test->priv;

	for (u32 at = 0; at < guest->period; at++)
		for (int i = 0; i < ARRAY_SIZE(lens); i++) {
			mock_guest_start(guest, at);
			/* The head of what is shown, and one behind it. */
			rsw_vring_use(&guest->ring, 1, 1, lens[i]);
			rsw_vring_use(&guest->ring, 2, 1, lens[i]);
			rsw_vring_publish(&guest->ring);
			for (u32 n = 0; n < 2; n++)
				KUNIT_ASSERT_EQ(test, flags_at(guest, at + n),
						((at + n) % guest->period < NUM ?
						 AVAIL | USED : 0) |
						(lens[i] ? VRING_DESC_F_WRITE : 0));
			KUNIT_ASSERT_EQ(test, le32_to_cpu(guest->desc_ring[at % NUM].len), lens[i]);
		}
}

/* Chains of two and one descriptor given back, from wherever the ring was. */
static void untake_over_the_end(struct kunit *test)
{
	struct mock_guest *guest = test->priv;
	struct rsw_chain chain;
	struct mock_buf buf[3];

	mock_bufs(buf, ARRAY_SIZE(buf));
	for (u32 at = 0; at < guest->period; at++) {
		u16 held;
		int id[3];

		mock_guest_start(guest, at);
		for (int i = 0; i < ARRAY_SIZE(id); i++)
			id[i] = mock_guest_post(guest, true, buf, i == 1 ? 2 : 1);
		mock_guest_take_next(test->priv, &chain);
		for (int back = 0; back <= 2; back++) {
			held = guest->ring.held;
			for (int i = 0; i < back; i++)
				mock_guest_take_next(test->priv, &chain);
			rsw_vring_untake(&guest->ring, back, held);
		}
		for (int i = 1; i < ARRAY_SIZE(id); i++) {
			mock_guest_take_next(test->priv, &chain);
			KUNIT_ASSERT_EQ(test, chain.id, id[i]);
			KUNIT_ASSERT_EQ(test, chain.ndesc, i == 1 ? 2 : 1);
		}
		rsw_vring_untake(&guest->ring, 3, 0);
		for (int i = 0; i < ARRAY_SIZE(id); i++) {
			mock_guest_take_next(test->priv, &chain);
			KUNIT_ASSERT_EQ(test, chain.id, id[i]);
			mock_guest_use(guest, chain.id, 1);
		}
		KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 0);
		rsw_vring_publish(&guest->ring);
		for (int i = 0; i < ARRAY_SIZE(id); i++)
			mock_guest_reap_this(test->priv, id[i], 1);
	}
}

/* What was seen of the next chain is nothing that is known of the one that comes again. */
static void untake_behind_a_look_ahead(struct kunit *test)
{
	struct mock_guest *guest = test->priv;
	struct rsw_chain chain;
	struct mock_buf buf[3];

	mock_bufs(buf, ARRAY_SIZE(buf));
	mock_guest_post(guest, true, buf, 3);
	mock_guest_post(guest, false, buf, 1);
	mock_guest_take_next(test->priv, &chain);
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
	rsw_vring_untake(&guest->ring, 1, 0);
	mock_guest_take_next(test->priv, &chain);
	KUNIT_EXPECT_TRUE(test, naive_same(guest, buf, 3, MOCK_WANT, &chain));
	KUNIT_EXPECT_EQ(test, rsw_vring_available(&guest->ring), 1);
	KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), 0);
}

static struct kunit_case packed_use_cases[] = {
	KUNIT_CASE(a_batch_is_shown_by_its_head),
	KUNIT_CASE(inside_of_a_used_chain),
	KUNIT_CASE(write_flag),
	KUNIT_CASE(untake_over_the_end),
	KUNIT_CASE(untake_behind_a_look_ahead),
	{}
};

static struct kunit_suite packed_use_suite = {
	.name = "ringswitch_packed_use",
	.init = suite_init,
	.exit = mock_guest_exit,
	.test_cases = packed_use_cases,
};

kunit_test_suite(packed_use_suite);
