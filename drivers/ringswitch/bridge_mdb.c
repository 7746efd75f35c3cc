// SPDX-License-Identifier: GPL-2.0
/* "bridge mdb": who is in which groups, by rtnetlink. */
#include <linux/etherdevice.h>
#include <linux/if_bridge.h>
#include <linux/in.h>
#include <linux/jiffies.h>
#include <linux/netdevice.h>
#include <linux/rculist.h>
#include <linux/rtnetlink.h>
#include <net/ipv6.h>
#include <net/netlink.h>
#include <net/rtnetlink.h>

#include "bridge_mdb.h"
#include "mrouter.h"
#include "snoop.h"
#include "switch.h"
#include "sysctl.h"

static unsigned long left_of(const struct rsw_mdb_member *member)
{
	if (READ_ONCE(member->permanent) || !rsw_mdb_is_alive(member))
		return 0;
	return jiffies_delta_to_clock_t(READ_ONCE(member->expires) - jiffies);
}

static int fill_member(struct sk_buff *skb, const struct rsw_mdb_group *group,
		       const struct rsw_mdb_member *member)
{
	const struct net_device *dev = READ_ONCE(member->port->dev);
	struct br_mdb_entry entry;
	struct nlattr *nest;

	/* It is leaving. */
	if (!dev)
		return 0;
	memset(&entry, 0, sizeof(entry));
	entry.ifindex = dev->ifindex;
	entry.state = READ_ONCE(member->permanent) ? MDB_PERMANENT : MDB_TEMPORARY;
	entry.vid = group->key.vid;
	entry.addr.proto = group->key.proto;
	memcpy(&entry.addr.u, group->key.addr, sizeof(entry.addr.u));
	nest = nla_nest_start_noflag(skb, MDBA_MDB_ENTRY_INFO);
	if (!nest)
		return -EMSGSIZE;
	if (nla_put_nohdr(skb, sizeof(entry), &entry) ||
	    nla_put_u32(skb, MDBA_MDB_EATTR_TIMER, left_of(member)) ||
	    nla_put_u8(skb, MDBA_MDB_EATTR_RTPROT,
		       entry.state == MDB_PERMANENT ? RTPROT_STATIC : RTPROT_KERNEL)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static struct nlmsghdr *begin(struct sk_buff *skb, u32 portid, u32 seq, int type, int flags,
			      const struct net_device *dev)
{
	struct nlmsghdr *nlh = nlmsg_put(skb, portid, seq, type, sizeof(struct br_port_msg), flags);
	struct br_port_msg *bpm;

	if (!nlh)
		return NULL;
	bpm = nlmsg_data(nlh);
	memset(bpm, 0, sizeof(*bpm));
	bpm->family = AF_BRIDGE;
	bpm->ifindex = dev->ifindex;
	return nlh;
}

/* One group with those of its members behind @skip that fit, which are counted there; or one. */
static int fill_group(struct sk_buff *skb, const struct rsw_mdb_group *group,
		      const struct rsw_mdb_member *only, long *skip)
{
	struct nlattr *nest = nla_nest_start_noflag(skb, MDBA_MDB_ENTRY);
	const struct rsw_mdb_member *member;
	long n = 0;
	int err = 0;

	if (!nest)
		return -EMSGSIZE;
	if (only) {
		err = fill_member(skb, group, only);
	} else {
		hlist_for_each_entry_rcu(member, &group->members, node) {
			if (n++ < *skip || !rsw_mdb_is_alive(member))
				continue;
			err = fill_member(skb, group, member);
			if (err)
				break;
			*skip = n;
		}
	}
	nla_nest_end(skb, nest);
	return err;
}

/* args[1] and [2]: the group that comes next, and members of it that have been told. */
static int fill_groups(struct sk_buff *skb, struct netlink_callback *cb, struct rsw_mdb *mdb)
{
	struct nlattr *nest = nla_nest_start_noflag(skb, MDBA_MDB);
	const struct rsw_mdb_group *group;
	long n = 0;
	int err = 0;

	if (!nest)
		return -EMSGSIZE;
	hlist_for_each_entry_rcu(group, &mdb->groups, node) {
		if (n++ < cb->args[1])
			continue;
		err = fill_group(skb, group, NULL, &cb->args[2]);
		if (err)
			break;
		cb->args[1] = n;
		cb->args[2] = 0;
	}
	nla_nest_end(skb, nest);
	return err;
}

static int fill_router(struct sk_buff *skb, const struct rsw_port *port)
{
	const struct net_device *dev = READ_ONCE(port->dev);
	u32 left = 0, ifindex;
	struct nlattr *nest;
	u8 type = MDB_RTR_TYPE_TEMP_QUERY;

	if (!dev || !rsw_mrouter_is(port))
		return 0;
	if (READ_ONCE(port->mdb.router) == RSW_MROUTER_ALWAYS)
		type = MDB_RTR_TYPE_PERM;
	else if (rsw_mdb_pending(&port->mdb.heard))
		left = jiffies_delta_to_clock_t(READ_ONCE(port->mdb.heard.end) - jiffies);
	ifindex = dev->ifindex;
	nest = nla_nest_start_noflag(skb, MDBA_ROUTER_PORT);
	if (!nest)
		return -EMSGSIZE;
	if (nla_put_nohdr(skb, sizeof(ifindex), &ifindex) ||
	    nla_put_u32(skb, MDBA_ROUTER_PATTR_TIMER, left) ||
	    nla_put_u8(skb, MDBA_ROUTER_PATTR_TYPE, type)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/* args[3]: routers that have been told. */
static int fill_routers(struct sk_buff *skb, struct netlink_callback *cb, struct rsw_mdb *mdb)
{
	struct nlattr *nest = nla_nest_start_noflag(skb, MDBA_ROUTER);
	const struct rsw_port *port;
	long n = 0;
	int err = 0;

	if (!nest)
		return -EMSGSIZE;
	hlist_for_each_entry_rcu(port, &mdb->routers, mdb.node) {
		if (n++ < cb->args[3])
			continue;
		err = fill_router(skb, port);
		if (err)
			break;
		cb->args[3] = n;
	}
	nla_nest_end(skb, nest);
	return err;
}

/**
 * rsw_bridge_mdb_dump - ndo_mdb_dump of a switch
 * @dev: the switch
 * @skb: reply
 * @cb: dump state
 *
 * Groups that come or go meanwhile can make others be missed or told twice, as a bridge's do.
 *
 * Return: 0, or -EMSGSIZE when the dump goes on with another @skb.
 */
int rsw_bridge_mdb_dump(struct net_device *dev, struct sk_buff *skb, struct netlink_callback *cb)
{
	struct rsw_switch *sw = netdev_priv(dev);
	struct nlmsghdr *nlh;
	int err;

	nlh = begin(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, RTM_GETMDB, NLM_F_MULTI,
		    dev);
	if (!nlh)
		return -EMSGSIZE;
	rcu_read_lock();
	err = fill_groups(skb, cb, &sw->mdb) ?: fill_routers(skb, cb, &sw->mdb);
	rcu_read_unlock();
	nlmsg_end(skb, nlh);
	return err;
}

static struct sk_buff *make_message(const struct net_device *dev, const struct rsw_mdb_group *group,
				    const struct rsw_mdb_member *only, u32 portid, u32 seq,
				    int type, size_t len)
{
	struct sk_buff *skb = nlmsg_new(len, GFP_ATOMIC);
	struct nlattr *nest = NULL;
	struct nlmsghdr *nlh;
	long skip = 0;

	if (!skb)
		return NULL;
	nlh = begin(skb, portid, seq, type, 0, dev);
	if (nlh)
		nest = nla_nest_start_noflag(skb, MDBA_MDB);
	if (!nest || fill_group(skb, group, only, &skip)) {
		kfree_skb(skb);
		return NULL;
	}
	nla_nest_end(skb, nest);
	nlmsg_end(skb, nlh);
	return skb;
}

/* What one member takes in a message, the heads of its group among it. */
#define MEMBER_LEN	(NLMSG_ALIGN(sizeof(struct br_port_msg)) + 3 * NLA_HDRLEN +	\
			 nla_total_size(sizeof(struct br_mdb_entry)) +			\
			 nla_total_size(sizeof(u32)) + nla_total_size(sizeof(u8)))

/**
 * rsw_bridge_mdb_notify - say that a port is in a group, or is not any more ("bridge monitor mdb")
 * @group: the group
 * @member: the port's membership; nobody is told of a port that leaves its switch
 * @added: it is
 *
 * Context: the lock of the database.
 */
void rsw_bridge_mdb_notify(const struct rsw_mdb_group *group, const struct rsw_mdb_member *member,
			   bool added)
{
	const struct rsw_switch *sw;
	struct sk_buff *skb;

	rcu_read_lock();
	sw = rcu_dereference(member->port->sw);
	if (!sw || !rtnl_has_listeners(dev_net(sw->dev), RTNLGRP_MDB))
		goto out;
	skb = make_message(sw->dev, group, member, 0, 0, added ? RTM_NEWMDB : RTM_DELMDB,
			   MEMBER_LEN);
	if (skb)
		rtnl_notify(skb, dev_net(sw->dev), 0, RTNLGRP_MDB, NULL, GFP_ATOMIC);
	else
		rtnl_set_sk_err(dev_net(sw->dev), RTNLGRP_MDB, -ENOBUFS);
out:
	rcu_read_unlock();
}

static int parse_key(const struct rsw_switch *sw, const struct br_mdb_entry *entry,
		     struct rsw_mdb_key *key, struct netlink_ext_ack *extack)
{
	size_t len = entry->addr.proto == htons(ETH_P_IP) ? sizeof(entry->addr.u.ip4) :
		     entry->addr.proto ? sizeof(entry->addr.u.ip6) : ETH_ALEN;

	*key = (struct rsw_mdb_key){ .proto = entry->addr.proto, .vid = entry->vid };
	memcpy(key->addr, &entry->addr.u, len);
	if (rsw_snoop_is_local(key)) {
		NL_SET_ERR_MSG(extack, "Everybody gets this group");
		return -EINVAL;
	}
	if (!rsw_snoop_is_group(key)) {
		NL_SET_ERR_MSG(extack, "Not the address of a group");
		return -EINVAL;
	}
	if (sw->vlan_proto && !key->vid) {
		NL_SET_ERR_MSG(extack, "The switch filters by VLAN: say which (vid)");
		return -EINVAL;
	}
	return 0;
}

/* The port and the group that a request is about. */
static int parse(struct net_device *dev, struct nlattr *tb[], struct rsw_port **port,
		 struct rsw_mdb_key *key, struct netlink_ext_ack *extack)
{
	const struct br_mdb_entry *entry = nla_data(tb[MDBA_SET_ENTRY]);
	struct net_device *via = __dev_get_by_index(dev_net(dev), entry->ifindex);
	struct rsw_switch *sw = netdev_priv(dev);

	if (tb[MDBA_SET_ENTRY_ATTRS]) {
		NL_SET_ERR_MSG_ATTR(extack, tb[MDBA_SET_ENTRY_ATTRS],
				    "A group of a ringswitch has neither sources nor options");
		return -EOPNOTSUPP;
	}
	*port = via ? rsw_port_of(via) : NULL;
	if (!*port || rcu_access_pointer((*port)->sw) != sw) {
		NL_SET_ERR_MSG(extack, "Not a port of this switch");
		return -EINVAL;
	}
	return parse_key(sw, entry, key, extack);
}

static bool is_permanent(struct rsw_mdb *mdb, const struct rsw_mdb_key *key,
			 const struct rsw_port *port)
{
	const struct rsw_mdb_member *member;
	const struct rsw_mdb_group *group;
	bool permanent = false;

	rcu_read_lock();
	group = rsw_mdb_lookup(mdb, key);
	member = group ? rsw_mdb_member(group, port) : NULL;
	if (member)
		permanent = READ_ONCE(member->permanent);
	rcu_read_unlock();
	return permanent;
}

/**
 * rsw_bridge_mdb_add - ndo_mdb_add of a switch
 * @dev: the switch
 * @tb: MDBA_SET_ENTRY_*, checked by rtnetlink
 * @nlmsg_flags: NLM_F_*
 * @extack: for the reason when it cannot be
 *
 * Context: RTNL.
 * Return: 0, -EINVAL, -EOPNOTSUPP, -EEXIST, -E2BIG, -ENOSPC or -ENOMEM.
 */
int rsw_bridge_mdb_add(struct net_device *dev, struct nlattr *tb[], u16 nlmsg_flags,
		       struct netlink_ext_ack *extack)
{
	const struct br_mdb_entry *entry = nla_data(tb[MDBA_SET_ENTRY]);
	struct rsw_switch *sw = netdev_priv(dev);
	struct rsw_mdb_key key;
	struct rsw_port *port;
	int err;

	err = parse(dev, tb, &port, &key, extack);
	if (err)
		return err;
	if (sw->vlan_proto && !rsw_vlan_has(&port->vlans, key.vid)) {
		NL_SET_ERR_MSG(extack, "The port is not in this VLAN");
		return -EINVAL;
	}
	if (!key.proto && entry->state != MDB_PERMANENT) {
		NL_SET_ERR_MSG(extack, "Nobody asks for an Ethernet address: it must be permanent");
		return -EINVAL;
	}
	if (!(nlmsg_flags & NLM_F_REPLACE) && is_permanent(&sw->mdb, &key, port)) {
		NL_SET_ERR_MSG(extack, "The port is in this group already");
		return -EEXIST;
	}
	err = rsw_mdb_join(&sw->mdb, port, &key, entry->state == MDB_PERMANENT);
	if (err == -E2BIG)
		NL_SET_ERR_MSG(extack, "As many groups as there may be (mdb_max)");
	return err == -ENOSPC ? rsw_sysctl_refuse(RSW_CAP_mdb_members, extack) : err;
}

/**
 * rsw_bridge_mdb_del - ndo_mdb_del of a switch
 * @dev: the switch
 * @tb: MDBA_SET_ENTRY_*, checked by rtnetlink
 * @extack: for the reason when it cannot be
 *
 * Context: RTNL.
 * Return: 0, -EINVAL, -EOPNOTSUPP or -ENOENT.
 */
int rsw_bridge_mdb_del(struct net_device *dev, struct nlattr *tb[],
		       struct netlink_ext_ack *extack)
{
	struct rsw_switch *sw = netdev_priv(dev);
	struct rsw_mdb_key key;
	struct rsw_port *port;
	int err;

	err = parse(dev, tb, &port, &key, extack);
	if (err)
		return err;
	err = rsw_mdb_del(&sw->mdb, port, &key);
	if (err)
		NL_SET_ERR_MSG(extack, "The port is not in this group");
	return err;
}

static unsigned int count(const struct rsw_mdb_group *group)
{
	const struct rsw_mdb_member *member;
	unsigned int n = 0;

	hlist_for_each_entry_rcu(member, &group->members, node)
		n++;
	return n;
}

/**
 * rsw_bridge_mdb_get - ndo_mdb_get of a switch
 * @dev: the switch
 * @tb: MDBA_GET_ENTRY_*, checked by rtnetlink
 * @portid: who asks
 * @seq: number of the question
 * @extack: for the reason when there is no answer
 *
 * Context: RTNL.
 * Return: 0, -EINVAL, -EOPNOTSUPP, -ENOENT or -ENOMEM.
 */
int rsw_bridge_mdb_get(struct net_device *dev, struct nlattr *tb[], u32 portid, u32 seq,
		       struct netlink_ext_ack *extack)
{
	struct rsw_switch *sw = netdev_priv(dev);
	struct rsw_mdb_group *group;
	struct sk_buff *skb = NULL;
	struct rsw_mdb_key key;
	int err;

	if (tb[MDBA_GET_ENTRY_ATTRS]) {
		NL_SET_ERR_MSG_ATTR(extack, tb[MDBA_GET_ENTRY_ATTRS],
				    "A group of a ringswitch has no sources");
		return -EOPNOTSUPP;
	}
	err = parse_key(sw, nla_data(tb[MDBA_GET_ENTRY]), &key, extack);
	if (err)
		return err;
	/* So that as many members are there as were counted. */
	spin_lock_bh(&sw->mdb.lock);
	rcu_read_lock();
	group = rsw_mdb_lookup(&sw->mdb, &key);
	if (group)
		skb = make_message(dev, group, NULL, portid, seq, RTM_NEWMDB,
				   count(group) * MEMBER_LEN);
	rcu_read_unlock();
	spin_unlock_bh(&sw->mdb.lock);
	if (!group) {
		NL_SET_ERR_MSG(extack, "Nobody is in this group");
		return -ENOENT;
	}
	return skb ? rtnl_unicast(skb, dev_net(dev), portid) : -ENOMEM;
}
