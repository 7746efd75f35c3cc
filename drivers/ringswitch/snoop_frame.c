// SPDX-License-Identifier: GPL-2.0
/*
 * Frames that may be messages about groups, made socket buffers: so the kernel's own functions
 * check them, as they do for a bridge.
 */
#include <linux/if_ether.h>
#include <linux/igmp.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/ratelimit.h>
#include <linux/skbuff.h>
#include <net/addrconf.h>

#include "port.h"
#include "skb.h"
#include "snoop.h"
#include "switch.h"

/* Returns 0 with the rest of @msg filled in, or a negative errno. */
static int check_igmp(struct sk_buff *skb, struct rsw_snoop_msg *msg)
{
	int err = ip_mc_check_igmp(skb);

	if (err)
		return err;
	msg->len = ip_transport_len(skb);
	memcpy(msg->source, &ip_hdr(skb)->saddr, sizeof(ip_hdr(skb)->saddr));
	return 0;
}

static int check_mld(struct sk_buff *skb, struct rsw_snoop_msg *msg)
{
#if IS_ENABLED(CONFIG_IPV6)
	int err = ipv6_mc_check_mld(skb);

	if (err)
		return err;
	msg->len = ipv6_transport_len(skb);
	memcpy(msg->source, &ipv6_hdr(skb)->saddr, sizeof(ipv6_hdr(skb)->saddr));
	return 0;
#else
	return -EPROTONOSUPPORT;
#endif
}

static enum rsw_snoop_kind inspect(struct rsw_switch *sw, struct rsw_port *port,
				   struct sk_buff *skb, struct rsw_snoop_msg *msg)
{
	int err;

	skb_reset_mac_header(skb);
	skb_set_network_header(skb, ETH_HLEN);
	err = msg->proto == htons(ETH_P_IP) ? check_igmp(skb, msg) : check_mld(skb, msg);
	if (!err)
		err = skb_linearize(skb);
	if (err == -ENOMEM)
		rsw_snoop_missed(&sw->mdb, port);
	if (err)
		return RSW_SNOOP_OTHER;
	msg->data = skb_transport_header(skb);
	return rsw_snoop_message(&sw->mdb, port, msg);
}

/**
 * rsw_snoop_frame - listen to a frame that may be a message about groups
 * @sw: the switch
 * @batch: its batch
 * @i: its number. It is a socket buffer from now on: what was read is what is delivered
 * @proto: ETH_P_IP or ETH_P_IPV6, as its headers say
 *
 * What is broken, or too much, is none: it goes where its destination says.
 *
 * Context: BH off, RCU read section.
 * Return: what it is.
 */
enum rsw_snoop_kind rsw_snoop_frame(struct rsw_switch *sw, struct rsw_batch *batch,
				    unsigned int i, __be16 proto)
{
	struct rsw_snoop_msg msg = { .proto = proto, .vid = batch->frame[i].vid };
	enum rsw_snoop_kind kind;
	struct sk_buff *skb;

	if (!__ratelimit(&batch->from->mdb.messages)) {
		rsw_snoop_missed(&sw->mdb, batch->from);
		return RSW_SNOOP_OTHER;
	}
	skb = rsw_skb_hold(batch, i);
	/* Headers are pulled, which must not move those that the others get. */
	if (!IS_ERR(skb))
		skb = skb_clone(skb, GFP_ATOMIC) ?: ERR_PTR(-ENOMEM);
	if (IS_ERR(skb)) {
		if (PTR_ERR(skb) == -ENOMEM)
			rsw_snoop_missed(&sw->mdb, batch->from);
		return RSW_SNOOP_OTHER;
	}
	kind = inspect(sw, batch->from, skb, &msg);
	consume_skb(skb);
	return kind;
}
