/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_PORT_H
#define RINGSWITCH_PORT_H

#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

#include "stats.h"

struct net_device;
struct netlink_ext_ack;
struct rsw_batch;
struct rsw_port;
struct rsw_switch;

/*
 * Mbit/s that a guest's link has, and its representor: as much as tun and veth say, for
 * bonding and spanning trees to reckon with. Nothing limits it.
 */
#define RSW_PORT_SPEED	10000

/**
 * struct rsw_port_ops - what kinds of port differ in
 * @egress: take the frames of @batch named by @frames, each delivered or counted as
 *	dropped when this returns. BH off, RCU read section. A frame's skb may be kept
 *	by way of rsw_skb_take() only
 * @state: a word for people: "running", "idle", "suspended", "broken"
 */
struct rsw_port_ops {
	void (*egress)(struct rsw_port *port, struct rsw_batch *batch, u64 frames);
	const char *(*state)(const struct rsw_port *port);
};

/**
 * struct rsw_port - one port of a switch
 * @ops: its kind
 * @sw: the switch; NULL when not attached. Cleared before the grace period that
 *	lets the port go
 * @dev: the netdev people know the port by: a NIC, a representor or the switch
 * @stats: counters; outlive the attachment
 * @up: frames pass; written under RTNL, read anywhere
 * @takes_unknown: wants unicast frames to unknown addresses; written under RTNL
 * @node: in the switch's list of ports, RCU
 */
struct rsw_port {
	const struct rsw_port_ops *ops;
	struct rsw_switch __rcu *sw;
	struct net_device *dev;
	struct rsw_stats __percpu *stats;
	bool up;
	bool takes_unknown;
	struct list_head node;
};

int rsw_port_init(struct rsw_port *port, const struct rsw_port_ops *ops);
void rsw_port_free(struct rsw_port *port);
void rsw_port_attach(struct rsw_port *port, struct rsw_switch *sw, struct net_device *dev);
void rsw_port_detach(struct rsw_port *port);
void rsw_port_set_up(struct rsw_port *port, bool up);

static inline bool rsw_port_is_up(const struct rsw_port *port)
{
	return READ_ONCE(port->up);
}

#endif /* RINGSWITCH_PORT_H */
