// SPDX-License-Identifier: GPL-2.0
/* Indirect tables of a split ring: their links. */
#include <kunit/test.h>

#include "mock_guest.h"

#define NUM	8
#define PAGES	8
#define NEXT	VRING_DESC_F_NEXT
#define IND	VRING_DESC_F_INDIRECT
#define GOOD	MOCK_IOVA
#define TABLE	(MOCK_IOVA + PAGE_SIZE)
#define END	(MOCK_IOVA + PAGES * PAGE_SIZE)

static int suite_init(struct kunit *test)
{
	test->priv = mock_guest_new(test, NUM, PAGES, MOCK_INDIRECT);
	return 0;
}

struct bad_links {
	const char *what;
	int err;
	u32 len;
	struct {
		u64 iova;
		u32 len;
		u16 flags;
		u16 next;
	} entry[3];	/* at TABLE */
};

static const struct bad_links bad_links[] = {
	{ "nested", -EPROTO, 16, { { TABLE, 16, IND } } },
	{ "nested later", -EPROTO, 32,
	  { { GOOD, 1, NEXT, 1 }, { TABLE + 32, 16, IND }, { GOOD, 1 } } },
	{ "next is table size", -EPROTO, 32, { { GOOD, 1, NEXT, 2 } } },
	{ "next is 65535", -EPROTO, 32, { { GOOD, 1, NEXT, 65535 } } },
	{ "next is in the ring only", -EPROTO, 16, { { GOOD, 1, NEXT, 1 } } },
	{ "loop of one", -ELOOP, 16, { { GOOD, 1, NEXT, 0 } } },
	{ "loop of one, empty", -ELOOP, 48, { { GOOD, 0, NEXT, 0 } } },
	{ "loop without the first", -ELOOP, 48,
	  { { GOOD, 1, NEXT, 1 }, { GOOD, 1, NEXT, 2 }, { GOOD, 0, NEXT, 1 } } },
};

static void links(struct kunit *test)
{
	struct mock_guest *guest = test->priv;

	for (int i = 0; i < ARRAY_SIZE(bad_links); i++) {
		const struct bad_links *bad = &bad_links[i];

		for (int e = 0; e < ARRAY_SIZE(bad->entry); e++)
			mock_guest_set_entry(guest, TABLE, e, bad->entry[e].iova,
					     bad->entry[e].len, bad->entry[e].flags,
					     bad->entry[e].next);
		mock_guest_start(guest, i);
		mock_guest_set_desc(guest, 0, TABLE, bad->len, IND, 0);
		mock_guest_set_desc(guest, 1, GOOD, 1, 0, 0);
		mock_guest_show(guest, 0, 1);
		KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
		KUNIT_EXPECT_EQ_MSG(test, mock_guest_try(guest, false), bad->err, "%s", bad->what);
		KUNIT_EXPECT_EQ_MSG(test, rsw_vring_available(&guest->ring), 1, "%s", bad->what);
	}
}

/* A table in reverse order; its first descriptor is where it starts. */
static void in_any_order(struct kunit *test)
{
	struct mock_guest *guest = test->priv;
	u16 n = RSW_CHAIN_DESCS;

	for (u16 i = 0; i < n; i++)
		mock_guest_set_entry(guest, TABLE, i, GOOD, 1, i == 1 ? 0 : NEXT,
				     i ? i - 1 : n - 1);
	mock_guest_set_desc(guest, 0, TABLE, n * sizeof(struct vring_desc), IND, 0);
	mock_guest_show(guest, 0, 1);
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
	KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), 0);
	KUNIT_EXPECT_EQ(test, guest->ring.walked, n + 1);
}

/* A table that goes on behind the map is as good as what is used of it. */
static void only_what_is_used_is_read(struct kunit *test)
{
	struct mock_guest *guest = test->priv;

	mock_guest_set_desc(guest, 0, END - 32, 64, IND, 0);
	mock_guest_set_entry(guest, END - 32, 0, GOOD, 1, NEXT, 1);
	mock_guest_set_entry(guest, END - 32, 1, GOOD, 1, 0, 2);
	mock_guest_show(guest, 0, 1);
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
	KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), 0);
	rsw_vring_untake(&guest->ring, 1, 0);
	mock_guest_set_entry(guest, END - 32, 1, GOOD, 1, NEXT, 2);
	KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), -EFAULT);
}

static struct kunit_case split_table_cases[] = {
	KUNIT_CASE(links),
	KUNIT_CASE(in_any_order),
	KUNIT_CASE(only_what_is_used_is_read),
	{}
};

static struct kunit_suite split_table_suite = {
	.name = "ringswitch_split_table",
	.init = suite_init,
	.exit = mock_guest_exit,
	.test_cases = split_table_cases,
};

kunit_test_suite(split_table_suite);
