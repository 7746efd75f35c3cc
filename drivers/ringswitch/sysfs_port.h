/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_SYSFS_PORT_H
#define RINGSWITCH_SYSFS_PORT_H

struct attribute_group;

extern const struct attribute_group rsw_port_group;

#endif /* RINGSWITCH_SYSFS_PORT_H */
