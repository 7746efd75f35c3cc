/* SPDX-License-Identifier: GPL-2.0 */
/* The same decision as guard.c's, taken by who has the whole frame in one piece. */
#ifndef KUNIT_GUARD_MODEL_H
#define KUNIT_GUARD_MODEL_H

#include "../drivers/ringswitch/guard.h"

/**
 * struct guard_model - a frame, and what is known of it
 * @guard: who it may be from
 * @byte: the frame
 * @len: its length
 * @csum: where a checksum is to be put, 0: nowhere
 * @last: the last byte that mattered so far
 */
struct guard_model {
	const struct rsw_guard *guard;
	const u8 *byte;
	u32 len;
	u32 csum;
	u32 last;
};

/* A drop reason, or RSW_DROP_NONE. */
int guard_model_verdict(struct guard_model *model);

#endif /* KUNIT_GUARD_MODEL_H */
