// SPDX-License-Identifier: GPL-2.0
/* Where the only thread is, its clock, and what waits for the end of its RCU read section. */
#include <host/mm.h>
#include <host/net.h>
#include <host/sync.h>
#include <host/vdpa.h>

struct host_context host_context;
unsigned long jiffies = -5 * HZ;
u64 host_ns = 1000000000;

static void **waiting;
static size_t n_waiting;

void host_kfree_rcu(void *p)
{
	if (!host_context.rcu) {
		kfree(p);
		return;
	}
	waiting = reallocarray(waiting, n_waiting + 1, sizeof(*waiting));
	host_check(waiting, "out of memory");
	waiting[n_waiting++] = p;
}

void host_rcu_unlock(void)
{
	host_check(host_context.rcu > 0, "no RCU read section");
	if (--host_context.rcu)
		return;
	while (n_waiting)
		kfree(waiting[--n_waiting]);
	free(waiting);
	waiting = NULL;
}
