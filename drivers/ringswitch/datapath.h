/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_DATAPATH_H
#define RINGSWITCH_DATAPATH_H

#include "batch.h"

struct rsw_switch;

void rsw_datapath_run(struct rsw_batch *batch, struct rsw_switch *sw);
void rsw_drop(struct rsw_batch *batch, unsigned int i, enum rsw_drop_reason reason);
void rsw_drop_egress(struct rsw_port *port, unsigned int n, enum rsw_drop_reason reason);
void rsw_delivered(struct rsw_port *port, unsigned int frames, unsigned int bytes);

#endif /* RINGSWITCH_DATAPATH_H */
