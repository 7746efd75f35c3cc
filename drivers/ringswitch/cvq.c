// SPDX-License-Identifier: GPL-2.0
/* What a driver asks for by its control queue (virtio 1.3, 5.1.6.5). */
#include <linux/etherdevice.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "copy.h"
#include "cvq.h"
#include "filter.h"
#include "guest.h"
#include "rss.h"

/* Commands of one run, with BH off. */
#define RUN_COMMANDS	16

/* Bytes of the longest command: two tables of some hundred addresses. */
#define COMMAND_MAX	8192

/* What VIRTIO_NET_CTRL_GUEST_OFFLOADS can turn off and on. */
#define OFFLOADS								\
	(BIT_ULL(VIRTIO_NET_F_GUEST_CSUM) | BIT_ULL(VIRTIO_NET_F_GUEST_ECN) |	\
	 BIT_ULL(VIRTIO_NET_F_GUEST_TSO4) | BIT_ULL(VIRTIO_NET_F_GUEST_TSO6) |	\
	 BIT_ULL(VIRTIO_NET_F_GUEST_USO4) | BIT_ULL(VIRTIO_NET_F_GUEST_USO6))

static bool has(const struct rsw_guest *guest, unsigned int feature)
{
	return guest->features & BIT_ULL(feature);
}

/* Writers are commands, under the queue's lock, and a reset, when the queue is stopped. */
static bool may_write(const struct rsw_guest *guest)
{
	return lockdep_is_held(&guest->cvq.queue.lock) || lockdep_is_held(&guest->ctl);
}

static struct rsw_filter *filter_of(const struct rsw_guest *guest)
{
	return rcu_dereference_protected(guest->filter, may_write(guest));
}

/* A copy to change. A device starts with everything let through, until it is told. */
static struct rsw_filter *edit(const struct rsw_guest *guest)
{
	const struct rsw_filter *old = filter_of(guest);
	struct rsw_filter *filter;

	if (old)
		return kmemdup(old, sizeof(*old), GFP_ATOMIC);
	filter = kzalloc(sizeof(*filter), GFP_ATOMIC);
	if (!filter)
		return NULL;
	filter->modes = BIT(VIRTIO_NET_CTRL_RX_PROMISC);
	filter->by_vlan = has(guest, VIRTIO_NET_F_CTRL_VLAN);
	ether_addr_copy(filter->own, guest->mac);
	ether_addr_copy(filter->permanent, guest->permanent_mac);
	return filter;
}

static void replace(struct rsw_guest *guest, struct rsw_filter *filter)
{
	struct rsw_filter *old = filter_of(guest);

	rcu_assign_pointer(guest->filter, filter);
	if (old)
		kfree_rcu(old, rcu);
}

static bool set_mode(struct rsw_guest *guest, u8 mode, struct rsw_chain *chain)
{
	unsigned int feature = mode <= VIRTIO_NET_CTRL_RX_ALLMULTI ? VIRTIO_NET_F_CTRL_RX :
								     VIRTIO_NET_F_CTRL_RX_EXTRA;
	struct rsw_filter *filter;
	u8 on;

	if (mode > VIRTIO_NET_CTRL_RX_NOBCAST || !has(guest, feature) ||
	    !rsw_pull(chain, &on, sizeof(on)))
		return false;
	filter = edit(guest);
	if (!filter)
		return false;
	__assign_bit(mode, &filter->modes, on);
	replace(guest, filter);
	return true;
}

static bool pull_macs(struct rsw_chain *chain, struct rsw_filter_macs *macs)
{
	__le32 count;
	u32 n;

	if (!rsw_pull(chain, &count, sizeof(count)))
		return false;
	n = le32_to_cpu(count);
	macs->all = n > RSW_FILTER_MACS;
	macs->n = 0;
	for (u32 i = 0; i < n; i++) {
		u8 mac[ETH_ALEN];

		if (!rsw_pull(chain, mac, sizeof(mac)))
			return false;
		if (macs->n < RSW_FILTER_MACS)
			ether_addr_copy(macs->mac[macs->n++], mac);
	}
	return true;
}

static bool set_macs(struct rsw_guest *guest, struct rsw_chain *chain)
{
	struct rsw_filter *filter = has(guest, VIRTIO_NET_F_CTRL_RX) ? edit(guest) : NULL;

	if (!filter)
		return false;
	if (!pull_macs(chain, &filter->macs[0]) || !pull_macs(chain, &filter->macs[1])) {
		kfree(filter);
		return false;
	}
	replace(guest, filter);
	return true;
}

static bool set_own_mac(struct rsw_guest *guest, struct rsw_chain *chain)
{
	struct rsw_filter *filter;
	u8 mac[ETH_ALEN];

	if (!has(guest, VIRTIO_NET_F_CTRL_MAC_ADDR) || !rsw_pull(chain, mac, sizeof(mac)) ||
	    !is_valid_ether_addr(mac))
		return false;
	filter = edit(guest);
	if (!filter)
		return false;
	ether_addr_copy(filter->own, mac);
	replace(guest, filter);
	rsw_guest_set_mac(guest, mac);
	return true;
}

static bool set_vlan(struct rsw_guest *guest, u8 cmd, struct rsw_chain *chain)
{
	struct rsw_filter *filter;
	__le16 vid;

	if (!has(guest, VIRTIO_NET_F_CTRL_VLAN) || cmd > VIRTIO_NET_CTRL_VLAN_DEL ||
	    !rsw_pull(chain, &vid, sizeof(vid)) || le16_to_cpu(vid) >= VLAN_N_VID)
		return false;
	filter = edit(guest);
	if (!filter)
		return false;
	__assign_bit(le16_to_cpu(vid), filter->vlans, cmd == VIRTIO_NET_CTRL_VLAN_ADD);
	replace(guest, filter);
	return true;
}

static void replace_rss(struct rsw_guest *guest, struct rsw_rss *rss)
{
	struct rsw_rss *old = rcu_dereference_protected(guest->rss, may_write(guest));

	rcu_assign_pointer(guest->rss, rss);
	if (old)
		kfree_rcu(old, rcu);
}

static bool pull_queue(const struct rsw_guest *guest, struct rsw_chain *chain, u16 *queue)
{
	__le16 number;

	if (!rsw_pull(chain, &number, sizeof(number)))
		return false;
	*queue = le16_to_cpu(number);
	return *queue < guest->npairs;
}

/* struct virtio_net_rss_config; we have as many queues to send as to receive. */
static bool pull_rss(const struct rsw_guest *guest, struct rsw_chain *chain, struct rsw_rss *rss)
{
	__le16 mask, max_tx;
	__le32 types;
	u8 key;

	if (!rsw_pull(chain, &types, sizeof(types)) || !rsw_pull(chain, &mask, sizeof(mask)) ||
	    !pull_queue(guest, chain, &rss->unclassified))
		return false;
	rss->types = le32_to_cpu(types);
	rss->mask = le16_to_cpu(mask);
	if (rss->types & ~RSW_RSS_TYPES || rss->mask >= RSW_RSS_TABLE ||
	    rss->mask & (rss->mask + 1))
		return false;
	for (u16 i = 0; i <= rss->mask; i++)
		if (!pull_queue(guest, chain, &rss->table[i]))
			return false;
	return rsw_pull(chain, &max_tx, sizeof(max_tx)) &&
	       rsw_pull(chain, &key, sizeof(key)) && key <= RSW_RSS_KEY &&
	       rsw_pull(chain, rss->key, key);
}

static bool set_rss(struct rsw_guest *guest, struct rsw_chain *chain)
{
	struct rsw_rss *rss;

	if (!has(guest, VIRTIO_NET_F_RSS))
		return false;
	rss = kzalloc(sizeof(*rss), GFP_ATOMIC);
	if (!rss)
		return false;
	if (!pull_rss(guest, chain, rss)) {
		kfree(rss);
		return false;
	}
	replace_rss(guest, rss);
	return true;
}

static bool set_pairs(struct rsw_guest *guest, struct rsw_chain *chain)
{
	__le16 pairs;

	if (!has(guest, VIRTIO_NET_F_MQ) || !rsw_pull(chain, &pairs, sizeof(pairs)))
		return false;
	if (!pairs || le16_to_cpu(pairs) > guest->npairs)
		return false;
	WRITE_ONCE(guest->active, le16_to_cpu(pairs));
	/* 5.1.6.5.5: what was said before of how to spread frames holds no more. */
	replace_rss(guest, NULL);
	return true;
}

static bool set_offloads(struct rsw_guest *guest, struct rsw_chain *chain)
{
	u64 can = guest->features & OFFLOADS;
	__le64 offloads;

	if (!has(guest, VIRTIO_NET_F_CTRL_GUEST_OFFLOADS) ||
	    !rsw_pull(chain, &offloads, sizeof(offloads)) || le64_to_cpu(offloads) & ~can)
		return false;
	WRITE_ONCE(guest->rx_features, (guest->features & ~can) | le64_to_cpu(offloads));
	return true;
}

static bool execute(struct rsw_guest *guest, struct rsw_chain *chain)
{
	struct virtio_net_ctrl_hdr hdr;

	if (!rsw_pull(chain, &hdr, sizeof(hdr)))
		return false;
	switch (hdr.class << 8 | hdr.cmd) {
	case VIRTIO_NET_CTRL_MAC << 8 | VIRTIO_NET_CTRL_MAC_TABLE_SET:
		return set_macs(guest, chain);
	case VIRTIO_NET_CTRL_MAC << 8 | VIRTIO_NET_CTRL_MAC_ADDR_SET:
		return set_own_mac(guest, chain);
	case VIRTIO_NET_CTRL_ANNOUNCE << 8 | VIRTIO_NET_CTRL_ANNOUNCE_ACK:
		return rsw_guest_announced(guest);
	case VIRTIO_NET_CTRL_MQ << 8 | VIRTIO_NET_CTRL_MQ_VQ_PAIRS_SET:
		return set_pairs(guest, chain);
	case VIRTIO_NET_CTRL_MQ << 8 | VIRTIO_NET_CTRL_MQ_RSS_CONFIG:
		return set_rss(guest, chain);
	case VIRTIO_NET_CTRL_GUEST_OFFLOADS << 8 | VIRTIO_NET_CTRL_GUEST_OFFLOADS_SET:
		return set_offloads(guest, chain);
	}
	switch (hdr.class) {
	case VIRTIO_NET_CTRL_RX:
		return set_mode(guest, hdr.cmd, chain);
	case VIRTIO_NET_CTRL_VLAN:
		return set_vlan(guest, hdr.cmd, chain);
	}
	return false;
}

/* Returns whether there was one. */
static bool run_command(struct rsw_guest *guest)
{
	struct rsw_queue *queue = &guest->cvq.queue;
	struct rsw_chain chain = { .seg = queue->seg }, command;
	struct rsw_seg *answer;
	u8 ack;
	int err;

	err = rsw_vring_available(&queue->ring);
	if (!err)
		return false;
	if (err > 0)
		err = rsw_vring_take(&queue->ring, RSW_MEM_RO | RSW_MEM_WO, COMMAND_MAX, &chain,
				     RSW_QUEUE_SEGS);
	if (err == -EBUSY)
		return false;
	/* Nothing to read, or nowhere to answer. */
	if (!err && (!chain.nread || !chain.len))
		err = -EPROTO;
	if (err) {
		rsw_guest_break(guest, queue, err);
		return false;
	}
	answer = chain.seg + chain.nread;
	command = (struct rsw_chain){
		.seg = chain.seg, .nsegs = chain.nread, .len = chain.read_len,
	};
	ack = execute(guest, &command) ? VIRTIO_NET_OK : VIRTIO_NET_ERR;
	rsw_copy(&answer, &ack, sizeof(ack));
	rsw_vring_use(&queue->ring, chain.id, chain.ndesc, sizeof(ack));
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
		cvq->queue.ring.cursor.block = NULL;
		rsw_vring_quiet(&cvq->queue.ring);
		for (int n = 0; n < RUN_COMMANDS && run_command(guest); n++)
			;
		rcu_read_unlock();
		rsw_queue_show(&cvq->queue);
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
	rsw_worker_init(&cvq->worker, &guest->vdpa.dev, run);
	return rsw_queue_init(&cvq->queue, &guest->mem[0], number, &cvq->worker);
}

void rsw_cvq_free(struct rsw_cvq *cvq)
{
	rsw_queue_free(&cvq->queue);
}

/* Forget all commands. The queue is stopped; guest->ctl is held. */
void rsw_cvq_reset(struct rsw_guest *guest)
{
	lockdep_assert_held(&guest->ctl);
	guest->active = 1;
	guest->rx_features = guest->features;
	replace(guest, NULL);
	replace_rss(guest, NULL);
}
