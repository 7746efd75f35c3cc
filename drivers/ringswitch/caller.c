// SPDX-License-Identifier: GPL-2.0
/*
 * Work on the calling thread's way back to user mode, outside of all locks.
 *
 * A module cannot cancel queued task_work, so its text has to stay until the last one
 * has run: they are counted here.
 */
#include <linux/atomic.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/wait_bit.h>

#include "caller.h"

/* Queued, or running and not yet out of rsw_caller_done(). */
static atomic_t callers = ATOMIC_INIT(0);

/* Does this thread have user mode (or a guest) to return to? */
static bool caller_can(void)
{
	return in_task() && module_is_live(THIS_MODULE) &&
	       !(current->flags & (PF_KTHREAD | PF_EXITING | PF_IO_WORKER | PF_USER_WORKER));
}

/**
 * rsw_caller_add - run something when this thread returns to user mode
 * @work: from init_task_work(), not queued; its function ends with rsw_caller_done()
 *
 * Context: any, eventfd wakeups with interrupts off included.
 * Return: false when this thread cannot; nothing is queued then.
 */
bool rsw_caller_add(struct callback_head *work)
{
	if (!caller_can())
		return false;
	atomic_inc(&callers);
	if (!task_work_add(current, work, TWA_RESUME))
		return true;
	rsw_caller_done();
	return false;
}

/* The last thing a queued function calls. */
void rsw_caller_done(void)
{
	if (atomic_dec_and_test(&callers))
		wake_up_var(&callers);
}

/**
 * rsw_caller_exit - wait until no caller is in module text; module exit only
 *
 * The last instructions of a caller run after it has counted itself out. A thread that
 * was preempted there is waited for by RCU tasks.
 */
void rsw_caller_exit(void)
{
	wait_var_event(&callers, !atomic_read(&callers));
	synchronize_rcu_tasks();
}
