// SPDX-License-Identifier: GPL-2.0
/*
 * Frames that an XDP program, of a NIC or of another guest's port, redirects to a guest: as if
 * the host sent them by the representor, but never socket buffers.
 */
#include <net/xdp.h>

#include "account.h"
#include "frame.h"
#include "guest.h"
#include "xdp_xmit.h"

/* As many as are described on the stack. */
#define TOGETHER	4

/* Those of the frames that can be. Ones in pieces are not asked for. */
static u64 describe(struct rsw_frame *frame, struct rsw_seg *seg, struct xdp_frame **xdpf, int n)
{
	u64 good = 0;

	for (int i = 0; i < n; i++) {
		if (xdp_frame_has_frags(xdpf[i]) || xdpf[i]->len < ETH_HLEN)
			continue;
		seg[i] = (struct rsw_seg){ .addr = xdpf[i]->data, .len = xdpf[i]->len };
		rsw_frame_init(&frame[i], NULL);
		frame[i].offload = (struct rsw_offload){};
		rsw_frame_from_bytes(&frame[i], &seg[i]);
		good |= BIT_ULL(i);
	}
	return good;
}

static void deliver(struct rsw_guest *guest, struct xdp_frame **xdpf, int n)
{
	struct rsw_frame frame[TOGETHER];
	struct rsw_seg seg[TOGETHER];
	u64 good = describe(frame, seg, xdpf, n);

	rsw_stats_count(guest->port.stats, RSW_EGRESS_QUEUED, n);
	if (hweight64(good) < n)
		rsw_drop_egress(&guest->port, n - hweight64(good), RSW_DROP_OUT_offload);
	if (good)
		rsw_guest_deliver(guest, frame, good);
	for (int i = 0; i < n; i++)
		xdp_return_frame_rx_napi(xdpf[i]);
}

/**
 * rsw_xdp_xmit - ndo_xdp_xmit of a guest's representor
 * @guest: the guest
 * @n: number of frames
 * @xdpf: the frames
 * @flags: XDP_XMIT_*; there is nothing to flush
 *
 * Context: BH off, where @xdpf were made; may hold the ingress lock of a guest.
 * Return: @n, and all of them are delivered or counted as dropped; -EINVAL for unknown flags.
 */
int rsw_xdp_xmit(struct rsw_guest *guest, int n, struct xdp_frame **xdpf, u32 flags)
{
	if (flags & ~XDP_XMIT_FLAGS_MASK)
		return -EINVAL;
	rcu_read_lock();
	for (int i = 0; i < n; i += TOGETHER)
		deliver(guest, xdpf + i, min(n - i, TOGETHER));
	rcu_read_unlock();
	return n;
}
