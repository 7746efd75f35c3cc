// SPDX-License-Identifier: GPL-2.0
/* Receive side scaling: the queue that a driver wants a frame in (virtio 1.3, 5.1.6.5.7). */
#include <linux/bitops.h>
#include <linux/etherdevice.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/string.h>
#include <uapi/linux/virtio_net.h>

#include "frame.h"
#include "rss.h"

/* Addresses of IPv6 and two ports. */
#define INPUT_MAX	36

/**
 * struct tuple - what a hash is made of
 * @input: addresses and ports, source first, as on the wire
 * @addresses: bytes of the addresses
 * @len: bytes in all
 * @ip: type of a hash of the addresses
 * @l4: of one with ports, 0 when there are none
 */
struct tuple {
	u8 input[INPUT_MAX];
	u8 addresses;
	u8 len;
	u32 ip;
	u32 l4;
};

static void add_ports(struct tuple *tuple, const u8 *head, u32 len, u32 at, u8 protocol)
{
	const u32 bytes = 2 * sizeof(__be16);
	bool v6 = tuple->ip == VIRTIO_NET_RSS_HASH_TYPE_IPv6;

	if (at + bytes > len)
		return;
	if (protocol == IPPROTO_TCP)
		tuple->l4 = v6 ? VIRTIO_NET_RSS_HASH_TYPE_TCPv6 : VIRTIO_NET_RSS_HASH_TYPE_TCPv4;
	else if (protocol == IPPROTO_UDP)
		tuple->l4 = v6 ? VIRTIO_NET_RSS_HASH_TYPE_UDPv6 : VIRTIO_NET_RSS_HASH_TYPE_UDPv4;
	else
		return;
	memcpy(tuple->input + tuple->addresses, head + at, bytes);
	tuple->len = tuple->addresses + bytes;
}

static bool parse_v4(struct tuple *tuple, const u8 *head, u32 len, u32 at)
{
	struct iphdr ip;

	if (at + sizeof(ip) > len)
		return false;
	memcpy(&ip, head + at, sizeof(ip));
	if (ip.version != 4 || ip.ihl < 5)
		return false;
	tuple->ip = VIRTIO_NET_RSS_HASH_TYPE_IPv4;
	tuple->addresses = 2 * sizeof(ip.saddr);
	memcpy(tuple->input, head + at + offsetof(struct iphdr, saddr), tuple->addresses);
	/* Fragments go where the first one goes, and only that has ports. */
	if (!(ip.frag_off & htons(0x3fff)))
		add_ports(tuple, head, len, at + 4 * ip.ihl, ip.protocol);
	return true;
}

static bool parse_v6(struct tuple *tuple, const u8 *head, u32 len, u32 at)
{
	struct ipv6hdr ip;

	if (at + sizeof(ip) > len)
		return false;
	memcpy(&ip, head + at, sizeof(ip));
	if (ip.version != 6)
		return false;
	tuple->ip = VIRTIO_NET_RSS_HASH_TYPE_IPv6;
	tuple->addresses = 2 * sizeof(ip.saddr);
	memcpy(tuple->input, head + at + offsetof(struct ipv6hdr, saddr), tuple->addresses);
	add_ports(tuple, head, len, at + sizeof(ip), ip.nexthdr);
	return true;
}

static bool parse(struct tuple *tuple, const u8 *head, u32 len)
{
	__be16 proto = 0;
	u32 at = rsw_skip_tags(head, len, &proto);

	*tuple = (struct tuple){};
	if (proto == htons(ETH_P_IP))
		return parse_v4(tuple, head, len, at);
	return proto == htons(ETH_P_IPV6) && parse_v6(tuple, head, len, at);
}

/* The exclusive or of those 32-bit windows of the key that begin at a bit set in the input. */
static u32 toeplitz(const u8 *key, const u8 *input, u32 len)
{
	u64 window = 0;
	u32 hash = 0;

	for (u32 i = 0; i < sizeof(u32); i++)
		window = window << 8 | key[i];
	for (u32 i = 0; i < len; i++) {
		window = window << 8 | key[sizeof(u32) + i];
		for (u32 bit = 0; bit < 8; bit++)
			if (input[i] & 0x80 >> bit)
				hash ^= window >> (8 - bit);
	}
	return hash;
}

/* The reports follow each other as the bits of the types do. */
static void set_hash(const struct rsw_rss *rss, const struct tuple *tuple, u32 type, u32 len,
		     struct rsw_hash *hash)
{
	static_assert(VIRTIO_NET_HASH_REPORT_IPv4 == 1 + 0 &&
		      VIRTIO_NET_RSS_HASH_TYPE_IPv4 == 1 << 0);
	static_assert(VIRTIO_NET_HASH_REPORT_UDPv6 == 1 + 5 &&
		      VIRTIO_NET_RSS_HASH_TYPE_UDPv6 == 1 << 5);
	hash->value = toeplitz(rss->key, tuple->input, len);
	hash->report = ffs(type);
}

/**
 * rsw_rss_hash - a frame's hash
 * @rss: what the driver wants
 * @head: start of the frame
 * @len: how much of it
 * @hash: result, left alone if the driver wants none for frames of this kind
 */
void rsw_rss_hash(const struct rsw_rss *rss, const u8 *head, u32 len, struct rsw_hash *hash)
{
	struct tuple tuple;

	if (!parse(&tuple, head, len))
		return;
	if (rss->types & tuple.l4)
		set_hash(rss, &tuple, tuple.l4, tuple.len, hash);
	else if (rss->types & tuple.ip)
		set_hash(rss, &tuple, tuple.ip, tuple.addresses, hash);
}

/* The receive queue of a frame. */
u16 rsw_rss_queue(const struct rsw_rss *rss, const struct rsw_hash *hash)
{
	return hash->report ? rss->table[hash->value & rss->mask] : rss->unclassified;
}
