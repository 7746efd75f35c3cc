/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_DATAPATH_H
#define RINGSWITCH_DATAPATH_H

#include "batch.h"

struct rsw_switch;

void rsw_datapath_run(struct rsw_batch *batch, struct rsw_switch *sw);

#endif /* RINGSWITCH_DATAPATH_H */
