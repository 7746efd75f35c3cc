// SPDX-License-Identifier: GPL-2.0
/* The host's own port: traffic between the switch and the stack, through rsw0. */
#include <linux/etherdevice.h>
#include <linux/skbuff.h>

#include "account.h"
#include "host.h"
#include "mrouter.h"
#include "skb.h"
#include "skbq.h"
#include "switch.h"

/**
 * rsw_host_xmit - the host's stack sends
 * @skb: frame
 * @dev: the switch
 */
netdev_tx_t rsw_host_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct rsw_switch *sw = netdev_priv(dev);

	if (!pskb_may_pull(skb, ETH_HLEN)) {
		rsw_drop_unbatched(&sw->host, skb->len, RSW_DROP_IN_runt);
		kfree_skb(skb);
		return NETDEV_TX_OK;
	}
	rcu_read_lock();
	rsw_skbq_add(sw, &sw->host, skb);
	rcu_read_unlock();
	return NETDEV_TX_OK;
}

static void host_egress(struct rsw_port *port, struct rsw_batch *batch, u64 frames)
{
	struct rsw_switch *sw = container_of(port, struct rsw_switch, host);
	unsigned int i;

	rsw_for_each_frame(i, frames) {
		struct sk_buff *skb = rsw_skb_take(batch, i);
		unsigned int len;

		if (IS_ERR(skb)) {
			rsw_drop_egress(port, 1, rsw_skb_error(skb));
			continue;
		}
		len = skb->len;
		skb->dev = sw->dev;
		/* An uplink saw it as somebody else's; eth_type_trans() leaves that. */
		skb->pkt_type = PACKET_HOST;
		skb->protocol = eth_type_trans(skb, sw->dev);
		/* By way of the backlog: no nesting on the stack of whoever sent it. */
		if (netif_rx(skb) == NET_RX_SUCCESS)
			rsw_delivered(port, 1, len);
		else
			rsw_drop_egress(port, 1, RSW_DROP_OUT_refused);
	}
}

static const char *host_state(const struct rsw_port *port)
{
	return rsw_port_is_up(port) ? "running" : "down";
}

const struct rsw_port_ops rsw_host_ops = {
	.egress = host_egress,
	.state = host_state,
	.backlog = rsw_skbq_backlog,
};

/* In no VLAN, and in each that the host is in. */
static void forget(struct rsw_switch *sw, const u8 *addr)
{
	unsigned int vid;

	rsw_fdb_del_local(&sw->fdb, addr, 0);
	for_each_set_bit(vid, sw->host.vlans.member, VLAN_N_VID)
		rsw_fdb_del_local(&sw->fdb, addr, vid);
}

/**
 * rsw_host_know - an address is the host's
 * @sw: the switch
 * @addr: the address
 *
 * Context: RTNL, or before anybody can find the switch.
 * Return: 0, or -ENOMEM and the address is not known to be the host's.
 */
int rsw_host_know(struct rsw_switch *sw, const u8 *addr)
{
	int err = rsw_fdb_add_local(&sw->fdb, &sw->host, addr, 0);
	unsigned int vid;

	for_each_set_bit(vid, sw->host.vlans.member, VLAN_N_VID)
		err = err ?: rsw_fdb_add_local(&sw->fdb, &sw->host, addr, vid);
	if (err)
		forget(sw, addr);
	return err;
}

int rsw_host_set_mac(struct net_device *dev, void *addr)
{
	struct rsw_switch *sw = netdev_priv(dev);
	const u8 *mac = ((struct sockaddr *)addr)->sa_data;
	u8 old[ETH_ALEN];
	int err;

	ether_addr_copy(old, dev->dev_addr);
	err = eth_prepare_mac_addr_change(dev, addr);
	if (err || ether_addr_equal(old, mac))
		return err;
	err = rsw_host_know(sw, mac);
	if (err)
		return err;
	eth_commit_mac_addr_change(dev, addr);
	forget(sw, old);
	return 0;
}

/*
 * Promiscuous: the host wants to see unknown destinations as well. Daemons that route multicast
 * ask for all of it.
 */
void rsw_host_set_rx_mode(struct net_device *dev)
{
	struct rsw_switch *sw = netdev_priv(dev);

	assign_bit(RSW_PORT_unicast_flood, &sw->host.flags, dev->flags & IFF_PROMISC);
	rsw_mrouter_set_all(&sw->mdb, &sw->host, dev->flags & (IFF_PROMISC | IFF_ALLMULTI));
}

/**
 * rsw_port_get_stats64 - counters for ip -s link
 * @dev: netdev of a port
 * @stats: result. Seen from the netdev: for a representor, received is what the guest
 *	sent; for the switch itself, transmitted is what the host sent
 */
void rsw_port_get_stats64(struct net_device *dev, struct rtnl_link_stats64 *stats)
{
	struct rsw_port *port = rsw_port_of(dev);
	struct rsw_stats_sum sum;

	rsw_stats_sum(port->stats, &sum);
	stats->rx_packets = sum.count[RSW_INGRESS_FRAMES];
	stats->rx_bytes = sum.count[RSW_INGRESS_BYTES];
	stats->rx_dropped = rsw_stats_drops_in(&sum);
	stats->tx_packets = sum.count[RSW_EGRESS_FRAMES];
	stats->tx_bytes = sum.count[RSW_EGRESS_BYTES];
	stats->tx_dropped = rsw_stats_drops_out(&sum);
	if (!rsw_is_switch(dev))
		return;
	swap(stats->rx_packets, stats->tx_packets);
	swap(stats->rx_bytes, stats->tx_bytes);
	swap(stats->rx_dropped, stats->tx_dropped);
}
