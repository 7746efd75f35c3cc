// SPDX-License-Identifier: GPL-2.0
/* "bridge link": what a port is allowed, by rtnetlink (AF_BRIDGE). */
#include <linux/if_bridge.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/netlink.h>
#include <net/rtnetlink.h>

#include "bridge_link.h"
#include "bridge_vlan.h"
#include "port_policy.h"
#include "switch.h"

/* IFLA_BRPORT_* of each flag. */
#define FLAG_ATTR(name, brport, on)	[RSW_PORT_##name] = IFLA_BRPORT_##brport,

static const u16 flag_attr[RSW_PORT_NFLAGS] = { RSW_PORT_FLAGS(FLAG_ATTR) };

/* As the bridge says it when it runs no spanning tree. */
static int fill_port(struct sk_buff *skb, const struct rsw_port *port)
{
	struct nlattr *nest = nla_nest_start(skb, IFLA_PROTINFO);
	u8 state = rsw_port_is_up(port) ? BR_STATE_FORWARDING : BR_STATE_DISABLED;

	if (!nest || nla_put_u8(skb, IFLA_BRPORT_STATE, state))
		return -EMSGSIZE;
	for (unsigned int i = 0; i < RSW_PORT_NFLAGS; i++)
		if (nla_put_u8(skb, flag_attr[i], rsw_port_has(port, i)))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int fill_link(struct sk_buff *skb, const struct net_device *dev,
		     const struct net_device *master)
{
	u8 operstate = netif_running(dev) ? READ_ONCE(dev->operstate) : IF_OPER_DOWN;

	return nla_put_string(skb, IFLA_IFNAME, dev->name) ?:
	       nla_put_u32(skb, IFLA_MASTER, master->ifindex) ?:
	       nla_put_u32(skb, IFLA_MTU, dev->mtu) ?:
	       nla_put_u8(skb, IFLA_OPERSTATE, operstate) ?:
	       nla_put(skb, IFLA_ADDRESS, dev->addr_len, dev->dev_addr) ?:
	       (dev_get_iflink(dev) == dev->ifindex ? 0 :
		nla_put_u32(skb, IFLA_LINK, dev_get_iflink(dev)));
}

/**
 * rsw_bridge_getlink - ndo_bridge_getlink of a switch
 * @skb: reply
 * @portid: who asks
 * @seq: number of the question
 * @dev: netdev of a port; of the switch itself VLANs are all there is to say
 * @filter_mask: RTEXT_FILTER_*
 * @nlflags: NLM_F_*
 *
 * Return: 0 or -EMSGSIZE, when another @skb is needed.
 */
int rsw_bridge_getlink(struct sk_buff *skb, u32 portid, u32 seq, struct net_device *dev,
		       u32 filter_mask, int nlflags)
{
	const struct rsw_port *port = rsw_port_of(dev);
	const struct rsw_switch *sw = port ? rcu_dereference_rtnl(port->sw) : NULL;
	u32 vlans = filter_mask & (RTEXT_FILTER_BRVLAN | RTEXT_FILTER_BRVLAN_COMPRESSED);
	struct ifinfomsg *ifm;
	struct nlmsghdr *nlh;

	if (!sw || (port == &sw->host && !vlans))
		return 0;
	nlh = nlmsg_put(skb, portid, seq, RTM_NEWLINK, sizeof(*ifm), nlflags);
	if (!nlh)
		return -EMSGSIZE;
	ifm = nlmsg_data(nlh);
	*ifm = (struct ifinfomsg){
		.ifi_family = AF_BRIDGE,
		.ifi_type = dev->type,
		.ifi_index = dev->ifindex,
		.ifi_flags = netif_get_flags(dev),
	};
	if (fill_link(skb, dev, sw->dev) || (port != &sw->host && fill_port(skb, port)) ||
	    (vlans && rsw_bridge_fill_vlans(skb, port, vlans & RTEXT_FILTER_BRVLAN_COMPRESSED))) {
		nlmsg_cancel(skb, nlh);
		return -EMSGSIZE;
	}
	nlmsg_end(skb, nlh);
	return 0;
}

static int flag_of(int attr)
{
	for (int i = 0; i < RSW_PORT_NFLAGS; i++)
		if (flag_attr[i] == attr)
			return i;
	return -1;
}

static int parse(const struct nlattr *attr, unsigned long *mask, unsigned long *flags,
		 struct netlink_ext_ack *extack)
{
	int flag = flag_of(nla_type(attr));

	if (flag < 0) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "A ringswitch port has no such setting");
		return -EOPNOTSUPP;
	}
	if (nla_len(attr) != sizeof(u8) || nla_get_u8(attr) > 1) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "Must be on or off");
		return -EINVAL;
	}
	*mask |= BIT(flag);
	__assign_bit(flag, flags, nla_get_u8(attr));
	return 0;
}

static int parse_nest(const struct nlattr *nest, unsigned long *mask, unsigned long *flags,
		      struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	int rem, err = 0;

	nla_for_each_nested(attr, nest, rem) {
		err = parse(attr, mask, flags, extack);
		if (err)
			break;
	}
	return err;
}

/**
 * rsw_bridge_setlink - ndo_bridge_setlink of a switch
 * @dev: netdev of a port
 * @nlh: what is to be changed: all of it or nothing
 * @flags: BRIDGE_FLAGS_*
 * @extack: for the reason when it cannot be
 *
 * Context: RTNL.
 * Return: 0, -EOPNOTSUPP (no such setting), -EINVAL or -ENOMEM.
 */
int rsw_bridge_setlink(struct net_device *dev, struct nlmsghdr *nlh, u16 flags,
		       struct netlink_ext_ack *extack)
{
	const struct nlattr *nest = nlmsg_find_attr(nlh, sizeof(struct ifinfomsg), IFLA_PROTINFO);
	const struct nlattr *spec = nlmsg_find_attr(nlh, sizeof(struct ifinfomsg), IFLA_AF_SPEC);
	unsigned long mask = 0, values = 0;
	struct rsw_port *port = rsw_port_of(dev);
	int err = 0;

	if (!port || (nest && rsw_is_switch(dev))) {
		NL_SET_ERR_MSG(extack, "Only ports have these settings, not the switch");
		return -EOPNOTSUPP;
	}
	if (nest && !(nest->nla_type & NLA_F_NESTED)) {
		NL_SET_ERR_MSG(extack, "Only settings of a port can be changed");
		return -EOPNOTSUPP;
	}
	if (nest)
		err = parse_nest(nest, &mask, &values, extack);
	if (!err && spec)
		err = rsw_bridge_set_vlans(port, spec, true, extack);
	if (err)
		return err;
	rsw_port_set_flags(port, mask, values);
	return 0;
}

/**
 * rsw_bridge_slave_changelink - "ip link set PORT type bridge_slave .."
 * @master: the switch
 * @dev: netdev of a port that is no switch
 * @tb: not used
 * @data: IFLA_BRPORT_*
 * @extack: for the reason when it cannot be
 *
 * The same settings as by "bridge link": the kernel does not ask whether the master is a bridge.
 *
 * Context: RTNL.
 * Return: 0, -EOPNOTSUPP (no such setting) or -EINVAL.
 */
int rsw_bridge_slave_changelink(struct net_device *master, struct net_device *dev,
				struct nlattr *tb[], struct nlattr *data[],
				struct netlink_ext_ack *extack)
{
	unsigned long mask = 0, values = 0;

	for (int i = 1; data && i <= IFLA_BRPORT_MAX; i++) {
		int err = data[i] ? parse(data[i], &mask, &values, extack) : 0;

		if (err)
			return err;
	}
	rsw_port_set_flags(rsw_port_of(dev), mask, values);
	return 0;
}

/**
 * rsw_bridge_link_notify - say that a port is not what it was ("bridge monitor link")
 * @port: the port; nobody is told of the host's, or of one that is not attached
 *
 * Context: RTNL.
 */
void rsw_bridge_link_notify(const struct rsw_port *port)
{
	struct net_device *dev = port->dev;
	struct sk_buff *skb;
	int err = -ENOMEM;

	ASSERT_RTNL();
	if (!dev || rsw_is_switch(dev))
		return;
	skb = nlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (skb)
		err = rsw_bridge_getlink(skb, 0, 0, dev, 0, 0);
	if (err) {
		kfree_skb(skb);
		rtnl_set_sk_err(dev_net(dev), RTNLGRP_LINK, err);
		return;
	}
	rtnl_notify(skb, dev_net(dev), 0, RTNLGRP_LINK, NULL, GFP_KERNEL);
}
