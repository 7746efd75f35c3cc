// SPDX-License-Identifier: GPL-2.0
/* How a switch treats groups, changed by an administrator. */
#include <linux/rtnetlink.h>

#include "multicast_policy.h"

/**
 * rsw_multicast_set_snooping - listen to who asks for groups, or not
 * @sw: the switch
 * @on: it does
 *
 * What was heard is forgotten when it ends: it would be old when it begins again. What an
 * administrator said stays.
 *
 * Context: sleeps; RTNL.
 */
void rsw_multicast_set_snooping(struct rsw_switch *sw, bool on)
{
	ASSERT_RTNL();
	if (sw->mdb.snooping == on)
		return;
	WRITE_ONCE(sw->mdb.snooping, on);
	if (on) {
		if (netif_running(sw->dev))
			mod_delayed_work(system_long_wq, &sw->age_work, 0);
		return;
	}
	/* Nobody listens any more once this has passed. */
	synchronize_net();
	rsw_mdb_flush_port(&sw->mdb, NULL, false);
}

/**
 * rsw_multicast_set_router - say whether there is a multicast router behind a port
 * @port: any port
 * @router: never: its queries are not believed either
 *
 * Context: sleeps; RTNL.
 */
void rsw_multicast_set_router(struct rsw_port *port, enum rsw_mrouter router)
{
	struct rsw_switch *sw = rtnl_dereference(port->sw);

	if (!sw)
		return;
	rsw_mrouter_set(&sw->mdb, port, router);
	if (router != RSW_MROUTER_NEVER)
		return;
	/* None of its queries is on its way any more once this has passed. */
	synchronize_net();
	rsw_mrouter_flush_port(&sw->mdb, port);
}
