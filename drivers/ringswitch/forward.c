// SPDX-License-Identifier: GPL-2.0
/* Decide for a whole batch who gets what, then visit each receiver once. */
#include <linux/etherdevice.h>
#include <linux/rculist.h>

#include "account.h"
#include "fdb.h"
#include "forward.h"
#include "limit.h"
#include "mirror.h"
#include "multicast.h"
#include "port.h"
#include "switch.h"
#include "trace.h"
#include "vlan.h"

static const struct ethhdr *eth_of(const struct rsw_frame *frame)
{
	return (const struct ethhdr *)frame->head;
}

/**
 * rsw_forward_group - find the frames that follow others of the same addresses and VLAN
 * @batch: live frames; result in @batch->leaders
 *
 * A burst mostly has one source and one destination, so most of them do.
 */
void rsw_forward_group(struct rsw_batch *batch)
{
	const struct rsw_frame *last = NULL;
	u64 leaders = 0;
	unsigned int i;

	rsw_for_each_frame(i, batch->live) {
		const struct rsw_frame *frame = &batch->frame[i];

		if (!last || last->vid != frame->vid ||
		    !ether_addr_equal_64bits(eth_of(last)->h_dest, eth_of(frame)->h_dest) ||
		    !ether_addr_equal_64bits(eth_of(last)->h_source, eth_of(frame)->h_source))
			leaders |= BIT_ULL(i);
		last = frame;
	}
	batch->leaders = leaders;
}

/**
 * rsw_forward_admit - a locked port lets in only whom the switch knows behind it
 * @batch: frames whose addresses have been checked
 * @fdb: what is known
 */
void rsw_forward_admit(struct rsw_batch *batch, struct rsw_fdb *fdb)
{
	unsigned int i;

	if (!rsw_port_has(batch->from, RSW_PORT_locked))
		return;
	rsw_for_each_frame(i, batch->leaders & batch->live) {
		const struct rsw_frame *frame = &batch->frame[i];

		if (rsw_fdb_lookup(fdb, eth_of(frame)->h_source, frame->vid) != batch->from)
			rsw_drop_frames(batch, rsw_batch_run(batch, i), RSW_DROP_IN_locked);
	}
}

/**
 * rsw_forward_learn - learn the sources of a batch
 * @batch: frames whose addresses have been checked
 * @fdb: where to
 *
 * Neighbours that have only this in common cost one comparison.
 */
void rsw_forward_learn(struct rsw_batch *batch, struct rsw_fdb *fdb)
{
	const struct rsw_frame *last = NULL;
	unsigned int i, refused = 0;

	if (!rsw_port_has(batch->from, RSW_PORT_learning))
		return;
	rsw_for_each_frame(i, batch->leaders & batch->live) {
		const struct rsw_frame *frame = &batch->frame[i];
		const u8 *source = eth_of(frame)->h_source;

		if (last && last->vid == frame->vid &&
		    ether_addr_equal(eth_of(last)->h_source, source))
			continue;
		refused += !rsw_fdb_learn(fdb, batch->from, source, frame->vid);
		last = frame;
	}
	if (unlikely(refused))
		rsw_stats_count(batch->from->stats, RSW_FDB_NOT_LEARNED, refused);
}

/**
 * rsw_forward_add_dest - frames are for a port
 * @batch: the batch
 * @port: may be there already
 * @frames: which of the batch
 *
 * Return: false if there is no room for another port. Until each frame has had one there is.
 */
bool rsw_forward_add_dest(struct rsw_batch *batch, struct rsw_port *port, u64 frames)
{
	/* Newest first: neighbours tend to have the same. */
	for (unsigned int d = batch->ndests; d--; ) {
		if (batch->dest[d].port == port) {
			batch->dest[d].frames |= frames;
			return true;
		}
	}
	if (batch->ndests == RSW_BATCH_DESTS)
		return false;
	batch->dest[batch->ndests++] = (struct rsw_dest){ .port = port, .frames = frames };
	return true;
}

static void sort_known(struct rsw_batch *batch, struct rsw_port *port, u16 vid, u64 frames)
{
	if (port == batch->from)
		rsw_drop_frames(batch, frames, RSW_DROP_IN_same_port);
	else if (!rsw_port_reaches(batch->from, port))
		rsw_drop_frames(batch, frames, RSW_DROP_IN_isolated);
	else if (!rsw_vlan_has(&port->vlans, vid))
		rsw_drop_frames(batch, frames, RSW_DROP_IN_vlan_dest);
	else
		rsw_forward_add_dest(batch, port, frames);
}

/**
 * rsw_forward_sort - decide for each frame
 * @batch: live frames; result in its dest and flood masks
 * @fdb: what is known
 *
 * Neighbours that have only this in common are looked up once.
 *
 * Context: RCU read section, in which the result is valid.
 */
void rsw_forward_sort(struct rsw_batch *batch, struct rsw_fdb *fdb)
{
	const struct rsw_frame *last = NULL;
	struct rsw_port *port = NULL;
	unsigned int i;

	rsw_for_each_frame(i, batch->leaders & batch->live) {
		const struct rsw_frame *frame = &batch->frame[i];
		const u8 *dest = eth_of(frame)->h_dest;
		u64 run = rsw_batch_run(batch, i);

		if (is_multicast_ether_addr(dest)) {
			if (is_broadcast_ether_addr(dest))
				batch->flood_broadcast |= run;
			else
				batch->flood_multicast |= run;
			continue;
		}
		if (!last || last->vid != frame->vid ||
		    !ether_addr_equal(eth_of(last)->h_dest, dest))
			port = rsw_fdb_lookup(fdb, dest, frame->vid);
		last = frame;
		if (!port)
			batch->flood_unknown |= run;
		else
			sort_known(batch, port, frame->vid, run);
	}
}

/* Frames of the flood that are for this port. */
static u64 flood_for(const struct rsw_batch *batch, const struct rsw_port *port)
{
	unsigned long flags = READ_ONCE(port->flags);
	u64 frames;

	if (port == batch->from || !rsw_port_reaches(batch->from, port))
		return 0;
	frames = (flags & BIT(RSW_PORT_unicast_flood) ? batch->flood_unknown : 0) |
		 (flags & BIT(RSW_PORT_multicast_flood) ? batch->flood_multicast : 0) |
		 (flags & BIT(RSW_PORT_broadcast_flood) ? batch->flood_broadcast : 0) |
		 (batch->crowded ? rsw_multicast_for(batch, port) : 0);
	return rsw_vlan_members(batch, port, frames);
}

static bool is_dest(const struct rsw_batch *batch, const struct rsw_port *port)
{
	for (unsigned int d = 0; d < batch->ndests; d++)
		if (batch->dest[d].port == port)
			return true;
	return false;
}

static void visit(struct rsw_batch *batch, struct rsw_port *port, u64 frames)
{
	if (batch->vlan_proto)
		rsw_vlan_tag(batch, port, frames);
	rsw_mirror_frames(port, RSW_MIRROR_EGRESS, batch, frames);
	rsw_stats_count(port->stats, RSW_EGRESS_QUEUED, hweight64(frames));
	trace_rsw_visit(batch->from, port, hweight64(frames));
	if (rsw_limited(port))
		frames = rsw_limit_egress(port, batch->frame, frames);
	if (frames)
		port->ops->egress(port, batch, frames);
}

/**
 * rsw_forward_deliver - give every frame to its receivers
 * @batch: sorted frames
 * @sw: the switch, whose ports a flood goes to
 *
 * A receiver gets its own frames and those of the flood in one visit and in batch
 * order, so a flow whose address has just been learned is not reordered. Frames
 * that nobody may have are dropped here.
 */
void rsw_forward_deliver(struct rsw_batch *batch, struct rsw_switch *sw)
{
	u64 flood = rsw_batch_flood(batch), flooded = 0;
	struct rsw_port *port;

	for (unsigned int d = 0; d < batch->ndests; d++) {
		u64 extra = flood ? flood_for(batch, batch->dest[d].port) : 0;

		flooded |= extra;
		visit(batch, batch->dest[d].port, batch->dest[d].frames | extra);
	}
	if (!flood)
		return;
	list_for_each_entry_rcu(port, &sw->ports, node) {
		u64 frames = flood_for(batch, port);

		if (!frames || !rsw_port_is_up(port) || is_dest(batch, port))
			continue;
		flooded |= frames;
		visit(batch, port, frames);
	}
	if (flood & ~flooded)
		rsw_drop_frames(batch, flood & ~flooded, RSW_DROP_IN_no_receiver);
}
