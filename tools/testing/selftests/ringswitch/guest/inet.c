// SPDX-License-Identifier: GPL-2.0
#include "inet.h"

#include <arpa/inet.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <netinet/in.h>
#include <string.h>

#define FIRST_PORT 40000	/* source port of flow 0 */

/* Documentation addresses: no host answers to them. */
static const uint8_t address4[8] = { 192, 0, 2, 1, 192, 0, 2, 2 };
static const uint8_t address6[32] = {
	0x20, 0x01, 0x0d, 0xb8, [15] = 1, 0x20, 0x01, 0x0d, 0xb8, [31] = 2
};

static uint32_t sum(const void *bytes, size_t len, uint32_t so_far)
{
	const uint8_t *byte = bytes;
	uint64_t total = so_far;
	size_t i;

	for (i = 0; i + 1 < len; i += 2)
		total += byte[i] << 8 | byte[i + 1];
	if (len & 1)
		total += byte[len - 1] << 8;
	while (total >> 16)
		total = (total & 0xffff) + (total >> 16);
	return total;
}

static uint8_t protocol(enum frame_kind kind)
{
	return frame_is_udp(kind) ? IPPROTO_UDP : IPPROTO_TCP;
}

static uint32_t pseudo_sum(enum frame_kind kind, size_t l4_len)
{
	const bool v6 = frame_is_v6(kind);

	return sum(v6 ? address6 : address4, v6 ? sizeof(address6) : sizeof(address4),
		   protocol(kind) + l4_len);
}

static size_t l3_room(enum frame_kind kind)
{
	return frame_is_v6(kind) ? sizeof(struct ipv6hdr) : sizeof(struct iphdr);
}

static size_t l4_room(enum frame_kind kind)
{
	return frame_is_udp(kind) ? sizeof(struct udphdr) : sizeof(struct tcphdr);
}

static size_t csum_offset(enum frame_kind kind)
{
	return frame_is_udp(kind) ? offsetof(struct udphdr, check) : offsetof(struct tcphdr, check);
}

size_t inet_room(enum frame_kind kind)
{
	return kind == FRAME_PROBE ? 0 : l3_room(kind) + l4_room(kind);
}

static void build_l3(enum frame_kind kind, uint8_t tos, uint8_t *l3, size_t len)
{
	struct ipv6hdr v6 = { .version = 6, .hop_limit = 64, .nexthdr = protocol(kind) };
	struct iphdr v4 = { .version = 4, .ihl = 5, .ttl = 64, .frag_off = htons(0x4000) };

	if (frame_is_v6(kind)) {
		v6.priority = tos >> 4;
		v6.flow_lbl[0] = tos << 4;
		v6.payload_len = htons(len - sizeof(v6));
		memcpy(&v6.saddr, address6, sizeof(address6));
		memcpy(l3, &v6, sizeof(v6));
		return;
	}
	v4.tos = tos;
	v4.protocol = protocol(kind);
	v4.tot_len = htons(len);
	memcpy(&v4.saddr, address4, sizeof(address4));
	v4.check = htons(~sum(&v4, sizeof(v4), 0));
	memcpy(l3, &v4, sizeof(v4));
}

static void build_l4(const struct frame_spec *spec, uint64_t pos, uint8_t *l4, size_t len)
{
	struct udphdr udp = { .source = htons(FIRST_PORT + spec->flow), .dest = htons(FIRST_PORT) };
	struct tcphdr tcp = { .source = udp.source, .dest = udp.dest, .doff = 5, .ack = 1 };

	udp.len = htons(len);
	tcp.seq = htonl(pos);
	tcp.window = htons(0xffff);
	if (frame_is_udp(spec->kind))
		memcpy(l4, &udp, sizeof(udp));
	else
		memcpy(l4, &tcp, sizeof(tcp));
}

void inet_build(const struct frame_spec *spec, uint64_t pos, uint8_t *l3, size_t len,
		size_t l3_start, struct virtio_net_hdr_v1 *hdr)
{
	const size_t l3_len = l3_room(spec->kind);
	const size_t l4_len = len - l3_len;
	uint8_t *l4 = l3 + l3_len;
	uint8_t *check = l4 + csum_offset(spec->kind);
	uint16_t value;

	build_l3(spec->kind, spec->tos, l3, len);
	build_l4(spec, pos, l4, l4_len);

	value = pseudo_sum(spec->kind, l4_len);
	if (spec->csum == CSUM_PARTIAL) {
		hdr->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
		hdr->csum_start = l3_start + l3_len;
		hdr->csum_offset = csum_offset(spec->kind);
	} else {
		value = ~sum(l4, l4_len, value);
		if (!value)
			value = 0xffff;	/* in UDP, 0 says that there is no checksum */
		if (spec->csum == CSUM_WRONG)
			value ^= 0x5555;
	}
	check[0] = value >> 8;
	check[1] = value;
	if (spec->mss) {
		hdr->gso_type = spec->kind == FRAME_TCP6 ? VIRTIO_NET_HDR_GSO_TCPV6 :
				spec->kind == FRAME_TCP4 ? VIRTIO_NET_HDR_GSO_TCPV4 :
							   VIRTIO_NET_HDR_GSO_UDP_L4;
		hdr->gso_size = spec->mss;
		hdr->hdr_len = l3_start + inet_room(spec->kind);
	}
}

static bool l3_good(enum frame_kind kind, const uint8_t *l3, size_t len)
{
	struct ipv6hdr v6;
	struct iphdr v4;

	if (frame_is_v6(kind)) {
		memcpy(&v6, l3, sizeof(v6));
		return ntohs(v6.payload_len) == len - sizeof(v6) && v6.hop_limit == 64;
	}
	memcpy(&v4, l3, sizeof(v4));
	return ntohs(v4.tot_len) == len && sum(l3, sizeof(v4), 0) == 0xffff;
}

static bool l4_good(enum frame_kind kind, const uint8_t *l4, size_t len, size_t l4_start,
		    const struct virtio_net_hdr_v1 *hdr)
{
	const uint8_t *check = l4 + csum_offset(kind);
	uint32_t pseudo = pseudo_sum(kind, len);

	if (!(hdr->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM))
		return sum(l4, len, pseudo) == 0xffff;
	return hdr->csum_start == l4_start && hdr->csum_offset == csum_offset(kind) &&
	       (uint32_t)(check[0] << 8 | check[1]) == pseudo;
}

static bool recognise(const uint8_t *l3, size_t len, uint16_t type, enum frame_kind *kind)
{
	if (type == ETH_P_IP && len >= sizeof(struct iphdr) && l3[0] == 0x45) {
		*kind = l3[9] == IPPROTO_UDP ? FRAME_UDP4 : FRAME_TCP4;
		return (l3[9] == IPPROTO_UDP || l3[9] == IPPROTO_TCP) && len >= inet_room(*kind) &&
		       !memcmp(l3 + offsetof(struct iphdr, saddr), address4, sizeof(address4));
	}
	if (type != ETH_P_IPV6 || len < sizeof(struct ipv6hdr))
		return false;
	*kind = l3[6] == IPPROTO_UDP ? FRAME_UDP6 : FRAME_TCP6;
	return l3[6] == protocol(*kind) && len >= inet_room(*kind) &&
	       !memcmp(l3 + offsetof(struct ipv6hdr, saddr), address6, sizeof(address6));
}

enum frame_verdict inet_check(const uint8_t *l3, size_t len, uint16_t type, size_t l3_start,
			      const struct virtio_net_hdr_v1 *hdr, struct frame_seen *seen,
			      size_t *payload)
{
	const uint8_t *l4;
	struct tcphdr tcp;
	size_t l3_len;

	if (!recognise(l3, len, type, &seen->kind))
		return FRAME_FOREIGN;
	l3_len = l3_room(seen->kind);
	l4 = l3 + l3_len;
	if (!l3_good(seen->kind, l3, len) ||
	    !l4_good(seen->kind, l4, len - l3_len, l3_start + l3_len, hdr))
		return FRAME_BAD_CSUM;

	seen->tos = frame_is_v6(seen->kind) ? (l3[0] << 4 | l3[1] >> 4) & 0xff : l3[1];
	seen->flow = (l4[0] << 8 | l4[1]) - FIRST_PORT;
	if (frame_is_stream(seen->kind)) {
		memcpy(&tcp, l4, sizeof(tcp));
		seen->pos = ntohl(tcp.seq);
	}
	*payload = inet_room(seen->kind);
	return FRAME_GOOD;
}
