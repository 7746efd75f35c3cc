/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KUNIT_FORWARD_WORLD_H
#define KUNIT_FORWARD_WORLD_H

#include "../drivers/ringswitch/account.h"
#include "../drivers/ringswitch/datapath.h"
#include "../drivers/ringswitch/switch.h"

struct kunit;

/* Guests enough for a batch whose frames all go to different ones. */
#define GUESTS	(RSW_BATCH_FRAMES + 1)

/**
 * struct world_port - a port that writes down what it gets
 * @port: the port
 * @visits: how often it was visited since the batch began
 * @frames: what it got
 * @refuses: frames it drops, as a full ring does
 */
struct world_port {
	struct rsw_port port;
	unsigned int visits;
	u64 frames;
	u64 refuses;
};

/**
 * struct forward_world - a switch with ports, and one batch
 * @sw: the switch
 * @host: stands for its host port, with @sw->host as its state
 * @guest: other ports
 * @nguests: how many of them are on the switch
 * @batch: the batch
 * @payload: of its frames
 */
struct forward_world {
	struct rsw_switch sw;
	struct world_port host;
	struct world_port guest[GUESTS];
	unsigned int nguests;
	struct rsw_batch batch;
	struct rsw_seg payload[RSW_BATCH_FRAMES];
};

/* Station addresses are small numbers. */
#define BROADCAST	0xffffffffffffULL
#define GROUP		0x01005e000001ULL
#define LINK_LOCAL	0x0180c200000eULL
#define UNKNOWN		0x02000000ffffULL
#define STATION(n)	(0x020000000000ULL + (n))

/* Allow a port something, or forbid it. */
void forward_allow(struct rsw_port *port, enum rsw_port_flag flag, bool on);

struct forward_world *forward_world_new(struct kunit *test, unsigned int nguests);

/* Conservation: what came in or was queued to a port is accounted for. */
void forward_check_sum(struct kunit *test, const struct rsw_stats_sum *sum);

/* Checks that of each port, then frees what is not the test's. */
void forward_world_free(struct forward_world *world, struct kunit *test);

/* Of a suite whose tests each have a world with three guests. */
int forward_world_init(struct kunit *test);
void forward_world_exit(struct kunit *test);

void forward_begin(struct forward_world *world, struct rsw_port *from);
unsigned int forward_add(struct forward_world *world, u64 dest, u64 source);

/* The same with a tag of any kind. */
unsigned int forward_add_tagged(struct forward_world *world, u64 dest, u64 source, u16 tpid,
				u16 tci);

/* The same to a group, of IPv4, IPv6 or (0) by its Ethernet address. */
unsigned int forward_add_group(struct forward_world *world, const u8 *addr, __be16 proto,
			       u64 source);

/* Run the batch in the context an ingress gives it. @sw may be NULL. */
void forward_run(struct forward_world *world, struct rsw_switch *sw);

/* Which ports got frame 0: bit 0 the host, bit 1 guest 0, and so on. */
unsigned int forward_got(const struct forward_world *world);

/* One frame; returns which ports got it. */
unsigned int forward_send_one(struct forward_world *world, struct rsw_port *from, u64 dest,
			      u64 source);

/* Let a port be known for a station, by sending a frame from it. */
void forward_teach(struct forward_world *world, struct rsw_port *port, u64 source);

u64 forward_drops(const struct rsw_port *port, enum rsw_drop_reason reason);
u64 forward_count(const struct rsw_port *port, enum rsw_counter counter);

#endif /* KUNIT_FORWARD_WORLD_H */
