// SPDX-License-Identifier: GPL-2.0
/* What a frame says about itself: virtio-net header and Ethernet header, checked. */
#include <linux/build_bug.h>
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/minmax.h>
#include <linux/skbuff.h>
#include <linux/stddef.h>
#include <linux/string.h>

#include "copy.h"
#include "frame.h"
#include "vring.h"

/*
 * Segments of one super-frame. Somebody may have to make them in software, and 64 KiB
 * in segments of one byte would be a lot of work to ask of others.
 */
#define RSW_GSO_SEGS_MAX	2048

void rsw_offload_from_virtio(struct rsw_offload *offload, const struct virtio_net_hdr *hdr)
{
	memcpy(offload, hdr, sizeof(*hdr));
	le16_to_cpus(&offload->hdr_len);
	le16_to_cpus(&offload->gso_size);
	le16_to_cpus(&offload->csum_start);
	le16_to_cpus(&offload->csum_offset);
}

/* What is behind the Ethernet addresses moves: back, or with a negative number, forth. */
void rsw_offload_move(struct rsw_offload *offload, int by)
{
	if (offload->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM)
		offload->csum_start += by;
	if (offload->hdr_len)
		offload->hdr_len = max(offload->hdr_len + by, 0);
}

/* More than a driver can negotiate. */
#define NEVER	U64_MAX

static bool negotiated(u64 needs, u64 features)
{
	return needs != NEVER && !(needs & ~features);
}

/* What a driver must have negotiated to send, or to receive, super-frames of a type. */
static u64 gso_needs(u8 gso_type, bool receives)
{
	u64 needs;

	switch (gso_type & ~VIRTIO_NET_HDR_GSO_ECN) {
	case VIRTIO_NET_HDR_GSO_TCPV4:
		needs = BIT_ULL(receives ? VIRTIO_NET_F_GUEST_TSO4 : VIRTIO_NET_F_HOST_TSO4);
		break;
	case VIRTIO_NET_HDR_GSO_TCPV6:
		needs = BIT_ULL(receives ? VIRTIO_NET_F_GUEST_TSO6 : VIRTIO_NET_F_HOST_TSO6);
		break;
	case VIRTIO_NET_HDR_GSO_UDP_L4:
		if (gso_type & VIRTIO_NET_HDR_GSO_ECN)
			return NEVER;
		/* The type does not tell IPv4 from IPv6. */
		return receives ? BIT_ULL(VIRTIO_NET_F_GUEST_USO4) |
				  BIT_ULL(VIRTIO_NET_F_GUEST_USO6) :
				  BIT_ULL(VIRTIO_NET_F_HOST_USO);
	default:
		return gso_type == VIRTIO_NET_HDR_GSO_NONE ? 0 : NEVER;
	}
	if (gso_type & VIRTIO_NET_HDR_GSO_ECN)
		needs |= BIT_ULL(receives ? VIRTIO_NET_F_GUEST_ECN : VIRTIO_NET_F_HOST_ECN);
	return needs;
}

/* rsw_frame_fits() for a frame that is not plain. */
bool rsw_frame_fits_driver(const struct rsw_offload *offload, u64 features)
{
	u64 needs = gso_needs(offload->gso_type, true);

	if (offload->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM)
		needs |= BIT_ULL(VIRTIO_NET_F_GUEST_CSUM);
	return negotiated(needs, features);
}

/**
 * rsw_offload_valid - may a guest ask for this, and does it make sense?
 * @offload: what is left to do to a frame; what means nothing is taken out
 * @len: of the frame
 * @features: features its driver negotiated
 */
bool rsw_offload_valid(struct rsw_offload *offload, u32 len, u64 features)
{
	/* DATA_VALID and RSC_INFO mean nothing in this direction: ignored (5.1.6.2). */
	offload->flags &= VIRTIO_NET_HDR_F_NEEDS_CSUM;

	if (likely(rsw_frame_is_plain(offload)))
		goto plain;
	if (offload->flags) {
		if (!(features & BIT_ULL(VIRTIO_NET_F_CSUM)))
			return false;
		if (offload->csum_start < ETH_HLEN ||
		    (u32)offload->csum_start + offload->csum_offset + sizeof(__sum16) > len)
			return false;
	}
	if (!negotiated(gso_needs(offload->gso_type, false), features))
		return false;
	if (offload->gso_type == VIRTIO_NET_HDR_GSO_NONE)
		goto plain;
	/* hdr_len is the driver's guess; never let it reach behind the frame. */
	offload->hdr_len = min_t(u32, offload->hdr_len, len);
	return offload->flags && offload->gso_size &&
	       len <= (u32)offload->gso_size * RSW_GSO_SEGS_MAX;
plain:
	offload->gso_size = 0;
	offload->hdr_len = 0;
	return true;
}

/**
 * rsw_frame_extend - have more of a guest's frame in its head, to be looked at
 * @frame: the frame; nothing is done to an skb's
 * @len: bytes wanted, up to %RSW_HEAD_MAX; there may be fewer
 */
void rsw_frame_extend(struct rsw_frame *frame, u32 len)
{
	struct rsw_chain rest = {
		.seg = frame->seg, .nsegs = frame->nsegs, .len = frame->len - frame->head_len,
	};

	len = min(len, frame->len);
	if (frame->skb || len <= frame->head_len)
		return;
	rsw_pull(&rest, frame->head + frame->head_len, len - frame->head_len);
	frame->head_len = len;
	frame->seg = rest.seg;
	frame->nsegs = rest.nsegs;
}

/* Its Ethernet header is in its head, and the tag behind that shall be. */
static void have_header(struct rsw_frame *frame)
{
	frame->head_len = ETH_HLEN;
	if (eth_type_vlan(((const struct ethhdr *)frame->head)->h_proto))
		rsw_frame_extend(frame, VLAN_ETH_HLEN);
}

/**
 * rsw_frame_look - have more of any frame in its head, to be looked at
 * @frame: the frame
 * @len: bytes wanted, up to %RSW_HEAD_MAX
 *
 * Return: false if it is shorter.
 */
bool rsw_frame_look(struct rsw_frame *frame, u32 len)
{
	u8 *end = frame->head + frame->head_len;

	if (frame->head_len >= len)
		return true;
	if (!frame->skb) {
		rsw_frame_extend(frame, len);
		return frame->head_len >= len;
	}
	if (skb_copy_bits(frame->skb, frame->head_len, end, len - frame->head_len))
		return false;
	frame->head_len = len;
	return true;
}

/**
 * rsw_frame_from_chain - parse what a guest sends
 * @frame: result
 * @chain: the chain; consumed
 * @features: features its driver negotiated
 *
 * Return: RSW_DROP_NONE, or why the frame must be dropped.
 */
enum rsw_drop_reason rsw_frame_from_chain(struct rsw_frame *frame, struct rsw_chain *chain,
					  u64 features)
{
	u32 hlen = rsw_vnet_hlen(features);
	struct rsw_vnet_hdr hdr;

	BUILD_BUG_ON(offsetof(struct rsw_vnet_hdr, hash) != RSW_VNET_HLEN);
	rsw_frame_init(frame, NULL);
	frame->len = chain->len < hlen ? 0 : chain->len - hlen;
	if (chain->oversize)
		return RSW_DROP_IN_oversize;
	/* What it says of a hash means nothing in this direction. */
	if (!(hlen == RSW_VNET_HLEN ?
	      rsw_pull_two(chain, &hdr, RSW_VNET_HLEN, frame->head, ETH_HLEN) :
	      rsw_pull_two(chain, &hdr, sizeof(hdr), frame->head, ETH_HLEN)))
		return RSW_DROP_IN_runt;
	rsw_offload_from_virtio(&frame->offload, &hdr.vnet);
	if (!rsw_offload_valid(&frame->offload, frame->len, features))
		return RSW_DROP_IN_bad_header;
	frame->seg = chain->seg;
	frame->nsegs = chain->nsegs;
	have_header(frame);
	return RSW_DROP_NONE;
}

/**
 * rsw_frame_from_bytes - a frame is somewhere else now, and may not be what it was
 * @frame: the frame; its offloads are none of ours
 * @seg: all of its bytes, at least an Ethernet header; belongs to the frame from now on
 */
void rsw_frame_from_bytes(struct rsw_frame *frame, struct rsw_seg *seg)
{
	struct rsw_chain chain = { .seg = seg, .nsegs = 1, .len = seg->len };

	frame->len = seg->len;
	rsw_pull(&chain, frame->head, ETH_HLEN);
	frame->seg = chain.seg;
	frame->nsegs = chain.nsegs;
	have_header(frame);
}

/**
 * rsw_skip_tags - where the network header of a frame begins
 * @head: start of the frame, at least its Ethernet header
 * @len: how much of it there is
 * @proto: Ethertype of that header; of a tag, if there are more than two in front of it or the
 *	last is not whole
 *
 * Return: its place, up to @len.
 */
u32 rsw_skip_tags(const u8 *head, u32 len, __be16 *proto)
{
	u32 at = 2 * ETH_ALEN;

	for (int tags = 0; at + sizeof(*proto) <= len; tags++) {
		memcpy(proto, head + at, sizeof(*proto));
		at += sizeof(*proto);
		if (tags == 2 || !eth_type_vlan(*proto))
			return at;
		at += VLAN_HLEN - sizeof(*proto);
	}
	return len;
}

/**
 * rsw_frame_check_addresses - the checks of IEEE 802.1Q before learning and relaying
 * @frame: frame with head filled in
 *
 * Return: RSW_DROP_NONE, or why the frame must be dropped.
 */
enum rsw_drop_reason rsw_frame_check_addresses(const struct rsw_frame *frame)
{
	const struct ethhdr *eth = (const struct ethhdr *)frame->head;

	if (!is_valid_ether_addr(eth->h_source))
		return RSW_DROP_IN_bad_source;
	if (is_link_local_ether_addr(eth->h_dest))
		return RSW_DROP_IN_link_local;
	return RSW_DROP_NONE;
}
