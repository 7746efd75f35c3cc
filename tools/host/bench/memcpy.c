// SPDX-License-Identifier: GPL-2.0
/*
 * memcpy() as x86-64 has it in the kernel for CPUs without FSRM (arch/x86/lib/memcpy_64.S), in
 * the registers that a kernel may use. Elsewhere, the C library's.
 */
#include <linux/string.h>

#undef memcpy

#ifdef CONFIG_X86_64
struct word8 {
	u64 word;
} __packed;

struct word4 {
	u32 word;
} __packed;

#define W8(p)	(((struct word8 *)(p))->word)
#define W4(p)	(((struct word4 *)(p))->word)

static inline void move32(u8 *to, const u8 *from)
{
	u64 a = W8(from), b = W8(from + 8), c = W8(from + 16), d = W8(from + 24);

	W8(to) = a;
	W8(to + 8) = b;
	W8(to + 16) = c;
	W8(to + 24) = d;
}

static void move_tail(u8 *to, const u8 *from, size_t len)
{
	if (len >= 16) {
		u64 a = W8(from), b = W8(from + 8);
		u64 c = W8(from + len - 16), d = W8(from + len - 8);

		W8(to) = a;
		W8(to + 8) = b;
		W8(to + len - 16) = c;
		W8(to + len - 8) = d;
	} else if (len >= 8) {
		u64 a = W8(from), b = W8(from + len - 8);

		W8(to) = a;
		W8(to + len - 8) = b;
	} else if (len >= 4) {
		u32 a = W4(from), b = W4(from + len - 4);

		W4(to) = a;
		W4(to + len - 4) = b;
	} else if (len) {
		u8 a = from[0], b = from[len / 2], c = from[len - 1];

		to[0] = a;
		to[len / 2] = b;
		to[len - 1] = c;
	}
}

void *host_memcpy(void *to, const void *from, size_t len)
{
	size_t blocks = len / 32, rest = len % 32, at;

	/* Backwards where stores could seem to hit the loads behind them. */
	if (len >= 32 && (s8)(uintptr_t)from < (s8)(uintptr_t)to) {
		for (at = len; blocks--; at -= 32)
			move32(to + at - 32, from + at - 32);
		move_tail(to, from, rest);
		return to;
	}
	for (at = 0; blocks--; at += 32)
		move32(to + at, from + at);
	move_tail(to + at, from + at, rest);
	return to;
}
#else
void *host_memcpy(void *to, const void *from, size_t len)
{
	return memcpy(to, from, len);
}
#endif
