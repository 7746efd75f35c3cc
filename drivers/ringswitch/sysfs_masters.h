/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_SYSFS_MASTERS_H
#define RINGSWITCH_SYSFS_MASTERS_H

int rsw_sysfs_masters_init(void);
void rsw_sysfs_masters_exit(void);

#endif /* RINGSWITCH_SYSFS_MASTERS_H */
