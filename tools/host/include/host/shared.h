/* SPDX-License-Identifier: GPL-2.0 */
/* Access to memory that somebody else may write meanwhile. tools/host/model has its own. */
#ifndef HOST_SHARED_H
#define HOST_SHARED_H

void *host_memcpy(void *to, const void *from, size_t len);

enum host_order { HOST_ACQUIRE, HOST_RELEASE, HOST_FULL };

#ifdef HOST_FAST
/* Each word costs what it does in a kernel. */
#define host_was_read(addr, len)	((void)0)
#define host_barrier(order)		((void)0)
#define memcpy(to, from, len) \
	(__builtin_constant_p(len) ? __builtin_memcpy(to, from, len) : host_memcpy(to, from, len))
#else
/* watch.c: the next read of watched memory is the first and last that sees its value. */
void host_was_read(const void *addr, size_t len);

/*
 * The other side may act right before a barrier of ours: what it does there must be seen behind
 * it, and what we did before, be seen there.
 */
extern void (*host_at_barrier)(enum host_order order);
void host_barrier(enum host_order order);

#define memcpy(to, from, len)	host_memcpy(to, from, len)
#endif

#define host_read(p, order) ({							\
	__typeof__(*(p)) __once = __atomic_load_n(p, order);			\
	host_was_read(p, sizeof(*(p)));						\
	__once; })
#define READ_ONCE(x)		host_read(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, value)	__atomic_store_n(&(x), value, __ATOMIC_RELAXED)
/* Pairs with what its user names. */
#define smp_load_acquire(p)	({ host_barrier(HOST_ACQUIRE); host_read(p, __ATOMIC_ACQUIRE); })
/* As above. */
#define smp_store_release(p, value) \
	({ host_barrier(HOST_RELEASE); __atomic_store_n(p, value, __ATOMIC_RELEASE); })
/* As above. */
#define smp_mb() \
	({ host_barrier(HOST_FULL); __atomic_thread_fence(__ATOMIC_SEQ_CST); })
#define barrier()		__atomic_signal_fence(__ATOMIC_SEQ_CST)

#endif /* HOST_SHARED_H */
