/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_FDB_SHARE_H
#define RINGSWITCH_FDB_SHARE_H

#include "window.h"

/**
 * struct rsw_fdb_share - what a port has of the forwarding database, and may have
 * @entries: all that is behind it; fdb->lock
 * @learned: learned ones of them; fdb->lock
 * @max_learned: most of them; 0: as many as the switch may have. Written under RTNL
 * @rate: most entries that are learned or move there within a second; 0: any number.
 *	Written under RTNL
 * @recent: those of this second; fdb->lock
 *
 * A zeroed one has no limits.
 */
struct rsw_fdb_share {
	unsigned int entries;
	unsigned int learned;
	unsigned int max_learned;
	unsigned int rate;
	struct rsw_window recent;
};

#endif /* RINGSWITCH_FDB_SHARE_H */
