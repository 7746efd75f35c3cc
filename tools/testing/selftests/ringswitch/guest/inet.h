/* SPDX-License-Identifier: GPL-2.0 */
#ifndef INET_H
#define INET_H

#include "frame.h"

/* Bytes of IP and transport header of a kind of frame, 0 for a probe without IP. */
size_t inet_room(enum frame_kind kind);

/*
 * Puts IP and transport header at l3, in front of len - inet_room() payload bytes that are
 * already there, and describes the checksum left to do in hdr. l3_start is the offset of l3
 * in the frame.
 */
void inet_build(const struct frame_spec *spec, uint64_t pos, uint8_t *l3, size_t len,
		size_t l3_start, struct virtio_net_hdr_v1 *hdr);

/*
 * Checks the headers at l3 and every checksum in them. On FRAME_GOOD, seen holds kind, flow
 * and, of TCP, the low 32 bits of the position, and *payload the offset of the payload.
 */
enum frame_verdict inet_check(const uint8_t *l3, size_t len, uint16_t type, size_t l3_start,
			      const struct virtio_net_hdr_v1 *hdr, struct frame_seen *seen,
			      size_t *payload);

#endif
