/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_FDB_MSG_H
#define RINGSWITCH_FDB_MSG_H

#include "fdb.h"

struct net_device;
struct nlmsghdr;
struct rsw_switch;
struct sk_buff;

int rsw_fdb_fill(struct sk_buff *skb, const struct nlmsghdr *head, const struct rsw_switch *sw,
		 const struct net_device *dev, const struct rsw_fdb_entry *entry);
void rsw_fdb_notify(struct rsw_fdb *fdb, const struct rsw_fdb_entry *entry,
		    enum rsw_fdb_event event);

#endif /* RINGSWITCH_FDB_MSG_H */
