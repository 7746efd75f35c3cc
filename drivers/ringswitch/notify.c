// SPDX-License-Identifier: GPL-2.0
/* Interrupts for a driver, as few as it wants. */
#include <linux/ktime.h>

#include "notify.h"
#include "trace.h"

/**
 * rsw_notify_init - make a zeroed notifier usable
 * @notify: the notifier
 * @late: @notify->timer's: takes the queue's lock and flushes. In softirq
 */
void rsw_notify_init(struct rsw_notify *notify, enum hrtimer_restart (*late)(struct hrtimer *))
{
	hrtimer_setup(&notify->timer, late, CLOCK_MONOTONIC, HRTIMER_MODE_REL_SOFT);
}

/* If the driver is owed an interrupt it gets it now. */
void rsw_notify_flush(struct rsw_notify *notify)
{
	if (!notify->owed)
		return;
	notify->owed = false;
	notify->packets = 0;
	/* When it runs already it finds nothing to do. */
	hrtimer_try_to_cancel(&notify->timer);
	if (!notify->cb.callback)
		return;
	notify->interrupts++;
	trace_rsw_interrupt(notify);
	notify->cb.callback(notify->cb.private);
}

/**
 * rsw_notify_used - something was shown to the driver
 * @notify: the notifier
 * @wanted: the ring says that it wants an interrupt
 * @packets: how many
 */
void rsw_notify_used(struct rsw_notify *notify, bool wanted, unsigned int packets)
{
	struct rsw_coalescing coal;

	rsw_notify_get(notify, &coal);
	notify->owed |= wanted;
	if (!notify->owed)
		return;
	notify->packets += packets;
	if (!coal.max_usecs || (coal.max_packets && notify->packets >= coal.max_packets))
		rsw_notify_flush(notify);
	else if (!hrtimer_active(&notify->timer))
		hrtimer_start(&notify->timer, ns_to_ktime((u64)coal.max_usecs * NSEC_PER_USEC),
			      HRTIMER_MODE_REL_SOFT);
}

/* In force from the next interrupt on. */
void rsw_notify_set(struct rsw_notify *notify, const struct rsw_coalescing *coal)
{
	WRITE_ONCE(notify->coal.max_packets, coal->max_packets);
	WRITE_ONCE(notify->coal.max_usecs, coal->max_usecs);
}

void rsw_notify_get(const struct rsw_notify *notify, struct rsw_coalescing *coal)
{
	coal->max_packets = READ_ONCE(notify->coal.max_packets);
	coal->max_usecs = READ_ONCE(notify->coal.max_usecs);
}
