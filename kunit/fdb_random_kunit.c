// SPDX-License-Identifier: GPL-2.0
/* Forwarding database against a plain list. */
#include <kunit/test.h>
#include <linux/jiffies.h>

#include "fdb_world.h"
#include "rng.h"

#define STATIONS	150
#define VLANS		2
#define STEPS		20000

/* @port: where a station is, -1 when that is not known */
struct known {
	int port;
	bool local;
	unsigned long updated;
};

struct model {
	struct fdb_world *world;
	struct rng rng;
	struct known known[STATIONS][VLANS];
};

static int suite_init(struct kunit *test)
{
	struct model *model = kunit_kzalloc(test, sizeof(*model), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, model);
	rng_init(&model->rng, test);
	model->world = fdb_world_new(test);
	for (int i = 0; i < STATIONS; i++)
		for (int vid = 0; vid < VLANS; vid++)
			model->known[i][vid].port = -1;
	test->priv = model;
	return 0;
}

static void suite_exit(struct kunit *test)
{
	struct model *model = test->priv;

	if (model)
		fdb_world_free(model->world);
}

static void step_learn(struct model *model, int i, u16 vid, int port)
{
	struct known *known = &model->known[i][vid];

	fdb_learn(model->world, port, i, vid);
	if (known->local)
		return;
	known->port = port;
	known->updated = fdb_entry(model->world, i, vid)->updated;
}

static void step_local(struct model *model, struct kunit *test, int i, u16 vid, int port)
{
	if (rng_once_in(&model->rng, 3)) {
		KUNIT_ASSERT_EQ(test, fdb_add_local(model->world, port, i, vid), 0);
		model->known[i][vid] = (struct known){ .port = port, .local = true };
		return;
	}
	fdb_del_local(model->world, i, vid);
	if (model->known[i][vid].local)
		model->known[i][vid] = (struct known){ .port = -1 };
}

static void step_flush(struct model *model, int port)
{
	rsw_fdb_flush_port(&model->world->fdb, &model->world->port[port]);
	for (int i = 0; i < STATIONS; i++)
		for (int vid = 0; vid < VLANS; vid++)
			if (model->known[i][vid].port == port)
				model->known[i][vid] = (struct known){ .port = -1 };
}

/* Not heard from for a while. */
static void step_silence(struct model *model, int i, u16 vid)
{
	struct known *known = &model->known[i][vid];

	if (known->port < 0 || known->local)
		return;
	known->updated -= rng_below(&model->rng, 1000);
	fdb_entry(model->world, i, vid)->updated = known->updated;
}

/* The clock may tick while the database ages: then either is right. */
static void age_known(struct model *model, struct kunit *test, int i, u16 vid,
		      unsigned long before, unsigned long after)
{
	struct known *known = &model->known[i][vid];
	unsigned long time = model->world->fdb.ageing_time;
	bool is_known = fdb_look_up(model->world, i, vid);

	if (known->port < 0 || known->local) {
		KUNIT_ASSERT_EQ(test, is_known, known->local);
		return;
	}
	if (before - known->updated >= time)
		KUNIT_ASSERT_FALSE(test, is_known);
	if (after - known->updated < time)
		KUNIT_ASSERT_TRUE(test, is_known);
	if (!is_known)
		known->port = -1;
}

static void step_age(struct model *model, struct kunit *test)
{
	unsigned long before, after;

	model->world->fdb.ageing_time = 1 + rng_below(&model->rng, 3000);
	before = jiffies;
	rsw_fdb_age(&model->world->fdb);
	after = jiffies;
	for (int i = 0; i < STATIONS; i++)
		for (int vid = 0; vid < VLANS; vid++)
			age_known(model, test, i, vid, before, after);
}

static void compare(struct model *model, struct kunit *test)
{
	unsigned int learned = 0;

	for (int i = 0; i < STATIONS; i++)
		for (int vid = 0; vid < VLANS; vid++) {
			const struct known *known = &model->known[i][vid];
			struct rsw_port *port = fdb_look_up(model->world, i, vid);

			KUNIT_ASSERT_PTR_EQ(test, port, known->port < 0 ? NULL :
					    &model->world->port[known->port]);
			learned += known->port >= 0 && !known->local;
		}
	KUNIT_ASSERT_EQ(test, model->world->fdb.learned, learned);
}

static void against_a_list(struct kunit *test)
{
	struct model *model = test->priv;
	struct rng *rng = &model->rng;

	for (int step = 0; step < STEPS; step++) {
		int i = rng_below(rng, STATIONS), vid = rng_below(rng, VLANS);
		int port = rng_below(rng, FDB_PORTS);

		switch (rng_below(rng, 200)) {
		case 0:
			step_flush(model, port);
			break;
		case 1 ... 5:
			step_age(model, test);
			break;
		case 6 ... 20:
			step_local(model, test, i, vid, port);
			break;
		case 21 ... 60:
			step_silence(model, i, vid);
			break;
		default:
			step_learn(model, i, vid, port);
			break;
		}
		if (step % 50 == 0)
			compare(model, test);
	}
	compare(model, test);
}

static struct kunit_case random_cases[] = {
	KUNIT_CASE(against_a_list),
	{}
};

static struct kunit_suite random_suite = {
	.name = "ringswitch_fdb_random",
	.init = suite_init,
	.exit = suite_exit,
	.test_cases = random_cases,
};

kunit_test_suite(random_suite);
