/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_TAP_H
#define RINGSWITCH_TAP_H

#include <linux/netdevice.h>
#include <net/hotdata.h>

#include "port.h"

struct rsw_frame;

void rsw_tap(struct net_device *dev, const struct rsw_frame *frame, u64 frames, bool out);

/**
 * rsw_tap_frames - show frames of a guest to packet sockets
 * @port: the guest's
 * @frame: array of frames
 * @frames: which of them
 * @out: the guest is to get them; else it has sent them
 *
 * Costs two loads a batch when nobody listens.
 *
 * Context: BH off, RCU read section.
 */
static inline void rsw_tap_frames(const struct rsw_port *port,
				  const struct rsw_frame *frame, u64 frames, bool out)
{
	struct net_device *dev = READ_ONCE(port->dev);

	if (unlikely(dev && (!list_empty(&dev->ptype_all) || !list_empty(dev_net_taps(dev)))))
		rsw_tap(dev, frame, frames, out);
}

#endif /* RINGSWITCH_TAP_H */
