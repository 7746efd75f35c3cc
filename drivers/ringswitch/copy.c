// SPDX-License-Identifier: GPL-2.0
/* The one copy of a frame's bytes, and of the few that are looked at. */
#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "batch.h"
#include "copy.h"
#include "vring.h"

/*
 * x86's memcpy() moves eight bytes at a time on every CPU without FSRM; copies from and to
 * user space use string moves from 64 bytes on. Into a ring, where each frame begins four
 * bytes off a word, a full-sized one takes 120 ns this way and 220 ns the other, on a
 * Cascade Lake that has both in its cache. Below some 500 bytes it is the slower way.
 * Left to memcpy() where a sanitizer watches it.
 */
#if defined(CONFIG_X86_64) && !defined(CONFIG_KASAN) && !defined(CONFIG_KMSAN)
#define STRING_MIN	512

static void string_move(void *to, const void *from, u32 len)
{
	struct word {
		u64 word;
	} __packed;
	struct word *end = to + len - sizeof(*end);
	struct word rest = *(const struct word *)(from + len - sizeof(*end));
	unsigned long words = len / sizeof(*end);

	asm volatile("rep movsq" : "+D" (to), "+S" (from), "+c" (words) : : "memory");
	/* The last few bytes, and some once more. */
	*end = rest;
}
#else
#define STRING_MIN	U32_MAX

static void string_move(void *to, const void *from, u32 len)
{
}
#endif

/**
 * rsw_copy - copy bytes to where the next ones go
 * @to: first of the pieces to fill, none of them empty; moves on to the next free byte
 * @from: the bytes. A guest may change them meanwhile
 * @len: how many; there is room for them
 */
void rsw_copy(struct rsw_seg **to, const void *from, u32 len)
{
	while (len) {
		struct rsw_seg *seg = *to;
		u32 part = min(len, seg->len);

		if (part >= STRING_MIN)
			string_move(seg->addr, from, part);
		else
			memcpy(seg->addr, from, part);
		from += part;
		len -= part;
		seg->addr += part;
		seg->len -= part;
		if (!seg->len)
			(*to)++;
	}
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
bool rsw_pull(struct rsw_chain *chain, void *to, u32 len)
{
	if (len > chain->len)
		return false;
	chain->len -= len;
	while (len) {
		struct rsw_seg *seg = chain->seg;
		u32 part = min(len, seg->len);

		memcpy(to, seg->addr, part);
		to += part;
		len -= part;
		seg->addr += part;
		seg->len -= part;
		if (!seg->len) {
			chain->seg++;
			chain->nsegs--;
		}
	}
	/* The compiler must not go back to guest memory for what was copied. */
	barrier();
	return true;
}
