/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_SYSFS_VLAN_H
#define RINGSWITCH_SYSFS_VLAN_H

#include <linux/device.h>

extern struct device_attribute rsw_sysfs_pvid;
extern struct device_attribute rsw_sysfs_vlans;
extern struct device_attribute rsw_sysfs_vlans_untagged;

#endif /* RINGSWITCH_SYSFS_VLAN_H */
