// SPDX-License-Identifier: GPL-2.0
/* Which frames belong together: those whose order somebody would miss. */
#include <linux/etherdevice.h>
#include <linux/skbuff.h>
#include <net/flow_dissector.h>

#include "batch.h"
#include "flow.h"
#include "frame.h"
#include "rss.h"

/* What there is of a frame to look at. */
static u32 get_head(struct rsw_frame *frame)
{
	rsw_frame_look(frame, min_t(u32, frame->len, RSW_HEAD_MAX));
	return frame->head_len;
}

/**
 * rsw_flow_set_hash - the hash of a frame that a driver asked for
 * @frame: the frame; result
 * @rss: what it asked for, NULL: nothing
 */
void rsw_flow_set_hash(struct rsw_frame *frame, const struct rsw_rss *rss)
{
	frame->hash = (struct rsw_hash){};
	if (rss)
		rsw_rss_hash(rss, frame->head, get_head(frame), &frame->hash);
}

/**
 * rsw_flow_hash - a number that is the same for all frames of a flow
 * @frame: the frame
 * @dev: a netdev in whose namespace it is dissected, or NULL
 *
 * Context: RCU read section.
 */
u32 rsw_flow_hash(struct rsw_frame *frame, const struct net_device *dev)
{
	struct net *net = dev ? dev_net_rcu(dev) : &init_net;
	struct flow_keys keys = {};

	if (frame->skb)
		return skb_get_hash(frame->skb);
	get_head(frame);
	__skb_flow_dissect(net, NULL, &flow_keys_dissector, &keys, frame->head,
			   ((const struct ethhdr *)frame->head)->h_proto, ETH_HLEN,
			   frame->head_len, FLOW_DISSECTOR_F_STOP_AT_ENCAP);
	return flow_hash_from_keys(&keys);
}
