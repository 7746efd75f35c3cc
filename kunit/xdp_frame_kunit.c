// SPDX-License-Identifier: GPL-2.0
/* What an XDP program is shown of a frame, and what the frame is after it. */
#include <kunit/test.h>
#include <linux/bitops.h>
#include <linux/if_ether.h>
#include <linux/if_vlan.h>
#include <net/checksum.h>
#include <uapi/linux/virtio_net.h>

#include "../drivers/ringswitch/copy.h"
#include "../drivers/ringswitch/frame.h"
#include "../drivers/ringswitch/xdp_frame.h"

#define LEN	99
#define TSO	(BIT_ULL(VIRTIO_NET_F_CSUM) | BIT_ULL(VIRTIO_NET_F_HOST_TSO4))

/**
 * struct shown - a frame of a guest, and the copy of it
 * @guest: its memory
 * @piece: of it
 * @room: for the copy, with room in front and behind
 * @frame: the frame
 * @seg: for the copy
 */
struct shown {
	u8 guest[LEN];
	struct rsw_seg piece[2];
	u8 room[64 + LEN + 64];
	struct rsw_frame frame;
	struct rsw_seg seg;
};

static int suite_init(struct kunit *test)
{
	struct shown *shown = kunit_kzalloc(test, sizeof(*shown), GFP_KERNEL);
	struct rsw_frame *frame;

	KUNIT_ASSERT_NOT_NULL(test, shown);
	test->priv = shown;
	memset(shown->room, 0xee, sizeof(shown->room));
	for (u32 i = 0; i < LEN; i++)
		shown->guest[i] = 3 * i + 1;
	frame = &shown->frame;
	rsw_frame_init(frame, NULL);
	frame->len = LEN;
	frame->head_len = ETH_HLEN;
	memcpy(frame->head, shown->guest, ETH_HLEN);
	shown->piece[0] = (struct rsw_seg){ shown->guest + ETH_HLEN, 21 };
	shown->piece[1] = (struct rsw_seg){ shown->guest + ETH_HLEN + 21, LEN - ETH_HLEN - 21 };
	frame->seg = shown->piece;
	frame->nsegs = 2;
	frame->offload = (struct rsw_offload){};
	return 0;
}

static u8 *load(struct shown *shown)
{
	rsw_xdp_load(&shown->frame, shown->room + 64);
	return shown->room + 64;
}

/* The program leaves it with so many bytes more in front, and so long. */
static enum rsw_drop_reason store(struct shown *shown, int moved, u32 len, u64 features)
{
	shown->seg = (struct rsw_seg){ shown->room + 64 - moved, len };
	return rsw_xdp_store(&shown->frame, &shown->seg, moved, features);
}

/* Is the frame what is in these bytes now? */
static void expect_bytes(struct kunit *test, const u8 *bytes, u32 len)
{
	struct shown *shown = test->priv;
	u8 all[sizeof(shown->room)] = {};
	struct rsw_seg whole = { all, sizeof(all) };
	struct rsw_target to = rsw_target(&whole);

	KUNIT_ASSERT_EQ(test, shown->frame.len, len);
	rsw_copy_frame(&to, &shown->frame);
	KUNIT_EXPECT_EQ(test, to.left, sizeof(all) - len);
	KUNIT_EXPECT_EQ(test, memcmp(all, bytes, len), 0);
}

static void whole_in_one_piece(struct kunit *test)
{
	struct shown *shown = test->priv;
	u8 *data = load(shown);

	KUNIT_EXPECT_EQ(test, memcmp(data, shown->guest, LEN), 0);
	KUNIT_EXPECT_EQ(test, data[-1], 0xee);
	KUNIT_EXPECT_EQ(test, data[LEN], 0xee);
}

/* What was decided on is in the head, and the guest has changed it since. */
static void not_read_again(struct kunit *test)
{
	struct shown *shown = test->priv;
	u8 *data, sent[LEN];

	memcpy(sent, shown->guest, LEN);
	memset(shown->guest, 0x77, ETH_HLEN);
	data = load(shown);
	KUNIT_EXPECT_EQ(test, memcmp(data, sent, LEN), 0);
	memset(shown->guest, 0x77, LEN);
	KUNIT_EXPECT_EQ(test, store(shown, 0, LEN, 0), RSW_DROP_NONE);
	expect_bytes(test, sent, LEN);
}

static void changed_by_program(struct kunit *test)
{
	struct shown *shown = test->priv;
	u8 *data = load(shown);

	memset(data, 0x42, LEN);
	KUNIT_EXPECT_EQ(test, store(shown, 0, LEN, 0), RSW_DROP_NONE);
	expect_bytes(test, data, LEN);
	KUNIT_EXPECT_EQ(test, shown->frame.head[0], 0x42);
	KUNIT_EXPECT_EQ(test, shown->frame.head_len, ETH_HLEN);
}

static void longer_and_shorter(struct kunit *test)
{
	static const int moved[] = { 0, 4, 64, -4, -50 };
	static const u32 lens[] = { ETH_HLEN, ETH_HLEN + 1, 60, 100 };
	struct shown *shown = test->priv;

	for (int m = 0; m < ARRAY_SIZE(moved); m++) {
		for (int l = 0; l < ARRAY_SIZE(lens); l++) {
			KUNIT_EXPECT_EQ(test, store(shown, moved[m], lens[l], 0), RSW_DROP_NONE);
			expect_bytes(test, shown->room + 64 - moved[m], lens[l]);
		}
	}
}

static void tag_is_in_head(struct kunit *test)
{
	struct shown *shown = test->priv;
	u8 *data = load(shown);

	data[12] = 0x81;
	data[13] = 0x00;
	KUNIT_EXPECT_EQ(test, store(shown, 0, LEN, 0), RSW_DROP_NONE);
	KUNIT_EXPECT_EQ(test, shown->frame.head_len, VLAN_ETH_HLEN);
	expect_bytes(test, data, LEN);
	/* There is no more of it. */
	KUNIT_EXPECT_EQ(test, store(shown, 0, VLAN_ETH_HLEN - 1, 0), RSW_DROP_NONE);
	KUNIT_EXPECT_EQ(test, shown->frame.head_len, VLAN_ETH_HLEN - 1);
	expect_bytes(test, data, VLAN_ETH_HLEN - 1);
}

static void too_long(struct kunit *test)
{
	struct shown *shown = test->priv;

	load(shown);
	KUNIT_EXPECT_EQ(test, store(shown, 0, RSW_FRAME_MAX + 1, 0), RSW_DROP_IN_oversize);
}

/* The sum of a checksum's bytes, with itself, is all ones. */
static bool sums_up(const u8 *data, u32 from)
{
	return !csum_fold(csum_partial(data + from, LEN - from, 0));
}

static void checksum_completed(struct kunit *test)
{
	static const u16 at[] = { 0, 1, 6, 16, 62, LEN - 34 - 2 };
	struct shown *shown = test->priv;

	for (int i = 0; i < ARRAY_SIZE(at); i++) {
		u32 field = 34 + at[i];
		u8 *data;

		shown->frame.offload = (struct rsw_offload){
			.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
			.csum_start = 34, .csum_offset = at[i],
		};
		data = load(shown);
		KUNIT_EXPECT_FALSE(test, shown->frame.offload.flags);
		KUNIT_EXPECT_EQ(test, memcmp(data, shown->guest, field), 0);
		KUNIT_EXPECT_EQ(test, memcmp(data + field + 2, shown->guest + field + 2,
					     LEN - field - 2), 0);
		/* What was there is part of the sum: the pseudo header's. */
		if (at[i] % 2 == 0) {
			__sum16 sum;

			memcpy(&sum, data + field, sizeof(sum));
			memcpy(data + field, shown->guest + field, sizeof(sum));
			KUNIT_EXPECT_EQ(test, (__force u16)sum, (__force u16)
					csum_fold(csum_partial(data + 34, LEN - 34, 0)));
		}
	}
}

/* In a field that was 0, the checksum makes the sum of all come out right. */
static void checksum_sums_up(struct kunit *test)
{
	struct shown *shown = test->priv;

	shown->guest[50] = 0;
	shown->guest[51] = 0;
	shown->frame.offload = (struct rsw_offload){
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .csum_start = 34, .csum_offset = 16,
	};
	KUNIT_EXPECT_TRUE(test, sums_up(load(shown), 34));
}

static void checksum_is_never_none(struct kunit *test)
{
	struct shown *shown = test->priv;
	u8 *data;

	memset(shown->guest + 34, 0, LEN - 34);
	shown->guest[34] = 0xff;
	shown->guest[35] = 0xff;
	shown->frame.offload = (struct rsw_offload){
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .csum_start = 34, .csum_offset = 6,
	};
	data = load(shown);
	KUNIT_EXPECT_EQ(test, data[40], 0xff);
	KUNIT_EXPECT_EQ(test, data[41], 0xff);
}

static const struct rsw_offload super = {
	.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
	.hdr_len = 54, .gso_size = 20, .csum_start = 34, .csum_offset = 16,
};

static void super_frame_stays(struct kunit *test)
{
	struct shown *shown = test->priv;
	u8 *data;

	shown->frame.offload = super;
	data = load(shown);
	KUNIT_EXPECT_EQ(test, memcmp(data, shown->guest, LEN), 0);
	KUNIT_EXPECT_EQ(test, store(shown, 0, LEN, TSO), RSW_DROP_NONE);
	KUNIT_EXPECT_EQ(test, memcmp(&shown->frame.offload, &super, sizeof(super)), 0);
}

static void super_frame_moves(struct kunit *test)
{
	struct shown *shown = test->priv;
	const struct rsw_offload *offload = &shown->frame.offload;

	shown->frame.offload = super;
	load(shown);
	KUNIT_EXPECT_EQ(test, store(shown, 4, LEN + 4, TSO), RSW_DROP_NONE);
	KUNIT_EXPECT_EQ(test, offload->csum_start, 38);
	KUNIT_EXPECT_EQ(test, offload->hdr_len, 58);
	KUNIT_EXPECT_EQ(test, store(shown, -4, LEN - 4, TSO), RSW_DROP_NONE);
	KUNIT_EXPECT_EQ(test, offload->csum_start, 34);
	KUNIT_EXPECT_EQ(test, offload->hdr_len, 54);
}

/* What is left to do to it is not in the frame any more, or in its Ethernet header. */
static void super_frame_cut(struct kunit *test)
{
	struct shown *shown = test->priv;

	shown->frame.offload = super;
	load(shown);
	KUNIT_EXPECT_EQ(test, store(shown, 0, 52, TSO), RSW_DROP_NONE);
	KUNIT_EXPECT_EQ(test, store(shown, 0, 51, TSO), RSW_DROP_IN_bad_header);
	shown->frame.offload = super;
	KUNIT_EXPECT_EQ(test, store(shown, -20, LEN - 20, TSO), RSW_DROP_NONE);
	shown->frame.offload = super;
	KUNIT_EXPECT_EQ(test, store(shown, -21, LEN - 21, TSO), RSW_DROP_IN_bad_header);
	shown->frame.offload = super;
	KUNIT_EXPECT_EQ(test, store(shown, -50, LEN - 50, TSO), RSW_DROP_IN_bad_header);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(whole_in_one_piece),
	KUNIT_CASE(not_read_again),
	KUNIT_CASE(changed_by_program),
	KUNIT_CASE(longer_and_shorter),
	KUNIT_CASE(tag_is_in_head),
	KUNIT_CASE(too_long),
	KUNIT_CASE(checksum_completed),
	KUNIT_CASE(checksum_sums_up),
	KUNIT_CASE(checksum_is_never_none),
	KUNIT_CASE(super_frame_stays),
	KUNIT_CASE(super_frame_moves),
	KUNIT_CASE(super_frame_cut),
	{}
};

static struct kunit_suite suite = {
	.name = "rsw_xdp_frame", .init = suite_init, .test_cases = cases,
};

kunit_test_suite(suite);
