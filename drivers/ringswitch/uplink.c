// SPDX-License-Identifier: GPL-2.0
/* A NIC as a port: frames from its receive handler, frames to its transmit queue. */
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "account.h"
#include "guest.h"
#include "port.h"
#include "representor.h"
#include "skb.h"
#include "skbq.h"
#include "switch.h"
#include "sysctl.h"
#include "sysfs_port.h"
#include "uplink.h"

struct rsw_uplink {
	struct rsw_port port;
};

/* Counted for the switch, but the NIC's own stack sees it: LLDP and LACP live there. */
static rx_handler_result_t pass_link_local(struct rsw_port *port, const struct sk_buff *skb)
{
	rsw_drop_unbatched(port, skb->len + ETH_HLEN, RSW_DROP_IN_link_local);
	return RX_HANDLER_PASS;
}

/* In the NIC's softirq, for every frame it receives. */
static rx_handler_result_t handle_frame(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	struct rsw_port *port = rcu_dereference(skb->dev->rx_handler_data);
	struct rsw_switch *sw = rcu_dereference(port->sw);

	if (skb->pkt_type == PACKET_LOOPBACK || !sw)
		return RX_HANDLER_PASS;
	if (is_link_local_ether_addr(eth_hdr(skb)->h_dest))
		return pass_link_local(port, skb);

	skb = skb_share_check(skb, GFP_ATOMIC);
	if (!skb) {
		rsw_drop_unbatched(port, 0, RSW_DROP_IN_no_memory);
		return RX_HANDLER_CONSUMED;
	}
	skb_push(skb, ETH_HLEN);
	/* The receiver sees the frame as it was on the wire. */
	if (skb_vlan_tag_present(skb)) {
		unsigned int len = skb->len;

		skb = __vlan_hwaccel_push_inside(skb);
		if (!skb) {
			rsw_drop_unbatched(port, len, RSW_DROP_IN_no_memory);
			return RX_HANDLER_CONSUMED;
		}
		skb_reset_mac_header(skb);
	}
	/* A checksum over the whole frame does not survive segmentation. */
	skb_forward_csum(skb);
	rsw_skbq_add(sw, port, skb);
	return RX_HANDLER_CONSUMED;
}

static void transmit(struct rsw_port *port, struct net_device *dev, struct sk_buff *skb)
{
	unsigned int len = skb->len;
	enum rsw_drop_reason reason = rsw_skb_transmit(skb, dev);

	if (reason == RSW_DROP_NONE)
		rsw_delivered(port, 1, len);
	else
		rsw_drop_egress(port, 1, reason);
}

static void uplink_egress(struct rsw_port *port, struct rsw_batch *batch, u64 frames)
{
	struct net_device *dev = READ_ONCE(port->dev);
	unsigned int i;

	if (!rsw_port_is_up(port) || !dev) {
		rsw_drop_egress(port, hweight64(frames), RSW_DROP_OUT_port_down);
		return;
	}
	rsw_for_each_frame(i, frames) {
		struct sk_buff *skb = rsw_skb_take(batch, i);

		if (!IS_ERR(skb))
			transmit(port, dev, skb);
		else
			rsw_drop_egress(port, 1, rsw_skb_error(skb));
	}
}

static const char *uplink_state(const struct rsw_port *port)
{
	return rsw_port_is_up(port) ? "running" : "down";
}

static const struct rsw_port_ops uplink_ops = {
	.egress = uplink_egress,
	.state = uplink_state,
	.backlog = rsw_skbq_backlog,
};

struct rsw_port *rsw_uplink_port(const struct net_device *dev)
{
	if (rcu_access_pointer(dev->rx_handler) != handle_frame)
		return NULL;
	return rcu_dereference_rtnl(dev->rx_handler_data);
}

/* Carrier, administrative state or MTU of an uplink is not what it was. */
void rsw_uplink_changed(struct net_device *dev)
{
	struct rsw_port *port = rsw_uplink_port(dev);

	if (port)
		rsw_port_set_up(port, netif_running(dev) && netif_carrier_ok(dev));
}

/**
 * rsw_uplink_moved - the network is reached by another member of a bond or team
 * @dev: an uplink, the bond
 * @event: NETDEV_NOTIFY_PEERS or NETDEV_RESEND_IGMP
 *
 * Switches out there look for us where we were, until they hear from us: the host's stack says
 * where it is, and so do guests that can.
 *
 * Context: RTNL.
 */
void rsw_uplink_moved(struct net_device *dev, unsigned long event)
{
	struct rsw_switch *sw = rtnl_dereference(rsw_uplink_port(dev)->sw);
	struct rsw_port *port;

	call_netdevice_notifiers(event, sw->dev);
	if (event != NETDEV_NOTIFY_PEERS)
		return;
	list_for_each_entry(port, &sw->ports, node)
		if (rsw_representor_port(port->dev))
			rsw_guest_announce(container_of(port, struct rsw_guest, port));
}

static int check(const struct net_device *dev, struct netlink_ext_ack *extack)
{
	if (dev->type != ARPHRD_ETHER || dev->addr_len != ETH_ALEN ||
	    dev->flags & IFF_LOOPBACK) {
		NL_SET_ERR_MSG(extack, "Only Ethernet devices can be uplinks");
		return -EINVAL;
	}
	if (rsw_is_switch(dev) || rsw_representor_port(dev)) {
		NL_SET_ERR_MSG(extack, "A ringswitch cannot be an uplink; use a veth pair");
		return -ELOOP;
	}
	if (dev->priv_flags & IFF_DONT_BRIDGE) {
		NL_SET_ERR_MSG(extack, "Device does not allow enslaving to a bridge");
		return -EOPNOTSUPP;
	}
	return 0;
}

static int take_over(struct rsw_switch *sw, struct net_device *dev, struct rsw_port *port,
		     struct netlink_ext_ack *extack)
{
	int err = dev_set_promiscuity(dev, 1);

	if (err)
		return err;
	err = netdev_rx_handler_register(dev, handle_frame, port);
	if (err) {
		NL_SET_ERR_MSG(extack, "Something else handles the frames of this device");
		goto err_promisc;
	}
	err = netdev_master_upper_dev_link(dev, sw->dev, NULL, NULL, extack);
	if (err)
		goto err_handler;
	err = sysfs_create_group(&dev->dev.kobj, &rsw_port_group);
	if (err)
		goto err_link;
	dev_disable_lro(dev);
	return 0;

err_link:
	netdev_upper_dev_unlink(dev, sw->dev);
err_handler:
	netdev_rx_handler_unregister(dev);
err_promisc:
	dev_set_promiscuity(dev, -1);
	return err;
}

/**
 * rsw_uplink_add - make a NIC a port of a switch
 * @sw: the switch
 * @dev: the NIC
 * @extack: for the reason when it cannot be
 *
 * Context: RTNL.
 * Return: 0 or a negative errno.
 */
int rsw_uplink_add(struct rsw_switch *sw, struct net_device *dev, struct netlink_ext_ack *extack)
{
	const struct rsw_defaults *defaults = rsw_sysctl_defaults(dev_net(sw->dev));
	const struct rsw_port_defaults *own = &defaults->port[RSW_PORT_UPLINK];
	struct rsw_uplink *uplink;
	int err = check(dev, extack);

	if (err)
		return err;
	uplink = kzalloc(sizeof(*uplink), GFP_KERNEL);
	if (!uplink)
		return -ENOMEM;
	err = rsw_port_init(&uplink->port, &uplink_ops);
	if (err == -ENOSPC)
		rsw_sysctl_refuse(RSW_CAP_ports, extack);
	if (!err)
		err = rsw_defaults_port(own, &uplink->port);
	if (!err)
		err = take_over(sw, dev, &uplink->port, extack);
	if (err) {
		rsw_port_free(&uplink->port);
		kfree(uplink);
		return err;
	}
	/* The switch's ports have no addresses of their own on the NIC. */
	dev->priv_flags |= IFF_NO_ADDRCONF;
	uplink->port.ifindex = dev->ifindex;
	rsw_port_attach(&uplink->port, sw, dev);
	rsw_defaults_attached(own, &uplink->port);
	rsw_uplink_changed(dev);
	return 0;
}

/**
 * rsw_uplink_del - give a NIC back
 * @dev: an uplink of ours
 *
 * Context: sleeps; RTNL.
 */
void rsw_uplink_del(struct net_device *dev)
{
	struct rsw_port *port = rsw_uplink_port(dev);

	sysfs_remove_group(&dev->dev.kobj, &rsw_port_group);
	netdev_rx_handler_unregister(dev);
	dev->priv_flags &= ~IFF_NO_ADDRCONF;
	rsw_port_detach(port);
	netdev_upper_dev_unlink(dev, netdev_master_upper_dev_get(dev));
	dev_set_promiscuity(dev, -1);
	rsw_port_free(port);
	kfree(container_of(port, struct rsw_uplink, port));
}
