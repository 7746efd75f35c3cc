/* SPDX-License-Identifier: GPL-2.0 */
/* Random legal work with a ring, by both sides. */
#ifndef KUNIT_VRING_RUN_H
#define KUNIT_VRING_RUN_H

#include "vring_shadow.h"

/* The largest ring. */
#define RUN_NUM		32
/* The longest chain. */
#define RUN_BUFS	8
/* As long as a run may be. */
#define RUN_STEPS	3000

/* Ids in order. */
struct run_queue {
	u16 id[RUN_NUM];
	unsigned int n;
};

/**
 * struct run - a random run
 * @guest: the guest
 * @shadow: what its ring must look like
 * @rng: what decides
 * @buf: buffers of each chain in flight, by id
 * @nbufs: how many
 * @write: kind of each chain
 * @waiting: chains that the device has not taken, in order
 * @taken: chains that it has taken
 * @used: chains that it has returned, but not shown yet
 * @shown: chains that it has shown
 * @held: descriptors that the device held before it took a chain
 * @len: bytes it said it wrote
 * @shown_at: steps of all chains that were shown
 * @reaped: chains that went all the way
 * @indirect: chains with an indirect table
 * @log: what was taken and taken back
 * @nlog: how much
 */
struct run {
	struct mock_guest *guest;
	struct vring_shadow *shadow;
	struct rng rng;
	struct mock_buf buf[RUN_NUM][RUN_BUFS];
	u16 nbufs[RUN_NUM];
	bool write[RUN_NUM];
	struct run_queue waiting, taken, used, shown;
	u16 held[RUN_NUM];
	u32 len[RUN_NUM];
	int shown_at;
	unsigned int reaped;
	unsigned int indirect;
	u64 log[2 * RUN_STEPS];
	unsigned int nlog;
};

struct run *run_new(struct kunit *test, u16 num, u64 features, const struct rng *rng);

/* Do the work. @run is as it was made. */
void run_legal_work(struct kunit *test, struct run *run, u64 features, int steps);

#endif /* KUNIT_VRING_RUN_H */
