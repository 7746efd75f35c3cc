// SPDX-License-Identifier: GPL-2.0
/* Where chains are in a packed ring, and what they are known by. */
#include <kunit/test.h>

#include "mock_guest.h"
#include "vring_naive.h"

#define NUM	5

static int suite_init(struct kunit *test)
{
	test->priv = mock_guest_new(test, NUM, 4, MOCK_PACKED);
	return 0;
}

static void sizes(struct kunit *test)
{
	for (u64 more = 0; more <= MOCK_EVENT_IDX; more += MOCK_EVENT_IDX)
		for (u32 num = 1; num <= 32768; num += 32767) {
			KUNIT_EXPECT_EQ(test, rsw_vring_desc_size(num), 16 * num);
			KUNIT_EXPECT_EQ(test, rsw_vring_avail_size(num, MOCK_PACKED | more), 4);
			KUNIT_EXPECT_EQ(test, rsw_vring_used_size(num, MOCK_PACKED | more), 4);
		}
}

/* Virtio 1.3, 2.8.1, but for the wrap counter, which is inverted so that 0 is a fresh ring. */
static void form_of_an_index(struct kunit *test)
{
	static const u16 nums[] = { 1, 2, 3, 5, 255, 1000, 1024, 32767, 32768 };
	struct vring_packed_desc_event device;
	struct rsw_vring ring = { .device = &device };

	for (int i = 0; i < ARRAY_SIZE(nums); i++)
		for (u32 index = 0; index < 65536; index++) {
			int err = (index & 0x7fff) < nums[i] ? 0 : -EINVAL;

			KUNIT_ASSERT_EQ(test, err,
					rsw_vring_init(&ring, nums[i], index, MOCK_PACKED));
			if (err)
				continue;
			KUNIT_ASSERT_EQ(test, rsw_vring_index(&ring), index);
			KUNIT_ASSERT_EQ(test, ring.avail_wrap, index < 0x8000);
		}
}

/* Wherever a chain starts, however long it is: most of them lie over the end. */
static void chains_over_the_end(struct kunit *test)
{
	struct mock_guest *guest = test->priv;
	struct mock_buf buf[NUM];
	struct rsw_chain chain;

	mock_bufs(buf, NUM);
	for (u32 at = 0; at < guest->period; at++)
		for (u16 n = 1; n <= NUM; n++) {
			int id;

			mock_guest_start(guest, at);
			id = mock_guest_post(guest, true, buf, n);
			mock_guest_take_next(test->priv, &chain);
			KUNIT_ASSERT_EQ(test, chain.id, id);
			KUNIT_ASSERT_EQ(test, chain.ndesc, n);
			KUNIT_ASSERT_TRUE(test, naive_same(guest, buf, n, MOCK_WANT, &chain));
			KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 0);
			mock_guest_use(guest, chain.id, n);
			KUNIT_ASSERT_TRUE(test, rsw_vring_publish(&guest->ring));
			mock_guest_reap_this(test->priv, id, n);
			KUNIT_ASSERT_EQ(test, rsw_vring_index(&guest->ring),
					mock_guest_index(guest, at + n));
			KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 0);
		}
}

/* Also where a size has all bits of an index; empty buffers, but for the last. */
static void chains_as_long_as_a_large_ring(struct kunit *test)
{
	static const u16 nums[] = { 1000, 1023, 1024, 32767, 32768 };

	for (int i = 0; i < ARRAY_SIZE(nums); i++) {
		u16 num = nums[i];
		struct mock_guest *guest = mock_guest_new(test, num, 1, MOCK_PACKED);
		struct mock_buf *buf = kunit_kcalloc(test, num, sizeof(*buf), GFP_KERNEL);
		struct rsw_chain chain;
		u32 len;

		KUNIT_ASSERT_NOT_NULL(test, buf);
		buf[num - 1] = (struct mock_buf){ MOCK_IOVA, 77 };
		for (int at = num - 1; at < 4 * num; at += num) {
			mock_guest_start(guest, at);
			mock_guest_post(guest, true, buf, num);
			KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
			KUNIT_ASSERT_EQ(test, 0, mock_guest_take(guest, RSW_MEM_WO, MOCK_WANT,
								 &chain, MOCK_SEGS));
			KUNIT_ASSERT_EQ(test, chain.len, 77);
			KUNIT_ASSERT_EQ(test, chain.ndesc, num);
			KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 0);
			rsw_vring_untake(&guest->ring, 1, 0);
			KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
			rsw_vring_publish(&guest->ring);
			KUNIT_ASSERT_EQ(test, 0, mock_guest_take(guest, RSW_MEM_WO, MOCK_WANT,
								 &chain, MOCK_SEGS));
			mock_guest_use(guest, chain.id, 5);
			KUNIT_ASSERT_TRUE(test, rsw_vring_publish(&guest->ring));
			KUNIT_ASSERT_EQ(test, mock_guest_reap(guest, &len), chain.id);
			KUNIT_ASSERT_EQ(test, rsw_vring_index(&guest->ring),
					mock_guest_index(guest, at + num));
		}
		mock_guest_free(guest);
	}
}

/* 2.8.6: other descriptors of a chain have an id that means nothing. */
static void id_of_the_last_descriptor(struct kunit *test)
{
	struct mock_guest *guest = test->priv;
	struct rsw_chain chain;

	for (u32 at = 0; at < guest->period; at++)
		for (u16 n = 1; n <= NUM; n++) {
			mock_guest_start(guest, at);
			for (u16 i = 0; i < n; i++)
				mock_guest_set_desc(guest, i, MOCK_IOVA, 1,
						    i < n - 1 ? VRING_DESC_F_NEXT : 0, 1000 + i);
			mock_guest_show(guest, 0, n);
			KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
			KUNIT_ASSERT_EQ(test, 0, mock_guest_take(guest, RSW_MEM_RO, MOCK_WANT,
								 &chain, MOCK_SEGS));
			KUNIT_EXPECT_EQ(test, chain.id, 1000 + n - 1);
		}
}

/* With an indirect table, too: entries there have none. */
static void id_beside_a_table(struct kunit *test)
{
	u64 features = MOCK_PACKED | MOCK_INDIRECT;
	struct mock_guest *guest = mock_guest_new(test, NUM, 1, features);
	struct rsw_chain chain;

	mock_guest_set_desc(guest, 0, MOCK_IOVA, 1, VRING_DESC_F_NEXT, 1000);
	mock_guest_set_desc(guest, 1, MOCK_IOVA, 32, VRING_DESC_F_INDIRECT, 65535);
	for (u16 i = 0; i < 2; i++)
		mock_guest_set_entry(guest, MOCK_IOVA, i, MOCK_IOVA, 1, 0, 77);
	mock_guest_show(guest, 0, 2);
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
	KUNIT_ASSERT_EQ(test, 0, mock_guest_take(guest, RSW_MEM_RO, MOCK_WANT, &chain, MOCK_SEGS));
	KUNIT_EXPECT_EQ(test, chain.id, 65535);
	KUNIT_EXPECT_EQ(test, chain.ndesc, 2);
	KUNIT_EXPECT_EQ(test, chain.len, 3);
	mock_guest_free(guest);
}

static struct kunit_case packed_cases[] = {
	KUNIT_CASE(sizes),
	KUNIT_CASE(form_of_an_index),
	KUNIT_CASE(chains_over_the_end),
	KUNIT_CASE(chains_as_long_as_a_large_ring),
	KUNIT_CASE(id_of_the_last_descriptor),
	KUNIT_CASE(id_beside_a_table),
	{}
};

static struct kunit_suite packed_suite = {
	.name = "ringswitch_packed",
	.init = suite_init,
	.exit = mock_guest_exit,
	.test_cases = packed_cases,
};

kunit_test_suite(packed_suite);
