/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_PORT_POLICY_H
#define RINGSWITCH_PORT_POLICY_H

#include "port.h"

void rsw_port_set_flags(struct rsw_port *port, unsigned long mask, unsigned long flags);
void rsw_port_set_isolation_group(struct rsw_port *port, u16 group);

#endif /* RINGSWITCH_PORT_POLICY_H */
