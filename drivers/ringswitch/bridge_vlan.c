// SPDX-License-Identifier: GPL-2.0
/* "bridge vlan": the VLANs of a port, by rtnetlink (AF_BRIDGE). */
#include <linux/bitmap.h>
#include <linux/if_bridge.h>
#include <linux/netdevice.h>
#include <net/netlink.h>
#include <net/rtnetlink.h>

#include "bridge_vlan.h"
#include "vlan_policy.h"

static u16 flags_of(const struct rsw_vlans *vlans, u16 vid)
{
	return (READ_ONCE(vlans->pvid) == vid ? BRIDGE_VLAN_INFO_PVID : 0) |
	       (test_bit(vid, vlans->untagged) ? BRIDGE_VLAN_INFO_UNTAGGED : 0);
}

static int put(struct sk_buff *skb, u16 vid, u16 flags)
{
	struct bridge_vlan_info info = { .vid = vid, .flags = flags };

	return nla_put(skb, IFLA_BRIDGE_VLAN_INFO, sizeof(info), &info);
}

static int put_range(struct sk_buff *skb, u16 first, u16 last, u16 flags)
{
	if (first == last)
		return put(skb, first, flags);
	return put(skb, first, flags | BRIDGE_VLAN_INFO_RANGE_BEGIN) ?:
	       put(skb, last, flags | BRIDGE_VLAN_INFO_RANGE_END);
}

/**
 * rsw_bridge_fill_vlans - say in which VLANs a port is
 * @skb: message, gets an IFLA_AF_SPEC
 * @port: the port
 * @compressed: ranges instead of single VLANs
 *
 * Return: 0 or -EMSGSIZE.
 */
int rsw_bridge_fill_vlans(struct sk_buff *skb, const struct rsw_port *port, bool compressed)
{
	struct nlattr *nest = nla_nest_start_noflag(skb, IFLA_AF_SPEC);
	u16 first = 0, last = 0, flags = 0;
	unsigned int vid;

	if (!nest)
		return -EMSGSIZE;
	for_each_set_bit(vid, port->vlans.member, VLAN_N_VID) {
		u16 own = flags_of(&port->vlans, vid);

		if (compressed && last && vid == last + 1 && own == flags) {
			last = vid;
			continue;
		}
		if (last && put_range(skb, first, last, flags))
			return -EMSGSIZE;
		first = vid;
		last = vid;
		flags = own;
	}
	if (last && put_range(skb, first, last, flags))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/*
 * The VLAN or range that ends with @attr; @begin: where it began, 0: it does not go back.
 * Returns 1 when it is complete, 0 when it has only begun, or -EINVAL.
 */
static int parse(const struct nlattr *attr, u16 *begin, struct bridge_vlan_info *info,
		 struct netlink_ext_ack *extack)
{
	bool begins, ends;

	if (nla_len(attr) != sizeof(*info)) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "Not a VLAN");
		return -EINVAL;
	}
	*info = *(const struct bridge_vlan_info *)nla_data(attr);
	if (!info->vid || info->vid > RSW_VID_LAST) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "VLAN IDs are from 1 to 4094");
		return -EINVAL;
	}
	begins = info->flags & BRIDGE_VLAN_INFO_RANGE_BEGIN;
	ends = info->flags & BRIDGE_VLAN_INFO_RANGE_END;
	if ((begins && ends) || ends != !!*begin || (ends && *begin >= info->vid)) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "Not a range of VLANs");
		return -EINVAL;
	}
	if ((begins || ends) && info->flags & BRIDGE_VLAN_INFO_PVID) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "A port has one PVID, not a range of them");
		return -EINVAL;
	}
	if (begins) {
		*begin = info->vid;
		return 0;
	}
	return 1;
}

/* It is said anew each time: who adds the PVID's VLAN without saying so takes it away. */
static u16 pvid_after(const struct rsw_port *port, const unsigned long *vids,
		      const struct bridge_vlan_info *info)
{
	u16 pvid = port->vlans.pvid;

	if (info->flags & BRIDGE_VLAN_INFO_PVID)
		return info->vid;
	return test_bit(pvid, vids) ? 0 : pvid;
}

static int apply(struct rsw_port *port, u16 first, const struct bridge_vlan_info *info, bool add)
{
	DECLARE_BITMAP(vids, VLAN_N_VID) = {};

	bitmap_set(vids, first, info->vid - first + 1);
	if (!add) {
		rsw_vlan_del(port, vids);
		return 0;
	}
	return rsw_vlan_add(port, vids, info->flags & BRIDGE_VLAN_INFO_UNTAGGED,
			    pvid_after(port, vids, info));
}

/**
 * rsw_bridge_set_vlans - put a port into VLANs, or take it out of them
 * @port: any port
 * @spec: IFLA_AF_SPEC with any number of IFLA_BRIDGE_VLAN_INFO
 * @add: put in
 * @extack: for the reason when it cannot be
 *
 * Context: RTNL.
 * Return: 0; -EINVAL, and nothing has changed; -ENOMEM, and those before have.
 */
int rsw_bridge_set_vlans(struct rsw_port *port, const struct nlattr *spec, bool add,
			 struct netlink_ext_ack *extack)
{
	for (int pass = 0; pass < 2; pass++) {
		const struct nlattr *attr;
		u16 begin = 0;
		int rem;

		nla_for_each_nested(attr, spec, rem) {
			struct bridge_vlan_info info;
			int err;

			if (nla_type(attr) != IFLA_BRIDGE_VLAN_INFO)
				continue;
			err = parse(attr, &begin, &info, extack);
			if (err < 0)
				return err;
			if (!err)
				continue;
			err = pass ? apply(port, begin ?: info.vid, &info, add) : 0;
			if (err)
				return err;
			begin = 0;
		}
		if (begin) {
			NL_SET_ERR_MSG(extack, "A range of VLANs without an end");
			return -EINVAL;
		}
	}
	return 0;
}

/**
 * rsw_bridge_dellink - ndo_bridge_dellink of a switch
 * @dev: netdev of a port
 * @nlh: what is to be taken away
 * @flags: BRIDGE_FLAGS_*
 *
 * The kernel gives this operation no extack, so there is no text for what is refused.
 *
 * Context: RTNL.
 * Return: 0 or -EINVAL.
 */
int rsw_bridge_dellink(struct net_device *dev, struct nlmsghdr *nlh, u16 flags)
{
	const struct nlattr *spec = nlmsg_find_attr(nlh, sizeof(struct ifinfomsg), IFLA_AF_SPEC);
	struct rsw_port *port = rsw_port_of(dev);

	return port && spec ? rsw_bridge_set_vlans(port, spec, false, NULL) : -EINVAL;
}
