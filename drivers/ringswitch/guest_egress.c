// SPDX-License-Identifier: GPL-2.0
/*
 * Frames into a guest: reserve buffers for all of them, copy, publish once, interrupt at most
 * once.
 */
#include <linux/if_vlan.h>
#include <linux/prefetch.h>
#include <linux/skbuff.h>

#include "account.h"
#include "copy.h"
#include "filter.h"
#include "flow.h"
#include "frame.h"
#include "guest.h"
#include "rss.h"
#include "skb.h"
#include "tap.h"

/*
 * Piece by piece: GRO chains some forty buffers, each of one piece, and skb_seq_read() takes a
 * hundred instructions for one. Their fragments are readable, rsw_frame_from_skb() saw to it.
 * @skip bytes, fewer than an Ethernet header has, have been copied already.
 */
static void copy_skb(struct rsw_target *to, const struct sk_buff *skb, u32 skip)
{
	const struct skb_shared_info *info = skb_shinfo(skb);
	const struct sk_buff *next;

	rsw_copy(to, skb->data + skip, skb_headlen(skb) - skip);
	for (u8 i = 0; i < info->nr_frags; i++)
		rsw_copy(to, skb_frag_address(&info->frags[i]), skb_frag_size(&info->frags[i]));
	skb_walk_frags(skb, next)
		copy_skb(to, next, 0);
}

/*
 * What the driver sees before a frame. Written and read in the same parts: a CPU waits where
 * what it reads was written by several stores, just now.
 */
static __always_inline void make_header(struct rsw_vnet_hdr *hdr, const struct rsw_frame *frame,
					u64 features, u16 nslots)
{
	if (unlikely(frame->tag.proto)) {
		struct rsw_offload offload = frame->offload;

		rsw_offload_move(&offload, sizeof(frame->tag));
		rsw_offload_to_virtio(&offload, &hdr->vnet);
	} else {
		rsw_offload_to_virtio(&frame->offload, &hdr->vnet);
	}
	if (unlikely(frame->offload.flags && !(features & BIT_ULL(VIRTIO_NET_F_GUEST_CSUM))))
		hdr->vnet.flags = 0;
	hdr->num_buffers = cpu_to_le16(nslots);
	hdr->hash = cpu_to_le32(frame->hash.value);
	hdr->report = cpu_to_le16(frame->hash.report);
	hdr->padding = 0;
}

/*
 * Slots are taken with just the bytes a frame needs, so that the pieces at @seg are exactly
 * as long as header and frame together. Returns what follows them.
 */
static __always_inline const struct rsw_seg *copy_frame(const struct rsw_seg *seg,
							const struct rsw_frame *frame,
							u64 features, u16 nslots)
{
	struct rsw_target to = rsw_target(seg);
	struct rsw_vnet_hdr hdr;
	u32 done = 0;

	make_header(&hdr, frame, features, nslots);
	rsw_copy(&to, &hdr.vnet, sizeof(hdr.vnet));
	if (features & BIT_ULL(VIRTIO_NET_F_HASH_REPORT))
		rsw_copy(&to, (void *)&hdr + sizeof(hdr.vnet), sizeof(hdr) - sizeof(hdr.vnet));
	else
		rsw_copy(&to, &hdr.num_buffers, sizeof(hdr.num_buffers));
	if (unlikely(frame->tag.proto)) {
		done = 2 * ETH_ALEN;
		rsw_copy(&to, frame->head, done);
		rsw_copy(&to, &frame->tag, sizeof(frame->tag));
	}
	if (frame->skb) {
		struct rsw_target rest = to;

		copy_skb(&rest, frame->skb, done);
		return rest.next;
	}
	/* Mostly nobody has looked at more than this. */
	if (likely(!done && frame->head_len == ETH_HLEN))
		rsw_copy(&to, frame->head, ETH_HLEN);
	else
		rsw_copy(&to, frame->head + done, frame->head_len - done);
	for (u16 i = 0; i < frame->nsegs; i++)
		rsw_copy(&to, frame->seg[i].addr, frame->seg[i].len);
	return to.next;
}

/* Its first two cache lines, where a small frame goes; the CPU itself sees what a long one does. */
static void prefetch_buffer(const struct rsw_chain *chain)
{
	prefetchw(chain->seg->addr);
	prefetchw(chain->seg->addr + L1_CACHE_BYTES);
}

/*
 * Take buffers for @need bytes, behind those that are taken already. On failure none of them
 * stays taken.
 * Returns 0, -ENOBUFS (ring empty), -EMSGSIZE (one buffer must do and is too small), -ENOSPC
 * (no room in the scratch arrays) or the ring's own error.
 */
static __always_inline int reserve(struct rsw_pair *pair, u32 need, u64 features)
{
	bool mergeable = features & BIT_ULL(VIRTIO_NET_F_MRG_RXBUF);
	struct rsw_queue *queue = &pair->egress;
	unsigned int n = queue->nslots, segs = queue->nsegs;
	u16 held = queue->ring.held;
	int err;

	do {
		struct rsw_chain *slot = &queue->slot[n];

		err = rsw_vring_available(&queue->ring);
		if (!err)
			err = -ENOBUFS;
		else if (n == RSW_EGRESS_SLOTS)
			err = -ENOSPC;
		if (err <= 0)
			break;
		slot->seg = queue->seg + segs;
		err = rsw_vring_take(&queue->ring, RSW_MEM_WO, need, slot, RSW_CHAIN_SEGS - segs);
		if (err)
			break;
		n++;
		/* Also the way out of a ring full of empty buffers. */
		if (!slot->len || (slot->len < need && !mergeable))
			err = slot->len ? -EMSGSIZE : -EPROTO;
		if (!err)
			prefetch_buffer(slot);
		segs += slot->nsegs;
		need -= slot->len;
	} while (need && !err);
	if (err) {
		rsw_vring_untake(&queue->ring, n - queue->nslots, held);
		return err;
	}
	queue->nslots = n;
	queue->nsegs = segs;
	return 0;
}

static void drop(struct rsw_pair *pair, unsigned int n, enum rsw_drop_reason reason)
{
	pair->egress.dropped += n;
	rsw_drop_egress(&pair->guest->port, n, reason);
}

static enum rsw_drop_reason reserve_error(struct rsw_pair *pair, int err)
{
	switch (err) {
	case -ENOBUFS:
	/* Buffers in so many pieces that they are all of this visit. */
	case -EBUSY:
		return RSW_DROP_OUT_ring_full;
	case -EMSGSIZE:
	case -ENOSPC:
		return RSW_DROP_OUT_too_big;
	case -E2BIG:
		return RSW_DROP_OUT_mtu;
	default:
		rsw_guest_break(pair->guest, &pair->egress, err);
		return RSW_DROP_OUT_broken;
	}
}

/*
 * Buffers for a frame that the guest can take as it is. They are only taken and prefetched
 * here, so that the misses of a whole visit overlap. Returns as reserve().
 */
static __always_inline int prepare(struct rsw_pair *pair, const struct rsw_frame *frame,
				   u64 features)
{
	u32 len = rsw_frame_egress_len(frame);

	if (frame->offload.gso_type == VIRTIO_NET_HDR_GSO_NONE &&
	    len > pair->guest->mtu + ETH_HLEN + VLAN_HLEN)
		return -E2BIG;
	return reserve(pair, rsw_vnet_hlen(features) + len, features);
}

/* Where that is not done for one frame after the other. */
static noinline int prepare_one(struct rsw_pair *pair, const struct rsw_frame *frame,
				u64 features)
{
	return prepare(pair, frame, features);
}

/* Fill the buffers that were taken, which was for these frames and in their order. */
static void fill(struct rsw_pair *pair, struct rsw_frame *frame, u64 frames, u64 features)
{
	struct rsw_queue *queue = &pair->egress;
	const struct rsw_chain *slot = queue->slot;
	const struct rsw_seg *seg = queue->seg;
	u32 hlen = rsw_vnet_hlen(features);
	unsigned int i, bytes = 0;

	rsw_for_each_frame(i, frames) {
		u32 len = rsw_frame_egress_len(&frame[i]), left = hlen + len;
		u16 n = 0;

		bytes += len;
		do {
			left -= slot[n++].len;
		} while (left);
		seg = copy_frame(seg, &frame[i], features, n);
		for (; n; n--, slot++)
			rsw_vring_use(&queue->ring, slot->id, slot->ndesc, slot->len);
	}
	WARN_ON_ONCE(slot != queue->slot + queue->nslots || seg != queue->seg + queue->nsegs);
	queue->frames += hweight64(frames);
	queue->bytes += bytes;
	queue->nslots = 0;
	queue->nsegs = 0;
}

/* One frame by itself. */
static void deliver_one(struct rsw_pair *pair, struct rsw_frame *frame, u64 features)
{
	int err = prepare_one(pair, frame, features);

	if (err)
		drop(pair, 1, reserve_error(pair, err));
	else
		fill(pair, frame, BIT_ULL(0), features);
}

/* The guest did not negotiate what this frame needs: do it for it. */
static void deliver_in_software(struct rsw_pair *pair, struct rsw_frame *frame, u64 features)
{
	struct rsw_guest *guest = pair->guest;
	struct sk_buff *segs, *skb, *next;
	unsigned int n = 0;

	segs = rsw_skb_finish(frame, READ_ONCE(guest->port.dev), features);
	if (IS_ERR(segs)) {
		drop(pair, 1, rsw_skb_error(segs));
		return;
	}
	skb_list_walk_safe(segs, skb, next) {
		struct rsw_frame part;

		skb_mark_not_on_list(skb);
		/* What is still left to do after that is beyond us. */
		if (rsw_frame_from_skb(&part, skb) &&
		    rsw_frame_fits(&part.offload, features)) {
			part.hash = frame->hash;
			part.tag = frame->tag;
			deliver_one(pair, &part, features);
		} else {
			drop(pair, 1, RSW_DROP_OUT_offload);
		}
		consume_skb(skb);
		n++;
	}
	/* The frame was counted as one when it was queued. */
	rsw_stats_count(guest->port.stats, RSW_EGRESS_QUEUED, n - 1);
}

static enum rsw_drop_reason closed(const struct rsw_pair *pair)
{
	const struct rsw_guest *guest = pair->guest;

	if (!rsw_port_is_up(&guest->port))
		return RSW_DROP_OUT_port_down;
	if (READ_ONCE(guest->broken))
		return RSW_DROP_OUT_broken;
	return pair->egress.running ? RSW_DROP_NONE : RSW_DROP_OUT_no_driver;
}

/* Returns those of the frames for which buffers were taken, and which are still to be copied. */
static u64 prepare_all(struct rsw_pair *pair, struct rsw_frame *frame, u64 frames, u64 features)
{
	enum rsw_drop_reason reason = closed(pair);
	unsigned int i;
	u64 ready = 0;

	rsw_for_each_frame(i, frames) {
		bool fits = rsw_frame_fits(&frame[i].offload, features);
		int err = 0;

		if (unlikely(reason != RSW_DROP_NONE)) {
			drop(pair, hweight64(frames & (~0ULL << i)), reason);
			break;
		}
		if (likely(fits))
			err = prepare(pair, &frame[i], features);
		if (unlikely(!fits || (err == -ENOSPC && ready))) {
			fill(pair, frame, ready, features);
			ready = 0;
			if (fits)
				err = prepare_one(pair, &frame[i], features);
			else
				deliver_in_software(pair, &frame[i], features);
			reason = closed(pair);
		}
		if (unlikely(err)) {
			drop(pair, 1, reserve_error(pair, err));
			/* It may have been broken by that. */
			reason = closed(pair);
		} else if (fits) {
			ready |= BIT_ULL(i);
		}
	}
	return ready;
}

static void deliver(struct rsw_pair *pair, struct rsw_frame *frame, u64 frames)
{
	struct rsw_guest *guest = pair->guest;
	struct rsw_queue *queue = &pair->egress;
	/* Read once: it changes while we look. */
	u64 features = READ_ONCE(guest->rx_features);
	u64 before, bytes;
	bool running;

	spin_lock(&queue->lock);
	before = queue->frames;
	bytes = queue->bytes;
	running = queue->running;
	rsw_mem_cursor_clear(&queue->ring.cursor);
	frames = prepare_all(pair, frame, frames, features);
	fill(pair, frame, frames, features);
	bytes = queue->bytes - bytes;
	WRITE_ONCE(pair->worker.received, pair->worker.received + bytes);
	rsw_delivered(&guest->port, queue->frames - before, bytes);
	/* Also when it broke on the way: what was delivered before that is delivered. */
	if (running)
		rsw_queue_show(queue, queue->frames - before);
	spin_unlock(&queue->lock);
}

/* Those of the frames that the driver wants. */
static u64 filter_frames(struct rsw_guest *guest, const struct rsw_frame *frame, u64 frames)
{
	const struct rsw_filter *filter = rcu_dereference(guest->filter);
	u64 wanted = 0;
	unsigned int i;

	if (!filter)
		return frames;
	rsw_for_each_frame(i, frames)
		if (rsw_filter_passes(filter, &frame[i]))
			wanted |= BIT_ULL(i);
	if (frames != wanted)
		rsw_drop_egress(&guest->port, hweight64(frames & ~wanted), RSW_DROP_OUT_filtered);
	return wanted;
}

/* As the driver wants it, or each flow to a pair of its own, as long as there are as many. */
static void spread(struct rsw_guest *guest, struct rsw_frame *frame, u64 frames,
		   const struct rsw_rss *rss, u16 npairs)
{
	const struct net_device *dev = READ_ONCE(guest->port.dev);
	u64 share[RSW_GUEST_PAIRS] = {};
	unsigned int i;

	rsw_for_each_frame(i, frames) {
		u16 p = rss && rss->steers ? rsw_rss_queue(rss, &frame[i].hash) :
			reciprocal_scale(rsw_flow_hash(&frame[i], dev), npairs);

		share[p] |= BIT_ULL(i);
	}
	for (u16 p = 0; p < guest->npairs; p++)
		if (share[p])
			deliver(&guest->pair[p], frame, share[p]);
}

/**
 * rsw_guest_deliver - give frames to a guest
 * @guest: the guest
 * @frame: array of frames
 * @frames: which of them; already counted as queued
 *
 * Context: BH off, RCU read section; may hold the ingress lock of another guest.
 */
void rsw_guest_deliver(struct rsw_guest *guest, struct rsw_frame *frame, u64 frames)
{
	const struct rsw_rss *rss = rcu_dereference(guest->rss);
	u16 npairs = READ_ONCE(guest->active);
	unsigned int i;

	frames = filter_frames(guest, frame, frames);
	if (!frames)
		return;
	if (rss || guest->features & BIT_ULL(VIRTIO_NET_F_HASH_REPORT))
		rsw_for_each_frame(i, frames)
			rsw_flow_set_hash(&frame[i], rss);
	if (npairs == 1 && !(rss && rss->steers))
		deliver(&guest->pair[0], frame, frames);
	else
		spread(guest, frame, frames, rss, npairs);
}

void rsw_guest_egress(struct rsw_port *port, struct rsw_batch *batch, u64 frames)
{
	/* Before: nobody shall see an answer first. What the host itself sends has been shown. */
	rsw_tap_frames(port, batch->frame, frames, true);
	rsw_guest_deliver(rsw_guest_of_port(port), batch->frame, frames);
}
