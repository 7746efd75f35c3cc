// SPDX-License-Identifier: GPL-2.0
/* Forwarding database: entries that an administrator makes, changes and removes. */
#include <kunit/test.h>
#include <linux/jiffies.h>
#include <linux/netlink.h>

#include "fdb_world.h"

#define ADD	(NLM_F_CREATE | NLM_F_EXCL)

/* Sent from behind another port, too, and not heard of for a long time. */
static void try_all(struct fdb_world *world)
{
	rsw_fdb_flush_port(&world->fdb, NULL);
	fdb_set(world, 1, 1, 0, 0, ADD);
	fdb_set(world, 1, 2, 0, RSW_FDB_STICKY, ADD);
	fdb_set(world, 1, 3, 0, RSW_FDB_STATIC, ADD);
	fdb_set(world, 1, 4, 0, RSW_FDB_STATIC | RSW_FDB_STICKY, ADD);
	fdb_set(world, 0, 5, 0, RSW_FDB_LOCAL | RSW_FDB_STATIC, ADD);
	fdb_learn(world, 1, 6, 0);
	fdb_set(world, 1, 7, 0, RSW_FDB_EXTERN, ADD);
}

static void moving(struct kunit *test)
{
	struct fdb_world *world = test->priv;

	try_all(world);
	KUNIT_EXPECT_EQ(test, world->fdb.learned, 1);
	for (int i = 1; i <= 7; i++)
		KUNIT_EXPECT_TRUE(test, fdb_learn(world, 2, i, 0));
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 1, 0), &world->port[2]);
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 2, 0), &world->port[1]);
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 3, 0), &world->port[1]);
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 4, 0), &world->port[1]);
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 5, 0), &world->port[0]);
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 6, 0), &world->port[2]);
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 7, 0), &world->port[2]);
	/* Who watched it is not asked any more: it is like 1 now, and still counts for nobody. */
	KUNIT_EXPECT_EQ(test, fdb_entry(world, 7, 0)->flags, RSW_FDB_USER);
	KUNIT_EXPECT_EQ(test, world->fdb.learned, 1);
}

static void ageing(struct kunit *test)
{
	struct fdb_world *world = test->priv;

	try_all(world);
	for (int i = 1; i <= 7; i++)
		fdb_entry(world, i, 0)->updated = jiffies - world->fdb.ageing_time;
	KUNIT_EXPECT_EQ(test, rsw_fdb_age(&world->fdb), world->fdb.ageing_time);
	KUNIT_EXPECT_NULL(test, fdb_look_up(world, 1, 0));
	KUNIT_EXPECT_NULL(test, fdb_look_up(world, 2, 0));
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 3, 0), &world->port[1]);
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 4, 0), &world->port[1]);
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 5, 0), &world->port[0]);
	KUNIT_EXPECT_NULL(test, fdb_look_up(world, 6, 0));
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 7, 0), &world->port[1]);
	/* A port that goes down keeps it as well. */
	rsw_fdb_flush_dynamic(&world->fdb, &world->port[1]);
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 7, 0), &world->port[1]);
}

/* A sticky address is not kept alive by who forges it. */
static void forgery_keeps_nothing_alive(struct kunit *test)
{
	struct fdb_world *world = test->priv;
	unsigned long before;

	fdb_set(world, 1, 2, 0, RSW_FDB_STICKY, ADD);
	before = jiffies - 100;
	fdb_entry(world, 2, 0)->updated = before;
	fdb_learn(world, 2, 2, 0);
	KUNIT_EXPECT_EQ(test, fdb_entry(world, 2, 0)->updated, before);
	fdb_learn(world, 1, 2, 0);
	KUNIT_EXPECT_NE(test, fdb_entry(world, 2, 0)->updated, before);
}

static void create_and_replace(struct kunit *test)
{
	struct fdb_world *world = test->priv;

	KUNIT_EXPECT_EQ(test, fdb_set(world, 1, 1, 0, RSW_FDB_STATIC, 0), -ENOENT);
	KUNIT_EXPECT_NULL(test, fdb_look_up(world, 1, 0));
	KUNIT_EXPECT_EQ(test, fdb_set(world, 1, 1, 0, RSW_FDB_STATIC, ADD), 0);
	KUNIT_EXPECT_EQ(test, fdb_set(world, 2, 1, 0, 0, ADD), -EEXIST);
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 1, 0), &world->port[1]);
	KUNIT_EXPECT_EQ(test, fdb_set(world, 2, 1, 0, 0, NLM_F_CREATE | NLM_F_REPLACE), 0);
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 1, 0), &world->port[2]);
	KUNIT_EXPECT_EQ(test, fdb_entry(world, 1, 0)->flags, RSW_FDB_USER);
	KUNIT_EXPECT_EQ(test, fdb_set(world, 3, 1, 0, RSW_FDB_STICKY, 0), 0);
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 1, 0), &world->port[3]);

	/* What was learned is nobody's share any more. */
	fdb_learn(world, 1, 2, 0);
	KUNIT_EXPECT_EQ(test, fdb_share(world, 1), 1);
	KUNIT_EXPECT_EQ(test, fdb_set(world, 2, 2, 0, 0, NLM_F_CREATE), 0);
	KUNIT_EXPECT_EQ(test, fdb_share(world, 1), 0);
	KUNIT_EXPECT_EQ(test, fdb_share(world, 2), 0);
	KUNIT_EXPECT_EQ(test, world->fdb.learned, 0);
}

static void delete(struct kunit *test)
{
	struct fdb_world *world = test->priv;

	fdb_learn(world, 1, 1, 0);
	fdb_set(world, 1, 2, 5, RSW_FDB_STATIC, ADD);
	KUNIT_EXPECT_EQ(test, fdb_del(world, 2, 1, 0), -ENOENT);
	KUNIT_EXPECT_EQ(test, fdb_del(world, 1, 2, 0), -ENOENT);
	KUNIT_EXPECT_EQ(test, fdb_del(world, 1, 3, 0), -ENOENT);
	KUNIT_EXPECT_EQ(test, fdb_del(world, 1, 1, 0), 0);
	KUNIT_EXPECT_EQ(test, fdb_del(world, FDB_ANY, 2, 5), 0);
	KUNIT_EXPECT_EQ(test, fdb_share(world, 1), 0);
	KUNIT_EXPECT_TRUE(test, fdb_lists_empty(world));
}

/* The switch's own address is not an administrator's, who may add others for the host. */
static void own_address_stays(struct kunit *test)
{
	const struct rsw_fdb_choice all = { .keep_own = true };
	struct fdb_world *world = test->priv;

	fdb_add_local(world, 0, 1, 0);
	KUNIT_EXPECT_EQ(test, fdb_set(world, 1, 1, 0, RSW_FDB_STATIC, NLM_F_CREATE), -EBUSY);
	KUNIT_EXPECT_EQ(test, fdb_del(world, FDB_ANY, 1, 0), -EBUSY);
	fdb_set(world, 0, 2, 0, RSW_FDB_LOCAL | RSW_FDB_STATIC, ADD);
	fdb_del_local(world, 2, 0);
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 2, 0), &world->port[0]);
	KUNIT_EXPECT_EQ(test, fdb_del(world, 0, 2, 0), 0);
	fdb_set(world, 0, 2, 0, RSW_FDB_LOCAL | RSW_FDB_STATIC, ADD);
	rsw_fdb_flush(&world->fdb, &all);
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 1, 0), &world->port[0]);
	KUNIT_EXPECT_NULL(test, fdb_look_up(world, 2, 0));
	/* It takes over what somebody else was thought to be. */
	fdb_set(world, 1, 3, 0, RSW_FDB_STATIC, ADD);
	KUNIT_EXPECT_EQ(test, fdb_add_local(world, 0, 3, 0), 0);
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 3, 0), &world->port[0]);
	fdb_del_local(world, 3, 0);
	KUNIT_EXPECT_NULL(test, fdb_look_up(world, 3, 0));
}

static unsigned int known(struct fdb_world *world)
{
	unsigned int which = 0;

	for (int i = 0; i <= 6; i++)
		which |= fdb_look_up(world, i, i == 6) ? BIT(i) : 0;
	return which;
}

static void flush_some(struct kunit *test)
{
	struct fdb_world *world = test->priv;
	DECLARE_BITMAP(vids, VLAN_N_VID) = { BIT(1) };
	const struct {
		struct rsw_fdb_choice choice;
		unsigned int left;
	} tries[] = {
		{ { .mask = RSW_FDB_STATIC }, BIT(3) | BIT(4) | BIT(5) },
		{ { .mask = RSW_FDB_STATIC, .flags = RSW_FDB_STATIC }, 0x47 },
		{ { .mask = RSW_FDB_STICKY, .flags = RSW_FDB_STICKY }, 0x6b },
		{ { .mask = RSW_FDB_USER }, 0x3e },
		{ { .mask = RSW_FDB_LOCAL }, BIT(5) },
		{ { .port = &world->port[1] }, BIT(0) | BIT(5) },
		{ { .port = &world->port[1], .mask = RSW_FDB_STATIC }, 0x39 },
		{ { .vids = vids }, 0x3f },
		{ {}, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(tries); i++) {
		try_all(world);
		fdb_del(world, 1, 6, 0);
		fdb_learn(world, 2, 0, 0);
		fdb_learn(world, 1, 6, 1);
		KUNIT_ASSERT_EQ(test, known(world), 0x7f);
		rsw_fdb_flush(&world->fdb, &tries[i].choice);
		KUNIT_EXPECT_EQ_MSG(test, known(world), tries[i].left, "%zu", i);
	}
}

/* What told since the last call: seen, set, gone. */
static unsigned int news(struct fdb_world *world)
{
	unsigned int all = world->told[RSW_FDB_SEEN] * 100 + world->told[RSW_FDB_SET] * 10 +
			   world->told[RSW_FDB_GONE];

	memset(world->told, 0, sizeof(world->told));
	return all;
}

static void told(struct kunit *test)
{
	struct fdb_world *world = test->priv;

	fdb_learn(world, 1, 1, 0);
	KUNIT_EXPECT_EQ(test, news(world), 100);
	fdb_learn(world, 1, 1, 0);
	KUNIT_EXPECT_EQ(test, news(world), 0);
	fdb_learn(world, 2, 1, 0);
	KUNIT_EXPECT_EQ(test, news(world), 100);
	fdb_set(world, 2, 1, 0, RSW_FDB_STATIC, NLM_F_CREATE);
	KUNIT_EXPECT_EQ(test, news(world), 10);
	/* As it was. */
	fdb_set(world, 2, 1, 0, RSW_FDB_STATIC, NLM_F_CREATE);
	fdb_learn(world, 1, 1, 0);
	KUNIT_EXPECT_EQ(test, news(world), 0);
	fdb_set(world, 2, 2, 0, 0, ADD);
	fdb_add_local(world, 0, 3, 0);
	fdb_add_local(world, 0, 3, 0);
	KUNIT_EXPECT_EQ(test, news(world), 20);
	fdb_del(world, 2, 1, 0);
	fdb_del_local(world, 3, 0);
	KUNIT_EXPECT_EQ(test, news(world), 2);
	fdb_entry(world, 2, 0)->updated -= world->fdb.ageing_time;
	rsw_fdb_age(&world->fdb);
	KUNIT_EXPECT_EQ(test, news(world), 1);
	fdb_learn(world, 1, 1, 0);
	rsw_fdb_flush_port(&world->fdb, &world->port[1]);
	KUNIT_EXPECT_EQ(test, news(world), 101);
	world->fdb.max_learned = 0;
	fdb_learn(world, 1, 1, 0);
	KUNIT_EXPECT_EQ(test, news(world), 0);
}

static struct kunit_case kinds_cases[] = {
	KUNIT_CASE(moving),
	KUNIT_CASE(ageing),
	KUNIT_CASE(forgery_keeps_nothing_alive),
	KUNIT_CASE(create_and_replace),
	KUNIT_CASE(delete),
	KUNIT_CASE(own_address_stays),
	KUNIT_CASE(flush_some),
	KUNIT_CASE(told),
	{}
};

static struct kunit_suite kinds_suite = {
	.name = "ringswitch_fdb_kinds",
	.init = fdb_world_init,
	.exit = fdb_world_exit,
	.test_cases = kinds_cases,
};

kunit_test_suite(kinds_suite);
