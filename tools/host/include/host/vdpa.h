/* SPDX-License-Identifier: GPL-2.0 */
/* What a guest's device is made of, as far as its control queue needs it. No timer ever ends. */
#ifndef HOST_VDPA_H
#define HOST_VDPA_H

#include <host/mm.h>
#include <host/net.h>
#include <host/sync.h>

#define ____cacheline_aligned_in_smp

typedef int irqreturn_t;

struct vdpa_callback {
	irqreturn_t (*callback)(void *data);
	void *private;
};

struct vdpa_device {
	struct device dev;
};

struct callback_head {
	char unused;
};

typedef s64 ktime_t;

#define NSEC_PER_USEC		1000
#define ns_to_ktime(ns)		((ktime_t)(ns))

enum hrtimer_restart { HRTIMER_NORESTART, HRTIMER_RESTART };

struct hrtimer {
	enum hrtimer_restart (*function)(struct hrtimer *timer);
	bool active;
};

#define hrtimer_setup(timer, late, clock, mode) \
	(*(timer) = (struct hrtimer){ .function = (late) })
#define hrtimer_start(timer, time, mode)	((void)(time), (timer)->active = true)
#define hrtimer_active(timer)			((timer)->active)
#define hrtimer_try_to_cancel(timer)		((timer)->active = false)
#define hrtimer_cancel(timer)	do { might_sleep(); (timer)->active = false; } while (0)

#endif /* HOST_VDPA_H */
