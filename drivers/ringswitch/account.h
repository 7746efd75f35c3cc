/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_ACCOUNT_H
#define RINGSWITCH_ACCOUNT_H

#include <linux/bits.h>

#include "batch.h"

void rsw_drop_frames(struct rsw_batch *batch, u64 frames, enum rsw_drop_reason reason);
void rsw_drop_unbatched(struct rsw_port *port, unsigned int bytes, enum rsw_drop_reason reason);
void rsw_drop_egress(struct rsw_port *port, unsigned int n, enum rsw_drop_reason reason);
void rsw_delivered(struct rsw_port *port, unsigned int frames, unsigned int bytes);

/* One of a batch. */
static inline void rsw_drop(struct rsw_batch *batch, unsigned int i, enum rsw_drop_reason reason)
{
	rsw_drop_frames(batch, BIT_ULL(i), reason);
}

#endif /* RINGSWITCH_ACCOUNT_H */
