/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RING_LAYOUT_H
#define RING_LAYOUT_H

/* What ring.c asks of the two layouts, and what it does for both of them. */
#include "ring.h"

#define RING_ALIGN 64

struct ring_used {
	uint32_t id;
	uint32_t len;
};

struct ring_layout {
	void (*init)(struct ring *ring, uint8_t *memory, uint64_t iova);
	/* Writes a chain that the device cannot see yet: its id, or -EAGAIN. */
	int (*add)(struct ring *ring, const struct ring_piece *piece, unsigned int count);
	/* Shows all that was added; true if the device wants a kick for it. */
	bool (*show)(struct ring *ring);
	/* Interrupt when the next chain is used; or, if unwanted, never. */
	void (*ask_for_call)(struct ring *ring);
	/* The next used entry; false if there is none. */
	bool (*used)(struct ring *ring, struct ring_used *used);
	/* Goes past one that was NULL, a stray, or a chain that is back. */
	void (*pass)(struct ring *ring, const struct ring_chain *chain);
	/* The descriptors of a chain that is back are free again. */
	void (*give_back)(struct ring *ring, uint16_t id);
	bool (*intact)(struct ring *ring);
	uint32_t (*base)(const struct ring *ring);
	uint32_t (*device_state)(const struct ring *ring);
	uint32_t (*driver_state)(const struct ring *ring);
};

extern const struct ring_layout ring_split_layout;
extern const struct ring_layout ring_packed_layout;

/* How many of these pieces get a descriptor of the ring; the others get one in a table. */
unsigned int ring_direct_pieces(const struct ring *ring, unsigned int count);
/* Writes an entry of a chain's table. */
void ring_table_put(struct ring *ring, uint16_t id, unsigned int at, const void *desc);
uint64_t ring_table_at(const struct ring *ring, uint16_t id);

#endif
