/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_SYSFS_MEMBERS_H
#define RINGSWITCH_SYSFS_MEMBERS_H

#include "sysfs_attr.h"

extern struct rsw_switch_attr rsw_attr_uplinks;
extern struct rsw_switch_attr rsw_attr_ports;

#endif /* RINGSWITCH_SYSFS_MEMBERS_H */
