// SPDX-License-Identifier: GPL-2.0
/* What a program is shown of a frame, and what becomes of the frame by it. */
#include <linux/bitops.h>
#include <linux/string.h>
#include <net/checksum.h>

#include "copy.h"
#include "frame.h"
#include "xdp_frame.h"

/*
 * A checksum that is still to be made would be one more thing for a program to know of, and
 * nothing that takes a redirected frame would make it. Super-frames have no other way.
 */
static void make_checksum(struct rsw_frame *frame, u8 *data)
{
	struct rsw_offload *offload = &frame->offload;
	u16 from = offload->csum_start;
	__sum16 sum = csum_fold(csum_partial(data + from, frame->len - from, 0));

	/* As skb_checksum_help() does: in UDP 0 says that there is none. */
	if (!sum)
		sum = CSUM_MANGLED_0;
	memcpy(data + from + offload->csum_offset, &sum, sizeof(sum));
	offload->flags = 0;
}

/**
 * rsw_xdp_load - copy a frame to where a program may look at it and change it
 * @frame: a frame of a guest, in its memory
 * @to: room for as many bytes as it has
 *
 * Its bytes are there as they will be on the wire, unless it is a super-frame: that keeps what is
 * left to do to it.
 */
void rsw_xdp_load(struct rsw_frame *frame, u8 *to)
{
	struct rsw_seg whole = { .addr = to, .len = frame->len };
	struct rsw_target target = rsw_target(&whole);

	rsw_copy_frame(&target, frame);
	if (frame->offload.flags && frame->offload.gso_type == VIRTIO_NET_HDR_GSO_NONE)
		make_checksum(frame, to);
}

/**
 * rsw_xdp_store - go on with what a program has left of a frame
 * @frame: the frame
 * @seg: its bytes, at least an Ethernet header; belongs to the frame from now on
 * @moved: bytes that it has more in front
 * @features: features the guest's driver negotiated
 *
 * Nothing is read again where the frame came from.
 *
 * Return: RSW_DROP_NONE, or why the frame must be dropped.
 */
enum rsw_drop_reason rsw_xdp_store(struct rsw_frame *frame, struct rsw_seg *seg, int moved,
				   u64 features)
{
	if (seg->len > RSW_FRAME_MAX)
		return RSW_DROP_IN_oversize;
	rsw_offload_move(&frame->offload, moved);
	if (!rsw_offload_valid(&frame->offload, seg->len, features))
		return RSW_DROP_IN_bad_header;
	rsw_frame_from_bytes(frame, seg);
	return RSW_DROP_NONE;
}
