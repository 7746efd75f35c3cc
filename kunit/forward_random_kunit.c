// SPDX-License-Identifier: GPL-2.0
/* Random batches through the switch against a switch that takes one frame at a time. */
#include <kunit/test.h>

#include "forward_model.h"
#include "rng.h"

#define BATCHES		3000

struct random {
	struct forward_model model;
	struct rng rng;
};

static int suite_init(struct kunit *test)
{
	struct random *random = kunit_kzalloc(test, sizeof(*random), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, random);
	rng_init(&random->rng, test);
	forward_model_init(&random->model, test);
	test->priv = random;
	return 0;
}

static void suite_exit(struct kunit *test)
{
	struct random *random = test->priv;

	if (random)
		forward_world_free(random->model.world, test);
}

static u64 random_dest(struct rng *rng)
{
	static const u64 special[] = { BROADCAST, GROUP, LINK_LOCAL, UNKNOWN };

	if (rng_once_in(rng, 5))
		return special[rng_below(rng, ARRAY_SIZE(special))];
	return STATION(rng_below(rng, MODEL_STATIONS));
}

static u64 random_source(struct rng *rng)
{
	if (rng_once_in(rng, 50))
		return rng_once_in(rng, 2) ? 0 : GROUP;
	return STATION(rng_below(rng, MODEL_STATIONS));
}

static void random_ports(struct random *random)
{
	struct rng *rng = &random->rng;

	for (int p = 0; p < MODEL_PORTS; p++) {
		struct rsw_port *port = forward_model_port(&random->model, p);

		port->up = p ? true : !rng_once_in(rng, 50);
		port->flags = RSW_PORT_DEFAULT_FLAGS;
		forward_allow(port, RSW_PORT_unicast_flood, !rng_once_in(rng, p ? 6 : 2));
		forward_allow(port, RSW_PORT_multicast_flood, !rng_once_in(rng, 6));
		forward_allow(port, RSW_PORT_broadcast_flood, !rng_once_in(rng, 6));
		forward_allow(port, RSW_PORT_learning, !rng_once_in(rng, 6));
		forward_allow(port, RSW_PORT_locked, p && rng_once_in(rng, 6));
		forward_model_vlans(&random->model, p, ~(rng_next(rng) & rng_next(rng)),
				    rng_below(rng, MODEL_VIDS));
		forward_model_isolate(&random->model, p,
				      p && rng_once_in(rng, 3) ? (int)rng_below(rng, 3) : -1);
		forward_model_guard(&random->model, p, rng_once_in(rng, 4) ?
				    rng_below(rng, BIT(MODEL_STATIONS)) : 0);
		forward_model_seen(&random->model, p)->refuses = rng_next(rng) & rng_next(rng);
	}
}

static void one_batch(struct random *random)
{
	unsigned int n = 1 + rng_below(&random->rng, RSW_BATCH_FRAMES);
	int from = rng_below(&random->rng, MODEL_PORTS);
	u64 source = 0;

	random_ports(random);
	if (rng_once_in(&random->rng, 100))
		forward_model_filter(&random->model, rng_once_in(&random->rng, 2));
	if (from && rng_once_in(&random->rng, 20))
		forward_model_port(&random->model, from)->up = false;
	forward_model_begin(&random->model, from);
	for (unsigned int i = 0; i < n; i++) {
		/* A burst mostly has one source. */
		if (!i || rng_once_in(&random->rng, 8))
			source = random_source(&random->rng);
		forward_model_add(&random->model, random_dest(&random->rng), source,
				  (int)rng_below(&random->rng, MODEL_VIDS + 1) - 1);
	}
	forward_model_run(&random->model);
}

static void against_one_at_a_time(struct kunit *test)
{
	struct random *random = test->priv;
	struct rsw_port *port = forward_model_port(&random->model, 1);

	for (int i = 0; i < BATCHES; i++)
		one_batch(random);
	forward_model_check(&random->model);
	/* The runs above were about something. */
	KUNIT_EXPECT_GT(test, forward_count(port, RSW_INGRESS_FORWARDED), 1000);
	KUNIT_EXPECT_GT(test, forward_drops(port, RSW_DROP_OUT_ring_full), 100);
	KUNIT_EXPECT_GT(test, forward_drops(port, RSW_DROP_IN_isolated), 100);
	KUNIT_EXPECT_GT(test, forward_drops(port, RSW_DROP_IN_locked), 100);
	KUNIT_EXPECT_GT(test, forward_drops(port, RSW_DROP_IN_source_mac), 100);
	KUNIT_EXPECT_GT(test, forward_drops(port, RSW_DROP_IN_hidden), 10);
	KUNIT_EXPECT_GT(test, forward_drops(port, RSW_DROP_IN_vlan), 100);
	KUNIT_EXPECT_GT(test, forward_drops(port, RSW_DROP_IN_vlan_dest), 10);
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
