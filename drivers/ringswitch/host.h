/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_HOST_H
#define RINGSWITCH_HOST_H

#include <linux/netdevice.h>

#include "port.h"

/* What our netdevs take from the stack as it is; a receiver's want of it is made up for later. */
#define RSW_NETDEV_FEATURES	(NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HW_CSUM |	\
				 NETIF_F_ALL_TSO | NETIF_F_GSO_UDP_L4 | NETIF_F_HIGHDMA)

extern const struct rsw_port_ops rsw_host_ops;

netdev_tx_t rsw_host_xmit(struct sk_buff *skb, struct net_device *dev);
int rsw_host_know(struct rsw_switch *sw, const u8 *addr);
int rsw_host_set_mac(struct net_device *dev, void *addr);
void rsw_host_set_rx_mode(struct net_device *dev);
void rsw_port_get_stats64(struct net_device *dev, struct rtnl_link_stats64 *stats);

#endif /* RINGSWITCH_HOST_H */
