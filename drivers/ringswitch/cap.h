/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How much there may be on this host in all, of what guests and network namespaces make. One
 * list makes the enum and the sysctls: cap(name, the most of it at first).
 */
#ifndef RINGSWITCH_CAP_H
#define RINGSWITCH_CAP_H

#include <linux/atomic.h>
#include <linux/types.h>

#define RSW_CAPS(cap)								\
	cap(switches, 1024)							\
	cap(ports, 4096)		/* the host's own of each switch as well */ \
	cap(queue_pairs, 16384)		/* of guests: some 20 KiB each */	\
	cap(fdb_entries, 1 << 20)	/* 120 bytes each */			\
	cap(mdb_members, 1 << 17)	/* ports in groups: 160 bytes each */

#define RSW_CAP_ENUM(name, at_first)	RSW_CAP_##name,

enum rsw_cap {
	RSW_CAPS(RSW_CAP_ENUM)
	RSW_CAP_MAX,
};

/**
 * struct rsw_cap_state - one of them
 * @max: the most there may be; written by sysctl at any time. What is beyond a new one stays
 * @used: what there is
 */
struct rsw_cap_state {
	unsigned int max;
	atomic_t used;
};

extern struct rsw_cap_state rsw_caps[RSW_CAP_MAX];

bool rsw_cap_take(enum rsw_cap which, unsigned int n);

/* Is there no room for one more? Only a hint: others take, too. */
static inline bool rsw_cap_full(enum rsw_cap which)
{
	return (unsigned int)atomic_read(&rsw_caps[which].used) >= READ_ONCE(rsw_caps[which].max);
}

/* For what cannot be refused. It counts all the same, and to others it may be too much. */
static inline void rsw_cap_force(enum rsw_cap which)
{
	atomic_inc(&rsw_caps[which].used);
}

static inline void rsw_cap_give(enum rsw_cap which, unsigned int n)
{
	atomic_sub(n, &rsw_caps[which].used);
}

#endif /* RINGSWITCH_CAP_H */
