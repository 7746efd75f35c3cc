// SPDX-License-Identifier: GPL-2.0
/*
 * What a port is allowed, changed: by sysfs and by rtnetlink, both through here.
 *
 * Isolation is that of private VLANs (RFC 5517): a port that is not isolated is promiscuous
 * and reaches all; one that is isolated reaches promiscuous ports and those of its own
 * group, and without a group (0) promiscuous ports only, as on a Linux bridge.
 */
#include <linux/rtnetlink.h>

#include "bridge_link.h"
#include "port_policy.h"

static void changed(struct rsw_port *port)
{
	bool isolated = rsw_port_has(port, RSW_PORT_isolated);

	WRITE_ONCE(port->isolation,
		   isolated ? RSW_ISOLATION_PRIVATE + port->isolation_group : 0);
	rsw_bridge_link_notify(port);
}

/**
 * rsw_port_set_flags - allow or forbid
 * @port: any port but the host's
 * @mask: BIT() of each enum rsw_port_flag to change
 * @flags: what they become
 *
 * Batches that are on their way may still be treated by the old ones.
 *
 * Context: RTNL.
 */
void rsw_port_set_flags(struct rsw_port *port, unsigned long mask, unsigned long flags)
{
	ASSERT_RTNL();
	if (!((port->flags ^ flags) & mask))
		return;
	WRITE_ONCE(port->flags, (port->flags & ~mask) | (flags & mask));
	changed(port);
}

/**
 * rsw_port_set_isolation_group - whom a port reaches while it is isolated
 * @port: any port but the host's
 * @group: 0, or a number that it has in common with others on its switch
 *
 * Context: RTNL.
 */
void rsw_port_set_isolation_group(struct rsw_port *port, u16 group)
{
	ASSERT_RTNL();
	if (port->isolation_group == group)
		return;
	WRITE_ONCE(port->isolation_group, group);
	changed(port);
}
