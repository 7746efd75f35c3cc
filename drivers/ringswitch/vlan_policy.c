// SPDX-License-Identifier: GPL-2.0
/* Which VLANs a port is in, changed: by sysfs and by rtnetlink, both through here. */
#include <linux/bitmap.h>
#include <linux/rtnetlink.h>

#include "bridge_link.h"
#include "host.h"
#include "vlan_policy.h"

/* The host is known by its address in each VLAN that it is in. */
static int know_host(struct rsw_port *port, const unsigned long *vids)
{
	struct rsw_switch *sw = rtnl_dereference(port->sw);
	unsigned int vid;
	int err;

	if (!sw || port != &sw->host)
		return 0;
	for_each_set_bit(vid, vids, VLAN_N_VID) {
		err = rsw_fdb_add_local(&sw->fdb, port, sw->dev->dev_addr, vid);
		if (err)
			goto undo;
	}
	return 0;

undo:
	for_each_andnot_bit(vid, vids, port->vlans.member, VLAN_N_VID)
		rsw_fdb_del_local(&sw->fdb, sw->dev->dev_addr, vid);
	return err;
}

/**
 * rsw_vlan_add - put a port into VLANs
 * @port: any port
 * @vids: VIDs, from 1 to %RSW_VID_LAST; it may be in some already
 * @untagged: their frames go out without a tag
 * @pvid: of which VLAN frames are from then on that do not say it; as in rsw_vlan_set_pvid()
 *
 * Whoever listens is told once.
 *
 * Context: RTNL.
 * Return: 0, or -ENOMEM and nothing has changed.
 */
int rsw_vlan_add(struct rsw_port *port, const unsigned long *vids, bool untagged, u16 pvid)
{
	unsigned int vid;
	int err = know_host(port, vids);

	if (err)
		return err;
	for_each_set_bit(vid, vids, VLAN_N_VID) {
		assign_bit(vid, port->vlans.untagged, untagged);
		set_bit(vid, port->vlans.member);
	}
	WRITE_ONCE(port->vlans.pvid, pvid);
	rsw_bridge_link_notify(port);
	return 0;
}

/**
 * rsw_vlan_del - take a port out of VLANs
 * @port: any port
 * @vids: VIDs; it need not be in all of them
 *
 * What is behind it there is forgotten.
 *
 * Context: sleeps; RTNL.
 */
void rsw_vlan_del(struct rsw_port *port, const unsigned long *vids)
{
	struct rsw_switch *sw = rtnl_dereference(port->sw);
	unsigned int vid;

	for_each_and_bit(vid, vids, port->vlans.member, VLAN_N_VID) {
		clear_bit(vid, port->vlans.member);
		clear_bit(vid, port->vlans.untagged);
		if (port->vlans.pvid == vid)
			WRITE_ONCE(port->vlans.pvid, 0);
	}
	/* Nobody learns there any more once this has passed. */
	synchronize_net();
	if (sw) {
		rsw_fdb_flush(&sw->fdb,
			      &(struct rsw_fdb_choice){ .port = port, .vids = vids });
		rsw_mdb_flush_vlans(&sw->mdb, port, vids);
	}
	rsw_bridge_link_notify(port);
}

/**
 * rsw_vlan_set_pvid - of which VLAN frames are that do not say it
 * @port: any port
 * @vid: VID; 0: such frames are dropped. The port need not be in that VLAN, but then
 *	nothing gets through
 *
 * Context: RTNL.
 */
void rsw_vlan_set_pvid(struct rsw_port *port, u16 vid)
{
	ASSERT_RTNL();
	WRITE_ONCE(port->vlans.pvid, vid);
	rsw_bridge_link_notify(port);
}

/**
 * rsw_vlan_set - say in which VLANs a port is, all at once
 * @port: any port
 * @vids: those, and no others; a new one is tagged
 *
 * Context: sleeps; RTNL.
 * Return: 0, or -ENOMEM and nothing has changed.
 */
int rsw_vlan_set(struct rsw_port *port, const unsigned long *vids)
{
	DECLARE_BITMAP(other, VLAN_N_VID);
	int err = 0;

	if (bitmap_andnot(other, vids, port->vlans.member, VLAN_N_VID))
		err = rsw_vlan_add(port, other, false, port->vlans.pvid);
	if (!err && bitmap_andnot(other, port->vlans.member, vids, VLAN_N_VID))
		rsw_vlan_del(port, other);
	return err;
}

/**
 * rsw_vlan_set_untagged - say of which VLANs frames go out without a tag
 * @port: any port
 * @vids: those; of the others frames go out with one
 *
 * Context: RTNL.
 */
void rsw_vlan_set_untagged(struct rsw_port *port, const unsigned long *vids)
{
	unsigned int vid;

	ASSERT_RTNL();
	for_each_set_bit(vid, port->vlans.member, VLAN_N_VID)
		assign_bit(vid, port->vlans.untagged, test_bit(vid, vids));
	rsw_bridge_link_notify(port);
}

/**
 * rsw_vlan_set_filtering - filter by VLAN, or not
 * @sw: the switch
 * @on: it does
 *
 * A switch that filters knows addresses by VLAN: what it knew before is found no more, and ages.
 *
 * Context: RTNL.
 */
void rsw_vlan_set_filtering(struct rsw_switch *sw, bool on)
{
	ASSERT_RTNL();
	WRITE_ONCE(sw->vlan_proto, on ? sw->vlan_tpid : 0);
}

/**
 * rsw_vlan_set_protocol - say which tags count
 * @sw: the switch
 * @tpid: their Ethertype, ETH_P_8021Q or ETH_P_8021AD
 *
 * Context: RTNL.
 */
void rsw_vlan_set_protocol(struct rsw_switch *sw, __be16 tpid)
{
	ASSERT_RTNL();
	WRITE_ONCE(sw->vlan_tpid, tpid);
	if (sw->vlan_proto)
		WRITE_ONCE(sw->vlan_proto, tpid);
}

/*
 * Is it what a new port was with this default, or more? Who is in a VLAN although there was no
 * default was put there by somebody.
 */
static bool is_as_at_first(const struct rsw_vlans *vlans, u16 vid)
{
	if (!vid)
		return bitmap_empty(vlans->member, VLAN_N_VID);
	return vlans->pvid == vid && test_bit(vid, vlans->member) &&
	       test_bit(vid, vlans->untagged);
}

static int set_vlan_at_first(struct rsw_port *port, u16 from, u16 to)
{
	DECLARE_BITMAP(vids, VLAN_N_VID) = {};
	int err;

	if (to) {
		__set_bit(to, vids);
		err = rsw_vlan_add(port, vids, true, to);
		if (err)
			return err;
	}
	if (from) {
		bitmap_zero(vids, VLAN_N_VID);
		__set_bit(from, vids);
		rsw_vlan_del(port, vids);
	}
	return 0;
}

/**
 * rsw_vlan_set_default_pvid - say in which VLAN ports are at first
 * @sw: the switch
 * @vid: VID, from 1 to %RSW_VID_LAST; 0: in none, so that they get nothing and may send nothing
 *
 * As on a bridge, ports whose PVID is the one before are put into this one instead, unless they
 * are in it already. Where there was no default, other than on a bridge, a port that is in any VLAN
 * is left alone: it may be a trunk.
 *
 * Context: sleeps; RTNL.
 * Return: 0, or -ENOMEM and some ports may have changed.
 */
int rsw_vlan_set_default_pvid(struct rsw_switch *sw, u16 vid)
{
	const u16 old = sw->default_pvid;
	struct rsw_port *port;
	int err;

	ASSERT_RTNL();
	if (vid == old)
		return 0;
	list_for_each_entry(port, &sw->ports, node) {
		if (!is_as_at_first(&port->vlans, old) ||
		    (vid && test_bit(vid, port->vlans.member)))
			continue;
		err = set_vlan_at_first(port, old, vid);
		if (err)
			return err;
	}
	WRITE_ONCE(sw->default_pvid, vid);
	return 0;
}
