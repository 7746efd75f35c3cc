// SPDX-License-Identifier: GPL-2.0
/* Entries of the forwarding database as messages of rtnetlink (AF_BRIDGE neighbours). */
#include <linux/jiffies.h>
#include <linux/neighbour.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/netlink.h>

#include "fdb_msg.h"
#include "switch.h"

/*
 * Entries that frames make are told of at most so often in a second, and each switch: guests
 * can make any number of them move. Who listens is told that some are missing.
 */
#define MOST_SEEN	5000

static u16 state_of(const struct rsw_switch *sw, const struct rsw_fdb_entry *entry)
{
	u8 flags = READ_ONCE(entry->flags);

	if (flags & RSW_FDB_LOCAL)
		return NUD_PERMANENT;
	if (flags & RSW_FDB_STATIC)
		return NUD_NOARP;
	if (flags & RSW_FDB_EXTERN)
		return NUD_REACHABLE;
	return jiffies - READ_ONCE(entry->updated) < READ_ONCE(sw->fdb.ageing_time) ?
	       NUD_REACHABLE : NUD_STALE;
}

/* As the switch says it: "dev rsw0 via vm1 self". As a port does: "dev vm1 master rsw0". */
static int fill_where(struct sk_buff *skb, const struct rsw_switch *sw,
		      const struct net_device *dev, const struct rsw_port *port)
{
	if (dev != sw->dev)
		return nla_put_u32(skb, NDA_MASTER, sw->dev->ifindex);
	return port == &sw->host ? 0 : nla_put_u32(skb, NDA_IFINDEX, port->ifindex);
}

/**
 * rsw_fdb_fill - say what is known of an address
 * @skb: gets one message more
 * @head: type, flags, sequence number and receiver of the message
 * @sw: the switch
 * @dev: who says it: the switch's netdev, or that of the port behind which the address is
 * @entry: the address
 *
 * Context: RCU read section, or fdb->lock is held.
 * Return: 0 or -EMSGSIZE.
 */
int rsw_fdb_fill(struct sk_buff *skb, const struct nlmsghdr *head, const struct rsw_switch *sw,
		 const struct net_device *dev, const struct rsw_fdb_entry *entry)
{
	u8 kind = READ_ONCE(entry->flags);
	struct nda_cacheinfo times = {
		.ndm_used = jiffies_delta_to_clock_t(jiffies - READ_ONCE(entry->updated)),
	};
	struct nlmsghdr *nlh;
	struct ndmsg *ndm;

	times.ndm_updated = times.ndm_used;
	nlh = nlmsg_put(skb, head->nlmsg_pid, head->nlmsg_seq, head->nlmsg_type, sizeof(*ndm),
			head->nlmsg_flags);
	if (!nlh)
		return -EMSGSIZE;
	ndm = nlmsg_data(nlh);
	*ndm = (struct ndmsg){
		.ndm_family = AF_BRIDGE,
		.ndm_ifindex = dev->ifindex,
		.ndm_flags = (dev == sw->dev ? NTF_SELF : 0) |
			     (kind & RSW_FDB_STICKY ? NTF_STICKY : 0) |
			     (kind & RSW_FDB_EXTERN ? NTF_EXT_LEARNED : 0),
		.ndm_state = state_of(sw, entry),
	};
	if (nla_put(skb, NDA_LLADDR, ETH_ALEN, entry->key.addr) ||
	    fill_where(skb, sw, dev, READ_ONCE(entry->port)) ||
	    (entry->key.vid && nla_put_u16(skb, NDA_VLAN, entry->key.vid)) ||
	    nla_put(skb, NDA_CACHEINFO, sizeof(times), &times)) {
		nlmsg_cancel(skb, nlh);
		return -EMSGSIZE;
	}
	nlmsg_end(skb, nlh);
	return 0;
}

static size_t msg_size(void)
{
	return NLMSG_ALIGN(sizeof(struct ndmsg)) + nla_total_size(ETH_ALEN) +
	       nla_total_size(sizeof(u32)) + nla_total_size(sizeof(u16)) +
	       nla_total_size(sizeof(struct nda_cacheinfo));
}

/* Whether one more may be told of; the first that may not is made known as a loss. */
static bool may_tell(struct rsw_switch *sw)
{
	lockdep_assert_held(&sw->fdb.lock);
	if (rsw_window_full(&sw->fdb_news, MOST_SEEN)) {
		if (sw->fdb_news.count == MOST_SEEN) {
			sw->fdb_news.count++;
			rtnl_set_sk_err(dev_net(sw->dev), RTNLGRP_NEIGH, -ENOBUFS);
		}
		return false;
	}
	rsw_window_add(&sw->fdb_news);
	return true;
}

/**
 * rsw_fdb_notify - tell who listens what becomes of an address ("bridge monitor fdb")
 * @fdb: that of a switch
 * @entry: the address
 * @event: what becomes of it
 *
 * Costs one look at a bitmap while nobody listens.
 *
 * Context: fdb->lock, BH off.
 */
void rsw_fdb_notify(struct rsw_fdb *fdb, const struct rsw_fdb_entry *entry,
		    enum rsw_fdb_event event)
{
	struct rsw_switch *sw = container_of(fdb, struct rsw_switch, fdb);
	const struct nlmsghdr head = {
		.nlmsg_type = event == RSW_FDB_GONE ? RTM_DELNEIGH : RTM_NEWNEIGH,
	};
	struct net *net = dev_net(sw->dev);
	struct sk_buff *skb;
	int err = -ENOBUFS;

	if (!rtnl_has_listeners(net, RTNLGRP_NEIGH))
		return;
	if (event == RSW_FDB_SEEN && !may_tell(sw))
		return;
	skb = nlmsg_new(msg_size(), GFP_ATOMIC);
	if (skb)
		err = rsw_fdb_fill(skb, &head, sw, sw->dev, entry);
	if (err) {
		kfree_skb(skb);
		rtnl_set_sk_err(net, RTNLGRP_NEIGH, err);
		return;
	}
	rtnl_notify(skb, net, 0, RTNLGRP_NEIGH, NULL, GFP_ATOMIC);
}
