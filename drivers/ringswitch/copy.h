/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_COPY_H
#define RINGSWITCH_COPY_H

#include <linux/compiler.h>
#include <linux/string.h>

#include "batch.h"
#include "vring.h"

/*
 * From here on string instructions are used, see copy.c. Not where a sanitizer watches
 * memcpy().
 */
#if defined(CONFIG_X86_64) && !defined(CONFIG_KASAN) && !defined(CONFIG_KMSAN)
#define RSW_STRING_COPY
#define RSW_STRING_MIN	512U
#else
#define RSW_STRING_MIN	U32_MAX
#endif

/**
 * struct rsw_target - where the next bytes are copied to
 * @at: the first of them
 * @left: bytes that fit there
 * @next: pieces behind that
 */
struct rsw_target {
	void *at;
	u32 left;
	const struct rsw_seg *next;
};

void rsw_copy_pieces(struct rsw_target *to, const void *from, u32 len);
bool rsw_pull_pieces(struct rsw_chain *chain, void *to, u32 len);

/* The start of some pieces, of one at least. */
static inline struct rsw_target rsw_target(const struct rsw_seg *seg)
{
	return (struct rsw_target){ .at = seg->addr, .left = seg->len, .next = seg + 1 };
}

/**
 * rsw_copy - copy bytes to where the next ones go
 * @to: where; moves on
 * @from: the bytes. A guest may change them meanwhile
 * @len: how many; there is room for them
 *
 * Inline for what goes into one piece: a compiler that knows the length of a header makes a
 * few moves of it.
 */
static __always_inline void rsw_copy(struct rsw_target *to, const void *from, u32 len)
{
	if (len > to->left || len >= RSW_STRING_MIN) {
		/* So that @to itself need not be in memory. */
		struct rsw_target rest = *to;

		rsw_copy_pieces(&rest, from, len);
		*to = rest;
		return;
	}
	memcpy(to->at, from, len);
	to->at += len;
	to->left -= len;
}

/* All of a guest's frame. */
static inline void rsw_copy_frame(struct rsw_target *to, const struct rsw_frame *frame)
{
	rsw_copy(to, frame->head, frame->head_len);
	for (u16 i = 0; i < frame->nsegs; i++)
		rsw_copy(to, frame->seg[i].addr, frame->seg[i].len);
}

/**
 * rsw_pull - move bytes out of a chain
 * @chain: where from; begins with the next byte after that
 * @to: where to
 * @len: how many
 *
 * Guest memory may change under us: what was moved here is never read again there.
 *
 * Return: false, and nothing moved, if the chain has fewer.
 */
static inline bool rsw_pull(struct rsw_chain *chain, void *to, u32 len)
{
	struct rsw_seg *seg = chain->seg;

	if (!len || len > chain->len || len >= seg->len)
		return rsw_pull_pieces(chain, to, len);
	memcpy(to, seg->addr, len);
	chain->len -= len;
	seg->addr += len;
	seg->len -= len;
	/* The compiler must not go back to guest memory for what was copied. */
	barrier();
	return true;
}

/**
 * rsw_pull_two - rsw_pull() twice
 * @chain: where from
 * @first: where its first bytes go to
 * @flen: how many
 * @second: where those behind them go to
 * @slen: how many
 *
 * Mostly both are in one piece, which is looked at and moved on in once.
 *
 * Return: false if there are fewer in all; @first may be there then.
 */
static __always_inline bool rsw_pull_two(struct rsw_chain *chain, void *first, u32 flen,
					 void *second, u32 slen)
{
	struct rsw_seg *seg = chain->seg;
	u32 len = flen + slen;

	if (len > chain->len || len >= seg->len)
		return rsw_pull(chain, first, flen) && rsw_pull(chain, second, slen);
	memcpy(first, seg->addr, flen);
	memcpy(second, seg->addr + flen, slen);
	chain->len -= len;
	seg->addr += len;
	seg->len -= len;
	/* The compiler must not go back to guest memory for what was copied. */
	barrier();
	return true;
}

#endif /* RINGSWITCH_COPY_H */
