/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_MULTICAST_POLICY_H
#define RINGSWITCH_MULTICAST_POLICY_H

#include "mrouter.h"
#include "switch.h"

void rsw_multicast_set_snooping(struct rsw_switch *sw, bool on);
void rsw_multicast_set_router(struct rsw_port *port, enum rsw_mrouter router);

#endif /* RINGSWITCH_MULTICAST_POLICY_H */
