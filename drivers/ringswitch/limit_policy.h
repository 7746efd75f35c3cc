/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_LIMIT_POLICY_H
#define RINGSWITCH_LIMIT_POLICY_H

#include "limit.h"

u64 rsw_limit_get(const struct rsw_port *port, enum rsw_limit which);
int rsw_limit_set(struct rsw_port *port, enum rsw_limit which, u64 value);

#endif /* RINGSWITCH_LIMIT_POLICY_H */
