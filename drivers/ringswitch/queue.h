/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_QUEUE_H
#define RINGSWITCH_QUEUE_H

#include <linux/spinlock.h>

#include "mem.h"
#include "notify.h"
#include "vring.h"

struct rsw_worker;

/* Buffers that one frame may take: 64 KiB in the smallest sensible ones. */
#define RSW_EGRESS_SLOTS	256

/* What is counted of a queue. The list makes members, and names for ethtool and vdpa. */
#define RSW_QUEUE_COUNTERS(counter)						\
	counter(frames)		/* taken from the driver, or given to it */	\
	counter(bytes)		/* of them */					\
	counter(dropped)	/* egress: others, ingress: of those taken */	\
	counter(kicks)		/* by the driver */				\
	counter(interrupts)	/* for the driver */

#define RSW_QUEUE_MEMBER(name)	u64 name;
#define RSW_QUEUE_NAME(name)	#name,

struct rsw_queue_stats {
	RSW_QUEUE_COUNTERS(RSW_QUEUE_MEMBER)
};

/**
 * struct rsw_queue - one virtqueue of a guest
 * @lock: the members up to @dropped. Ingress and egress queues are of different lock classes:
 *	an ingress run visits egress queues
 * @number: among those of its guest; this and @worker: constant
 * @worker: who serves it when the driver kicks; NULL for an egress queue, which is served
 *	by whoever has a frame for it
 * @running: @ring may be used
 * @ring: the ring
 * @notify: how to interrupt the driver
 * @seg: scratch for translated chains, RSW_CHAIN_SEGS entries
 * @slot: scratch for the chains of receive buffers that are taken, RSW_EGRESS_SLOTS entries;
 *	egress only
 * @nsegs: entries of @seg in use, of buffers that are still to be filled; egress only
 * @nslots: the same of @slot
 * @frames: taken from the driver, or given to it
 * @bytes: of them
 * @dropped: egress: others that were for this queue; ingress: of those taken
 * @kicks: by the driver, to which no lock belongs: they follow each other
 * @ready: the driver has enabled the queue; this and the rest: guest->ctl
 * @num: ring size
 * @index: where the ring starts, and where it stopped; in the form of rsw_vring_index()
 * @desc_iova: descriptor table ("descriptor area"). The names are those of a split ring
 * @avail_iova: available ring ("driver area")
 * @used_iova: used ring ("device area")
 * @area: the three of them, mapped while the queue runs
 */
struct rsw_queue {
	spinlock_t lock;
	u16 number;
	struct rsw_worker *worker;
	bool running;
	struct rsw_vring ring;
	struct rsw_notify notify;
	struct rsw_seg *seg;
	struct rsw_chain *slot;
	u16 nsegs;
	u16 nslots;
	u64 frames;
	u64 bytes;
	u64 dropped;
	u64 kicks;

	bool ready;
	u16 num;
	u16 index;
	u64 desc_iova;
	u64 avail_iova;
	u64 used_iova;
	struct rsw_mem_area area[3];
};

static inline const struct rsw_queue *rsw_notify_queue(const struct rsw_notify *notify)
{
	return container_of(notify, struct rsw_queue, notify);
}

int rsw_queue_init(struct rsw_queue *queue, struct rsw_mem *mem, u16 number,
		   struct rsw_worker *worker);
void rsw_queue_free(struct rsw_queue *queue);
int rsw_queue_start(struct rsw_queue *queue, u64 features);
void rsw_queue_show(struct rsw_queue *queue, unsigned int packets);
void rsw_queue_stop(struct rsw_queue *queue);
void rsw_queue_forget(struct rsw_queue *queue);
void rsw_queue_swap(struct rsw_queue *cvq, struct rsw_queue *egress);
u16 rsw_queue_index(struct rsw_queue *queue);
unsigned int rsw_queue_backlog(struct rsw_queue *queue);
void rsw_queue_get_stats(struct rsw_queue *queue, struct rsw_queue_stats *stats);
bool rsw_queue_touches(const struct rsw_queue *queue, u64 first, u64 last);

#endif /* RINGSWITCH_QUEUE_H */
