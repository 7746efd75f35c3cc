/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_WINDOW_H
#define RINGSWITCH_WINDOW_H

#include <linux/compiler.h>
#include <linux/jiffies.h>
#include <linux/types.h>

/**
 * struct rsw_window - how often something happened in the last second or less
 * @count: how often; written by whoever holds the lock of what it is part of
 * @since: jiffies of the first time
 *
 * Zeroed is as good as new.
 */
struct rsw_window {
	unsigned int count;
	unsigned long since;
};

/* May be asked without the lock, and is then right but for what happens just now. */
static inline bool rsw_window_full(const struct rsw_window *window, unsigned int limit)
{
	return READ_ONCE(window->count) >= limit && jiffies - READ_ONCE(window->since) < HZ;
}

static inline void rsw_window_add(struct rsw_window *window)
{
	unsigned long now = jiffies;

	if (now - window->since >= HZ) {
		WRITE_ONCE(window->since, now);
		WRITE_ONCE(window->count, 0);
	}
	WRITE_ONCE(window->count, window->count + 1);
}

#endif /* RINGSWITCH_WINDOW_H */
