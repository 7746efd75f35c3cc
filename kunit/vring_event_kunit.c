// SPDX-License-Identifier: GPL-2.0
/* VIRTIO_RING_F_EVENT_IDX: who wants to hear of what, over the whole range of indices. */
#include <kunit/test.h>

#include "mock_guest.h"
#include "vring_naive.h"

#define NUM	8

static int suite_init(struct kunit *test, u64 layout)
{
	test->priv = mock_guest_new(test, NUM, 2, MOCK_EVENT_IDX | layout);
	return 0;
}

/* Post, take, use and show @n chains; returns whether the driver is interrupted. */
static bool work(struct kunit *test, struct mock_guest *guest, u16 n)
{
	const struct mock_buf buf = { MOCK_IOVA, 1 };
	struct rsw_chain chain;
	bool interrupt;
	u32 len;

	for (u16 i = 0; i < n; i++) {
		mock_guest_post(guest, false, &buf, 1);
		KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
		KUNIT_ASSERT_EQ(test, 0, mock_guest_take(guest, RSW_MEM_RO, 1, &chain, MOCK_SEGS));
		mock_guest_use(guest, chain.id, 0);
	}
	interrupt = rsw_vring_publish(&guest->ring);
	while (mock_guest_reap(guest, &len) >= 0)
		;
	return interrupt;
}

static const int starts[] = { 0, 1, 0x7ffc, 0x8000, 65536 - NUM, 65533, 65535 };

/* Exactly when one of the indices that are new is the one named. */
static void interrupt_when_passed(struct kunit *test)
{
	struct mock_guest *guest = test->priv;

	for (int s = 0; s < ARRAY_SIZE(starts); s++)
		for (u16 n = 1; n <= NUM; n++)
			for (int ahead = -NUM - 2; ahead < 2 * NUM; ahead++) {
				mock_guest_start(guest, starts[s]);
				mock_guest_set_used_event(guest, starts[s] + ahead);
				KUNIT_EXPECT_EQ_MSG(test, work(test, guest, n),
						    mock_guest_at(guest, ahead) < n, "%d + %u, %d",
						    starts[s], n, ahead);
			}
}

/* A driver that always names the next index hears of each publication, others of one. */
static void one_interrupt_until_asked_again(struct kunit *test)
{
	struct mock_guest *guest = test->priv;
	unsigned int interrupts = 0;

	mock_guest_start(guest, 65500);
	mock_guest_set_used_event(guest, 65500);
	for (u32 i = 0; i < guest->period; i++)
		interrupts += work(test, guest, 1);
	KUNIT_EXPECT_EQ(test, interrupts, 1);
	for (int i = 0; i < 100; i++) {
		mock_guest_set_used_event(guest, guest->used_at);
		KUNIT_EXPECT_TRUE(test, work(test, guest, 1 + i % NUM));
	}
}

static void nothing_new_interrupts_nobody(struct kunit *test)
{
	struct mock_guest *guest = test->priv;

	for (u32 event = 0; event < guest->period; event++) {
		mock_guest_set_used_event(guest, event);
		KUNIT_EXPECT_FALSE(test, rsw_vring_publish(&guest->ring));
	}
}

static void kick_only_when_listening(struct kunit *test)
{
	const struct mock_buf buf = { MOCK_IOVA, 1 };
	struct mock_guest *guest = test->priv;

	for (int s = 0; s < ARRAY_SIZE(starts); s++) {
		int at = starts[s];

		mock_guest_start(guest, at);
		KUNIT_EXPECT_EQ(test, rsw_vring_listen(&guest->ring), 0);
		for (u16 n = 1; n <= NUM; n++)
			KUNIT_EXPECT_TRUE(test, mock_guest_kicks(guest, at, n));
		/* Posted while the device is at work: the place it listened at is behind. */
		rsw_vring_quiet(&guest->ring);
		for (u16 n = 1; n <= NUM; n++)
			KUNIT_EXPECT_FALSE(test, mock_guest_kicks(guest, at + 1, n));
		work(test, guest, 3);
		for (u16 n = 1; n <= NUM; n++)
			KUNIT_EXPECT_FALSE(test, mock_guest_kicks(guest, at + 3, n));
		/* Posted without a kick: listening finds it. */
		mock_guest_post(guest, false, &buf, 1);
		KUNIT_EXPECT_EQ(test, rsw_vring_listen(&guest->ring), 1);
		for (u16 n = 1; n < NUM; n++) {
			KUNIT_EXPECT_TRUE(test, mock_guest_kicks(guest, at + 3, n));
			KUNIT_EXPECT_FALSE(test, mock_guest_kicks(guest, at + 4, n));
		}
	}
}

MOCK_SUITES(vring_event, suite_init, mock_guest_exit,
	    KUNIT_CASE(interrupt_when_passed),
	    KUNIT_CASE(one_interrupt_until_asked_again),
	    KUNIT_CASE(nothing_new_interrupts_nobody),
	    KUNIT_CASE(kick_only_when_listening));
