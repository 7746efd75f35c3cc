// SPDX-License-Identifier: GPL-2.0
/* Addresses of a whole batch are fetched from a large database at once, not one after the other. */
#include <linux/bitops.h>
#include <linux/etherdevice.h>

#include "batch.h"
#include "fdb.h"
#include "look_ahead.h"

/* Look-ups that are not worth it: a CPU begins as many by itself. */
#define FEW	3

static void fetch(const struct rsw_batch *batch, struct rsw_fdb *fdb)
{
	struct rsw_fdb_key key[RSW_FDB_AHEAD];
	const struct rsw_frame *last = NULL;
	unsigned int i, n = 0;

	rsw_for_each_frame(i, batch->leaders & batch->live) {
		const struct rsw_frame *frame = &batch->frame[i];
		const struct ethhdr *eth = (const struct ethhdr *)frame->head;

		if (!is_multicast_ether_addr(eth->h_dest))
			key[n++] = rsw_fdb_make_key(eth->h_dest, frame->vid);
		if (!last || !ether_addr_equal(((const struct ethhdr *)last->head)->h_source,
					       eth->h_source))
			key[n++] = rsw_fdb_make_key(eth->h_source, frame->vid);
		last = frame;
		if (n > RSW_FDB_AHEAD - 2) {
			rsw_fdb_prefetch(fdb, key, n);
			n = 0;
		}
	}
	rsw_fdb_prefetch(fdb, key, n);
}

/**
 * rsw_look_ahead - have what is known of a batch's addresses in the cache, where it may be far
 * @batch: frames with their VLANs, grouped by rsw_forward_group()
 * @fdb: where they are going to be looked up
 *
 * A burst of one flow, or a small database, costs a comparison.
 *
 * Context: RCU read section.
 */
void rsw_look_ahead(const struct rsw_batch *batch, struct rsw_fdb *fdb)
{
	if (hweight64(batch->leaders) > FEW && rsw_fdb_is_far(fdb))
		fetch(batch, fdb);
}
