/* SPDX-License-Identifier: GPL-2.0 */
/* A switch that takes one frame at a time, beside the one under test. */
#ifndef KUNIT_FORWARD_MODEL_H
#define KUNIT_FORWARD_MODEL_H

#include "../drivers/ringswitch/guard.h"
#include "forward_world.h"

#define MODEL_PORTS	7	/* number 0 is the host */
#define MODEL_STATIONS	12
#define HOST_STATION	0	/* the address of the host itself; local in VLAN 0 */
#define MODEL_VIDS	4	/* VLANs that there are, 0: the switch knows none */
/* What can be known: a station in a VLAN. */
#define MODEL_ENTRIES	(MODEL_STATIONS * MODEL_VIDS)

/**
 * struct forward_model - what the switch should know and do
 * @world: the switch
 * @test: the running test; fails where the two differ
 * @from: port that sends
 * @host_known: the host's own address is an entry of its own
 * @away: ports that are not on the switch
 * @group: whom a port reaches: all (-1), those who reach all (0), and those of its group
 * @mine: stations that may be behind a port, BIT() each; 0: any
 * @guard: the same as the port is told
 * @where: port number of each entry, -1 when unknown
 * @heard: when it was heard of
 * @dest: destination of each frame of the batch, as station, or another kind
 * @source: its source
 * @tag: VID in the tag of each frame, -1: it has none
 * @vid: the VLAN that it is in, -1: none that its port is in
 * @shut_out: frames of it that a locked port does not let in, or a guarded one
 * @forged: why a guarded one does not
 * @gets: frames that each port should get
 * @drops: drops that each port should be charged with
 */
struct forward_model {
	struct forward_world *world;
	struct kunit *test;
	int from;
	bool host_known;
	bool away[MODEL_PORTS];
	int group[MODEL_PORTS];
	u16 mine[MODEL_PORTS];
	struct rsw_guard guard[MODEL_PORTS];
	int where[MODEL_ENTRIES];
	unsigned long heard[MODEL_ENTRIES];
	u64 dest[RSW_BATCH_FRAMES];
	u64 source[RSW_BATCH_FRAMES];
	int tag[RSW_BATCH_FRAMES];
	int vid[RSW_BATCH_FRAMES];
	u64 shut_out;
	enum rsw_drop_reason forged[RSW_BATCH_FRAMES];
	u64 gets[MODEL_PORTS];
	u64 drops[MODEL_PORTS][RSW_DROP_MAX];
};

void forward_model_init(struct forward_model *model, struct kunit *test);

/* As it was at first, with all counters at 0. */
void forward_model_reset(struct forward_model *model);

struct rsw_port *forward_model_port(struct forward_model *model, int i);
struct world_port *forward_model_seen(struct forward_model *model, int i);

/* A batch of port @from: frames are added, then all of them are sent. */
void forward_model_begin(struct forward_model *model, int from);
/* Tag -1: none. */
void forward_model_add(struct forward_model *model, u64 dest, u64 source, int tag);
void forward_model_run(struct forward_model *model);

/* Put a port other than the host's on the switch, or take it away. */
void forward_model_attach(struct forward_model *model, int i, bool on);

/* The switch filters by VLAN or not; of VLANs, BIT() each. */
void forward_model_filter(struct forward_model *model, bool on);
void forward_model_vlans(struct forward_model *model, int i, u8 member, u8 pvid);

/* Let only some stations send from a port, BIT() each; 0: all. */
void forward_model_guard(struct forward_model *model, int i, u16 stations);

/* Group -1: none. */
void forward_model_isolate(struct forward_model *model, int i, int group);

void forward_model_flush(struct forward_model *model, int i);
void forward_model_age(struct forward_model *model);

/* The host's own address is known or not. */
void forward_model_know_host(struct forward_model *model, bool known);

/* Compare what each port was charged with, and what is known. */
void forward_model_check(struct forward_model *model);

#endif /* KUNIT_FORWARD_MODEL_H */
