/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_FORWARD_H
#define RINGSWITCH_FORWARD_H

#include "batch.h"

struct rsw_fdb;
struct rsw_port;
struct rsw_switch;

void rsw_forward_group(struct rsw_batch *batch);
void rsw_forward_admit(struct rsw_batch *batch, struct rsw_fdb *fdb);
void rsw_forward_learn(struct rsw_batch *batch, struct rsw_fdb *fdb);
void rsw_forward_sort(struct rsw_batch *batch, struct rsw_fdb *fdb);
bool rsw_forward_add_dest(struct rsw_batch *batch, struct rsw_port *port, u64 frames);
void rsw_forward_deliver(struct rsw_batch *batch, struct rsw_switch *sw);

#endif /* RINGSWITCH_FORWARD_H */
