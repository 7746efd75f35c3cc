/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_VLAN_POLICY_H
#define RINGSWITCH_VLAN_POLICY_H

#include "switch.h"

int rsw_vlan_add(struct rsw_port *port, const unsigned long *vids, bool untagged, u16 pvid);
void rsw_vlan_del(struct rsw_port *port, const unsigned long *vids);
void rsw_vlan_set_pvid(struct rsw_port *port, u16 vid);
int rsw_vlan_set(struct rsw_port *port, const unsigned long *vids);
void rsw_vlan_set_untagged(struct rsw_port *port, const unsigned long *vids);
void rsw_vlan_set_filtering(struct rsw_switch *sw, bool on);
void rsw_vlan_set_protocol(struct rsw_switch *sw, __be16 tpid);
int rsw_vlan_set_default_pvid(struct rsw_switch *sw, u16 vid);

#endif /* RINGSWITCH_VLAN_POLICY_H */
