/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_COPY_H
#define RINGSWITCH_COPY_H

#include <linux/types.h>

struct rsw_chain;
struct rsw_seg;

bool rsw_pull(struct rsw_chain *chain, void *to, u32 len);
void rsw_copy(struct rsw_seg **to, const void *from, u32 len);

#endif /* RINGSWITCH_COPY_H */
