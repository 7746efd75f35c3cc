// SPDX-License-Identifier: GPL-2.0
/*
 * Rates on the path. What is too much is dropped and not delayed: a switch that keeps frames
 * needs memory and threads for a guest that wants too much.
 */
#include <linux/ktime.h>
#include <linux/overflow.h>

#include "account.h"
#include "frame.h"
#include "limit.h"

/* A clock that has run for so long that it overflows has filled any bucket. */
static void earn(struct rsw_bucket *bucket, u64 elapsed)
{
	u64 room = bucket->full - bucket->credit, earned;

	if (check_mul_overflow(elapsed, bucket->rate, &earned) || earned >= room)
		bucket->credit = bucket->full;
	else
		bucket->credit += earned;
}

/* What is more than the bucket ever holds would never pass: it may when that is full. */
static bool affords(const struct rsw_bucket *bucket, s64 cost)
{
	return bucket->credit >= min(cost, bucket->full);
}

/* Where nothing is limited the bucket stays full. */
static void pay(struct rsw_bucket *bucket, s64 cost)
{
	if (bucket->rate)
		bucket->credit -= cost;
}

/**
 * rsw_meter_pass - decide what of a batch is within the limits
 * @meter: the limits
 * @frame: array of frames
 * @frames: which of them, in their order
 * @now: the time in nanoseconds. Another CPU may have come here with a later one
 *
 * Who is too much takes nothing, so a short frame can pass where a long one could not.
 *
 * Context: BH off.
 * Return: those that pass.
 */
u64 rsw_meter_pass(struct rsw_meter *meter, const struct rsw_frame *frame, u64 frames, u64 now)
{
	u64 passed = 0;
	unsigned int i;

	spin_lock(&meter->lock);
	if (now > meter->last) {
		earn(&meter->bytes, now - meter->last);
		earn(&meter->frames, now - meter->last);
		meter->last = now;
	}
	rsw_for_each_frame(i, frames) {
		/* Where a frame comes in it has no tag beside it. */
		s64 cost = (s64)rsw_frame_egress_len(&frame[i]) * NSEC_PER_SEC;

		if (!affords(&meter->bytes, cost) || !affords(&meter->frames, NSEC_PER_SEC))
			continue;
		pay(&meter->bytes, cost);
		pay(&meter->frames, NSEC_PER_SEC);
		passed |= BIT_ULL(i);
	}
	spin_unlock(&meter->lock);
	return passed;
}

static u64 pass(struct rsw_limits *limits, enum rsw_meter_of which,
		const struct rsw_frame *frame, u64 frames)
{
	struct rsw_meter *meter = &limits->meter[which];

	if (!frames || (!meter->bytes.rate && !meter->frames.rate))
		return frames;
	return rsw_meter_pass(meter, frame, frames, ktime_get_ns());
}

/**
 * rsw_limit_ingress - drop what a port sends too much
 * @batch: frames that make sense, of which nothing has been learned
 *
 * Context: BH off, RCU read section.
 */
void rsw_limit_ingress(struct rsw_batch *batch)
{
	struct rsw_limits *limits = rcu_dereference(batch->from->limits);

	if (limits)
		rsw_drop_frames(batch, batch->live & ~pass(limits, RSW_METER_INGRESS, batch->frame,
							   batch->live), RSW_DROP_IN_rate);
}

static void storm(struct rsw_batch *batch, enum rsw_meter_of which, u64 *flood,
		  enum rsw_drop_reason reason)
{
	struct rsw_limits *limits = rcu_dereference(batch->from->limits);
	u64 passed = limits ? pass(limits, which, batch->frame, *flood) : *flood;

	rsw_drop_frames(batch, *flood & ~passed, reason);
	*flood = passed;
}

/**
 * rsw_limit_storm - drop what a port has flooded too much
 * @batch: sorted frames
 *
 * Context: BH off, RCU read section.
 */
void rsw_limit_storm(struct rsw_batch *batch)
{
	storm(batch, RSW_METER_STORM_BROADCAST, &batch->flood_broadcast,
	      RSW_DROP_IN_storm_broadcast);
	storm(batch, RSW_METER_STORM_MULTICAST, &batch->flood_multicast,
	      RSW_DROP_IN_storm_multicast);
	storm(batch, RSW_METER_STORM_UNKNOWN, &batch->flood_unknown, RSW_DROP_IN_storm_unknown);
}

/**
 * rsw_limit_egress - drop what a port would get too much
 * @port: the receiver
 * @frame: array of frames, as it gets them
 * @frames: which of them; already counted as queued
 *
 * Context: BH off, RCU read section.
 * Return: those that are left.
 */
u64 rsw_limit_egress(struct rsw_port *port, const struct rsw_frame *frame, u64 frames)
{
	struct rsw_limits *limits = rcu_dereference(port->limits);
	u64 passed = limits ? pass(limits, RSW_METER_EGRESS, frame, frames) : frames;

	if (frames != passed)
		rsw_drop_egress(port, hweight64(frames & ~passed), RSW_DROP_OUT_rate);
	return passed;
}
