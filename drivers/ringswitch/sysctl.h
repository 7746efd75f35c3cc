/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_SYSCTL_H
#define RINGSWITCH_SYSCTL_H

#include "cap.h"
#include "defaults.h"

struct net;
struct netlink_ext_ack;

int rsw_sysctl_init(void);
void rsw_sysctl_exit(void);
const struct rsw_defaults *rsw_sysctl_defaults(const struct net *net);
int rsw_sysctl_refuse(enum rsw_cap which, struct netlink_ext_ack *extack);

#endif /* RINGSWITCH_SYSCTL_H */
