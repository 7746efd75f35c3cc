// SPDX-License-Identifier: GPL-2.0
/* What messages about groups say, of each version, and cut off anywhere. */
#include <kunit/test.h>
#include <linux/jiffies.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "../drivers/ringswitch/mrouter.h"
#include "../drivers/ringswitch/snoop.h"
#include "mdb_world.h"

#define A	(&world->guest[0].port)
#define B	(&world->guest[1].port)
#define MDB	(&world->sw.mdb)

#define IP4(g)	239, 0, 0, (g)
#define IP6(g)	0xff, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (g)

/* In memory of exactly that size, so that a look behind it is seen. */
static enum rsw_snoop_kind hear(struct kunit *test, struct rsw_port *port, u16 proto, u16 vid,
				const u8 *data, u32 len)
{
	struct rsw_snoop_msg msg = { .proto = htons(proto), .vid = vid, .len = len,
				     .source = { proto == ETH_P_IP ? 192 : 0xfe, 1 } };
	struct forward_world *world = test->priv;
	u8 *copy = kmalloc(len ?: 1, GFP_KERNEL);
	enum rsw_snoop_kind kind;

	KUNIT_ASSERT_NOT_NULL(test, copy);
	memcpy(copy, data, len);
	msg.data = copy;
	local_bh_disable();
	rcu_read_lock();
	kind = rsw_snoop_message(MDB, port, &msg);
	rcu_read_unlock();
	local_bh_enable();
	kfree(copy);
	return kind;
}

#define HEAR(port, proto, vid, ...)						\
({										\
	const u8 __data[] = { __VA_ARGS__ };					\
										\
	hear(test, port, proto, vid, __data, sizeof(__data));			\
})

static bool has4(struct forward_world *world, struct rsw_port *port, u8 group)
{
	struct rsw_mdb_key key = mdb_ip4(group, 0);

	return mdb_has(MDB, port, &key);
}

static bool has6(struct forward_world *world, struct rsw_port *port, u8 group)
{
	struct rsw_mdb_key key = mdb_ip6(group, 0);

	return mdb_has(MDB, port, &key);
}

static void reports_of_old_versions(struct kunit *test)
{
	struct forward_world *world = test->priv;

	MDB->last_member_interval = 0;
	KUNIT_EXPECT_EQ(test, HEAR(A, ETH_P_IP, 0, 0x12, 0, 0, 0, IP4(1)), RSW_SNOOP_REPORT);
	KUNIT_EXPECT_EQ(test, HEAR(A, ETH_P_IP, 0, 0x16, 0, 0, 0, IP4(2)), RSW_SNOOP_REPORT);
	KUNIT_EXPECT_EQ(test, HEAR(A, ETH_P_IPV6, 0, 131, 0, 0, 0, 0, 0, 0, 0, IP6(3)),
			RSW_SNOOP_REPORT);
	KUNIT_EXPECT_TRUE(test, has4(world, A, 1) && has4(world, A, 2) && has6(world, A, 3));
	KUNIT_EXPECT_EQ(test, MDB->n, 3);
	KUNIT_EXPECT_EQ(test, HEAR(A, ETH_P_IP, 0, 0x17, 0, 0, 0, IP4(1)), RSW_SNOOP_REPORT);
	KUNIT_EXPECT_FALSE(test, has4(world, A, 1));
	KUNIT_EXPECT_TRUE(test, has4(world, A, 2));
	KUNIT_EXPECT_EQ(test, HEAR(A, ETH_P_IPV6, 0, 132, 0, 0, 0, 0, 0, 0, 0, IP6(3)),
			RSW_SNOOP_REPORT);
	KUNIT_EXPECT_FALSE(test, has6(world, A, 3));
}

/* Each record says whether its group is wanted, the third one's after that not any more. */
static const u8 igmp3[] = {
	0x22, 0, 0, 0, 0, 0, 0, 7,
	1, 0, 0, 1, IP4(1), 10, 0, 0, 1,		/* some sources */
	2, 0, 0, 0, IP4(2),				/* all */
	4, 0, 0, 2, IP4(3), 10, 0, 0, 1, 10, 0, 0, 2,	/* all but two */
	3, 0, 0, 0, IP4(3),				/* none */
	5, 1, 0, 1, IP4(4), 10, 0, 0, 1, 9, 9, 9, 9,	/* one more, and other data */
	2, 0, 0, 0, IP4(6),				/* all */
	6, 0, 0, 1, IP4(5), 10, 0, 0, 1,		/* one less */
};

/* What has been joined once so many bytes of it have arrived. */
static const u8 igmp3_done[] = { 20, 28, 44, 52, 68, 76, 88 };

static void reports_of_igmp3(struct kunit *test)
{
	struct forward_world *world = test->priv;

	MDB->last_member_interval = 0;
	KUNIT_EXPECT_EQ(test, sizeof(igmp3), 88);
	KUNIT_EXPECT_EQ(test, hear(test, A, ETH_P_IP, 0, igmp3, sizeof(igmp3)), RSW_SNOOP_REPORT);
	KUNIT_EXPECT_TRUE(test, has4(world, A, 1) && has4(world, A, 2) && has4(world, A, 4));
	KUNIT_EXPECT_TRUE(test, has4(world, A, 6));
	KUNIT_EXPECT_FALSE(test, has4(world, A, 3) || has4(world, A, 5));
	/* Less than that: nothing of it at all. */
	HEAR(A, ETH_P_IP, 0, 0x22, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, IP4(1));
	KUNIT_EXPECT_FALSE(test, has4(world, A, 1));
}

static void reports_of_mld2(struct kunit *test)
{
	struct forward_world *world = test->priv;

	MDB->last_member_interval = 0;
	HEAR(A, ETH_P_IPV6, 0, 143, 0, 0, 0, 0, 0, 0, 3, 4, 0, 0, 0, IP6(1),
	     1, 0, 0, 1, IP6(2), IP6(9), 2, 0, 0, 0, IP6(3));
	KUNIT_EXPECT_TRUE(test, has6(world, A, 1) && has6(world, A, 2) && has6(world, A, 3));
	KUNIT_EXPECT_EQ(test, MDB->n, 3);
	HEAR(A, ETH_P_IPV6, 0, 143, 0, 0, 0, 0, 0, 0, 1, 3, 0, 0, 0, IP6(1));
	KUNIT_EXPECT_FALSE(test, has6(world, A, 1));
}

static void cut_off_anywhere(struct kunit *test)
{
	struct forward_world *world = test->priv;

	for (u32 len = 0; len <= sizeof(igmp3); len++) {
		unsigned int done = 0;

		KUNIT_EXPECT_EQ(test, hear(test, A, ETH_P_IP, 0, igmp3, len),
				len < 8 ? RSW_SNOOP_OTHER : RSW_SNOOP_REPORT);
		while (done < ARRAY_SIZE(igmp3_done) && igmp3_done[done] <= len)
			done++;
		KUNIT_EXPECT_EQ(test, has4(world, A, 1), done > 0);
		KUNIT_EXPECT_EQ(test, has4(world, A, 2), done > 1);
		KUNIT_EXPECT_EQ(test, has4(world, A, 3), done > 2);
		KUNIT_EXPECT_EQ(test, has4(world, A, 4), done > 4);
		KUNIT_EXPECT_EQ(test, has4(world, A, 6), done > 5);
		rsw_mdb_flush_port(MDB, NULL, true);
	}
	for (u32 len = 0; len < 28; len++) {
		static const u8 mld[28] = { 131, [8] = 0xff, [9] = 5, [23] = 1 };
		static const u8 query[28] = { 130, [8] = 0xff, [9] = 5, [23] = 1 };

		KUNIT_EXPECT_EQ(test, hear(test, A, ETH_P_IPV6, 0, mld, len),
				len < 24 ? RSW_SNOOP_OTHER : RSW_SNOOP_REPORT);
		KUNIT_EXPECT_EQ(test, has6(world, A, 1), len >= 24);
		KUNIT_EXPECT_EQ(test, hear(test, A, ETH_P_IPV6, 0, query, len),
				len < 24 ? RSW_SNOOP_OTHER : RSW_SNOOP_QUERY);
	}
}

static void more_records_than_there_are(struct kunit *test)
{
	struct forward_world *world = test->priv;
	u64 before = forward_count(A, RSW_MDB_NOT_JOINED);

	HEAR(A, ETH_P_IP, 0, 0x22, 0, 0, 0, 0, 0, 1, 0, 2, 0, 0xff, 0xff, IP4(1));
	KUNIT_EXPECT_EQ(test, MDB->n, 0);
	HEAR(A, ETH_P_IP, 0, 0x22, 0, 0, 0, 0, 0, 1, 0, 2, 0, 0, 0, IP4(1));
	KUNIT_EXPECT_EQ(test, MDB->n, 1);
	KUNIT_EXPECT_EQ(test, forward_count(A, RSW_MDB_NOT_JOINED), before);
	/* More than anybody needs: the port gets all instead. */
	HEAR(A, ETH_P_IP, 0, 0x22, 0, 0, 0, 0, 0, 0xff, 0xff, 2, 0, 0, 0, IP4(2));
	KUNIT_EXPECT_EQ(test, forward_count(A, RSW_MDB_NOT_JOINED), before + 1);
	KUNIT_EXPECT_TRUE(test, rsw_mrouter_wants(A));
}

static void what_is_no_message(struct kunit *test)
{
	struct forward_world *world = test->priv;

	KUNIT_EXPECT_EQ(test, HEAR(A, ETH_P_IP, 0, 0x13, 0, 0, 0, IP4(1)), RSW_SNOOP_OTHER);
	KUNIT_EXPECT_EQ(test, HEAR(A, ETH_P_IPV6, 0, 128, 0, 0, 0, 0, 0, 0, 0, IP6(1)),
			RSW_SNOOP_OTHER);
	/* The other protocol's. */
	KUNIT_EXPECT_EQ(test, HEAR(A, ETH_P_IPV6, 0, 0x16, 0, 0, 0, 0, 0, 0, 0, IP6(1)),
			RSW_SNOOP_OTHER);
	KUNIT_EXPECT_EQ(test, HEAR(A, ETH_P_IP, 0, 131, 0, 0, 0, IP4(1)), RSW_SNOOP_OTHER);
	KUNIT_EXPECT_EQ(test, MDB->n, 0);
}

static void groups_that_nobody_joins(struct kunit *test)
{
	struct forward_world *world = test->priv;

	HEAR(A, ETH_P_IP, 0, 0x16, 0, 0, 0, 224, 0, 0, 251);
	HEAR(A, ETH_P_IP, 0, 0x16, 0, 0, 0, 10, 0, 0, 1);
	HEAR(A, ETH_P_IP, 0, 0x16, 0, 0, 0, 240, 0, 0, 1);
	HEAR(A, ETH_P_IPV6, 0, 131, 0, 0, 0, 0, 0, 0, 0, 0xff, 2, [23] = 1);
	HEAR(A, ETH_P_IPV6, 0, 131, 0, 0, 0, 0, 0, 0, 0, 0xff, 1, [23] = 7);
	HEAR(A, ETH_P_IPV6, 0, 131, 0, 0, 0, 0, 0, 0, 0, 0xfe, 5, [23] = 7);
	KUNIT_EXPECT_EQ(test, MDB->n, 0);
	HEAR(A, ETH_P_IP, 0, 0x16, 0, 0, 0, 224, 0, 1, 251);
	HEAR(A, ETH_P_IPV6, 0, 131, 0, 0, 0, 0, 0, 0, 0, 0xff, 2, [23] = 2);
	KUNIT_EXPECT_EQ(test, MDB->n, 2);
	KUNIT_EXPECT_EQ(test, forward_count(A, RSW_MDB_NOT_JOINED), 0);
}

static struct rsw_querier *querier(struct forward_world *world)
{
	return hlist_entry_safe(MDB->querier_list.first, struct rsw_querier, node);
}

/* Tries again when the clock has ticked meanwhile. */
#define CHECK_DELAY(wanted, ...)						\
do {										\
	unsigned long __now;							\
										\
	do {									\
		rsw_mdb_flush_port(MDB, NULL, true);				\
		__now = jiffies;						\
		KUNIT_EXPECT_EQ(test, HEAR(A, __VA_ARGS__), RSW_SNOOP_QUERY);	\
	} while (jiffies != __now);						\
	KUNIT_ASSERT_NOT_NULL(test, querier(world));				\
	KUNIT_EXPECT_EQ(test, querier(world)->begins - __now, wanted);		\
} while (0)

static void queries(struct kunit *test)
{
	struct forward_world *world = test->priv;

	CHECK_DELAY(10 * HZ, ETH_P_IP, 0, 0x11, 0, 0, 0, 0, 0, 0, 0);
	CHECK_DELAY(msecs_to_jiffies(25500), ETH_P_IP, 0, 0x11, 255, 0, 0, 0, 0, 0, 0);
	CHECK_DELAY(msecs_to_jiffies(12700), ETH_P_IP, 0,
		    0x11, 127, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	/* Mantissa 5, exponent 2. */
	CHECK_DELAY(msecs_to_jiffies(100 * (0x15 << 5)), ETH_P_IP, 0,
		    0x11, 0xa5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	CHECK_DELAY(msecs_to_jiffies(0x8001), ETH_P_IPV6, 0,
		    130, 0, 0, 0, 0x80, 1, [23] = 0);
	CHECK_DELAY(msecs_to_jiffies(0x1001 << 3), ETH_P_IPV6, 0,
		    130, 0, 0, 0, 0x80, 1, [27] = 0);
	KUNIT_EXPECT_EQ(test, querier(world)->key.vid, 0);
	KUNIT_EXPECT_EQ(test, querier(world)->addr[0], 0xfe);
	KUNIT_EXPECT_TRUE(test, rsw_mrouter_is(A));
	CHECK_DELAY(10 * HZ, ETH_P_IP, 7, 0x11, 0, 0, 0, 0, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, querier(world)->key.vid, 7);
}

static void queries_for_a_group(struct kunit *test)
{
	struct forward_world *world = test->priv;
	struct rsw_mdb_key key = mdb_ip4(1, 0);

	MDB->last_member_interval = 0;
	HEAR(B, ETH_P_IP, 0, 0x16, 0, 0, 0, IP4(1));
	/* For some sources of it. */
	HEAR(A, ETH_P_IP, 0, 0x11, 10, 0, 0, IP4(1), 0, 0, 0, 1, 10, 0, 0, 1);
	mdb_let_pass(MDB, B, &key, 2 * HZ);
	KUNIT_EXPECT_TRUE(test, has4(world, B, 1));
	/* From where nobody asks. */
	A->mdb.router = RSW_MROUTER_NEVER;
	HEAR(A, ETH_P_IP, 0, 0x11, 10, 0, 0, IP4(1));
	mdb_let_pass(MDB, B, &key, 2 * HZ);
	KUNIT_EXPECT_TRUE(test, has4(world, B, 1));
	A->mdb.router = RSW_MROUTER_AUTO;
	HEAR(A, ETH_P_IP, 0, 0x11, 10, 0, 0, IP4(1));
	KUNIT_EXPECT_TRUE(test, has4(world, B, 1));
	mdb_let_pass(MDB, B, &key, 2 * HZ);
	KUNIT_EXPECT_FALSE(test, has4(world, B, 1));
	KUNIT_EXPECT_NULL(test, querier(world));
	/* Who asks for one group only is no querier of all. */
	KUNIT_EXPECT_FALSE(test, rsw_mrouter_is(A));
}

static void queries_that_are_not_believed(struct kunit *test)
{
	struct forward_world *world = test->priv;

	A->mdb.router = RSW_MROUTER_NEVER;
	KUNIT_EXPECT_EQ(test, HEAR(A, ETH_P_IP, 0, 0x11, 0, 0, 0, 0, 0, 0, 0), RSW_SNOOP_QUERY);
	KUNIT_EXPECT_NULL(test, querier(world));
}

static void limits(struct kunit *test)
{
	struct forward_world *world = test->priv;

	A->mdb.max = 2;
	for (u8 i = 1; i <= 5; i++)
		HEAR(A, ETH_P_IP, 0, 0x16, 0, 0, 0, IP4(i));
	KUNIT_EXPECT_EQ(test, MDB->n, 2);
	KUNIT_EXPECT_EQ(test, forward_count(A, RSW_MDB_NOT_JOINED), 3);
	KUNIT_EXPECT_TRUE(test, rsw_mrouter_wants(A));
	KUNIT_EXPECT_FALSE(test, rsw_mrouter_wants(B));
	MDB->max = 3;
	for (u8 i = 1; i <= 5; i++)
		HEAR(B, ETH_P_IP, 0, 0x16, 0, 0, 0, IP4(i));
	KUNIT_EXPECT_EQ(test, MDB->n, 3);
	KUNIT_EXPECT_EQ(test, forward_count(B, RSW_MDB_NOT_JOINED), 2);
	KUNIT_EXPECT_TRUE(test, rsw_mrouter_wants(B));
}

static struct kunit_case snoop_cases[] = {
	KUNIT_CASE(reports_of_old_versions),
	KUNIT_CASE(reports_of_igmp3),
	KUNIT_CASE(reports_of_mld2),
	KUNIT_CASE(cut_off_anywhere),
	KUNIT_CASE(more_records_than_there_are),
	KUNIT_CASE(what_is_no_message),
	KUNIT_CASE(groups_that_nobody_joins),
	KUNIT_CASE(queries),
	KUNIT_CASE(queries_for_a_group),
	KUNIT_CASE(queries_that_are_not_believed),
	KUNIT_CASE(limits),
	{}
};

static struct kunit_suite snoop_suite = {
	.name = "ringswitch_snoop",
	.init = forward_world_init,
	.exit = forward_world_exit,
	.test_cases = snoop_cases,
};

kunit_test_suite(snoop_suite);
