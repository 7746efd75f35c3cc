/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_WORKER_H
#define RINGSWITCH_WORKER_H

#include <linux/spinlock.h>
#include <linux/task_work.h>
#include <linux/workqueue.h>

struct device;
struct mm_struct;
struct task_struct;
struct vhost_task;

/**
 * struct rsw_worker - who moves the frames that a guest sends
 * @round: does a bounded piece of work, true when more is waiting. Any context that
 *	allows BH to be disabled; harmless when the queue is stopped
 * @dev: referenced while work is queued where it cannot be cancelled
 * @number: of the queue it serves, among those of its guest
 * @by: who had to run it last: a word for people, or NULL
 * @flags: RSW_WORKER_*
 * @started: between start and stop; these two do not race
 * @mm: the VMM's, only compared; pinned by @task
 * @runner: the caller that is in a round
 * @caller: queued to the thread that kicked
 * @bh: queued to softirq, for drivers in this kernel
 * @lock: makes @task safe to wake against its end; taken with interrupts off
 * @task: thread of the VMM for what the caller cannot or should not do; NULL for a driver
 *	in this kernel, and when it was killed
 * @sent: bytes taken from the guest, wrapping; under the ingress queue's lock
 * @received: bytes given to it, wrapping; under the egress queue's lock
 * @seen_sent: @sent at the last kick. This and the rest: kicks, which follow each other
 * @seen_received: @received at the last kick
 * @per_kick: bytes moved between two kicks, on average
 * @one_way: kicks in a row between which the guest got nothing
 *
 * DOC: Who runs the ingress of a guest
 *
 * A kick arrives inside an eventfd wakeup: interrupts off, no signalling allowed.
 * Three places can do the work, in this order of preference:
 *
 * - the **caller**: task_work runs on the kicking vCPU thread before it returns to its
 *   guest. No thread hop, and the sender pays with its own time and cgroup. Limited to
 *   RSW_CALLER_ROUNDS, so that a guest that never stops sending does not keep a vCPU.
 *   Anybody may signal an eventfd, so only threads of the port's own VMM are callers,
 *   and none that is in a round already (a call eventfd can also be a kick eventfd);
 * - a **vhost_task** of the VMM, for bulk, for what the caller leaves over and for kicks
 *   from threads that are exiting or have no user mode. It sleeps unless woken. Bulk means
 *   many bytes between two kicks or many kicks without a frame in return: there chains
 *   gather until the thread runs, perhaps on another CPU, and the guest need not stop for
 *   each. A question and its answer gain nothing from that and stay with the caller;
 * - **softirq**, for virtio_vdpa, whose kicks come from the kernel's own transmit path.
 *
 * Queued task_work cannot be cancelled. It holds a reference on @dev, finds a stopped
 * queue harmless, and caller.c keeps the module's text for it.
 */
struct rsw_worker {
	bool (*round)(struct rsw_worker *worker);
	struct device *dev;
	u16 number;
	const char *by;
	unsigned long flags;
	bool started;
	struct mm_struct *mm;
	struct task_struct *runner;
	struct callback_head caller;
	struct work_struct bh;
	spinlock_t lock;
	struct vhost_task *task;
	u32 sent;
	u32 received;
	u32 seen_sent;
	u32 seen_received;
	u32 per_kick;
	u32 one_way;
};

void rsw_worker_init(struct rsw_worker *worker, struct device *dev, u16 number,
		     bool (*round)(struct rsw_worker *worker));
int rsw_worker_start(struct rsw_worker *worker, bool in_kernel, const char *name);
void rsw_worker_stop(struct rsw_worker *worker);
void rsw_worker_kick(struct rsw_worker *worker);
void rsw_worker_wake(struct rsw_worker *worker);

#endif /* RINGSWITCH_WORKER_H */
