/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_SYSFS_MIRROR_H
#define RINGSWITCH_SYSFS_MIRROR_H

#include "sysfs_attr.h"

extern struct rsw_port_attr rsw_attr_mirror_ingress;
extern struct rsw_port_attr rsw_attr_mirror_egress;

#endif /* RINGSWITCH_SYSFS_MIRROR_H */
