/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_BRIDGE_MDB_H
#define RINGSWITCH_BRIDGE_MDB_H

#include <linux/types.h>

struct net_device;
struct netlink_callback;
struct netlink_ext_ack;
struct nlattr;
struct rsw_mdb_group;
struct rsw_mdb_member;
struct sk_buff;

int rsw_bridge_mdb_add(struct net_device *dev, struct nlattr *tb[], u16 nlmsg_flags,
		       struct netlink_ext_ack *extack);
int rsw_bridge_mdb_del(struct net_device *dev, struct nlattr *tb[],
		       struct netlink_ext_ack *extack);
int rsw_bridge_mdb_dump(struct net_device *dev, struct sk_buff *skb, struct netlink_callback *cb);
int rsw_bridge_mdb_get(struct net_device *dev, struct nlattr *tb[], u32 portid, u32 seq,
		       struct netlink_ext_ack *extack);
void rsw_bridge_mdb_notify(const struct rsw_mdb_group *group, const struct rsw_mdb_member *member,
			   bool added);

#endif /* RINGSWITCH_BRIDGE_MDB_H */
