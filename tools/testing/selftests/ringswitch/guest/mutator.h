/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MUTATOR_H
#define MUTATOR_H

#include <pthread.h>

#include "mockguest.h"

struct mutator {
	struct guest *guest;
	pthread_t thread;
	bool stop;
	unsigned int seed;
	uint64_t stores;
};

/* Between the two, rings and buffers change at any time. 0 or a negative error. */
int mutator_start(struct mutator *mutator, struct guest *guest);
void mutator_stop(struct mutator *mutator);

#endif
