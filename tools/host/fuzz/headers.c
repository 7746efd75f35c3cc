// SPDX-License-Identifier: GPL-2.0
/*
 * What a guest sends, cut into pieces in two ways: both must be understood alike, and as the
 * naive reading of the same bytes in a row says.
 */
#include <linux/etherdevice.h>
#include <uapi/linux/virtio_net.h>

#include "filter.h"
#include "frame.h"
#include "fuzz.h"
#include "rss.h"
#include "vring.h"

#define BYTES	256
#define GAP	8	/* between pieces, of bytes that are nobody's */

/**
 * struct cut - the bytes in pieces
 * @memory: the pieces, with gaps
 * @seg: where they are
 * @frame: what was understood
 * @reason: or why not
 */
struct cut {
	u8 memory[BYTES * (1 + GAP)];
	struct rsw_seg seg[BYTES];
	struct rsw_frame frame;
	enum rsw_drop_reason reason;
};

/**
 * struct world - one input
 * @test: the running test
 * @features: of the driver that sends
 * @oversize: the chain had more than can be taken
 * @hlen: bytes of a header
 * @len: bytes of header and frame
 * @byte: the bytes
 * @cut: the same in pieces
 * @filter: of a driver that receives
 * @rss: of the same
 */
struct world {
	struct kunit *test;
	u64 features;
	bool oversize;
	u32 hlen;
	u32 len;
	u8 byte[BYTES];
	struct cut cut[2];
	struct rsw_filter filter;
	struct rsw_rss rss;
};

static void begin(void *priv, struct kunit *test)
{
	struct world *world = priv;

	world->test = test;
	for (u16 i = 0; i < RSW_RSS_TABLE; i++)
		world->rss.table[i] = 1 + i;
	for (u16 vid = 1; vid < VLAN_N_VID; vid += 3)
		__set_bit(vid, world->filter.vlans);
}

/* Bits of what a driver can negotiate that are about frames. */
static u64 any_features(struct fuzz_input *input)
{
	static const u8 known[] = {
		VIRTIO_NET_F_CSUM, VIRTIO_NET_F_HOST_TSO4, VIRTIO_NET_F_HOST_TSO6,
		VIRTIO_NET_F_HOST_ECN, VIRTIO_NET_F_HOST_USO, VIRTIO_NET_F_GUEST_CSUM,
		VIRTIO_NET_F_GUEST_TSO4, VIRTIO_NET_F_GUEST_TSO6, VIRTIO_NET_F_GUEST_ECN,
		VIRTIO_NET_F_GUEST_USO4, VIRTIO_NET_F_GUEST_USO6, VIRTIO_NET_F_HASH_REPORT,
	};
	u16 bits = ~fuzz_u16(input);
	u64 features = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(known); i++)
		if (bits & BIT(i))
			features |= BIT_ULL(known[i]);
	return features;
}

static void any_receiver(struct world *world, struct fuzz_input *input)
{
	struct rsw_filter *filter = &world->filter;
	u8 flags = fuzz_u8(input);

	filter->modes = flags & 0x3f;
	filter->by_vlan = flags & 0x40;
	for (int i = 0; i < 2; i++) {
		filter->macs[i].all = flags & 0x80;
		filter->macs[i].n = fuzz_u8(input) % 3;
		for (u8 m = 0; m < filter->macs[i].n; m++)
			filter->macs[i].mac[m][5] = fuzz_u8(input);
	}
	filter->own[5] = fuzz_u8(input);
	filter->permanent[5] = fuzz_u8(input);
	world->rss.types = fuzz_u8(input) & RSW_RSS_TYPES;
	world->rss.mask = BIT(fuzz_u8(input) % 8) - 1;
	memset(world->rss.key, fuzz_u8(input), sizeof(world->rss.key));
	world->rss.key[fuzz_u8(input) % RSW_RSS_KEY] = fuzz_u8(input);
}

/* Pieces of @first bytes, and then of others that @step gives. */
static void cut(struct world *world, struct cut *cut, u8 first, u8 step, u8 gap)
{
	struct rsw_chain chain = {
		.seg = cut->seg, .len = world->len, .oversize = world->oversize,
	};
	u8 *to = cut->memory;
	u32 len = 1 + first;

	for (u32 at = 0; at < world->len; at += len) {
		len = min(at ? 1 + (at * step >> 3) % 32 : 1 + first, world->len - at);
		memset(to, gap, GAP);
		to += GAP;
		memcpy(to, world->byte + at, len);
		cut->seg[chain.nsegs++] = (struct rsw_seg){ .addr = to, .len = len };
		to += len;
	}
	memset(to, gap, GAP);
	memset(cut->frame.head, gap, sizeof(cut->frame.head));
	cut->reason = rsw_frame_from_chain(&cut->frame, &chain, world->features);
}

static u16 le16_at(const u8 *byte)
{
	return byte[0] | byte[1] << 8;
}

static bool naive_gso(u64 features, u8 type)
{
	bool ecn = features & BIT_ULL(VIRTIO_NET_F_HOST_ECN);

	switch (type) {
	case VIRTIO_NET_HDR_GSO_TCPV4:
		return features & BIT_ULL(VIRTIO_NET_F_HOST_TSO4);
	case VIRTIO_NET_HDR_GSO_TCPV4 | VIRTIO_NET_HDR_GSO_ECN:
		return ecn && features & BIT_ULL(VIRTIO_NET_F_HOST_TSO4);
	case VIRTIO_NET_HDR_GSO_TCPV6:
		return features & BIT_ULL(VIRTIO_NET_F_HOST_TSO6);
	case VIRTIO_NET_HDR_GSO_TCPV6 | VIRTIO_NET_HDR_GSO_ECN:
		return ecn && features & BIT_ULL(VIRTIO_NET_F_HOST_TSO6);
	case VIRTIO_NET_HDR_GSO_UDP_L4:
		return features & BIT_ULL(VIRTIO_NET_F_HOST_USO);
	}
	return false;
}

/* The header of virtio 1.3, 5.1.6.2, by its places. */
static enum rsw_drop_reason naive_reason(const struct world *world)
{
	const u8 *byte = world->byte;
	u32 len = world->len - world->hlen;
	bool csum = byte[0] & VIRTIO_NET_HDR_F_NEEDS_CSUM;

	if (world->oversize)
		return RSW_DROP_IN_oversize;
	if (world->len < world->hlen + ETH_HLEN)
		return RSW_DROP_IN_runt;
	if (csum && (!(world->features & BIT_ULL(VIRTIO_NET_F_CSUM)) ||
		     le16_at(byte + 6) < ETH_HLEN ||
		     le16_at(byte + 6) + le16_at(byte + 8) + 2 > len))
		return RSW_DROP_IN_bad_header;
	/* 256 bytes are no more than 2048 segments of one. */
	if (byte[1] && (!csum || !le16_at(byte + 4) || !naive_gso(world->features, byte[1])))
		return RSW_DROP_IN_bad_header;
	return RSW_DROP_NONE;
}

static void check_offload(const struct world *world, const struct rsw_offload *offload)
{
	const u8 *byte = world->byte;
	struct virtio_net_hdr hdr;
	struct rsw_offload again;

	KUNIT_ASSERT_EQ(world->test, offload->flags, byte[0] & VIRTIO_NET_HDR_F_NEEDS_CSUM);
	KUNIT_ASSERT_EQ(world->test, offload->gso_type, byte[1]);
	KUNIT_ASSERT_EQ(world->test, offload->gso_size, byte[1] ? le16_at(byte + 4) : 0);
	KUNIT_ASSERT_EQ(world->test, offload->hdr_len,
			byte[1] ? min((u32)le16_at(byte + 2), world->len - world->hlen) : 0);
	KUNIT_ASSERT_EQ(world->test, offload->csum_start, le16_at(byte + 6));
	KUNIT_ASSERT_EQ(world->test, offload->csum_offset, le16_at(byte + 8));
	rsw_offload_to_virtio(offload, &hdr);
	rsw_offload_from_virtio(&again, &hdr);
	KUNIT_ASSERT_MEMEQ(world->test, &again, offload, sizeof(again));
}

static bool naive_fits(const struct rsw_offload *offload, u64 features)
{
	u8 type = offload->gso_type & ~VIRTIO_NET_HDR_GSO_ECN;

	if (offload->flags && !(features & BIT_ULL(VIRTIO_NET_F_GUEST_CSUM)))
		return false;
	if (type != offload->gso_type && !(features & BIT_ULL(VIRTIO_NET_F_GUEST_ECN)))
		return false;
	if (type == VIRTIO_NET_HDR_GSO_TCPV4)
		return features & BIT_ULL(VIRTIO_NET_F_GUEST_TSO4);
	if (type == VIRTIO_NET_HDR_GSO_TCPV6)
		return features & BIT_ULL(VIRTIO_NET_F_GUEST_TSO6);
	return !type || (features & BIT_ULL(VIRTIO_NET_F_GUEST_USO4) &&
			 features & BIT_ULL(VIRTIO_NET_F_GUEST_USO6));
}

/* Head and pieces together are the frame, and so much of it is in the head. */
static void check_bytes(const struct world *world, const struct rsw_frame *frame, u32 head_len)
{
	const u8 *byte = world->byte + world->hlen;
	u32 at = frame->head_len;

	KUNIT_ASSERT_EQ(world->test, frame->len, world->len - world->hlen);
	KUNIT_ASSERT_EQ(world->test, frame->head_len, head_len);
	KUNIT_ASSERT_MEMEQ(world->test, frame->head, byte, frame->head_len);
	for (u16 i = 0; i < frame->nsegs; i++) {
		KUNIT_ASSERT_LE(world->test, at + frame->seg[i].len, frame->len);
		KUNIT_ASSERT_MEMEQ(world->test, frame->seg[i].addr, byte + at, frame->seg[i].len);
		at += frame->seg[i].len;
	}
	KUNIT_ASSERT_EQ(world->test, at, frame->len);
}

static bool any_equal(const u8 mac[][ETH_ALEN], u8 n, const u8 *dest)
{
	while (n--)
		if (!memcmp(mac[n], dest, ETH_ALEN))
			return true;
	return false;
}

static bool naive_passes(const struct world *world, const u8 *byte, u32 head_len)
{
	static const u8 broadcast[ETH_ALEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	const struct rsw_filter *filter = &world->filter;
	bool group = byte[0] & 1;
	u16 vid;

	if (filter->modes & BIT(VIRTIO_NET_CTRL_RX_PROMISC))
		return true;
	if (filter->by_vlan && byte[12] == 0x81 && byte[13] == 0) {
		if (head_len < VLAN_ETH_HLEN)
			return false;
		vid = (byte[14] << 8 | byte[15]) & 0xfff;
		/* Without one it is a priority. */
		if (vid && vid % 3 != 1)
			return false;
	}
	if (!memcmp(byte, broadcast, ETH_ALEN))
		return !(filter->modes & BIT(VIRTIO_NET_CTRL_RX_NOBCAST));
	if (filter->modes & BIT(group ? VIRTIO_NET_CTRL_RX_NOMULTI : VIRTIO_NET_CTRL_RX_NOUNI))
		return false;
	if (filter->modes & BIT(group ? VIRTIO_NET_CTRL_RX_ALLMULTI : VIRTIO_NET_CTRL_RX_ALLUNI))
		return true;
	if (!group && (!memcmp(byte, filter->own, ETH_ALEN) ||
		       !memcmp(byte, filter->permanent, ETH_ALEN)))
		return true;
	return filter->macs[group].all ||
	       any_equal(filter->macs[group].mac, filter->macs[group].n, byte);
}

static enum rsw_drop_reason naive_addresses(const u8 *byte)
{
	static const u8 zero[ETH_ALEN], link_local[] = { 0x01, 0x80, 0xc2, 0, 0 };

	if (byte[6] & 1 || !memcmp(byte + 6, zero, ETH_ALEN))
		return RSW_DROP_IN_bad_source;
	if (!memcmp(byte, link_local, sizeof(link_local)) && byte[5] < 16)
		return RSW_DROP_IN_link_local;
	return RSW_DROP_NONE;
}

static u16 queue_of(const struct world *world, const u8 *head, u32 len)
{
	struct rsw_hash hash = {};

	rsw_rss_hash(&world->rss, head, len, &hash);
	KUNIT_ASSERT_TRUE(world->test, !hash.report || world->rss.types & BIT(hash.report - 1));
	return rsw_rss_queue(&world->rss, &hash);
}

/* What lies behind the head has no say, nor has a tag in front of all. */
static void check_queue(struct world *world, const struct rsw_frame *frame)
{
	u8 head[RSW_HEAD_MAX + VLAN_HLEN + 40];
	u16 queue = queue_of(world, frame->head, frame->head_len);
	u16 proto = frame->head[12] << 8 | frame->head[13];

	KUNIT_ASSERT_TRUE(world->test, !queue || queue <= world->rss.mask + 1);
	memset(head, 0x5a, sizeof(head));
	memcpy(head, frame->head, frame->head_len);
	KUNIT_ASSERT_EQ(world->test, queue, queue_of(world, head, frame->head_len));
	memset(head, 0, sizeof(head));
	memcpy(head, frame->head, frame->head_len);
	KUNIT_ASSERT_EQ(world->test, queue, queue_of(world, head, frame->head_len));
	if (proto == ETH_P_8021Q || proto == ETH_P_8021AD)
		return;
	memmove(head + 12 + VLAN_HLEN, head + 12, frame->head_len - 12);
	head[12] = 0x88;
	head[13] = 0xa8;
	KUNIT_ASSERT_EQ(world->test, queue, queue_of(world, head, frame->head_len + VLAN_HLEN));
}

static void check_frame(struct world *world, struct rsw_frame *frame, u32 extend)
{
	const u8 *byte = world->byte + world->hlen;
	u16 proto = byte[12] << 8 | byte[13];
	bool tagged = proto == 0x8100 || proto == 0x88a8;
	u32 head_len = min((u32)(tagged ? VLAN_ETH_HLEN : ETH_HLEN), frame->len);

	check_offload(world, &frame->offload);
	check_bytes(world, frame, head_len);
	KUNIT_ASSERT_EQ(world->test, rsw_frame_check_addresses(frame), naive_addresses(byte));
	KUNIT_ASSERT_EQ(world->test, rsw_frame_fits(&frame->offload, world->features),
			naive_fits(&frame->offload, world->features));
	KUNIT_ASSERT_EQ(world->test, rsw_filter_passes(&world->filter, frame),
			naive_passes(world, byte, head_len));
	rsw_frame_extend(frame, extend);
	check_bytes(world, frame, max(head_len, min(extend, frame->len)));
	check_queue(world, frame);
}

static void run(void *priv, struct fuzz_input *input)
{
	struct world *world = priv;
	u8 pieces[4], how;

	world->features = any_features(input);
	/* Virtio 1.3, 5.1.6: the hash, its kind and padding. */
	world->hlen = world->features & BIT_ULL(VIRTIO_NET_F_HASH_REPORT) ? 20 : 12;
	how = fuzz_u8(input);
	world->oversize = how == 255;
	for (int i = 0; i < 4; i++)
		pieces[i] = fuzz_u8(input);
	any_receiver(world, input);
	for (world->len = 0; world->len < BYTES && fuzz_more(input); )
		world->byte[world->len++] = fuzz_u8(input);
	cut(world, &world->cut[0], pieces[0] % 32, pieces[1], 0xee);
	cut(world, &world->cut[1], pieces[2] % 32, pieces[3], 0x11);
	for (int i = 0; i < 2; i++) {
		KUNIT_ASSERT_EQ(world->test, world->cut[i].reason, naive_reason(world));
		if (world->cut[i].reason == RSW_DROP_NONE)
			check_frame(world, &world->cut[i].frame, how % (RSW_HEAD_MAX + 1));
	}
	if (world->cut[0].reason == RSW_DROP_NONE)
		KUNIT_ASSERT_EQ(world->test,
				queue_of(world, world->cut[0].frame.head,
					 world->cut[0].frame.head_len),
				queue_of(world, world->cut[1].frame.head,
					 world->cut[1].frame.head_len));
}

const struct fuzz_target fuzz_headers = {
	.name = "headers",
	.size = sizeof(struct world),
	.begin = begin,
	.run = run,
};
