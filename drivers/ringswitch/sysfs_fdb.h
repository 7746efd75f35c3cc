/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_SYSFS_FDB_H
#define RINGSWITCH_SYSFS_FDB_H

#include "sysfs_attr.h"

extern struct rsw_port_attr rsw_attr_fdb;
extern struct rsw_port_attr rsw_attr_fdb_flush;
extern struct rsw_port_attr rsw_attr_fdb_learned;
extern struct rsw_port_attr rsw_attr_fdb_max_learned;
extern struct rsw_port_attr rsw_attr_learn_rate;
extern struct rsw_switch_attr rsw_switch_attr_fdb_flush;
extern struct rsw_switch_attr rsw_switch_attr_fdb_learned;
extern struct rsw_switch_attr rsw_switch_attr_fdb_max_learned;

#endif /* RINGSWITCH_SYSFS_FDB_H */
