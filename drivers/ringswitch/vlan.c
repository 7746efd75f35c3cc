// SPDX-License-Identifier: GPL-2.0
/*
 * VLANs on the path. A frame gets its VLAN where it comes in, and loses its tag; who it goes
 * to gets one or not, as his port says. So what is in between knows one kind of frame. A
 * switch that does not filter by VLAN leaves tags alone, and all its frames have VID 0.
 */
#include <linux/if_vlan.h>

#include "account.h"
#include "frame.h"
#include "port.h"
#include "vlan.h"

/* Before anybody reads them. @pvid: the only VLAN, without a tag; 0: none at all. */
void rsw_vlans_init(struct rsw_vlans *vlans, u16 pvid)
{
	memset(vlans, 0, sizeof(*vlans));
	vlans->pvid = pvid;
	if (!pvid)
		return;
	set_bit(pvid, vlans->member);
	set_bit(pvid, vlans->untagged);
}

/* Take the tag out of a frame, which has it in its head. */
static enum rsw_drop_reason strip(struct rsw_frame *frame)
{
	struct rsw_offload *offload = &frame->offload;
	u16 tci;

	if (offload->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM && offload->csum_start < VLAN_ETH_HLEN)
		return RSW_DROP_IN_bad_header;
	if (frame->skb && __skb_vlan_pop(frame->skb, &tci))
		return RSW_DROP_IN_no_memory;
	rsw_offload_move(offload, -VLAN_HLEN);
	frame->head_len -= VLAN_HLEN;
	frame->len -= VLAN_HLEN;
	memmove(frame->head + 2 * ETH_ALEN, frame->head + 2 * ETH_ALEN + VLAN_HLEN,
		frame->head_len - 2 * ETH_ALEN);
	return RSW_DROP_NONE;
}

static enum rsw_drop_reason classify(struct rsw_frame *frame, const struct rsw_vlans *vlans,
				     __be16 proto)
{
	const struct vlan_ethhdr *eth = (const struct vlan_ethhdr *)frame->head;
	enum rsw_drop_reason reason = RSW_DROP_NONE;
	u16 tci = 0;

	if (eth->h_vlan_proto == proto) {
		if (frame->head_len < VLAN_ETH_HLEN)
			return RSW_DROP_IN_runt;
		tci = ntohs(eth->h_vlan_TCI);
		reason = strip(frame);
	}
	/* A priority tag makes no VLAN (6.9.1). */
	if (!(tci & VLAN_VID_MASK))
		tci |= READ_ONCE(vlans->pvid);
	frame->tci = tci;
	frame->vid = tci & VLAN_VID_MASK;
	if (reason == RSW_DROP_NONE && (!frame->vid || !rsw_vlan_has(vlans, frame->vid)))
		return RSW_DROP_IN_vlan;
	return reason;
}

/**
 * rsw_vlan_classify - give each frame its VLAN
 * @batch: live frames, as they came in; those whose VLAN their port is not in are dropped
 * @proto: TPID of the tags that count; others are the payload's business
 */
void rsw_vlan_classify(struct rsw_batch *batch, __be16 proto)
{
	unsigned int i;

	batch->vlan_proto = proto;
	rsw_for_each_frame(i, batch->live) {
		enum rsw_drop_reason reason = classify(&batch->frame[i], &batch->from->vlans,
						       proto);

		if (reason != RSW_DROP_NONE)
			rsw_drop(batch, i, reason);
	}
}

/* Those of the frames that are in a VLAN of the port. */
u64 rsw_vlan_members(const struct rsw_batch *batch, const struct rsw_port *port, u64 frames)
{
	unsigned int i;

	if (!batch->vlan_proto)
		return frames;
	rsw_for_each_frame(i, frames)
		if (!rsw_vlan_has(&port->vlans, batch->frame[i].vid))
			frames &= ~BIT_ULL(i);
	return frames;
}

/**
 * rsw_vlan_tag - decide for each frame whether a receiver gets it with a tag
 * @batch: the batch; result in its frames, until the next receiver's turn
 * @port: the receiver
 * @frames: what it gets
 */
void rsw_vlan_tag(struct rsw_batch *batch, const struct rsw_port *port, u64 frames)
{
	unsigned int i;

	rsw_for_each_frame(i, frames) {
		struct rsw_frame *frame = &batch->frame[i];
		bool untagged = test_bit(frame->vid, port->vlans.untagged);

		frame->tag = (struct rsw_tag){
			.proto = untagged ? 0 : batch->vlan_proto,
			.tci = htons(frame->tci),
		};
	}
}
