// SPDX-License-Identifier: GPL-2.0
/* What those who serve a guest's queues need of it: go on, or BROKEN. */
#include <linux/atomic.h>

#include "guest.h"
#include "trace.h"

/**
 * rsw_guest_break - the guest has broken the virtio rules
 * @guest: the guest
 * @queue: where
 * @error: how
 *
 * From here on nothing of it is read until it is reset; no other port notices.
 *
 * Context: any that may take spinlocks with BH off. The caller holds the queue's lock
 * or guest->ctl.
 */
void rsw_guest_break(struct rsw_guest *guest, struct rsw_queue *queue, int error)
{
	queue->running = false;
	if (cmpxchg(&guest->broken, 0, error))
		return;
	trace_rsw_broken(&guest->vdpa.dev, queue->number, error);
	/* virtio 1.3, 2.1.2: NEEDS_RESET is set, now say so. */
	rsw_guest_config_notify(guest);
}

/* Of all queues of a direction. */
void rsw_guest_coalesce(struct rsw_guest *guest, bool egress, const struct rsw_coalescing *coal)
{
	for (u16 i = 0; i < guest->npairs; i++) {
		struct rsw_pair *pair = &guest->pair[i];
		struct rsw_queue *queue = egress ? &pair->egress : &pair->ingress;

		rsw_notify_set(&queue->notify, coal);
	}
}

/**
 * rsw_guest_listen - does a queue have more to take?
 * @guest: the guest
 * @queue: one of its queues that it kicks for; its lock is held
 *
 * Return: true when more is waiting. When false, the driver will kick for more.
 */
bool rsw_guest_listen(struct rsw_guest *guest, struct rsw_queue *queue)
{
	int n;

	if (!queue->running)
		return false;
	n = rsw_vring_available(&queue->ring);
	if (!n)
		n = rsw_vring_listen(&queue->ring);
	if (n < 0)
		rsw_guest_break(guest, queue, n);
	return n > 0;
}
