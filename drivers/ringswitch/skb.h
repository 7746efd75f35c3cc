/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_SKB_H
#define RINGSWITCH_SKB_H

#include <linux/err.h>

#include "batch.h"

struct net_device;
struct page_pool;

bool rsw_frame_from_skb(struct rsw_frame *frame, struct sk_buff *skb);
struct sk_buff *rsw_skb_hold(struct rsw_batch *batch, unsigned int i);
struct sk_buff *rsw_skb_take(struct rsw_batch *batch, unsigned int i);
struct sk_buff *rsw_skb_copy(const struct rsw_frame *frame, struct net_device *dev);
struct sk_buff *rsw_skb_finish(struct rsw_frame *frame, struct net_device *dev, u64 features);
struct page_pool *rsw_skb_pool(void);
void rsw_skb_release(struct rsw_batch *batch);
enum rsw_drop_reason rsw_skb_transmit(struct sk_buff *skb, struct net_device *dev);
void rsw_skb_send(struct rsw_batch *batch, u64 frames, struct net_device *dev);

/* Why a receiver does not get the frame that rsw_skb_take() or rsw_skb_finish() failed to make. */
static inline enum rsw_drop_reason rsw_skb_error(const struct sk_buff *err)
{
	return PTR_ERR(err) == -ENOMEM ? RSW_DROP_OUT_no_memory : RSW_DROP_OUT_offload;
}

#endif /* RINGSWITCH_SKB_H */
