// SPDX-License-Identifier: GPL-2.0
/* A virtqueue of a guest between its driver's commands: started, stopped, forgotten. */
#include <linux/minmax.h>
#include <linux/slab.h>

#include "queue.h"

static enum hrtimer_restart notify_late(struct hrtimer *timer)
{
	struct rsw_queue *queue = container_of(timer, struct rsw_queue, notify.timer);

	spin_lock(&queue->lock);
	if (queue->running)
		rsw_notify_flush(&queue->notify);
	spin_unlock(&queue->lock);
	return HRTIMER_NORESTART;
}

/**
 * rsw_queue_init - make a zeroed queue usable
 * @queue: the queue
 * @mem: memory of its guest
 * @number: among those of its guest
 * @worker: who serves it, NULL for an egress queue
 *
 * Context: sleeps.
 * Return: 0 or -ENOMEM; rsw_queue_free() is due in both cases.
 */
int rsw_queue_init(struct rsw_queue *queue, struct rsw_mem *mem, u16 number,
		   struct rsw_worker *worker)
{
	/* Two calls in two places: two lock classes. */
	if (worker)
		spin_lock_init(&queue->lock);
	else
		spin_lock_init(&queue->lock);
	rsw_notify_init(&queue->notify, notify_late);
	queue->number = number;
	queue->worker = worker;
	queue->num = RSW_VRING_NUM_DEFAULT;
	queue->ring.mem = mem;
	queue->seg = kvmalloc_array(RSW_CHAIN_SEGS, sizeof(*queue->seg), GFP_KERNEL);
	if (!queue->seg)
		return -ENOMEM;
	if (worker)
		return 0;
	queue->slot = kvmalloc_array(RSW_EGRESS_SLOTS, sizeof(*queue->slot), GFP_KERNEL);
	return queue->slot ? 0 : -ENOMEM;
}

void rsw_queue_free(struct rsw_queue *queue)
{
	kvfree(queue->seg);
	kvfree(queue->slot);
}

/* Virtio 1.3, 2.7 and 2.8.10.1; in a packed ring we write descriptors. */
static int map_ring(struct rsw_queue *queue, u64 features)
{
	bool packed = features & BIT_ULL(VIRTIO_F_RING_PACKED);
	struct rsw_mem *mem = queue->ring.mem;
	int err;

	if (!IS_ALIGNED(queue->desc_iova, 16) || !IS_ALIGNED(queue->used_iova, 4) ||
	    !IS_ALIGNED(queue->avail_iova, packed ? 4 : 2))
		return -EINVAL;
	mutex_lock(&mem->lock);
	err = rsw_mem_area_get(mem, queue->desc_iova, rsw_vring_desc_size(queue->num),
			       packed ? RSW_MEM_RO | RSW_MEM_WO : RSW_MEM_RO, &queue->area[0]);
	if (!err)
		err = rsw_mem_area_get(mem, queue->avail_iova,
				       rsw_vring_avail_size(queue->num, features),
				       RSW_MEM_RO, &queue->area[1]);
	if (!err)
		err = rsw_mem_area_get(mem, queue->used_iova,
				       rsw_vring_used_size(queue->num, features),
				       RSW_MEM_WO, &queue->area[2]);
	mutex_unlock(&mem->lock);
	return err;
}

/**
 * rsw_queue_start - the driver's ring may be used
 * @queue: a stopped queue, its addresses and size set
 * @features: what was negotiated
 *
 * Context: sleeps; guest->ctl is held.
 * Return: 0; -EINVAL (alignment, index, size), -EFAULT (not all of it is mapped), -ENOMEM.
 * rsw_queue_stop() is due in any case.
 */
int rsw_queue_start(struct rsw_queue *queue, u64 features)
{
	int err = map_ring(queue, features);

	if (err)
		return err;
	spin_lock_bh(&queue->lock);
	queue->ring.desc = queue->area[0].addr;
	queue->ring.avail = queue->area[1].addr;
	queue->ring.used = queue->area[2].addr;
	err = rsw_vring_init(&queue->ring, queue->num, queue->index, features);
	queue->running = !err;
	/* Egress looks into the ring when it has something: it wants no kicks. */
	if (!err && !queue->worker)
		rsw_vring_quiet(&queue->ring);
	spin_unlock_bh(&queue->lock);
	return err;
}

/* Show the driver what was used, and interrupt it when it wants that. The lock is held. */
void rsw_queue_show(struct rsw_queue *queue, unsigned int packets)
{
	lockdep_assert_held(&queue->lock);
	rsw_notify_used(&queue->notify, rsw_vring_publish(&queue->ring), packets);
}

/**
 * rsw_queue_stop - do not touch the driver's ring any more
 * @queue: the queue, running or not
 *
 * Nothing of it is in use when this returns; @queue->index says where it stopped.
 *
 * Context: sleeps; guest->ctl is held.
 */
void rsw_queue_stop(struct rsw_queue *queue)
{
	struct rsw_mem *mem = queue->ring.mem;

	spin_lock_bh(&queue->lock);
	queue->running = false;
	rsw_notify_flush(&queue->notify);
	/* Nothing is in flight under the lock: used and available have met. */
	if (queue->area[2].addr)
		queue->index = rsw_vring_index(&queue->ring);
	spin_unlock_bh(&queue->lock);
	hrtimer_cancel(&queue->notify.timer);
	mutex_lock(&mem->lock);
	for (int a = 0; a < ARRAY_SIZE(queue->area); a++)
		rsw_mem_area_put(&queue->area[a]);
	mutex_unlock(&mem->lock);
}

/**
 * rsw_queue_forget - what a reset does to a queue
 * @queue: the queue
 *
 * Context: sleeps; guest->ctl is held. No callback runs or will run after this.
 */
void rsw_queue_forget(struct rsw_queue *queue)
{
	rsw_queue_stop(queue);
	spin_lock_bh(&queue->lock);
	queue->notify.cb = (struct vdpa_callback){};
	rsw_notify_set(&queue->notify, &(struct rsw_coalescing){});
	spin_unlock_bh(&queue->lock);
	queue->ready = false;
	queue->num = RSW_VRING_NUM_DEFAULT;
	queue->index = 0;
	queue->desc_iova = 0;
	queue->avail_iova = 0;
	queue->used_iova = 0;
}

/**
 * rsw_queue_swap - what was said of either queue was meant for the other
 * @cvq: a control queue; stopped
 * @egress: another queue of that guest; stopped
 *
 * Context: sleeps; guest->ctl is held.
 */
void rsw_queue_swap(struct rsw_queue *cvq, struct rsw_queue *egress)
{
	spin_lock_bh(&cvq->lock);
	spin_lock(&egress->lock);
	swap(cvq->notify.cb, egress->notify.cb);
	spin_unlock(&egress->lock);
	spin_unlock_bh(&cvq->lock);
	swap(cvq->ready, egress->ready);
	swap(cvq->num, egress->num);
	swap(cvq->index, egress->index);
	swap(cvq->desc_iova, egress->desc_iova);
	swap(cvq->avail_iova, egress->avail_iova);
	swap(cvq->used_iova, egress->used_iova);
}

/* Where it is, in the form of rsw_vring_index(). Under the lock nothing is in flight. */
u16 rsw_queue_index(struct rsw_queue *queue)
{
	u16 index;

	spin_lock_bh(&queue->lock);
	index = queue->running ? rsw_vring_index(&queue->ring) : queue->index;
	spin_unlock_bh(&queue->lock);
	return index;
}

/* Chains that the driver has made available and nobody has taken yet. */
unsigned int rsw_queue_backlog(struct rsw_queue *queue)
{
	int n = 0;

	spin_lock_bh(&queue->lock);
	if (queue->running)
		n = rsw_vring_available(&queue->ring);
	spin_unlock_bh(&queue->lock);
	return max(n, 0);
}

void rsw_queue_get_stats(struct rsw_queue *queue, struct rsw_queue_stats *stats)
{
	spin_lock_bh(&queue->lock);
	*stats = (struct rsw_queue_stats){
		.frames = queue->frames,
		.bytes = queue->bytes,
		.dropped = queue->dropped,
		.kicks = READ_ONCE(queue->kicks),
		.interrupts = queue->notify.interrupts,
	};
	spin_unlock_bh(&queue->lock);
}

/* Is its ring in this part of guest memory? */
bool rsw_queue_touches(const struct rsw_queue *queue, u64 first, u64 last)
{
	for (int a = 0; a < ARRAY_SIZE(queue->area); a++)
		if (rsw_mem_area_overlaps(&queue->area[a], first, last))
			return true;
	return false;
}
