// SPDX-License-Identifier: GPL-2.0
/* The control queue: commands are taken, done and answered, one by one. */
#include <linux/rcupdate.h>

#include "command.h"
#include "copy.h"
#include "cvq.h"
#include "guest.h"

/* Commands of one run, with BH off. */
#define RUN_COMMANDS	16

/* Bytes of the longest command: two tables of some hundred addresses. */
#define COMMAND_MAX	8192

/* Returns whether there was one. */
static bool run_command(struct rsw_guest *guest)
{
	struct rsw_queue *queue = &guest->cvq.queue;
	struct rsw_chain chain = { .seg = queue->seg }, command;
	struct rsw_answer answer = { .len = sizeof(answer.ack) };
	struct rsw_target to;
	int err;

	err = rsw_vring_available(&queue->ring);
	if (!err)
		return false;
	if (err > 0)
		err = rsw_vring_take(&queue->ring, RSW_MEM_RO | RSW_MEM_WO, COMMAND_MAX, &chain,
				     RSW_CHAIN_SEGS);
	if (err == -EBUSY)
		return false;
	/* Nothing to read, or nowhere to answer. */
	if (!err && (!chain.nread || !chain.len))
		err = -EPROTO;
	if (err) {
		rsw_guest_break(guest, queue, err);
		return false;
	}
	to = rsw_target(chain.seg + chain.nread);
	command = (struct rsw_chain){
		.seg = chain.seg, .nsegs = chain.nread, .len = chain.read_len,
	};
	answer.ack = rsw_command_execute(guest, &command, &answer) ? VIRTIO_NET_OK : VIRTIO_NET_ERR;
	answer.len = min(answer.len, chain.len);
	rsw_copy(&to, &answer.ack, answer.len);
	rsw_vring_use(&queue->ring, chain.id, chain.ndesc, answer.len);
	return true;
}

static bool run(struct rsw_worker *worker)
{
	struct rsw_cvq *cvq = container_of(worker, struct rsw_cvq, worker);
	struct rsw_guest *guest = container_of(cvq, struct rsw_guest, cvq);
	bool more = false;

	spin_lock_bh(&cvq->queue.lock);
	if (cvq->queue.running && !READ_ONCE(guest->broken)) {
		rcu_read_lock();
		rsw_mem_cursor_clear(&cvq->queue.ring.cursor);
		rsw_vring_quiet(&cvq->queue.ring);
		for (int n = 0; n < RUN_COMMANDS && run_command(guest); n++)
			;
		rcu_read_unlock();
		rsw_queue_show(&cvq->queue, 0);
		more = rsw_guest_listen(guest, &cvq->queue);
	}
	spin_unlock_bh(&cvq->queue.lock);
	return more;
}

/**
 * rsw_cvq_init - make a zeroed control queue usable
 * @cvq: the queue
 * @guest: whose
 * @number: among its queues
 *
 * Context: sleeps.
 * Return: 0 or -ENOMEM; rsw_cvq_free() is due in both cases.
 */
int rsw_cvq_init(struct rsw_cvq *cvq, struct rsw_guest *guest, u16 number)
{
	guest->active = 1;
	rsw_worker_init(&cvq->worker, &guest->vdpa.dev, number, run);
	return rsw_queue_init(&cvq->queue, &guest->mem[0], number, &cvq->worker);
}

void rsw_cvq_free(struct rsw_cvq *cvq)
{
	rsw_queue_free(&cvq->queue);
}
