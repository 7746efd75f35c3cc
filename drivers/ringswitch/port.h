/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_PORT_H
#define RINGSWITCH_PORT_H

#include <linux/bitops.h>
#include <linux/list.h>
#include <linux/netdevice.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

#include "fdb_share.h"
#include "mdb.h"
#include "port_flags.h"
#include "stats.h"
#include "vlan.h"

struct netlink_ext_ack;
struct rsw_batch;
struct rsw_guard;
struct rsw_limits;
struct rsw_mirror;
struct rsw_port;
struct rsw_switch;

/*
 * Mbit/s that a guest's link has, and its representor: as much as tun and veth say, for
 * bonding and spanning trees to reckon with. What it may send is said elsewhere (limit.h).
 */
#define RSW_PORT_SPEED	10000

/* A port that is isolated and in no group. Group n is n more. */
#define RSW_ISOLATION_PRIVATE	1U

/* Frames of a port that can be copied to somewhere else: those from it, and those to it. */
enum rsw_mirror_way {
	RSW_MIRROR_INGRESS,
	RSW_MIRROR_EGRESS,
	RSW_MIRROR_WAYS,
};

/**
 * struct rsw_port_ops - what kinds of port differ in
 * @egress: take the frames of @batch named by @frames, each delivered or counted as
 *	dropped when this returns. BH off, RCU read section. A frame's skb may be kept
 *	by way of rsw_skb_take() only
 * @state: a word for people: "running", "idle", "suspended", "broken"
 * @backlog: frames that wait to be let in. RCU read section
 */
struct rsw_port_ops {
	void (*egress)(struct rsw_port *port, struct rsw_batch *batch, u64 frames);
	const char *(*state)(const struct rsw_port *port);
	unsigned int (*backlog)(struct rsw_port *port);
};

/**
 * struct rsw_port - one port of a switch
 * @ops: its kind
 * @sw: the switch; NULL when not attached. Cleared before the grace period that
 *	lets the port go
 * @dev: the netdev people know the port by: a NIC, a representor or the switch
 * @ifindex: of that netdev, but for the host's; stays when the port is detached, for who is
 *	told of what was behind it
 * @stats: counters; outlive the attachment
 * @limits: how much it may send and get; NULL: anything. Written under RTNL
 * @up: frames pass; written under RTNL, read anywhere
 * @flags: BIT() of enum rsw_port_flag; those of the host are written under its address lock,
 *	of others under RTNL
 * @isolation: 0, or what ports must have in common to reach each other, see
 *	rsw_port_reaches(); written under RTNL
 * @isolation_group: what it is made of while the port is isolated; written under RTNL
 * @fdb: what it has of the forwarding database
 * @vlans: which VLANs it is in; counts while the switch filters by VLAN
 * @mirror: where its frames are copied to, NULL: nowhere; written under RTNL
 * @guard: who it may be, NULL: anybody; guests only. Replaced under RTNL, RCU
 * @mdb: groups that it is in, and whether it gets all
 * @node: in the switch's list of ports, RCU
 */
struct rsw_port {
	const struct rsw_port_ops *ops;
	struct rsw_switch __rcu *sw;
	struct net_device *dev;
	int ifindex;
	struct rsw_stats __percpu *stats;
	struct rsw_limits __rcu *limits;
	bool up;
	unsigned long flags;
	u32 isolation;
	u16 isolation_group;
	struct rsw_mirror __rcu *mirror[RSW_MIRROR_WAYS];
	struct rsw_guard __rcu *guard;
	struct list_head node;
	struct rsw_fdb_share fdb;
	struct rsw_mdb_port mdb;
	struct rsw_vlans vlans;
};

int rsw_port_init(struct rsw_port *port, const struct rsw_port_ops *ops);
void rsw_port_free(struct rsw_port *port);
void rsw_port_attach(struct rsw_port *port, struct rsw_switch *sw, struct net_device *dev);
void rsw_port_detach(struct rsw_port *port);
void rsw_port_detach_all(struct rsw_switch *sw, struct list_head *gone);
void rsw_port_set_up(struct rsw_port *port, bool up);

static inline bool rsw_port_is_up(const struct rsw_port *port)
{
	return READ_ONCE(port->up);
}

/**
 * rsw_port_reaches - may frames of one port go to another?
 * @from: where they came from
 * @to: where they would go
 *
 * Ports that are isolated reach those that are not, and those of their own group.
 */
static inline bool rsw_port_reaches(const struct rsw_port *from, const struct rsw_port *to)
{
	u32 ours = READ_ONCE(from->isolation), theirs = READ_ONCE(to->isolation);

	return !ours || !theirs || (ours == theirs && ours != RSW_ISOLATION_PRIVATE);
}

static inline bool rsw_port_has(const struct rsw_port *port, enum rsw_port_flag flag)
{
	return READ_ONCE(port->flags) & BIT(flag);
}

/* For people. A port loses its netdev while frames are on their way. RCU read section. */
static inline const char *rsw_port_name(const struct rsw_port *port)
{
	const struct net_device *dev = READ_ONCE(port->dev);

	return dev ? netdev_name(dev) : "(detached)";
}

#endif /* RINGSWITCH_PORT_H */
