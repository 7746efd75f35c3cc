// SPDX-License-Identifier: GPL-2.0
/* Whole messages about groups as socket buffers: checksums, headers, who gets them. */
#include <kunit/test.h>
#include <linux/igmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/ratelimit.h>
#include <linux/skbuff.h>
#include <net/checksum.h>
#include <net/ip6_checksum.h>

#include "../drivers/ringswitch/mrouter.h"
#include "../drivers/ringswitch/skb.h"
#include "mdb_world.h"

#define A	(&world->guest[0].port)
#define B	(&world->guest[1].port)
#define C	(&world->guest[2].port)
#define MDB	(&world->sw.mdb)

static struct sk_buff *new_skb(struct kunit *test, u16 proto, const u8 *dest, u32 len)
{
	struct sk_buff *skb = alloc_skb(NET_SKB_PAD + ETH_HLEN + len, GFP_KERNEL);
	struct ethhdr *eth;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, NET_SKB_PAD);
	eth = skb_put_zero(skb, ETH_HLEN + len);
	memcpy(eth->h_dest, dest, ETH_ALEN);
	eth->h_source[0] = 2;
	eth->h_source[5] = 1;
	eth->h_proto = htons(proto);
	return skb;
}

/* To @group, or for all hosts, with a router alert as IGMP has it. */
static struct sk_buff *make_igmp(struct kunit *test, u8 type, u8 group)
{
	u8 dest[] = { 0x01, 0x00, 0x5e, 0, 0, group ?: 1 };
	struct sk_buff *skb = new_skb(test, ETH_P_IP, dest, 24 + 8);
	u8 *ip = skb->data + ETH_HLEN, *igmp = ip + 24;
	static const u8 source[] = { 192, 0, 2, 1 };
	u8 to[] = { group ? 239 : 224, 0, 0, group ?: 1 };
	static const u8 alert[] = { 148, 4, 0, 0 };

	ip[0] = 0x46;
	ip[3] = 32;
	ip[8] = 1;
	ip[9] = IPPROTO_IGMP;
	memcpy(ip + 12, source, 4);
	memcpy(ip + 16, to, 4);
	memcpy(ip + 20, alert, 4);
	*(__sum16 *)(ip + 10) = ip_fast_csum(ip, 6);
	igmp[0] = type;
	if (group)
		memcpy(igmp + 4, to, 4);
	*(__sum16 *)(igmp + 2) = ip_compute_csum(igmp, 8);
	return skb;
}

/* A report of MLDv1, behind a hop-by-hop header with a router alert. */
static struct sk_buff *make_mld(struct kunit *test, u8 group)
{
	u8 dest[] = { 0x33, 0x33, 0, 0, 0, group };
	struct sk_buff *skb = new_skb(test, ETH_P_IPV6, dest, 40 + 8 + 24);
	struct ipv6hdr *ip = (struct ipv6hdr *)(skb->data + ETH_HLEN);
	u8 *hop = (u8 *)(ip + 1), *mld = hop + 8;
	static const u8 alert[] = { IPPROTO_ICMPV6, 0, 5, 2, 0, 0, 1, 0 };

	ip->version = 6;
	ip->payload_len = htons(32);
	ip->nexthdr = IPPROTO_HOPOPTS;
	ip->hop_limit = 1;
	ip->saddr.s6_addr[0] = 0xfe;
	ip->saddr.s6_addr[1] = 0x80;
	ip->daddr.s6_addr[0] = 0xff;
	ip->daddr.s6_addr[1] = 5;
	ip->daddr.s6_addr[15] = group;
	memcpy(hop, alert, sizeof(alert));
	mld[0] = ICMPV6_MGM_REPORT;
	memcpy(mld + 8, &ip->daddr, 16);
	*(__sum16 *)(mld + 2) = csum_ipv6_magic(&ip->saddr, &ip->daddr, 24, IPPROTO_ICMPV6,
						csum_partial(mld, 24, 0));
	return skb;
}

/* Consumes @skb; returns who got it, as forward_send_one(). */
static unsigned int send(struct forward_world *world, struct rsw_port *from, struct sk_buff *skb)
{
	struct rsw_batch *batch = &world->batch;

	forward_begin(world, from);
	batch->n = 1;
	batch->live = 1;
	rsw_frame_from_skb(&batch->frame[0], skb);
	forward_run(world, &world->sw);
	local_bh_disable();
	rsw_skb_release(batch);
	local_bh_enable();
	return forward_got(world);
}

static bool joined(struct forward_world *world, struct rsw_mdb_key key)
{
	return mdb_has(MDB, A, &key);
}

static void reports_go_to_routers(struct kunit *test)
{
	struct forward_world *world = test->priv;

	/* Nobody asks: everybody hears. */
	KUNIT_EXPECT_EQ(test, send(world, A, make_igmp(test, 0x16, 5)), 0xd);
	KUNIT_EXPECT_TRUE(test, joined(world, mdb_ip4(5, 0)));
	KUNIT_EXPECT_EQ(test, send(world, C, make_igmp(test, 0x11, 0)), 0x7);
	mdb_let_pass_queriers(MDB, 10 * HZ);
	KUNIT_EXPECT_TRUE(test, rsw_mrouter_is(C));
	KUNIT_EXPECT_EQ(test, send(world, B, make_igmp(test, 0x16, 5)), 0x8);
	KUNIT_EXPECT_EQ(test, send(world, A, make_igmp(test, 0x12, 6)), 0x8);
	KUNIT_EXPECT_EQ(test, send(world, A, make_igmp(test, 0x17, 6)), 0x8);
	/* The querier has no router behind it, and is told all the same. */
	rsw_mrouter_set(MDB, C, RSW_MROUTER_NEVER);
	KUNIT_EXPECT_EQ(test, send(world, A, make_igmp(test, 0x16, 5)), 0x8);
	KUNIT_EXPECT_EQ(test, send(world, C, make_igmp(test, 0x16, 5)), 0);
	KUNIT_EXPECT_EQ(test, forward_drops(C, RSW_DROP_IN_no_member), 1);
	/* Of the other protocol nobody asks. */
	KUNIT_EXPECT_EQ(test, send(world, A, make_mld(test, 5)), 0xd);
	KUNIT_EXPECT_TRUE(test, joined(world, mdb_ip6(5, 0)));
	/* Queries are for all, also for those who have not joined. */
	KUNIT_EXPECT_EQ(test, send(world, B, make_igmp(test, 0x11, 7)), 0xb);
}

/* Every byte counts. */
static void bad_checksums(struct kunit *test)
{
	struct forward_world *world = test->priv;

	for (unsigned int i = 0; i < 32; i++) {
		struct sk_buff *skb = make_igmp(test, 0x16, 5);

		skb->data[ETH_HLEN + i] ^= 0x10;
		send(world, A, skb);
		KUNIT_EXPECT_EQ(test, MDB->n, 0);
	}
	for (unsigned int i = 0; i < 24; i++) {
		struct sk_buff *skb = make_mld(test, 5);

		skb->data[ETH_HLEN + 48 + i] ^= 0x10;
		send(world, A, skb);
		KUNIT_EXPECT_EQ(test, MDB->n, 0);
	}
	KUNIT_EXPECT_EQ(test, forward_count(A, RSW_MDB_NOT_JOINED), 0);
	send(world, A, make_igmp(test, 0x16, 5));
	send(world, A, make_mld(test, 5));
	KUNIT_EXPECT_EQ(test, MDB->n, 2);
}

static void cut_off_anywhere(struct kunit *test)
{
	struct forward_world *world = test->priv;

	for (unsigned int len = ETH_HLEN; len < ETH_HLEN + 32; len++) {
		struct sk_buff *skb = make_igmp(test, 0x16, 5);

		skb_trim(skb, len);
		send(world, A, skb);
		KUNIT_EXPECT_EQ(test, MDB->n, 0);
	}
	for (unsigned int len = ETH_HLEN; len < ETH_HLEN + 72; len++) {
		struct sk_buff *skb = make_mld(test, 5);

		skb_trim(skb, len);
		send(world, A, skb);
		KUNIT_EXPECT_EQ(test, MDB->n, 0);
	}
}

/* As a NIC pads short frames. */
static void padded(struct kunit *test)
{
	struct forward_world *world = test->priv;
	struct sk_buff *skb = make_igmp(test, 0x16, 5);

	KUNIT_ASSERT_EQ(test, skb_pad(skb, 14), 0);
	memset(skb_put(skb, 14), 0xff, 14);
	send(world, A, skb);
	KUNIT_EXPECT_TRUE(test, joined(world, mdb_ip4(5, 0)));
}

/* Buffers in pieces, and shared ones, which must stay as they are. */
static void in_pieces(struct kunit *test)
{
	struct forward_world *world = test->priv;
	struct sk_buff *skb = make_igmp(test, 0x16, 5), *other = skb_get(make_mld(test, 5));
	struct page *page = alloc_page(GFP_KERNEL);
	u32 rest = skb->len - 20;

	KUNIT_ASSERT_NOT_NULL(test, page);
	memcpy(page_address(page), skb->data + 20, rest);
	skb_trim(skb, 20);
	skb_add_rx_frag(skb, 0, page, 0, rest, PAGE_SIZE);
	send(world, A, skb);
	KUNIT_EXPECT_TRUE(test, joined(world, mdb_ip4(5, 0)));
	send(world, A, other);
	KUNIT_EXPECT_TRUE(test, joined(world, mdb_ip6(5, 0)));
	KUNIT_EXPECT_FALSE(test, skb_transport_header_was_set(other));
	KUNIT_EXPECT_EQ(test, other->len, ETH_HLEN + 72);
	kfree_skb(other);
}

/* Too many at once: they pass, and the port gets all groups. */
static void too_many(struct kunit *test)
{
	struct forward_world *world = test->priv;

	ratelimit_state_init(&A->mdb.messages, 1000 * HZ, 3);
	ratelimit_set_flags(&A->mdb.messages, RATELIMIT_MSG_ON_RELEASE);
	for (u8 i = 1; i <= 5; i++)
		KUNIT_EXPECT_EQ(test, send(world, A, make_igmp(test, 0x16, i)), 0xd);
	KUNIT_EXPECT_EQ(test, MDB->n, 3);
	KUNIT_EXPECT_EQ(test, forward_count(A, RSW_MDB_NOT_JOINED), 2);
	KUNIT_EXPECT_TRUE(test, rsw_mrouter_wants(A));
	KUNIT_EXPECT_FALSE(test, rsw_mrouter_is(A));
}

static struct kunit_case snoop_frame_cases[] = {
	KUNIT_CASE(reports_go_to_routers),
	KUNIT_CASE(bad_checksums),
	KUNIT_CASE(cut_off_anywhere),
	KUNIT_CASE(padded),
	KUNIT_CASE(in_pieces),
	KUNIT_CASE(too_many),
	{}
};

static struct kunit_suite snoop_frame_suite = {
	.name = "ringswitch_snoop_frame",
	.init = mdb_world_init,
	.exit = forward_world_exit,
	.test_cases = snoop_frame_cases,
};

kunit_test_suite(snoop_frame_suite);
