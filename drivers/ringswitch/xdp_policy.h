/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_XDP_POLICY_H
#define RINGSWITCH_XDP_POLICY_H

struct net_device;
struct netdev_bpf;
struct rsw_guest;

int rsw_xdp_setup(struct rsw_guest *guest, struct net_device *dev, struct netdev_bpf *bpf);

#endif /* RINGSWITCH_XDP_POLICY_H */
