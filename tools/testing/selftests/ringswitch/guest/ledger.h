/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LEDGER_H
#define LEDGER_H

/*
 * What arrived: counted per sender and flow, with every gap, duplicate, frame out of order
 * and damaged byte. Nothing a switch does to a frame should go unnoticed here.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "frame.h"

#define LEDGER_FLOWS 64
#define LEDGER_WINDOW 0x10000	/* probes of a flow remembered to tell late ones from doubles */

struct ledger_flow {
	uint8_t src[ETH_ALEN];
	enum frame_kind kind;
	unsigned int flow;
	uint64_t frames;
	uint64_t bytes;		/* of payload in a stream, of frames otherwise */
	uint64_t next;		/* position expected */
	uint64_t lost;		/* frames (stream: bytes) skipped and not seen since */
	uint64_t late;		/* frames behind a later one */
	uint64_t twice;
	int tci;		/* of the last frame */
	int tos;		/* of all of them; -2: not all have the same */
	uint8_t seen[LEDGER_WINDOW / 8];
};

struct ledger {
	uint64_t frames;
	uint64_t bytes;
	uint64_t foreign;
	uint64_t bad_header;
	uint64_t bad_csum;
	uint64_t bad_payload;
	uint64_t gso;		/* arrived unsegmented */
	uint64_t partial;	/* arrived with the checksum left to do */
	uint64_t longest;
	unsigned int mss;	/* of the last unsegmented frame */
	int flows;
	struct ledger_flow flow[LEDGER_FLOWS];
};

/* Narrows a question to a sender or a flow. */
struct ledger_filter {
	bool any_src;
	uint8_t src[ETH_ALEN];
	int flow;		/* -1: any */
};

struct ledger_sum {
	uint64_t frames, bytes, lost, late, twice;
	int tci, tos;		/* of one of the flows */
};

void ledger_clear(struct ledger *ledger);
enum frame_verdict ledger_enter(struct ledger *ledger, const void *frame, size_t len,
				const struct virtio_net_hdr_v1 *hdr);
struct ledger_sum ledger_sum(const struct ledger *ledger, const struct ledger_filter *filter);
uint64_t ledger_damaged(const struct ledger *ledger);
void ledger_json(const struct ledger *ledger, FILE *out);

#endif
