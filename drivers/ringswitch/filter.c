// SPDX-License-Identifier: GPL-2.0
/* Does a driver want this frame? */
#include <linux/bitops.h>
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <uapi/linux/virtio_net.h>

#include "batch.h"
#include "filter.h"

static bool has_mode(const struct rsw_filter *filter, unsigned int mode)
{
	return filter->modes & BIT(mode);
}

static bool is_listed(const struct rsw_filter_macs *macs, const u8 *mac)
{
	for (u8 i = 0; i < macs->n; i++)
		if (ether_addr_equal(macs->mac[i], mac))
			return true;
	return macs->all;
}

/* A priority tag makes no VLAN (IEEE 802.1Q, 6.9). */
static bool passes_vlan(const struct rsw_filter *filter, const struct rsw_frame *frame)
{
	const struct vlan_ethhdr *eth = (const struct vlan_ethhdr *)frame->head;
	u16 vid;

	if (frame->tag.proto)
		return frame->tag.proto != htons(ETH_P_8021Q) ||
		       test_bit(ntohs(frame->tag.tci) & VLAN_VID_MASK, filter->vlans);
	if (eth->h_vlan_proto != htons(ETH_P_8021Q))
		return true;
	if (frame->head_len < VLAN_ETH_HLEN)
		return false;
	vid = ntohs(eth->h_vlan_TCI) & VLAN_VID_MASK;
	return !vid || test_bit(vid, filter->vlans);
}

/**
 * rsw_filter_passes - does a driver want this frame?
 * @filter: what it asked for
 * @frame: with the whole of a VLAN tag in its head
 */
bool rsw_filter_passes(const struct rsw_filter *filter, const struct rsw_frame *frame)
{
	const u8 *dest = ((const struct ethhdr *)frame->head)->h_dest;

	if (has_mode(filter, VIRTIO_NET_CTRL_RX_PROMISC))
		return true;
	if (filter->by_vlan && !passes_vlan(filter, frame))
		return false;
	if (is_broadcast_ether_addr(dest))
		return !has_mode(filter, VIRTIO_NET_CTRL_RX_NOBCAST);
	if (is_multicast_ether_addr(dest))
		return !has_mode(filter, VIRTIO_NET_CTRL_RX_NOMULTI) &&
		       (has_mode(filter, VIRTIO_NET_CTRL_RX_ALLMULTI) ||
			is_listed(&filter->macs[1], dest));
	return !has_mode(filter, VIRTIO_NET_CTRL_RX_NOUNI) &&
	       (has_mode(filter, VIRTIO_NET_CTRL_RX_ALLUNI) ||
		ether_addr_equal(filter->own, dest) ||
		ether_addr_equal(filter->permanent, dest) || is_listed(&filter->macs[0], dest));
}
