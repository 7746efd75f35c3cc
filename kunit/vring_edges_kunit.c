// SPDX-License-Identifier: GPL-2.0
/* A ring at its limits: the last read of the budget, writes that can be saved, a new start. */
#include <kunit/test.h>
#include <linux/rcupdate.h>

#include "mock_guest.h"

#define NUM	8
#define PAGES	6
#define TABLE	(MOCK_IOVA + PAGE_SIZE)
#define MARK	0xbeef	/* as a guest may write over what is ours */

static int suite_init(struct kunit *test)
{
	test->priv = mock_guest_new(test, NUM, PAGES, MOCK_INDIRECT);
	return 0;
}

/* Have a chain taken that costs @reads descriptors: one of the ring, the others in a table. */
static int take(struct mock_guest *guest, u16 reads)
{
	u16 n = reads - 1;

	for (u16 i = 0; i < n; i++)
		mock_guest_set_entry(guest, TABLE, i, MOCK_IOVA, 1,
				     i < n - 1 ? VRING_DESC_F_NEXT : 0, i + 1);
	mock_guest_set_desc(guest, 0, TABLE, n * sizeof(struct vring_desc),
			    VRING_DESC_F_INDIRECT, 0);
	mock_guest_show(guest, 0, 1);
	KUNIT_EXPECT_EQ(guest->test, rsw_vring_available(&guest->ring), 1);
	return mock_guest_try(guest, false);
}

/* As long as one read is left a chain begins, however many it takes; then none does. */
static void budget_to_the_last_read(struct kunit *test)
{
	struct mock_guest *guest = test->priv;

	for (u16 left = 0; left < 2; left++) {
		mock_guest_start(guest, 0);
		for (int i = 1; i < RSW_VRING_WALK_MAX / RSW_CHAIN_DESCS; i++)
			KUNIT_ASSERT_EQ(test, take(guest, RSW_CHAIN_DESCS), 0);
		KUNIT_ASSERT_EQ(test, take(guest, RSW_CHAIN_DESCS - left), 0);
		KUNIT_EXPECT_EQ(test, take(guest, 9), left ? 0 : -EBUSY);
	}
}

static u16 used_flags(const struct mock_guest *guest)
{
	return le16_to_cpu((__force __le16)guest->used->flags);
}

/* The line is the guest's as well: what it says already is not written again. */
static void flags_are_written_when_they_change(struct kunit *test)
{
	struct mock_guest *guest = test->priv;

	rsw_vring_quiet(&guest->ring);
	KUNIT_EXPECT_EQ(test, used_flags(guest), VRING_USED_F_NO_NOTIFY);
	guest->used->flags = (__force __virtio16)cpu_to_le16(MARK);
	rsw_vring_quiet(&guest->ring);
	KUNIT_EXPECT_EQ(test, used_flags(guest), MARK);
	rsw_vring_listen(&guest->ring);
	KUNIT_EXPECT_EQ(test, used_flags(guest), 0);
	guest->used->flags = (__force __virtio16)cpu_to_le16(MARK);
	rsw_vring_listen(&guest->ring);
	KUNIT_EXPECT_EQ(test, used_flags(guest), MARK);
}

/* Memory may have changed since the last run: the block that this one used is not asked. */
static void start_forgets_the_last_block(struct kunit *test)
{
	struct mock_guest *guest = test->priv;
	struct rsw_chain chain = { .seg = guest->seg };
	/* One with nothing in it. */
	struct rsw_mem_cursor stale = {
		.iova = ALIGN_DOWN(MOCK_IOVA, SZ_2M),
		.size = SZ_2M,
		.table = kunit_kcalloc(test, RSW_MEM_BLOCK_PAGES, sizeof(long), GFP_KERNEL),
	};

	KUNIT_ASSERT_NOT_NULL(test, stale.table);
	guest->ring.cursor = stale;
	mock_guest_start(guest, 0);
	mock_guest_set_desc(guest, 0, MOCK_IOVA, 1, 0, 0);
	mock_guest_show(guest, 0, 1);
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
	local_bh_disable();
	rcu_read_lock();
	KUNIT_EXPECT_EQ(test, 0, rsw_vring_take(&guest->ring, RSW_MEM_RO, MOCK_WANT, &chain,
						MOCK_SEGS));
	rcu_read_unlock();
	local_bh_enable();
}

static struct kunit_case edge_cases[] = {
	KUNIT_CASE(budget_to_the_last_read),
	KUNIT_CASE(flags_are_written_when_they_change),
	KUNIT_CASE(start_forgets_the_last_block),
	{}
};

static struct kunit_suite edge_suite = {
	.name = "ringswitch_vring_edges",
	.init = suite_init,
	.exit = mock_guest_exit,
	.test_cases = edge_cases,
};

kunit_test_suite(edge_suite);
