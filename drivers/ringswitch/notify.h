/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_NOTIFY_H
#define RINGSWITCH_NOTIFY_H

#include <linux/hrtimer.h>
#include <linux/vdpa.h>

/**
 * struct rsw_notify - when a driver gets an interrupt for what was used
 * @cb: how
 * @max_packets: at the latest after so many, if not 0. This and @max_usecs: as the driver
 *	said (virtio 1.3, 5.1.6.5.8), which may be at any time
 * @max_usecs: at the latest after this time; 0: at once
 * @owed: it wants one, and has not got it yet
 * @packets: used since then
 * @timer: for @max_usecs
 *
 * Under its queue's lock, but for what the driver said.
 */
struct rsw_notify {
	struct vdpa_callback cb;
	u32 max_packets;
	u32 max_usecs;
	bool owed;
	u32 packets;
	struct hrtimer timer;
};

void rsw_notify_init(struct rsw_notify *notify,
		     enum hrtimer_restart (*late)(struct hrtimer *timer));
void rsw_notify_used(struct rsw_notify *notify, bool wanted, unsigned int packets);
void rsw_notify_flush(struct rsw_notify *notify);
void rsw_notify_set(struct rsw_notify *notify, u32 max_packets, u32 max_usecs);

#endif /* RINGSWITCH_NOTIFY_H */
