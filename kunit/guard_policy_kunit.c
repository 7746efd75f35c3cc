// SPDX-License-Identifier: GPL-2.0
/* Lists of addresses as people write them: what is understood, and what is refused. */
#include <kunit/test.h>
#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>
#include <linux/sprintf.h>

#include "guard_world.h"

#define PORT	(&world->forward->guest[0].port)

static const struct rsw_guard *guard_of(struct guard_world *world)
{
	const struct rsw_guard *guard;

	rtnl_lock();
	guard = rtnl_dereference(PORT->guard);
	rtnl_unlock();
	return guard;
}

static int set_macs(struct guard_world *world, const char *list)
{
	int err;

	rtnl_lock();
	err = rsw_guard_set_macs(PORT, list);
	rtnl_unlock();
	return err;
}

static int set_nets(struct guard_world *world, const char *list)
{
	int err;

	rtnl_lock();
	err = rsw_guard_set_nets(PORT, list);
	rtnl_unlock();
	return err;
}

static void macs(struct kunit *test)
{
	struct guard_world *world = test->priv;
	const struct rsw_guard *guard;

	KUNIT_ASSERT_EQ(test, 0, set_macs(world, " 02:00:00:00:00:01\n,\t02:AB:cd:00:0e:f0,\n"));
	guard = guard_of(world);
	KUNIT_ASSERT_NOT_NULL(test, guard);
	KUNIT_ASSERT_EQ(test, guard->nmacs, 2);
	KUNIT_EXPECT_MEMEQ(test, guard->mac[0], MY_MAC, ETH_ALEN);
	KUNIT_EXPECT_MEMEQ(test, guard->mac[1], "\x02\xab\xcd\x00\x0e\xf0", ETH_ALEN);
	KUNIT_EXPECT_EQ(test, guard->nnets, 0);
	/* The whole list is replaced. */
	KUNIT_ASSERT_EQ(test, set_macs(world, "02:00:00:00:00:02"), 0);
	KUNIT_EXPECT_EQ(test, guard_of(world)->nmacs, 1);
	KUNIT_ASSERT_EQ(test, set_macs(world, "\n"), 0);
	KUNIT_EXPECT_NULL(test, guard_of(world));
}

static void bad_macs(struct kunit *test)
{
	static const char * const bad[] = {
		"02:00:00:00:00", "02:00:00:00:00:0", "02:00:00:00:00:1 ", "02:00:00:00:00:010",
		"02:00:00:00:00:01:02", "02-00-00-00-00-01", "020000000001", "02:00:00:00:00:0g",
		"g2:00:00:00:00:01", "x", "any", "192.0.2.1",
		/* Of nobody, of a group, of all. */
		"00:00:00:00:00:00", "01:00:5e:00:00:01", "ff:ff:ff:ff:ff:ff",
	};
	struct guard_world *world = test->priv;
	char list[64];

	KUNIT_ASSERT_EQ(test, set_macs(world, "02:00:00:00:00:01 02:00:00:00:00:11"), 0);
	for (int i = 0; i < ARRAY_SIZE(bad); i++) {
		const struct rsw_guard *before = guard_of(world);

		snprintf(list, sizeof(list), "02:00:00:00:00:03 %s", bad[i]);
		KUNIT_EXPECT_EQ_MSG(test, set_macs(world, list), -EINVAL, "%s", bad[i]);
		snprintf(list, sizeof(list), "%s 02:00:00:00:00:03", bad[i]);
		KUNIT_EXPECT_EQ_MSG(test, set_macs(world, list), -EINVAL, "%s", bad[i]);
		KUNIT_EXPECT_PTR_EQ(test, guard_of(world), before);
	}
	KUNIT_EXPECT_EQ(test, guard_of(world)->nmacs, 2);
}

static void nets(struct kunit *test)
{
	static const struct {
		const char *text;
		struct rsw_guard_net net;
	} known[] = {
		{ "192.0.2.1", { false, 32, { .s6_addr = { 192, 0, 2, 1 } } } },
		{ "192.0.2.1/32", { false, 32, { .s6_addr = { 192, 0, 2, 1 } } } },
		{ "255.255.255.254/31", { false, 31, { .s6_addr = { 255, 255, 255, 254 } } } },
		{ "10.0.0.0/8", { false, 8, { .s6_addr = { 10 } } } },
		{ "0.0.0.0/0", { false, 0 } },
		{ "2001:db8::1", { true, 128, { .s6_addr = { 0x20, 1, 0xd, 0xb8, [15] = 1 } } } },
		{ "2001:DB8::/32", { true, 32, { .s6_addr = { 0x20, 1, 0xd, 0xb8 } } } },
		{ "fe80::/10", { true, 10, { .s6_addr = { 0xfe, 0x80 } } } },
		{ "::1", { true, 128, { .s6_addr = { [15] = 1 } } } },
		{ "::/0", { true, 0 } },
		{ "::ffff:192.0.2.1",
		  { true, 128, { .s6_addr = { [10] = 255, [11] = 255, [12] = 192, [14] = 2,
					      [15] = 1 } } } },
	};
	struct guard_world *world = test->priv;
	const struct rsw_guard *guard;
	char all[512] = "";

	for (int i = 0; i < ARRAY_SIZE(known); i++) {
		KUNIT_ASSERT_EQ_MSG(test, set_nets(world, known[i].text), 0, "%s", known[i].text);
		guard = guard_of(world);
		KUNIT_ASSERT_EQ(test, guard->nnets, 1);
		KUNIT_EXPECT_EQ(test, guard->net[0].v6, known[i].net.v6);
		KUNIT_EXPECT_EQ(test, guard->net[0].len, known[i].net.len);
		KUNIT_EXPECT_MEMEQ(test, &guard->net[0].addr, &known[i].net.addr, 16);
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s", i ? "," : "",
			 known[i].text);
	}
	KUNIT_ASSERT_EQ(test, set_nets(world, all), 0);
	guard = guard_of(world);
	KUNIT_ASSERT_EQ(test, guard->nnets, ARRAY_SIZE(known));
	for (int i = 0; i < ARRAY_SIZE(known); i++)
		KUNIT_EXPECT_EQ(test, guard->net[i].len, known[i].net.len);
	KUNIT_ASSERT_EQ(test, set_nets(world, ""), 0);
	KUNIT_EXPECT_NULL(test, guard_of(world));
}

static void bad_nets(struct kunit *test)
{
	static const char * const bad[] = {
		"192.0.2", "192.0.2.1.1", "192.0.2.256", "192.0.2.1/", "192.0.2.1/33",
		"192.0.2.1/-1", "192.0.2.1/x", "192.0.2.1/32/32", "192.0.2.1:", "1", "any", "/0",
		"2001:db8::1/129", "2001:db8::1/", "2001:db8::1/128x", "2001::db8::1", ":", ":::",
		"12345::", "fe80::1%eth0",
		/* Would allow more than it seems. */
		"192.0.2.1/24", "192.0.2.1/31", "2001:db8::1/64", "::1/0", "128.0.0.0/0",
		/* Of nobody. */
		"0.0.0.0", "0.0.0.0/32", "::", "::/128",
	};
	struct guard_world *world = test->priv;
	char list[64];

	KUNIT_ASSERT_EQ(test, set_nets(world, "192.0.2.1 2001:db8::1"), 0);
	for (int i = 0; i < ARRAY_SIZE(bad); i++) {
		const struct rsw_guard *before = guard_of(world);

		snprintf(list, sizeof(list), "192.0.2.3 %s", bad[i]);
		KUNIT_EXPECT_EQ_MSG(test, set_nets(world, list), -EINVAL, "%s", bad[i]);
		snprintf(list, sizeof(list), "%s 192.0.2.3", bad[i]);
		KUNIT_EXPECT_EQ_MSG(test, set_nets(world, list), -EINVAL, "%s", bad[i]);
		KUNIT_EXPECT_PTR_EQ(test, guard_of(world), before);
	}
	KUNIT_EXPECT_EQ(test, guard_of(world)->nnets, 2);
}

/* As many as there may be, and one more. */
static void full_lists(struct kunit *test)
{
	struct guard_world *world = test->priv;
	char *macs = kunit_kzalloc(test, 4096, GFP_KERNEL);
	char *nets = kunit_kzalloc(test, 4096, GFP_KERNEL);

	KUNIT_ASSERT_TRUE(test, macs && nets);
	for (int i = 0; i < RSW_GUARD_MAX; i++) {
		snprintf(macs + strlen(macs), 32, "02:00:00:00:00:%02x ", i);
		snprintf(nets + strlen(nets), 64, i % 2 ? "192.0.2.%d " : "2001:db8:%d::/48 ", i);
	}
	KUNIT_EXPECT_EQ(test, set_macs(world, macs), 0);
	KUNIT_EXPECT_EQ(test, set_nets(world, nets), 0);
	KUNIT_EXPECT_EQ(test, guard_of(world)->nmacs, RSW_GUARD_MAX);
	KUNIT_EXPECT_EQ(test, guard_of(world)->nnets, RSW_GUARD_MAX);
	strcat(macs, "02:00:00:00:01:00");
	strcat(nets, "2001:db8::1");
	KUNIT_EXPECT_EQ(test, set_macs(world, macs), -E2BIG);
	KUNIT_EXPECT_EQ(test, set_nets(world, nets), -E2BIG);
	/* The last ones count. */
	guard_begin(world, "\x02\x00\x00\x00\x00\x3f", 0, ETH_P_IP);
	guard_put_v4(world, 5, 6, 0xc000023f, 0, 0);
	KUNIT_EXPECT_EQ(test, guard_send_cut(world, 0), RSW_DROP_NONE);
	guard_begin(world, "\x02\x00\x00\x00\x00\x40", 0, ETH_P_IP);
	KUNIT_EXPECT_EQ(test, guard_send_cut(world, 0), RSW_DROP_IN_source_mac);
}

/* What is changed leaves the rest, and the guard goes with the last of it. */
static void one_at_a_time(struct kunit *test)
{
	struct guard_world *world = test->priv;

	guard_set(world, "", "", BIT(RSW_GUARD_RA));
	KUNIT_ASSERT_NOT_NULL(test, guard_of(world));
	KUNIT_EXPECT_EQ(test, guard_of(world)->flags, BIT(RSW_GUARD_RA));
	KUNIT_EXPECT_EQ(test, set_macs(world, "02:00:00:00:00:01"), 0);
	KUNIT_EXPECT_EQ(test, set_nets(world, "192.0.2.1"), 0);
	KUNIT_EXPECT_EQ(test, guard_of(world)->flags, BIT(RSW_GUARD_RA));
	KUNIT_EXPECT_EQ(test, guard_of(world)->nmacs, 1);
	KUNIT_EXPECT_EQ(test, guard_of(world)->nnets, 1);
	KUNIT_EXPECT_EQ(test, set_macs(world, ""), 0);
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, rsw_guard_set_flag(PORT, RSW_GUARD_RA, false), 0);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, guard_of(world)->nnets, 1);
	KUNIT_EXPECT_EQ(test, set_nets(world, ""), 0);
	KUNIT_EXPECT_NULL(test, guard_of(world));
}

static struct kunit_case guard_policy_cases[] = {
	KUNIT_CASE(macs),
	KUNIT_CASE(bad_macs),
	KUNIT_CASE(nets),
	KUNIT_CASE(bad_nets),
	KUNIT_CASE(full_lists),
	KUNIT_CASE(one_at_a_time),
	{}
};

static struct kunit_suite guard_policy_suite = {
	.name = "ringswitch_guard_policy",
	.init = guard_suite_init,
	.exit = guard_suite_exit,
	.test_cases = guard_policy_cases,
};

kunit_test_suite(guard_policy_suite);
