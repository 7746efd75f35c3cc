/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_WORLD_H
#define BENCH_WORLD_H

#include "guest.h"
#include "switch.h"

/* Where a guest's memory starts, for its driver. */
#define BENCH_IOVA	(4ULL << 30)

/**
 * struct bench_guest - a guest port, and the memory of its guest
 * @guest: the port
 * @addr: its address on the switch
 * @folio: the memory
 * @memory: its kernel address
 * @size: bytes
 * @used: of them, given out by bench_alloc()
 */
struct bench_guest {
	struct rsw_guest *guest;
	u8 addr[ETH_ALEN];
	struct folio *folio;
	u8 *memory;
	size_t size;
	size_t used;
};

/**
 * struct bench_world - a switch with three ports
 * @sw: the switch
 * @from: a guest
 * @to: another
 * @sink: takes frames as they are; it has the address @sink_addr
 * @sink_addr: see @sink
 */
struct bench_world {
	struct rsw_switch sw;
	struct bench_guest from;
	struct bench_guest to;
	struct rsw_port sink;
	u8 sink_addr[ETH_ALEN];
};

/* Where the rings of a guest are, for rsw_queue_start(). */
struct bench_ring {
	u16 num;
	u64 desc;
	u64 driver;
	u64 device;
};

/* A switch without ports. */
void bench_switch_init(struct rsw_switch *sw);
void bench_switch_exit(struct rsw_switch *sw);

/* A guest of the switch, with so many pages by their binary logarithm; port @number of it. */
void bench_guest_init(struct rsw_switch *sw, struct bench_guest *guest, u16 number,
		      unsigned int order);
void bench_guest_exit(struct bench_guest *guest);

/* An address has been seen behind a port. */
void bench_learn(struct rsw_switch *sw, struct rsw_port *port, const u8 *addr);

/* Each guest has so many pages, by their binary logarithm. */
void bench_world_init(struct bench_world *world, unsigned int order);
void bench_world_exit(struct bench_world *world);

/* The address of guest or port @number. */
static inline void bench_set_addr(u8 *addr, u16 number)
{
	memcpy(addr, ((u8[]){ 0x02, 0, 0, 0, number >> 8, number }), ETH_ALEN);
}

/* The address of a station behind a guest. */
static inline void bench_set_station(u8 *addr, u32 number)
{
	const u8 bytes[] = { 0x02, 1, number >> 24, number >> 16, number >> 8, number };

	__builtin_memcpy(addr, bytes, ETH_ALEN);
}

/* Memory of a guest, at the start of a page. */
void *bench_alloc(struct bench_guest *guest, size_t size);
u64 bench_iova(const struct bench_guest *guest, const void *addr);

/* A queue that its driver does not look at. */
struct bench_ring bench_unused_ring(struct bench_guest *guest);

/* Its driver starts: receive queue, transmit queue. */
void bench_start(struct bench_guest *guest, u64 features, const struct bench_ring *rx,
		 const struct bench_ring *tx);

#endif /* BENCH_WORLD_H */
