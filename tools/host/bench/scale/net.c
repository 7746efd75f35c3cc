// SPDX-License-Identifier: GPL-2.0
/* A switch with as many guests as it may have, and what they do. */
#include <linux/rculist.h>

#include "fdb.h"
#include "net.h"

/* Frames at a time. A flood is as much for each receiver, and is to end within a time slice. */
#define BURST		64
#define FLOOD_BURST	16

/* As QEMU makes them unless told otherwise. */
#define RING		256

/* 2 MiB of memory each, in one folio. Rings and buffers begin at one of so many pages of it. */
#define ORDER		9
#define COLOURS		251

static bool sends(const struct scale_net *net, unsigned int i)
{
	return net->one->flood ? !i : i % 2 == 0;
}

static void start(struct scale_net *net, unsigned int i)
{
	static const u8 broadcast[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	struct bench_guest *guest = &net->guest[i];
	struct bench_driver *driver = &net->driver[i];
	u64 features = bench_features(&net->shape);
	struct bench_ring unused, ring;

	/* Else those of all guests would be in the same few sets of each cache. */
	guest->used = i * 37 % COLOURS * PAGE_SIZE;
	unused = bench_unused_ring(guest);
	if (sends(net, i)) {
		ring = bench_sender_init(driver, guest, &net->shape,
					 net->one->flood ? broadcast : net->guest[i + 1].addr);
		if (net->one->spread)
			driver->stations = net->one->entries;
		bench_start(guest, features, &unused, &ring);
	} else {
		ring = bench_receiver_init(driver, guest, &net->shape);
		bench_start(guest, features, &ring, &unused);
	}
}

void scale_open(struct scale_net *net, const struct scale_case *one, bool check)
{
	net->one = one;
	net->shape = (struct bench_shape){ .size = 64, .pieces = 1, .num = RING, .check = check };
	net->next = 0;
	bench_switch_init(&net->sw);
	net->sw.fdb.max_learned = UINT_MAX;
	for (unsigned int i = 0; i < one->ports; i++)
		bench_guest_init(&net->sw, &net->guest[i], i, ORDER);
	for (unsigned int i = 0; i < one->ports; i++)
		start(net, i);
	net->guest[1].guest->port.fdb.max_learned = 0;
	for (u32 i = 0; i < one->entries; i++) {
		u8 addr[ETH_ALEN];

		bench_set_station(addr, i);
		bench_learn(&net->sw, &net->guest[1].guest->port, addr);
	}
}

void scale_close(struct scale_net *net)
{
	/* At once: port by port is a look at all entries each. */
	rsw_fdb_flush_port(&net->sw.fdb, NULL);
	for (unsigned int i = 0; i < net->one->ports; i++)
		bench_guest_exit(&net->guest[i]);
	bench_switch_exit(&net->sw);
}

/* A long flood is interrupted more often than not; to ask for CPU time would cost a short one. */
#define LONG		16

static u64 ticks_since(const struct scale_net *net, u64 start)
{
	return net->one->flood && net->one->ports > LONG ? bench_cpu_ticks() - start :
	       bench_ticks_since(start);
}

static u64 ticks_now(const struct scale_net *net)
{
	return net->one->flood && net->one->ports > LONG ? bench_cpu_ticks() : bench_ticks();
}

/* Receivers of guest @i are the one after it, or all. */
static void receive(struct scale_net *net, unsigned int i)
{
	unsigned int last = net->one->flood ? net->one->ports - 1 : i + 1;

	for (unsigned int r = i + 1; r <= last; r++)
		bench_receive(&net->driver[r]);
}

u64 scale_burst(struct scale_net *net, u64 *guest_ticks)
{
	unsigned int i = net->next;
	struct rsw_worker *worker = &net->guest[i].guest->pair[0].worker;
	u64 start = ticks_now(net), ticks = 0;
	bool more = true;

	bench_send(&net->driver[i], net->one->flood ? FLOOD_BURST : BURST);
	*guest_ticks = ticks_since(net, start);
	while (more) {
		start = ticks_now(net);
		more = rsw_guest_ingress(worker);
		ticks += ticks_since(net, start);
		start = ticks_now(net);
		receive(net, i);
		bench_reap(&net->driver[i]);
		*guest_ticks += ticks_since(net, start);
	}
	net->next = i / 2 + 1 < net->one->senders ? i + 2 : 0;
	return ticks;
}

u64 scale_delivered(const struct scale_net *net)
{
	u64 frames = 0;

	for (unsigned int i = 0; i < net->one->ports; i++)
		frames += sends(net, i) ? 0 : net->driver[i].frames;
	return frames;
}

static u64 wanted(const struct scale_net *net, unsigned int i)
{
	return net->driver[net->one->flood ? 0 : i - 1].frames;
}

/* Nothing but what is known of here was counted. */
static bool is_counted(const struct scale_net *net, unsigned int i)
{
	u64 in = sends(net, i) ? net->driver[i].frames : 0;
	u64 out = sends(net, i) ? 0 : wanted(net, i);
	struct rsw_stats_sum sum;

	rsw_stats_sum(net->guest[i].guest->port.stats, &sum);
	return sum.count[RSW_INGRESS_FRAMES] == in && sum.count[RSW_INGRESS_FORWARDED] == in &&
	       sum.count[RSW_EGRESS_QUEUED] == out && sum.count[RSW_EGRESS_FRAMES] == out;
}

bool scale_right(struct scale_net *net)
{
	for (unsigned int i = 0; i < net->one->ports; i++) {
		struct bench_driver *driver = &net->driver[i];

		if (!is_counted(net, i))
			return false;
		if (sends(net, i))
			continue;
		bench_receive(driver);
		if (driver->frames != wanted(net, i) || driver->wrong)
			return false;
	}
	return true;
}
