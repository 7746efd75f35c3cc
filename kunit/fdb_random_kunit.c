// SPDX-License-Identifier: GPL-2.0
/* Forwarding database against a plain list. */
#include <kunit/test.h>
#include <linux/jiffies.h>
#include <linux/netlink.h>

#include "fdb_world.h"
#include "rng.h"

#define STATIONS	150
#define VLANS		2
/* Debug kernels are slow. */
#ifdef __KERNEL__
#define STEPS		20000
#else
#define STEPS		1000000
#endif

/* @port: where a station is, -1 when that is not known; @flags: RSW_FDB_* */
struct known {
	int port;
	u8 flags;
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

/* Stations behind a port, -1: behind any; or those only that were learned. */
static unsigned int stations(const struct model *model, int port, bool all)
{
	unsigned int n = 0;

	for (int i = 0; i < STATIONS; i++)
		for (int vid = 0; vid < VLANS; vid++) {
			const struct known *known = &model->known[i][vid];

			n += known->port >= 0 && (port < 0 || known->port == port) &&
			     (all || !(known->flags & (RSW_FDB_LOCAL | RSW_FDB_USER)));
		}
	return n;
}

static unsigned int learned(const struct model *model, int port)
{
	return stations(model, port, false);
}

static bool has_room(const struct model *model, int port)
{
	unsigned int max = model->world->port[port].fdb.max_learned;

	return !max || learned(model, port) < max;
}

static void step_learn(struct model *model, struct kunit *test, int i, u16 vid, int port)
{
	struct known *known = &model->known[i][vid];
	bool moves = known->port != port, follows = true;

	if (known->port < 0)
		follows = has_room(model, port) &&
			  learned(model, -1) < model->world->fdb.max_learned;
	else if (moves && !known->flags)
		follows = has_room(model, port);
	KUNIT_ASSERT_EQ(test, fdb_learn(model->world, port, i, vid), follows);
	if (!follows || (known->port >= 0 && moves && known->flags & ~RSW_FDB_USER))
		return;
	known->port = port;
	known->updated = fdb_entry(model->world, i, vid)->updated;
}

static void forget(struct known *known)
{
	*known = (struct known){ .port = -1 };
}

static bool is_own(const struct known *known)
{
	return (known->flags & (RSW_FDB_LOCAL | RSW_FDB_USER)) == RSW_FDB_LOCAL;
}

static void step_local(struct model *model, struct kunit *test, int i, u16 vid, int port)
{
	struct known *known = &model->known[i][vid];

	if (rng_once_in(&model->rng, 3)) {
		KUNIT_ASSERT_EQ(test, fdb_add_local(model->world, port, i, vid), 0);
		known->port = port;
		known->flags = RSW_FDB_LOCAL | RSW_FDB_STATIC;
		return;
	}
	fdb_del_local(model->world, i, vid);
	if (is_own(known))
		forget(known);
}

static void step_set(struct model *model, struct kunit *test, int i, u16 vid, int port)
{
	static const u16 nlm_flags[] = {
		0, NLM_F_CREATE, NLM_F_CREATE | NLM_F_EXCL, NLM_F_EXCL,
	};
	u16 nlm = nlm_flags[rng_below(&model->rng, ARRAY_SIZE(nlm_flags))];
	u8 flags = rng_below(&model->rng, 4) * RSW_FDB_STATIC;
	struct known *known = &model->known[i][vid];
	bool was = known->port >= 0;
	int err = 0;

	if (!was && !(nlm & NLM_F_CREATE))
		err = -ENOENT;
	else if (was && nlm & NLM_F_EXCL)
		err = -EEXIST;
	else if (was && is_own(known))
		err = -EBUSY;
	KUNIT_ASSERT_EQ(test, fdb_set(model->world, port, i, vid, flags, nlm), err);
	if (err)
		return;
	known->port = port;
	known->flags = RSW_FDB_USER | flags;
	known->updated = fdb_entry(model->world, i, vid)->updated;
}

static void step_del(struct model *model, struct kunit *test, int i, u16 vid, int port)
{
	struct known *known = &model->known[i][vid];
	int err = 0;

	if (rng_once_in(&model->rng, 2))
		port = FDB_ANY;
	if (known->port < 0 || (port != FDB_ANY && port != known->port))
		err = -ENOENT;
	else if (is_own(known))
		err = -EBUSY;
	KUNIT_ASSERT_EQ(test, fdb_del(model->world, port, i, vid), err);
	if (!err)
		forget(known);
}

/* Limits, which may be below what there is. */
static void step_limit(struct model *model, int port)
{
	struct rng *rng = &model->rng;

	if (rng_once_in(rng, 3))
		model->world->fdb.max_learned = rng_below(rng, 2 * STATIONS);
	else
		model->world->port[port].fdb.max_learned = rng_below(rng, STATIONS);
}

static bool is_chosen(const struct known *known, int i, u16 vid, int port,
		      const struct rsw_fdb_choice *which)
{
	return known->port >= 0 && (!which->port || known->port == port) &&
	       (!which->vids || vid == 1) && (known->flags & which->mask) == which->flags &&
	       !(which->keep_own && is_own(known));
}

static void step_flush(struct model *model, int port)
{
	static const DECLARE_BITMAP(one, VLAN_N_VID) = { BIT(1) };
	struct rng *rng = &model->rng;
	struct rsw_fdb_choice which = {
		.port = rng_once_in(rng, 3) ? NULL : &model->world->port[port],
		.vids = rng_once_in(rng, 3) ? one : NULL,
		.mask = rng_below(rng, 16),
		.keep_own = rng_once_in(rng, 2),
	};

	which.flags = which.mask & rng_below(rng, 16);
	rsw_fdb_flush(&model->world->fdb, &which);
	for (int i = 0; i < STATIONS; i++)
		for (int vid = 0; vid < VLANS; vid++)
			if (is_chosen(&model->known[i][vid], i, vid, port, &which))
				forget(&model->known[i][vid]);
}

/* Not heard from for a while. */
static void step_silence(struct model *model, int i, u16 vid)
{
	struct known *known = &model->known[i][vid];

	if (known->port < 0)
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

	if (known->port < 0 || known->flags & RSW_FDB_STATIC) {
		KUNIT_ASSERT_EQ(test, is_known, known->port >= 0);
		return;
	}
	if (before - known->updated >= time)
		KUNIT_ASSERT_FALSE(test, is_known);
	if (after - known->updated < time)
		KUNIT_ASSERT_TRUE(test, is_known);
	if (!is_known)
		forget(known);
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
	for (int i = 0; i < STATIONS; i++)
		for (int vid = 0; vid < VLANS; vid++) {
			const struct known *known = &model->known[i][vid];
			const struct rsw_fdb_entry *entry = fdb_entry(model->world, i, vid);

			KUNIT_ASSERT_EQ(test, !!entry, known->port >= 0);
			if (!entry)
				continue;
			KUNIT_ASSERT_PTR_EQ(test, entry->port, &model->world->port[known->port]);
			KUNIT_ASSERT_EQ(test, entry->flags, known->flags);
		}
	KUNIT_ASSERT_EQ(test, model->world->fdb.learned, learned(model, -1));
	for (int port = 0; port < FDB_PORTS; port++) {
		KUNIT_ASSERT_EQ(test, fdb_share(model->world, port), learned(model, port));
		KUNIT_ASSERT_EQ(test, model->world->port[port].fdb.entries,
				stations(model, port, true));
	}
}

static void against_a_list(struct kunit *test)
{
	struct model *model = test->priv;
	struct rng *rng = &model->rng;

	for (int step = 0; step < STEPS; step++) {
		int i = rng_below(rng, STATIONS), vid = rng_below(rng, VLANS);
		int port = rng_below(rng, FDB_PORTS);

		switch (rng_below(rng, 400)) {
		case 0 ... 1:
			step_flush(model, port);
			break;
		case 2 ... 5:
			step_age(model, test);
			break;
		case 6 ... 10:
			step_limit(model, port);
			break;
		case 11 ... 30:
			step_local(model, test, i, vid, port);
			break;
		case 31 ... 70:
			step_set(model, test, i, vid, port);
			break;
		case 71 ... 90:
			step_del(model, test, i, vid, port);
			break;
		case 91 ... 150:
			step_silence(model, i, vid);
			break;
		default:
			step_learn(model, test, i, vid, port);
			break;
		}
		if (step % 100 == 0)
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
