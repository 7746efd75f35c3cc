/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_FDB_DUMP_H
#define RINGSWITCH_FDB_DUMP_H

struct net_device;
struct netlink_callback;
struct sk_buff;

int rsw_fdb_dump(struct sk_buff *skb, struct netlink_callback *cb, struct net_device *dev,
		 struct net_device *filter_dev, int *idx);

#endif /* RINGSWITCH_FDB_DUMP_H */
