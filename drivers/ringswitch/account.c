// SPDX-License-Identifier: GPL-2.0
/*
 * What becomes of a frame: counted by name and traced, here and nowhere else. In and out
 * balance for each port: what came in was forwarded or dropped, what was queued to it was
 * delivered or dropped.
 */
#include <linux/bitops.h>

#define CREATE_TRACE_POINTS
#include "trace.h"

#include "account.h"
#include "port.h"

/**
 * rsw_drop_frames - frames of a batch go nowhere
 * @batch: their batch
 * @frames: which of them; none are nothing to tell
 * @reason: an "in" reason
 *
 * Their buffers go back to whoever gave them when the batch is completed.
 */
void rsw_drop_frames(struct rsw_batch *batch, u64 frames, enum rsw_drop_reason reason)
{
	unsigned int n = hweight64(frames);

	if (!n)
		return;
	batch->live &= ~frames;
	rsw_stats_drop(batch->from->stats, reason, n);
	trace_rsw_drop(batch->from, reason, n);
}

/**
 * rsw_drop_unbatched - a frame comes in and does not get into a batch
 * @port: where it came from
 * @bytes: its length
 * @reason: an "in" reason
 */
void rsw_drop_unbatched(struct rsw_port *port, unsigned int bytes, enum rsw_drop_reason reason)
{
	rsw_stats_add(port->stats, RSW_INGRESS_FRAMES, 1, bytes);
	rsw_stats_drop(port->stats, reason, 1);
	trace_rsw_drop(port, reason, 1);
}

/**
 * rsw_drop_egress - copies queued to a port are not delivered
 * @port: the receiver
 * @n: how many
 * @reason: an "out" reason
 */
void rsw_drop_egress(struct rsw_port *port, unsigned int n, enum rsw_drop_reason reason)
{
	rsw_stats_drop(port->stats, reason, n);
	trace_rsw_drop(port, reason, n);
}

/* Copies queued to a port have been delivered. */
void rsw_delivered(struct rsw_port *port, unsigned int frames, unsigned int bytes)
{
	if (!frames)
		return;
	rsw_stats_add(port->stats, RSW_EGRESS_FRAMES, frames, bytes);
	trace_rsw_deliver(port, frames, bytes);
}
