// SPDX-License-Identifier: GPL-2.0
/* Between frames and socket buffers, and what only socket buffers can do. */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/skbuff.h>
#include <linux/virtio_net.h>
#include <net/gso.h>
#include <net/page_pool/helpers.h>

#include "copy.h"
#include "frame.h"
#include "port.h"
#include "skb.h"

/* A frame up to this size goes into one linear buffer. */
#define LINEAR_MAX	2048

/* Of a longer one, this much: all headers, so that the stack pulls nothing. */
#define LINEAR_HEAD	192

/*
 * Pieces of 32 KiB. Up to 32 wait in a pool's ring and as many with its owner, so that an
 * idle port holds 2 MiB at most; that many are in flight through a NIC at 40 Gbit/s.
 */
#define POOL_ORDER	PAGE_ALLOC_COSTLY_ORDER
#define POOL_PAGES	32

#define GSO_PLAIN	(SKB_GSO_TCPV4 | SKB_GSO_TCPV6 | SKB_GSO_UDP_L4 | SKB_GSO_TCP_ECN | \
			 SKB_GSO_DODGY | SKB_GSO_TCP_FIXEDID)

/*
 * What virtio-net has no words for: tunnels and frag lists (whose GSO type has a TCP bit
 * as well), super-frames beyond 64 KiB, SCTP's checksum.
 */
static bool is_foreign(struct sk_buff *skb)
{
	if (skb->ip_summed == CHECKSUM_PARTIAL && skb_csum_is_sctp(skb))
		return true;
	return skb_is_gso(skb) && (skb_shinfo(skb)->gso_type & ~GSO_PLAIN ||
				   skb->ip_summed != CHECKSUM_PARTIAL || skb->len > RSW_FRAME_MAX);
}

static bool is_readable(const struct sk_buff *skb)
{
	const struct sk_buff *next;

	if (!skb_frags_readable(skb))
		return false;
	skb_walk_frags(skb, next)
		if (!is_readable(next))
			return false;
	return true;
}

/**
 * rsw_frame_from_skb - describe a socket buffer as a frame
 * @frame: result; does not own @skb
 * @skb: data at the MAC header, at least an Ethernet header in the linear part
 *
 * Return: false if its offloads contradict each other, or the CPU cannot read it.
 */
bool rsw_frame_from_skb(struct rsw_frame *frame, struct sk_buff *skb)
{
	struct virtio_net_hdr hdr;

	rsw_frame_init(frame, skb);
	frame->len = skb->len;
	frame->head_len = ETH_HLEN;
	memcpy(frame->head, skb->data, ETH_HLEN);
	if (eth_type_vlan(((const struct ethhdr *)frame->head)->h_proto) &&
	    !skb_copy_bits(skb, ETH_HLEN, frame->head + ETH_HLEN, VLAN_HLEN))
		frame->head_len = VLAN_ETH_HLEN;
	if (skb_warn_if_lro(skb) || !is_readable(skb))
		return false;
	if (is_foreign(skb) || virtio_net_hdr_from_skb(skb, &hdr, true, true, 0)) {
		frame->offload = (struct rsw_offload){ .gso_type = RSW_GSO_FOREIGN };
		return true;
	}
	rsw_offload_from_virtio(&frame->offload, &hdr);
	return true;
}

static void open_linear(struct sk_buff *skb, u32 linear)
{
	skb_reserve(skb, NET_SKB_PAD + NET_IP_ALIGN);
	skb_put(skb, linear);
}

/*
 * Pages of a pool come back to it when the skb is freed: the allocator neither looks for
 * 64 KiB nor, with init_on_alloc, clears what is overwritten at once.
 */
static struct sk_buff *alloc_pooled(struct page_pool *pages, u32 linear, u32 rest)
{
	struct sk_buff *skb = alloc_skb(NET_SKB_PAD + NET_IP_ALIGN + linear,
					GFP_ATOMIC | __GFP_NOWARN);

	if (!skb)
		return NULL;
	open_linear(skb, linear);
	skb_mark_for_recycle(skb);
	for (int i = 0; rest; i++) {
		u32 piece = min_t(u32, rest, PAGE_SIZE << POOL_ORDER);
		unsigned int offset, truesize = piece;
		struct page *page = page_pool_dev_alloc(pages, &offset, &truesize);

		if (!page) {
			kfree_skb(skb);
			return NULL;
		}
		skb_add_rx_frag(skb, i, page, offset, piece, truesize);
		rest -= piece;
	}
	return skb;
}

static struct sk_buff *alloc(struct page_pool *pages, u32 len)
{
	u32 linear = len <= LINEAR_MAX ? len : LINEAR_HEAD;
	struct sk_buff *skb;
	int err;

	if (pages && len > linear) {
		skb = alloc_pooled(pages, linear, len - linear);
		if (skb)
			return skb;
	}
	/* Where there are no large pages, smaller ones do. */
	skb = alloc_skb_with_frags(NET_SKB_PAD + NET_IP_ALIGN + linear, len - linear,
				   PAGE_ALLOC_COSTLY_ORDER, &err, GFP_ATOMIC | __GFP_NOWARN);
	if (!skb)
		return NULL;
	open_linear(skb, linear);
	skb->data_len = len - linear;
	skb->len += len - linear;
	return skb;
}

static void fill(struct sk_buff *skb, const struct rsw_frame *frame)
{
	const struct skb_shared_info *info = skb_shinfo(skb);
	struct rsw_seg piece[MAX_SKB_FRAGS + 1];
	struct rsw_target to;

	piece[0] = (struct rsw_seg){ .addr = skb->data, .len = skb_headlen(skb) };
	for (u8 i = 0; i < info->nr_frags; i++)
		piece[i + 1] = (struct rsw_seg){ .addr = skb_frag_address(&info->frags[i]),
						 .len = skb_frag_size(&info->frags[i]) };
	to = rsw_target(piece);
	rsw_copy_frame(&to, frame);
}

/*
 * Copy a guest's frame. Its offloads are checked once more, against the copy. @dev only
 * tells the flow dissector in whose namespace it is.
 */
static struct sk_buff *build(const struct rsw_frame *frame, struct net_device *dev,
			     struct page_pool *pages)
{
	struct sk_buff *skb = alloc(pages, frame->len);
	struct virtio_net_hdr hdr;
	int depth;

	if (!skb)
		return ERR_PTR(-ENOMEM);
	fill(skb, frame);
	rsw_offload_to_virtio(&frame->offload, &hdr);
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, ETH_HLEN);
	skb->protocol = eth_hdr(skb)->h_proto;
	skb->dev = dev;
	if (virtio_net_hdr_to_skb(skb, &hdr, true)) {
		kfree_skb_reason(skb, SKB_DROP_REASON_DEV_HDR);
		return ERR_PTR(-EINVAL);
	}
	if (dev && !skb_transport_header_was_set(skb))
		skb_probe_transport_header(skb);
	/* Behind the tags, where drivers of NICs with checksum offload look for it. */
	if (eth_type_vlan(skb->protocol) &&
	    vlan_get_protocol_and_depth(skb, skb->protocol, &depth))
		skb_set_network_header(skb, depth);
	return skb;
}

/**
 * rsw_skb_hold - make a frame a socket buffer, for all who come to look at it
 * @batch: the batch, whose buffer it is: a guest's memory is not read again for this frame
 * @i: the frame
 *
 * Return: as rsw_skb_take().
 */
struct sk_buff *rsw_skb_hold(struct rsw_batch *batch, unsigned int i)
{
	struct rsw_frame *frame = &batch->frame[i];
	struct sk_buff *skb = frame->skb;

	if (!skb)
		skb = build(frame, READ_ONCE(batch->from->dev), batch->pages);
	if (!IS_ERR(skb))
		frame->skb = skb;
	return skb;
}

/**
 * rsw_skb_take - get a frame as a socket buffer of one's own
 * @batch: the batch
 * @i: the frame
 *
 * Return: the buffer, data at the MAC header; -ENOMEM; -EINVAL (the frame's offloads
 * contradict its bytes).
 */
struct sk_buff *rsw_skb_take(struct rsw_batch *batch, unsigned int i)
{
	struct rsw_frame *frame = &batch->frame[i];
	struct sk_buff *skb = rsw_skb_hold(batch, i);

	if (IS_ERR(skb))
		return skb;
	/* Built once for all receivers that need one. */
	if (rsw_batch_shared(batch) & BIT_ULL(i)) {
		skb = skb_clone(skb, GFP_ATOMIC);
		if (!skb)
			return ERR_PTR(-ENOMEM);
	} else {
		frame->skb = NULL;
	}
	/* Where NICs and the stack look for it. */
	if (frame->tag.proto)
		__vlan_hwaccel_put_tag(skb, frame->tag.proto, ntohs(frame->tag.tci));
	return skb;
}

/**
 * rsw_skb_copy - get a frame once more
 * @frame: the frame, which stays as it is
 * @dev: a netdev whose frame it is then
 *
 * Return: as rsw_skb_take(); of a frame that is a buffer already, a clone.
 */
struct sk_buff *rsw_skb_copy(const struct rsw_frame *frame, struct net_device *dev)
{
	struct sk_buff *skb;

	if (!frame->skb)
		return build(frame, dev, NULL);
	skb = skb_clone(frame->skb, GFP_ATOMIC);
	return skb ?: ERR_PTR(-ENOMEM);
}

/* Nobody but us computes SCTP's checksum; the others only if the receiver cannot. */
static int checksum_list(struct sk_buff *segs, bool receiver_can)
{
	for (struct sk_buff *skb = segs; skb; skb = skb->next) {
		int err = 0;

		if (skb->ip_summed == CHECKSUM_PARTIAL &&
		    (!receiver_can || skb_csum_is_sctp(skb)))
			err = skb_csum_hwoffload_help(skb, 0);
		if (err)
			return err;
	}
	return 0;
}

/**
 * rsw_skb_finish - do in software what a receiver cannot
 * @frame: the frame
 * @dev: the receiver's netdev
 * @features: what the receiving driver negotiated
 *
 * Return: list of buffers without GSO, and without partial checksums unless the
 * receiver takes those; -ENOMEM; -EINVAL or another errno of the segmenter.
 */
struct sk_buff *rsw_skb_finish(struct rsw_frame *frame, struct net_device *dev, u64 features)
{
	bool sums = features & BIT_ULL(VIRTIO_NET_F_GUEST_CSUM);
	netdev_features_t sg = NETIF_F_SG | (sums ? NETIF_F_HW_CSUM : 0);
	struct sk_buff *skb, *segs;
	int err;

	skb = rsw_skb_copy(frame, dev);
	if (IS_ERR(skb))
		return skb;
	if (skb_is_gso(skb)) {
		segs = skb_gso_segment(skb, sg);
		if (IS_ERR(segs)) {
			kfree_skb_reason(skb, SKB_DROP_REASON_SKB_GSO_SEG);
			return segs;
		}
		if (segs) {
			consume_skb(skb);
			skb = segs;
		}
	}
	err = checksum_list(skb, sums);
	if (err) {
		kfree_skb_list(skb);
		return ERR_PTR(err);
	}
	return skb;
}

/**
 * rsw_skb_pool - make a pool for copies of one queue's frames
 *
 * What is in flight when it is destroyed is freed by the pool later, without us.
 *
 * Context: sleeps.
 * Return: the pool, or an ERR_PTR().
 */
struct page_pool *rsw_skb_pool(void)
{
	struct page_pool_params params = {
		.order = POOL_ORDER,
		.pool_size = POOL_PAGES,
		.nid = NUMA_NO_NODE,
	};

	return page_pool_create(&params);
}

/* The batch has been delivered: what nobody took is given back. */
void rsw_skb_release(struct rsw_batch *batch)
{
	for (unsigned int i = 0; i < batch->n; i++) {
		if (!batch->frame[i].skb)
			continue;
		if (batch->live & BIT_ULL(i))
			consume_skb(batch->frame[i].skb);
		else
			kfree_skb(batch->frame[i].skb);
	}
}

/**
 * rsw_skb_transmit - send a buffer by a netdev of the host
 * @skb: data at the MAC header; consumed
 * @dev: the netdev
 *
 * Context: BH off, RCU read section.
 * Return: RSW_DROP_NONE, or why it is not sent.
 */
enum rsw_drop_reason rsw_skb_transmit(struct sk_buff *skb, struct net_device *dev)
{
	int err;

	if (!is_skb_forwardable(dev, skb)) {
		kfree_skb(skb);
		return netif_running(dev) ? RSW_DROP_OUT_mtu : RSW_DROP_OUT_port_down;
	}
	skb->dev = dev;
	skb_clear_tstamp(skb);
	err = dev_queue_xmit(skb);
	/* A macro that evaluates its argument twice. */
	return net_xmit_eval(err) ? RSW_DROP_OUT_refused : RSW_DROP_NONE;
}

/**
 * rsw_skb_send - send copies of frames by a netdev that is not a port
 * @batch: the batch
 * @frames: which of them
 * @dev: the netdev; it counts what it does not get, as "dropped"
 *
 * Context: BH off, RCU read section.
 */
void rsw_skb_send(struct rsw_batch *batch, u64 frames, struct net_device *dev)
{
	unsigned int i;

	rsw_for_each_frame(i, frames) {
		struct sk_buff *skb = rsw_skb_take(batch, i);
		enum rsw_drop_reason reason;

		reason = IS_ERR(skb) ? rsw_skb_error(skb) : rsw_skb_transmit(skb, dev);
		/* Who has refused it has counted it. */
		if (reason != RSW_DROP_NONE && reason != RSW_DROP_OUT_refused)
			dev_core_stats_tx_dropped_inc(dev);
	}
}
