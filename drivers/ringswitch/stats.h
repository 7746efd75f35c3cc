/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_STATS_H
#define RINGSWITCH_STATS_H

#include <linux/bitops.h>
#include <linux/percpu.h>
#include <linux/u64_stats_sync.h>

#include "drop_reasons.h"

/**
 * enum rsw_counter - frame and byte counters of a port
 * @RSW_INGRESS_FRAMES: frames that came in, good or bad
 * @RSW_INGRESS_BYTES: their bytes
 * @RSW_INGRESS_FORWARDED: frames that were queued to at least one port
 * @RSW_EGRESS_QUEUED: copies queued to this port; each software segment is one
 * @RSW_EGRESS_FRAMES: copies delivered
 * @RSW_EGRESS_BYTES: their bytes
 */
enum rsw_counter {
	RSW_INGRESS_FRAMES,
	RSW_INGRESS_BYTES,
	RSW_INGRESS_FORWARDED,
	RSW_EGRESS_QUEUED,
	RSW_EGRESS_FRAMES,
	RSW_EGRESS_BYTES,
	RSW_COUNTER_MAX,
};

/* Per CPU; written with BH off by that CPU only. */
struct rsw_stats {
	u64_stats_t count[RSW_COUNTER_MAX];
	u64_stats_t drop[RSW_DROP_MAX];
	struct u64_stats_sync syncp;
};

/* One consistent sum over all CPUs. */
struct rsw_stats_sum {
	u64 count[RSW_COUNTER_MAX];
	u64 drop[RSW_DROP_MAX];
};

struct rsw_stats __percpu *rsw_stats_alloc(void);
void rsw_stats_sum(const struct rsw_stats __percpu *stats, struct rsw_stats_sum *sum);
u64 rsw_stats_drops_in(const struct rsw_stats_sum *sum);
u64 rsw_stats_drops_out(const struct rsw_stats_sum *sum);
const char *rsw_drop_name(enum rsw_drop_reason reason);

static inline void rsw_stats_drop(struct rsw_stats __percpu *stats,
				  enum rsw_drop_reason reason, unsigned int n)
{
	struct rsw_stats *mine = this_cpu_ptr(stats);

	u64_stats_update_begin(&mine->syncp);
	u64_stats_add(&mine->drop[reason], n);
	u64_stats_update_end(&mine->syncp);
}

/* @frames and @bytes go to counter @first and the one after it. */
static inline void rsw_stats_add(struct rsw_stats __percpu *stats, enum rsw_counter first,
				 unsigned int frames, unsigned int bytes)
{
	struct rsw_stats *mine = this_cpu_ptr(stats);

	u64_stats_update_begin(&mine->syncp);
	u64_stats_add(&mine->count[first], frames);
	u64_stats_add(&mine->count[first + 1], bytes);
	u64_stats_update_end(&mine->syncp);
}

static inline void rsw_stats_count(struct rsw_stats __percpu *stats, enum rsw_counter counter,
				   unsigned int n)
{
	struct rsw_stats *mine = this_cpu_ptr(stats);

	u64_stats_update_begin(&mine->syncp);
	u64_stats_add(&mine->count[counter], n);
	u64_stats_update_end(&mine->syncp);
}

#endif /* RINGSWITCH_STATS_H */
