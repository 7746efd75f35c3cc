// SPDX-License-Identifier: GPL-2.0
/*
 * A driver that acts at the last moment (userspace only: the shim says when a barrier is met).
 * Each barrier of a ring has a partner in the driver; what that did before its own must be seen
 * behind ours, and it must see what we did before. So each barrier has to be there, and between
 * the right two accesses.
 */
#include <kunit/test.h>

#include "mock_guest.h"
#include "vring_naive.h"

#define NUM	8

/* What the driver does, at the first barrier of which kind, and what it saw. */
static struct {
	struct mock_guest *guest;
	enum host_order at;
	void (*act)(struct mock_guest *guest);
	bool acted;
	int reaped;
	bool kicks;
} driver;

static const struct mock_buf bufs[] = { { MOCK_IOVA + 5, 100 }, { MOCK_IOVA + PAGE_SIZE, 7 } };

static int suite_init(struct kunit *test, u64 layout)
{
	test->priv = mock_guest_new(test, NUM, 2, MOCK_EVENT_IDX | layout);
	return 0;
}

static void met(enum host_order order)
{
	if (order != driver.at)
		return;
	/* It has barriers of its own. */
	host_at_barrier = NULL;
	driver.acted = true;
	driver.act(driver.guest);
}

static void let(struct mock_guest *guest, enum host_order at,
		void (*act)(struct mock_guest *guest))
{
	driver.guest = guest;
	driver.at = at;
	driver.act = act;
	driver.acted = false;
	host_at_barrier = met;
}

static void post(struct mock_guest *guest)
{
	mock_guest_post(guest, false, bufs, ARRAY_SIZE(bufs));
}

static void look(struct mock_guest *guest)
{
	u32 len;

	driver.reaped = guest->layout->next_used(guest, &len);
}

static void look_and_want(struct mock_guest *guest)
{
	look(guest);
	if (guest->features & MOCK_EVENT_IDX)
		mock_guest_set_used_event(guest, 0);
	else
		mock_guest_want(guest, true);
}

static void post_and_kick(struct mock_guest *guest)
{
	u32 at = guest->avail_at;

	post(guest);
	driver.kicks = mock_guest_kicks(guest, at, guest->avail_at - at);
}

/*
 * A: what is available by an index, or by the flags of a head, is read behind those. Past bug
 * 22e1992cf7b0.
 */
static void chain_behind_its_index(struct kunit *test)
{
	struct mock_guest *guest = test->priv;
	struct rsw_chain chain;

	for (u16 i = 0; i < NUM; i++)
		mock_guest_set_desc(guest, i, 0, 0, VRING_DESC_F_INDIRECT, NUM);
	let(guest, HOST_ACQUIRE, post);
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
	KUNIT_EXPECT_TRUE(test, driver.acted);
	KUNIT_ASSERT_EQ(test, 0, mock_guest_take(guest, RSW_MEM_RO, 200, &chain, MOCK_SEGS));
	KUNIT_EXPECT_TRUE(test, naive_same(guest, bufs, ARRAY_SIZE(bufs), 200, &chain));
}

/* Take @n chains and use them. */
static void use(struct mock_guest *guest, u16 n)
{
	struct rsw_chain chain;

	for (u16 i = 0; i < n; i++) {
		post(guest);
		KUNIT_ASSERT_EQ(guest->test, rsw_vring_available(&guest->ring), 1);
		KUNIT_ASSERT_EQ(guest->test, 0, mock_guest_take(guest, RSW_MEM_RO, 200, &chain,
								MOCK_SEGS));
		mock_guest_use(guest, chain.id, 0);
	}
}

/* B: before what was used is shown it is complete, and nothing of it can be seen. */
static void used_before_it_is_shown(struct kunit *test)
{
	struct mock_guest *guest = test->priv;
	u32 len;

	use(guest, 3);
	let(guest, HOST_RELEASE, look);
	rsw_vring_publish(&guest->ring);
	KUNIT_EXPECT_TRUE(test, driver.acted);
	KUNIT_EXPECT_EQ(test, driver.reaped, -ENOENT);
	for (u16 i = 0; i < 3; i++)
		KUNIT_EXPECT_LE(test, 0, mock_guest_reap(guest, &len));
}

/*
 * C: a driver that changes its mind sees what is used, or we see that it did. Past bug
 * 159793ac867b.
 */
static void wish_behind_what_is_shown(struct kunit *test)
{
	struct mock_guest *guest = test->priv;

	for (u64 features = 0; features <= MOCK_EVENT_IDX; features += MOCK_EVENT_IDX) {
		mock_guest_set_features(guest, features);
		if (features)
			mock_guest_set_used_event(guest, 3 * NUM / 2);
		else
			mock_guest_want(guest, false);
		use(guest, 1);
		let(guest, HOST_FULL, look_and_want);
		KUNIT_EXPECT_TRUE(test, rsw_vring_publish(&guest->ring));
		KUNIT_EXPECT_TRUE(test, driver.acted);
		KUNIT_EXPECT_LE(test, 0, driver.reaped);
	}
}

/* D: a driver that posts while we fall asleep sees that we want a kick, or we see its chain. */
static void chain_behind_the_wish(struct kunit *test)
{
	struct mock_guest *guest = test->priv;

	for (u64 features = 0; features <= MOCK_EVENT_IDX; features += MOCK_EVENT_IDX) {
		mock_guest_set_features(guest, features);
		rsw_vring_quiet(&guest->ring);
		let(guest, HOST_FULL, post_and_kick);
		KUNIT_EXPECT_EQ(test, rsw_vring_listen(&guest->ring), 1);
		KUNIT_EXPECT_TRUE(test, driver.acted);
		KUNIT_EXPECT_TRUE(test, driver.kicks);
	}
}

MOCK_SUITES(barrier, suite_init, mock_guest_exit,
	    KUNIT_CASE(chain_behind_its_index),
	    KUNIT_CASE(used_before_it_is_shown),
	    KUNIT_CASE(wish_behind_what_is_shown),
	    KUNIT_CASE(chain_behind_the_wish));
