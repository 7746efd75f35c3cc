/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SCALE_NET_H
#define SCALE_NET_H

#include "../cases.h"

/* A port of a switch, the host's and the one that has no frames not counted. */
#define SCALE_PORTS	1024

/**
 * struct scale_case - what is measured
 * @name: of the curve
 * @ports: guests of the switch; those with even numbers send, each to the one that follows it
 * @senders: that send, in turn
 * @entries: addresses behind guest 1, besides those of the guests
 * @spread: sent to these, not to the guest's own address
 * @flood: guest 0 sends to all others
 */
struct scale_case {
	const char *name;
	unsigned int ports;
	unsigned int senders;
	u32 entries;
	bool spread;
	bool flood;
};

/**
 * struct scale_net - a switch and its guests
 * @one: what for
 * @shape: frames and buffers
 * @sw: the switch
 * @guest: ports and their guests
 * @driver: what runs in them
 * @next: who sends next
 */
struct scale_net {
	const struct scale_case *one;
	struct bench_shape shape;
	struct rsw_switch sw;
	struct bench_guest guest[SCALE_PORTS];
	struct bench_driver driver[SCALE_PORTS];
	unsigned int next;
};

void scale_open(struct scale_net *net, const struct scale_case *one, bool check);
void scale_close(struct scale_net *net);

/* One burst; ticks that the switch took for it, and those of the guests. */
u64 scale_burst(struct scale_net *net, u64 *guest_ticks);

/* How often a frame was, or had to be, delivered so far. */
u64 scale_delivered(const struct scale_net *net);

/* All has arrived where it should, and nowhere else, and the counters say so. */
bool scale_right(struct scale_net *net);

#endif /* SCALE_NET_H */
