/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_FLOW_H
#define RINGSWITCH_FLOW_H

#include <linux/types.h>

struct net_device;
struct rsw_frame;
struct rsw_rss;

void rsw_flow_set_hash(struct rsw_frame *frame, const struct rsw_rss *rss);
u32 rsw_flow_hash(struct rsw_frame *frame, const struct net_device *dev);

#endif /* RINGSWITCH_FLOW_H */
