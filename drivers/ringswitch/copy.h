/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_COPY_H
#define RINGSWITCH_COPY_H

#include <linux/types.h>

struct rsw_seg;

void rsw_pull(struct rsw_seg **from, u16 *nsegs, void *to, u32 len);
void rsw_copy(struct rsw_seg **to, const void *from, u32 len);

#endif /* RINGSWITCH_COPY_H */
