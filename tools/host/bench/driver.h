/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_DRIVER_H
#define BENCH_DRIVER_H

#include "../../testing/selftests/ringswitch/guest/ring_layout.h"
#include "frame.h"
#include "world.h"

/* Descriptors of a ring, unless a shape says otherwise. */
#define BENCH_NUM	RING_MAX

/* A sender's frame begins with a cache line, its header before that. */
#define BENCH_HEADROOM	128
#define BENCH_HEADER_AT	(BENCH_HEADROOM - RSW_VNET_HLEN)

/**
 * struct bench_shape - what a guest sends, and into what it receives
 * @packed: layout of its rings
 * @size: bytes of a frame, without virtio-net header
 * @pieces: descriptors of a frame that is sent, the first one with its header
 * @cold: buffers come from all over a pool larger than any cache but the last; else few are
 *	used in turn
 * @check: all bytes are written and compared, not only the first ones
 * @num: descriptors of a ring; 0: BENCH_NUM
 */
struct bench_shape {
	bool packed;
	u32 size;
	u16 pieces;
	bool cold;
	bool check;
	u16 num;
};

/**
 * struct bench_pool - buffers used in some order
 * @start: the first
 * @stride: from one to the next
 * @n: how many
 * @next: to be used
 * @step: to the one after that
 */
struct bench_pool {
	u8 *start;
	u32 stride;
	u32 n;
	u32 next;
	u32 step;
};

/**
 * struct bench_driver - a guest that sends, or one that receives
 * @shape: see there
 * @guest: its port
 * @ring: its ring
 * @pool: its buffers
 * @len: bytes of a buffer of a guest that receives
 * @to: where it sends
 * @stations: 0, or that many stations get a frame each in turn, in no order
 * @frames: sent, or received
 * @wrong: of those received, not as sent
 * @left: buffers of the frame that is being received
 * @got: bytes of it so far
 */
struct bench_driver {
	const struct bench_shape *shape;
	struct bench_guest *guest;
	struct ring ring;
	struct bench_pool pool;
	u32 len;
	const u8 *to;
	u32 stations;
	u64 frames;
	u64 wrong;
	u16 left;
	u32 got;
};

/* Features of the port that @shape needs. */
u64 bench_features(const struct bench_shape *shape);

/* A driver for the transmit queue or for the receive queue of @guest; where its ring is. */
struct bench_ring bench_sender_init(struct bench_driver *driver, struct bench_guest *guest,
				    const struct bench_shape *shape, const u8 *to);
struct bench_ring bench_receiver_init(struct bench_driver *driver, struct bench_guest *guest,
				      const struct bench_shape *shape);

/* Frames that fit into the receive ring. */
unsigned int bench_room(const struct bench_shape *shape);

/* Offer @n frames; true if the device wants a kick for them. */
bool bench_send(struct bench_driver *driver, unsigned int n);

/* Take back what the device has used. */
void bench_reap(struct bench_driver *driver);

/* Take frames out, offer their buffers again. */
void bench_receive(struct bench_driver *driver);

/* The next frame to be sent, with the header before it. */
void *bench_fill(struct bench_driver *driver);

/* The next buffer of a pool. */
u8 *bench_take(struct bench_pool *pool);

#endif /* BENCH_DRIVER_H */
