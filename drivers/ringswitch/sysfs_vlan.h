/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_SYSFS_VLAN_H
#define RINGSWITCH_SYSFS_VLAN_H

#include "sysfs_attr.h"

extern struct rsw_port_attr rsw_attr_pvid;
extern COMPAT_BIN_CONST struct bin_attribute rsw_attr_vlans;
extern COMPAT_BIN_CONST struct bin_attribute rsw_attr_vlans_untagged;

#endif /* RINGSWITCH_SYSFS_VLAN_H */
