/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Access to memory that a hostile guest writes at any time: every read returns anything, the
 * next one of the same place something else, and nothing that was written is found again. Only
 * places matter, and model.c looks at each.
 */
#ifndef HOST_SHARED_H
#define HOST_SHARED_H

void model_read(const void *p, size_t len, u64 value);
void model_write(void *p, size_t len, u64 value);
void model_copy(void *to, const void *from, size_t len);

#define memcpy(to, from, len)	model_copy(to, from, len)

/* What is not initialized has any value. */
#define READ_ONCE(x) ({								\
	__typeof__(x) __any;							\
	model_read(&(x), sizeof(x), (u64)__any);				\
	__any; })
#define WRITE_ONCE(x, value)	model_write(&(x), sizeof(x), (u64)(value))
/* One thread: nothing is reordered for it. */
#define smp_load_acquire(p)	READ_ONCE(*(p))
/* As above. */
#define smp_store_release(p, value)	WRITE_ONCE(*(p), value)
/* As above. */
#define smp_mb()		do { } while (0)
#define barrier()		do { } while (0)

#endif /* HOST_SHARED_H */
