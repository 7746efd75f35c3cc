// SPDX-License-Identifier: GPL-2.0
/*
 * The XDP program of a guest's port: sees what the guest sends, before the switch does.
 *
 * A frame is in guest memory, in pieces, and the guest can change it at any time. So a program
 * gets a copy, in one piece whatever its length: nothing is too long to be judged. The copy is
 * what goes on from here.
 */
#include <linux/bpf_trace.h>
#include <linux/filter.h>
#include <linux/skbuff.h>

#include "account.h"
#include "frame.h"
#include "guest.h"
#include "xdp.h"
#include "xdp_frame.h"
#include "xdp_room.h"

static u32 frame_size(u32 len)
{
	return max_t(u32, RSW_XDP_FRAME_SIZE, SKB_DATA_ALIGN(len) + RSW_XDP_OVERHEAD);
}

/* For a frame that leaves us: freed by whoever has it last. A long one is in pages of its own. */
static void *alloc_frame(u32 size)
{
	if (size <= PAGE_SIZE)
		return napi_alloc_frag(size);
	if (get_order(size) > PAGE_ALLOC_COSTLY_ORDER)
		return NULL;
	return (void *)__get_free_pages(GFP_ATOMIC | __GFP_COMP | __GFP_NOWARN, get_order(size));
}

/* A frame that somebody else gets has its own memory, and what the program wrote in front. */
static bool redirect(struct rsw_xdp *xdp, const struct xdp_buff *from)
{
	u32 meta = from->data - from->data_meta, len = from->data_end - from->data;
	u32 size = frame_size(meta + len);
	void *start = alloc_frame(size);
	struct xdp_buff buff;

	if (!start)
		return false;
	xdp_init_buff(&buff, size, &xdp->rxq);
	xdp_prepare_buff(&buff, start, XDP_PACKET_HEADROOM + meta, len, true);
	buff.data_meta = buff.data - meta;
	memcpy(buff.data_meta, from->data_meta, meta + len);
	if (!xdp_do_redirect(xdp->rxq.dev, &buff, xdp->prog))
		return true;
	page_frag_free(start);
	return false;
}

/* The frame stays with us, where the program has left it. */
static enum rsw_drop_reason keep(struct rsw_pair *pair, unsigned int i,
				 const struct xdp_buff *buff)
{
	struct rsw_xdp *xdp = pair->xdp;

	xdp->seg[i] = (struct rsw_seg){
		.addr = buff->data, .len = buff->data_end - buff->data,
	};
	xdp->used += buff->frame_sz;
	return rsw_xdp_store(&pair->batch.frame[i], &xdp->seg[i],
			     buff->data_hard_start + XDP_PACKET_HEADROOM - buff->data,
			     pair->guest->features);
}

/* Returns RSW_DROP_NONE if the frame goes anywhere: on, if nothing else was noted of it. */
static enum rsw_drop_reason run_frame(struct rsw_pair *pair, unsigned int i)
{
	struct rsw_frame *frame = &pair->batch.frame[i];
	struct rsw_xdp *xdp = pair->xdp;
	u8 *start = xdp->room + xdp->used;
	struct xdp_buff buff;
	u32 act;

	xdp_init_buff(&buff, frame_size(frame->len), &xdp->rxq);
	if (WARN_ON_ONCE(xdp->used + buff.frame_sz > RSW_XDP_ROOM))
		return RSW_DROP_IN_no_memory;
	xdp_prepare_buff(&buff, start, XDP_PACKET_HEADROOM, frame->len, true);
	rsw_xdp_load(frame, buff.data);
	act = bpf_prog_run_xdp(xdp->prog, &buff);
	switch (act) {
	case XDP_TX:
		xdp->tx |= BIT_ULL(i);
		fallthrough;
	case XDP_PASS:
		return keep(pair, i, &buff);
	case XDP_DROP:
		return RSW_DROP_IN_xdp_drop;
	case XDP_REDIRECT:
		/* Who gets it knows nothing of segments that are still to be made. */
		if (!rsw_frame_is_plain(&frame->offload) || !redirect(xdp, &buff))
			return RSW_DROP_IN_xdp_redirect;
		xdp->redirected |= BIT_ULL(i);
		return RSW_DROP_NONE;
	default:
		bpf_warn_invalid_xdp_action(xdp->rxq.dev, xdp->prog, act);
		fallthrough;
	case XDP_ABORTED:
		trace_xdp_exception(xdp->rxq.dev, xdp->prog, act);
		return RSW_DROP_IN_xdp_aborted;
	}
}

static void run_frames(struct rsw_pair *pair)
{
	struct rsw_batch *batch = &pair->batch;
	u64 dropped = 0;
	unsigned int i;

	rsw_for_each_frame(i, batch->live) {
		enum rsw_drop_reason reason = run_frame(pair, i);

		/* Of which there may be many, on purpose. */
		if (reason == RSW_DROP_IN_xdp_drop)
			dropped |= BIT_ULL(i);
		else if (reason != RSW_DROP_NONE)
			rsw_drop(batch, i, reason);
	}
	rsw_drop_frames(batch, dropped, RSW_DROP_IN_xdp_drop);
}

/* They have gone somewhere, and the switch does not see them. */
static void count_taken(struct rsw_batch *batch, const struct rsw_xdp *xdp)
{
	struct rsw_stats __percpu *stats = batch->from->stats;

	batch->taken = xdp->tx | xdp->redirected;
	if (!batch->taken)
		return;
	batch->live &= ~batch->taken;
	rsw_stats_count(stats, RSW_INGRESS_FORWARDED, hweight64(batch->taken));
	rsw_stats_count(stats, RSW_XDP_TX, hweight64(xdp->tx));
	rsw_stats_count(stats, RSW_XDP_REDIRECT, hweight64(xdp->redirected));
}

/**
 * rsw_xdp_run - let a program judge the frames of a batch
 * @pair: where they came from; it has a program, and its port is up
 *
 * Those that stay live are to be forwarded, and are in memory of ours.
 *
 * Context: BH off, RCU read section, ingress lock of the pair.
 */
void rsw_xdp_run(struct rsw_pair *pair)
{
	struct bpf_net_context of_run, *context;
	struct rsw_batch *batch = &pair->batch;
	struct rsw_xdp *xdp = pair->xdp;

	lockdep_assert_held(&pair->ingress.lock);
	xdp->tx = 0;
	xdp->redirected = 0;
	xdp->used = 0;
	context = bpf_net_ctx_set(&of_run);
	run_frames(pair);
	if (xdp->redirected)
		xdp_do_flush();
	bpf_net_ctx_clear(context);
	/* But for those whose offloads the program has made a lie. */
	xdp->tx &= batch->live;
	count_taken(batch, xdp);
	if (!xdp->tx)
		return;
	/* As if the host sent it by the representor. */
	rsw_stats_count(batch->from->stats, RSW_EGRESS_QUEUED, hweight64(xdp->tx));
	rsw_guest_deliver(pair->guest, batch->frame, xdp->tx);
}
