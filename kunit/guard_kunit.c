// SPDX-License-Identifier: GPL-2.0
/* Who a port is: each rule with frames that are honest and frames that are not, cut everywhere. */
#include <kunit/test.h>
#include <linux/icmpv6.h>
#include <linux/if_arp.h>
#include <linux/in.h>
#include <net/ndisc.h>

#include "guard_world.h"

#define REPLY	2

#define SEND(reason)	KUNIT_EXPECT_EQ(test, guard_send(world), reason)

static void not_guarded(struct kunit *test)
{
	struct guard_world *world = test->priv;

	guard_begin(world, HIS_MAC, 2, ETH_P_ARP);
	guard_put_arp(world, REPLY, MY_MAC, HIS_IP, HIS_IP);
	SEND(RSW_DROP_NONE);
	/* Nothing was looked at. */
	KUNIT_EXPECT_LE(test, world->forward->batch.frame[0].head_len, 18);
}

static void source_macs(struct kunit *test)
{
	struct guard_world *world = test->priv;

	guard_set(world, MY_MACS, "", 0);
	guard_begin(world, MY_MAC, 0, 0x88b5);
	guard_put32(world, 0);
	SEND(RSW_DROP_NONE);
	guard_begin(world, MY_OTHER_MAC, 0, ETH_P_IP);
	guard_put_v4(world, 5, IPPROTO_TCP, HIS_IP, MY_IP, 0);
	SEND(RSW_DROP_NONE);
	guard_begin(world, HIS_MAC, 0, 0x88b5);
	SEND(RSW_DROP_IN_source_mac);
	guard_begin(world, HIS_MAC, 0, ETH_P_IP);
	guard_put_v4(world, 5, IPPROTO_TCP, HIS_IP, MY_IP, 0);
	SEND(RSW_DROP_IN_source_mac);
	/* The same again, and near misses. */
	guard_begin(world, "\x02\x00\x00\x00\x00\x10", 0, 0x88b5);
	SEND(RSW_DROP_IN_source_mac);
	guard_begin(world, "\x12\x00\x00\x00\x00\x11", 0, 0x88b5);
	SEND(RSW_DROP_IN_source_mac);
}

static void v4_sources(struct kunit *test)
{
	static const struct {
		u32 source;
		bool mine;
	} known[] = {
		{ MY_IP, true }, { HIS_IP, false }, { MY_NET_IP, true }, { MY_NET_IP - 255, true },
		{ MY_NET_IP + 1, false }, { MY_NET_IP - 256, false }, { 0, false },
		/* The first bytes of an IPv6 prefix that is allowed. */
		{ 0x20010db8, false }, { 0xffffffff, false },
	};
	struct guard_world *world = test->priv;

	guard_set(world, "", MY_IPS, 0);
	for (int i = 0; i < ARRAY_SIZE(known); i++)
		for (int tags = 0; tags < 3; tags++) {
			enum rsw_drop_reason reason = known[i].mine ? RSW_DROP_NONE :
								     RSW_DROP_IN_source_ip;

			guard_begin(world, MY_MAC, tags, ETH_P_IP);
			guard_put_v4(world, 5, IPPROTO_TCP, known[i].source, HIS_IP, 0);
			SEND(reason);
			guard_begin(world, HIS_MAC, tags, ETH_P_IP);
			guard_put_v4(world, 15, IPPROTO_UDP, known[i].source, HIS_IP, 0);
			guard_put_ports(world, 1000, 67);
			SEND(reason);
			/* The others of a fragmented datagram. */
			guard_begin(world, HIS_MAC, tags, ETH_P_IP);
			guard_put_v4(world, 5, IPPROTO_UDP, known[i].source, HIS_IP, 0x2001);
			SEND(reason);
		}
}

static void asking_for_an_address(struct kunit *test)
{
	static const struct {
		u8 protocol;
		u32 dest;
		u16 fragment;
		u16 from;
		u16 to;
		bool good;
	} known[] = {
		{ IPPROTO_UDP, 0xffffffff, 0, 68, 67, true },
		{ IPPROTO_UDP, 0xffffffff, 0x4000, 68, 67, true },
		{ IPPROTO_UDP, 0xffffffff, 0x2000, 68, 67, false },
		{ IPPROTO_UDP, 0xffffffff, 0x0001, 68, 67, false },
		{ IPPROTO_TCP, 0xffffffff, 0, 68, 67, false },
		{ IPPROTO_UDP, HIS_IP, 0, 68, 67, false },
		{ IPPROTO_UDP, 0xffffffff, 0, 67, 67, false },
		{ IPPROTO_UDP, 0xffffffff, 0, 68, 68, false },
		{ IPPROTO_UDP, 0xffffffff, 0, 68, 53, false },
	};
	struct guard_world *world = test->priv;

	guard_set(world, "", MY_IPS, 0);
	for (int i = 0; i < ARRAY_SIZE(known); i++) {
		guard_begin(world, MY_MAC, 0, ETH_P_IP);
		guard_put_v4(world, 5, known[i].protocol, 0, known[i].dest, known[i].fragment);
		guard_put_ports(world, known[i].from, known[i].to);
		SEND(known[i].good ? RSW_DROP_NONE : RSW_DROP_IN_source_ip);
	}
}

static void arp_senders(struct kunit *test)
{
	static const struct {
		u16 op;
		const char *mac;
		u32 ip;
		u32 target;
		bool good;
	} known[] = {
		{ ARPOP_REQUEST, MY_MAC, MY_IP, HIS_IP, true },
		{ REPLY, MY_MAC, MY_IP, HIS_IP, true },
		{ REPLY, MY_OTHER_MAC, MY_NET_IP, HIS_IP, true },
		{ ARPOP_REQUEST, MY_MAC, MY_IP, MY_IP, true },
		{ ARPOP_REQUEST, MY_MAC, HIS_IP, MY_IP, false },
		{ REPLY, MY_MAC, HIS_IP, HIS_IP, false },
		{ REPLY, HIS_MAC, MY_IP, HIS_IP, false },
		/* Is this address in use? It must be ours to take. */
		{ ARPOP_REQUEST, MY_MAC, 0, MY_IP, true },
		{ ARPOP_REQUEST, MY_MAC, 0, HIS_IP, false },
		{ ARPOP_REQUEST, MY_MAC, 0, 0, false },
		{ REPLY, MY_MAC, 0, MY_IP, false },
		{ 9, MY_MAC, HIS_IP, MY_IP, false },
	};
	struct guard_world *world = test->priv;

	guard_set(world, MY_MACS, MY_IPS, 0);
	for (int i = 0; i < ARRAY_SIZE(known); i++)
		for (int tags = 0; tags < 3; tags++) {
			guard_begin(world, MY_MAC, tags, ETH_P_ARP);
			guard_put_arp(world, known[i].op, known[i].mac, known[i].ip,
				      known[i].target);
			SEND(known[i].good ? RSW_DROP_NONE : RSW_DROP_IN_source_arp);
		}
	/* Each list by itself. */
	guard_begin(world, MY_MAC, 0, ETH_P_ARP);
	guard_put_arp(world, REPLY, MY_MAC, HIS_IP, HIS_IP);
	guard_set(world, MY_MACS, "", 0);
	SEND(RSW_DROP_NONE);
	guard_begin(world, MY_MAC, 0, ETH_P_ARP);
	guard_put_arp(world, REPLY, HIS_MAC, HIS_IP, HIS_IP);
	SEND(RSW_DROP_IN_source_arp);
	guard_set(world, "", "192.0.2.2", 0);
	SEND(RSW_DROP_NONE);
	guard_set(world, "", "", BIT(RSW_GUARD_DHCP));
	SEND(RSW_DROP_NONE);
	/* Any address is not none. */
	guard_set(world, "", "0.0.0.0/0", 0);
	SEND(RSW_DROP_NONE);
	guard_begin(world, MY_MAC, 0, ETH_P_ARP);
	guard_put_arp(world, REPLY, MY_MAC, 0, HIS_IP);
	SEND(RSW_DROP_IN_source_arp);
}

/* Each field of the header says that this is about other addresses. */
static void arp_of_other_kinds(struct kunit *test)
{
	struct guard_world *world = test->priv;

	guard_set(world, "", MY_IPS, 0);
	for (u32 byte = 0; byte < 6; byte++) {
		guard_begin(world, MY_MAC, 0, ETH_P_ARP);
		guard_put_arp(world, REPLY, MY_MAC, MY_IP, HIS_IP);
		world->sent[ETH_HLEN + byte]++;
		SEND(RSW_DROP_IN_source_arp);
	}
}

static void v6_sources(struct kunit *test)
{
	static const struct {
		const char *source;
		bool mine;
	} known[] = {
		{ MY_IP6, true }, { HIS_IP6, false },
		{ MY_LINK_IP6, true }, { HIS_LINK_IP6, false },
		{ "\x20\x01\x0d\xb8\x00\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", true },
		{ "\x20\x01\x0d\xb8\x00\x02\0\0\0\0\0\0\0\0\0\0", false },
		/* An IPv4 address that is allowed, at the start and mapped. */
		{ "\xc0\x00\x02\x01\0\0\0\0\0\0\0\0\0\0\0\0", false },
		{ "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\x00\x02\x01", false },
		{ NO_IP6, false },
	};
	struct guard_world *world = test->priv;

	guard_set(world, "", MY_IPS, 0);
	for (int i = 0; i < ARRAY_SIZE(known); i++)
		for (int tags = 0; tags < 3; tags++) {
			enum rsw_drop_reason reason = known[i].mine ? RSW_DROP_NONE :
								     RSW_DROP_IN_source_ip;

			guard_begin(world, MY_MAC, tags, ETH_P_IPV6);
			guard_put_v6(world, IPPROTO_UDP, known[i].source, 8);
			guard_put_ports(world, 1000, 547);
			SEND(reason);
			guard_begin(world, MY_MAC, tags, ETH_P_IPV6);
			guard_put_v6(world, IPPROTO_TCP, known[i].source, 0);
			SEND(reason);
			/* An echo request. */
			guard_begin(world, MY_MAC, tags, ETH_P_IPV6);
			guard_put_v6(world, IPPROTO_ICMPV6, known[i].source, 8);
			guard_put_nd(world, 128, NO_IP6);
			SEND(reason);
			guard_begin(world, MY_MAC, tags, ETH_P_IPV6);
			guard_put_v6(world, IPPROTO_FRAGMENT, known[i].source, 16);
			guard_put_fragment(world, IPPROTO_ICMPV6, 0x0101);
			SEND(reason);
		}
	/* A list without them allows none. */
	guard_set(world, "", "0.0.0.0/0", 0);
	guard_begin(world, MY_MAC, 0, ETH_P_IPV6);
	guard_put_v6(world, IPPROTO_TCP, MY_IP6, 0);
	SEND(RSW_DROP_IN_source_ip);
}

/* Before there is an address. */
static void without_a_source(struct kunit *test)
{
	struct guard_world *world = test->priv;

	guard_set(world, MY_MACS, MY_IPS, 0);
	for (int type = 128; type < 150; type++) {
		bool good = type == NDISC_ROUTER_SOLICITATION ||
			    type == NDISC_NEIGHBOUR_SOLICITATION || type == ICMPV6_MGM_REPORT ||
			    type == ICMPV6_MGM_REDUCTION || type == ICMPV6_MLD2_REPORT;

		guard_begin(world, MY_MAC, 0, ETH_P_IPV6);
		guard_put_v6(world, IPPROTO_HOPOPTS, NO_IP6, 32);
		guard_put_extension(world, IPPROTO_ICMPV6, 1);
		guard_put_nd(world, type, MY_IP6);
		/* Without the target. */
		if (type == NDISC_ROUTER_SOLICITATION)
			world->sent[ETH_HLEN + 5] = 16;
		SEND(good ? RSW_DROP_NONE : RSW_DROP_IN_source_ip);
	}
	guard_begin(world, MY_MAC, 0, ETH_P_IPV6);
	guard_put_v6(world, IPPROTO_FRAGMENT, NO_IP6, 40);
	guard_put_fragment(world, IPPROTO_ICMPV6, 0);
	guard_put_nd(world, ICMPV6_MLD2_REPORT, MY_IP6);
	SEND(RSW_DROP_IN_source_ip);
}

static void put_nd(struct guard_world *world, u8 type, const char *source, const char *target,
		   u8 option, const char *mac)
{
	u16 len = type == NDISC_ROUTER_SOLICITATION ? 8 : 24;

	guard_begin(world, MY_MAC, 0, ETH_P_IPV6);
	guard_put_v6(world, IPPROTO_ICMPV6, source, len + 8 * !!option);
	guard_put_nd(world, type, target);
	if (option)
		guard_put_option(world, option, 1, mac);
}

static void neighbours(struct kunit *test)
{
	static const struct {
		u8 type;
		const char *source;
		const char *target;
		u8 option;
		const char *mac;
		bool good;
	} known[] = {
		/* Is this address in use? Mine, and another one. */
		{ 135, NO_IP6, MY_IP6, 0, NULL, true },
		{ 135, NO_IP6, HIS_IP6, 0, NULL, false },
		{ 135, NO_IP6, NO_IP6, 0, NULL, false },
		/* With a nonce (RFC 7527). */
		{ 135, NO_IP6, MY_IP6, 14, HIS_MAC, true },
		/* Who has this address? */
		{ 135, MY_IP6, HIS_IP6, 1, MY_MAC, true },
		{ 135, MY_LINK_IP6, HIS_LINK_IP6, 1, MY_OTHER_MAC, true },
		{ 135, MY_IP6, HIS_IP6, 1, HIS_MAC, false },
		{ 135, MY_IP6, HIS_IP6, 2, HIS_MAC, false },
		{ 135, MY_IP6, HIS_IP6, 0, NULL, true },
		/* I have it. */
		{ 136, MY_IP6, MY_IP6, 2, MY_MAC, true },
		{ 136, MY_LINK_IP6, MY_IP6, 0, NULL, true },
		{ 136, MY_IP6, HIS_IP6, 2, MY_MAC, false },
		{ 136, MY_IP6, HIS_IP6, 0, NULL, false },
		{ 136, MY_IP6, NO_IP6, 0, NULL, false },
		{ 136, MY_IP6, MY_IP6, 2, HIS_MAC, false },
		{ 136, MY_IP6, MY_IP6, 1, HIS_MAC, false },
		/* Where is a router? */
		{ 133, MY_LINK_IP6, NULL, 1, MY_MAC, true },
		{ 133, MY_LINK_IP6, NULL, 1, HIS_MAC, false },
		{ 133, NO_IP6, NULL, 0, NULL, true },
		/* What a router says of others is believed. */
		{ 134, MY_LINK_IP6, HIS_IP6, 0, NULL, true },
		{ 137, MY_LINK_IP6, HIS_IP6, 2, HIS_MAC, true },
	};
	struct guard_world *world = test->priv;

	guard_set(world, MY_MACS, "2001:db8::1 fe80::1", 0);
	for (int i = 0; i < ARRAY_SIZE(known); i++) {
		put_nd(world, known[i].type, known[i].source, known[i].target, known[i].option,
		       known[i].mac);
		SEND(known[i].good ? RSW_DROP_NONE : RSW_DROP_IN_source_nd);
	}
	/* Each list by itself. */
	put_nd(world, 136, HIS_IP6, HIS_IP6, 2, MY_MAC);
	SEND(RSW_DROP_IN_source_ip);
	guard_set(world, MY_MACS, "", 0);
	SEND(RSW_DROP_NONE);
	put_nd(world, 136, HIS_IP6, HIS_IP6, 2, HIS_MAC);
	SEND(RSW_DROP_IN_source_nd);
	guard_set(world, "", "2001:db8::2", 0);
	SEND(RSW_DROP_NONE);
	guard_set(world, "", "", BIT(RSW_GUARD_RA));
	SEND(RSW_DROP_NONE);
}

static void several_options(struct kunit *test)
{
	struct guard_world *world = test->priv;

	guard_set(world, MY_MACS, "", 0);
	for (int at = 0; at < 3; at++) {
		guard_begin(world, MY_MAC, 0, ETH_P_IPV6);
		guard_put_v6(world, IPPROTO_ICMPV6, MY_LINK_IP6, 8 + 24);
		guard_put_nd(world, NDISC_ROUTER_SOLICITATION, NULL);
		for (int i = 0; i < 3; i++)
			guard_put_option(world, i, 1, i == at ? HIS_MAC : MY_MAC);
		SEND(at ? RSW_DROP_IN_source_nd : RSW_DROP_NONE);
	}
	/* What is behind the packet is no option, and one that is too long hides others. */
	guard_begin(world, MY_MAC, 0, ETH_P_IPV6);
	guard_put_v6(world, IPPROTO_ICMPV6, MY_LINK_IP6, 8 + 8);
	guard_put_nd(world, NDISC_ROUTER_SOLICITATION, NULL);
	guard_put_option(world, 1, 1, MY_MAC);
	guard_put_option(world, 1, 1, HIS_MAC);
	SEND(RSW_DROP_NONE);
	guard_begin(world, MY_MAC, 0, ETH_P_IPV6);
	guard_put_v6(world, IPPROTO_ICMPV6, MY_LINK_IP6, 8 + 16);
	guard_put_nd(world, NDISC_ROUTER_SOLICITATION, NULL);
	guard_put_option(world, 5, 2, MY_MAC);
	SEND(RSW_DROP_NONE);
}

static void servers(struct kunit *test)
{
	static const struct {
		u16 from;
		u16 to;
		bool v4;
		bool v6;
	} known[] = {
		{ 67, 68, true, false }, { 67, 1000, true, false }, { 1000, 68, true, false },
		{ 67, 67, true, false }, { 68, 67, false, false }, { 1000, 67, false, false },
		{ 547, 546, false, true }, { 547, 1000, false, true }, { 1000, 546, false, true },
		{ 546, 547, false, false }, { 1000, 547, false, false },
	};
	struct guard_world *world = test->priv;

	for (int on = 0; on < 2; on++)
		for (int i = 0; i < ARRAY_SIZE(known); i++) {
			guard_set(world, "", "", on ? BIT(RSW_GUARD_DHCP) : BIT(RSW_GUARD_RA));
			guard_begin(world, MY_MAC, 2, ETH_P_IP);
			guard_put_v4(world, 15, IPPROTO_UDP, MY_IP, HIS_IP, 0x2000);
			guard_put_ports(world, known[i].from, known[i].to);
			SEND(on && known[i].v4 ? RSW_DROP_IN_dhcp : RSW_DROP_NONE);
			guard_begin(world, MY_MAC, 0, ETH_P_IP);
			guard_put_v4(world, 5, IPPROTO_TCP, MY_IP, HIS_IP, 0);
			guard_put_ports(world, known[i].from, known[i].to);
			SEND(RSW_DROP_NONE);
			guard_begin(world, MY_MAC, 1, ETH_P_IPV6);
			guard_put_v6(world, IPPROTO_DSTOPTS, MY_LINK_IP6, 24);
			guard_put_extension(world, IPPROTO_UDP, 2);
			guard_put_ports(world, known[i].from, known[i].to);
			SEND(on && known[i].v6 ? RSW_DROP_IN_dhcp : RSW_DROP_NONE);
			/* Its first part is enough to stop it. */
			guard_begin(world, MY_MAC, 0, ETH_P_IPV6);
			guard_put_v6(world, IPPROTO_FRAGMENT, MY_LINK_IP6, 16);
			guard_put_fragment(world, IPPROTO_UDP, 1);
			guard_put_ports(world, known[i].from, known[i].to);
			SEND(on && known[i].v6 ? RSW_DROP_IN_dhcp : RSW_DROP_NONE);
		}
}

static void routers(struct kunit *test)
{
	struct guard_world *world = test->priv;

	for (int on = 0; on < 2; on++) {
		guard_set(world, "", "", on ? BIT(RSW_GUARD_RA) : BIT(RSW_GUARD_DHCP));
		for (int type = 130; type < 140; type++) {
			bool router = type == NDISC_ROUTER_ADVERTISEMENT || type == NDISC_REDIRECT;

			guard_begin(world, MY_MAC, 1, ETH_P_IPV6);
			guard_put_v6(world, IPPROTO_HOPOPTS, HIS_LINK_IP6, 32);
			guard_put_extension(world, IPPROTO_ICMPV6, 1);
			guard_put_nd(world, type, HIS_IP6);
			SEND(on && router ? RSW_DROP_IN_ra : RSW_DROP_NONE);
		}
	}
}

static struct kunit_case guard_cases[] = {
	KUNIT_CASE(not_guarded),
	KUNIT_CASE(source_macs),
	KUNIT_CASE(v4_sources),
	KUNIT_CASE(asking_for_an_address),
	KUNIT_CASE(arp_senders),
	KUNIT_CASE(arp_of_other_kinds),
	KUNIT_CASE(v6_sources),
	KUNIT_CASE(without_a_source),
	KUNIT_CASE(neighbours),
	KUNIT_CASE(several_options),
	KUNIT_CASE(servers),
	KUNIT_CASE(routers),
	{}
};

static struct kunit_suite guard_suite = {
	.name = "ringswitch_guard",
	.init = guard_suite_init,
	.exit = guard_suite_exit,
	.test_cases = guard_cases,
};

kunit_test_suite(guard_suite);
