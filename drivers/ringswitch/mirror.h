/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_MIRROR_H
#define RINGSWITCH_MIRROR_H

#include <linux/list.h>
#include <linux/netdevice.h>
#include <linux/rcupdate.h>

#include "batch.h"
#include "port.h"

/**
 * struct rsw_mirror - frames of a port are copied to somewhere else
 * @port: whose frames
 * @way: which of them
 * @to: the port of the same switch that gets the copies; NULL: @dev is no port of it
 * @dev: the netdev that gets them, or that @to is known by
 * @node: in the list of all mirrors; RTNL
 * @rcu: for its end
 *
 * Constant while it can be found. It is made and ended by mirror_policy.c alone.
 */
struct rsw_mirror {
	struct rsw_port *port;
	enum rsw_mirror_way way;
	struct rsw_port *to;
	struct net_device *dev;
	struct list_head node;
	struct rcu_head rcu;
};

void rsw_mirror(const struct rsw_mirror *mirror, struct rsw_batch *batch, u64 frames);

/**
 * rsw_mirror_frames - copy frames of a port to where somebody wants to see them
 * @port: where the frames came from, or who is about to get them
 * @way: which of the two
 * @batch: the frames, as they are on the wire of this port
 * @frames: which of them
 *
 * Costs one load when nobody wants to.
 *
 * Context: BH off, RCU read section; may hold the ingress lock of a guest.
 */
static inline void rsw_mirror_frames(const struct rsw_port *port, enum rsw_mirror_way way,
				     struct rsw_batch *batch, u64 frames)
{
	const struct rsw_mirror *mirror = rcu_dereference(port->mirror[way]);

	if (unlikely(mirror))
		rsw_mirror(mirror, batch, frames);
}

#endif /* RINGSWITCH_MIRROR_H */
