// SPDX-License-Identifier: GPL-2.0
/* How switches and ports are at first, by what was said of new ones in their namespace. */
#include <linux/bits.h>
#include <linux/jiffies.h>
#include <linux/rtnetlink.h>

#include "defaults.h"
#include "guard_policy.h"
#include "limit_policy.h"
#include "multicast_policy.h"
#include "port_policy.h"
#include "switch.h"
#include "vlan_policy.h"

#define ALL_FLAGS	(BIT(RSW_PORT_NFLAGS) - 1)

#define FLAG(name, brport, on)	.flag[RSW_PORT_##name] = (on),

static const struct rsw_port_defaults any_port = {
	RSW_PORT_FLAGS(FLAG)
	.mdb_max = RSW_MDB_PORT_MAX,
	.multicast_router = RSW_MROUTER_AUTO,
};

/* The same in each new namespace, whatever was said in others. */
void rsw_defaults_init(struct rsw_defaults *defaults)
{
	defaults->sw = (struct rsw_switch_defaults){
		.ageing_time = jiffies_to_clock_t(RSW_FDB_AGEING_TIME),
		.fdb_max_learned = RSW_FDB_MAX_LEARNED,
		.multicast_membership_interval = jiffies_to_clock_t(RSW_MDB_MEMBERSHIP_INTERVAL),
		.multicast_last_member_interval = jiffies_to_clock_t(RSW_MDB_LAST_MEMBER_INTERVAL),
		.multicast_querier_interval = jiffies_to_clock_t(RSW_MDB_QUERIER_INTERVAL),
		.mdb_max = RSW_MDB_MAX,
	};
	for (int i = 0; i < RSW_PORT_KINDS; i++)
		defaults->port[i] = any_port;
	defaults->port[RSW_PORT_GUEST].fdb_max_learned = RSW_FDB_GUEST_LEARNED;
}

static unsigned long time_of(const unsigned int *time)
{
	return clock_t_to_jiffies(READ_ONCE(*time));
}

/**
 * rsw_defaults_switch - make a switch as new ones are
 * @from: those
 * @sw: initialized, and nobody knows it yet
 *
 * Context: RTNL.
 */
void rsw_defaults_switch(const struct rsw_switch_defaults *from, struct rsw_switch *sw)
{
	sw->fdb.ageing_time = time_of(&from->ageing_time);
	sw->fdb.max_learned = READ_ONCE(from->fdb_max_learned);
	sw->mdb.snooping = READ_ONCE(from->multicast_snooping);
	sw->mdb.membership_interval = time_of(&from->multicast_membership_interval);
	sw->mdb.last_member_interval = time_of(&from->multicast_last_member_interval);
	sw->mdb.querier_interval = time_of(&from->multicast_querier_interval);
	sw->mdb.max = READ_ONCE(from->mdb_max);
	rsw_vlan_set_filtering(sw, READ_ONCE(from->vlan_filtering));
}

static int limit(const struct rsw_port_defaults *from, struct rsw_port *port)
{
	int err = 0;

	for (unsigned int i = 0; !err && i < RSW_LIMIT_MAX; i++)
		err = rsw_limit_set(port, i, READ_ONCE(from->limit[i]));
	if (!err && READ_ONCE(from->dhcp_guard))
		err = rsw_guard_set_flag(port, RSW_GUARD_DHCP, true);
	if (!err && READ_ONCE(from->ra_guard))
		err = rsw_guard_set_flag(port, RSW_GUARD_RA, true);
	return err;
}

/**
 * rsw_defaults_port - make a port as new ones are
 * @from: those of its kind
 * @port: initialized, not attached: so nobody is told of each change
 *
 * Context: RTNL, sleeps.
 * Return: 0, or -ENOMEM and the port is to be freed.
 */
int rsw_defaults_port(const struct rsw_port_defaults *from, struct rsw_port *port)
{
	unsigned long flags = 0;

	for (unsigned int i = 0; i < RSW_PORT_NFLAGS; i++)
		flags |= READ_ONCE(from->flag[i]) ? BIT(i) : 0;
	rsw_port_set_flags(port, ALL_FLAGS, flags);
	rsw_port_set_isolation_group(port, READ_ONCE(from->isolation_group));
	port->fdb.max_learned = READ_ONCE(from->fdb_max_learned);
	port->fdb.rate = READ_ONCE(from->learn_rate);
	port->mdb.max = READ_ONCE(from->mdb_max);
	return limit(from, port);
}

/**
 * rsw_defaults_attached - the rest of that, for which a port needs its switch
 * @from: as before
 * @port: attached, not up
 *
 * Context: RTNL, sleeps.
 */
void rsw_defaults_attached(const struct rsw_port_defaults *from, struct rsw_port *port)
{
	unsigned int router = READ_ONCE(from->multicast_router);

	if (router != RSW_MROUTER_AUTO)
		rsw_multicast_set_router(port, router);
}
