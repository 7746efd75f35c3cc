/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_BRIDGE_FDB_H
#define RINGSWITCH_BRIDGE_FDB_H

#include <linux/types.h>

struct ndmsg;
struct net_device;
struct netlink_callback;
struct netlink_ext_ack;
struct nlattr;
struct nlmsghdr;
struct sk_buff;

int rsw_bridge_fdb_add(struct ndmsg *ndm, struct nlattr *tb[], struct net_device *dev,
		       const unsigned char *addr, u16 vid, u16 flags, bool *notified,
		       struct netlink_ext_ack *extack);
int rsw_bridge_fdb_del(struct ndmsg *ndm, struct nlattr *tb[], struct net_device *dev,
		       const unsigned char *addr, u16 vid, bool *notified,
		       struct netlink_ext_ack *extack);
int rsw_bridge_fdb_del_bulk(struct nlmsghdr *nlh, struct net_device *dev,
			    struct netlink_ext_ack *extack);
int rsw_bridge_fdb_get(struct sk_buff *skb, struct nlattr *tb[], struct net_device *dev,
		       const unsigned char *addr, u16 vid, u32 portid, u32 seq,
		       struct netlink_ext_ack *extack);
int rsw_bridge_fdb_dump(struct sk_buff *skb, struct netlink_callback *cb, struct net_device *dev,
			struct net_device *filter_dev, int *idx);

#endif /* RINGSWITCH_BRIDGE_FDB_H */
