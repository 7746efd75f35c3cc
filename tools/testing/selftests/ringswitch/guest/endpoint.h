/* SPDX-License-Identifier: GPL-2.0 */
#ifndef ENDPOINT_H
#define ENDPOINT_H

/*
 * Something that sends and receives the tests' frames: a mock guest on a vDPA device
 * (mockguest.c) or a host on an ordinary network interface (rsw_host.c). One session
 * (session.c) drives either.
 */
#include <poll.h>

#include "args.h"
#include "frame.h"
#include "ledger.h"

#define ENDPOINT_POLLS 3
#define ENDPOINT_PIECES 64	/* descriptors a frame may be asked to be cut into */

struct packet {
	const void *frame;
	size_t len;
	struct virtio_net_hdr_v1 hdr;
	/* Lengths of the leading pieces, header included; the rest is one piece more. */
	unsigned int pieces;
	uint32_t piece[ENDPOINT_PIECES];
};

struct endpoint {
	const struct endpoint_ops *ops;
	uint8_t mac[ETH_ALEN];
	bool echo;		/* send every good frame back to its sender */
	bool spin;		/* never sleep: look again instead */
	uint64_t sent;		/* frames handed over */
	uint64_t echo_failed;	/* echoes the transmit queue had no room for */
	struct ledger got;
};

struct endpoint_ops {
	/* What to sleep on; returns how many of ENDPOINT_POLLS are filled in. */
	int (*polls)(struct endpoint *ep, struct pollfd *polls);
	/* Takes what has arrived and what has been completed. */
	void (*service)(struct endpoint *ep, const struct pollfd *polls);
	/* Queues one frame: 0, -EAGAIN if there is no room now, or another error. */
	int (*send)(struct endpoint *ep, const struct packet *packet);
	/* Tells the other side about queued frames. */
	void (*flush)(struct endpoint *ep);
	/* Frames queued and not completed. */
	unsigned int (*pending)(struct endpoint *ep);
	/* A command the session does not know: prints its answer, false if unknown here too. */
	bool (*command)(struct endpoint *ep, struct args *args);
	/* Members of the statistics object, each ending in a comma. */
	void (*json)(struct endpoint *ep, FILE *out);
	/* Violations of the rules by the other side so far. */
	uint64_t (*violations)(struct endpoint *ep);
};

/* For implementations: a frame has arrived. */
void endpoint_deliver(struct endpoint *ep, const void *frame, size_t len,
		      const struct virtio_net_hdr_v1 *hdr);
/* Services the endpoint once, sleeping up to timeout_ms for something to do. */
void endpoint_step(struct endpoint *ep, int timeout_ms);

#endif
