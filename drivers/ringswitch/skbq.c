// SPDX-License-Identifier: GPL-2.0
/*
 * Batches out of single socket buffers, per CPU.
 *
 * A NIC's poll and the host's transmit path hand over one buffer at a time. They are
 * collected here and run by a NAPI instance of the switch, which the same softirq
 * gets to as soon as the NIC's poll is done. So a burst costs one visit and one
 * interrupt per receiver, and the path never nests on the host's transmit stack.
 */
#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "account.h"
#include "datapath.h"
#include "port.h"
#include "skb.h"
#include "skbq.h"
#include "switch.h"

/* As much as the host itself queues per CPU by default (net.core.netdev_max_backlog). */
#define RSW_SKBQ_LEN	1000

/**
 * struct rsw_skbq - one CPU's queue
 * @sw: the switch
 * @napi: runs it
 * @list: buffers; its lock is taken with interrupts on, BH off
 * @batch: belongs to @napi
 */
struct rsw_skbq {
	struct rsw_switch *sw;
	struct napi_struct napi;
	struct sk_buff_head list;
	struct rsw_batch batch;
};

struct rsw_skb_cb {
	struct rsw_port *port;
};

static struct rsw_skb_cb *cb_of(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct rsw_skb_cb) > sizeof(skb->cb));
	return (struct rsw_skb_cb *)skb->cb;
}

/* Up to @max buffers of one port. */
static unsigned int fill(struct rsw_skbq *queue, struct rsw_batch *batch, unsigned int max)
{
	struct sk_buff *skb;

	spin_lock(&queue->list.lock);
	skb = skb_peek(&queue->list);
	rsw_batch_init(batch, skb ? cb_of(skb)->port : NULL);
	while (skb && batch->n < max && cb_of(skb)->port == batch->from) {
		__skb_unlink(skb, &queue->list);
		/* Parsed below, without the lock. */
		batch->frame[batch->n++].skb = skb;
		skb = skb_peek(&queue->list);
	}
	spin_unlock(&queue->list.lock);
	return batch->n;
}

static void run(struct rsw_skbq *queue, struct rsw_batch *batch)
{
	for (unsigned int i = 0; i < batch->n; i++) {
		bool good = rsw_frame_from_skb(&batch->frame[i], batch->frame[i].skb);

		batch->live |= BIT_ULL(i);
		batch->bytes += batch->frame[i].len;
		if (!good)
			rsw_drop(batch, i, RSW_DROP_IN_bad_header);
	}
	rsw_datapath_run(batch, rcu_dereference(batch->from->sw));
	rsw_skb_release(batch);
}

static int poll(struct napi_struct *napi, int budget)
{
	struct rsw_skbq *queue = container_of(napi, struct rsw_skbq, napi);
	int done = 0;

	/* Covers the ports of buffers that are in no list any more. */
	rcu_read_lock();
	while (done < budget) {
		unsigned int max = min(budget - done, RSW_BATCH_FRAMES);

		if (!fill(queue, &queue->batch, max))
			break;
		run(queue, &queue->batch);
		done += queue->batch.n;
	}
	rcu_read_unlock();
	if (done < budget)
		napi_complete_done(napi, done);
	return done;
}

static void drop_unqueued(struct rsw_port *port, struct sk_buff *skb, enum rsw_drop_reason reason)
{
	rsw_drop_unbatched(port, skb->len, reason);
	kfree_skb(skb);
}

/**
 * rsw_skbq_add - a frame comes in from a NIC or from the host
 * @sw: the switch
 * @port: where it comes from
 * @skb: data at the MAC header, at least an Ethernet header linear; consumed
 *
 * Context: BH off, RCU read section.
 */
void rsw_skbq_add(struct rsw_switch *sw, struct rsw_port *port, struct sk_buff *skb)
{
	struct rsw_skbq *queue = this_cpu_ptr(sw->skbq);
	bool full;

	if (!rsw_port_is_up(&sw->host)) {
		drop_unqueued(port, skb, RSW_DROP_IN_switch_down);
		return;
	}
	cb_of(skb)->port = port;
	spin_lock(&queue->list.lock);
	full = skb_queue_len(&queue->list) >= RSW_SKBQ_LEN;
	if (!full)
		__skb_queue_tail(&queue->list, skb);
	spin_unlock(&queue->list.lock);
	if (full)
		drop_unqueued(port, skb, RSW_DROP_IN_backlog);
	else
		napi_schedule(&queue->napi);
}

/**
 * rsw_skbq_purge - drop queued frames of a port
 * @sw: the switch
 * @port: a port that nothing is added for any more; NULL for all ports
 */
void rsw_skbq_purge(struct rsw_switch *sw, struct rsw_port *port)
{
	struct sk_buff *skb, *next;
	int cpu;

	for_each_possible_cpu(cpu) {
		struct rsw_skbq *queue = per_cpu_ptr(sw->skbq, cpu);

		spin_lock_bh(&queue->list.lock);
		skb_queue_walk_safe(&queue->list, skb, next) {
			struct rsw_port *from = cb_of(skb)->port;

			if (port && from != port)
				continue;
			__skb_unlink(skb, &queue->list);
			drop_unqueued(from, skb, RSW_DROP_IN_port_down);
		}
		spin_unlock_bh(&queue->list.lock);
	}
}

/* Buffers of a port that wait, on all CPUs. RCU read section. */
unsigned int rsw_skbq_backlog(struct rsw_port *port)
{
	const struct rsw_switch *sw = rcu_dereference(port->sw);
	unsigned int n = 0;
	int cpu;

	if (!sw)
		return 0;
	for_each_possible_cpu(cpu) {
		struct rsw_skbq *queue = per_cpu_ptr(sw->skbq, cpu);
		struct sk_buff *skb;

		spin_lock_bh(&queue->list.lock);
		skb_queue_walk(&queue->list, skb)
			n += cb_of(skb)->port == port;
		spin_unlock_bh(&queue->list.lock);
	}
	return n;
}

int rsw_skbq_init(struct rsw_switch *sw)
{
	int cpu;

	sw->skbq = alloc_percpu(struct rsw_skbq);
	if (!sw->skbq)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		struct rsw_skbq *queue = per_cpu_ptr(sw->skbq, cpu);

		queue->sw = sw;
		skb_queue_head_init(&queue->list);
		netif_napi_add(sw->dev, &queue->napi, poll);
	}
	return 0;
}

void rsw_skbq_start(struct rsw_switch *sw)
{
	int cpu;

	for_each_possible_cpu(cpu)
		napi_enable(&per_cpu_ptr(sw->skbq, cpu)->napi);
}

/* The switch is down: rsw_skbq_add() takes nothing any more, a grace period ago. */
void rsw_skbq_stop(struct rsw_switch *sw)
{
	int cpu;

	for_each_possible_cpu(cpu)
		napi_disable(&per_cpu_ptr(sw->skbq, cpu)->napi);
	rsw_skbq_purge(sw, NULL);
}

/* NAPI instances are looked up by id under RCU: a grace period comes before the free. */
void rsw_skbq_free(struct rsw_switch *sw)
{
	int cpu;

	for_each_possible_cpu(cpu)
		netif_napi_del(&per_cpu_ptr(sw->skbq, cpu)->napi);
	free_percpu(sw->skbq);
}
