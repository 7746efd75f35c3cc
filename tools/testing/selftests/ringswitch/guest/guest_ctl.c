// SPDX-License-Identifier: GPL-2.0
/* The control queue: one command at a time, whatever is in it. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mockguest.h"
#include "traffic.h"

/* The answer lies behind the longest command, between bytes that are watched. */
#define ANSWER (GUEST_CTL_ROOM - 64)
#define CANARY 0xee
#define PIECES 64

/* Wait until the device is done with the chain; false if it never is. */
static bool await_answer(struct ring *ring, unsigned int timeout, uint32_t *len)
{
	const uint64_t until = traffic_now_ms() + timeout;
	uint32_t unused;

	while (traffic_now_ms() < until) {
		struct pollfd call = { .fd = ring->call, .events = POLLIN };

		if (poll(&call, 1, 20) > 0) {
			ring_ack(ring);
			if (!ring_take(ring, len))
				continue;
			/* There is no other; asking for it asks for the next call. */
			ring_take(ring, &unused);
			return true;
		}
	}
	return false;
}

static unsigned int cut(const struct guest *guest, size_t len, size_t piece_len,
			struct ring_piece *piece)
{
	unsigned int n = 0;
	size_t at;

	for (at = 0; at < len && n < PIECES; at += piece_len, n++)
		piece[n] = (struct ring_piece) {
			.addr = guest->ctl.iova + at,
			.len = n + 1 < PIECES && len - at > piece_len ? piece_len : len - at,
		};
	return n;
}

/*
 * control data=HEX [zeros=N] [cut=N] [room=1] [late=0|1] [timeout=5000]
 *
 * A command with that many zeros behind it, in pieces of N bytes, with room for the answer,
 * late: with the command behind that room.
 */
void guest_ctl_command(struct guest *guest, struct args *args)
{
	struct ring *ring = &guest->ring[CTLQ];
	uint8_t *answer = guest->ctl.memory + ANSWER;
	struct ring_piece piece[PIECES + 1], *first = piece;
	size_t len, room = args_number(args, "room", 1), piece_len;
	bool late = args_switch(args, "late", false);
	uint32_t used = 0;
	unsigned int n, i;
	int error;

	memset(guest->ctl.memory, 0, ANSWER);
	memset(answer, CANARY, 64);
	len = args_hex(args, "data", guest->ctl.memory, ANSWER);
	len += args_number(args, "zeros", 0);
	if (len > ANSWER || room > 32) {
		printf("failed error=%d\n", E2BIG);
		return;
	}
	piece_len = args_number(args, "cut", len ? len : 1);
	if (room && late)
		*first++ = (struct ring_piece) { guest->ctl.iova + ANSWER, room, true };
	n = first - piece + cut(guest, len, piece_len, first);
	if (room && !late)
		piece[n++] = (struct ring_piece) { guest->ctl.iova + ANSWER, room, true };
	error = guest->running ? ring_add(ring, piece, n, guest) : -ENOTCONN;
	if (error) {
		printf("failed error=%d\n", -error);
		return;
	}
	ring_publish(ring);
	if (!await_answer(ring, args_number(args, "timeout", 5000), &used)) {
		printf("failed silence=1\n");
		return;
	}
	for (i = used; i < 64; i++)
		guest->wrong.overrun += answer[i] != CANARY;
	guest->wrong.used_len += used > room;
	printf("ok ack=%d used=%u more=", answer[0] == CANARY ? -1 : answer[0], used);
	for (i = 1; i < used && i < room; i++)
		printf("%02x", answer[i]);
	printf("\n");
}
