/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_XDP_ROOM_H
#define RINGSWITCH_XDP_ROOM_H

#include <net/xdp.h>

#include "batch.h"

struct bpf_prog;

/* Memory for one frame, as much as with most NICs: a program finds room behind small frames. */
#define RSW_XDP_FRAME_SIZE	2048

/*
 * What a longer one takes besides its bytes: room for headers in front, and at the end what
 * the kernel demands.
 */
#define RSW_XDP_OVERHEAD	(XDP_PACKET_HEADROOM + \
				 SKB_DATA_ALIGN(sizeof(struct skb_shared_info)))

/* For a batch, whose last frame begins below RSW_BATCH_BYTES. */
#define RSW_XDP_ROOM		(RSW_BATCH_FRAMES * RSW_XDP_FRAME_SIZE + RSW_BATCH_BYTES + \
				 RSW_FRAME_MAX)

/**
 * struct rsw_xdp - a program that judges what a pair of queues takes from its guest
 * @prog: the program
 * @rxq: what it is told of where a frame is from
 * @tx: frames that go back to the guest; this and the rest: of the batch that is being run
 * @redirected: frames that have gone elsewhere
 * @used: bytes of @room
 * @seg: for the frames that go on, which are in @room then
 * @room: where programs see frames
 *
 * Belongs to the pair, and to its ingress lock once a batch can find it. Guest memory is copied
 * into @room and not read again, so what passes is what the program saw.
 */
struct rsw_xdp {
	struct bpf_prog *prog;
	struct xdp_rxq_info rxq;
	u64 tx;
	u64 redirected;
	u32 used;
	struct rsw_seg seg[RSW_BATCH_FRAMES];
	u8 room[RSW_XDP_ROOM] ____cacheline_aligned;
};

#endif /* RINGSWITCH_XDP_ROOM_H */
