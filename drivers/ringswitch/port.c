// SPDX-License-Identifier: GPL-2.0
/* What all kinds of port have in common: attaching, detaching, up and down. */
#include <linux/netdevice.h>
#include <linux/rculist.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "cap.h"
#include "guard.h"
#include "mirror_policy.h"
#include "mrouter.h"
#include "port.h"
#include "skbq.h"
#include "switch.h"

/**
 * rsw_port_init - make a zeroed port usable
 * @port: the port
 * @ops: its kind
 *
 * Return: 0; -ENOMEM; -ENOSPC, the host has as many ports as it may. rsw_port_free() is allowed
 * in all cases.
 */
int rsw_port_init(struct rsw_port *port, const struct rsw_port_ops *ops)
{
	if (!rsw_cap_take(RSW_CAP_ports, 1))
		return -ENOSPC;
	port->ops = ops;
	port->flags = RSW_PORT_DEFAULT_FLAGS;
	rsw_vlans_init(&port->vlans, RSW_VID_DEFAULT);
	rsw_mrouter_port_init(&port->mdb);
	INIT_LIST_HEAD(&port->node);
	port->stats = rsw_stats_alloc();
	if (port->stats)
		return 0;
	rsw_cap_give(RSW_CAP_ports, 1);
	return -ENOMEM;
}

/* Nobody finds it any more, and what it sent itself has passed. */
void rsw_port_free(struct rsw_port *port)
{
	kfree(rcu_dereference_protected(port->limits, true));
	kfree(rcu_dereference_protected(port->guard, true));
	if (!port->stats)
		return;
	free_percpu(port->stats);
	rsw_cap_give(RSW_CAP_ports, 1);
}

/**
 * rsw_port_attach - make a port part of a switch
 * @port: initialized port, not attached; stays down until rsw_port_set_up()
 * @sw: the switch
 * @dev: the netdev people know the port by
 */
void rsw_port_attach(struct rsw_port *port, struct rsw_switch *sw, struct net_device *dev)
{
	ASSERT_RTNL();
	rsw_vlans_init(&port->vlans, sw->default_pvid);
	WRITE_ONCE(port->dev, dev);
	rcu_assign_pointer(port->sw, sw);
	list_add_tail_rcu(&port->node, &sw->ports);
}

/* What it sends goes nowhere; after a grace period no batch is left that has not seen that. */
static void hide(struct rsw_port *port)
{
	WRITE_ONCE(port->up, false);
	rsw_mirror_forget_port(port);
	RCU_INIT_POINTER(port->sw, NULL);
}

/**
 * rsw_port_detach - take a port out of its switch; see "Locking and lifetime"
 * @port: an attached port; its own source of frames may still be running
 *
 * Context: sleeps; RTNL.
 */
void rsw_port_detach(struct rsw_port *port)
{
	struct rsw_switch *sw = rtnl_dereference(port->sw);

	if (!sw)
		return;
	hide(port);
	list_del_rcu(&port->node);
	WRITE_ONCE(port->dev, NULL);
	synchronize_net();
	rsw_skbq_purge(sw, port);
	rsw_fdb_flush_port(&sw->fdb, port);
	rsw_mdb_flush_port(&sw->mdb, port, true);
	synchronize_net();
}

/**
 * rsw_port_detach_all - take all ports but the host's out of a switch that is going
 * @sw: the switch, whose host port is down
 * @gone: gets the ports; who takes one off it clears its @dev before that netdev goes
 *
 * What rsw_port_detach() does for each of them, with two grace periods and one look at the
 * forwarding database in all: with a thousand ports RTNL would be held for half a minute.
 *
 * Context: sleeps; RTNL.
 */
void rsw_port_detach_all(struct rsw_switch *sw, struct list_head *gone)
{
	struct rsw_port *port;

	ASSERT_RTNL();
	list_for_each_entry(port, &sw->ports, node)
		if (port != &sw->host)
			hide(port);
	/* The first grace period is in here: whoever is on the list now still gets to its end. */
	list_splice_init_rcu(&sw->ports, gone, synchronize_net);
	list_del(&sw->host.node);
	list_add_tail_rcu(&sw->host.node, &sw->ports);
	list_for_each_entry(port, gone, node) {
		rsw_skbq_purge(sw, port);
		rsw_mdb_flush_port(&sw->mdb, port, true);
	}
	rsw_fdb_flush(&sw->fdb, &(struct rsw_fdb_choice){ .keep_own = true });
	synchronize_net();
}

/**
 * rsw_port_set_up - let frames pass, or not
 * @port: the port
 * @up: new state; what was learned behind a port that goes down is forgotten
 *
 * Context: sleeps; RTNL.
 */
void rsw_port_set_up(struct rsw_port *port, bool up)
{
	struct rsw_switch *sw = rtnl_dereference(port->sw);

	if (port->up == up)
		return;
	WRITE_ONCE(port->up, up);
	if (up || !sw || port == &sw->host)
		return;
	/* Nobody learns from it any more once this has passed. */
	synchronize_net();
	rsw_fdb_flush_dynamic(&sw->fdb, port);
	rsw_mdb_flush_port(&sw->mdb, port, false);
}
