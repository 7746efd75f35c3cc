// SPDX-License-Identifier: GPL-2.0
/* How much a port may send and get, changed. */
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "batch.h"
#include "limit_policy.h"

/*
 * A bucket that nobody has said a size of holds what its rate gives in a tenth of a second,
 * which is some round trips of TCP, and no less than this.
 */
#define BURST_PART	10
#define BURST_BYTES	(2 * RSW_FRAME_MAX)
#define BURST_FRAMES	16

static void fill(struct rsw_bucket *bucket, u64 rate, u64 burst, u64 least)
{
	if (!burst)
		burst = clamp(div_u64(rate, BURST_PART), least, (u64)RSW_BURST_MAX);
	bucket->rate = rate;
	bucket->full = burst * NSEC_PER_SEC;
	bucket->credit = bucket->full;
}

static void keep(struct rsw_bucket *bucket, const struct rsw_bucket *old)
{
	if (bucket->rate && old->rate)
		bucket->credit = min(bucket->full, old->credit);
}

/*
 * What was limited goes on from where it was: else each change, of any of them, would be a
 * burst. Batches on their way are charged to the old one.
 */
static void take_over(struct rsw_limits *limits, struct rsw_limits *old)
{
	for (unsigned int i = 0; i < RSW_METER_MAX; i++) {
		struct rsw_meter *meter = &limits->meter[i], *was = &old->meter[i];

		spin_lock_bh(&was->lock);
		meter->last = was->last;
		keep(&meter->bytes, &was->bytes);
		keep(&meter->frames, &was->frames);
		spin_unlock_bh(&was->lock);
	}
}

/* @value: the four of a direction, which follow each other. */
static void fill_both(struct rsw_meter *meter, const u64 *value)
{
	fill(&meter->bytes, value[0], value[1], BURST_BYTES);
	fill(&meter->frames, value[2], value[3], BURST_FRAMES);
}

static void fill_storm(struct rsw_meter *meter, u64 rate)
{
	fill(&meter->frames, rate, 0, BURST_FRAMES);
}

static struct rsw_limits *make(const u64 *value)
{
	struct rsw_limits *limits = kzalloc(sizeof(*limits), GFP_KERNEL);
	struct rsw_meter *meter;

	if (!limits)
		return NULL;
	meter = limits->meter;
	for (unsigned int i = 0; i < RSW_METER_MAX; i++)
		spin_lock_init(&meter[i].lock);
	memcpy(limits->value, value, sizeof(limits->value));
	fill_both(&meter[RSW_METER_INGRESS], &value[RSW_LIMIT_ingress_rate]);
	fill_both(&meter[RSW_METER_EGRESS], &value[RSW_LIMIT_egress_rate]);
	fill_storm(&meter[RSW_METER_STORM_BROADCAST], value[RSW_LIMIT_storm_broadcast]);
	fill_storm(&meter[RSW_METER_STORM_MULTICAST], value[RSW_LIMIT_storm_multicast]);
	fill_storm(&meter[RSW_METER_STORM_UNKNOWN], value[RSW_LIMIT_storm_unknown]);
	return limits;
}

#define MOST(name, most)	[RSW_LIMIT_##name] = (most),

static const u64 most[RSW_LIMIT_MAX] = { RSW_LIMITS(MOST) };

/**
 * rsw_limit_get - a limit as people have said it
 * @port: the port
 * @which: the limit
 *
 * Context: RTNL, or RCU read section.
 */
u64 rsw_limit_get(const struct rsw_port *port, enum rsw_limit which)
{
	const struct rsw_limits *limits = rcu_dereference_rtnl(port->limits);

	return limits ? limits->value[which] : 0;
}

/**
 * rsw_limit_set - limit a port, or no longer
 * @port: any port
 * @which: the limit
 * @value: what it becomes; 0: none
 *
 * Batches that are on their way may still be treated by the old one.
 *
 * Context: RTNL, sleeps.
 * Return: 0; -ERANGE; -ENOMEM, and nothing has changed. No memory is needed to take the last
 * limit away.
 */
int rsw_limit_set(struct rsw_port *port, enum rsw_limit which, u64 value)
{
	struct rsw_limits *old = rtnl_dereference(port->limits), *limits = NULL;
	u64 values[RSW_LIMIT_MAX] = {};

	ASSERT_RTNL();
	if (value > most[which])
		return -ERANGE;
	if (value == rsw_limit_get(port, which))
		return 0;
	if (old)
		memcpy(values, old->value, sizeof(values));
	values[which] = value;
	if (memchr_inv(values, 0, sizeof(values))) {
		limits = make(values);
		if (!limits)
			return -ENOMEM;
		if (old)
			take_over(limits, old);
	}
	rcu_assign_pointer(port->limits, limits);
	if (old)
		kfree_rcu(old, rcu);
	return 0;
}
