// SPDX-License-Identifier: GPL-2.0
#include "frame.h"

#include <arpa/inet.h>
#include <string.h>

#include "inet.h"

#define MAGIC 0x72737770	/* "rswp" */
#define TAG_LEN 4

/* Head of a probe's payload; the pattern follows. */
struct probe {
	uint32_t magic;
	uint32_t flow;
	uint32_t pos_high;
	uint32_t pos_low;
	uint32_t len;		/* payload bytes, this head included */
	uint32_t sum;		/* over everything else in the payload */
};

static uint32_t fnv(const void *bytes, size_t len, uint32_t hash)
{
	const uint8_t *byte = bytes;

	while (len--)
		hash = (hash ^ *byte++) * 16777619u;
	return hash;
}

static uint32_t probe_sum(const struct probe *probe, const uint8_t *rest)
{
	size_t len = ntohl(probe->len) - sizeof(*probe);

	return fnv(rest, len, fnv(probe, offsetof(struct probe, sum), 2166136261u));
}

static void build_probe(const struct frame_spec *spec, uint64_t pos, uint8_t *payload, size_t len)
{
	struct probe probe = {
		.magic = htonl(MAGIC), .flow = htonl(spec->flow), .len = htonl(len),
		.pos_high = htonl(pos >> 32), .pos_low = htonl(pos),
	};
	size_t i;

	for (i = sizeof(probe); i < len; i++)
		payload[i] = i * 7 + pos * 31 + spec->flow;
	if (len < sizeof(probe))
		return;		/* too short to say anything */
	probe.sum = htonl(probe_sum(&probe, payload + sizeof(probe)));
	memcpy(payload, &probe, sizeof(probe));
}

/* A super-frame of datagrams has a probe in each. */
static uint64_t build_probes(const struct frame_spec *spec, uint64_t pos, uint8_t *payload,
			     size_t len)
{
	size_t each = spec->mss ? spec->mss : len;

	do {
		size_t part = len < each ? len : each;

		build_probe(spec, pos++, payload, part);
		payload += part;
		len -= part;
	} while (len);
	return pos;
}

static enum frame_verdict check_probe(const uint8_t *payload, size_t room, struct frame_seen *seen)
{
	struct probe probe;
	size_t len;

	if (room < sizeof(probe))
		return FRAME_FOREIGN;
	memcpy(&probe, payload, sizeof(probe));
	if (probe.magic != htonl(MAGIC))
		return FRAME_FOREIGN;
	len = ntohl(probe.len);
	/* A wire may pad short frames; no other frame may have grown. */
	if (len < sizeof(probe) || len > room || (len < room && room > ETH_ZLEN - ETH_HLEN))
		return FRAME_BAD_PAYLOAD;
	if (ntohl(probe.sum) != probe_sum(&probe, payload + sizeof(probe)))
		return FRAME_BAD_PAYLOAD;
	seen->flow = ntohl(probe.flow);
	seen->pos = (uint64_t)ntohl(probe.pos_high) << 32 | ntohl(probe.pos_low);
	seen->span = 1;
	return FRAME_GOOD;
}

static enum frame_verdict check_probes(const uint8_t *payload, size_t len,
				       const struct virtio_net_hdr_v1 *hdr,
				       struct frame_seen *seen)
{
	size_t each = hdr->gso_type == VIRTIO_NET_HDR_GSO_NONE ? len : hdr->gso_size;
	unsigned int span = 0;
	uint64_t first = 0;

	do {
		size_t part = len < each ? len : each;
		enum frame_verdict verdict = check_probe(payload, part, seen);

		if (verdict != FRAME_GOOD)
			return verdict;
		if (!span)
			first = seen->pos;
		if (seen->pos != first + span++)
			return FRAME_BAD_PAYLOAD;
		payload += part;
		len -= part;
	} while (len);
	seen->pos = first;
	seen->span = span;
	return FRAME_GOOD;
}

static uint8_t stream_byte(unsigned int flow, uint32_t pos)
{
	return pos ^ (pos >> 8) * 3 ^ (pos >> 16) * 5 ^ flow;
}

static enum frame_verdict check_stream(const uint8_t *payload, size_t len, struct frame_seen *seen)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (payload[i] != stream_byte(seen->flow, seen->pos + i))
			return FRAME_BAD_PAYLOAD;
	seen->span = len;
	return FRAME_GOOD;
}

static void tell_lies(const struct frame_lies *lies, struct virtio_net_hdr_v1 *hdr)
{
	if (lies->flags >= 0)
		hdr->flags = lies->flags;
	if (lies->gso_type >= 0)
		hdr->gso_type = lies->gso_type;
	if (lies->hdr_len >= 0)
		hdr->hdr_len = lies->hdr_len;
	if (lies->gso_size >= 0)
		hdr->gso_size = lies->gso_size;
	if (lies->csum_start >= 0)
		hdr->csum_start = lies->csum_start;
	if (lies->csum_offset >= 0)
		hdr->csum_offset = lies->csum_offset;
	if (lies->num_buffers >= 0)
		hdr->num_buffers = lies->num_buffers;
}

static size_t build_ethernet(const struct frame_spec *spec, uint8_t *frame)
{
	uint16_t type = spec->kind == FRAME_PROBE ? spec->type :
			frame_is_v6(spec->kind) ? ETH_P_IPV6 : ETH_P_IP;
	const uint16_t tag[2] = { htons(ETH_P_8021Q), htons(spec->tci) };
	size_t at = 2 * ETH_ALEN;

	memcpy(frame, spec->dst, ETH_ALEN);
	memcpy(frame + ETH_ALEN, spec->src, ETH_ALEN);
	if (spec->tci >= 0) {
		memcpy(frame + at, tag, TAG_LEN);
		at += TAG_LEN;
	}
	frame[at] = type >> 8;
	frame[at + 1] = type;
	return at + 2;
}

static void build_raw(const struct frame_spec *spec, uint8_t *frame)
{
	memcpy(frame, spec->dst, ETH_ALEN);
	memcpy(frame + ETH_ALEN, spec->src, ETH_ALEN);
	memcpy(frame + 2 * ETH_ALEN, spec->raw, spec->raw_len);
}

uint64_t frame_build(const struct frame_spec *spec, uint64_t pos, void *frame,
		     struct virtio_net_hdr_v1 *hdr)
{
	size_t start = build_ethernet(spec, frame);
	size_t head = start + inet_room(spec->kind);
	size_t room = spec->len > head ? spec->len - head : 0;
	uint8_t *payload = (uint8_t *)frame + head;
	const bool stream = frame_is_stream(spec->kind);
	uint64_t next = stream ? 0 : build_probes(spec, pos, payload, room);
	size_t i;

	memset(hdr, 0, sizeof(*hdr));
	if (spec->raw_len) {
		build_raw(spec, frame);
		tell_lies(&spec->lies, hdr);
		return pos + 1;
	}
	for (i = 0; stream && i < room; i++)
		payload[i] = stream_byte(spec->flow, pos + i);
	if (spec->kind != FRAME_PROBE)
		inet_build(spec, pos, (uint8_t *)frame + start, head - start + room, start, hdr);
	tell_lies(&spec->lies, hdr);
	return stream ? pos + room : next;
}

/* What virtio 1.x section 5.1.6.4 lets a driver rely on. */
static bool header_good(const struct virtio_net_hdr_v1 *hdr, size_t len)
{
	const bool partial = hdr->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM;

	if (partial && (size_t)hdr->csum_start + hdr->csum_offset + 2 > len)
		return false;
	if (hdr->gso_type == VIRTIO_NET_HDR_GSO_NONE)
		return true;
	return partial && hdr->gso_size;
}

enum frame_verdict frame_check(const void *frame, size_t len, const struct virtio_net_hdr_v1 *hdr,
			       struct frame_seen *seen)
{
	const uint8_t *byte = frame;
	size_t at = ETH_HLEN, skip = 0;
	enum frame_verdict verdict;
	uint16_t type;

	memset(seen, 0, sizeof(*seen));
	seen->tci = -1;
	seen->tos = -1;
	if (len < ETH_HLEN)
		return FRAME_BAD_HEADER;
	memcpy(seen->src, byte + ETH_ALEN, ETH_ALEN);
	if (!header_good(hdr, len))
		return FRAME_BAD_HEADER;
	type = byte[12] << 8 | byte[13];
	if (type == ETH_P_8021Q && len >= ETH_HLEN + TAG_LEN) {
		seen->tci = byte[14] << 8 | byte[15];
		type = byte[16] << 8 | byte[17];
		at += TAG_LEN;
	}
	if (type == ETH_P_IP || type == ETH_P_IPV6) {
		verdict = inet_check(byte + at, len - at, type, at, hdr, seen, &skip);
		if (verdict != FRAME_GOOD)
			return verdict;
		if (frame_is_stream(seen->kind))
			return check_stream(byte + at + skip, len - at - skip, seen);
	}
	return check_probes(byte + at + skip, len - at - skip, hdr, seen);
}
