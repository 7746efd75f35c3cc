/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_HOST_H
#define RINGSWITCH_HOST_H

#include <linux/netdevice.h>

#include "port.h"

extern const struct rsw_port_ops rsw_host_ops;

netdev_tx_t rsw_host_xmit(struct sk_buff *skb, struct net_device *dev);
int rsw_host_set_mac(struct net_device *dev, void *addr);
void rsw_host_set_rx_mode(struct net_device *dev);
void rsw_port_get_stats64(struct net_device *dev, struct rtnl_link_stats64 *stats);

#endif /* RINGSWITCH_HOST_H */
