// SPDX-License-Identifier: GPL-2.0
/* What a driver can do wrong only in a packed ring; and what means nothing there. */
#include <kunit/test.h>

#include "mock_guest.h"
#include "vring_naive.h"

#define NUM	7
#define NEXT	VRING_DESC_F_NEXT
#define WR	VRING_DESC_F_WRITE
#define IND	VRING_DESC_F_INDIRECT
#define AVAIL	BIT(VRING_PACKED_DESC_F_AVAIL)
#define USED	BIT(VRING_PACKED_DESC_F_USED)
#define GOOD	MOCK_IOVA
#define TABLE	(MOCK_IOVA + PAGE_SIZE)
#define END	(MOCK_IOVA + 4 * PAGE_SIZE)

static int suite_init(struct kunit *test)
{
	test->priv = mock_guest_new(test, NUM, 4, MOCK_PACKED | MOCK_INDIRECT);
	return 0;
}

/* What makes a descriptor available in the lap of @at. */
static u16 available_at(const struct mock_guest *guest, u32 at)
{
	return at % guest->period < guest->num ? AVAIL : USED;
}

static void set_flags(struct mock_guest *guest, u32 at, u16 flags)
{
	guest->desc_ring[at % guest->num].flags = cpu_to_le16(flags);
}

static void take(struct kunit *test, struct rsw_chain *chain)
{
	struct mock_guest *guest = test->priv;

	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
	KUNIT_ASSERT_EQ(test, 0, mock_guest_take(guest, RSW_MEM_RO, MOCK_WANT, chain, MOCK_SEGS));
}

/* Of the four things that the two flags say, one is that it is available. */
static void wrong_lap(struct kunit *test)
{
	static const u16 say[] = { 0, AVAIL, USED, AVAIL | USED };
	struct mock_guest *guest = test->priv;

	for (u32 at = 0; at < guest->period; at++)
		for (int i = 0; i < ARRAY_SIZE(say); i++) {
			int due = say[i] == available_at(guest, at);

			mock_guest_start(guest, at);
			/* Other bits have no say. */
			set_flags(guest, at, say[i] | (at % 2 ? 0x7f7f : 0));
			KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), due);
			KUNIT_ASSERT_EQ(test, rsw_vring_listen(&guest->ring), due);
		}
}

/* What the others' flags say of a chain means nothing, once its head is available. */
static void only_the_head_is_available(struct kunit *test)
{
	static const u16 say[] = { 0, AVAIL, USED, AVAIL | USED };
	struct mock_guest *guest = test->priv;
	struct rsw_chain chain;

	for (u32 at = 0; at < guest->period; at++)
		for (int i = 0; i < ARRAY_SIZE(say); i++) {
			mock_guest_start(guest, at);
			for (u16 d = 0; d < 3; d++)
				mock_guest_set_desc(guest, d, GOOD, 1, d < 2 ? NEXT : 0, 1);
			set_flags(guest, at + 1, say[i] | NEXT);
			set_flags(guest, at + 2, say[i]);
			mock_guest_show(guest, 0, 3);
			take(test, &chain);
			KUNIT_ASSERT_EQ(test, chain.ndesc, 3);
		}
}

/* A descriptor that is in flight is not taken again, whatever its driver makes of it. */
static void all_in_flight(struct kunit *test)
{
	struct mock_guest *guest = test->priv;
	struct rsw_chain chain;

	for (u32 at = 0; at < guest->period; at++) {
		mock_guest_start(guest, at);
		for (u16 i = 0; i < NUM; i++) {
			const struct mock_buf buf = { GOOD, 1 };

			mock_guest_post(guest, false, &buf, 1);
		}
		for (u16 i = 0; i < NUM; i++)
			take(test, &chain);
		KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 0);
		/* Made available for the next lap, before they were used in this one. */
		for (u16 i = 0; i < NUM; i++)
			set_flags(guest, at + i, available_at(guest, at + NUM + i));
		KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 0);
		KUNIT_ASSERT_EQ(test, rsw_vring_listen(&guest->ring), 0);
		/* Used, they are the driver's again. Its flags are overwritten. */
		for (u16 i = 0; i < NUM; i++)
			rsw_vring_use(&guest->ring, i, 1, 0);
		KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 0);
		rsw_vring_publish(&guest->ring);
		KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 0);
		set_flags(guest, at, available_at(guest, at + NUM));
		KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
	}
}

/* A chain that goes on into descriptors in flight: only what the driver can have counts. */
static void into_those_in_flight(struct kunit *test)
{
	const struct mock_buf buf[] = { { GOOD, 1 }, { GOOD, 1 }, { GOOD, 1 } };
	struct mock_guest *guest = test->priv;
	struct rsw_chain chain;

	for (u32 at = 0; at < guest->period; at++) {
		mock_guest_start(guest, at);
		mock_guest_post(guest, false, buf, ARRAY_SIZE(buf));
		take(test, &chain);
		for (u16 i = 0; i < NUM - 3; i++)
			mock_guest_set_desc(guest, i, GOOD, 1, NEXT, 0);
		mock_guest_show(guest, 0, NUM - 3);
		KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
		KUNIT_ASSERT_EQ(test, mock_guest_try(guest, false), -ELOOP);
		KUNIT_ASSERT_EQ(test, guest->ring.held, 3);
		KUNIT_ASSERT_EQ(test, guest->ring.walked, NUM);
		/* One less is all there can be. */
		set_flags(guest, at + NUM - 1, 0);
		KUNIT_ASSERT_EQ(test, mock_guest_try(guest, false), 0);
		KUNIT_ASSERT_EQ(test, guest->ring.held, NUM);
	}
}

/* The flags that made it available are those that count, whenever others come. */
static void flags_change_after_they_were_seen(struct kunit *test)
{
	static const u16 later[] = { NEXT, WR, IND, WR | NEXT, AVAIL | USED, 0 };
	const struct mock_buf buf = { GOOD, 16 };
	struct mock_guest *guest = test->priv;
	struct rsw_chain chain;

	for (u32 at = 0; at < guest->period; at++)
		for (int i = 0; i < ARRAY_SIZE(later); i++) {
			mock_guest_start(guest, at);
			mock_guest_post(guest, false, &buf, 1);
			KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
			set_flags(guest, at, later[i]);
			/* It stays available, too. */
			take(test, &chain);
			KUNIT_ASSERT_EQ(test, chain.ndesc, 1);
			KUNIT_ASSERT_TRUE(test, naive_same(guest, &buf, 1, MOCK_WANT, &chain));
			KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 0);
		}
}

/* A chain that was refused for want of room or time is still there, as it was seen. */
static void flags_change_after_no_room(struct kunit *test)
{
	const struct mock_buf buf = { GOOD, 16 };
	struct mock_guest *guest = test->priv;
	struct rsw_chain chain;

	mock_guest_post(guest, false, &buf, 1);
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
	KUNIT_EXPECT_EQ(test, -ENOSPC, mock_guest_take(guest, RSW_MEM_RO, MOCK_WANT, &chain, 0));
	set_flags(guest, 0, 0);
	take(test, &chain);
	/* Given back, it is looked at anew. */
	rsw_vring_untake(&guest->ring, 1, 0);
	KUNIT_EXPECT_EQ(test, rsw_vring_available(&guest->ring), 0);
	set_flags(guest, 0, AVAIL | WR);
	KUNIT_EXPECT_EQ(test, rsw_vring_available(&guest->ring), 1);
	KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), -EPROTO);
}

/* 2.8.7: a table is one chain, whatever its NEXT; of the flags only WRITE means something. */
static void flags_in_a_table(struct kunit *test)
{
	const struct mock_buf buf[] = { { GOOD, 3 }, { GOOD + 9, 4 }, { GOOD + 20, 5 } };
	struct mock_guest *guest = test->priv;
	struct rsw_chain chain;

	for (u32 flags = 0; flags < 65536; flags += flags < 16 ? 1 : 0x0fff) {
		bool write = flags & WR;

		mock_guest_start(guest, 0);
		for (u16 i = 0; i < ARRAY_SIZE(buf); i++)
			mock_guest_set_entry(guest, TABLE, i, buf[i].iova, buf[i].len, flags,
					     flags);
		mock_guest_set_desc(guest, 0, TABLE, 48, IND, 0);
		mock_guest_show(guest, 0, 1);
		KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
		KUNIT_EXPECT_EQ(test, mock_guest_try(guest, !write), -EPROTO);
		KUNIT_ASSERT_EQ(test, 0, mock_guest_take(guest, write ? RSW_MEM_WO : RSW_MEM_RO,
							 MOCK_WANT, &chain, MOCK_SEGS));
		KUNIT_EXPECT_TRUE(test, naive_same(guest, buf, 3, MOCK_WANT, &chain));
	}
}

/* So all of it has to be there. */
static void all_of_a_table_is_read(struct kunit *test)
{
	struct mock_guest *guest = test->priv;

	for (u16 i = 0; i < 2; i++)
		mock_guest_set_entry(guest, END - 32, i, GOOD, 1, 0, 0);
	for (u32 n = 1; n < 5; n++) {
		mock_guest_start(guest, n);
		mock_guest_set_desc(guest, 0, END - 32, 16 * n, IND, 0);
		mock_guest_show(guest, 0, 1);
		KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
		KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), n <= 2 ? 0 : -EFAULT);
	}
}

static struct kunit_case packed_bad_cases[] = {
	KUNIT_CASE(wrong_lap),
	KUNIT_CASE(only_the_head_is_available),
	KUNIT_CASE(all_in_flight),
	KUNIT_CASE(into_those_in_flight),
	KUNIT_CASE(flags_change_after_they_were_seen),
	KUNIT_CASE(flags_change_after_no_room),
	KUNIT_CASE(flags_in_a_table),
	KUNIT_CASE(all_of_a_table_is_read),
	{}
};

static struct kunit_suite packed_bad_suite = {
	.name = "ringswitch_packed_bad",
	.init = suite_init,
	.exit = mock_guest_exit,
	.test_cases = packed_bad_cases,
};

kunit_test_suite(packed_bad_suite);
