// SPDX-License-Identifier: GPL-2.0
/*
 * How much there may be on this host in all. Limits of a switch and of a port keep guests from
 * each other; whoever may make switches in a network namespace sets those himself, but not
 * these.
 */
#include <linux/compiler.h>

#include "cap.h"

#define AT_FIRST(name, at_first)	[RSW_CAP_##name] = { .max = (at_first) },

struct rsw_cap_state rsw_caps[RSW_CAP_MAX] = { RSW_CAPS(AT_FIRST) };

/**
 * rsw_cap_take - take some of what is limited, or nothing
 * @which: of what
 * @n: how much; to be given back by rsw_cap_give()
 *
 * Context: any.
 * Return: false when there would be more than there may be; the errno for that is -ENOSPC.
 */
bool rsw_cap_take(enum rsw_cap which, unsigned int n)
{
	struct rsw_cap_state *cap = &rsw_caps[which];
	int used = atomic_read(&cap->used);

	/* Nobody sees more than there may be, not even for a moment: he would be refused for it. */
	do {
		if ((u64)used + n > READ_ONCE(cap->max))
			return false;
	} while (!atomic_try_cmpxchg(&cap->used, &used, used + n));
	return true;
}
