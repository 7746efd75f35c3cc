// SPDX-License-Identifier: GPL-2.0
/*
 * "bridge fdb": the forwarding database by rtnetlink (AF_BRIDGE). The kernel asks the netdev
 * that is named ("self"); the master of one only if that is a bridge. So a guest's addresses
 * are reached by its representor, and all of them by the switch, which is told the port ("via").
 */
#include <linux/bitmap.h>
#include <linux/neighbour.h>
#include <linux/netdevice.h>
#include <linux/rculist.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <net/netlink.h>

#include "bridge_fdb.h"
#include "fdb_msg.h"
#include "fdb_policy.h"
#include "switch.h"

/* A place in a dump: number of the list, and of the entry in it. */
#define DUMP_SHIFT	20

static_assert(RSW_FDB_LISTS <= 1 << (31 - DUMP_SHIFT));

static struct rsw_switch *switch_of(const struct net_device *dev)
{
	if (rsw_is_switch(dev))
		return netdev_priv(dev);
	return rtnl_dereference(rsw_port_of(dev)->sw);
}

/*
 * The port that is meant: that of @dev, or the one named by @via. A switch that is not told which
 * means @otherwise.
 */
static struct rsw_port *port_meant(struct net_device *dev, const struct nlattr *via,
				   struct rsw_port *otherwise, struct netlink_ext_ack *extack)
{
	const struct rsw_switch *sw = switch_of(dev);
	struct net_device *named = dev;
	struct rsw_port *port;

	if (via) {
		if (nla_len(via) != sizeof(u32))
			return ERR_PTR(-EINVAL);
		named = __dev_get_by_index(dev_net(dev), nla_get_u32(via));
		if (!named) {
			NL_SET_ERR_MSG_ATTR(extack, via, "No such netdev");
			return ERR_PTR(-ENODEV);
		}
	}
	port = rsw_port_of(named);
	if (!sw || !port || rtnl_dereference(port->sw) != sw ||
	    (named != dev && !rsw_is_switch(dev))) {
		NL_SET_ERR_MSG(extack, "Must be a port of this switch");
		return ERR_PTR(-EINVAL);
	}
	return via || !rsw_is_switch(dev) ? port : otherwise;
}

/* What there is no place for must not be lost in silence. */
static int check_attributes(struct nlattr *tb[], struct netlink_ext_ack *extack)
{
	for (int i = 1; i <= NDA_MAX; i++) {
		if (!tb[i] || i == NDA_LLADDR || i == NDA_VLAN || i == NDA_IFINDEX)
			continue;
		if (i == NDA_FLAGS_EXT && nla_len(tb[i]) == sizeof(u32) && !nla_get_u32(tb[i]))
			continue;
		NL_SET_ERR_MSG_ATTR(extack, tb[i],
				    "An address has a port, a VLAN and a kind here, nothing else");
		return -EOPNOTSUPP;
	}
	return 0;
}

static int parse_kind(const struct ndmsg *ndm, u8 *kind, struct netlink_ext_ack *extack)
{
	if (ndm->ndm_flags &
	    ~(NTF_SELF | NTF_MASTER | NTF_STICKY | NTF_USE | NTF_EXT_LEARNED)) {
		NL_SET_ERR_MSG(extack,
			       "Addresses are dynamic, static, sticky, permanent or extern_learn");
		return -EOPNOTSUPP;
	}
	/* As a bridge reads them: these two count, whatever the state says besides. */
	if (ndm->ndm_flags & NTF_USE) {
		*kind = 0;
	} else if (ndm->ndm_flags & NTF_EXT_LEARNED) {
		*kind = RSW_FDB_EXTERN;
	} else if (ndm->ndm_state & NUD_PERMANENT) {
		*kind = RSW_FDB_LOCAL | RSW_FDB_STATIC;
	} else if (ndm->ndm_state & NUD_NOARP) {
		*kind = RSW_FDB_STATIC;
	} else if (ndm->ndm_state & NUD_REACHABLE) {
		*kind = 0;
	} else {
		NL_SET_ERR_MSG(extack, "Addresses are dynamic, static or permanent");
		return -EINVAL;
	}
	if (ndm->ndm_flags & NTF_STICKY)
		*kind |= RSW_FDB_STICKY;
	return 0;
}

/**
 * rsw_bridge_fdb_add - ndo_fdb_add of a switch and of representors
 * @ndm: kind of entry
 * @tb: NDA_*; NDA_IFINDEX names the port where @dev is the switch
 * @dev: the netdev
 * @addr: the address
 * @vid: VLAN; 0: all that the port is in
 * @flags: NLM_F_*
 * @notified: set: who listens has been told
 * @extack: for the reason when it cannot be
 *
 * Context: RTNL.
 * Return: 0 or a negative errno, see rsw_fdb_user_set().
 */
int rsw_bridge_fdb_add(struct ndmsg *ndm, struct nlattr *tb[], struct net_device *dev,
		       const unsigned char *addr, u16 vid, u16 flags, bool *notified,
		       struct netlink_ext_ack *extack)
{
	struct rsw_port *port = port_meant(dev, tb[NDA_IFINDEX], rsw_port_of(dev), extack);
	int err;
	u8 kind;

	if (IS_ERR(port))
		return PTR_ERR(port);
	err = check_attributes(tb, extack) ?: parse_kind(ndm, &kind, extack);
	if (err)
		return err;
	/* It stands for a frame, which comes whether the address is known or not. */
	if (ndm->ndm_flags & NTF_USE)
		flags = NLM_F_CREATE;
	*notified = true;
	return rsw_fdb_user_set(port, addr, vid, kind, flags, extack);
}

/* ndo_fdb_del of a switch, which need not be told the port, and of representors. */
int rsw_bridge_fdb_del(struct ndmsg *ndm, struct nlattr *tb[], struct net_device *dev,
		       const unsigned char *addr, u16 vid, bool *notified,
		       struct netlink_ext_ack *extack)
{
	struct rsw_port *port = port_meant(dev, tb[NDA_IFINDEX], NULL, extack);

	if (IS_ERR(port))
		return PTR_ERR(port);
	*notified = true;
	return rsw_fdb_user_del(switch_of(dev), port, addr, vid, extack);
}

static const struct nla_policy flush_policy[NDA_MAX + 1] = {
	[NDA_VLAN] = NLA_POLICY_RANGE(NLA_U16, 1, RSW_VID_LAST),
	[NDA_IFINDEX] = NLA_POLICY_MIN(NLA_S32, 1),
	[NDA_NDM_STATE_MASK] = { .type = NLA_U16 },
	[NDA_NDM_FLAGS_MASK] = { .type = NLA_U8 },
};

/* As a bridge reads them: NTF_USE is what an administrator has added. */
static u8 flags_of(u16 state, u8 flags)
{
	return (state & NUD_PERMANENT ? RSW_FDB_LOCAL : 0) |
	       (state & NUD_NOARP ? RSW_FDB_STATIC : 0) |
	       (flags & NTF_STICKY ? RSW_FDB_STICKY : 0) |
	       (flags & NTF_EXT_LEARNED ? RSW_FDB_EXTERN : 0) |
	       (flags & NTF_USE ? RSW_FDB_USER : 0);
}

/**
 * rsw_bridge_fdb_del_bulk - ndo_fdb_del_bulk of a switch and of representors
 * @nlh: which are meant; without anything all but the switch's own
 * @dev: the netdev
 * @extack: for the reason when it cannot be
 *
 * Context: sleeps; RTNL.
 * Return: 0 or a negative errno.
 */
int rsw_bridge_fdb_del_bulk(struct nlmsghdr *nlh, struct net_device *dev,
			    struct netlink_ext_ack *extack)
{
	const struct ndmsg *ndm = nlmsg_data(nlh);
	struct rsw_fdb_choice which = { .keep_own = true };
	DECLARE_BITMAP(vids, VLAN_N_VID) = {};
	struct nlattr *tb[NDA_MAX + 1];
	u16 states;
	u8 flags;
	int err = nlmsg_parse(nlh, sizeof(*ndm), tb, NDA_MAX, flush_policy, extack);

	if (err)
		return err;
	which.port = port_meant(dev, tb[NDA_IFINDEX], NULL, extack);
	if (IS_ERR(which.port))
		return PTR_ERR(which.port);
	states = tb[NDA_NDM_STATE_MASK] ? nla_get_u16(tb[NDA_NDM_STATE_MASK]) : 0;
	flags = tb[NDA_NDM_FLAGS_MASK] ? nla_get_u8(tb[NDA_NDM_FLAGS_MASK]) : 0;
	if ((states | ndm->ndm_state) & ~(NUD_PERMANENT | NUD_NOARP) ||
	    (flags | (ndm->ndm_flags & ~(NTF_SELF | NTF_MASTER))) &
	    ~(NTF_STICKY | NTF_USE | NTF_EXT_LEARNED)) {
		NL_SET_ERR_MSG(extack,
			       "Addresses are dynamic, static, sticky, permanent or extern_learn");
		return -EINVAL;
	}
	which.mask = flags_of(states, flags);
	which.flags = flags_of(ndm->ndm_state, ndm->ndm_flags) & which.mask;
	if (tb[NDA_VLAN]) {
		__set_bit(nla_get_u16(tb[NDA_VLAN]), vids);
		which.vids = vids;
	}
	rsw_fdb_flush(&switch_of(dev)->fdb, &which);
	return 0;
}

/* Where a representor is asked, what is behind its port only. */
static bool is_seen_from(const struct net_device *dev, const struct rsw_fdb_entry *entry)
{
	return rsw_is_switch(dev) || READ_ONCE(entry->port) == rsw_port_of(dev);
}

/* ndo_fdb_get of a switch and of representors. */
int rsw_bridge_fdb_get(struct sk_buff *skb, struct nlattr *tb[], struct net_device *dev,
		       const unsigned char *addr, u16 vid, u32 portid, u32 seq,
		       struct netlink_ext_ack *extack)
{
	const struct nlmsghdr head = {
		.nlmsg_type = RTM_NEWNEIGH, .nlmsg_pid = portid, .nlmsg_seq = seq,
	};
	struct rsw_switch *sw = switch_of(dev);
	struct rsw_fdb_entry *entry;
	int err = -ENOENT;

	rcu_read_lock();
	entry = sw ? rsw_fdb_find(&sw->fdb, addr, vid) : NULL;
	if (entry && is_seen_from(dev, entry))
		err = rsw_fdb_fill(skb, &head, sw, dev, entry);
	else
		NL_SET_ERR_MSG(extack, "Fdb entry not found");
	rcu_read_unlock();
	return err;
}

static int dump_list(struct sk_buff *skb, const struct nlmsghdr *head, struct rsw_switch *sw,
		     const struct net_device *dev, unsigned int list, int *pos)
{
	const int first = *pos;
	struct rsw_fdb_entry *entry;

	*pos = 0;
	hlist_for_each_entry_rcu(entry, &sw->fdb.lists[list], node) {
		if (*pos >= first && is_seen_from(dev, entry)) {
			int err = rsw_fdb_fill(skb, head, sw, dev, entry);

			if (err)
				return err;
		}
		(*pos)++;
	}
	*pos = 0;
	return 0;
}

/**
 * rsw_bridge_fdb_dump - ndo_fdb_dump of a switch and of representors
 * @skb: reply
 * @cb: dump state
 * @dev: the netdev
 * @filter_dev: not used: rtnetlink has filtered
 * @idx: where the next dump goes on
 *
 * A dump that needs several messages tells of each address that was there all the time; none is
 * looked for from the beginning again.
 *
 * Context: RTNL.
 * Return: 0 or -EMSGSIZE, when the dump goes on with another @skb.
 */
int rsw_bridge_fdb_dump(struct sk_buff *skb, struct netlink_callback *cb, struct net_device *dev,
			struct net_device *filter_dev, int *idx)
{
	const struct ndo_fdb_dump_context *ctx = (void *)cb->ctx;
	const struct nlmsghdr head = {
		.nlmsg_type = RTM_NEWNEIGH, .nlmsg_pid = NETLINK_CB(cb->skb).portid,
		.nlmsg_seq = cb->nlh->nlmsg_seq, .nlmsg_flags = NLM_F_MULTI,
	};
	int pos = ctx->fdb_idx & ((1 << DUMP_SHIFT) - 1), err = 0;
	unsigned int list = ctx->fdb_idx >> DUMP_SHIFT;
	struct rsw_switch *sw = switch_of(dev);

	for (; sw && !err && list < RSW_FDB_LISTS; list += !err) {
		rcu_read_lock();
		err = dump_list(skb, &head, sw, dev, list, &pos);
		rcu_read_unlock();
		cond_resched();
	}
	*idx = list << DUMP_SHIFT | pos;
	return err;
}
