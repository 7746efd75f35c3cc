/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_SYSFS_SWITCH_H
#define RINGSWITCH_SYSFS_SWITCH_H

struct attribute_group;

extern const struct attribute_group rsw_switch_group;

#endif /* RINGSWITCH_SYSFS_SWITCH_H */
