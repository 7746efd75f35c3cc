/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_SWITCH_H
#define RINGSWITCH_SWITCH_H

#include <linux/netdevice.h>
#include <linux/workqueue.h>

#include "fdb.h"
#include "mdb.h"
#include "port.h"

struct net;
struct rsw_mgmt;
struct rsw_skbq;

/**
 * struct rsw_switch - a switch; private data of its netdev
 * @dev: the netdev, which is also the host's own port
 * @host: that port
 * @ports: all ports, the host's included; changed under RTNL, read under RCU
 * @fdb: forwarding database
 * @mdb: multicast database
 * @vlan_proto: TPID of VLAN tags; 0: the switch does not filter by VLAN; written under RTNL
 * @vlan_tpid: the same while it does not; RTNL
 * @default_pvid: the VLAN that new ports are in, without a tag; 0: in none; RTNL
 * @fdb_news: learned and moved addresses that were told of; fdb.lock
 * @age_work: forgets old addresses, and who has not asked for groups lately
 * @skbq: ingress queues for socket buffers, per CPU
 * @mgmt: management device; NULL once the switch is being deleted; RTNL
 *
 * DOC: Locking and lifetime
 *
 * Order, outermost first::
 *
 *	vdpa_dev_lock		(vdpa core: device and management device)
 *	RTNL			ports of a switch, netdevs, uplinks
 *	guest->ctl		state of a guest's device; starts and stops its queues
 *	mem->lock		map and unmap
 *	ingress queue lock	held for a batch, BH off
 *	egress queue lock	held for one visit of a receiver, BH off
 *	fdb->lock, mdb->lock, config_lock, worker->lock, meter->lock	innermost
 *
 * Consequences: nothing that holds RTNL may register or unregister a vdpa or
 * management device (mgmt.c defers it); two ingress locks are never held at once; an
 * egress path takes no ingress lock, so A sending to B and B to A cannot deadlock.
 *
 * The path runs with BH off inside one RCU read section per batch. A port is found
 * there by the FDB or the list of ports. rsw_port_detach() makes it unfindable in
 * this order: down and off the list, grace period (no batch learns from it any
 * more), FDB and MDB flushed and queued buffers purged, grace period (no batch still visits
 * it). Then its owner may free it. When a switch goes, rsw_port_detach_all() does this for all of
 * its ports at once.
 *
 * A guest belongs to its vdpa device, which may live longer than its switch: a VMM
 * keeps it open. Then port.sw is NULL and frames are dropped as in_switch_down.
 */
struct rsw_switch {
	struct net_device *dev;
	struct rsw_port host;
	struct list_head ports;
	struct rsw_fdb fdb;
	struct rsw_mdb mdb;
	__be16 vlan_proto;
	__be16 vlan_tpid;
	u16 default_pvid;
	struct rsw_window fdb_news;
	struct delayed_work age_work;
	struct rsw_skbq __percpu *skbq;
	struct rsw_mgmt *mgmt;
};

extern struct rtnl_link_ops rsw_link_ops;

bool rsw_is_switch(const struct net_device *dev);
struct rsw_port *rsw_port_of(const struct net_device *dev);
int rsw_switch_create(struct net *net, const char *name);
void rsw_switch_set_ageing(struct rsw_switch *sw, unsigned long ageing_time);

#endif /* RINGSWITCH_SWITCH_H */
