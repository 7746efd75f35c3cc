/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TRAFFIC_H
#define TRAFFIC_H

#include "endpoint.h"

struct traffic {
	struct frame_spec spec;
	struct packet shape;	/* pieces */
	uint64_t next[FRAME_FLOWS];
	uint64_t count;		/* frames left to send */
	uint64_t sent;
	unsigned int dests;	/* frames go to as many addresses in turn, */
	uint8_t dest;		/* which differ in their last byte; this is the first one's */
	unsigned int rate;	/* frames/s, 0: as fast as possible */
	uint64_t begin;		/* ms */
	uint64_t skipped;	/* frames the rate would have allowed */
};

uint64_t traffic_now_ms(void);
/* Reads the FRAME words of a command; false upon a mistake. */
bool traffic_parse(struct traffic *traffic, struct endpoint *ep, struct args *args);
/* Queues up to burst frames; returns how many, or a negative error. */
int traffic_burst(struct traffic *traffic, struct endpoint *ep, int burst);
/* Frames a rate-limited stream is to send now, never more than a burst. */
int traffic_due(struct traffic *traffic, int burst);

#endif
