/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_MIRROR_POLICY_H
#define RINGSWITCH_MIRROR_POLICY_H

#include "port.h"

struct net_device;

int rsw_mirror_set(struct rsw_port *port, enum rsw_mirror_way way, struct net_device *dev);
void rsw_mirror_forget_port(const struct rsw_port *port);
void rsw_mirror_event(const struct net_device *dev, unsigned long event);

#endif /* RINGSWITCH_MIRROR_POLICY_H */
