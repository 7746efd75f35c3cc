// SPDX-License-Identifier: GPL-2.0
/* "bridge fdb show dev rsw0": the forwarding database by rtnetlink. */
#include <linux/jiffies.h>
#include <linux/neighbour.h>
#include <linux/netdevice.h>
#include <linux/rculist.h>
#include <linux/rtnetlink.h>
#include <net/netlink.h>

#include "fdb_dump.h"
#include "switch.h"

static int fill(struct sk_buff *skb, struct netlink_callback *cb, const struct net_device *dev,
		const struct rsw_fdb_entry *entry)
{
	const struct rsw_port *port = READ_ONCE(entry->port);
	const struct net_device *via = READ_ONCE(port->dev);
	struct nda_cacheinfo times = {
		.ndm_used = jiffies_delta_to_clock_t(jiffies - READ_ONCE(entry->updated)),
	};
	struct nlmsghdr *nlh;
	struct ndmsg *ndm;

	times.ndm_updated = times.ndm_used;
	nlh = nlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, RTM_NEWNEIGH,
			sizeof(*ndm), NLM_F_MULTI);
	if (!nlh)
		return -EMSGSIZE;
	ndm = nlmsg_data(nlh);
	*ndm = (struct ndmsg){
		.ndm_family = AF_BRIDGE,
		.ndm_ifindex = dev->ifindex,
		.ndm_flags = NTF_SELF,
		.ndm_state = READ_ONCE(entry->flags) & RSW_FDB_LOCAL ? NUD_PERMANENT :
									     NUD_REACHABLE,
	};
	if (nla_put(skb, NDA_LLADDR, ETH_ALEN, entry->key.addr) ||
	    (via && via != dev && nla_put_u32(skb, NDA_IFINDEX, via->ifindex)) ||
	    (entry->key.vid && nla_put_u16(skb, NDA_VLAN, entry->key.vid)) ||
	    nla_put(skb, NDA_CACHEINFO, sizeof(times), &times)) {
		nlmsg_cancel(skb, nlh);
		return -EMSGSIZE;
	}
	nlmsg_end(skb, nlh);
	return 0;
}

/**
 * rsw_fdb_dump - ndo_fdb_dump of a switch
 * @skb: reply
 * @cb: dump state
 * @dev: the switch
 * @filter_dev: not used: rtnetlink has filtered
 * @idx: number of the next entry
 *
 * Return: 0 or -EMSGSIZE, when the dump goes on with another @skb.
 */
int rsw_fdb_dump(struct sk_buff *skb, struct netlink_callback *cb, struct net_device *dev,
		 struct net_device *filter_dev, int *idx)
{
	const struct ndo_fdb_dump_context *ctx = (void *)cb->ctx;
	struct rsw_switch *sw = netdev_priv(dev);
	struct rsw_fdb_entry *entry;
	int err = 0;

	rcu_read_lock();
	for (unsigned int i = 0; i < RSW_FDB_LISTS; i++) {
		hlist_for_each_entry_rcu(entry, &sw->fdb.lists[i], node) {
			if (*idx >= ctx->fdb_idx)
				err = fill(skb, cb, dev, entry);
			if (err)
				goto out;
			(*idx)++;
		}
	}
out:
	rcu_read_unlock();
	return err;
}
