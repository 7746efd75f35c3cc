// SPDX-License-Identifier: GPL-2.0
/* Event suppression of a packed ring (virtio 1.3, 2.8.10), in both directions. */
#include <kunit/test.h>

#include "mock_guest.h"

#define ENABLE	VRING_PACKED_EVENT_FLAG_ENABLE
#define DISABLE	VRING_PACKED_EVENT_FLAG_DISABLE
#define DESC	VRING_PACKED_EVENT_FLAG_DESC

static const u16 nums[] = { 1, 2, 3, 5, 8 };

/* A ring of each size in turn. */
static struct mock_guest *guest_of(struct kunit *test, int i, u64 features)
{
	return mock_guest_new(test, nums[i], 1, MOCK_PACKED | features);
}

/* What an off_wrap is for this many steps from a fresh ring (2.8.14). */
static u16 off_wrap(const struct mock_guest *guest, u32 at)
{
	at = mock_guest_at(guest, at);
	return at % guest->num | (at < guest->num ? 0x8000 : 0);
}

/* Use and show @n descriptors, as chains of one or as one chain. */
static bool interrupts(struct mock_guest *guest, u16 n, bool one)
{
	if (one)
		rsw_vring_use(&guest->ring, 0, n, 0);
	else
		for (u16 i = 0; i < n; i++)
			rsw_vring_use(&guest->ring, i, 1, 0);
	return rsw_vring_publish(&guest->ring);
}

/* Every place of the event, every place of what is shown. */
static void exactly_when_passed(struct kunit *test)
{
	for (int i = 0; i < ARRAY_SIZE(nums); i++) {
		struct mock_guest *guest = guest_of(test, i, MOCK_EVENT_IDX);

		for (u32 at = 0; at < guest->period; at++)
			for (u16 n = 1; n <= guest->num; n++)
				for (u32 event = 0; event < guest->period; event++) {
					bool due = false;

					for (u16 s = 0; s < n; s++)
						due |= off_wrap(guest, at + s) ==
						       off_wrap(guest, event);
					for (int one = 0; one < 2; one++) {
						mock_guest_start(guest, at);
						guest->driver->off_wrap =
							cpu_to_le16(off_wrap(guest, event));
						guest->driver->flags = cpu_to_le16(DESC);
						KUNIT_ASSERT_EQ(test, due,
								interrupts(guest, n, one));
					}
				}
		mock_guest_free(guest);
	}
}

/* Flags that are reserved do not silence us: a driver is rather woken for nothing. */
static void flags_of_the_driver(struct kunit *test)
{
	for (u64 features = 0; features <= MOCK_EVENT_IDX; features += MOCK_EVENT_IDX) {
		struct mock_guest *guest = guest_of(test, 3, features);

		for (u32 flags = 0; flags < 65536; flags++) {
			/* A place that is not passed: with DESC alone it matters. */
			bool due = flags == DESC ? !features : flags != DISABLE;

			mock_guest_start(guest, flags % guest->period);
			guest->driver->off_wrap = cpu_to_le16(off_wrap(guest, flags + 2));
			guest->driver->flags = cpu_to_le16(flags);
			KUNIT_ASSERT_EQ(test, interrupts(guest, 2, false), due);
			KUNIT_ASSERT_FALSE(test, rsw_vring_publish(&guest->ring));
		}
		mock_guest_free(guest);
	}
}

static void expect_device(struct kunit *test, const struct mock_guest *guest, u16 flags,
			  u16 where)
{
	KUNIT_EXPECT_EQ(test, le16_to_cpu(guest->device->flags), flags);
	KUNIT_EXPECT_EQ(test, le16_to_cpu(guest->device->off_wrap), where);
}

/* Whatever was there, and whatever the life before said. */
static void quiet_from_the_start(struct kunit *test)
{
	for (u64 features = 0; features <= MOCK_EVENT_IDX; features += MOCK_EVENT_IDX) {
		struct mock_guest *guest = guest_of(test, 3, features);

		for (u32 at = 0; at < guest->period; at++) {
			memset(guest->device, 0x5a, sizeof(*guest->device));
			mock_guest_start(guest, at);
			expect_device(test, guest, DISABLE, 0);
			for (u32 s = 0; s < guest->period; s++)
				for (u16 n = 1; n <= guest->num; n++)
					KUNIT_ASSERT_FALSE(test, mock_guest_kicks(guest, s, n));
			rsw_vring_quiet(&guest->ring);
			expect_device(test, guest, DISABLE, 0);
			rsw_vring_listen(&guest->ring);
		}
		mock_guest_free(guest);
	}
}

static void enable_without_event_idx(struct kunit *test)
{
	struct mock_guest *guest = guest_of(test, 3, 0);

	for (int i = 0; i < 3; i++) {
		rsw_vring_listen(&guest->ring);
		expect_device(test, guest, ENABLE, 0);
		rsw_vring_quiet(&guest->ring);
		expect_device(test, guest, DISABLE, 0);
	}
	mock_guest_free(guest);
}

/* What the driver was told is not written again: it is its cache line. */
static void nothing_is_said_twice(struct kunit *test)
{
	struct mock_guest *guest = guest_of(test, 3, 0);

	for (int i = 0; i < 3; i++) {
		memset(guest->device, 0x5a, sizeof(*guest->device));
		rsw_vring_quiet(&guest->ring);
		expect_device(test, guest, 0x5a5a, 0x5a5a);
		rsw_vring_listen(&guest->ring);
		expect_device(test, guest, ENABLE, 0);
		memset(guest->device, 0x5a, sizeof(*guest->device));
		rsw_vring_listen(&guest->ring);
		expect_device(test, guest, 0x5a5a, 0x5a5a);
		rsw_vring_quiet(&guest->ring);
		expect_device(test, guest, DISABLE, 0);
	}
	mock_guest_free(guest);
}

/* From wherever we listen, the first descriptor shown there is kicked for, and no other. */
static void kick_where_we_listen(struct kunit *test)
{
	for (int i = 0; i < ARRAY_SIZE(nums); i++) {
		struct mock_guest *guest = guest_of(test, i, MOCK_EVENT_IDX);

		for (u32 at = 0; at < guest->period; at++) {
			mock_guest_start(guest, at);
			KUNIT_ASSERT_EQ(test, rsw_vring_listen(&guest->ring), 0);
			expect_device(test, guest, DESC, off_wrap(guest, at));
			for (u32 s = 0; s < guest->period; s++)
				for (u16 n = 1; n <= guest->num; n++) {
					/* Steps from there to where we listen. */
					u32 ahead = mock_guest_at(guest, (int)at - (int)s);

					KUNIT_ASSERT_EQ(test, mock_guest_kicks(guest, s, n),
							ahead < n);
				}
		}
		mock_guest_free(guest);
	}
}

/*
 * A driver passes the place we listened at and is quiet by itself, without another word from
 * us; but only for two laps, since then it is the same place again.
 */
static void quiet_for_two_laps(struct kunit *test)
{
	for (int i = 0; i < ARRAY_SIZE(nums); i++) {
		struct mock_guest *guest = guest_of(test, i, MOCK_EVENT_IDX);

		for (u32 at = 0; at < guest->period; at++) {
			mock_guest_start(guest, at);
			rsw_vring_listen(&guest->ring);
			rsw_vring_quiet(&guest->ring);
			expect_device(test, guest, DESC, off_wrap(guest, at));
			for (u32 s = 1; s < guest->period; s++)
				KUNIT_ASSERT_FALSE(test, mock_guest_kicks(guest, at + s, 1));
			KUNIT_ASSERT_TRUE(test, mock_guest_kicks(guest, at + guest->period, 1));
		}
		mock_guest_free(guest);
	}
}

/* The place is that of the next chain, also behind chains taken and given back. */
static void listen_behind_what_was_taken(struct kunit *test)
{
	const struct mock_buf buf[] = { { MOCK_IOVA, 1 }, { MOCK_IOVA, 1 }, { MOCK_IOVA, 1 } };
	struct mock_guest *guest = guest_of(test, 3, MOCK_EVENT_IDX);

	for (u32 at = 0; at < guest->period; at++) {
		mock_guest_start(guest, at);
		mock_guest_post(guest, false, buf, 3);
		mock_guest_post(guest, false, buf, 2);
		for (u32 steps = 3; steps <= 5; steps += 2) {
			KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
			KUNIT_ASSERT_EQ(test, mock_guest_try(guest, false), 0);
			KUNIT_ASSERT_EQ(test, rsw_vring_listen(&guest->ring), steps == 3);
			expect_device(test, guest, DESC, off_wrap(guest, at + steps));
		}
		rsw_vring_untake(&guest->ring, 1, 3);
		KUNIT_ASSERT_EQ(test, rsw_vring_listen(&guest->ring), 1);
		expect_device(test, guest, DESC, off_wrap(guest, at + 3));
	}
	mock_guest_free(guest);
}

static struct kunit_case packed_event_cases[] = {
	KUNIT_CASE(exactly_when_passed),
	KUNIT_CASE(flags_of_the_driver),
	KUNIT_CASE(quiet_from_the_start),
	KUNIT_CASE(enable_without_event_idx),
	KUNIT_CASE(nothing_is_said_twice),
	KUNIT_CASE(kick_where_we_listen),
	KUNIT_CASE(quiet_for_two_laps),
	KUNIT_CASE(listen_behind_what_was_taken),
	{}
};

static struct kunit_suite packed_event_suite = {
	.name = "ringswitch_packed_event",
	.test_cases = packed_event_cases,
};

kunit_test_suite(packed_event_suite);
