/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_XDP_H
#define RINGSWITCH_XDP_H

struct rsw_pair;

void rsw_xdp_run(struct rsw_pair *pair);

#endif /* RINGSWITCH_XDP_H */
