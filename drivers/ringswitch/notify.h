/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_NOTIFY_H
#define RINGSWITCH_NOTIFY_H

#include <linux/hrtimer.h>
#include <linux/vdpa.h>

/**
 * struct rsw_coalescing - how many interrupts there may be
 * @max_packets: one at the latest after so many packets, if not 0
 * @max_usecs: and at the latest after this time; 0: at once
 */
struct rsw_coalescing {
	u32 max_packets;
	u32 max_usecs;
};

/**
 * struct rsw_notify - when a driver gets an interrupt for what was used
 * @cb: how
 * @coal: when, as the driver said (virtio 1.3, 5.1.6.5.8) or the host, at any time
 * @owed: it wants one, and has not got it yet
 * @packets: used since then
 * @interrupts: all that were raised
 * @timer: for @coal.max_usecs
 *
 * Under its queue's lock, but for @coal.
 */
struct rsw_notify {
	struct vdpa_callback cb;
	struct rsw_coalescing coal;
	bool owed;
	u32 packets;
	u64 interrupts;
	struct hrtimer timer;
};

void rsw_notify_init(struct rsw_notify *notify,
		     enum hrtimer_restart (*late)(struct hrtimer *timer));
void rsw_notify_used(struct rsw_notify *notify, bool wanted, unsigned int packets);
void rsw_notify_flush(struct rsw_notify *notify);
void rsw_notify_set(struct rsw_notify *notify, const struct rsw_coalescing *coal);
void rsw_notify_get(const struct rsw_notify *notify, struct rsw_coalescing *coal);

#endif /* RINGSWITCH_NOTIFY_H */
