/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_BRIDGE_LINK_H
#define RINGSWITCH_BRIDGE_LINK_H

#include <linux/types.h>

struct net_device;
struct netlink_ext_ack;
struct nlattr;
struct nlmsghdr;
struct rsw_port;
struct sk_buff;

int rsw_bridge_getlink(struct sk_buff *skb, u32 portid, u32 seq, struct net_device *dev,
		       u32 filter_mask, int nlflags);
int rsw_bridge_setlink(struct net_device *dev, struct nlmsghdr *nlh, u16 flags,
		       struct netlink_ext_ack *extack);
int rsw_bridge_slave_changelink(struct net_device *master, struct net_device *dev,
				struct nlattr *tb[], struct nlattr *data[],
				struct netlink_ext_ack *extack);
void rsw_bridge_link_notify(const struct rsw_port *port);

#endif /* RINGSWITCH_BRIDGE_LINK_H */
