/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_XDP_FRAME_H
#define RINGSWITCH_XDP_FRAME_H

#include "batch.h"

void rsw_xdp_load(struct rsw_frame *frame, u8 *to);
enum rsw_drop_reason rsw_xdp_store(struct rsw_frame *frame, struct rsw_seg *seg, int moved,
				   u64 features);

#endif /* RINGSWITCH_XDP_FRAME_H */
