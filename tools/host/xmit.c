// SPDX-License-Identifier: GPL-2.0
/* Netdevs of the host, of which there is none here. */
#include <linux/skbuff.h>

#include "skb.h"

void rsw_skb_send(struct rsw_batch *batch, u64 frames, struct net_device *dev)
{
	host_die(__FILE__, __LINE__, "this needs a kernel");
}
