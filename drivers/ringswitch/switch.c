// SPDX-License-Identifier: GPL-2.0
/* The switch: its netdev, its ports, its end. */
#include <linux/etherdevice.h>
#include <linux/if_link.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/rtnetlink.h>

#include "bridge_fdb.h"
#include "bridge_link.h"
#include "bridge_mdb.h"
#include "bridge_vlan.h"
#include "ethtool.h"
#include "fdb_msg.h"
#include "guest.h"
#include "host.h"
#include "mgmt.h"
#include "representor.h"
#include "skbq.h"
#include "switch.h"
#include "sysctl.h"
#include "sysfs_switch.h"
#include "uplink.h"

static int switch_init(struct net_device *dev)
{
	struct rsw_switch *sw = netdev_priv(dev);
	int err;

	if (!rsw_cap_take(RSW_CAP_switches, 1))
		return -ENOSPC;
	sw->dev = dev;
	INIT_LIST_HEAD(&sw->ports);
	err = rsw_port_init(&sw->host, &rsw_host_ops);
	if (err)
		goto err_cap;
	err = rsw_fdb_init(&sw->fdb);
	if (err)
		goto err_port;
	err = rsw_mdb_init(&sw->mdb);
	if (err)
		goto err_fdb;
	err = rsw_skbq_init(sw);
	if (err)
		goto err_mdb;
	sw->vlan_tpid = htons(ETH_P_8021Q);
	sw->default_pvid = RSW_VID_DEFAULT;
	rsw_defaults_switch(&rsw_sysctl_defaults(dev_net(dev))->sw, sw);
	err = rsw_host_know(sw, dev->dev_addr);
	if (err)
		goto err_skbq;
	clear_bit(RSW_PORT_unicast_flood, &sw->host.flags);
	rsw_port_attach(&sw->host, sw, dev);
	/* From here on: before, the netdev has no number to be told of. */
	sw->fdb.notify = rsw_fdb_notify;
	return 0;

err_skbq:
	rsw_skbq_free(sw);
err_mdb:
	rsw_mdb_destroy(&sw->mdb);
err_fdb:
	rsw_fdb_destroy(&sw->fdb);
err_port:
	rsw_port_free(&sw->host);
err_cap:
	rsw_cap_give(RSW_CAP_switches, 1);
	return err;
}

/* After all ports have gone and nobody can find the switch any more. */
static void switch_free(struct net_device *dev)
{
	struct rsw_switch *sw = netdev_priv(dev);

	rsw_skbq_free(sw);
	rsw_mdb_destroy(&sw->mdb);
	rsw_fdb_destroy(&sw->fdb);
	rsw_port_free(&sw->host);
	rsw_cap_give(RSW_CAP_switches, 1);
}

static void age(struct work_struct *work)
{
	struct rsw_switch *sw = container_of(to_delayed_work(work), struct rsw_switch, age_work);
	unsigned long next = rsw_fdb_age(&sw->fdb);
	unsigned long pause = READ_ONCE(sw->fdb.ageing_time) / 8;

	/* What has ended there is not used any more, and only takes up room. */
	if (READ_ONCE(sw->mdb.snooping))
		next = min(next, clamp(rsw_mdb_age(&sw->mdb), 1UL * HZ, 10UL * HZ));
	/* A scan looks at all entries: forged addresses must not buy one every tick. */
	queue_delayed_work(system_long_wq, &sw->age_work,
			   max(next, clamp(pause, 1UL, (unsigned long)HZ)));
}

/**
 * rsw_switch_set_ageing - set the ageing time, effective at once
 * @sw: the switch
 * @ageing_time: jiffies
 */
void rsw_switch_set_ageing(struct rsw_switch *sw, unsigned long ageing_time)
{
	WRITE_ONCE(sw->fdb.ageing_time, ageing_time);
	if (netif_running(sw->dev))
		mod_delayed_work(system_long_wq, &sw->age_work, 0);
}

static int switch_open(struct net_device *dev)
{
	struct rsw_switch *sw = netdev_priv(dev);

	rsw_skbq_start(sw);
	rsw_port_set_up(&sw->host, true);
	queue_delayed_work(system_long_wq, &sw->age_work, 0);
	netif_start_queue(dev);
	return 0;
}

static int switch_stop(struct net_device *dev)
{
	struct rsw_switch *sw = netdev_priv(dev);

	netif_stop_queue(dev);
	rsw_port_set_up(&sw->host, false);
	synchronize_net();
	rsw_skbq_stop(sw);
	cancel_delayed_work_sync(&sw->age_work);
	return 0;
}

static int switch_add_slave(struct net_device *dev, struct net_device *slave,
			    struct netlink_ext_ack *extack)
{
	return rsw_uplink_add(netdev_priv(dev), slave, extack);
}

static int switch_del_slave(struct net_device *dev, struct net_device *slave)
{
	/* A guest port leaves by "vdpa dev del" only. */
	if (!rsw_uplink_port(slave))
		return -EOPNOTSUPP;
	rsw_uplink_del(slave);
	return 0;
}

COMPAT_FDB_ADD(rsw_bridge_fdb_add)
COMPAT_FDB_DEL(rsw_bridge_fdb_del)

static const struct net_device_ops switch_ops = {
	.ndo_init = switch_init,
	.ndo_open = switch_open,
	.ndo_stop = switch_stop,
	.ndo_start_xmit = rsw_host_xmit,
	.ndo_get_stats64 = rsw_port_get_stats64,
	.ndo_set_mac_address = rsw_host_set_mac,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_set_rx_mode = rsw_host_set_rx_mode,
	.ndo_add_slave = switch_add_slave,
	.ndo_del_slave = switch_del_slave,
	.ndo_fdb_add = COMPAT_FDB_OP(rsw_bridge_fdb_add),
	.ndo_fdb_del = COMPAT_FDB_OP(rsw_bridge_fdb_del),
	.ndo_fdb_del_bulk = rsw_bridge_fdb_del_bulk,
	.ndo_fdb_get = rsw_bridge_fdb_get,
	.ndo_fdb_dump = rsw_bridge_fdb_dump,
	.ndo_mdb_add = rsw_bridge_mdb_add,
	.ndo_mdb_del = rsw_bridge_mdb_del,
	.ndo_mdb_dump = rsw_bridge_mdb_dump,
	.ndo_mdb_get = rsw_bridge_mdb_get,
	.ndo_bridge_getlink = rsw_bridge_getlink,
	.ndo_bridge_setlink = rsw_bridge_setlink,
	.ndo_bridge_dellink = rsw_bridge_dellink,
};

bool rsw_is_switch(const struct net_device *dev)
{
	return dev->netdev_ops == &switch_ops;
}

/**
 * rsw_port_of - the port that people know by this netdev
 * @dev: any netdev
 *
 * Context: RTNL, or RCU read section in which the result is valid.
 * Return: the port or NULL.
 */
struct rsw_port *rsw_port_of(const struct net_device *dev)
{
	if (rsw_is_switch(dev))
		return &((struct rsw_switch *)netdev_priv(dev))->host;
	return rsw_representor_port(dev) ?: rsw_uplink_port(dev);
}

static void switch_setup(struct net_device *dev)
{
	struct rsw_switch *sw = netdev_priv(dev);

	ether_setup(dev);
	dev->netdev_ops = &switch_ops;
	dev->ethtool_ops = &rsw_switch_ethtool_ops;
	dev->needs_free_netdev = true;
	dev->priv_destructor = switch_free;
	dev->priv_flags |= IFF_NO_QUEUE | IFF_DISABLE_NETPOLL | IFF_LIVE_ADDR_CHANGE;
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	dev->lltx = true;
	/* Its uplinks and representors cannot follow it. */
	dev->netns_immutable = true;
	dev->max_mtu = ETH_MAX_MTU;
	dev->features = RSW_NETDEV_FEATURES;
	dev->hw_features = dev->features;
	dev->vlan_features = dev->features;
	dev->sysfs_groups[0] = &rsw_switch_group;
	INIT_DELAYED_WORK(&sw->age_work, age);
}

static int switch_validate(struct nlattr *tb[], struct nlattr *data[],
			   struct netlink_ext_ack *extack)
{
	if (tb[IFLA_ADDRESS] && (nla_len(tb[IFLA_ADDRESS]) != ETH_ALEN ||
				 !is_valid_ether_addr(nla_data(tb[IFLA_ADDRESS])))) {
		NL_SET_ERR_MSG(extack, "The address must be an individual Ethernet address");
		return -EADDRNOTAVAIL;
	}
	return 0;
}

/* It is a port as well. */
static int refuse(struct netlink_ext_ack *extack)
{
	bool switches = rsw_cap_full(RSW_CAP_switches);

	return rsw_sysctl_refuse(switches ? RSW_CAP_switches : RSW_CAP_ports, extack);
}

static int register_switch(struct net_device *dev, struct netlink_ext_ack *extack)
{
	struct rsw_switch *sw = netdev_priv(dev);
	struct rsw_mgmt *mgmt;
	int err = register_netdevice(dev);

	if (err == -ENOSPC)
		return refuse(extack);
	if (err)
		return err;
	mgmt = rsw_mgmt_create(sw);
	if (IS_ERR(mgmt)) {
		if (PTR_ERR(mgmt) == -EBUSY)
			NL_SET_ERR_MSG(extack, "A deleted switch of this name still has a guest");
		unregister_netdevice(dev);
		return PTR_ERR(mgmt);
	}
	sw->mgmt = mgmt;
	return 0;
}

static int switch_newlink(struct net_device *dev, struct rtnl_newlink_params *params,
			  struct netlink_ext_ack *extack)
{
	if (!params->tb[IFLA_ADDRESS])
		eth_hw_addr_random(dev);
	return register_switch(dev, extack);
}

COMPAT_NEWLINK(switch_newlink)

/* Ports first; the management device, which RTNL must not wait for, later. */
static void switch_dellink(struct net_device *dev, struct list_head *kill)
{
	struct rsw_switch *sw = netdev_priv(dev);
	struct rsw_port *port, *next;
	LIST_HEAD(gone);

	rsw_port_set_up(&sw->host, false);
	rsw_port_detach_all(sw, &gone);
	list_for_each_entry_safe(port, next, &gone, node) {
		struct net_device *slave = port->dev;

		list_del_init(&port->node);
		WRITE_ONCE(port->dev, NULL);
		if (rsw_representor_port(slave))
			rsw_representor_destroy(slave, kill);
		else
			rsw_uplink_del(slave);
	}
	if (sw->mgmt)
		rsw_mgmt_orphan(sw->mgmt);
	sw->mgmt = NULL;
	unregister_netdevice_queue(dev, kill);
}

struct rtnl_link_ops rsw_link_ops = {
	.kind = "ringswitch",
	.priv_size = sizeof(struct rsw_switch),
	.setup = switch_setup,
	.validate = switch_validate,
	.newlink = COMPAT_NEWLINK_OP(switch_newlink),
	.dellink = switch_dellink,
	.slave_maxtype = IFLA_BRPORT_MAX,
	.slave_changelink = rsw_bridge_slave_changelink,
};
MODULE_ALIAS_RTNL_LINK("ringswitch");

/**
 * rsw_switch_create - what "ip link add NAME type ringswitch" does
 * @net: where
 * @name: of its netdev
 *
 * Context: RTNL.
 * Return: 0 or a negative errno: -EINVAL (a bad name), -EEXIST, -EBUSY (a deleted switch of this
 * name still has a guest), -ENOSPC (a cap of the host), -ENOMEM.
 */
int rsw_switch_create(struct net *net, const char *name)
{
	struct nlattr *tb[IFLA_MAX + 1] = {};
	struct net_device *dev;
	int err;

	if (!dev_valid_name(name))
		return -EINVAL;
	dev = rtnl_create_link(net, name, NET_NAME_USER, &rsw_link_ops, tb, NULL);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	eth_hw_addr_random(dev);
	err = register_switch(dev, NULL);
	if (err) {
		free_netdev(dev);
		return err;
	}
	return rtnl_configure_link(dev, NULL, 0, NULL);
}
