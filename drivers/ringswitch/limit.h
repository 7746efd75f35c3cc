/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How much a port may send, get, and have flooded. One list makes the enum and the sysfs
 * files: limit(name, the most that can be said). The four of a direction follow each other.
 */
#ifndef RINGSWITCH_LIMIT_H
#define RINGSWITCH_LIMIT_H

#include <linux/cache.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "port.h"

struct rsw_batch;
struct rsw_frame;

/* So that a full bucket, in billionths, fits in 63 bits, and twice. */
#define RSW_BURST_MAX	U32_MAX

#define RSW_LIMITS(limit)							\
	limit(ingress_rate, U64_MAX)		/* bytes a second into the switch */	\
	limit(ingress_burst, RSW_BURST_MAX)	/* bytes at once; 0: by the rate */	\
	limit(ingress_frame_rate, U64_MAX)					\
	limit(ingress_frame_burst, RSW_BURST_MAX)				\
	limit(egress_rate, U64_MAX)						\
	limit(egress_burst, RSW_BURST_MAX)					\
	limit(egress_frame_rate, U64_MAX)					\
	limit(egress_frame_burst, RSW_BURST_MAX)				\
	limit(storm_broadcast, U64_MAX)		/* frames a second to everybody */	\
	limit(storm_multicast, U64_MAX)						\
	limit(storm_unknown, U64_MAX)

#define RSW_LIMIT_ENUM(name, most)	RSW_LIMIT_##name,

enum rsw_limit {
	RSW_LIMITS(RSW_LIMIT_ENUM)
	RSW_LIMIT_MAX,
};

/* What is measured by itself. */
enum rsw_meter_of {
	RSW_METER_INGRESS,
	RSW_METER_EGRESS,
	RSW_METER_STORM_BROADCAST,
	RSW_METER_STORM_MULTICAST,
	RSW_METER_STORM_UNKNOWN,
	RSW_METER_MAX,
};

/**
 * struct rsw_bucket - a token bucket
 * @rate: tokens a second; 0: no limit
 * @full: as much as it holds
 * @credit: as much as there is of it; negative after a frame longer than the bucket is large
 *
 * @full and @credit are in billionths of a token. A nanosecond earns @rate of them and a token
 * costs a billion: both are whole numbers, so nothing is ever rounded, and nothing divided.
 */
struct rsw_bucket {
	u64 rate;
	s64 full;
	s64 credit;
};

/**
 * struct rsw_meter - lets frames through at a rate
 * @lock: for the credit of both buckets and @last. Innermost
 * @last: when they last earned, in nanoseconds
 * @bytes: one token a byte
 * @frames: one a frame
 *
 * A frame needs, and takes, tokens of both buckets, on any CPU: hence a lock and not an atomic
 * operation. It is taken once for a batch, and only where there is a limit.
 */
struct rsw_meter {
	spinlock_t lock;
	u64 last;
	struct rsw_bucket bytes;
	struct rsw_bucket frames;
} ____cacheline_aligned_in_smp;

/**
 * struct rsw_limits - all limits of a port
 * @rcu: to free it
 * @value: as people have said
 * @meter: what became of that
 *
 * Replaced as a whole, by rsw_limit_set(); but for the credit, never changed once a reader
 * can see it. A port without limits has none.
 */
struct rsw_limits {
	struct rcu_head rcu;
	u64 value[RSW_LIMIT_MAX];
	struct rsw_meter meter[RSW_METER_MAX];
};

/* All that the path looks at where nothing is limited. */
static inline bool rsw_limited(const struct rsw_port *port)
{
	return unlikely(rcu_access_pointer(port->limits));
}

u64 rsw_meter_pass(struct rsw_meter *meter, const struct rsw_frame *frame, u64 frames, u64 now);
void rsw_limit_ingress(struct rsw_batch *batch);
void rsw_limit_storm(struct rsw_batch *batch);
u64 rsw_limit_egress(struct rsw_port *port, const struct rsw_frame *frame, u64 frames);

#endif /* RINGSWITCH_LIMIT_H */
