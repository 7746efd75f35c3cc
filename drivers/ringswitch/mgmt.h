/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_MGMT_H
#define RINGSWITCH_MGMT_H

#include <linux/types.h>

struct rsw_mgmt;
struct rsw_switch;

struct rsw_mgmt *rsw_mgmt_create(struct rsw_switch *sw);
bool rsw_mgmt_named_like(const struct rsw_mgmt *mgmt, const char *name);
void rsw_mgmt_orphan(struct rsw_mgmt *mgmt);
void rsw_mgmt_get(struct rsw_mgmt *mgmt);
void rsw_mgmt_put(struct rsw_mgmt *mgmt);
void rsw_mgmt_guest_busy(struct rsw_mgmt *mgmt);
void rsw_mgmt_guest_idle(struct rsw_mgmt *mgmt);
int rsw_mgmt_init(void);
void rsw_mgmt_exit(void);

#endif /* RINGSWITCH_MGMT_H */
