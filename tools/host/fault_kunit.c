// SPDX-License-Identifier: GPL-2.0
/*
 * Every allocation of every step fails once (userspace only: the shim says which). The step
 * must then leave everything as it was.
 */
#include <kunit/test.h>

#include "cap.h"
#include "fdb_world.h"
#include "forward_world.h"
#include "guard_world.h"
#include "limit_policy.h"
#include "mem_world.h"
#include "stats.h"

#define BLOCK	BIT_ULL(RSW_MEM_BLOCK_SHIFT)
#define MOST	20	/* allocations of one step, a bound for the loops */

static void map_across_blocks(struct kunit *test)
{
	struct mem_world *world = mem_world_new(test);
	u64 iova = 2 * BLOCK - 5 * PAGE_SIZE;
	unsigned int n = 1;
	int err = -ENOMEM;

	for (; err && n < MOST; n++) {
		long objects = host_memory.objects;

		host_fail_in = n;
		err = world_map(world, iova, 10, 20, RW);
		if (!err)
			break;
		KUNIT_EXPECT_EQ(test, err, -ENOMEM);
		KUNIT_EXPECT_EQ(test, host_memory.objects, objects);
		KUNIT_EXPECT_TRUE(test, xa_empty(&world->mem.blocks));
		for (unsigned int i = 0; i < WORLD_PAGES; i++)
			KUNIT_EXPECT_EQ(test, world_refs(world, i), 0);
	}
	host_fail_in = 0;
	/* Two tables, and two places for them. */
	KUNIT_EXPECT_EQ(test, n, 5);
	mem_world_free(world);
}

/* A page and a block of one folio. */
static void map_whole_block(struct kunit *test)
{
	struct mem_world *world = mem_world_new(test);
	struct folio *folio = folio_alloc(GFP_KERNEL, RSW_MEM_BLOCK_SHIFT - PAGE_SHIFT + 1);
	u64 pa = virt_to_phys(folio_address(folio)) + BLOCK - PAGE_SIZE;
	unsigned int n = 1;
	int err = -ENOMEM;

	for (; err && n < MOST; n++) {
		long objects = host_memory.objects;

		host_fail_in = n;
		err = rsw_mem_map(&world->mem, 3 * BLOCK - PAGE_SIZE, BLOCK + PAGE_SIZE, pa, RW);
		if (!err)
			break;
		KUNIT_EXPECT_EQ(test, err, -ENOMEM);
		KUNIT_EXPECT_EQ(test, host_memory.objects, objects);
		KUNIT_EXPECT_TRUE(test, xa_empty(&world->mem.blocks));
		KUNIT_EXPECT_EQ(test, folio_ref_count(folio), 1);
	}
	host_fail_in = 0;
	/* A table, a place for it, and a place for the block. */
	KUNIT_EXPECT_EQ(test, n, 4);
	KUNIT_EXPECT_EQ(test, folio_ref_count(folio), 3);
	mem_world_free(world);
	folio_put(folio);
}

static void area_of_scattered_pages(struct kunit *test)
{
	struct mem_world *world = mem_world_new(test);
	struct rsw_mem_area area = {};
	unsigned int n = 1;
	int err = -ENOMEM;

	KUNIT_ASSERT_EQ(test, world_map(world, 0, 1, 5, RW), 0);
	KUNIT_ASSERT_EQ(test, world_map(world, PAGE_SIZE, 1, 3, RW), 0);
	for (; err && n < MOST; n++) {
		host_fail_in = n;
		/* Its start in the page must not make an address of nothing. */
		err = world_area_get(world, 8, 2 * PAGE_SIZE - 8, RW, &area);
		if (!err)
			break;
		KUNIT_EXPECT_EQ(test, err, -ENOMEM);
		KUNIT_EXPECT_NULL(test, area.addr);
		KUNIT_EXPECT_EQ(test, host_memory.maps, 0);
	}
	host_fail_in = 0;
	KUNIT_EXPECT_EQ(test, n, 3);
	KUNIT_EXPECT_EQ(test, host_memory.maps, 1);
	rsw_mem_area_put(&area);
	mem_world_free(world);
}

/* Nothing is learned, so frames to it are flooded; the table stays sound. */
static void learn(struct kunit *test)
{
	struct fdb_world *world = fdb_world_new(test);
	unsigned int n = 1;

	fdb_learn(world, 1, 1, 0);
	for (; n < MOST && !fdb_look_up(world, 2, 0); n++) {
		host_fail_in = n;
		fdb_learn(world, 2, 2, 0);
		host_fail_in = 0;
		KUNIT_EXPECT_EQ(test, world->fdb.learned, fdb_look_up(world, 2, 0) ? 2 : 1);
		KUNIT_EXPECT_EQ(test, atomic_read(&rsw_caps[RSW_CAP_fdb_entries].used),
				world->fdb.learned);
	}
	/* The entry, its place in the table, and then none. */
	KUNIT_EXPECT_EQ(test, n, 4);
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 1, 0), &world->port[1]);
	fdb_world_free(world);
}

static void add_local(struct kunit *test)
{
	struct fdb_world *world = fdb_world_new(test);
	unsigned int n = 1;
	int err = -ENOMEM;

	for (; err && n < MOST; n++) {
		host_fail_in = n;
		err = fdb_add_local(world, 0, 7, 0);
		host_fail_in = 0;
		if (!err)
			break;
		KUNIT_EXPECT_EQ(test, err, -ENOMEM);
		KUNIT_EXPECT_NULL(test, fdb_look_up(world, 7, 0));
		KUNIT_EXPECT_EQ(test, world->fdb.learned, 0);
		KUNIT_EXPECT_EQ(test, atomic_read(&rsw_caps[RSW_CAP_fdb_entries].used), 0);
	}
	KUNIT_EXPECT_EQ(test, n, 3);
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 7, 0), &world->port[0]);
	fdb_world_free(world);
}

/* Memory ends at the limit, too. */
static void full_table(struct kunit *test)
{
	struct fdb_world *world = fdb_world_new(test);
	long before = host_memory.objects;

	for (u32 i = 0; i < 2 * RSW_FDB_MAX_LEARNED; i++)
		fdb_learn(world, 1, i, 0);
	KUNIT_EXPECT_EQ(test, world->fdb.learned, RSW_FDB_MAX_LEARNED);
	KUNIT_EXPECT_EQ(test, host_memory.objects - before, RSW_FDB_MAX_LEARNED);
	KUNIT_EXPECT_PTR_EQ(test, fdb_look_up(world, 0, 0), &world->port[1]);
	KUNIT_EXPECT_NULL(test, fdb_look_up(world, RSW_FDB_MAX_LEARNED, 0));
	rsw_fdb_flush_port(&world->fdb, &world->port[1]);
	KUNIT_EXPECT_EQ(test, host_memory.objects, before);
	fdb_world_free(world);
}

static void tables_and_counters(struct kunit *test)
{
	struct rsw_fdb fdb;

	host_fail_in = 1;
	KUNIT_EXPECT_EQ(test, rsw_fdb_init(&fdb), -ENOMEM);
	host_fail_in = 1;
	KUNIT_EXPECT_NULL(test, rsw_stats_alloc());
}

/* What was limited still is, by as much; and no memory is needed to be rid of all limits. */
static void limits(struct kunit *test)
{
	struct rsw_port port = {};
	struct rsw_limits *before;

	host_fail_in = 1;
	KUNIT_EXPECT_EQ(test, rsw_limit_set(&port, RSW_LIMIT_ingress_rate, 7), -ENOMEM);
	KUNIT_EXPECT_NULL(test, port.limits);
	KUNIT_EXPECT_EQ(test, rsw_limit_set(&port, RSW_LIMIT_ingress_rate, 7), 0);
	before = port.limits;
	host_fail_in = 1;
	KUNIT_EXPECT_EQ(test, rsw_limit_set(&port, RSW_LIMIT_ingress_rate, 8), -ENOMEM);
	KUNIT_EXPECT_PTR_EQ(test, port.limits, before);
	KUNIT_EXPECT_EQ(test, rsw_limit_get(&port, RSW_LIMIT_ingress_rate), 7);
	host_fail_in = 1;
	KUNIT_EXPECT_EQ(test, rsw_limit_set(&port, RSW_LIMIT_ingress_rate, 0), 0);
	KUNIT_EXPECT_NULL(test, port.limits);
	host_fail_in = 0;
}

/* The guard that there is stays, also when there is none. */
static void guard(struct kunit *test)
{
	struct guard_world *world = guard_world_new(test);
	struct rsw_port *port = &world->forward->guest[0].port;

	for (int guarded = 0; guarded < 2; guarded++) {
		const struct rsw_guard *before = rcu_access_pointer(port->guard);
		long objects = host_memory.objects;

		for (unsigned int n = 1; n < 3; n++) {
			host_fail_in = n;
			KUNIT_EXPECT_EQ(test, rsw_guard_set_macs(port, MY_MACS), -ENOMEM);
			host_fail_in = n;
			KUNIT_EXPECT_EQ(test, rsw_guard_set_nets(port, MY_IPS), -ENOMEM);
		}
		host_fail_in = 1;
		KUNIT_EXPECT_EQ(test, rsw_guard_set_flag(port, RSW_GUARD_RA, true), -ENOMEM);
		host_fail_in = 0;
		KUNIT_EXPECT_PTR_EQ(test, rcu_access_pointer(port->guard), before);
		KUNIT_EXPECT_EQ(test, host_memory.objects, objects);
		guard_set(world, MY_MACS, MY_IPS, 0);
	}
	guard_world_free(world);
}

/* A tag is taken out of a copy when the socket buffer is somebody else's, too. */
static void tag_of_a_socket_buffer(struct kunit *test)
{
	struct forward_world *world = forward_world_new(test, 2);
	struct rsw_port *from = &world->guest[0].port;
	struct sk_buff skb = {};

	world->sw.vlan_proto = htons(ETH_P_8021Q);
	for (int fails = 1; fails >= 0; fails--) {
		forward_begin(world, from);
		forward_add_tagged(world, BROADCAST, STATION(1), ETH_P_8021Q, 1);
		world->batch.frame[0].skb = &skb;
		host_fail_in = fails;
		forward_run(world, &world->sw);
		host_fail_in = 0;
		KUNIT_EXPECT_EQ(test, forward_drops(from, RSW_DROP_IN_no_memory), 1);
		KUNIT_EXPECT_EQ(test, world->guest[1].frames, !fails);
		KUNIT_EXPECT_EQ(test, world->sw.fdb.learned, !fails);
	}
	KUNIT_EXPECT_EQ(test, world->batch.frame[0].len, 60);
	forward_world_free(world, test);
}

static struct kunit_case fault_cases[] = {
	KUNIT_CASE(map_across_blocks),
	KUNIT_CASE(map_whole_block),
	KUNIT_CASE(area_of_scattered_pages),
	KUNIT_CASE(learn),
	KUNIT_CASE(add_local),
	KUNIT_CASE(full_table),
	KUNIT_CASE(tables_and_counters),
	KUNIT_CASE(limits),
	KUNIT_CASE(guard),
	KUNIT_CASE(tag_of_a_socket_buffer),
	{}
};

static struct kunit_suite fault_suite = {
	.name = "ringswitch_fault",
	.test_cases = fault_cases,
};

kunit_test_suite(fault_suite);
