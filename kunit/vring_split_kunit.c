// SPDX-License-Identifier: GPL-2.0
/* What only a split ring has: indices and links that a driver may set to anything. */
#include <kunit/test.h>

#include "mock_guest.h"

#define NUM	8
#define NEXT	VRING_DESC_F_NEXT
#define WR	VRING_DESC_F_WRITE
#define GOOD	MOCK_IOVA
#define UNWANTED	(MOCK_WANT + 1)

static int suite_init(struct kunit *test)
{
	test->priv = mock_guest_new(test, NUM, 4, MOCK_EVENT_IDX);
	mock_guest_set_features(test->priv, 0);
	return 0;
}

static void sizes(struct kunit *test)
{
	struct rsw_vring ring;

	KUNIT_EXPECT_EQ(test, rsw_vring_desc_size(1024), 16384);
	KUNIT_EXPECT_EQ(test, rsw_vring_avail_size(1024, 0), 4 + 2048);
	KUNIT_EXPECT_EQ(test, rsw_vring_used_size(1024, 0), 4 + 8192);
	KUNIT_EXPECT_EQ(test, rsw_vring_avail_size(1, 0), 6);
	KUNIT_EXPECT_EQ(test, rsw_vring_avail_size(1024, MOCK_EVENT_IDX), 4 + 2048 + 2);
	KUNIT_EXPECT_EQ(test, rsw_vring_used_size(1024, MOCK_EVENT_IDX), 4 + 8192 + 2);
	KUNIT_EXPECT_EQ(test, rsw_vring_avail_size(1024, MOCK_INDIRECT), 4 + 2048);
	KUNIT_EXPECT_EQ(test, rsw_vring_used_size(1024, MOCK_INDIRECT), 4 + 8192);
	/* No such ring. */
	for (u16 num = 3; num < 1024; num += num / 2)
		KUNIT_EXPECT_EQ(test, rsw_vring_init(&ring, num & (num - 1) ? num : num + 1, 0, 0),
				-EINVAL);
}

/* Other bits of the flags are reserved and mean nothing. */
static void reserved_flags(struct kunit *test)
{
	struct mock_guest *guest = test->priv;

	guest->avail->flags = (__force __virtio16)cpu_to_le16((u16)~VRING_AVAIL_F_NO_INTERRUPT);
	mock_guest_use(guest, 0, 0);
	KUNIT_EXPECT_TRUE(test, rsw_vring_publish(&guest->ring));
	guest->avail->flags = (__force __virtio16)cpu_to_le16(0xffff);
	mock_guest_use(guest, 0, 0);
	KUNIT_EXPECT_FALSE(test, rsw_vring_publish(&guest->ring));
}

static u16 used_flags(const struct mock_guest *guest)
{
	return le16_to_cpu((__force __le16)guest->used->flags);
}

static void flags_of_the_used_ring(struct kunit *test)
{
	struct mock_guest *guest = test->priv;

	KUNIT_EXPECT_EQ(test, used_flags(guest), 0);
	rsw_vring_quiet(&guest->ring);
	KUNIT_EXPECT_EQ(test, used_flags(guest), VRING_USED_F_NO_NOTIFY);
	rsw_vring_listen(&guest->ring);
	KUNIT_EXPECT_EQ(test, used_flags(guest), 0);
}

/* With EVENT_IDX they have no say, in both directions. */
static void flags_are_not_used(struct kunit *test)
{
	struct mock_guest *guest = test->priv;

	mock_guest_set_features(guest, MOCK_EVENT_IDX);
	mock_guest_want(guest, false);
	mock_guest_set_used_event(guest, 0);
	mock_guest_use(guest, 0, 0);
	KUNIT_EXPECT_TRUE(test, rsw_vring_publish(&guest->ring));
	mock_guest_want(guest, true);
	mock_guest_use(guest, 0, 0);
	KUNIT_EXPECT_FALSE(test, rsw_vring_publish(&guest->ring));
	rsw_vring_quiet(&guest->ring);
	KUNIT_EXPECT_EQ(test, used_flags(guest), 0);
	KUNIT_EXPECT_EQ(test, rsw_vring_listen(&guest->ring), 0);
	KUNIT_EXPECT_EQ(test, used_flags(guest), 0);
}

/* The egress queue: whatever the driver left there, it does not kick for 65535 buffers. */
static void silent_from_the_start(struct kunit *test)
{
	static const int starts[] = { 0, 1, 0x7ffc, 0x8000, 65536 - NUM, 65533, 65535 };
	struct mock_guest *guest = test->priv;

	guest->features = MOCK_EVENT_IDX;
	for (int s = 0; s < ARRAY_SIZE(starts); s++) {
		memset(guest->used, 0x5a, rsw_vring_used_size(NUM, MOCK_EVENT_IDX));
		mock_guest_start(guest, starts[s]);
		for (u32 done = 0; done + NUM < 65536; done += NUM)
			KUNIT_ASSERT_FALSE(test, mock_guest_kicks(guest, starts[s] + done, NUM));
		KUNIT_EXPECT_TRUE(test, mock_guest_kicks(guest, starts[s] - NUM, NUM));
	}
}

static void heads(struct kunit *test)
{
	static const u16 bad[] = { NUM, NUM + 1, 0x7fff, 0xffff };
	struct mock_guest *guest = test->priv;

	for (int i = 0; i < ARRAY_SIZE(bad); i++) {
		mock_guest_start(guest, 0);
		mock_guest_show(guest, bad[i], 1);
		KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
		KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), -EPROTO);
		KUNIT_EXPECT_EQ(test, mock_guest_try(guest, true), -EPROTO);
	}
}

struct bad_links {
	const char *what;
	bool write;
	int err;
	struct {
		u64 iova;
		u32 len;
		u16 flags;
		u16 next;
	} desc[3];
};

/* Chains that start at descriptor 0. */
static const struct bad_links bad_links[] = {
	{ "next is ring size", false, -EPROTO, { { GOOD, 1, NEXT, NUM } } },
	{ "next is 65535", true, -EPROTO, { { GOOD, 1, WR | NEXT, 65535 } } },
	{ "next is bad behind an empty one", false, -EPROTO, { { GOOD, 0, NEXT, NUM } } },
	{ "next is bad behind what is wanted", false, -EPROTO,
	  { { GOOD, UNWANTED, NEXT, 1 }, { GOOD, 1, NEXT, NUM } } },
	{ "loop of one", false, -ELOOP, { { GOOD, 1, NEXT, 0 } } },
	{ "loop of one, empty", false, -ELOOP, { { GOOD, 0, NEXT, 0 } } },
	{ "loop of two", true, -ELOOP,
	  { { GOOD, 1, WR | NEXT, 1 }, { GOOD, 0, WR | NEXT, 0 } } },
	{ "loop without the first", false, -ELOOP,
	  { { GOOD, 1, NEXT, 1 }, { GOOD, 1, NEXT, 2 }, { GOOD, 1, NEXT, 1 } } },
	{ "loop behind what is wanted", false, -ELOOP,
	  { { GOOD, UNWANTED, NEXT, 1 }, { GOOD, 1, NEXT, 1 } } },
};

static void links(struct kunit *test)
{
	struct mock_guest *guest = test->priv;

	for (int i = 0; i < ARRAY_SIZE(bad_links); i++) {
		const struct bad_links *bad = &bad_links[i];

		mock_guest_start(guest, i);
		for (int d = 0; d < ARRAY_SIZE(bad->desc); d++)
			mock_guest_set_desc(guest, d, bad->desc[d].iova, bad->desc[d].len,
					    bad->desc[d].flags, bad->desc[d].next);
		mock_guest_show(guest, 0, 1);
		for (int again = 0; again < 2; again++) {
			KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
			KUNIT_EXPECT_EQ_MSG(test, mock_guest_try(guest, bad->write), bad->err,
					    "%s", bad->what);
		}
	}
}

/*
 * A descriptor is in one chain at a time; so no more of them than the ring has can be with
 * the device, however many chains a driver makes of them while the device is at work.
 */
static void descriptors_used_twice(struct kunit *test)
{
	struct mock_guest *guest = test->priv;

	for (int i = 0; i < NUM; i++)
		mock_guest_set_desc(guest, i, GOOD, 1, i % 2 ? 0 : NEXT, i + 1);
	for (int i = 0; i < NUM / 2; i++) {
		mock_guest_show(guest, 0, 1);
		KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
		KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), 0);
	}
	mock_guest_show(guest, 1, 1);
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
	KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), -ELOOP);
	/* When one chain comes again, there is room for one descriptor, not for two. */
	rsw_vring_untake(&guest->ring, 1, NUM - 1);
	mock_guest_set_desc(guest, 0, GOOD, 1, 0, 0);
	guest->avail->ring[NUM / 2 - 1] = (__force __virtio16)cpu_to_le16(1);
	KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), 0);
	KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), -ELOOP);
	/* Once they are returned, they are the driver's again. */
	for (int i = 0; i < NUM / 2; i++)
		mock_guest_use(guest, 0, 0);
	rsw_vring_publish(&guest->ring);
	KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), 0);
}

static void index_jumps(struct kunit *test)
{
	static const u16 jump[] = { NUM + 1, NUM + 2, 0x7fff, 0x8000, 0xfffe, 0xffff };
	struct mock_guest *guest = test->priv;

	for (u32 start = 0; start < 65536; start += 65535) {
		mock_guest_start(guest, start);
		for (int i = 0; i < ARRAY_SIZE(jump); i++) {
			mock_split_set_avail_idx(guest, start + jump[i]);
			KUNIT_EXPECT_EQ(test, rsw_vring_available(&guest->ring), -EPROTO);
			KUNIT_EXPECT_EQ(test, rsw_vring_listen(&guest->ring), -EPROTO);
		}
		/* Nothing of it is believed later on. */
		mock_split_set_avail_idx(guest, start);
		KUNIT_EXPECT_EQ(test, rsw_vring_available(&guest->ring), 0);
		mock_split_set_avail_idx(guest, start + NUM);
		KUNIT_EXPECT_EQ(test, rsw_vring_available(&guest->ring), NUM);
	}
}

/* What was shown stays shown: the index is not asked again before all is taken. */
static void index_goes_back(struct kunit *test)
{
	const struct mock_buf buf = { GOOD, 1 };
	struct mock_guest *guest = test->priv;

	mock_guest_post(guest, false, &buf, 1);
	mock_guest_post(guest, false, &buf, 1);
	KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 2);
	mock_split_set_avail_idx(guest, 0);
	KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), 0);
	KUNIT_EXPECT_EQ(test, rsw_vring_available(&guest->ring), 1);
	KUNIT_EXPECT_EQ(test, mock_guest_try(guest, false), 0);
	KUNIT_EXPECT_EQ(test, rsw_vring_available(&guest->ring), -EPROTO);
}

static struct kunit_case split_cases[] = {
	KUNIT_CASE(sizes),
	KUNIT_CASE(reserved_flags),
	KUNIT_CASE(flags_of_the_used_ring),
	KUNIT_CASE(flags_are_not_used),
	KUNIT_CASE(silent_from_the_start),
	KUNIT_CASE(heads),
	KUNIT_CASE(links),
	KUNIT_CASE(descriptors_used_twice),
	KUNIT_CASE(index_jumps),
	KUNIT_CASE(index_goes_back),
	{}
};

static struct kunit_suite split_suite = {
	.name = "ringswitch_split",
	.init = suite_init,
	.exit = mock_guest_exit,
	.test_cases = split_cases,
};

kunit_test_suite(split_suite);
