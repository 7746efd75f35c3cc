// SPDX-License-Identifier: GPL-2.0
/* VIRTIO_RING_F_EVENT_IDX: who wants to hear of what, over the whole range of indices. */
#include <kunit/test.h>

#include "mock_guest.h"
#include "vring_naive.h"

#define NUM	8

static int suite_init(struct kunit *test)
{
	test->priv = mock_guest_new(test, NUM, 2, MOCK_EVENT_IDX);
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

static const u16 starts[] = { 0, 1, 0x7ffc, 0x8000, 65536 - NUM, 65533, 65535 };

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
						    ahead >= 0 && ahead < n, "%u + %u, %d",
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
	for (int i = 0; i < 65535; i++)
		interrupts += work(test, guest, 1);
	KUNIT_EXPECT_EQ(test, interrupts, 1);
	for (int i = 0; i < 100; i++) {
		mock_guest_set_used_event(guest, guest->used_idx);
		KUNIT_EXPECT_TRUE(test, work(test, guest, 1 + i % NUM));
	}
}

static void nothing_new_interrupts_nobody(struct kunit *test)
{
	struct mock_guest *guest = test->priv;

	for (int event = 0; event < 65536; event++) {
		mock_guest_set_used_event(guest, event);
		KUNIT_EXPECT_FALSE(test, rsw_vring_publish(&guest->ring));
	}
}

/* The flags have no say, in both directions. */
static void flags_are_not_used(struct kunit *test)
{
	struct mock_guest *guest = test->priv;

	guest->avail->flags = (__force __virtio16)cpu_to_le16(VRING_AVAIL_F_NO_INTERRUPT);
	mock_guest_set_used_event(guest, 0);
	KUNIT_EXPECT_TRUE(test, work(test, guest, 1));
	guest->avail->flags = 0;
	mock_guest_set_used_event(guest, 0);
	KUNIT_EXPECT_FALSE(test, work(test, guest, 1));
	rsw_vring_quiet(&guest->ring);
	KUNIT_EXPECT_EQ(test, le16_to_cpu((__force __le16)guest->used->flags), 0);
	KUNIT_EXPECT_EQ(test, rsw_vring_listen(&guest->ring), 0);
	KUNIT_EXPECT_EQ(test, le16_to_cpu((__force __le16)guest->used->flags), 0);
}

/* Would a driver kick that shows @n more chains? As in its own code (2.7.13.4.2). */
static bool kicks(const struct mock_guest *guest, u16 index, u16 n)
{
	return vring_need_event(mock_guest_avail_event(guest), index + n, index);
}

static void kick_only_when_listening(struct kunit *test)
{
	const struct mock_buf buf = { MOCK_IOVA, 1 };
	struct mock_guest *guest = test->priv;

	for (int s = 0; s < ARRAY_SIZE(starts); s++) {
		u16 index = starts[s];

		mock_guest_start(guest, index);
		guest->nfree = NUM;
		KUNIT_EXPECT_EQ(test, rsw_vring_listen(&guest->ring), 0);
		for (u16 n = 1; n <= NUM; n++)
			KUNIT_EXPECT_TRUE(test, kicks(guest, index, n));
		/* Posted while the device is at work: the place it listened at is behind. */
		rsw_vring_quiet(&guest->ring);
		for (u16 n = 1; n <= NUM; n++)
			KUNIT_EXPECT_FALSE(test, kicks(guest, index + 1, n));
		work(test, guest, 3);
		for (u16 n = 1; n <= NUM; n++)
			KUNIT_EXPECT_FALSE(test, kicks(guest, index + 3, n));
		/* Posted without a kick: listening finds it. */
		mock_guest_post(guest, false, &buf, 1);
		KUNIT_EXPECT_EQ(test, rsw_vring_listen(&guest->ring), 1);
		KUNIT_EXPECT_EQ(test, mock_guest_avail_event(guest), (u16)(index + 3));
	}
}

/* The egress queue: whatever the driver left there, it does not kick for 65535 buffers. */
static void silent_from_the_start(struct kunit *test)
{
	struct mock_guest *guest = test->priv;

	for (int s = 0; s < ARRAY_SIZE(starts); s++) {
		memset(guest->used, 0x5a, rsw_vring_used_size(NUM, MOCK_EVENT_IDX));
		mock_guest_start(guest, starts[s]);
		for (u32 done = 0; done + NUM < 65536; done += NUM)
			KUNIT_ASSERT_FALSE(test, kicks(guest, starts[s] + done, NUM));
		KUNIT_EXPECT_TRUE(test, kicks(guest, starts[s] - NUM, NUM));
	}
}

static void sizes(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, rsw_vring_avail_size(1024, MOCK_EVENT_IDX), 4 + 2048 + 2);
	KUNIT_EXPECT_EQ(test, rsw_vring_used_size(1024, MOCK_EVENT_IDX), 4 + 8192 + 2);
	KUNIT_EXPECT_EQ(test, rsw_vring_avail_size(1024, MOCK_INDIRECT), 4 + 2048);
	KUNIT_EXPECT_EQ(test, rsw_vring_used_size(1024, MOCK_INDIRECT), 4 + 8192);
}

static struct kunit_case event_cases[] = {
	KUNIT_CASE(interrupt_when_passed),
	KUNIT_CASE(one_interrupt_until_asked_again),
	KUNIT_CASE(nothing_new_interrupts_nobody),
	KUNIT_CASE(flags_are_not_used),
	KUNIT_CASE(kick_only_when_listening),
	KUNIT_CASE(silent_from_the_start),
	KUNIT_CASE(sizes),
	{}
};

static struct kunit_suite event_suite = {
	.name = "ringswitch_vring_event",
	.init = suite_init,
	.exit = mock_guest_exit,
	.test_cases = event_cases,
};

kunit_test_suite(event_suite);
