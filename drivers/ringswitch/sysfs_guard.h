/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_SYSFS_GUARD_H
#define RINGSWITCH_SYSFS_GUARD_H

#include "sysfs_attr.h"

extern struct rsw_port_attr rsw_attr_allowed_macs;
extern struct rsw_port_attr rsw_attr_allowed_ips;
extern struct rsw_port_attr rsw_attr_dhcp_guard;
extern struct rsw_port_attr rsw_attr_ra_guard;

#endif /* RINGSWITCH_SYSFS_GUARD_H */
