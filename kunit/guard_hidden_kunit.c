// SPDX-License-Identifier: GPL-2.0
/* Ways around a guard: headers where it might not look, and bytes that change behind it. */
#include <kunit/test.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <net/ndisc.h>

#include "guard_world.h"

#define SEND(reason)	KUNIT_EXPECT_EQ(test, guard_send(world), reason)

static int suite_init(struct kunit *test)
{
	int err = guard_suite_init(test);

	if (!err)
		guard_set(test->priv, MY_MACS, MY_IPS, BIT(RSW_GUARD_DHCP) | BIT(RSW_GUARD_RA));
	return err;
}

static void behind_many_tags(struct kunit *test)
{
	struct guard_world *world = test->priv;

	for (unsigned int tags = 0; tags < 6; tags++) {
		guard_begin(world, MY_MAC, tags, ETH_P_IP);
		guard_put_v4(world, 5, IPPROTO_TCP, MY_IP, HIS_IP, 0);
		SEND(tags < 3 ? RSW_DROP_NONE : RSW_DROP_IN_hidden);
		guard_begin(world, MY_MAC, tags, ETH_P_IP);
		guard_put_v4(world, 5, IPPROTO_TCP, HIS_IP, HIS_IP, 0);
		SEND(tags < 3 ? RSW_DROP_IN_source_ip : RSW_DROP_IN_hidden);
	}
	/* Half a tag. */
	guard_begin(world, MY_MAC, 0, ETH_P_8021Q);
	guard_put16(world, 0);
	SEND(RSW_DROP_IN_hidden);
}

/* CVE-2021-27853, CVE-2021-27854, CVE-2021-27861, CVE-2021-27862. */
static void behind_llc(struct kunit *test)
{
	static const struct {
		const char *llc;
		bool hides;
	} known[] = {
		{ "\xaa\xaa\x03\x00\x00\x00", true }, { "\xaa\xaa\x03\x00\x00\xf8", true },
		{ "\xaa\xaa\x03\x00\x00\x0c", false }, { "\x42\x42\x03\x00\x00\x00", false },
	};
	struct guard_world *world = test->priv;

	for (int i = 0; i < ARRAY_SIZE(known); i++)
		for (int tags = 0; tags < 3; tags++)
			for (int len = 0; len < 3; len++) {
				static const u16 lens[] = { 68, 0, 0x5ff };

				guard_begin(world, MY_MAC, tags, lens[len]);
				guard_put(world, known[i].llc, 6);
				guard_put16(world, ETH_P_IPV6);
				guard_put_v6(world, IPPROTO_ICMPV6, HIS_LINK_IP6, 24);
				guard_put_nd(world, NDISC_ROUTER_ADVERTISEMENT, NO_IP6);
				SEND(known[i].hides ? RSW_DROP_IN_hidden : RSW_DROP_NONE);
			}
	guard_begin(world, MY_MAC, 0, 0x600);
	guard_put(world, known[0].llc, 6);
	SEND(RSW_DROP_NONE);
	/* Too short to be anything. */
	guard_begin(world, MY_MAC, 0, 3);
	guard_put(world, known[0].llc, 5);
	SEND(RSW_DROP_NONE);
}

/* Every start of a good frame that is too short to tell. */
static void cut_off(struct kunit *test)
{
	struct guard_world *world = test->priv;

	for (u32 len = ETH_HLEN; len <= ETH_HLEN + 28; len++) {
		guard_begin(world, MY_MAC, 0, ETH_P_ARP);
		guard_put_arp(world, 1, MY_MAC, MY_IP, HIS_IP);
		world->len = len;
		SEND(len < ETH_HLEN + 28 ? RSW_DROP_IN_hidden : RSW_DROP_NONE);
	}
	for (u32 len = ETH_HLEN; len <= ETH_HLEN + 28; len++) {
		guard_begin(world, MY_MAC, 0, ETH_P_IP);
		guard_put_v4(world, 6, IPPROTO_UDP, MY_IP, HIS_IP, 0);
		guard_put_ports(world, 1000, 1000);
		world->len = len;
		SEND(len < ETH_HLEN + 28 ? RSW_DROP_IN_hidden : RSW_DROP_NONE);
	}
	for (u32 len = ETH_HLEN; len <= ETH_HLEN + 52; len++) {
		guard_begin(world, MY_MAC, 0, ETH_P_IPV6);
		guard_put_v6(world, IPPROTO_ROUTING, MY_IP6, 8);
		guard_put_extension(world, IPPROTO_UDP, 1);
		guard_put_ports(world, 1000, 1000);
		world->len = len;
		SEND(len < ETH_HLEN + 52 ? RSW_DROP_IN_hidden : RSW_DROP_NONE);
	}
	for (u32 len = ETH_HLEN; len <= ETH_HLEN + 72; len++) {
		guard_begin(world, MY_MAC, 0, ETH_P_IPV6);
		guard_put_v6(world, IPPROTO_ICMPV6, MY_IP6, 32);
		guard_put_nd(world, NDISC_NEIGHBOUR_ADVERTISEMENT, MY_IP6);
		guard_put_option(world, 2, 1, MY_MAC);
		world->len = len;
		SEND(len < ETH_HLEN + 72 ? RSW_DROP_IN_hidden : RSW_DROP_NONE);
	}
}

static void not_what_the_ethertype_says(struct kunit *test)
{
	struct guard_world *world = test->priv;

	guard_begin(world, MY_MAC, 0, ETH_P_IP);
	guard_put_v6(world, IPPROTO_TCP, MY_IP6, 0);
	SEND(RSW_DROP_IN_hidden);
	guard_begin(world, MY_MAC, 0, ETH_P_IPV6);
	guard_put_v4(world, 15, IPPROTO_TCP, MY_IP, HIS_IP, 0);
	SEND(RSW_DROP_IN_hidden);
	/* A header shorter than a header. */
	guard_begin(world, MY_MAC, 0, ETH_P_IP);
	guard_put_v4(world, 4, IPPROTO_TCP, MY_IP, HIS_IP, 0);
	SEND(RSW_DROP_IN_hidden);
}

/* Behind each header that there may be in front of it, and behind two. */
static void behind_extensions(struct kunit *test)
{
	static const u8 kinds[] = {
		IPPROTO_HOPOPTS, IPPROTO_ROUTING, IPPROTO_DSTOPTS, IPPROTO_MH, 139, 140,
	};
	struct guard_world *world = test->priv;

	for (int i = 0; i < ARRAY_SIZE(kinds); i++)
		for (int j = 0; j < ARRAY_SIZE(kinds); j++) {
			guard_begin(world, MY_MAC, 0, ETH_P_IPV6);
			guard_put_v6(world, kinds[i], MY_IP6, 40);
			guard_put_extension(world, kinds[j], 1);
			guard_put_extension(world, IPPROTO_ICMPV6, 2);
			guard_put_nd(world, NDISC_ROUTER_ADVERTISEMENT, NO_IP6);
			SEND(RSW_DROP_IN_ra);
		}
	/* This one counts in words of four bytes. */
	guard_begin(world, MY_MAC, 0, ETH_P_IPV6);
	guard_put_v6(world, IPPROTO_AH, MY_IP6, 40);
	guard_put(world, (u8[]){ IPPROTO_ICMPV6, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1 }, 12);
	guard_put_nd(world, NDISC_ROUTER_ADVERTISEMENT, NO_IP6);
	SEND(RSW_DROP_IN_ra);
	/* What is encrypted, what is nothing, and what is unknown is not looked into. */
	for (int protocol = 0; protocol < 256; protocol++) {
		bool ends = protocol == IPPROTO_ESP || protocol == IPPROTO_NONE ||
			    protocol == IPPROTO_TCP || protocol == 143;

		if (!ends)
			continue;
		guard_begin(world, MY_MAC, 0, ETH_P_IPV6);
		guard_put_v6(world, protocol, MY_IP6, 8);
		guard_put_extension(world, IPPROTO_ICMPV6, 1);
		guard_put_nd(world, NDISC_ROUTER_ADVERTISEMENT, NO_IP6);
		SEND(RSW_DROP_NONE);
	}
}

/* Of any length: it is found, or else nothing passes. */
static void behind_long_extensions(struct kunit *test)
{
	struct guard_world *world = test->priv;

	for (u8 words = 1; words < 10; words++)
		for (int bad = 0; bad < 2; bad++) {
			bool seen = ETH_HLEN + 40 + 8 * words < RSW_HEAD_MAX;

			guard_begin(world, MY_MAC, 0, ETH_P_IPV6);
			guard_put_v6(world, IPPROTO_DSTOPTS, MY_IP6, 8 * words + 24);
			guard_put_extension(world, IPPROTO_ICMPV6, words);
			guard_put_nd(world, bad ? NDISC_ROUTER_ADVERTISEMENT : 128, NO_IP6);
			SEND(!seen ? RSW_DROP_IN_hidden :
			     bad ? RSW_DROP_IN_ra : RSW_DROP_NONE);
		}
}

static void options_out_of_sight(struct kunit *test)
{
	struct guard_world *world = test->priv;

	for (u8 words = 1; words < 8; words++) {
		bool seen = ETH_HLEN + 40 + 8 + 8 * words + 8 <= RSW_HEAD_MAX;

		guard_begin(world, MY_MAC, 0, ETH_P_IPV6);
		guard_put_v6(world, IPPROTO_ICMPV6, MY_LINK_IP6, 8 + 8 * words + 8);
		guard_put_nd(world, NDISC_ROUTER_SOLICITATION, NULL);
		guard_put_option(world, 77, words, HIS_MAC);
		guard_put_option(world, 1, 1, HIS_MAC);
		SEND(seen ? RSW_DROP_IN_source_nd : RSW_DROP_IN_hidden);
	}
	/* Options of no length, beyond the end, and half of one. */
	guard_begin(world, MY_MAC, 0, ETH_P_IPV6);
	guard_put_v6(world, IPPROTO_ICMPV6, MY_LINK_IP6, 16);
	guard_put_nd(world, NDISC_ROUTER_SOLICITATION, NULL);
	guard_put_option(world, 77, 0, MY_MAC);
	SEND(RSW_DROP_IN_hidden);
	guard_begin(world, MY_MAC, 0, ETH_P_IPV6);
	guard_put_v6(world, IPPROTO_ICMPV6, MY_LINK_IP6, 16);
	guard_put_nd(world, NDISC_ROUTER_SOLICITATION, NULL);
	guard_put_option(world, 77, 2, MY_MAC);
	SEND(RSW_DROP_IN_hidden);
	guard_begin(world, MY_MAC, 0, ETH_P_IPV6);
	guard_put_v6(world, IPPROTO_ICMPV6, MY_LINK_IP6, 12);
	guard_put_nd(world, NDISC_ROUTER_SOLICITATION, NULL);
	guard_put_option(world, 77, 1, MY_MAC);
	SEND(RSW_DROP_IN_hidden);
}

/* In parts (RFC 6980), and a part whose first header is in another part. */
static void in_fragments(struct kunit *test)
{
	struct guard_world *world = test->priv;

	for (u16 more = 0; more < 2; more++)
		for (int type = NDISC_ROUTER_SOLICITATION - 1; type <= NDISC_REDIRECT + 1; type++) {
			bool nd = type >= NDISC_ROUTER_SOLICITATION && type <= NDISC_REDIRECT;

			guard_begin(world, MY_MAC, 0, ETH_P_IPV6);
			guard_put_v6(world, IPPROTO_FRAGMENT, MY_IP6, 32);
			guard_put_fragment(world, IPPROTO_ICMPV6, more);
			guard_put_nd(world, type, MY_IP6);
			SEND(nd ? RSW_DROP_IN_hidden : RSW_DROP_NONE);
		}
	guard_begin(world, MY_MAC, 0, ETH_P_IPV6);
	guard_put_v6(world, IPPROTO_FRAGMENT, MY_IP6, 16);
	guard_put_fragment(world, IPPROTO_DSTOPTS, 1);
	guard_put_extension(world, IPPROTO_ICMPV6, 8);
	SEND(RSW_DROP_IN_hidden);
	/* Of a later part nothing can be told, and without the first it is nothing. */
	guard_begin(world, MY_MAC, 0, ETH_P_IPV6);
	guard_put_v6(world, IPPROTO_FRAGMENT, MY_IP6, 16);
	guard_put_fragment(world, IPPROTO_ICMPV6, 8);
	guard_put_nd(world, NDISC_ROUTER_ADVERTISEMENT, MY_IP6);
	SEND(RSW_DROP_NONE);
}

/* A checksum that is to be put at @at of a frame that is good without. */
static enum rsw_drop_reason with_checksum_at(struct guard_world *world, u32 at)
{
	world->offload.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	world->offload.csum_start = at - (at > ETH_HLEN);
	world->offload.csum_offset = at > ETH_HLEN;
	return guard_send_cut(world, 20);
}

static void checksums_over_what_was_seen(struct kunit *test)
{
	struct guard_world *world = test->priv;

	for (u32 at = ETH_HLEN; at < 60; at++) {
		guard_begin(world, MY_MAC, 0, ETH_P_ARP);
		guard_put_arp(world, 1, MY_MAC, MY_IP, HIS_IP);
		guard_put(world, NO_IP6 NO_IP6, 20);
		KUNIT_EXPECT_EQ(test, with_checksum_at(world, at),
				at < 42 ? RSW_DROP_IN_bad_header : RSW_DROP_NONE);
		guard_begin(world, MY_MAC, 0, ETH_P_IP);
		guard_put_v4(world, 5, IPPROTO_UDP, MY_IP, HIS_IP, 0);
		guard_put_ports(world, 1000, 1000);
		guard_put(world, NO_IP6 NO_IP6, 20);
		KUNIT_EXPECT_EQ(test, with_checksum_at(world, at),
				at < 38 ? RSW_DROP_IN_bad_header : RSW_DROP_NONE);
		/* An Ethertype that nobody knows would become one. */
		guard_begin(world, MY_MAC, 2, 0x88b5);
		guard_put(world, NO_IP6 NO_IP6 NO_IP6, 40);
		KUNIT_EXPECT_EQ(test, with_checksum_at(world, at),
				at < 22 ? RSW_DROP_IN_bad_header : RSW_DROP_NONE);
		/* An echo would become an advertisement, and a tag would move all that follows. */
		guard_begin(world, MY_MAC, 1, ETH_P_IPV6);
		guard_put_v6(world, IPPROTO_ICMPV6, MY_IP6, 16);
		guard_put(world, (u8[]){ 128, 0 }, 2);
		guard_put(world, NO_IP6, 16);
		KUNIT_EXPECT_EQ(test, with_checksum_at(world, at),
				at < 59 ? RSW_DROP_IN_bad_header : RSW_DROP_NONE);
	}
}

static void every_port_of_udp_and_tcp_can_have_its_checksum_left(struct kunit *test)
{
	struct guard_world *world = test->priv;

	for (int tags = 0; tags < 3; tags++)
		for (u8 words = 5; words < 16; words++) {
			u32 at = ETH_HLEN + 4 * tags + 4 * words;

			guard_begin(world, MY_MAC, tags, ETH_P_IP);
			guard_put_v4(world, words, IPPROTO_UDP, MY_IP, HIS_IP, 0);
			guard_put_ports(world, 1000, 1000);
			KUNIT_EXPECT_EQ(test, with_checksum_at(world, at + 6), RSW_DROP_NONE);
			guard_begin(world, MY_MAC, tags, ETH_P_IP);
			guard_put_v4(world, words, IPPROTO_TCP, MY_IP, HIS_IP, 0);
			guard_put(world, NO_IP6 NO_IP6, 20);
			KUNIT_EXPECT_EQ(test, with_checksum_at(world, at + 16), RSW_DROP_NONE);
		}
}

static struct kunit_case guard_hidden_cases[] = {
	KUNIT_CASE(behind_many_tags),
	KUNIT_CASE(behind_llc),
	KUNIT_CASE(cut_off),
	KUNIT_CASE(not_what_the_ethertype_says),
	KUNIT_CASE(behind_extensions),
	KUNIT_CASE(behind_long_extensions),
	KUNIT_CASE(options_out_of_sight),
	KUNIT_CASE(in_fragments),
	KUNIT_CASE(checksums_over_what_was_seen),
	KUNIT_CASE(every_port_of_udp_and_tcp_can_have_its_checksum_left),
	{}
};

static struct kunit_suite guard_hidden_suite = {
	.name = "ringswitch_guard_hidden",
	.init = suite_init,
	.exit = guard_suite_exit,
	.test_cases = guard_hidden_cases,
};

kunit_test_suite(guard_hidden_suite);
