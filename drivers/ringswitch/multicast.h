/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_MULTICAST_H
#define RINGSWITCH_MULTICAST_H

#include "batch.h"

struct rsw_switch;

void rsw_multicast_sort(struct rsw_batch *batch, struct rsw_switch *sw);
u64 rsw_multicast_for(const struct rsw_batch *batch, const struct rsw_port *port);

#endif /* RINGSWITCH_MULTICAST_H */
