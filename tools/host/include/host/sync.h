/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Locks, bottom halves, RCU and per-CPU data of one thread. Nothing can race here, so all
 * of this only checks the rules: what may nest in what, and who must hold what.
 */
#ifndef HOST_SYNC_H
#define HOST_SYNC_H

#include <host/kernel.h>

/**
 * struct host_context - where the only thread is
 * @pauses: how often others could have run
 * @bh: depth of disabled bottom halves
 * @rcu: depth of RCU read sections
 * @spin: spinlocks held
 */
struct host_context {
	unsigned int pauses;
	int bh;
	int rcu;
	int spin;
};

extern struct host_context host_context;

static inline bool host_atomic(void)
{
	return host_context.bh || host_context.rcu || host_context.spin;
}

#define might_sleep()	host_check(!host_atomic(), "sleeps in atomic context")
#define cond_resched()	do { might_sleep(); host_context.pauses++; } while (0)

static inline void local_bh_disable(void)
{
	host_context.bh++;
}

static inline void local_bh_enable(void)
{
	host_check(host_context.bh > 0, "bottom halves are not disabled");
	host_context.bh--;
}

/* @with_bh, @without_bh: how it was taken before; to mix the two is a deadlock. */
struct host_spinlock {
	bool held;
	bool with_bh;
	bool without_bh;
};

typedef struct host_spinlock spinlock_t;

static inline void spin_lock_init(spinlock_t *lock)
{
	*lock = (spinlock_t){};
}

#ifdef HOST_FAST
/* As on x86: a locked instruction to take it, when nobody else wants it, and a plain store. */
static inline void spin_lock(spinlock_t *lock)
{
	bool held = false;

	host_context.spin++;
	while (!__atomic_compare_exchange_n(&lock->held, &held, true, false, __ATOMIC_ACQUIRE,
					    __ATOMIC_RELAXED))
		held = false;
}

static inline void spin_unlock(spinlock_t *lock)
{
	__atomic_store_n(&lock->held, false, __ATOMIC_RELEASE);
	host_context.spin--;
}
#else
static inline void spin_lock(spinlock_t *lock)
{
	host_check(!lock->held, "spinlock taken twice");
	lock->held = true;
	lock->with_bh |= host_context.bh > 0;
	lock->without_bh |= !host_context.bh;
	host_check(!lock->with_bh || !lock->without_bh, "spinlock with and without BH");
	host_context.spin++;
}

static inline void spin_unlock(spinlock_t *lock)
{
	host_check(lock->held, "spinlock is not held");
	lock->held = false;
	host_context.spin--;
}
#endif

static inline void spin_lock_bh(spinlock_t *lock)
{
	local_bh_disable();
	spin_lock(lock);
}

static inline void spin_unlock_bh(spinlock_t *lock)
{
	spin_unlock(lock);
	local_bh_enable();
}

struct mutex {
	bool held;
};

static inline void mutex_init(struct mutex *lock)
{
	lock->held = false;
}

static inline void mutex_lock(struct mutex *lock)
{
	might_sleep();
	host_check(!lock->held, "mutex taken twice");
	lock->held = true;
}

static inline void mutex_unlock(struct mutex *lock)
{
	host_check(lock->held, "mutex is not held");
	lock->held = false;
}

#define lockdep_is_held(lock)		((lock)->held)
#define lockdep_assert_held(lock)	host_check((lock)->held, "lock is not held")

/* What was given to kfree_rcu() is freed as soon as there is no reader: a late use is seen. */
struct rcu_head {
	char unused;
};

void host_kfree_rcu(void *p);
void host_rcu_unlock(void);

static inline void rcu_read_lock(void)
{
	host_context.rcu++;
}

static inline void rcu_read_unlock(void)
{
	host_rcu_unlock();
}

#define kfree_rcu(p, member) \
	((void)offsetof(__typeof__(*(p)), member), host_kfree_rcu(p))
#define kfree_rcu_mightsleep(p)	do { might_sleep(); host_kfree_rcu(p); } while (0)
#define host_check_reader()	host_check(host_context.rcu, "no RCU read section")
#define rcu_dereference(p)	({ host_check_reader(); READ_ONCE(p); })
#define rcu_dereference_protected(p, held) \
	({ host_check(held, "who may write is not held"); (p); })
#define rcu_dereference_rtnl(p)	READ_ONCE(p)
#define rcu_access_pointer(p)	READ_ONCE(p)
/* What is behind the pointer is there before it. */
#define rcu_assign_pointer(p, value)	smp_store_release(&(p), value)
#define RCU_INIT_POINTER(p, value)	WRITE_ONCE(p, value)

#define this_cpu_ptr(p)		({ host_check(host_atomic(), "may change CPU here"); (p); })
#define per_cpu_ptr(p, cpu)	({ (void)(cpu); (p); })
#define for_each_possible_cpu(cpu) \
	for ((cpu) = 0; (cpu) < 1; (cpu)++)
#define free_percpu(p)		kfree(p)

typedef struct { u64 value; } u64_stats_t;

struct u64_stats_sync {
	bool writing;
};

static inline void u64_stats_update_begin(struct u64_stats_sync *sync)
{
	host_check(!sync->writing, "two writers of statistics");
	sync->writing = true;
}

static inline void u64_stats_update_end(struct u64_stats_sync *sync)
{
	sync->writing = false;
}

static inline void u64_stats_add(u64_stats_t *counter, u64 n)
{
	counter->value += n;
}

static inline u64 u64_stats_read(const u64_stats_t *counter)
{
	return counter->value;
}

static inline unsigned int u64_stats_fetch_begin(const struct u64_stats_sync *sync)
{
	host_check(!sync->writing, "statistics read while written");
	return 0;
}

static inline bool u64_stats_fetch_retry(const struct u64_stats_sync *sync, unsigned int start)
{
	return false;
}

#endif /* HOST_SYNC_H */
