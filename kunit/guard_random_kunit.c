// SPDX-License-Identifier: GPL-2.0
/* Random frames, most of them nearly good, from a port with a random guard, beside a model. */
#include <kunit/test.h>
#include <linux/etherdevice.h>
#include <linux/icmpv6.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <net/ndisc.h>
#include <uapi/linux/virtio_net.h>

#include "guard_model.h"
#include "guard_world.h"
#include "rng.h"

#define ROUNDS	20000
#define FRAMES	20	/* with one guard */

static const char *any_mac(struct rng *rng)
{
	static const char * const macs[] = { MY_MAC, MY_MAC, MY_OTHER_MAC, HIS_MAC };

	return macs[rng_below(rng, ARRAY_SIZE(macs))];
}

static u32 any_ip(struct rng *rng)
{
	static const u32 ips[] = { MY_IP, MY_IP, MY_NET_IP, HIS_IP, 0, 0xffffffff };

	return ips[rng_below(rng, ARRAY_SIZE(ips))];
}

static const char *any_ip6(struct rng *rng)
{
	static const char * const ips[] = {
		MY_IP6, MY_LINK_IP6, MY_IP6, HIS_IP6, HIS_LINK_IP6, NO_IP6,
	};

	return ips[rng_below(rng, ARRAY_SIZE(ips))];
}

static u16 any_port(struct rng *rng)
{
	static const u16 ports[] = { 1000, 53, 67, 68, 546, 547 };

	return ports[rng_below(rng, ARRAY_SIZE(ports))];
}

static u16 any_fragment(struct rng *rng)
{
	static const u16 fields[] = { 0, 0, 0x4000, 0x2000, 1, 8, 0x2001, 7 };

	return fields[rng_below(rng, ARRAY_SIZE(fields))];
}

static void put_v4(struct guard_world *world, struct rng *rng)
{
	u8 words = rng_once_in(rng, 3) ? 4 + rng_below(rng, 12) : 5;

	guard_put_v4(world, words, rng_once_in(rng, 3) ? IPPROTO_TCP : IPPROTO_UDP, any_ip(rng),
		     rng_once_in(rng, 2) ? 0xffffffff : any_ip(rng), any_fragment(rng));
	guard_put_ports(world, any_port(rng), any_port(rng));
}

static u8 any_extension(struct rng *rng)
{
	static const u8 kinds[] = {
		IPPROTO_HOPOPTS, IPPROTO_DSTOPTS, IPPROTO_ROUTING, IPPROTO_FRAGMENT, IPPROTO_AH,
		IPPROTO_MH, 139, 140,
	};

	return kinds[rng_below(rng, ARRAY_SIZE(kinds))];
}

static void put_extensions(struct guard_world *world, struct rng *rng, u8 kind, u8 last)
{
	while (kind != last) {
		u8 next = rng_once_in(rng, 3) ? any_extension(rng) : last;

		if (kind == IPPROTO_FRAGMENT)
			guard_put_fragment(world, next, any_fragment(rng));
		else
			guard_put_extension(world, next, 1 + rng_below(rng, 2));
		kind = next;
		if (world->len > 128)
			return;
	}
}

static void put_v6(struct guard_world *world, struct rng *rng)
{
	static const u8 types[] = { 128, 131, 133, 134, 135, 136, 136, 137, 143 };
	static const u8 uppers[] = { IPPROTO_ICMPV6, IPPROTO_ICMPV6, IPPROTO_UDP, IPPROTO_TCP };
	u8 upper = uppers[rng_below(rng, ARRAY_SIZE(uppers))];
	u8 first = rng_once_in(rng, 3) ? any_extension(rng) : upper;
	u32 start = world->len + 40;

	guard_put_v6(world, first, any_ip6(rng), 0);
	put_extensions(world, rng, first, upper);
	if (upper != IPPROTO_ICMPV6) {
		guard_put_ports(world, any_port(rng), any_port(rng));
	} else {
		guard_put_nd(world, types[rng_below(rng, ARRAY_SIZE(types))], any_ip6(rng));
		for (u32 n = rng_below(rng, 3); n--; )
			guard_put_option(world, rng_below(rng, 4), rng_once_in(rng, 8) ?
					 rng_below(rng, 4) : 1, any_mac(rng));
	}
	world->sent[start - 36] = (world->len - start) >> 8;
	world->sent[start - 35] = world->len - start;
}

static void put_llc(struct guard_world *world, struct rng *rng)
{
	guard_put(world, (u8[]){ 0xaa, 0xaa, 3, 0, 0, rng_once_in(rng, 2) ? 0 : 0xf8 }, 6);
	guard_put16(world, ETH_P_IP);
}

static void any_frame(struct guard_world *world, struct rng *rng)
{
	static const u16 types[] = { ETH_P_ARP, ETH_P_IP, ETH_P_IPV6, ETH_P_IPV6, 60, 0x88b5 };
	u16 type = types[rng_below(rng, ARRAY_SIZE(types))];

	guard_begin(world, any_mac(rng), rng_once_in(rng, 2) ? rng_below(rng, 4) : 0, type);
	if (type == ETH_P_ARP)
		guard_put_arp(world, 1 + rng_below(rng, 2), any_mac(rng), any_ip(rng),
			      any_ip(rng));
	else if (type == ETH_P_IP)
		put_v4(world, rng);
	else if (type == ETH_P_IPV6)
		put_v6(world, rng);
	else
		put_llc(world, rng);
	/* A padded one, a damaged one, one that is too short. */
	for (u32 n = rng_below(rng, 40); n && rng_once_in(rng, 3); n--)
		guard_put(world, "", 1);
	for (u32 n = rng_once_in(rng, 3) ? rng_below(rng, 4) : 0; n--; )
		world->sent[2 * ETH_ALEN + rng_below(rng, world->len - 2 * ETH_ALEN)] =
			rng_next(rng);
	if (rng_once_in(rng, 6))
		world->len = ETH_HLEN + rng_below(rng, world->len - ETH_HLEN + 1);
}

static void any_checksum(struct guard_world *world, struct rng *rng)
{
	u32 room = world->len - ETH_HLEN;
	u32 offset = rng_below(rng, 17);

	if (room < 2 + offset || rng_once_in(rng, 2))
		return;
	world->offload.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	world->offload.csum_start = ETH_HLEN + rng_below(rng, room - offset - 1);
	world->offload.csum_offset = offset;
}

static void any_guard(struct guard_world *world, struct rng *rng)
{
	guard_set(world, rng_once_in(rng, 3) ? "" : MY_MACS, rng_once_in(rng, 3) ? "" : MY_IPS,
		  rng_below(rng, 4));
}

static void like_the_model(struct kunit *test)
{
	struct guard_world *world = test->priv;
	u32 got[RSW_DROP_MAX + 1] = {};
	struct rng rng;

	rng_init(&rng, test);
	for (int i = 0; i < ROUNDS; i++) {
		struct guard_model model = { .byte = world->sent };
		struct rsw_guard copy = {};
		int wanted;

		if (i % FRAMES == 0)
			any_guard(world, &rng);
		any_frame(world, &rng);
		any_checksum(world, &rng);
		rcu_read_lock();
		model.guard = rcu_dereference(world->forward->guest[0].port.guard);
		if (!model.guard)
			model.guard = &copy;
		model.len = world->len;
		if (world->offload.flags)
			model.csum = world->offload.csum_start + world->offload.csum_offset;
		wanted = model.guard == &copy ? RSW_DROP_NONE : guard_model_verdict(&model);
		rcu_read_unlock();
		KUNIT_ASSERT_EQ_MSG(test, guard_send_cut(world, rng_below(&rng, world->len)),
				    wanted, "round %d", i);
		got[wanted]++;
	}
	/* All of them were tried. */
	KUNIT_EXPECT_GT(test, got[RSW_DROP_NONE], ROUNDS / 10);
	for (int reason = RSW_DROP_IN_source_mac; reason <= RSW_DROP_IN_hidden; reason++)
		KUNIT_EXPECT_GT(test, got[reason], 10);
	KUNIT_EXPECT_GT(test, got[RSW_DROP_IN_bad_header], 10);
}

static struct kunit_case guard_random_cases[] = {
	KUNIT_CASE(like_the_model),
	{}
};

static struct kunit_suite guard_random_suite = {
	.name = "ringswitch_guard_random",
	.init = guard_suite_init,
	.exit = guard_suite_exit,
	.test_cases = guard_random_cases,
};

kunit_test_suite(guard_random_suite);
