// SPDX-License-Identifier: GPL-2.0
/*
 * What only a kernel has: of these parts of the module the path asks no more than is here. A
 * round of a guest's ingress is run by whoever measures it, and no frame is a socket buffer.
 */
#include <linux/skbuff.h>

#include "bridge_mdb.h"
#include "flow.h"
#include "guest.h"
#include "mgmt.h"
#include "mirror_policy.h"
#include "skb.h"
#include "skbq.h"
#include "snoop.h"
#include "tap.h"
#include "xdp.h"

#define NOT_HERE() host_die(__FILE__, __LINE__, "this needs a kernel")

void rsw_worker_init(struct rsw_worker *worker, struct device *dev, u16 number,
		     bool (*round)(struct rsw_worker *worker))
{
	worker->round = round;
}

int rsw_worker_start(struct rsw_worker *worker, bool in_kernel, const char *name)
{
	return 0;
}

void rsw_worker_stop(struct rsw_worker *worker)
{
}

void rsw_worker_wake(struct rsw_worker *worker)
{
}

void rsw_mgmt_guest_busy(struct rsw_mgmt *mgmt)
{
}

void rsw_mgmt_guest_idle(struct rsw_mgmt *mgmt)
{
}

void rsw_skbq_purge(struct rsw_switch *sw, struct rsw_port *port)
{
}

void rsw_xdp_run(struct rsw_pair *pair)
{
	NOT_HERE();
}

void rsw_mirror_forget_port(const struct rsw_port *port)
{
}

void rsw_flow_set_hash(struct rsw_frame *frame, const struct rsw_rss *rss)
{
	NOT_HERE();
}

u32 rsw_flow_hash(struct rsw_frame *frame, const struct net_device *dev)
{
	NOT_HERE();
}

bool rsw_frame_from_skb(struct rsw_frame *frame, struct sk_buff *skb)
{
	NOT_HERE();
}

struct sk_buff *rsw_skb_finish(struct rsw_frame *frame, struct net_device *dev, u64 features)
{
	NOT_HERE();
}

enum rsw_snoop_kind rsw_snoop_frame(struct rsw_switch *sw, struct rsw_batch *batch,
				    unsigned int i, __be16 proto)
{
	NOT_HERE();
}

void rsw_bridge_mdb_notify(const struct rsw_mdb_group *group, const struct rsw_mdb_member *member,
			   bool added)
{
}

void rsw_tap(struct net_device *dev, const struct rsw_frame *frame, u64 frames, bool out)
{
	NOT_HERE();
}

struct page_pool *rsw_skb_pool(void)
{
	return NULL;
}

void page_pool_destroy(struct page_pool *pool)
{
}

/* As in skb.c, where each frame is asked. */
void rsw_skb_release(struct rsw_batch *batch)
{
	for (unsigned int i = 0; i < batch->n; i++)
		if (batch->frame[i].skb)
			NOT_HERE();
}
