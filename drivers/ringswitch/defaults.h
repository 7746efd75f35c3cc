/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_DEFAULTS_H
#define RINGSWITCH_DEFAULTS_H

#include <linux/types.h>

#include "limit.h"
#include "port_flags.h"

struct rsw_port;
struct rsw_switch;

/* Longest time that can be said, in 1/100 s: as far as IEEE 802.1Q, 8.8.3 goes. */
#define RSW_TIME_MAX	(1000000UL * USER_HZ)

/**
 * struct rsw_switch_defaults - how a new switch is, by the names of its files in sysfs
 * @ageing_time: this and other times: 1/100 s
 * @vlan_filtering: 0 or 1
 * @fdb_max_learned: entries
 * @multicast_snooping: 0 or 1
 * @multicast_membership_interval: of a group's members
 * @multicast_last_member_interval: for others to say that they stay
 * @multicast_querier_interval: of a querier
 * @mdb_max: groups
 */
struct rsw_switch_defaults {
	unsigned int ageing_time;
	u8 vlan_filtering;
	unsigned int fdb_max_learned;
	u8 multicast_snooping;
	unsigned int multicast_membership_interval;
	unsigned int multicast_last_member_interval;
	unsigned int multicast_querier_interval;
	unsigned int mdb_max;
};

/**
 * struct rsw_port_defaults - how a new port is, by the names of its files in sysfs
 * @flag: by enum rsw_port_flag
 * @isolation_group: 0: in none
 * @fdb_max_learned: entries behind it
 * @learn_rate: a second
 * @mdb_max: groups it may be in
 * @multicast_router: 0, 1 or 2
 * @limit: by enum rsw_limit
 * @dhcp_guard: this and the next: of guests only
 * @ra_guard: 0 or 1
 */
struct rsw_port_defaults {
	u8 flag[RSW_PORT_NFLAGS];
	unsigned int isolation_group;
	unsigned int fdb_max_learned;
	unsigned int learn_rate;
	unsigned int mdb_max;
	unsigned int multicast_router;
	unsigned long limit[RSW_LIMIT_MAX];
	u8 dhcp_guard;
	u8 ra_guard;
};

/* Ports that have defaults of their own. The host's has none. */
enum rsw_port_kind {
	RSW_PORT_GUEST,
	RSW_PORT_UPLINK,
	RSW_PORT_KINDS,
};

/**
 * struct rsw_defaults - what is new in a network namespace
 * @sw: switches
 * @port: ports, by kind
 *
 * Written by sysctl at any time, field by field.
 */
struct rsw_defaults {
	struct rsw_switch_defaults sw;
	struct rsw_port_defaults port[RSW_PORT_KINDS];
};

void rsw_defaults_init(struct rsw_defaults *defaults);
void rsw_defaults_switch(const struct rsw_switch_defaults *from, struct rsw_switch *sw);
int rsw_defaults_port(const struct rsw_port_defaults *from, struct rsw_port *port);
void rsw_defaults_attached(const struct rsw_port_defaults *from, struct rsw_port *port);

#endif /* RINGSWITCH_DEFAULTS_H */
