/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_FDB_POLICY_H
#define RINGSWITCH_FDB_POLICY_H

#include "port.h"

int rsw_fdb_user_set(struct rsw_port *port, const u8 *addr, u16 vid, u8 kind, u16 nlm_flags,
		     struct netlink_ext_ack *extack);
int rsw_fdb_user_del(struct rsw_switch *sw, const struct rsw_port *port, const u8 *addr, u16 vid,
		     struct netlink_ext_ack *extack);

#endif /* RINGSWITCH_FDB_POLICY_H */
