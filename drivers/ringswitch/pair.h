/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_PAIR_H
#define RINGSWITCH_PAIR_H

#include <linux/cache.h>

#include "batch.h"
#include "queue.h"
#include "worker.h"

struct rsw_guest;
struct rsw_xdp;

/**
 * struct rsw_pair - a receive and a transmit queue (virtio 1.3, 5.1.2)
 * @guest: whose
 * @egress: receiveq: frames to the guest. Whoever has one serves it
 * @ingress: transmitq: frames from the guest
 * @worker: runs @ingress
 * @batch: of frames taken from @ingress; its lock
 * @xdp: what judges these frames first, NULL: nothing does. Written under RTNL and the lock of
 *	@ingress, read under either
 * @chain: the chains behind them; its lock
 *
 * All that is needed to move frames through the pair, so that pairs have nothing to wait
 * for each other.
 */
struct rsw_pair {
	struct rsw_guest *guest;
	struct rsw_queue egress;
	struct rsw_queue ingress;
	struct rsw_worker worker;
	struct rsw_xdp *xdp;
	struct rsw_batch batch;
	struct rsw_chain chain[RSW_BATCH_FRAMES];
} ____cacheline_aligned_in_smp;

int rsw_pair_init(struct rsw_pair *pair, struct rsw_guest *guest, u16 number);
void rsw_pair_free(struct rsw_pair *pair);

#endif /* RINGSWITCH_PAIR_H */
