/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_VLAN_H
#define RINGSWITCH_VLAN_H

#include <linux/bitops.h>
#include <linux/if_vlan.h>
#include <linux/types.h>

struct rsw_batch;
struct rsw_port;

/* VID 4095 is reserved, and 0 says that there is none. */
#define RSW_VID_LAST	(VLAN_N_VID - 2)

/* What every port is in at first, if nothing else was said. */
#define RSW_VID_DEFAULT	1

/**
 * struct rsw_vlans - the VLANs a port is in (IEEE 802.1Q, 8.8.10)
 * @pvid: of frames without a VID of their own; 0: such frames are dropped
 * @member: VIDs of frames that may come in and go out
 * @untagged: those that go out without a tag
 *
 * Written under RTNL by atomic operations, read at any time: a batch may see a change
 * halfway.
 */
struct rsw_vlans {
	u16 pvid;
	DECLARE_BITMAP(member, VLAN_N_VID);
	DECLARE_BITMAP(untagged, VLAN_N_VID);
};

void rsw_vlans_init(struct rsw_vlans *vlans, u16 pvid);
void rsw_vlan_classify(struct rsw_batch *batch, __be16 proto);
u64 rsw_vlan_members(const struct rsw_batch *batch, const struct rsw_port *port, u64 frames);
void rsw_vlan_tag(struct rsw_batch *batch, const struct rsw_port *port, u64 frames);

/* VID 0: the switch does not know VLANs. */
static inline bool rsw_vlan_has(const struct rsw_vlans *vlans, u16 vid)
{
	return !vid || test_bit(vid, vlans->member);
}

#endif /* RINGSWITCH_VLAN_H */
