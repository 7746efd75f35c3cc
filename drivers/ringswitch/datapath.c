// SPDX-License-Identifier: GPL-2.0
/*
 * The whole path of a frame, on one page.
 *
 *	ingress			   core (this file)		egress
 *	guest_ingress.c  \				      /  guest_egress.c
 *	uplink.c, skbq.c  }-> check, learn, sort, deliver -> {	 uplink.c
 *	host.c, skbq.c	 /				      \  host.c
 *
 * What somebody wants to see besides (mirror.c) is shown at either end. What a guest sends has
 * passed the XDP program of its port, if there is one (xdp.c).
 *
 * A batch comes from one port, with BH off and in one RCU read section. Every frame
 * is decided on before the first is delivered; then each receiver is visited once, so
 * it is locked once, published once and interrupted at most once.
 */
#include <linux/bitops.h>
#include <linux/rcupdate.h>

#include "account.h"
#include "datapath.h"
#include "fdb.h"
#include "forward.h"
#include "frame.h"
#include "guard.h"
#include "limit.h"
#include "look_ahead.h"
#include "mirror.h"
#include "multicast.h"
#include "port.h"
#include "switch.h"
#include "trace.h"
#include "vlan.h"

static void count_ingress(const struct rsw_batch *batch)
{
	rsw_stats_add(batch->from->stats, RSW_INGRESS_FRAMES, batch->n, batch->bytes);
	trace_rsw_ingress(batch->from, batch->n, batch->bytes);
}

static enum rsw_drop_reason check_ports(const struct rsw_batch *batch, struct rsw_switch *sw)
{
	if (!sw || !rsw_port_is_up(&sw->host))
		return RSW_DROP_IN_switch_down;
	if (!rsw_port_is_up(batch->from))
		return RSW_DROP_IN_port_down;
	return RSW_DROP_NONE;
}

/* @closed: why no frame of the port may pass, or RSW_DROP_NONE. */
static void check_frames(struct rsw_batch *batch, enum rsw_drop_reason closed)
{
	unsigned int i;

	if (closed != RSW_DROP_NONE) {
		rsw_drop_frames(batch, batch->live, closed);
		return;
	}
	rsw_forward_group(batch);
	rsw_for_each_frame(i, batch->leaders) {
		enum rsw_drop_reason reason = rsw_frame_check_addresses(&batch->frame[i]);

		if (reason != RSW_DROP_NONE)
			rsw_drop_frames(batch, rsw_batch_run(batch, i), reason);
	}
}

/**
 * rsw_datapath_run - bring a batch to its receivers
 * @batch: frames of one port; the ingress has dropped what it could not parse
 * @sw: the port's switch, NULL when it has none any more
 *
 * When this returns every frame has been delivered or counted as dropped, and the
 * caller completes the batch.
 *
 * Context: BH off, RCU read section.
 */
void rsw_datapath_run(struct rsw_batch *batch, struct rsw_switch *sw)
{
	__be16 vlan_proto = sw ? READ_ONCE(sw->vlan_proto) : 0;
	enum rsw_drop_reason closed = check_ports(batch, sw);
	bool limited = rsw_limited(batch->from);
	const struct rsw_guard *guard;

	count_ingress(batch);
	if (closed == RSW_DROP_NONE)
		rsw_mirror_frames(batch->from, RSW_MIRROR_INGRESS, batch, batch->live);
	if (batch->live)
		check_frames(batch, closed);
	if (!batch->live)
		return;
	if (limited)
		rsw_limit_ingress(batch);
	if (vlan_proto)
		rsw_vlan_classify(batch, vlan_proto);
	guard = rcu_dereference(batch->from->guard);
	if (guard)
		rsw_guard_admit(batch, guard);
	/* Those three see frames one by one, leaders and those that follow them. */
	if (limited || vlan_proto || guard)
		rsw_forward_group(batch);
	rsw_look_ahead(batch, &sw->fdb);
	rsw_forward_admit(batch, &sw->fdb);
	rsw_forward_learn(batch, &sw->fdb);
	rsw_forward_sort(batch, &sw->fdb);
	if (limited)
		rsw_limit_storm(batch);
	if (batch->flood_multicast && READ_ONCE(sw->mdb.snooping))
		rsw_multicast_sort(batch, sw);
	rsw_forward_deliver(batch, sw);
	rsw_stats_count(batch->from->stats, RSW_INGRESS_FORWARDED, hweight64(batch->live));
}
