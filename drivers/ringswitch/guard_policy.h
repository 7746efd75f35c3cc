/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_GUARD_POLICY_H
#define RINGSWITCH_GUARD_POLICY_H

#include "guard.h"

struct rsw_port;

int rsw_guard_set_macs(struct rsw_port *port, const char *list);
int rsw_guard_set_nets(struct rsw_port *port, const char *list);
int rsw_guard_set_flag(struct rsw_port *port, enum rsw_guard_flag flag, bool on);

#endif /* RINGSWITCH_GUARD_POLICY_H */
