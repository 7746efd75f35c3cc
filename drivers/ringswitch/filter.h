/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_FILTER_H
#define RINGSWITCH_FILTER_H

#include <linux/if_ether.h>
#include <linux/if_vlan.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

struct rsw_frame;

/* Addresses kept of a table; of a longer one all are let through. */
#define RSW_FILTER_MACS		64

/**
 * struct rsw_filter_macs - addresses a driver asked for
 * @all: there were more than we keep
 * @n: how many
 * @mac: the addresses
 */
struct rsw_filter_macs {
	bool all;
	u8 n;
	u8 mac[RSW_FILTER_MACS][ETH_ALEN];
};

/**
 * struct rsw_filter - which frames a driver wants (virtio 1.3, 5.1.6.5.1 to 5.1.6.5.3)
 * @rcu: to free it
 * @modes: what it said by VIRTIO_NET_CTRL_RX_*, a bit each
 * @by_vlan: @vlans is to be looked at
 * @own: the address it gave itself
 * @permanent: the one that the device came with. Frames to it pass as well: a VMM that sets
 *	an address by the control queue need not tell its guest
 * @macs: other addresses; [0] individual ones, [1] groups
 * @vlans: VIDs
 *
 * Never changed once a reader can see it.
 */
struct rsw_filter {
	struct rcu_head rcu;
	unsigned long modes;
	bool by_vlan;
	u8 own[ETH_ALEN];
	u8 permanent[ETH_ALEN];
	struct rsw_filter_macs macs[2];
	DECLARE_BITMAP(vlans, VLAN_N_VID);
};

bool rsw_filter_passes(const struct rsw_filter *filter, const struct rsw_frame *frame);

#endif /* RINGSWITCH_FILTER_H */
