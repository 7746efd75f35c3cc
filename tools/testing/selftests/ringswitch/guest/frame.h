/* SPDX-License-Identifier: GPL-2.0 */
#ifndef FRAME_H
#define FRAME_H

/*
 * The frames the tests send. Whoever receives one can tell from its bytes alone who sent
 * it, as which in a row, and whether a single byte changed on the way.
 *
 * A probe is a plain Ethernet frame, or a UDP datagram, that carries a sequence number and
 * a checksum of its own. A stream frame is a TCP segment whose payload bytes are a function
 * of their stream position, so it can be cut into smaller segments and still be checked.
 */
#include <linux/if_ether.h>
#include <linux/virtio_net.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_ETHERTYPE 0x88b5	/* "local experimental", IEEE 802 */
#define FRAME_MAX 0x11000	/* room for the largest frame any test builds */
#define FRAME_FLOWS 0x100
#define FRAME_RAW 256	/* bytes behind the addresses of a frame that a test has made by hand */

enum frame_kind { FRAME_PROBE, FRAME_UDP4, FRAME_TCP4, FRAME_TCP6, FRAME_UDP6 };
#define FRAME_KINDS { "probe", "udp4", "tcp4", "tcp6", "udp6" }
enum frame_csum { CSUM_FULL, CSUM_PARTIAL, CSUM_WRONG };

/* Values a lying guest writes into the virtio-net header; -1 leaves the truth there. */
struct frame_lies {
	int flags;
	int gso_type;
	int hdr_len;
	int gso_size;
	int csum_start;
	int csum_offset;
	int num_buffers;
};

struct frame_spec {
	uint8_t dst[ETH_ALEN];
	uint8_t src[ETH_ALEN];
	enum frame_kind kind;
	enum frame_csum csum;
	uint16_t type;		/* EtherType of a probe */
	int tci;		/* VLAN tag, -1: untagged */
	uint8_t tos;		/* of an IP packet: DSCP and ECN */
	unsigned int flow;
	size_t len;		/* whole frame, without FCS */
	uint16_t mss;		/* 0: no segmentation offload */
	struct frame_lies lies;
	size_t raw_len;		/* 0: a frame of ours */
	uint8_t raw[FRAME_RAW];
};

enum frame_verdict {
	FRAME_GOOD,
	FRAME_FOREIGN,		/* not one of ours */
	FRAME_BAD_HEADER,	/* the virtio-net header does not fit the frame */
	FRAME_BAD_CSUM,		/* IP, TCP or UDP checksum */
	FRAME_BAD_PAYLOAD,
};

struct frame_seen {
	enum frame_kind kind;
	uint8_t src[ETH_ALEN];
	int tci;
	int tos;		/* -1: no IP packet */
	unsigned int flow;
	uint64_t pos;		/* sequence number of a probe, stream position of a segment */
	uint32_t span;		/* 1, or payload bytes of a segment */
};

/*
 * Writes the frame at position pos of its flow and the header that goes with it; frame has
 * room for FRAME_MAX. Returns the position after this frame.
 */
uint64_t frame_build(const struct frame_spec *spec, uint64_t pos, void *frame,
		     struct virtio_net_hdr_v1 *hdr);

static inline bool frame_is_udp(enum frame_kind kind)
{
	return kind == FRAME_UDP4 || kind == FRAME_UDP6;
}

static inline bool frame_is_v6(enum frame_kind kind)
{
	return kind == FRAME_TCP6 || kind == FRAME_UDP6;
}

static inline bool frame_is_stream(enum frame_kind kind)
{
	return kind == FRAME_TCP4 || kind == FRAME_TCP6;
}

enum frame_verdict frame_check(const void *frame, size_t len, const struct virtio_net_hdr_v1 *hdr,
			       struct frame_seen *seen);

#endif
