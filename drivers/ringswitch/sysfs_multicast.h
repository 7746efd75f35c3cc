/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_SYSFS_MULTICAST_H
#define RINGSWITCH_SYSFS_MULTICAST_H

#include "sysfs_attr.h"

/* Of a switch. */
extern struct rsw_switch_attr rsw_attr_multicast_snooping;
extern struct rsw_switch_attr rsw_attr_multicast_membership_interval;
extern struct rsw_switch_attr rsw_attr_multicast_last_member_interval;
extern struct rsw_switch_attr rsw_attr_multicast_querier_interval;
extern struct rsw_switch_attr rsw_attr_multicast_querier;
extern struct rsw_switch_attr rsw_attr_mdb_max;

/* Of a port. */
extern struct rsw_port_attr rsw_attr_multicast_router;
extern struct rsw_port_attr rsw_attr_port_mdb_max;

#endif /* RINGSWITCH_SYSFS_MULTICAST_H */
