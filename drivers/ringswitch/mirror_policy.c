// SPDX-License-Identifier: GPL-2.0
/*
 * Where mirrors begin and end.
 *
 * A mirror holds no reference: it ends when its destination or its own port goes, which
 * happens under RTNL and before the grace period that lets either be freed.
 */
#include <linux/if_arp.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "mirror.h"
#include "mirror_policy.h"
#include "switch.h"

/* All there are; RTNL. */
static LIST_HEAD(mirrors);

static struct net_device *switch_of(const struct rsw_port *port)
{
	const struct rsw_switch *sw = rtnl_dereference(port->sw);

	return sw ? sw->dev : NULL;
}

/* Does what is sent there come back by way of the switch's own netdev? */
static bool leads_to(struct net_device *dev, struct net_device *sw)
{
	bool leads;

	rcu_read_lock();
	leads = rsw_is_switch(dev) || netdev_has_upper_dev_all_rcu(sw, dev);
	rcu_read_unlock();
	return leads;
}

static int check(const struct rsw_port *port, struct net_device *dev)
{
	struct net_device *sw = switch_of(port);

	if (!sw)
		return -ENODEV;
	if (dev->type != ARPHRD_ETHER)
		return -EINVAL;
	if (dev == port->dev || leads_to(dev, sw))
		return -ELOOP;
	return 0;
}

/* The port that a netdev is for others on the same switch. */
static struct rsw_port *port_beside(const struct rsw_port *port, const struct net_device *dev)
{
	struct rsw_port *to = rsw_port_of(dev);

	return to && rtnl_dereference(to->sw) == rtnl_dereference(port->sw) ? to : NULL;
}

static void end(struct rsw_mirror *mirror)
{
	list_del(&mirror->node);
	kfree_rcu(mirror, rcu);
}

static void stop(struct rsw_mirror *mirror)
{
	RCU_INIT_POINTER(mirror->port->mirror[mirror->way], NULL);
	end(mirror);
}

/**
 * rsw_mirror_set - copy the frames of a port to somewhere, or stop doing so
 * @port: any port
 * @way: frames from it, or to it
 * @dev: who gets them: another port of the switch or any other Ethernet netdev; NULL: nobody
 *
 * Batches that are on their way may still be copied to where they were before.
 *
 * Context: RTNL.
 * Return: 0, or nothing has changed: -EINVAL (not an Ethernet netdev), -ELOOP (the port
 * itself, or the copies would come in again: a ringswitch, or what is on top of this one),
 * -ENODEV (the port is on no switch any more), -ENOMEM.
 */
int rsw_mirror_set(struct rsw_port *port, enum rsw_mirror_way way, struct net_device *dev)
{
	struct rsw_mirror *old = rtnl_dereference(port->mirror[way]), *mirror = NULL;

	ASSERT_RTNL();
	if (dev) {
		int err = check(port, dev);

		if (err)
			return err;
		mirror = kmalloc(sizeof(*mirror), GFP_KERNEL);
		if (!mirror)
			return -ENOMEM;
		*mirror = (struct rsw_mirror){
			.port = port, .way = way, .to = port_beside(port, dev), .dev = dev,
		};
		list_add(&mirror->node, &mirrors);
	}
	rcu_assign_pointer(port->mirror[way], mirror);
	if (old)
		end(old);
	return 0;
}

/**
 * rsw_mirror_forget_port - a port leaves its switch
 * @port: the port; a grace period follows
 *
 * Context: RTNL.
 */
void rsw_mirror_forget_port(const struct rsw_port *port)
{
	struct rsw_mirror *mirror, *next;

	ASSERT_RTNL();
	list_for_each_entry_safe(mirror, next, &mirrors, node)
		if (mirror->port == port || mirror->to == port)
			stop(mirror);
}

static void forget_dev(const struct net_device *dev)
{
	struct rsw_mirror *mirror, *next;

	list_for_each_entry_safe(mirror, next, &mirrors, node)
		if (mirror->dev == dev || mirror->port->dev == dev)
			stop(mirror);
}

/* Something was put on top of something. */
static void forget_loops(void)
{
	struct rsw_mirror *mirror, *next;

	list_for_each_entry_safe(mirror, next, &mirrors, node)
		if (leads_to(mirror->dev, switch_of(mirror->port)))
			stop(mirror);
}

/**
 * rsw_mirror_event - a netdev is not what it was
 * @dev: any netdev
 * @event: NETDEV_*
 *
 * Context: RTNL.
 */
void rsw_mirror_event(const struct net_device *dev, unsigned long event)
{
	switch (event) {
	case NETDEV_UNREGISTER:
	case NETDEV_PRE_TYPE_CHANGE:
		forget_dev(dev);
		break;
	case NETDEV_CHANGEUPPER:
		forget_loops();
		break;
	}
}
