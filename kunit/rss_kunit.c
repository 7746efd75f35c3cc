// SPDX-License-Identifier: GPL-2.0
/* Receive side scaling: the hashes everybody computes, and the queues they lead to. */
#include <kunit/test.h>
#include <linux/etherdevice.h>
#include <linux/in.h>
#include <uapi/linux/virtio_net.h>

#include "../drivers/ringswitch/rss.h"

#define V4	(VIRTIO_NET_RSS_HASH_TYPE_IPv4)
#define V6	(VIRTIO_NET_RSS_HASH_TYPE_IPv6)
#define TCP4	(VIRTIO_NET_RSS_HASH_TYPE_TCPv4)
#define TCP6	(VIRTIO_NET_RSS_HASH_TYPE_TCPv6)
#define UDP4	(VIRTIO_NET_RSS_HASH_TYPE_UDPv4)
#define UDP6	(VIRTIO_NET_RSS_HASH_TYPE_UDPv6)
#define ROOM	96

/* The key and the hashes of the RSS verification suite that NIC drivers are tested with. */
static const u8 key[RSW_RSS_KEY] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67,
	0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb,
	0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30,
	0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
};

struct known {
	bool v6;
	u8 source[16];
	u8 dest[16];
	u16 sport;
	u16 dport;
	u32 ip;
	u32 l4;
};

static const struct known known[] = {
	{ false, { 66, 9, 149, 187 }, { 161, 142, 100, 80 }, 2794, 1766, 0x323e8fc2, 0x51ccc178 },
	{ false, { 199, 92, 111, 2 }, { 65, 69, 140, 83 }, 14230, 4739, 0xd718262a, 0xc626b0ea },
	{ false, { 24, 19, 198, 95 }, { 12, 22, 207, 184 }, 12898, 38024, 0xd2d0a5de, 0x5c2b394a },
	{ true, { 0x3f, 0xfe, 0x25, 0x01, 0x02, 0, 0x1f, 0xff, 0, 0, 0, 0, 0, 0, 0, 7 },
	  { 0x3f, 0xfe, 0x25, 0x01, 0x02, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 1 },
	  2794, 1766, 0x2cc18cd5, 0x40207d3d },
	{ true,
	  { 0x3f, 0xfe, 0x05, 0x01, 0, 8, 0, 0, 0x02, 0x60, 0x97, 0xff, 0xfe, 0x40, 0xef, 0xab },
	  { 0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 },
	  14230, 4739, 0x0f0c461c, 0xdde51bbf },
};

struct frame {
	u8 byte[ROOM];
	u32 len;
};

static void put(struct frame *frame, const void *bytes, u32 len)
{
	memcpy(frame->byte + frame->len, bytes, len);
	frame->len += len;
}

static void put16(struct frame *frame, u16 value)
{
	const u8 bytes[] = { value >> 8, value };

	put(frame, bytes, sizeof(bytes));
}

/* @tags VLAN tags, and @options words of IPv4 options. */
static void build(struct frame *frame, const struct known *of, u8 protocol, int tags, u8 options,
		  u16 fragment)
{
	static const u8 nothing[64];

	*frame = (struct frame){ .len = 2 * ETH_ALEN };
	for (int i = 0; i < tags; i++) {
		put16(frame, i + 1 < tags ? ETH_P_8021AD : ETH_P_8021Q);
		put16(frame, 5);
	}
	put16(frame, of->v6 ? ETH_P_IPV6 : ETH_P_IP);
	if (of->v6) {
		put(frame, (u8[]){ 0x60, 0, 0, 0, 0, 20, protocol, 64 }, 8);
		put(frame, of->source, 16);
		put(frame, of->dest, 16);
	} else {
		put(frame, (u8[]){ 0x45 + options, 0, 0, 40, 0, 0 }, 6);
		put16(frame, fragment);
		put(frame, (u8[]){ 64, protocol, 0, 0 }, 4);
		put(frame, of->source, 4);
		put(frame, of->dest, 4);
		put(frame, nothing, 4 * options);
	}
	put16(frame, of->sport);
	put16(frame, of->dport);
}

/* @report: of which kind the hash is, 0 for none. */
static void expect(struct kunit *test, const struct frame *frame, u32 types, u16 report, u32 value)
{
	struct rsw_rss rss = { .types = types };
	struct rsw_hash hash = {};

	memcpy(rss.key, key, sizeof(key));
	rsw_rss_hash(&rss, frame->byte, frame->len, &hash);
	KUNIT_EXPECT_EQ(test, hash.value, value);
	KUNIT_EXPECT_EQ(test, hash.report, report);
}

static void known_hashes(struct kunit *test)
{
	for (int i = 0; i < ARRAY_SIZE(known); i++)
		for (int tags = 0; tags < 3; tags++) {
			u32 ip = known[i].v6 ? V6 : V4, tcp = known[i].v6 ? TCP6 : TCP4;
			u32 udp = known[i].v6 ? UDP6 : UDP4;
			u16 report = known[i].v6 ? VIRTIO_NET_HASH_REPORT_IPv6 :
						   VIRTIO_NET_HASH_REPORT_IPv4;
			struct frame frame;

			build(&frame, &known[i], IPPROTO_TCP, tags, 0, 0);
			expect(test, &frame, RSW_RSS_TYPES, report + 1, known[i].l4);
			expect(test, &frame, tcp, report + 1, known[i].l4);
			expect(test, &frame, ip | udp, report, known[i].ip);
			expect(test, &frame, RSW_RSS_TYPES & ~(ip | tcp), 0, 0);
			build(&frame, &known[i], IPPROTO_UDP, tags, 0, 0);
			expect(test, &frame, RSW_RSS_TYPES, report + 2, known[i].l4);
			expect(test, &frame, udp, report + 2, known[i].l4);
			expect(test, &frame, ip | tcp, report, known[i].ip);
			expect(test, &frame, RSW_RSS_TYPES & ~(ip | udp), 0, 0);
			build(&frame, &known[i], IPPROTO_ICMP, tags, 0, 0);
			expect(test, &frame, RSW_RSS_TYPES, report, known[i].ip);
		}
}

static void options_and_fragments(struct kunit *test)
{
	struct frame frame;

	build(&frame, &known[0], IPPROTO_TCP, 0, 10, 0);
	expect(test, &frame, RSW_RSS_TYPES, VIRTIO_NET_HASH_REPORT_TCPv4, known[0].l4);
	/* "Don't fragment" makes none; the first, one in the middle, the last. */
	build(&frame, &known[0], IPPROTO_TCP, 0, 0, 0x4000);
	expect(test, &frame, RSW_RSS_TYPES, VIRTIO_NET_HASH_REPORT_TCPv4, known[0].l4);
	build(&frame, &known[0], IPPROTO_TCP, 0, 0, 0x2000);
	expect(test, &frame, RSW_RSS_TYPES, VIRTIO_NET_HASH_REPORT_IPv4, known[0].ip);
	build(&frame, &known[0], IPPROTO_UDP, 0, 0, 0x2001);
	expect(test, &frame, RSW_RSS_TYPES, VIRTIO_NET_HASH_REPORT_IPv4, known[0].ip);
	build(&frame, &known[0], IPPROTO_UDP, 0, 0, 0x1fff);
	expect(test, &frame, RSW_RSS_TYPES, VIRTIO_NET_HASH_REPORT_IPv4, known[0].ip);
}

/* Cut anywhere, a frame has the hash of what is left, and nothing behind it is looked at. */
static void cut_frames(struct kunit *test)
{
	for (int i = 0; i < ARRAY_SIZE(known); i++)
		for (int tags = 0; tags < 3; tags++) {
			u32 l3 = ETH_HLEN + 4 * tags, l4 = l3 + (known[i].v6 ? 40 : 20);
			u16 report = known[i].v6 ? VIRTIO_NET_HASH_REPORT_IPv6 :
						   VIRTIO_NET_HASH_REPORT_IPv4;
			struct frame frame;

			build(&frame, &known[i], IPPROTO_UDP, tags, 0, 0);
			for (u32 len = frame.len; len--; ) {
				frame.len = len;
				expect(test, &frame, RSW_RSS_TYPES, len < l4 ? 0 : report,
				       len < l4 ? 0 : known[i].ip);
			}
		}
}

static void not_ip(struct kunit *test)
{
	struct frame frame;

	build(&frame, &known[0], IPPROTO_TCP, 0, 0, 0);
	frame.byte[ETH_HLEN] = 0x65;
	expect(test, &frame, RSW_RSS_TYPES, 0, 0);
	frame.byte[ETH_HLEN] = 0x44;
	expect(test, &frame, RSW_RSS_TYPES, 0, 0);
	build(&frame, &known[3], IPPROTO_TCP, 0, 0, 0);
	frame.byte[ETH_HLEN] = 0x45;
	expect(test, &frame, RSW_RSS_TYPES, 0, 0);
	build(&frame, &known[0], IPPROTO_TCP, 3, 0, 0);
	expect(test, &frame, RSW_RSS_TYPES, 0, 0);
	build(&frame, &known[0], IPPROTO_TCP, 0, 0, 0);
	frame.byte[ETH_HLEN - 1] = 6;
	expect(test, &frame, RSW_RSS_TYPES, 0, 0);
}

static void queues(struct kunit *test)
{
	struct rsw_rss rss = { .mask = 127, .unclassified = 999 };
	struct rsw_hash hash = { .value = 0x51ccc178, .report = VIRTIO_NET_HASH_REPORT_TCPv4 };

	for (u16 i = 0; i < RSW_RSS_TABLE; i++)
		rss.table[i] = 1000 + i;
	KUNIT_EXPECT_EQ(test, rsw_rss_queue(&rss, &hash), 1000 + (0x51ccc178 & 127));
	rss.mask = 0;
	KUNIT_EXPECT_EQ(test, rsw_rss_queue(&rss, &hash), 1000);
	hash = (struct rsw_hash){};
	KUNIT_EXPECT_EQ(test, rsw_rss_queue(&rss, &hash), 999);
}

static struct kunit_case rss_cases[] = {
	KUNIT_CASE(known_hashes),
	KUNIT_CASE(options_and_fragments),
	KUNIT_CASE(cut_frames),
	KUNIT_CASE(not_ip),
	KUNIT_CASE(queues),
	{}
};

static struct kunit_suite rss_suite = {
	.name = "ringswitch_rss",
	.test_cases = rss_cases,
};

kunit_test_suite(rss_suite);
