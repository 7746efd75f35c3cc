/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RING_H
#define RING_H

/*
 * The driver side of one split virtqueue, with a memory of everything it ever offered: the
 * device may use each chain once, and must not touch descriptors or the avail ring.
 *
 * The rings are little-endian; so are the machines these tests run on.
 */
#include <linux/virtio_ring.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RING_MAX 1024
#define RING_CHAIN_MAX 80
/* Each head has an indirect table, so placed that descriptors lie across ends of pages. */
#define RING_TABLE_BYTES (RING_CHAIN_MAX * sizeof(struct vring_desc) + 8)

struct ring_piece {
	uint64_t addr;		/* as the device sees it */
	uint32_t len;
	bool device_writes;
};

struct ring_options {
	uint16_t base;		/* first index */
	bool event_idx;
	bool indirect;
	bool all_indirect;	/* every chain is in a table, not only some */
	bool calls;		/* interrupts are wanted */
};

struct ring {
	struct vring vring;
	struct ring_options opt;
	int kick, call;
	uint8_t *tables;
	uint64_t tables_at;	/* as the device sees them */
	uint16_t shown;		/* entries the device was told of */
	uint16_t avail_idx;	/* entries filled in */
	uint16_t used_idx;	/* entries taken back */
	unsigned int free;	/* descriptors */
	uint16_t next_free[RING_MAX];
	uint16_t first_free;
	void *token[RING_MAX];	/* by head, while the device has the chain */
	uint16_t chain[RING_MAX];	/* its descriptors, but for those in its table */
	uint64_t kicks, calls;
	uint64_t stray;		/* used ids that were not on offer */
	struct vring_desc shadow_desc[RING_MAX];
	uint16_t shadow_avail[RING_MAX];
	uint8_t shadow_tables[RING_MAX * RING_TABLE_BYTES];
};

size_t ring_bytes(unsigned int num);
/* In memory, which the device sees at iova. */
void ring_init(struct ring *ring, unsigned int num, void *memory, uint64_t iova,
	       const struct ring_options *opt);
/*
 * 0, or -EAGAIN without enough free descriptors. token must not be NULL. With indirect
 * tables, one chain in three has none, one has nothing else, one has both; unless all do.
 */
int ring_add(struct ring *ring, const struct ring_piece *piece, unsigned int count, void *token);
/* Shows the device what was added, and kicks it unless it asked not to be. */
void ring_publish(struct ring *ring);
void ring_kick(struct ring *ring);
/* The token and length of the next used chain; NULL if there is none: then a call will tell. */
void *ring_take(struct ring *ring, uint32_t *len);
/* Forgets a pending call, before the ring is looked at. */
void ring_ack(struct ring *ring);
/* Chains the device has. */
unsigned int ring_pending(const struct ring *ring);
/* Has the device left everything alone that is not its own? */
bool ring_intact(const struct ring *ring);

#endif
