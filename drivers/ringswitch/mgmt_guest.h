/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_MGMT_GUEST_H
#define RINGSWITCH_MGMT_GUEST_H

#include "mgmt.h"

struct vdpa_dev_set_config;

extern const struct vdpa_mgmtdev_ops rsw_mgmt_ops;

int rsw_mgmt_add_guest(struct rsw_mgmt *mgmt, const char *name,
		       const struct vdpa_dev_set_config *config);
int rsw_mgmt_del_guest(struct rsw_mgmt *mgmt, const char *name);
void rsw_mgmt_release_drivers(struct rsw_mgmt *mgmt);

#endif /* RINGSWITCH_MGMT_GUEST_H */
