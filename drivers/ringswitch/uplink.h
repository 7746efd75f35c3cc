/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_UPLINK_H
#define RINGSWITCH_UPLINK_H

struct net_device;
struct netlink_ext_ack;
struct rsw_port;
struct rsw_switch;

int rsw_uplink_add(struct rsw_switch *sw, struct net_device *dev, struct netlink_ext_ack *extack);
void rsw_uplink_del(struct net_device *dev);
struct rsw_port *rsw_uplink_port(const struct net_device *dev);
void rsw_uplink_changed(struct net_device *dev);
void rsw_uplink_moved(struct net_device *dev, unsigned long event);

#endif /* RINGSWITCH_UPLINK_H */
