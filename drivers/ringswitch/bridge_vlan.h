/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_BRIDGE_VLAN_H
#define RINGSWITCH_BRIDGE_VLAN_H

#include <linux/types.h>

struct net_device;
struct netlink_ext_ack;
struct nlattr;
struct nlmsghdr;
struct rsw_port;
struct sk_buff;

int rsw_bridge_fill_vlans(struct sk_buff *skb, const struct rsw_port *port, bool compressed);
int rsw_bridge_set_vlans(struct rsw_port *port, const struct nlattr *spec, bool add,
			 struct netlink_ext_ack *extack);
int rsw_bridge_dellink(struct net_device *dev, struct nlmsghdr *nlh, u16 flags);

#endif /* RINGSWITCH_BRIDGE_VLAN_H */
