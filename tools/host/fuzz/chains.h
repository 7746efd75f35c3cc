/* SPDX-License-Identifier: GPL-2.0 */
/* A ring of any kind, what its driver does, and what should become of it. */
#ifndef HOST_CHAINS_H
#define HOST_CHAINS_H

#include "fuzz.h"
#include "vring_naive.h"
#include "vring_shadow.h"

#define CHAINS_NUM	16
#define CHAINS_PAGES	6
#define CHAINS_SIZES	10
#define BOTH		(RSW_MEM_RO | RSW_MEM_WO)

/* A chain that the device has. */
struct taken {
	u16 id;
	u16 ndesc;
	u16 held;	/* before it was taken */
	u32 len;
};

/**
 * struct chains_world - rings, and what should become of one of them
 * @test: the running test
 * @guest: a ring of each kind
 * @shadow: the same of what may be written into it
 * @memory: what is in guest memory
 * @buf: room for a naive chain
 * @now: the ring of this input
 * @expect: what may be written into it
 * @taken: chains in the device's hands, in order
 * @ntaken: how many
 * @used_at: steps of what was used
 * @avail_at: the same of what was taken
 * @seen: split: index last read; packed: the next one was seen to be available
 */
struct chains_world {
	struct kunit *test;
	struct mock_guest *guest[2][CHAINS_SIZES];
	struct vring_shadow *shadow[2][CHAINS_SIZES];
	u8 memory[CHAINS_PAGES * PAGE_SIZE];
	struct mock_buf buf[NAIVE_BUFS(CHAINS_NUM)];
	struct mock_guest *now;
	struct vring_shadow *expect;
	struct taken taken[CHAINS_NUM];
	unsigned int ntaken;
	u32 used_at;
	u32 avail_at;
	u16 seen;
};

void chains_begin(void *priv, struct kunit *test);
void chains_end(void *priv);

/* A fresh ring, of what kind the input says, from where it says; and an end of it. */
void chains_open(struct chains_world *world, struct fuzz_input *input);
void chains_close(struct chains_world *world);

/* Something that a driver may write, or may not; @op is less than 8. */
void chains_drive(struct chains_world *world, struct fuzz_input *input, u8 op);

#endif /* HOST_CHAINS_H */
