/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_STATS_H
#define RINGSWITCH_STATS_H

#include <linux/bitops.h>
#include <linux/percpu.h>
#include <linux/u64_stats_sync.h>

#include "drop_reasons.h"

/* Frame and byte counters of a port. The list makes enum, sysfs files and ethtool's names. */
#define RSW_COUNTERS(counter)								\
	counter(INGRESS_FRAMES, ingress_frames)	/* that came in, good or bad */		\
	counter(INGRESS_BYTES, ingress_bytes)						\
	counter(INGRESS_FORWARDED, ingress_forwarded)	/* queued to a port or redirected */ \
	counter(EGRESS_QUEUED, egress_queued)	/* copies; each software segment is one */ \
	counter(EGRESS_FRAMES, egress_frames)	/* copies delivered */			\
	counter(EGRESS_BYTES, egress_bytes)						\
	counter(FDB_NOT_LEARNED, fdb_not_learned)	/* sources, at a limit */	\
	counter(MDB_NOT_JOINED, mdb_not_joined)	/* wishes for groups not remembered */	\
	counter(XDP_TX, xdp_tx)			/* of those forwarded: back to the guest */ \
	counter(XDP_REDIRECT, xdp_redirect)	/* to where an XDP program says */

#define RSW_COUNTER_ENUM(upper, name)	RSW_##upper,

enum rsw_counter {
	RSW_COUNTERS(RSW_COUNTER_ENUM)
	RSW_COUNTER_MAX,
};

/* All of them, those of frames that went nowhere behind the others. */
#define RSW_STATS_MAX	((unsigned int)RSW_COUNTER_MAX + (unsigned int)RSW_DROP_MAX)

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
const char *rsw_stats_name(unsigned int i);

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
