/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_XDP_XMIT_H
#define RINGSWITCH_XDP_XMIT_H

#include <linux/types.h>

struct rsw_guest;
struct xdp_frame;

int rsw_xdp_xmit(struct rsw_guest *guest, int n, struct xdp_frame **xdpf, u32 flags);

#endif /* RINGSWITCH_XDP_XMIT_H */
