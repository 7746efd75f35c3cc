// SPDX-License-Identifier: GPL-2.0
/* Frames out of a guest: take chains, run them through the switch, give them back. */
#include <linux/prefetch.h>
#include <linux/rcupdate.h>

#include "account.h"
#include "datapath.h"
#include "frame.h"
#include "guest.h"
#include "skb.h"
#include "tap.h"
#include "xdp.h"

/*
 * Take chains until the batch is full. The payload of each is prefetched, so that the
 * misses of a whole batch overlap instead of following each other.
 */
static unsigned int take_chains(struct rsw_pair *pair)
{
	struct rsw_queue *queue = &pair->ingress;
	u32 hlen = rsw_vnet_hlen(pair->guest->features);
	unsigned int n = 0, segs = 0, bytes = 0;

	while (n < RSW_BATCH_FRAMES && bytes < RSW_BATCH_BYTES) {
		struct rsw_chain *chain = &pair->chain[n];
		int err = rsw_vring_available(&queue->ring);

		if (!err)
			break;
		chain->seg = queue->seg + segs;
		if (err > 0)
			err = rsw_vring_take(&queue->ring, RSW_MEM_RO, hlen + RSW_FRAME_MAX,
					     chain, RSW_CHAIN_SEGS - segs);
		/* A chain that did not fit behind others is first in the next batch. */
		if (n && (err == -ENOSPC || err == -EBUSY))
			break;
		if (err) {
			rsw_guest_break(pair->guest, queue, err);
			break;
		}
		if (chain->nsegs)
			prefetch(chain->seg[0].addr);
		segs += chain->nsegs;
		bytes += chain->len;
		n++;
	}
	queue->bytes += bytes - n * hlen;
	WRITE_ONCE(pair->worker.sent, pair->worker.sent + bytes);
	return n;
}

static void parse_frames(struct rsw_pair *pair)
{
	struct rsw_batch *batch = &pair->batch;
	u64 features = pair->guest->features;

	batch->live = GENMASK_ULL(batch->n - 1, 0);
	for (unsigned int i = 0; i < batch->n; i++) {
		/* Parsing moves chain->seg; what it is known by stays for completion. */
		enum rsw_drop_reason reason = rsw_frame_from_chain(&batch->frame[i],
								   &pair->chain[i], features);

		batch->bytes += batch->frame[i].len;
		if (unlikely(reason != RSW_DROP_NONE))
			rsw_drop(batch, i, reason);
	}
}

static void complete_chains(struct rsw_pair *pair, unsigned int n)
{
	struct rsw_queue *queue = &pair->ingress;

	queue->frames += n;
	queue->dropped += n - hweight64(pair->batch.live | pair->batch.taken);
	for (unsigned int i = 0; i < n; i++)
		rsw_vring_use(&queue->ring, pair->chain[i].id, pair->chain[i].ndesc, 0);
	rsw_queue_show(queue, n);
}

/**
 * rsw_guest_ingress - move one batch of what a guest sends
 * @worker: of a pair of its queues
 *
 * Context: any that may disable BH.
 * Return: true when more is waiting. When false, the guest will kick for more.
 */
bool rsw_guest_ingress(struct rsw_worker *worker)
{
	struct rsw_pair *pair = container_of(worker, struct rsw_pair, worker);
	struct rsw_port *port = &pair->guest->port;
	struct rsw_queue *queue = &pair->ingress;
	struct rsw_batch *batch = &pair->batch;
	bool more = false;

	spin_lock_bh(&queue->lock);
	if (!queue->running || READ_ONCE(pair->guest->broken))
		goto out;
	rcu_read_lock();
	rsw_mem_cursor_clear(&queue->ring.cursor);
	rsw_vring_quiet(&queue->ring);
	rsw_batch_init(batch, port);
	batch->n = take_chains(pair);
	if (batch->n) {
		parse_frames(pair);
		if (unlikely(pair->xdp) && rsw_port_is_up(port))
			rsw_xdp_run(pair);
		rsw_tap_frames(port, batch->frame, batch->live, false);
		rsw_datapath_run(batch, rcu_dereference(port->sw));
		rsw_skb_release(batch);
		complete_chains(pair, batch->n);
	}
	rcu_read_unlock();
	more = rsw_guest_listen(pair->guest, queue);
out:
	spin_unlock_bh(&queue->lock);
	return more;
}
