/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_BATCH_H
#define RINGSWITCH_BATCH_H

#include <linux/cache.h>
#include <linux/if_ether.h>
#include <linux/types.h>

#include "drop_reasons.h"

struct page_pool;
struct rsw_mdb_group;
struct rsw_port;
struct sk_buff;

/*
 * Frames taken together. 64 is NAPI's budget and the width of a frame mask, so
 * "these frames" is always one u64.
 */
#define RSW_BATCH_FRAMES	64

/*
 * Bytes after which a batch is closed. It runs with BH off, and 256 KiB is
 * about 50 us of copying; small frames never reach it.
 */
#define RSW_BATCH_BYTES		(256 * 1024)

/* Longest frame: a 64 KiB GSO packet with Ethernet header and two VLAN tags. */
#define RSW_FRAME_MAX		(65535 + ETH_HLEN + 8)

/*
 * Receivers of a batch that are known by name: one a frame, and those of a few groups. When
 * groups have more the ports are gone through, as for a flood.
 */
#define RSW_BATCH_DESTS		(4 * RSW_BATCH_FRAMES)

/* Bytes of it that can be kept apart: up to the ports of TCP, behind two tags and IPv6. */
#define RSW_HEAD_MAX		96

/* One contiguous piece of guest memory, by kernel address. */
struct rsw_seg {
	void *addr;
	u32 len;
};

/**
 * struct rsw_offload - what a receiver must still do to a frame
 * @flags: VIRTIO_NET_HDR_F_*
 * @gso_type: VIRTIO_NET_HDR_GSO_*, or %RSW_GSO_FOREIGN
 * @hdr_len: bytes of protocol headers, a hint (GSO)
 * @gso_size: payload bytes of one segment (GSO)
 * @csum_start: where checksumming starts (VIRTIO_NET_HDR_F_NEEDS_CSUM)
 * @csum_offset: where the checksum goes, from @csum_start
 *
 * The virtio-net header in CPU byte order (virtio 1.3, 5.1.6).
 */
struct rsw_offload {
	u8 flags;
	u8 gso_type;
	u16 hdr_len;
	u16 gso_size;
	u16 csum_start;
	u16 csum_offset;
};

/**
 * struct rsw_hash - what a receiver is told of a frame's flow
 * @value: the hash
 * @report: VIRTIO_NET_HASH_REPORT_*, of what it was made; 0 if there is none
 */
struct rsw_hash {
	u32 value;
	u16 report;
};

/* A VLAN tag as it is on the wire; @proto 0: none. */
struct rsw_tag {
	__be16 proto;
	__be16 tci;
};

/* A GSO packet of a kind that virtio cannot express: segment it in software. */
#define RSW_GSO_FOREIGN		0x7f

/**
 * struct rsw_frame - one Ethernet frame or GSO super-frame
 * @skb: the frame, data at the MAC header, owned by the batch; NULL while the
 *	frame is only in guest memory
 * @seg: guest memory behind @head, in order (guest frames only)
 * @hash: for the guest that it is being delivered to
 * @tag: the same; not in @head, @skb or @len
 * @vid: its VLAN; 0 when the switch does not know VLANs
 * @tci: the VLAN with priority and drop eligibility
 * @len: bytes of the whole frame, Ethernet header included
 * @nsegs: entries of @seg
 * @head_len: bytes in @head; of an skb's, for looking at only
 * @offload: checksum and segmentation still to be done
 * @head: the Ethernet header, and more where somebody looked at more. For a guest frame
 *	this copy *is* the start of the frame: guest memory behind it is not read again, so
 *	what was decided on is what is sent
 *
 * What most frames need, up to the Ethernet header, is one cache line. What is behind that
 * header is aligned as a network header should be.
 */
struct rsw_frame {
	struct sk_buff *skb;
	struct rsw_seg *seg;
	struct rsw_hash hash;
	struct rsw_tag tag;
	u16 vid;
	u16 tci;
	u32 len;
	u16 nsegs;
	u8 head_len;
	struct rsw_offload offload;
	u8 head[RSW_HEAD_MAX] __aligned(2);
} ____cacheline_aligned_in_smp;

/* The frames of a batch that one port is to get. */
struct rsw_dest {
	struct rsw_port *port;
	u64 frames;
};

/**
 * struct rsw_batch - frames from one port on their way through the switch
 * @pages: for copies of its frames that somebody keeps; whoever runs the batch allocates
 *	alone. NULL where frames come as socket buffers. Not touched by rsw_batch_init()
 * @from: where they came from
 * @vlan_proto: TPID of the tags that the switch knows; 0: it knows none
 * @n: number of frames
 * @bytes: of all of them, as they came in
 * @live: frames that have not been dropped
 * @taken: those that an XDP program has sent somewhere; they are not @live any more
 * @leaders: those of them that have other addresses, or another VLAN, than the one before.
 *	What depends on these alone is decided once for each, see rsw_batch_run()
 * @flood_unknown: frames for every port that takes unknown individual destinations
 * @flood_multicast: frames for every port that takes those of groups
 * @flood_broadcast: frames for every port that takes broadcasts
 * @mirrored: frames that are being shown to somebody else before they go on
 * @grouped: frames that are for those who asked for their group, however many these are
 * @crowded: those of them that not all receivers are in @dest for
 * @group: of @crowded frames; NULL: for routers only
 * @ndests: entries of @dest
 * @dest: frames with known destinations, one entry a port
 * @frame: the frames
 *
 * Belongs to the thread that runs it, together with the right to complete its
 * source. Lives as long as the ingress queue does, so nothing is allocated on
 * the path.
 */
struct rsw_batch {
	struct page_pool *pages;
	struct rsw_port *from;
	__be16 vlan_proto;
	unsigned int n;
	unsigned int bytes;
	u64 live;
	u64 taken;
	u64 leaders;
	u64 flood_unknown;
	u64 flood_multicast;
	u64 flood_broadcast;
	u64 mirrored;
	u64 grouped;
	u64 crowded;
	const struct rsw_mdb_group *group[RSW_BATCH_FRAMES];
	unsigned int ndests;
	struct rsw_dest dest[RSW_BATCH_DESTS];
	struct rsw_frame frame[RSW_BATCH_FRAMES];
};

#define rsw_for_each_frame(i, mask)						\
	for (u64 __m = (mask); __m && ((i) = __ffs64(__m), true); __m &= __m - 1)

static inline void rsw_batch_init(struct rsw_batch *batch, struct rsw_port *from)
{
	batch->from = from;
	batch->vlan_proto = 0;
	batch->n = 0;
	batch->bytes = 0;
	batch->live = 0;
	batch->taken = 0;
	batch->leaders = 0;
	batch->flood_unknown = 0;
	batch->flood_multicast = 0;
	batch->flood_broadcast = 0;
	batch->mirrored = 0;
	batch->grouped = 0;
	batch->crowded = 0;
	batch->ndests = 0;
}

/* A leader and those that follow it: all live or, where what they share is bad, none. */
static inline u64 rsw_batch_run(const struct rsw_batch *batch, unsigned int leader)
{
	u64 next = batch->leaders & (~1ULL << leader);

	return batch->live & ((next & -next) - 1) & (~0ULL << leader);
}

/* Frames for which each port has to be asked. */
static inline u64 rsw_batch_flood(const struct rsw_batch *batch)
{
	return batch->flood_unknown | batch->flood_multicast | batch->flood_broadcast |
	       batch->crowded;
}

/* Frames that may have several receivers, so who is visited now may not keep the skb. */
static inline u64 rsw_batch_shared(const struct rsw_batch *batch)
{
	return rsw_batch_flood(batch) | batch->grouped | batch->mirrored;
}

#endif /* RINGSWITCH_BATCH_H */
