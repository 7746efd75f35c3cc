// SPDX-License-Identifier: GPL-2.0
/* Random batches through the switch against a switch that takes one frame at a time. */
#include <kunit/test.h>

#include "forward_world.h"
#include "rng.h"

#define PORTS		7	/* number 0 is the host */
#define STATIONS	12
#define HOST_STATION	0	/* the address of the host itself */
#define BATCHES		3000

/**
 * struct model - what the switch should know and do
 * @world: the switch
 * @rng: what decides
 * @test: the running test
 * @where: port number of each station, -1 when unknown
 * @dest: destination of each frame of the batch, as station, or another kind
 * @source: its source
 * @gets: frames that each port should get
 * @drops: drops that each port should be charged with
 */
struct model {
	struct forward_world *world;
	struct rng rng;
	struct kunit *test;
	int where[STATIONS];
	u64 dest[RSW_BATCH_FRAMES];
	u64 source[RSW_BATCH_FRAMES];
	u64 gets[PORTS];
	u64 drops[PORTS][RSW_DROP_MAX];
};

static struct rsw_port *port_of(struct model *model, int i)
{
	return i ? &model->world->guest[i - 1].port : &model->world->sw.host;
}

static struct world_port *seen_by(struct model *model, int i)
{
	return i ? &model->world->guest[i - 1] : &model->world->host;
}

static int suite_init(struct kunit *test)
{
	static const u8 mac[ETH_ALEN] = { 2, 0, 0, 0, 0, HOST_STATION };
	struct model *model = kunit_kzalloc(test, sizeof(*model), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, model);
	rng_init(&model->rng, test);
	model->test = test;
	model->world = forward_world_new(test, PORTS - 1);
	test->priv = model;
	KUNIT_ASSERT_EQ(test, 0, rsw_fdb_add_local(&model->world->sw.fdb, &model->world->sw.host,
						   mac, 0));
	for (int i = 0; i < STATIONS; i++)
		model->where[i] = -1;
	model->where[HOST_STATION] = 0;
	return 0;
}

static void suite_exit(struct kunit *test)
{
	struct model *model = test->priv;

	if (model)
		forward_world_free(model->world, test);
}

static int station_of(u64 addr)
{
	return addr - STATION(0) < STATIONS ? addr - STATION(0) : -1;
}

static bool good_source(u64 source)
{
	return station_of(source) >= 0;
}

/* One frame, after all sources of its batch have been learned. */
static void naive_forward(struct model *model, int from, unsigned int i)
{
	u64 dest = model->dest[i];
	bool group = dest == BROADCAST || dest == GROUP;
	int where = station_of(dest) >= 0 ? model->where[station_of(dest)] : -1;
	int receivers = 0;

	if (!good_source(model->source[i])) {
		model->drops[from][RSW_DROP_IN_bad_source]++;
	} else if (dest == LINK_LOCAL) {
		model->drops[from][RSW_DROP_IN_link_local]++;
	} else if (!group && where == from) {
		model->drops[from][RSW_DROP_IN_same_port]++;
	} else if (!group && where >= 0) {
		model->gets[where] |= BIT_ULL(i);
	} else {
		for (int p = 0; p < PORTS; p++) {
			struct rsw_port *port = port_of(model, p);

			if (p == from || !(group || port->takes_unknown))
				continue;
			model->gets[p] |= BIT_ULL(i);
			receivers++;
		}
		if (!receivers)
			model->drops[from][RSW_DROP_IN_no_receiver]++;
	}
}

static void naive_batch(struct model *model, int from, unsigned int n)
{
	memset(model->gets, 0, sizeof(model->gets));
	if (!port_of(model, 0)->up || !port_of(model, from)->up) {
		model->drops[from][port_of(model, 0)->up ? RSW_DROP_IN_port_down :
				   RSW_DROP_IN_switch_down] += n;
		return;
	}
	for (unsigned int i = 0; i < n; i++)
		if (good_source(model->source[i]) && model->dest[i] != LINK_LOCAL &&
		    station_of(model->source[i]) != HOST_STATION)
			model->where[station_of(model->source[i])] = from;
	for (unsigned int i = 0; i < n; i++)
		naive_forward(model, from, i);
}

static u64 random_dest(struct model *model)
{
	static const u64 special[] = { BROADCAST, GROUP, LINK_LOCAL, UNKNOWN };

	if (rng_once_in(&model->rng, 5))
		return special[rng_below(&model->rng, ARRAY_SIZE(special))];
	return STATION(rng_below(&model->rng, STATIONS));
}

static void random_ports(struct model *model)
{
	for (int p = 0; p < PORTS; p++) {
		port_of(model, p)->up = p ? true : !rng_once_in(&model->rng, 50);
		port_of(model, p)->takes_unknown = !rng_once_in(&model->rng, p ? 6 : 2);
		seen_by(model, p)->refuses = rng_next(&model->rng) & rng_next(&model->rng);
	}
}

static void one_batch(struct model *model)
{
	unsigned int n = 1 + rng_below(&model->rng, RSW_BATCH_FRAMES);
	int from = rng_below(&model->rng, PORTS);

	random_ports(model);
	if (from && rng_once_in(&model->rng, 20))
		port_of(model, from)->up = false;
	forward_begin(model->world, port_of(model, from));
	for (unsigned int i = 0; i < n; i++) {
		model->dest[i] = random_dest(model);
		/* A burst mostly has one source. */
		model->source[i] = i && !rng_once_in(&model->rng, 8) ? model->source[i - 1] :
				   STATION(rng_below(&model->rng, STATIONS));
		if (rng_once_in(&model->rng, 50))
			model->source[i] = rng_once_in(&model->rng, 2) ? 0 : GROUP;
		forward_add(model->world, model->dest[i], model->source[i]);
	}
	naive_batch(model, from, n);
	forward_run(model->world, &model->world->sw);
	for (int p = 0; p < PORTS; p++) {
		KUNIT_ASSERT_EQ(model->test, seen_by(model, p)->frames, model->gets[p]);
		KUNIT_ASSERT_EQ(model->test, seen_by(model, p)->visits, model->gets[p] != 0);
	}
}

static void against_one_at_a_time(struct kunit *test)
{
	struct model *model = test->priv;

	for (int i = 0; i < BATCHES; i++)
		one_batch(model);
	for (int p = 0; p < PORTS; p++)
		for (unsigned int reason = 0; reason <= RSW_DROP_IN_switch_down; reason++)
			KUNIT_EXPECT_EQ_MSG(test, forward_drops(port_of(model, p), reason),
					    model->drops[p][reason], "port %d %s", p,
					    rsw_drop_name(reason));
	/* The runs above were about something. */
	KUNIT_EXPECT_GT(test, forward_count(port_of(model, 1), RSW_INGRESS_FORWARDED), 1000);
	KUNIT_EXPECT_GT(test, forward_drops(port_of(model, 1), RSW_DROP_OUT_ring_full), 100);
}

static struct kunit_case random_cases[] = {
	KUNIT_CASE(against_one_at_a_time),
	{}
};

static struct kunit_suite random_suite = {
	.name = "ringswitch_forward_random",
	.init = suite_init,
	.exit = suite_exit,
	.test_cases = random_cases,
};

kunit_test_suite(random_suite);
