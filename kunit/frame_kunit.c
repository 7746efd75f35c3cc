// SPDX-License-Identifier: GPL-2.0
/* What a guest sends, parsed: pieces of any size, lengths, header fields, addresses. */
#include <kunit/test.h>
#include <linux/etherdevice.h>
#include <uapi/linux/virtio_net.h>

#include "../drivers/ringswitch/frame.h"
#include "../drivers/ringswitch/vring.h"
#include "rng.h"

#define HEADERS		(RSW_VNET_HLEN + ETH_HLEN)
#define MAX_BYTES	(HEADERS + 72)

/**
 * struct sent - a chain as a guest may send it
 * @hlen: bytes of the virtio-net header
 * @byte: its bytes; only the first @len are the chain's
 * @len: how many
 * @seg: pieces
 * @nsegs: how many
 */
struct sent {
	u32 hlen;
	u8 byte[MAX_BYTES];
	u32 len;
	struct rsw_seg seg[MAX_BYTES];
	u16 nsegs;
};

static int suite_init(struct kunit *test)
{
	struct sent *sent = kunit_kzalloc(test, sizeof(*sent), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, sent);
	sent->hlen = RSW_VNET_HLEN;
	test->priv = sent;
	return 0;
}

/* Start a chain of @len bytes: an empty virtio-net header, then 1, 2, 3 .. */
static void begin(struct sent *sent, u32 len)
{
	memset(sent->byte, 0, sent->hlen);
	for (u32 i = sent->hlen; i < MAX_BYTES; i++)
		sent->byte[i] = i - sent->hlen + 1;
	sent->len = len;
	sent->nsegs = 0;
}

/* The next piece: up to byte @end. */
static void piece(struct sent *sent, u32 end)
{
	u32 start = 0;

	for (u16 i = 0; i < sent->nsegs; i++)
		start += sent->seg[i].len;
	end = min(end, sent->len);
	if (end > start)
		sent->seg[sent->nsegs++] = (struct rsw_seg){ sent->byte + start, end - start };
}

static enum rsw_drop_reason parse_with(struct sent *sent, struct rsw_frame *frame, u64 features)
{
	struct rsw_chain chain = { .seg = sent->seg, .nsegs = sent->nsegs, .len = sent->len };

	memset(frame, 0x5a, sizeof(*frame));
	return rsw_frame_from_chain(frame, &chain, features);
}

static enum rsw_drop_reason parse(struct sent *sent, struct rsw_frame *frame)
{
	return parse_with(sent, frame, 0);
}

/* Is the frame exactly what was sent behind the virtio-net header? */
static bool same(const struct sent *sent, const struct rsw_frame *frame)
{
	u32 at = sent->hlen + frame->head_len;

	if (frame->skb || frame->len != sent->len - sent->hlen || frame->head_len < ETH_HLEN ||
	    memcmp(frame->head, sent->byte + sent->hlen, frame->head_len))
		return false;
	for (u16 i = 0; i < frame->nsegs; i++) {
		if (!frame->seg[i].len || frame->seg[i].addr != sent->byte + at)
			return false;
		at += frame->seg[i].len;
	}
	return at == sent->len;
}

static void one_piece(struct kunit *test)
{
	struct sent *sent = test->priv;
	struct rsw_frame frame;

	begin(sent, HEADERS + 46);
	piece(sent, sent->len);
	KUNIT_ASSERT_EQ(test, parse(sent, &frame), RSW_DROP_NONE);
	KUNIT_EXPECT_TRUE(test, same(sent, &frame));
	KUNIT_EXPECT_EQ(test, frame.nsegs, 1);
}

static void single_bytes(struct kunit *test)
{
	struct sent *sent = test->priv;
	struct rsw_frame frame;

	begin(sent, MAX_BYTES);
	for (u32 i = 1; i <= MAX_BYTES; i++)
		piece(sent, i);
	KUNIT_ASSERT_EQ(test, parse(sent, &frame), RSW_DROP_NONE);
	KUNIT_EXPECT_TRUE(test, same(sent, &frame));
	KUNIT_EXPECT_EQ(test, frame.nsegs, MAX_BYTES - HEADERS);
}

/* Three pieces, cut at every two places. */
static void every_cut(struct kunit *test)
{
	struct sent *sent = test->priv;
	struct rsw_frame frame;

	for (u32 first = 0; first <= MAX_BYTES; first++)
		for (u32 second = first; second <= MAX_BYTES; second++) {
			begin(sent, MAX_BYTES);
			piece(sent, first);
			piece(sent, second);
			piece(sent, MAX_BYTES);
			KUNIT_ASSERT_EQ(test, parse(sent, &frame), RSW_DROP_NONE);
			KUNIT_ASSERT_TRUE(test, same(sent, &frame));
		}
}

/* Chains of every length from nothing on, in pieces of every size. */
static void every_length(struct kunit *test, u64 features)
{
	struct sent *sent = test->priv;
	struct rsw_frame frame;

	for (u32 len = 0; len <= MAX_BYTES; len++)
		for (u32 size = 1; size <= MAX_BYTES; size++) {
			enum rsw_drop_reason reason;

			begin(sent, len);
			for (u32 end = size; end < len + size; end += size)
				piece(sent, end);
			reason = parse_with(sent, &frame, features);
			KUNIT_ASSERT_EQ(test, reason, len < sent->hlen + ETH_HLEN ?
						      RSW_DROP_IN_runt : RSW_DROP_NONE);
			/* Counted in any case, so it must be right in any case. */
			KUNIT_ASSERT_EQ(test, frame.len, len - min_t(u32, len, sent->hlen));
			KUNIT_ASSERT_NULL(test, frame.skb);
			KUNIT_ASSERT_EQ(test, frame.hash.report, 0);
			if (reason == RSW_DROP_NONE)
				KUNIT_ASSERT_TRUE(test, same(sent, &frame));
		}
}

static void lengths(struct kunit *test)
{
	every_length(test, 0);
}

/* The header is longer then, whatever the driver writes there. */
static void lengths_with_hashes(struct kunit *test)
{
	struct sent *sent = test->priv;

	sent->hlen = sizeof(struct rsw_vnet_hdr);
	every_length(test, BIT_ULL(VIRTIO_NET_F_HASH_REPORT));
}

/* Looking at more of a frame leaves it what it is. */
static void longer_heads(struct kunit *test)
{
	struct sent *sent = test->priv;
	struct rsw_frame frame;

	for (u32 len = HEADERS; len <= MAX_BYTES; len += 3)
		for (u32 size = 1; size <= MAX_BYTES; size += 5)
			for (u32 more = 0; more <= RSW_HEAD_MAX; more++) {
				begin(sent, len);
				for (u32 end = size; end < len + size; end += size)
					piece(sent, end);
				KUNIT_ASSERT_EQ(test, parse(sent, &frame), RSW_DROP_NONE);
				KUNIT_ASSERT_EQ(test, frame.head_len, ETH_HLEN);
				rsw_frame_extend(&frame, more / 2);
				rsw_frame_extend(&frame, more);
				KUNIT_ASSERT_EQ(test, frame.head_len,
						max(min(more, frame.len), (u32)ETH_HLEN));
				KUNIT_ASSERT_TRUE(test, same(sent, &frame));
				rsw_frame_extend(&frame, ETH_HLEN);
				KUNIT_ASSERT_TRUE(test, same(sent, &frame));
			}
}

/* Nothing is moved out of a socket buffer. */
static void heads_of_socket_buffers(struct kunit *test)
{
	struct sent *sent = test->priv;
	struct rsw_frame frame;

	begin(sent, MAX_BYTES);
	piece(sent, MAX_BYTES);
	KUNIT_ASSERT_EQ(test, parse(sent, &frame), RSW_DROP_NONE);
	frame.skb = (void *)sent;
	rsw_frame_extend(&frame, RSW_HEAD_MAX);
	KUNIT_EXPECT_EQ(test, frame.head_len, ETH_HLEN);
}

/* Filters look at the tag, as far as it is there. */
static void tagged_frames_have_their_tag_in_the_head(struct kunit *test)
{
	struct sent *sent = test->priv;
	struct rsw_frame frame;

	for (u32 len = HEADERS; len < HEADERS + 8; len++)
		for (u8 type = 0; type < 2; type++) {
			begin(sent, len);
			sent->byte[HEADERS - 2] = 0x81;
			sent->byte[HEADERS - 1] = type;
			piece(sent, HEADERS + 1);
			piece(sent, len);
			KUNIT_ASSERT_EQ(test, parse(sent, &frame), RSW_DROP_NONE);
			KUNIT_EXPECT_EQ(test, frame.head_len,
					type ? ETH_HLEN : min(frame.len, (u32)ETH_HLEN + 4));
			KUNIT_EXPECT_TRUE(test, same(sent, &frame));
		}
}

static void oversize(struct kunit *test)
{
	struct sent *sent = test->priv;
	struct rsw_chain chain = { .seg = sent->seg, .oversize = true };
	struct rsw_frame frame;

	begin(sent, MAX_BYTES);
	piece(sent, MAX_BYTES);
	chain.nsegs = sent->nsegs;
	chain.len = MAX_BYTES;
	KUNIT_EXPECT_EQ(test, rsw_frame_from_chain(&frame, &chain, 0), RSW_DROP_IN_oversize);
	KUNIT_EXPECT_EQ(test, frame.len, MAX_BYTES - RSW_VNET_HLEN);
	KUNIT_EXPECT_NULL(test, frame.skb);
}

static void fields_of_the_header(struct kunit *test)
{
	const struct virtio_net_hdr hdr = {
		.flags = 1, .gso_type = 2,
		.hdr_len = (__force __virtio16)cpu_to_le16(0x0304),
		.gso_size = (__force __virtio16)cpu_to_le16(0x0506),
		.csum_start = (__force __virtio16)cpu_to_le16(0x0708),
		.csum_offset = (__force __virtio16)cpu_to_le16(0x090a),
	};
	/* virtio 1.3, 5.1.6: little endian, in this order. */
	static const u8 wire[] = { 1, 2, 4, 3, 6, 5, 8, 7, 10, 9 };
	struct virtio_net_hdr back;
	struct rsw_offload offload;

	KUNIT_ASSERT_EQ(test, sizeof(wire), sizeof(hdr));
	KUNIT_EXPECT_MEMEQ(test, &hdr, wire, sizeof(wire));
	rsw_offload_from_virtio(&offload, &hdr);
	KUNIT_EXPECT_EQ(test, offload.flags, 1);
	KUNIT_EXPECT_EQ(test, offload.gso_type, 2);
	KUNIT_EXPECT_EQ(test, offload.hdr_len, 0x0304);
	KUNIT_EXPECT_EQ(test, offload.gso_size, 0x0506);
	KUNIT_EXPECT_EQ(test, offload.csum_start, 0x0708);
	KUNIT_EXPECT_EQ(test, offload.csum_offset, 0x090a);
	rsw_offload_to_virtio(&offload, &back);
	KUNIT_EXPECT_MEMEQ(test, &back, wire, sizeof(wire));
}

static enum rsw_drop_reason addresses(const char *dest, const char *source)
{
	struct rsw_frame frame = {};

	memcpy(frame.head, dest, ETH_ALEN);
	memcpy(frame.head + ETH_ALEN, source, ETH_ALEN);
	return rsw_frame_check_addresses(&frame);
}

#define STATION	"\x02\x00\x00\x00\x00\x07"

static void bad_sources(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, addresses(STATION, STATION), RSW_DROP_NONE);
	KUNIT_EXPECT_EQ(test, addresses(STATION, "\0\0\0\0\0\1"), RSW_DROP_NONE);
	KUNIT_EXPECT_EQ(test, addresses(STATION, "\0\0\0\0\0\0"), RSW_DROP_IN_bad_source);
	KUNIT_EXPECT_EQ(test, RSW_DROP_IN_bad_source,
			addresses(STATION, "\xff\xff\xff\xff\xff\xff"));
	KUNIT_EXPECT_EQ(test, addresses(STATION, "\1\0\0\0\0\0"), RSW_DROP_IN_bad_source);
	KUNIT_EXPECT_EQ(test, addresses(STATION, "\x03\0\0\0\0\7"), RSW_DROP_IN_bad_source);
	/* Learned by mistake, they would be worse than relayed: the source comes first. */
	KUNIT_EXPECT_EQ(test, RSW_DROP_IN_bad_source,
			addresses("\x01\x80\xc2\0\0\0", "\1\0\0\0\0\0"));
}

static void link_local(struct kunit *test)
{
	char dest[ETH_ALEN + 1] = "\x01\x80\xc2\0\0\0";

	for (int last = 0; last < 256; last++) {
		dest[5] = last;
		KUNIT_EXPECT_EQ(test, addresses(dest, STATION),
				last < 16 ? RSW_DROP_IN_link_local : RSW_DROP_NONE);
	}
	/* Near misses in each byte. */
	for (int i = 0; i < 5; i++) {
		memcpy(dest, "\x01\x80\xc2\0\0\0", ETH_ALEN);
		dest[i] ^= 4;
		KUNIT_EXPECT_EQ(test, addresses(dest, STATION), RSW_DROP_NONE);
	}
	KUNIT_EXPECT_EQ(test, addresses("\xff\xff\xff\xff\xff\xff", STATION), RSW_DROP_NONE);
	KUNIT_EXPECT_EQ(test, addresses("\0\0\0\0\0\0", STATION), RSW_DROP_NONE);
}

/* Nothing stays of the frame that was in its place before. */
static void as_new(struct kunit *test)
{
	struct sent *sent = test->priv;
	struct rsw_frame frame;

	begin(sent, HEADERS + 20);
	piece(sent, sent->len);
	KUNIT_ASSERT_EQ(test, parse(sent, &frame), RSW_DROP_NONE);
	KUNIT_EXPECT_NULL(test, frame.skb);
	KUNIT_EXPECT_EQ(test, frame.vid, 0);
	KUNIT_EXPECT_EQ(test, frame.tci, 0);
	KUNIT_EXPECT_EQ(test, ntohs(frame.tag.proto), 0);
	KUNIT_EXPECT_EQ(test, frame.hash.report, 0);
	/* Nor of its bytes, where there are too few. */
	begin(sent, HEADERS - 1);
	piece(sent, sent->len);
	KUNIT_ASSERT_EQ(test, parse(sent, &frame), RSW_DROP_IN_runt);
	KUNIT_EXPECT_NULL(test, frame.seg);
	KUNIT_EXPECT_EQ(test, frame.nsegs, 0);
}

/* Where a tag goes in: what means something moves. */
static void offload_moves(struct kunit *test)
{
	struct rsw_offload offload = {
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .csum_start = 34, .hdr_len = 54,
	};

	rsw_offload_move(&offload, 4);
	KUNIT_EXPECT_EQ(test, offload.csum_start, 38);
	KUNIT_EXPECT_EQ(test, offload.hdr_len, 58);
	offload = (struct rsw_offload){ .flags = VIRTIO_NET_HDR_F_DATA_VALID, .csum_start = 34 };
	rsw_offload_move(&offload, 4);
	KUNIT_EXPECT_EQ(test, offload.csum_start, 34);
	KUNIT_EXPECT_EQ(test, offload.hdr_len, 0);
}

static struct kunit_case frame_cases[] = {
	KUNIT_CASE(as_new),
	KUNIT_CASE(offload_moves),
	KUNIT_CASE(one_piece),
	KUNIT_CASE(single_bytes),
	KUNIT_CASE(every_cut),
	KUNIT_CASE(lengths),
	KUNIT_CASE(lengths_with_hashes),
	KUNIT_CASE(longer_heads),
	KUNIT_CASE(heads_of_socket_buffers),
	KUNIT_CASE(tagged_frames_have_their_tag_in_the_head),
	KUNIT_CASE(oversize),
	KUNIT_CASE(fields_of_the_header),
	KUNIT_CASE(bad_sources),
	KUNIT_CASE(link_local),
	{}
};

static struct kunit_suite frame_suite = {
	.name = "ringswitch_frame",
	.init = suite_init,
	.test_cases = frame_cases,
};

kunit_test_suite(frame_suite);
