// SPDX-License-Identifier: GPL-2.0
/*
 * Mirrors: what comes from a port, or goes to it, is given to another one as well.
 *
 * The other is visited as any receiver is, but nothing is asked that forwarding asks: VLANs,
 * isolation and locks say who may talk to whom, and here somebody looks. A copy leaves the
 * switch at once. It is not decided on, so nothing is learned from it, it is not forwarded, and
 * it is no frame that another mirror could show: mirrors cannot chase each other.
 */
#include <linux/bitops.h>

#include "mirror.h"
#include "skb.h"
#include "trace.h"

/**
 * rsw_mirror - as rsw_mirror_frames(), when there is a mirror
 * @mirror: the mirror
 * @batch: the frames
 * @frames: which of them
 *
 * What the destination cannot take is its own loss, and counted there.
 */
void rsw_mirror(const struct rsw_mirror *mirror, struct rsw_batch *batch, u64 frames)
{
	struct rsw_port *to = mirror->to;

	/* As much as packet sockets see of it. */
	if (!frames || !rsw_port_is_up(mirror->port))
		return;
	trace_rsw_mirror(mirror->port, mirror->dev, hweight64(frames));
	batch->mirrored = frames;
	if (to) {
		rsw_stats_count(to->stats, RSW_EGRESS_QUEUED, hweight64(frames));
		to->ops->egress(to, batch, frames);
	} else {
		rsw_skb_send(batch, frames, mirror->dev);
	}
	batch->mirrored = 0;
}
