// SPDX-License-Identifier: GPL-2.0
/*
 * Addresses that an administrator adds and removes: by sysfs and by rtnetlink, both through
 * here. As on a bridge, but for two things: a static address is not moved by frames, and the
 * switch's own address is not removed.
 */
#include <linux/etherdevice.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "fdb_policy.h"
#include "switch.h"
#include "sysctl.h"

static int refuse_own(struct netlink_ext_ack *extack)
{
	NL_SET_ERR_MSG(extack, "It is the switch's own address; change that by \"ip link set\"");
	return -EBUSY;
}

static int check(const struct rsw_port *port, bool host, const u8 *addr, u16 vid, u8 kind,
		 struct netlink_ext_ack *extack)
{
	if (!is_valid_ether_addr(addr)) {
		NL_SET_ERR_MSG(extack, "Must be the address of one station");
		return -EINVAL;
	}
	if (host && !(kind & RSW_FDB_LOCAL)) {
		NL_SET_ERR_MSG(extack,
			       "The host's addresses are permanent; name a port by \"via\"");
		return -EINVAL;
	}
	if (!host && kind & RSW_FDB_LOCAL) {
		NL_SET_ERR_MSG(extack,
			       "Permanent ones are the host's; say \"static\" or \"dynamic\"");
		return -EINVAL;
	}
	if (kind & RSW_FDB_LOCAL && kind & RSW_FDB_STICKY) {
		NL_SET_ERR_MSG(extack,
			       "What is permanent does not move anyway; leave out \"sticky\"");
		return -EINVAL;
	}
	if (!(kind & RSW_FDB_LASTING) && !rsw_port_is_up(port)) {
		NL_SET_ERR_MSG(extack, "The port is down; only static addresses can be added");
		return -EPERM;
	}
	if (!rsw_vlan_has(&port->vlans, vid)) {
		NL_SET_ERR_MSG(extack,
			       "The port is not in this VLAN; \"bridge vlan add\" puts it there");
		return -EINVAL;
	}
	return 0;
}

/* In no VLAN, and in each that the port is in: all of them, or those up to the one that fails. */
static int set_in_all(struct rsw_fdb *fdb, struct rsw_port *port, const u8 *addr, u8 flags,
		      u16 nlm_flags)
{
	int err = rsw_fdb_set(fdb, port, addr, 0, flags, nlm_flags);
	unsigned int vid, undo;

	if (err)
		return err;
	for_each_set_bit(vid, port->vlans.member, VLAN_N_VID) {
		err = rsw_fdb_set(fdb, port, addr, vid, flags, nlm_flags);
		if (err)
			break;
	}
	/* Those before it were new, so they can go again. */
	if (!err || !(nlm_flags & NLM_F_EXCL))
		return err;
	rsw_fdb_del(fdb, port, addr, 0);
	for_each_set_bit(undo, port->vlans.member, vid)
		rsw_fdb_del(fdb, port, addr, undo);
	return err;
}

/**
 * rsw_fdb_user_set - add or change an address
 * @port: where it is, any port
 * @addr: the address
 * @vid: VLAN; 0: all that the port is in, and none
 * @kind: RSW_FDB_LOCAL, RSW_FDB_STATIC, RSW_FDB_STICKY, RSW_FDB_EXTERN
 * @nlm_flags: NLM_F_CREATE, NLM_F_EXCL
 * @extack: for the reason when it cannot be; or NULL
 *
 * Context: RTNL.
 * Return: 0; -EINVAL, -EPERM (the port is down), -ENOENT, -EEXIST, -EBUSY (the switch's own
 *	address), -ENODEV (the port is leaving), -ENOSPC (a cap of the host) or -ENOMEM.
 */
int rsw_fdb_user_set(struct rsw_port *port, const u8 *addr, u16 vid, u8 kind, u16 nlm_flags,
		     struct netlink_ext_ack *extack)
{
	struct rsw_switch *sw = rtnl_dereference(port->sw);
	u8 flags = RSW_FDB_USER | kind;
	int err;

	if (!sw)
		return -ENODEV;
	err = check(port, port == &sw->host, addr, vid, kind, extack);
	if (err)
		return err;
	if (vid)
		err = rsw_fdb_set(&sw->fdb, port, addr, vid, flags, nlm_flags);
	else
		err = set_in_all(&sw->fdb, port, addr, flags, nlm_flags);
	if (err == -EBUSY)
		return refuse_own(extack);
	if (err == -EEXIST)
		NL_SET_ERR_MSG(extack, "The address is known already; \"replace\" changes it");
	return err == -ENOSPC ? rsw_sysctl_refuse(RSW_CAP_fdb_entries, extack) : err;
}

/**
 * rsw_fdb_user_del - have an address forgotten
 * @sw: the switch
 * @port: where it must be; NULL: anywhere
 * @addr: the address
 * @vid: VLAN; 0: all of them, and none
 * @extack: for the reason when it cannot be; or NULL
 *
 * Context: RTNL.
 * Return: 0; -ENOENT when it is known nowhere there; -EBUSY for the switch's own address.
 */
int rsw_fdb_user_del(struct rsw_switch *sw, const struct rsw_port *port, const u8 *addr, u16 vid,
		     struct netlink_ext_ack *extack)
{
	int found = rsw_fdb_del(&sw->fdb, port, addr, vid);

	ASSERT_RTNL();
	for (u16 v = 1; !vid && v <= RSW_VID_LAST; v++) {
		int err = -ENOENT;

		/* Nothing is known behind a port of VLANs that it is not in. */
		if (!port || rsw_vlan_has(&port->vlans, v))
			err = rsw_fdb_del(&sw->fdb, port, addr, v);
		if (err != -ENOENT)
			found = err;
	}
	if (found == -ENOENT)
		NL_SET_ERR_MSG(extack, "Fdb entry not found");
	return found == -EBUSY ? refuse_own(extack) : found;
}
