// SPDX-License-Identifier: GPL-2.0
/* What people are told of a queue: how much waits in it, and what has been counted. */
#include <kunit/test.h>

#include "mock_guest.h"
#include "queue.h"

#define NUM	8

/**
 * struct world - a queue and its driver
 * @guest: the driver
 * @queue: the queue
 * @called: interrupts that the driver got
 */
struct world {
	struct mock_guest *guest;
	struct rsw_queue queue;
	unsigned int called;
};

static irqreturn_t call(void *private)
{
	(*(unsigned int *)private)++;
	return 0;
}

static int suite_init(struct kunit *test, u64 layout)
{
	struct world *world = kunit_kzalloc(test, sizeof(*world), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, world);
	world->guest = mock_guest_new(test, NUM, 4, layout);
	KUNIT_ASSERT_EQ(test, rsw_queue_init(&world->queue, &world->guest->mem, 0, NULL), 0);
	world->queue.ring = world->guest->ring;
	world->queue.running = true;
	world->queue.notify.cb = (struct vdpa_callback){ call, &world->called };
	test->priv = world;
	return 0;
}

static void suite_exit(struct kunit *test)
{
	struct world *world = test->priv;

	rsw_queue_free(&world->queue);
	mock_guest_free(world->guest);
}

static void backlog(struct kunit *test)
{
	const struct mock_buf buf = { MOCK_IOVA, 100 };
	struct world *world = test->priv;

	KUNIT_EXPECT_EQ(test, rsw_queue_backlog(&world->queue), 0);
	for (int n = 0; n < 3; n++)
		mock_guest_post(world->guest, false, &buf, 1);
	KUNIT_EXPECT_EQ(test, rsw_queue_backlog(&world->queue),
			mock_guest_waiting(world->guest, 3));
	world->queue.running = false;
	KUNIT_EXPECT_EQ(test, rsw_queue_backlog(&world->queue), 0);
}

/* Looking takes nothing and harms nobody, also when the guest lies. */
static void backlog_of_a_liar(struct kunit *test)
{
	struct world *world = test->priv;

	if (world->queue.ring.packed)
		return;
	mock_split_set_avail_idx(world->guest, NUM + 1);
	KUNIT_EXPECT_EQ(test, rsw_queue_backlog(&world->queue), 0);
	KUNIT_EXPECT_TRUE(test, world->queue.running);
}

static u64 interrupts(struct world *world)
{
	struct rsw_queue_stats stats;

	rsw_queue_get_stats(&world->queue, &stats);
	return stats.interrupts;
}

static void interrupts_counted(struct kunit *test)
{
	const struct rsw_coalescing coal = { .max_packets = 3, .max_usecs = 100 };
	struct world *world = test->priv;
	struct rsw_notify *notify = &world->queue.notify;

	rsw_notify_used(notify, false, 1);
	KUNIT_EXPECT_EQ(test, interrupts(world), 0);
	rsw_notify_used(notify, true, 1);
	KUNIT_EXPECT_EQ(test, interrupts(world), 1);
	rsw_notify_set(notify, &coal);
	for (int n = 0; n < 7; n++)
		rsw_notify_used(notify, true, 1);
	KUNIT_EXPECT_EQ(test, interrupts(world), 3);
	KUNIT_EXPECT_EQ(test, world->called, 3);
	/* Nobody is interrupted who has no way to be. */
	notify->cb.callback = NULL;
	rsw_notify_flush(notify);
	KUNIT_EXPECT_EQ(test, interrupts(world), 3);
}

MOCK_SUITES(queue, suite_init, suite_exit,
	    KUNIT_CASE(backlog),
	    KUNIT_CASE(backlog_of_a_liar),
	    KUNIT_CASE(interrupts_counted));
