/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_CVQ_H
#define RINGSWITCH_CVQ_H

#include "queue.h"
#include "worker.h"

struct rsw_guest;

/**
 * struct rsw_cvq - control queue of a guest (virtio 1.3, 5.1.6.5)
 * @queue: the queue
 * @worker: runs it
 */
struct rsw_cvq {
	struct rsw_queue queue;
	struct rsw_worker worker;
};

int rsw_cvq_init(struct rsw_cvq *cvq, struct rsw_guest *guest, u16 number);
void rsw_cvq_free(struct rsw_cvq *cvq);

#endif /* RINGSWITCH_CVQ_H */
