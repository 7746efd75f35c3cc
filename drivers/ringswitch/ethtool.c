// SPDX-License-Identifier: GPL-2.0
/*
 * What ethtool tells of a switch and of a guest's port. A port is at the other end of the cable
 * as it were: "rx" of its netdev is what the guest sends, as in ip -s link.
 */
#include <linux/ethtool.h>
#include <linux/netdevice.h>
#include <linux/string.h>

#include "ethtool.h"
#include "guest.h"
#include "representor.h"
#include "switch.h"

/* Of an interrupt that is due: a driver that waits for longer looks dead. */
#define MAX_USECS	1000000

static const char * const queue_counters[] = { RSW_QUEUE_COUNTERS(RSW_QUEUE_NAME) };

static void put_port_names(u8 **names, const char *of)
{
	for (unsigned int i = 0; i < RSW_STATS_MAX; i++)
		ethtool_sprintf(names, "%s%s", of, rsw_stats_name(i));
}

static void add_port_stats(u64 *stats, const struct rsw_port *port)
{
	struct rsw_stats_sum sum;

	rsw_stats_sum(port->stats, &sum);
	for (unsigned int i = 0; i < RSW_STATS_MAX; i++)
		stats[i] += ((const u64 *)&sum)[i];
}

static int switch_get_sset_count(struct net_device *dev, int sset)
{
	return sset == ETH_SS_STATS ? 2 * RSW_STATS_MAX : -EOPNOTSUPP;
}

static void switch_get_strings(struct net_device *dev, u32 sset, u8 *names)
{
	if (sset != ETH_SS_STATS)
		return;
	put_port_names(&names, "");
	put_port_names(&names, "switch_");
}

/* Of the host's port, and of all ports that the switch has now. */
static void switch_get_stats(struct net_device *dev, struct ethtool_stats *stats, u64 *data)
{
	const struct rsw_switch *sw = netdev_priv(dev);
	const struct rsw_port *port;

	memset(data, 0, 2 * RSW_STATS_MAX * sizeof(*data));
	add_port_stats(data, &sw->host);
	list_for_each_entry(port, &sw->ports, node)
		add_port_stats(data + RSW_STATS_MAX, port);
}

static void switch_get_drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	strscpy(info->driver, "ringswitch", sizeof(info->driver));
}

const struct ethtool_ops rsw_switch_ethtool_ops = {
	.get_drvinfo = switch_get_drvinfo,
	.get_link = ethtool_op_get_link,
	.get_sset_count = switch_get_sset_count,
	.get_strings = switch_get_strings,
	.get_ethtool_stats = switch_get_stats,
};

static struct rsw_guest *guest_of(const struct net_device *dev)
{
	return rsw_guest_of_port(rsw_representor_port(dev));
}

static int get_sset_count(struct net_device *dev, int sset)
{
	unsigned int nqueues = 2 * guest_of(dev)->npairs;

	if (sset != ETH_SS_STATS)
		return -EOPNOTSUPP;
	return RSW_STATS_MAX + nqueues * ARRAY_SIZE(queue_counters);
}

static void put_queue_names(u8 **names, u16 pair, const char *direction)
{
	for (int i = 0; i < ARRAY_SIZE(queue_counters); i++)
		ethtool_sprintf(names, "pair%u_%s_%s", pair, direction, queue_counters[i]);
}

static void get_strings(struct net_device *dev, u32 sset, u8 *names)
{
	if (sset != ETH_SS_STATS)
		return;
	put_port_names(&names, "");
	for (u16 i = 0; i < guest_of(dev)->npairs; i++) {
		put_queue_names(&names, i, "ingress");
		put_queue_names(&names, i, "egress");
	}
}

static void get_stats(struct net_device *dev, struct ethtool_stats *stats, u64 *data)
{
	struct rsw_guest *guest = guest_of(dev);
	struct rsw_queue_stats *queue = (void *)(data + RSW_STATS_MAX);

	memset(data, 0, RSW_STATS_MAX * sizeof(*data));
	add_port_stats(data, &guest->port);
	for (u16 i = 0; i < guest->npairs; i++) {
		rsw_queue_get_stats(&guest->pair[i].ingress, queue++);
		rsw_queue_get_stats(&guest->pair[i].egress, queue++);
	}
}

static void get_drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	strscpy(info->driver, "ringswitch_port", sizeof(info->driver));
	strscpy(info->bus_info, dev_name(&guest_of(dev)->vdpa.dev), sizeof(info->bus_info));
}

static int get_link_ksettings(struct net_device *dev, struct ethtool_link_ksettings *cmd)
{
	cmd->base.speed = RSW_PORT_SPEED;
	cmd->base.duplex = DUPLEX_FULL;
	cmd->base.port = PORT_OTHER;
	cmd->base.autoneg = AUTONEG_DISABLE;
	return 0;
}

/* Pairs of queues; how many of them get frames is the driver's own choice. */
static void get_channels(struct net_device *dev, struct ethtool_channels *channels)
{
	channels->max_combined = guest_of(dev)->npairs;
	channels->combined_count = READ_ONCE(guest_of(dev)->active);
}

static void get_ringparam(struct net_device *dev, struct ethtool_ringparam *ring,
			  struct kernel_ethtool_ringparam *more, struct netlink_ext_ack *extack)
{
	const struct rsw_guest *guest = guest_of(dev);
	const struct rsw_pair *pair = &guest->pair[0];

	ring->rx_max_pending = READ_ONCE(guest->ring_max);
	ring->tx_max_pending = READ_ONCE(guest->ring_max);
	ring->rx_pending = READ_ONCE(pair->ingress.num);
	ring->tx_pending = READ_ONCE(pair->egress.num);
}

static int get_coalesce(struct net_device *dev, struct ethtool_coalesce *coal,
			struct kernel_ethtool_coalesce *more, struct netlink_ext_ack *extack)
{
	struct rsw_coalescing ingress, egress;

	rsw_guest_get_coalescing(guest_of(dev), &ingress, &egress);
	coal->rx_coalesce_usecs = ingress.max_usecs;
	coal->rx_max_coalesced_frames = ingress.max_packets;
	coal->tx_coalesce_usecs = egress.max_usecs;
	coal->tx_max_coalesced_frames = egress.max_packets;
	return 0;
}

static int set_coalesce(struct net_device *dev, struct ethtool_coalesce *coal,
			struct kernel_ethtool_coalesce *more, struct netlink_ext_ack *extack)
{
	const struct rsw_coalescing ingress = {
		.max_usecs = coal->rx_coalesce_usecs,
		.max_packets = coal->rx_max_coalesced_frames,
	};
	const struct rsw_coalescing egress = {
		.max_usecs = coal->tx_coalesce_usecs,
		.max_packets = coal->tx_max_coalesced_frames,
	};
	int err;

	if (ingress.max_usecs > MAX_USECS || egress.max_usecs > MAX_USECS) {
		NL_SET_ERR_MSG(extack, "An interrupt can be delayed by one second at most");
		return -ERANGE;
	}
	err = rsw_guest_set_coalescing(guest_of(dev), &ingress, &egress);
	if (err == -EBUSY)
		NL_SET_ERR_MSG(extack, "The guest's driver decides this itself (NOTF_COAL)");
	return err;
}

const struct ethtool_ops rsw_guest_ethtool_ops = {
	.supported_coalesce_params = ETHTOOL_COALESCE_USECS | ETHTOOL_COALESCE_MAX_FRAMES,
	.get_drvinfo = get_drvinfo,
	.get_link = ethtool_op_get_link,
	.get_link_ksettings = get_link_ksettings,
	.get_sset_count = get_sset_count,
	.get_strings = get_strings,
	.get_ethtool_stats = get_stats,
	.get_channels = get_channels,
	.get_ringparam = get_ringparam,
	.get_coalesce = get_coalesce,
	.set_coalesce = set_coalesce,
};
