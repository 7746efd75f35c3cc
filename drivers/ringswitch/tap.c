// SPDX-License-Identifier: GPL-2.0
/*
 * What packet sockets see of a guest's port: tcpdump -i vm0.
 *
 * Frames between guests never become socket buffers, so none passes the places where the stack
 * serves its taps. Here they get a copy, made for them alone: what is delivered is not touched,
 * and is the same frame with and without them. As with any netdev of the host, "in" is what
 * comes from the guest, and "out" what is queued to it, even if it has no room for it then.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/skbuff.h>

#include "batch.h"
#include "skb.h"
#include "tap.h"

/* Namespaces share a list in older kernels. */
static bool takes(const struct packet_type *type, const struct net_device *dev, bool out)
{
	if (out && READ_ONCE(type->ignore_outgoing))
		return false;
	return !type->af_packet_net || net_eq(type->af_packet_net, dev_net(dev));
}

static bool anybody(const struct list_head *types, const struct net_device *dev, bool out)
{
	const struct packet_type *type;

	list_for_each_entry_rcu(type, types, list)
		if (takes(type, dev, out))
			return true;
	return false;
}

static void give(struct list_head *types, struct sk_buff *skb)
{
	struct packet_type *type;

	/* Each may change where the data begins, and leaves it as it was. */
	list_for_each_entry_rcu(type, types, list)
		if (takes(type, skb->dev, false))
			type->func(skb_get(skb), skb->dev, type, skb->dev);
}

/* A frame whose offloads are a lie can be looked at, too. */
static struct sk_buff *copy(const struct rsw_frame *frame, struct net_device *dev)
{
	struct sk_buff *skb = rsw_skb_copy(frame, dev);
	struct rsw_frame plain;

	if (PTR_ERR(skb) != -EINVAL)
		return skb;
	plain = *frame;
	plain.offload = (struct rsw_offload){};
	return rsw_skb_copy(&plain, dev);
}

/* As the stack would have it from a NIC: header and tag taken off. NULL: no memory. */
static struct sk_buff *receive(struct sk_buff *skb, struct net_device *dev,
			       const struct rsw_tag *tag)
{
	skb->protocol = eth_type_trans(skb, dev);
	skb_reset_network_header(skb);
	skb_reset_mac_len(skb);
	if (tag->proto)
		__vlan_hwaccel_put_tag(skb, tag->proto, ntohs(tag->tci));
	else if (eth_type_vlan(skb->protocol) && skb->len >= VLAN_HLEN + sizeof(__be16))
		skb = skb_vlan_untag(skb);
	return skb;
}

static void show(struct sk_buff *skb, struct net_device *dev, bool out)
{
	if (out) {
		skb_push(skb, skb->data - skb_mac_header(skb));
		dev_queue_xmit_nit(skb, dev);
		return;
	}
	__net_timestamp(skb);
	give(dev_net_taps(dev), skb);
	give(&dev->ptype_all, skb);
}

/* As rsw_tap_frames(), when somebody may listen. */
void rsw_tap(struct net_device *dev, const struct rsw_frame *frame, u64 frames, bool out)
{
	unsigned int i;

	if (!netif_running(dev) || !netif_carrier_ok(dev))
		return;
	if (!anybody(dev_net_taps(dev), dev, out) && !anybody(&dev->ptype_all, dev, out))
		return;
	rsw_for_each_frame(i, frames) {
		struct sk_buff *skb = copy(&frame[i], dev);

		if (!IS_ERR(skb))
			skb = receive(skb, dev, &frame[i].tag);
		if (IS_ERR_OR_NULL(skb))
			continue;
		show(skb, dev, out);
		consume_skb(skb);
	}
}
