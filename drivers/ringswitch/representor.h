/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_REPRESENTOR_H
#define RINGSWITCH_REPRESENTOR_H

#include <linux/list.h>
#include <linux/types.h>

struct net_device;
struct rsw_guest;
struct rsw_port;
struct rsw_switch;

int rsw_representor_create(struct rsw_switch *sw, struct rsw_guest *guest, const char *name);
void rsw_representor_destroy(struct net_device *dev, struct list_head *kill);
struct rsw_port *rsw_representor_port(const struct net_device *dev);

#endif /* RINGSWITCH_REPRESENTOR_H */
