// SPDX-License-Identifier: GPL-2.0
/* A pair of queues comes and goes with its guest. */
#include <net/page_pool/helpers.h>

#include "guest.h"
#include "pair.h"
#include "skb.h"

/**
 * rsw_pair_init - make a zeroed pair usable
 * @pair: the pair
 * @guest: whose
 * @number: of its first queue
 *
 * Context: sleeps.
 * Return: 0 or a negative errno; rsw_pair_free() is due in both cases.
 */
int rsw_pair_init(struct rsw_pair *pair, struct rsw_guest *guest, u16 number)
{
	struct page_pool *pages;
	int err;

	pair->guest = guest;
	rsw_worker_init(&pair->worker, &guest->vdpa.dev, number + 1, rsw_guest_ingress);
	/* Both: even to be freed they need their locks. */
	err = rsw_queue_init(&pair->egress, &guest->mem[0], number, NULL);
	err = rsw_queue_init(&pair->ingress, &guest->mem[0], number + 1, &pair->worker) ?: err;
	if (err)
		return err;
	pages = rsw_skb_pool();
	if (IS_ERR(pages))
		return PTR_ERR(pages);
	pair->batch.pages = pages;
	return 0;
}

void rsw_pair_free(struct rsw_pair *pair)
{
	page_pool_destroy(pair->batch.pages);
	rsw_queue_free(&pair->egress);
	rsw_queue_free(&pair->ingress);
}
