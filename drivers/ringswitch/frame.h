/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_FRAME_H
#define RINGSWITCH_FRAME_H

#include <asm/byteorder.h>
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/string.h>
#include <uapi/linux/virtio_net.h>

#include "batch.h"

struct rsw_chain;

/**
 * struct rsw_vnet_hdr - the virtio-net header (virtio 1.3, 5.1.6)
 * @vnet: what every version has
 * @num_buffers: always there, as VERSION_1 demands
 * @hash: this and the next two if HASH_REPORT was negotiated
 * @report: VIRTIO_NET_HASH_REPORT_*
 * @padding: 0
 *
 * Our own, since the kernel's has changed the type of the hash.
 */
struct rsw_vnet_hdr {
	struct virtio_net_hdr vnet;
	__le16 num_buffers;
	__le32 hash;
	__le16 report;
	__le16 padding;
};

/* Bytes of it. */
#define RSW_VNET_HLEN	12

static inline u32 rsw_vnet_hlen(u64 features)
{
	return features & BIT_ULL(VIRTIO_NET_F_HASH_REPORT) ? sizeof(struct rsw_vnet_hdr) :
							      RSW_VNET_HLEN;
}

/* What is known of a frame before anybody has looked at it. */
static inline void rsw_frame_init(struct rsw_frame *frame, struct sk_buff *skb)
{
	frame->skb = skb;
	frame->seg = NULL;
	frame->nsegs = 0;
	frame->hash = (struct rsw_hash){};
	frame->tag = (struct rsw_tag){};
	frame->vid = 0;
	frame->tci = 0;
}

/* Bytes that the one it is being delivered to gets. */
static inline u32 rsw_frame_egress_len(const struct rsw_frame *frame)
{
	return frame->len + (frame->tag.proto ? sizeof(frame->tag) : 0);
}

enum rsw_drop_reason rsw_frame_from_chain(struct rsw_frame *frame, struct rsw_chain *chain,
					  u64 features);
void rsw_frame_from_bytes(struct rsw_frame *frame, struct rsw_seg *seg);
enum rsw_drop_reason rsw_frame_check_addresses(const struct rsw_frame *frame);
bool rsw_frame_look(struct rsw_frame *frame, u32 len);
void rsw_frame_extend(struct rsw_frame *frame, u32 len);
u32 rsw_skip_tags(const u8 *head, u32 len, __be16 *proto);
bool rsw_frame_fits_driver(const struct rsw_offload *offload, u64 features);
bool rsw_offload_valid(struct rsw_offload *offload, u32 len, u64 features);
void rsw_offload_move(struct rsw_offload *offload, int by);
void rsw_offload_from_virtio(struct rsw_offload *offload, const struct virtio_net_hdr *hdr);

static inline void rsw_offload_to_virtio(const struct rsw_offload *offload,
					 struct virtio_net_hdr *hdr)
{
	/* As a whole: where single fields are read and written, the CPU waits for each. */
	static_assert(sizeof(*offload) == sizeof(*hdr));
	memcpy(hdr, offload, sizeof(*hdr));
	cpu_to_le16s(&hdr->hdr_len);
	cpu_to_le16s(&hdr->gso_size);
	cpu_to_le16s(&hdr->csum_start);
	cpu_to_le16s(&hdr->csum_offset);
}

/* Nothing is left to do to it. */
static inline bool rsw_frame_is_plain(const struct rsw_offload *offload)
{
	return offload->gso_type == VIRTIO_NET_HDR_GSO_NONE &&
	       !(offload->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM);
}

/**
 * rsw_frame_fits - can a guest take a frame as it is?
 * @offload: what is left to do to the frame
 * @features: features the receiving driver negotiated
 */
static inline bool rsw_frame_fits(const struct rsw_offload *offload, u64 features)
{
	return rsw_frame_is_plain(offload) || rsw_frame_fits_driver(offload, features);
}

#endif /* RINGSWITCH_FRAME_H */
