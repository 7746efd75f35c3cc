/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's words that need no state: types, arithmetic, bits, access to shared memory.
 * Stricter than the kernel where that finds mistakes: see host_check().
 */
#ifndef HOST_KERNEL_H
#define HOST_KERNEL_H

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <linux/types.h>

#define __force
#define __rcu
#define __percpu
#define __packed	__attribute__((packed))
#define __aligned(n)	__attribute__((aligned(n)))
#define __printf(a, b)	__attribute__((format(printf, a, b)))
#define __noreturn	__attribute__((noreturn))
#define noinline	__attribute__((noinline))

typedef __s8 s8;
typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s64 s64;
typedef u64 phys_addr_t;
typedef u64 dma_addr_t;
typedef unsigned int gfp_t;

/* A rule of the kernel was broken: the running test fails and the program ends. */
void __noreturn host_die(const char *file, int line, const char *what);

#ifdef HOST_FAST
/* Where time is measured nothing is checked. */
#define host_check(condition, what)	((void)sizeof(!(condition)))
#else
#define host_check(condition, what) \
	do { if (!(condition)) host_die(__FILE__, __LINE__, what); } while (0)
#endif
#define WARN_ON_ONCE(condition) \
	do { if (unlikely(condition)) host_die(__FILE__, __LINE__, #condition); } while (0)

#include <host/shared.h>

#define cmpxchg(p, old, new) ({							\
	__typeof__(*(p)) __was = (old);						\
	__atomic_compare_exchange_n(p, &__was, new, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); \
	__was; })

typedef struct {
	int counter;
} atomic_t;

#define atomic_read(v)		__atomic_load_n(&(v)->counter, __ATOMIC_RELAXED)
#define atomic_sub(n, v)	((void)__atomic_sub_fetch(&(v)->counter, n, __ATOMIC_RELAXED))
#define atomic_inc(v)		((void)__atomic_add_fetch(&(v)->counter, 1, __ATOMIC_RELAXED))
#define atomic_try_cmpxchg(v, old, new)						\
	__atomic_compare_exchange_n(&(v)->counter, old, new, false, __ATOMIC_SEQ_CST,	\
				    __ATOMIC_SEQ_CST)

#ifdef HOST_NO_PREFETCH
#define prefetch(addr)		((void)(addr))
#define prefetchw(addr)		((void)(addr))
#else
#define prefetch(addr)		__builtin_prefetch(addr)
#define prefetchw(addr)		__builtin_prefetch(addr, 1)
#endif
#define __weak			__attribute__((weak))
#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)

#define min(a, b) ({								\
	__typeof__(a) __a = (a);						\
	__typeof__(b) __b = (b);						\
	__a < __b ? __a : __b; })
#define max(a, b) ({								\
	__typeof__(a) __a = (a);						\
	__typeof__(b) __b = (b);						\
	__a > __b ? __a : __b; })
#define clamp(x, low, high)	min(max(x, low), high)
#define min_t(type, a, b)	min((type)(a), (type)(b))
#define max_t(type, a, b)	max((type)(a), (type)(b))

#define swap(a, b)		do { __typeof__(a) __a = (a); (a) = (b); (b) = __a; } while (0)
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define BIT(n)			(1UL << (n))
#define BIT_ULL(n)		(1ULL << (n))
#define GENMASK_ULL(high, low)	((~0ULL >> (63 - (high))) & (~0ULL << (low)))
#define __ffs64(x)		((unsigned int)__builtin_ctzll(x))
#define hweight64(x)		((unsigned int)__builtin_popcountll(x))
#define DECLARE_BITMAP(name, bits)	unsigned long name[((bits) + 63) / 64]
#define test_bit(n, bitmap)	(!!((bitmap)[(n) / 64] & BIT((n) % 64)))
#define __set_bit(n, bitmap)	((void)((bitmap)[(n) / 64] |= BIT((n) % 64)))
#define set_bit(n, bitmap)	__set_bit(n, bitmap)
#define __assign_bit(n, bitmap, on) \
	((on) ? __set_bit(n, bitmap) : (void)((bitmap)[(n) / 64] &= ~BIT((n) % 64)))
#define ALIGN_DOWN(x, to)	((x) & ~((__typeof__(x))(to) - 1))
#define PTR_ALIGN_DOWN(p, to)	((void *)ALIGN_DOWN((unsigned long)(p), to))
#define IS_ALIGNED(x, to)	(((x) & ((__typeof__(x))(to) - 1)) == 0)
#define check_add_overflow(a, b, sum)	__builtin_add_overflow(a, b, sum)
#define check_mul_overflow(a, b, product)	__builtin_mul_overflow(a, b, product)
#define SZ_2M			0x200000
#define U16_MAX			UINT16_MAX
#define U32_MAX			UINT32_MAX
#define U64_MAX			((u64)~0ULL)

/* The message is optional, as it is in the newest C. */
#undef static_assert
#define static_assert(condition, ...)	_Static_assert(condition, #condition)
#define BUILD_BUG_ON(condition)	static_assert(!(condition))
#define fallthrough		__attribute__((fallthrough))
#define sizeof_field(type, member)	sizeof(((type *)0)->member)
#define container_of(p, type, member) \
	((type *)((char *)(p) - offsetof(type, member)))

static inline bool is_power_of_2(unsigned long n)
{
	return n && !(n & (n - 1));
}

#define cpu_to_le16(x)		((__force __le16)htole16(x))
#define cpu_to_le32(x)		((__force __le32)htole32(x))
#define cpu_to_le64(x)		((__force __le64)htole64(x))
#define le16_to_cpu(x)		le16toh((__force __u16)(x))
#define le32_to_cpu(x)		le32toh((__force __u32)(x))
#define le64_to_cpu(x)		le64toh((__force __u64)(x))
#define le16_to_cpus(p)		((void)(*(p) = le16_to_cpu(*(p))))
#define cpu_to_le16s(p)		((void)(*(p) = cpu_to_le16(*(p))))

#define htons(x)		((__force __be16)htobe16(x))
#define ntohs(x)		be16toh((__force __u16)(x))

#define MAX_ERRNO		4095
#define ERR_PTR(error)		((void *)(long)(error))
#define PTR_ERR(p)		((long)(p))
#define IS_ERR(p)		((unsigned long)(p) >= (unsigned long)-MAX_ERRNO)

#define div_u64(n, d)		((u64)(n) / (u32)(d))
#define div64_u64(n, d)		((u64)(n) / (u64)(d))

static inline u64 DIV_ROUND_UP_ULL(u64 n, u64 d)
{
	return (n + d - 1) / d;
}

/* First byte that differs from @c, or NULL. */
void *memchr_inv(const void *start, int c, size_t len);

/* The environment's SEED, or the time of day. */
u64 get_random_u64(void);

#define module_param(name, type, mode)
#define MODULE_PARM_DESC(name, text)
#define MODULE_LICENSE(text)
#define MODULE_DESCRIPTION(text)

#endif /* HOST_KERNEL_H */
