// SPDX-License-Identifier: GPL-2.0
/*
 * The netdev that stands for a guest port on the host: counters, link state, sysfs.
 *
 * Up or down is the port's administrative state, which the guest sees as its link;
 * carrier is whether a guest driver is running. What the host transmits on it goes to
 * that guest alone, past the switch.
 */
#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "account.h"
#include "bridge_fdb.h"
#include "ethtool.h"
#include "guest.h"
#include "host.h"
#include "representor.h"
#include "skb.h"
#include "switch.h"
#include "sysctl.h"
#include "sysfs_port.h"
#include "xdp_policy.h"
#include "xdp_xmit.h"

struct representor {
	struct rsw_guest *guest;
};

static struct rsw_guest *guest_of(const struct net_device *dev)
{
	return ((struct representor *)netdev_priv(dev))->guest;
}

static int rep_open(struct net_device *dev)
{
	rsw_port_set_up(&guest_of(dev)->port, true);
	rsw_guest_set_link(guest_of(dev), true);
	return 0;
}

static int rep_stop(struct net_device *dev)
{
	rsw_guest_set_link(guest_of(dev), false);
	rsw_port_set_up(&guest_of(dev)->port, false);
	return 0;
}

static netdev_tx_t rep_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct rsw_guest *guest = guest_of(dev);
	struct rsw_frame frame;

	rsw_stats_count(guest->port.stats, RSW_EGRESS_QUEUED, 1);
	if (pskb_may_pull(skb, ETH_HLEN) && rsw_frame_from_skb(&frame, skb)) {
		rcu_read_lock();
		rsw_guest_deliver(guest, &frame, 1);
		rcu_read_unlock();
		consume_skb(skb);
		return NETDEV_TX_OK;
	}
	rsw_drop_egress(&guest->port, 1, RSW_DROP_OUT_offload);
	kfree_skb(skb);
	return NETDEV_TX_OK;
}

static int rep_bpf(struct net_device *dev, struct netdev_bpf *bpf)
{
	return rsw_xdp_setup(guest_of(dev), dev, bpf);
}

static int rep_xdp_xmit(struct net_device *dev, int n, struct xdp_frame **xdpf, u32 flags)
{
	return rsw_xdp_xmit(guest_of(dev), n, xdpf, flags);
}

static void rep_uninit(struct net_device *dev)
{
	struct rsw_guest *guest = guest_of(dev);
	struct net_device *master = netdev_master_upper_dev_get(dev);

	/* Registration failed before there was anything to undo. */
	if (guest->rep != dev)
		return;
	sysfs_remove_group(&dev->dev.kobj, &rsw_port_group);
	/* Its port may have left the switch already, with all others. */
	if (master)
		netdev_upper_dev_unlink(dev, master);
	rsw_port_detach(&guest->port);
	mutex_lock(&guest->ctl);
	guest->rep = NULL;
	mutex_unlock(&guest->ctl);
}

static void rep_free(struct net_device *dev)
{
	put_device(&guest_of(dev)->vdpa.dev);
}

COMPAT_FDB_ADD(rsw_bridge_fdb_add)
COMPAT_FDB_DEL(rsw_bridge_fdb_del)

static const struct net_device_ops rep_ops = {
	.ndo_uninit = rep_uninit,
	.ndo_open = rep_open,
	.ndo_stop = rep_stop,
	.ndo_start_xmit = rep_xmit,
	.ndo_bpf = rep_bpf,
	.ndo_xdp_xmit = rep_xdp_xmit,
	.ndo_get_stats64 = rsw_port_get_stats64,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_fdb_add = COMPAT_FDB_OP(rsw_bridge_fdb_add),
	.ndo_fdb_del = COMPAT_FDB_OP(rsw_bridge_fdb_del),
	.ndo_fdb_del_bulk = rsw_bridge_fdb_del_bulk,
	.ndo_fdb_get = rsw_bridge_fdb_get,
	.ndo_fdb_dump = rsw_bridge_fdb_dump,
};

static void rep_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &rep_ops;
	dev->ethtool_ops = &rsw_guest_ethtool_ops;
	dev->priv_flags |= IFF_NO_QUEUE | IFF_NO_ADDRCONF | IFF_DISABLE_NETPOLL |
			   IFF_LIVE_ADDR_CHANGE;
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	dev->lltx = true;
	dev->netns_immutable = true;
	dev->needs_free_netdev = true;
	dev->features = RSW_NETDEV_FEATURES;
	dev->hw_features = dev->features;
	dev->xdp_features = NETDEV_XDP_ACT_BASIC | NETDEV_XDP_ACT_REDIRECT |
			    NETDEV_XDP_ACT_NDO_XMIT;
	eth_hw_addr_random(dev);
}

struct rsw_port *rsw_representor_port(const struct net_device *dev)
{
	return dev->netdev_ops == &rep_ops ? &guest_of(dev)->port : NULL;
}

static int join(struct rsw_switch *sw, struct rsw_guest *guest, struct net_device *dev)
{
	const struct rsw_defaults *defaults = rsw_sysctl_defaults(dev_net(dev));
	const struct rsw_port_defaults *own = &defaults->port[RSW_PORT_GUEST];
	int err = rsw_defaults_port(own, &guest->port);

	if (!err)
		err = sysfs_create_group(&dev->dev.kobj, &rsw_port_group);
	if (err)
		return err;
	guest->port.ifindex = dev->ifindex;
	rsw_port_attach(&guest->port, sw, dev);
	rsw_defaults_attached(own, &guest->port);
	mutex_lock(&guest->ctl);
	guest->rep = dev;
	mutex_unlock(&guest->ctl);
	err = netdev_master_upper_dev_link(dev, sw->dev, NULL, NULL, NULL);
	return err ?: dev_open(dev, NULL);
}

/**
 * rsw_representor_create - make a guest a port of a switch, with a netdev
 * @sw: the switch
 * @guest: the guest, not registered with vdpa yet
 * @name: of the netdev
 *
 * Context: RTNL.
 * Return: 0 or a negative errno; -EEXIST when the name is taken.
 */
int rsw_representor_create(struct rsw_switch *sw, struct rsw_guest *guest, const char *name)
{
	struct net_device *dev;
	int err;

	/* As many as an XDP program can be told of. */
	dev = alloc_netdev_mqs(sizeof(struct representor), name, NET_NAME_USER, rep_setup, 1,
			       guest->npairs);
	if (!dev)
		return -ENOMEM;
	dev_net_set(dev, dev_net(sw->dev));
	dev->mtu = guest->mtu;
	dev->max_mtu = guest->mtu;
	((struct representor *)netdev_priv(dev))->guest = guest;
	netif_carrier_off(dev);
	err = register_netdevice(dev);
	if (err) {
		free_netdev(dev);
		return err;
	}
	get_device(&guest->vdpa.dev);
	dev->priv_destructor = rep_free;
	err = join(sw, guest, dev);
	if (err)
		unregister_netdevice(dev);
	return err;
}

/**
 * rsw_representor_destroy - take a guest port and its netdev away
 * @dev: the representor
 * @kill: netdevs to be unregistered together, or NULL for now
 *
 * The work is in rep_uninit(), which also runs when a namespace takes the netdev down.
 */
void rsw_representor_destroy(struct net_device *dev, struct list_head *kill)
{
	unregister_netdevice_queue(dev, kill);
}
