/* SPDX-License-Identifier: GPL-2.0 */
/* Access to memory that somebody else may write meanwhile. tools/host/model has its own. */
#ifndef HOST_SHARED_H
#define HOST_SHARED_H

/* watch.c: the next read of watched memory is the first and last that sees its value. */
void host_was_read(const void *addr, size_t len);
void *host_memcpy(void *to, const void *from, size_t len);

#define memcpy(to, from, len)	host_memcpy(to, from, len)

#define host_read(p, order) ({							\
	__typeof__(*(p)) __once = __atomic_load_n(p, order);			\
	host_was_read(p, sizeof(*(p)));						\
	__once; })
#define READ_ONCE(x)		host_read(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, value)	__atomic_store_n(&(x), value, __ATOMIC_RELAXED)
/* Pairs with what its user names. */
#define smp_load_acquire(p)	host_read(p, __ATOMIC_ACQUIRE)
/* As above. */
#define smp_store_release(p, value)	__atomic_store_n(p, value, __ATOMIC_RELEASE)
/* As above. */
#define smp_mb()		__atomic_thread_fence(__ATOMIC_SEQ_CST)
#define barrier()		__atomic_signal_fence(__ATOMIC_SEQ_CST)

#endif /* HOST_SHARED_H */
