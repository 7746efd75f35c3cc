/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RING_H
#define RING_H

/*
 * The driver side of one virtqueue, split or packed, with a memory of everything it ever
 * offered: the device may use each chain once, and must not touch what is not its own.
 *
 * The rings are little-endian; so are the machines these tests run on.
 */
#include <linux/virtio_ring.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef RING_MAX
#define RING_MAX 32768
#endif
#define RING_CHAIN_MAX 80
/* Each chain has room for a table, so placed that descriptors lie across ends of pages. */
#define RING_TABLE_BYTES (RING_CHAIN_MAX * sizeof(struct vring_desc) + 8)

/* Flags of a descriptor in a packed ring, of which the uapi header has the numbers. */
enum {
	RING_DESC_AVAIL = 1 << VRING_PACKED_DESC_F_AVAIL,
	RING_DESC_USED = 1 << VRING_PACKED_DESC_F_USED,
	RING_EVENT_WRAP = 1 << VRING_PACKED_EVENT_F_WRAP_CTR,
};

struct ring_piece {
	uint64_t addr;		/* as the device sees it */
	uint32_t len;
	bool device_writes;
};

struct ring_options {
	uint16_t base;		/* first index; packed: descriptors that have passed before */
	bool packed;
	bool in_order;
	bool event_idx;
	bool indirect;
	bool all_indirect;	/* every chain is in a table, not only some */
	bool calls;		/* interrupts are wanted */
};

/* A chain by its id: its first descriptor in a split ring, any number in a packed one. */
struct ring_chain {
	void *token;		/* NULL: the device does not have it */
	uint16_t descs;		/* in the ring, not those in its table */
};

struct ring_split {
	struct vring vring;
	uint16_t avail_idx;	/* entries filled in */
	uint16_t shown_idx;	/* entries the device was told of */
	uint16_t used_idx;	/* entries taken back */
	struct vring_desc shadow_desc[RING_MAX];
	uint16_t shadow_avail[RING_MAX];
};

struct ring_packed {
	struct vring_packed_desc *desc;
	struct vring_packed_desc_event *driver, *device;
	uint16_t avail;		/* where the next chain goes */
	uint16_t used;		/* where the next used descriptor is expected */
	bool avail_wrap, used_wrap;
	uint16_t unshown;	/* descriptors the device was not told of */
	uint16_t first;		/* of them, and the flags it will get */
	uint16_t first_flags;
	struct vring_packed_desc shadow_desc[RING_MAX];
	struct vring_packed_desc_event shadow_driver;
};

struct ring {
	const struct ring_layout *layout;
	unsigned int num;
	struct ring_options opt;
	int kick, call;
	uint64_t desc_at, driver_at, device_at;	/* as the device sees them */
	uint8_t *tables;
	uint64_t tables_at;
	unsigned int free;	/* descriptors */
	uint16_t next_free[RING_MAX];
	uint16_t first_free;
	struct ring_chain chain[RING_MAX];
	/* Chains so far, and their ids in the order they were made available. */
	uint16_t added, shown, taken;
	uint16_t order[RING_MAX];
	uint64_t kicks, calls;
	uint64_t stray;		/* used ids that were not on offer */
	uint64_t disorder;	/* ids out of turn although IN_ORDER; none may be left out either */
	uint64_t touched;	/* descriptors changed that were not the device's */
	uint64_t bad_event;	/* kicks asked for in a way that means nothing */
	uint8_t shadow_tables[RING_MAX * RING_TABLE_BYTES];
	union {
		struct ring_split split;
		struct ring_packed packed;
	};
};

/* For a ring of either layout. */
size_t ring_bytes(unsigned int num);
/* In memory, which the device sees at iova. */
void ring_init(struct ring *ring, unsigned int num, void *memory, uint64_t iova,
	       const struct ring_options *opt);
/*
 * 0, or -EAGAIN without enough free descriptors. token must not be NULL. With indirect
 * tables, one chain in three has none, one has nothing else, one has both (packed: nothing
 * else); unless all do.
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
bool ring_intact(struct ring *ring);
/*
 * Where a queue stands that has no chains in between, in the words of VHOST_SET_VRING_BASE:
 * to begin with, by what the device has written, and by what the driver has taken back.
 */
uint32_t ring_base(const struct ring *ring);
uint32_t ring_device_state(const struct ring *ring);
uint32_t ring_driver_state(const struct ring *ring);

#endif
