/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOSTILE_H
#define HOSTILE_H

/* What hostile.c has done to a ring of either layout, behind the back of ring.c. */
#include "mockguest.h"

#define NOWHERE 0xdead0000000ull	/* guest address that is never mapped */
/* It has no control queue, and so no hashes. */
#define GUEST_HDR sizeof(struct virtio_net_hdr_v1)
#define PROBE_LEN (GUEST_HDR + ETH_ZLEN)

/* An indirect table in the first transmit slot, far behind the probe. */
#define TABLE_OFFSET 0x8008
#define TABLE_MAX 1024

/* A chain to be written by hand. Descriptors are as in a split ring; packed: next is the id. */
struct lie {
	unsigned int num;
	uint16_t first, second;		/* where they go in a split ring */
	struct vring_desc desc[2];
	bool chained;			/* the second is a part of it */
	bool forever;			/* packed: the first all over the ring */
	uint16_t head;			/* split: of the avail entry */
	uint16_t advance;		/* split: of avail->idx */
	uint16_t flip[2];		/* packed: of the bits that say who is next */
	bool tell_event;		/* packed: as the driver's */
	struct vring_packed_desc_event event;
	struct vring_desc entry[2];	/* of the table */
	uint64_t table_at;
	uint64_t end;			/* of what is mapped there */
};

/* A lie, or an oddity: what a driver must not do, and a device need not notice. */
struct named_lie {
	const char *name;
	enum { LIE = 1, ODD = 2, SPLIT = 4, PACKED = 8 } kind;
	void (*tell)(struct lie *lie);
};

/* Ends with a NULL name. */
extern const struct named_lie hostile_lies[];

struct hostile {
	/* Writes a chain where the device looks next, and kicks it. */
	void (*publish)(struct ring *ring, const struct lie *lie);
	/* Fills the ring with chains, each a table of so many equal entries; how many. */
	unsigned int (*flood)(struct ring *ring, const struct vring_desc *desc);
	/* Garbage all over the ring, and a kick. */
	void (*scribble)(struct guest *guest, struct ring *ring);
	/* Writes an entry of a table. */
	void (*put)(void *place, const struct vring_desc *desc, bool more);
};

extern const struct hostile hostile_split;
extern const struct hostile hostile_packed;

/* Out of the mint of a bored attacker: mostly plausible, often wrong. */
struct vring_desc hostile_desc(const struct guest *guest, unsigned int num);

#endif
