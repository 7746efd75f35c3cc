// SPDX-License-Identifier: GPL-2.0
/* Frames into a guest: reserve buffers, copy, publish once, interrupt at most once. */
#include <linux/if_vlan.h>
#include <linux/skbuff.h>

#include "account.h"
#include "copy.h"
#include "filter.h"
#include "flow.h"
#include "frame.h"
#include "guest.h"
#include "rss.h"
#include "skb.h"

/*
 * Piece by piece: GRO chains some forty buffers, each of one piece, and skb_seq_read() takes a
 * hundred instructions for one. Their fragments are readable, rsw_frame_from_skb() saw to it.
 */
static void copy_skb(struct rsw_seg **to, const struct sk_buff *skb)
{
	const struct skb_shared_info *info = skb_shinfo(skb);
	const struct sk_buff *next;

	rsw_copy(to, skb->data, skb_headlen(skb));
	for (u8 i = 0; i < info->nr_frags; i++)
		rsw_copy(to, skb_frag_address(&info->frags[i]), skb_frag_size(&info->frags[i]));
	skb_walk_frags(skb, next)
		copy_skb(to, next);
}

/*
 * Slots are taken with just the bytes a frame needs, so that the pieces of @to are exactly
 * as long as header and frame together.
 */
static void copy_frame(struct rsw_seg *to, struct rsw_frame *frame, u64 features, u16 nslots)
{
	struct rsw_vnet_hdr hdr = {
		.num_buffers = cpu_to_le16(nslots),
		.hash = cpu_to_le32(frame->hash.value),
		.report = cpu_to_le16(frame->hash.report),
	};

	rsw_offload_to_virtio(&frame->offload, &hdr.vnet);
	if (!(features & BIT_ULL(VIRTIO_NET_F_GUEST_CSUM)))
		hdr.vnet.flags = 0;
	rsw_copy(&to, &hdr, rsw_vnet_hlen(features));
	if (frame->skb) {
		copy_skb(&to, frame->skb);
		return;
	}
	rsw_copy(&to, frame->head, frame->head_len);
	for (u16 i = 0; i < frame->nsegs; i++)
		rsw_copy(&to, frame->seg[i].addr, frame->seg[i].len);
}

/*
 * Take buffers for @need bytes. On failure none stays taken.
 * Returns their number, -ENOBUFS (ring empty), -EMSGSIZE (one buffer must do and is too
 * small), -ENOSPC (no room in the scratch arrays) or the ring's own error.
 */
static int reserve(struct rsw_pair *pair, u32 need, u64 features)
{
	bool mergeable = features & BIT_ULL(VIRTIO_NET_F_MRG_RXBUF);
	struct rsw_queue *queue = &pair->egress;
	unsigned int n = 0, segs = 0;
	u16 held = queue->ring.held;
	int err;

	do {
		struct rsw_chain chain = { .seg = queue->seg + segs };

		err = rsw_vring_available(&queue->ring);
		if (!err)
			err = -ENOBUFS;
		else if (n == RSW_EGRESS_SLOTS)
			err = -ENOSPC;
		else if (err > 0)
			err = rsw_vring_take(&queue->ring, RSW_MEM_WO, need, &chain,
					     RSW_QUEUE_SEGS - segs);
		if (err)
			break;
		queue->slot[n++] = (struct rsw_slot){
			.id = chain.id, .ndesc = chain.ndesc, .len = chain.len,
		};
		/* Also the way out of a ring full of empty buffers. */
		if (!chain.len || (chain.len < need && !mergeable))
			err = chain.len ? -EMSGSIZE : -EPROTO;
		segs += chain.nsegs;
		need -= chain.len;
	} while (need && !err);
	if (!err)
		return n;
	rsw_vring_untake(&queue->ring, n, held);
	return err;
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
	default:
		rsw_guest_break(pair->guest, &pair->egress, err);
		return RSW_DROP_OUT_broken;
	}
}

static u32 taken_bytes(const struct rsw_queue *queue, u16 n)
{
	u32 bytes = 0;

	for (u16 i = 0; i < n; i++)
		bytes += queue->slot[i].len;
	return bytes;
}

/* Deliver one frame that the guest can take as it is. */
static void deliver_one(struct rsw_pair *pair, struct rsw_frame *frame, u64 features)
{
	struct rsw_guest *guest = pair->guest;
	struct rsw_queue *queue = &pair->egress;
	u32 need = rsw_vnet_hlen(features) + frame->len;
	int n;

	if (frame->offload.gso_type == VIRTIO_NET_HDR_GSO_NONE &&
	    frame->len > guest->mtu + ETH_HLEN + VLAN_HLEN) {
		drop(pair, 1, RSW_DROP_OUT_mtu);
		return;
	}
	n = reserve(pair, need, features);
	if (n < 0) {
		drop(pair, 1, reserve_error(pair, n));
		return;
	}
	WARN_ON_ONCE(taken_bytes(queue, n) != need);
	copy_frame(queue->seg, frame, features, n);
	for (int i = 0; i < n; i++)
		rsw_vring_use(&queue->ring, queue->slot[i].id, queue->slot[i].ndesc,
			      queue->slot[i].len);
	WRITE_ONCE(pair->worker.received, pair->worker.received + frame->len);
	queue->frames++;
	queue->bytes += frame->len;
	rsw_delivered(&guest->port, 1, frame->len);
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

static void deliver(struct rsw_pair *pair, struct rsw_frame *frame, u64 frames)
{
	struct rsw_guest *guest = pair->guest;
	struct rsw_queue *queue = &pair->egress;
	/* Read once: it changes while we look. */
	u64 features = READ_ONCE(guest->rx_features);
	enum rsw_drop_reason reason;
	u64 left = frames, before;
	bool running;
	unsigned int i;

	spin_lock(&queue->lock);
	before = queue->frames;
	running = queue->running;
	queue->ring.cursor.block = NULL;
	rsw_for_each_frame(i, frames) {
		/* Looked at again for each frame: the previous one may have broken it. */
		reason = closed(pair);
		if (reason != RSW_DROP_NONE) {
			drop(pair, hweight64(left), reason);
			break;
		}
		left &= ~BIT_ULL(i);
		if (likely(rsw_frame_fits(&frame[i].offload, features)))
			deliver_one(pair, &frame[i], features);
		else
			deliver_in_software(pair, &frame[i], features);
	}
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
	rsw_guest_deliver(rsw_guest_of_port(port), batch->frame, frames);
}
