// SPDX-License-Identifier: GPL-2.0
/* Who runs a guest's ingress: the caller, a thread of its VMM, or softirq. */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/vhost_task.h>
#include <linux/sizes.h>

#include "caller.h"
#include "trace.h"
#include "worker.h"

/*
 * Rounds a caller does before the rest goes to the thread: at most 256 frames or
 * 1 MiB, about what vhost-net allows itself before it yields.
 */
#define RSW_CALLER_ROUNDS	4

/* More than a question and its answer: an average over kicks, and kicks in a row. */
#define RSW_BULK_BYTES		4096
#define RSW_BULK_KICKS		4

enum {
	RSW_WORKER_RUNNING,	/* started; cleared first thing by stop */
	RSW_WORKER_IN_KERNEL,	/* driven by a driver of this kernel */
	RSW_WORKER_CALLER,	/* @caller is queued somewhere */
	RSW_WORKER_PENDING,	/* the thread has something to do */
};

static void caller_run(struct callback_head *head)
{
	struct rsw_worker *worker = container_of(head, struct rsw_worker, caller);
	struct device *dev = worker->dev;
	int rounds = 0;

	/* From here a new kick queues again. */
	clear_bit(RSW_WORKER_CALLER, &worker->flags);
	/*
	 * Pairs with test_and_set_bit() in rsw_worker_kick(): a kick that found the bit
	 * set put its chains into the ring before this run looks there.
	 */
	smp_mb__after_atomic();
	WRITE_ONCE(worker->runner, current);
	while (worker->round(worker)) {
		if (++rounds == RSW_CALLER_ROUNDS) {
			rsw_worker_wake(worker);
			break;
		}
	}
	/* Another caller may have come meanwhile. */
	cmpxchg(&worker->runner, current, NULL);
	put_device(dev);
	rsw_caller_done();
}

static bool task_run(void *data)
{
	struct rsw_worker *worker = data;

	/* vhost_task has set TASK_INTERRUPTIBLE: a wake from now on is not lost. */
	if (!test_and_clear_bit(RSW_WORKER_PENDING, &worker->flags))
		return false;
	__set_current_state(TASK_RUNNING);
	if (worker->round(worker))
		set_bit(RSW_WORKER_PENDING, &worker->flags);
	cond_resched();
	return true;
}

/* The VMM is being killed: its frames have no claim to be sent any more. */
static void task_killed(void *data)
{
	struct rsw_worker *worker = data;

	clear_bit(RSW_WORKER_RUNNING, &worker->flags);
}

static void bh_run(struct work_struct *work)
{
	struct rsw_worker *worker = container_of(work, struct rsw_worker, bh);

	if (worker->round(worker))
		rsw_worker_wake(worker);
}

/* Who runs it next, for people. */
static void ask(struct rsw_worker *worker, const char *by)
{
	WRITE_ONCE(worker->by, by);
	trace_rsw_wake(worker, by);
}

void rsw_worker_init(struct rsw_worker *worker, struct device *dev, u16 number,
		     bool (*round)(struct rsw_worker *worker))
{
	worker->round = round;
	worker->dev = dev;
	worker->number = number;
	spin_lock_init(&worker->lock);
	init_task_work(&worker->caller, caller_run);
	INIT_WORK(&worker->bh, bh_run);
}

/*
 * Forking fails while a signal is pending, to be tried again by the system call. This
 * call cannot be tried again: let signals wait instead.
 */
static struct vhost_task *create_task(struct rsw_worker *worker, const char *name)
{
	struct vhost_task *task;
	sigset_t all, old;

	sigfillset(&all);
	sigdelset(&all, SIGKILL);
	sigprocmask(SIG_BLOCK, &all, &old);
	task = vhost_task_create(task_run, task_killed, worker, name);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return task;
}

/**
 * rsw_worker_start - get ready for kicks
 * @worker: the worker; nothing happens when it is ready
 * @in_kernel: the driver is one of this kernel
 * @name: for the thread
 *
 * Context: may sleep; current is a thread of the VMM unless @in_kernel, and gets a
 * new sibling thread.
 * Return: 0 or a negative errno.
 */
int rsw_worker_start(struct rsw_worker *worker, bool in_kernel, const char *name)
{
	struct vhost_task *task = NULL;

	if (worker->started)
		return 0;
	if (!in_kernel) {
		task = create_task(worker, name);
		if (IS_ERR(task))
			return PTR_ERR(task);
		vhost_task_start(task);
	}
	spin_lock_irq(&worker->lock);
	worker->task = task;
	worker->mm = in_kernel ? NULL : current->mm;
	assign_bit(RSW_WORKER_IN_KERNEL, &worker->flags, in_kernel);
	set_bit(RSW_WORKER_RUNNING, &worker->flags);
	spin_unlock_irq(&worker->lock);
	worker->started = true;
	return 0;
}

/**
 * rsw_worker_stop - no round runs in thread or softirq after this
 * @worker: the worker, started or not
 *
 * A caller may still be queued; it finds the queue stopped.
 *
 * Context: may sleep; no lock that a round takes is held.
 */
void rsw_worker_stop(struct rsw_worker *worker)
{
	struct vhost_task *task;

	spin_lock_irq(&worker->lock);
	clear_bit(RSW_WORKER_RUNNING, &worker->flags);
	task = worker->task;
	worker->task = NULL;
	spin_unlock_irq(&worker->lock);
	worker->started = false;
	WRITE_ONCE(worker->by, NULL);
	if (task)
		vhost_task_stop(task);
	cancel_work_sync(&worker->bh);
}

/**
 * rsw_worker_wake - have a round run soon, but not by the caller
 * @worker: the worker; nothing happens when it is stopped
 *
 * Context: any.
 */
void rsw_worker_wake(struct rsw_worker *worker)
{
	unsigned long flags;

	spin_lock_irqsave(&worker->lock, flags);
	if (!test_bit(RSW_WORKER_RUNNING, &worker->flags)) {
		/* Nothing to run for. */
	} else if (worker->task) {
		ask(worker, "thread");
		set_bit(RSW_WORKER_PENDING, &worker->flags);
		vhost_task_wake(worker->task);
	} else {
		ask(worker, "softirq");
		queue_work(system_bh_wq, &worker->bh);
	}
	spin_unlock_irqrestore(&worker->lock, flags);
}

/* Is what the guest does bulk? The averages are the guest's own business if it races. */
static bool is_bulk(struct rsw_worker *worker)
{
	u32 sent = READ_ONCE(worker->sent), received = READ_ONCE(worker->received);
	u32 moved = sent - worker->seen_sent + received - worker->seen_received;

	worker->one_way = received == worker->seen_received ? worker->one_way + 1 : 0;
	worker->per_kick = (7 * worker->per_kick + min_t(u32, moved, SZ_64K)) / 8;
	worker->seen_sent = sent;
	worker->seen_received = received;
	return worker->per_kick >= RSW_BULK_BYTES || worker->one_way >= RSW_BULK_KICKS;
}

/**
 * rsw_worker_kick - the driver has put something into its ring
 * @worker: the worker
 *
 * Context: any; typically inside an eventfd wakeup with interrupts off.
 */
void rsw_worker_kick(struct rsw_worker *worker)
{
	if (!test_bit(RSW_WORKER_RUNNING, &worker->flags))
		return;
	if (test_bit(RSW_WORKER_IN_KERNEL, &worker->flags) ||
	    current->mm != READ_ONCE(worker->mm) || READ_ONCE(worker->runner) == current ||
	    is_bulk(worker)) {
		rsw_worker_wake(worker);
		return;
	}
	if (test_and_set_bit(RSW_WORKER_CALLER, &worker->flags))
		return;
	get_device(worker->dev);
	if (rsw_caller_add(&worker->caller)) {
		ask(worker, "caller");
		return;
	}
	clear_bit(RSW_WORKER_CALLER, &worker->flags);
	rsw_worker_wake(worker);
	put_device(worker->dev);
}
