// SPDX-License-Identifier: GPL-2.0
/* What runs the queues of a guest in a kernel: here it is who calls a worker's round. */
#include "worker.h"

void rsw_worker_init(struct rsw_worker *worker, struct device *dev, u16 number,
		     bool (*round)(struct rsw_worker *worker))
{
	*worker = (struct rsw_worker){ .round = round, .dev = dev, .number = number };
}
