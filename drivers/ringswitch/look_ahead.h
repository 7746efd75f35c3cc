/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_LOOK_AHEAD_H
#define RINGSWITCH_LOOK_AHEAD_H

struct rsw_batch;
struct rsw_fdb;

void rsw_look_ahead(const struct rsw_batch *batch, struct rsw_fdb *fdb);

#endif /* RINGSWITCH_LOOK_AHEAD_H */
