/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_SYSFS_LIMIT_H
#define RINGSWITCH_SYSFS_LIMIT_H

#include "limit.h"
#include "sysfs_attr.h"

extern struct rsw_port_attr rsw_attr_limit[RSW_LIMIT_MAX];

#endif /* RINGSWITCH_SYSFS_LIMIT_H */
