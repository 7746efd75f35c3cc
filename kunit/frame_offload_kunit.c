// SPDX-License-Identifier: GPL-2.0
/* The virtio-net header against the specification: every combination that could matter. */
#include <kunit/test.h>
#include <linux/if_ether.h>
#include <uapi/linux/virtio_net.h>

#include "../drivers/ringswitch/frame.h"
#include "../drivers/ringswitch/vring.h"
#include "rng.h"

#define HEADERS	(RSW_VNET_HLEN + ETH_HLEN)
#define LEN	100	/* of the frame */

static const u8 flag_values[] = { 0, 1, 2, 4, 7, 8, 0xfe, 0xff };
static const u8 gso_types[] = { 0, 1, 2, 3, 4, 5, 6, 0x7f, 0x80, 0x81, 0x84, 0x85, 0xff };
static const u16 sizes[] = { 0, 1, 65535 };
static const u16 starts[] = { 0, 13, 14, 34, 98, 99, 100, 101, 32767, 65535 };
static const u16 offsets[] = { 0, 16, 64, 65, 84, 85, 98, 99, 65519, 65535 };

/* The feature bits that decide, in all combinations. */
static u64 features_of(unsigned int i)
{
	return (i & 1 ? BIT_ULL(VIRTIO_NET_F_CSUM) : 0) |
	       (i & 2 ? BIT_ULL(VIRTIO_NET_F_HOST_TSO4) : 0) |
	       (i & 4 ? BIT_ULL(VIRTIO_NET_F_HOST_TSO6) : 0) |
	       (i & 8 ? BIT_ULL(VIRTIO_NET_F_HOST_ECN) : 0) |
	       (i & 16 ? BIT_ULL(VIRTIO_NET_F_HOST_USO) : 0) |
	       /* These are about the other direction: they must not matter. */
	       (i & 32 ? BIT_ULL(VIRTIO_NET_F_GUEST_CSUM) | BIT_ULL(VIRTIO_NET_F_GUEST_TSO4) |
			 BIT_ULL(VIRTIO_NET_F_GUEST_TSO6) | BIT_ULL(VIRTIO_NET_F_GUEST_ECN) |
			 BIT_ULL(VIRTIO_NET_F_GUEST_USO4) | BIT_ULL(VIRTIO_NET_F_GUEST_USO6) : 0);
}

/* virtio 1.3, 5.1.6.2, for a device that offers all but UFO. 0x80 is the ECN bit of TCP. */
static bool may_segment(u8 gso_type, u64 features)
{
	switch (gso_type) {
	case 0x81:
		return features >> VIRTIO_NET_F_HOST_ECN & may_segment(1, features);
	case 0x84:
		return features >> VIRTIO_NET_F_HOST_ECN & may_segment(4, features);
	case 1:
		return features >> VIRTIO_NET_F_HOST_TSO4 & 1;
	case 4:
		return features >> VIRTIO_NET_F_HOST_TSO6 & 1;
	case 5:
		return features >> VIRTIO_NET_F_HOST_USO & 1;
	}
	return false;
}

static bool may_send(const struct rsw_offload *offload, u64 features)
{
	bool partial = offload->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM;

	if (partial) {
		u32 field = (u32)offload->csum_start + offload->csum_offset;

		/* The checksum lies in the frame, behind the Ethernet header. */
		if (!(features >> VIRTIO_NET_F_CSUM & 1))
			return false;
		if (offload->csum_start < 14 || field > LEN - 2)
			return false;
	}
	if (offload->gso_type == 0)
		return true;
	return may_segment(offload->gso_type, features) && partial && offload->gso_size > 0;
}

static enum rsw_drop_reason send(const struct rsw_offload *offload, u64 features,
				 struct rsw_frame *frame)
{
	u8 bytes[sizeof(struct rsw_vnet_hdr) + LEN] = {};
	struct rsw_seg seg = { bytes, rsw_vnet_hlen(features) + LEN };
	struct rsw_chain chain = { .seg = &seg, .nsegs = 1, .len = seg.len };

	rsw_offload_to_virtio(offload, (struct virtio_net_hdr *)bytes);
	return rsw_frame_from_chain(frame, &chain, features);
}

/* Does the frame carry what was asked for, and no more? */
static bool carried(const struct rsw_offload *is, const struct rsw_offload *asked)
{
	bool partial = asked->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM;

	if (is->flags != (partial ? VIRTIO_NET_HDR_F_NEEDS_CSUM : 0) ||
	    is->gso_type != asked->gso_type)
		return false;
	if (partial && (is->csum_start != asked->csum_start ||
			is->csum_offset != asked->csum_offset))
		return false;
	if (!asked->gso_type)
		return !is->gso_size && !is->hdr_len;
	return is->gso_size == asked->gso_size && is->hdr_len <= LEN;
}

/* Counts of what was allowed and what was not, to see that the matrix reaches both. */
struct matrix {
	unsigned int sent;
	unsigned int refused;
};

static void try(struct kunit *test, const struct rsw_offload *offload, u64 features,
		struct matrix *matrix)
{
	bool may = may_send(offload, features);
	struct rsw_frame frame;

	KUNIT_ASSERT_EQ_MSG(test, send(offload, features, &frame),
			    may ? RSW_DROP_NONE : RSW_DROP_IN_bad_header,
			    "flags %#x gso %#x %u csum %u+%u features %#llx", offload->flags,
			    offload->gso_type, offload->gso_size, offload->csum_start,
			    offload->csum_offset, (unsigned long long)features);
	if (may)
		KUNIT_ASSERT_TRUE(test, carried(&frame.offload, offload));
	matrix->sent += may;
	matrix->refused += !may;
}

static void try_checksums(struct kunit *test, struct rsw_offload *offload, u64 features,
			  struct matrix *matrix)
{
	for (int start = 0; start < ARRAY_SIZE(starts); start++)
		for (int at = 0; at < ARRAY_SIZE(offsets); at++) {
			offload->csum_start = starts[start];
			offload->csum_offset = offsets[at];
			try(test, offload, features, matrix);
		}
}

static void header_matrix(struct kunit *test)
{
	struct rsw_offload offload = {};
	struct matrix matrix = {};

	for (unsigned int i = 0; i < 64; i++)
		for (int flags = 0; flags < ARRAY_SIZE(flag_values); flags++)
			for (int type = 0; type < ARRAY_SIZE(gso_types); type++)
				for (int size = 0; size < ARRAY_SIZE(sizes); size++) {
					offload.flags = flag_values[flags];
					offload.gso_type = gso_types[type];
					offload.gso_size = sizes[size];
					try_checksums(test, &offload, features_of(i), &matrix);
				}
	KUNIT_EXPECT_GT(test, matrix.sent, 10000);
	KUNIT_EXPECT_GT(test, matrix.refused, 10000);
}

/* Half of the numbers are near the edges of the frame. */
static u16 random_edge(struct rng *rng)
{
	return rng_once_in(rng, 2) ? rng_below(rng, LEN + 3) : rng_next(rng);
}

static void random_headers(struct kunit *test)
{
	struct matrix matrix = {};
	struct rng rng;

	rng_init(&rng, test);
	for (int i = 0; i < 20000; i++) {
		struct rsw_offload offload = {
			.flags = rng_next(&rng),
			.gso_type = rng_once_in(&rng, 2) ? rng_below(&rng, 6) : rng_next(&rng),
			.hdr_len = rng_next(&rng),
			.gso_size = rng_next(&rng),
			.csum_start = random_edge(&rng),
			.csum_offset = random_edge(&rng),
		};

		try(test, &offload, rng_next(&rng), &matrix);
	}
	KUNIT_EXPECT_GT(test, matrix.sent, 300);
	KUNIT_EXPECT_GT(test, matrix.refused, 1000);
}

/* hdr_len is a hint (5.1.6.2.2): any value is taken, none points behind the frame. */
static void header_length_is_a_hint(struct kunit *test)
{
	struct rsw_offload offload = {
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
		.gso_size = 10, .csum_start = 34, .csum_offset = 16,
	};
	struct rsw_frame frame;

	for (u32 hdr_len = 0; hdr_len < 65536; hdr_len += hdr_len < 2 * LEN ? 1 : 997) {
		offload.hdr_len = hdr_len;
		KUNIT_ASSERT_EQ(test, send(&offload, features_of(63), &frame), RSW_DROP_NONE);
		KUNIT_ASSERT_EQ(test, frame.offload.hdr_len, min_t(u32, hdr_len, LEN));
	}
}

/* Software may have to cut what a guest sends, so the number of segments is limited. */
static void segments_are_limited(struct kunit *test)
{
	const u32 limit = 2048, max = RSW_FRAME_MAX;
	u8 *bytes = kunit_kzalloc(test, RSW_VNET_HLEN + max, GFP_KERNEL);
	struct rsw_offload offload = {
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .gso_type = VIRTIO_NET_HDR_GSO_TCPV6,
		.csum_start = 54, .csum_offset = 16,
	};

	KUNIT_ASSERT_NOT_NULL(test, bytes);
	for (u16 gso_size = 1; gso_size < 40; gso_size++)
		for (u32 len = gso_size * limit - 1; len <= gso_size * limit + 1; len++) {
			struct rsw_seg seg = { bytes, RSW_VNET_HLEN + len };
			struct rsw_chain chain = { .seg = &seg, .nsegs = 1, .len = seg.len };
			struct rsw_frame frame;

			if (len > max)
				continue;
			offload.gso_size = gso_size;
			rsw_offload_to_virtio(&offload, (struct virtio_net_hdr *)bytes);
			KUNIT_EXPECT_EQ(test, rsw_frame_from_chain(&frame, &chain, features_of(63)),
					len <= gso_size * limit ? RSW_DROP_NONE :
					RSW_DROP_IN_bad_header);
		}
}

/* What a receiver can take as it is, by what its driver negotiated (5.1.6.3.2). */
static void fits(struct kunit *test)
{
	u64 csum = BIT_ULL(VIRTIO_NET_F_GUEST_CSUM);
	u64 tso4 = BIT_ULL(VIRTIO_NET_F_GUEST_TSO4), tso6 = BIT_ULL(VIRTIO_NET_F_GUEST_TSO6);
	u64 ecn = BIT_ULL(VIRTIO_NET_F_GUEST_ECN);
	u64 uso = BIT_ULL(VIRTIO_NET_F_GUEST_USO4) | BIT_ULL(VIRTIO_NET_F_GUEST_USO6);
	u64 all = csum | tso4 | tso6 | ecn | uso, has = 0;
	const struct {
		u8 flags, gso_type;
		u64 needs;
	} kind[] = {
		{ 0, VIRTIO_NET_HDR_GSO_NONE, 0 },
		/* A checksum that somebody has checked leaves nothing to do. */
		{ VIRTIO_NET_HDR_F_DATA_VALID, VIRTIO_NET_HDR_GSO_NONE, 0 },
		{ VIRTIO_NET_HDR_F_NEEDS_CSUM, VIRTIO_NET_HDR_GSO_NONE, csum },
		{ VIRTIO_NET_HDR_F_NEEDS_CSUM, VIRTIO_NET_HDR_GSO_TCPV4, csum | tso4 },
		{ VIRTIO_NET_HDR_F_NEEDS_CSUM, VIRTIO_NET_HDR_GSO_TCPV6, csum | tso6 },
		{ VIRTIO_NET_HDR_F_NEEDS_CSUM, VIRTIO_NET_HDR_GSO_UDP, ~0ULL },
		{ VIRTIO_NET_HDR_F_NEEDS_CSUM, RSW_GSO_FOREIGN, ~0ULL },
		{ VIRTIO_NET_HDR_F_NEEDS_CSUM, VIRTIO_NET_HDR_GSO_UDP_L4, csum | uso },
		{ 0, VIRTIO_NET_HDR_GSO_TCPV4 | VIRTIO_NET_HDR_GSO_ECN, tso4 | ecn },
		{ 0, VIRTIO_NET_HDR_GSO_TCPV6 | VIRTIO_NET_HDR_GSO_ECN, tso6 | ecn },
		{ 0, VIRTIO_NET_HDR_GSO_UDP_L4 | VIRTIO_NET_HDR_GSO_ECN, ~0ULL },
		{ 0, VIRTIO_NET_HDR_GSO_NONE | VIRTIO_NET_HDR_GSO_ECN, ~0ULL },
	};

	for (int i = 0; i < ARRAY_SIZE(kind); i++) {
		struct rsw_offload offload = { kind[i].flags, kind[i].gso_type };

		/* Each subset of all. */
		do {
			KUNIT_EXPECT_EQ(test, rsw_frame_fits(&offload, has),
					(has & kind[i].needs) == kind[i].needs);
			/* Of the features, only these matter. */
			KUNIT_EXPECT_EQ(test, rsw_frame_fits(&offload, has | ~all),
					kind[i].needs != ~0ULL &&
					(has & kind[i].needs) == kind[i].needs);
			has = (has - all) & all;
		} while (has);
	}
}

static struct kunit_case offload_cases[] = {
	KUNIT_CASE(header_matrix),
	KUNIT_CASE(random_headers),
	KUNIT_CASE(header_length_is_a_hint),
	KUNIT_CASE(segments_are_limited),
	KUNIT_CASE(fits),
	{}
};

static struct kunit_suite offload_suite = {
	.name = "ringswitch_frame_offload",
	.test_cases = offload_cases,
};

kunit_test_suite(offload_suite);
