// SPDX-License-Identifier: GPL-2.0
/* What a driver can ask for by its control queue (virtio 1.3, 5.1.6.5). */
#include <linux/etherdevice.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "command.h"
#include "copy.h"
#include "filter.h"
#include "guest.h"
#include "rss.h"

/* What VIRTIO_NET_CTRL_GUEST_OFFLOADS can turn off and on. */
#define OFFLOADS								\
	(BIT_ULL(VIRTIO_NET_F_GUEST_CSUM) | BIT_ULL(VIRTIO_NET_F_GUEST_ECN) |	\
	 BIT_ULL(VIRTIO_NET_F_GUEST_TSO4) | BIT_ULL(VIRTIO_NET_F_GUEST_TSO6) |	\
	 BIT_ULL(VIRTIO_NET_F_GUEST_USO4) | BIT_ULL(VIRTIO_NET_F_GUEST_USO6))

/*
 * A guest can send commands as fast as it likes, and what they replace is freed by RCU: out of
 * the VMM's own budget, not of the reserves of others.
 */
#define COMMAND_GFP	(GFP_NOWAIT | __GFP_NOWARN | __GFP_ACCOUNT)

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
static struct rsw_filter *edit(struct rsw_guest *guest)
{
	const struct rsw_filter *old = filter_of(guest);
	struct rsw_filter *filter;

	if (old)
		return kmemdup(old, sizeof(*old), COMMAND_GFP);
	filter = kzalloc(sizeof(*filter), COMMAND_GFP);
	if (!filter)
		return NULL;
	filter->modes = BIT(VIRTIO_NET_CTRL_RX_PROMISC);
	filter->by_vlan = has(guest, VIRTIO_NET_F_CTRL_VLAN);
	rsw_guest_get_macs(guest, filter->own, filter->permanent);
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

static struct rsw_rss *rss_of(const struct rsw_guest *guest)
{
	return rcu_dereference_protected(guest->rss, may_write(guest));
}

/* A copy to change. */
static struct rsw_rss *edit_rss(struct rsw_guest *guest)
{
	const struct rsw_rss *old = rss_of(guest);

	return old ? kmemdup(old, sizeof(*old), COMMAND_GFP) : kzalloc(sizeof(*old), COMMAND_GFP);
}

static void replace_rss(struct rsw_guest *guest, struct rsw_rss *rss)
{
	struct rsw_rss *old = rss_of(guest);

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

static bool pull_types(struct rsw_chain *chain, struct rsw_rss *rss)
{
	__le32 types;

	if (!rsw_pull(chain, &types, sizeof(types)))
		return false;
	rss->types = le32_to_cpu(types);
	return !(rss->types & ~RSW_RSS_TYPES);
}

static bool pull_key(struct rsw_chain *chain, struct rsw_rss *rss)
{
	u8 len;

	memset(rss->key, 0, sizeof(rss->key));
	return rsw_pull(chain, &len, sizeof(len)) && len <= RSW_RSS_KEY &&
	       rsw_pull(chain, rss->key, len);
}

/* struct virtio_net_rss_config; we have as many queues to send as to receive. */
static bool pull_rss(const struct rsw_guest *guest, struct rsw_chain *chain, struct rsw_rss *rss)
{
	__le16 mask, max_tx;

	if (!pull_types(chain, rss) || !rsw_pull(chain, &mask, sizeof(mask)) ||
	    !pull_queue(guest, chain, &rss->unclassified))
		return false;
	rss->mask = le16_to_cpu(mask);
	if (rss->mask >= RSW_RSS_TABLE || rss->mask & (rss->mask + 1))
		return false;
	for (u16 i = 0; i <= rss->mask; i++)
		if (!pull_queue(guest, chain, &rss->table[i]))
			return false;
	rss->steers = true;
	return rsw_pull(chain, &max_tx, sizeof(max_tx)) && pull_key(chain, rss);
}

/* struct virtio_net_hash_config: frames go where they went. */
static bool pull_hash(const struct rsw_guest *guest, struct rsw_chain *chain, struct rsw_rss *rss)
{
	__le16 reserved[4];

	return pull_types(chain, rss) && rsw_pull(chain, reserved, sizeof(reserved)) &&
	       pull_key(chain, rss);
}

static bool set_rss(struct rsw_guest *guest, unsigned int feature, struct rsw_chain *chain,
		    bool (*pull)(const struct rsw_guest *guest, struct rsw_chain *chain,
				 struct rsw_rss *rss))
{
	struct rsw_rss *rss = has(guest, feature) ? edit_rss(guest) : NULL;

	if (!rss)
		return false;
	if (!pull(guest, chain, rss)) {
		kfree(rss);
		return false;
	}
	replace_rss(guest, rss);
	return true;
}

/* 5.1.6.5.5: what was said before of how to spread frames holds no more. */
static bool stop_steering(struct rsw_guest *guest)
{
	struct rsw_rss *rss = NULL;

	if (rss_of(guest) && has(guest, VIRTIO_NET_F_HASH_REPORT)) {
		rss = edit_rss(guest);
		if (!rss)
			return false;
		rss->steers = false;
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
	if (!stop_steering(guest))
		return false;
	WRITE_ONCE(guest->active, le16_to_cpu(pairs));
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

static bool pull_coalescing(struct rsw_chain *chain, struct rsw_coalescing *coal)
{
	struct virtio_net_ctrl_coal wish;

	if (!rsw_pull(chain, &wish, sizeof(wish)))
		return false;
	coal->max_packets = le32_to_cpu(wish.max_packets);
	coal->max_usecs = le32_to_cpu(wish.max_usecs);
	return true;
}

/* Of all queues of a direction. */
static bool set_coalescing(struct rsw_guest *guest, bool receive, struct rsw_chain *chain)
{
	struct rsw_coalescing coal;

	if (!has(guest, VIRTIO_NET_F_NOTF_COAL) || !pull_coalescing(chain, &coal))
		return false;
	rsw_guest_coalesce(guest, receive, &coal);
	return true;
}

/* The queue that a command is about, and padding. NULL if there is none for frames. */
static struct rsw_notify *pull_vq(struct rsw_guest *guest, struct rsw_chain *chain)
{
	__le16 which[2];

	if (!has(guest, VIRTIO_NET_F_VQ_NOTF_COAL) || !rsw_pull(chain, which, sizeof(which)) ||
	    le16_to_cpu(which[0]) >= 2 * guest->npairs)
		return NULL;
	return &rsw_guest_queue(guest, le16_to_cpu(which[0]))->notify;
}

/* Of one queue. */
static bool set_vq_coalescing(struct rsw_guest *guest, struct rsw_chain *chain)
{
	struct rsw_notify *notify = pull_vq(guest, chain);
	struct rsw_coalescing coal;

	if (!notify || !pull_coalescing(chain, &coal))
		return false;
	rsw_notify_set(notify, &coal);
	return true;
}

/* The one command that is answered by more than yes or no. */
static bool get_vq_coalescing(struct rsw_guest *guest, struct rsw_chain *chain,
			      struct rsw_answer *answer)
{
	const struct rsw_notify *notify = pull_vq(guest, chain);
	struct rsw_coalescing coal;

	if (!notify)
		return false;
	rsw_notify_get(notify, &coal);
	answer->coal.max_packets = cpu_to_le32(coal.max_packets);
	answer->coal.max_usecs = cpu_to_le32(coal.max_usecs);
	answer->len += sizeof(answer->coal);
	return true;
}

/**
 * rsw_command_execute - do what a driver asks for
 * @guest: the guest
 * @chain: the command
 * @answer: what it says besides yes or no
 *
 * Context: control queue's lock, RCU read section.
 * Return: false if the command is not known, not negotiated or makes no sense; nothing is
 * changed then.
 */
bool rsw_command_execute(struct rsw_guest *guest, struct rsw_chain *chain,
			 struct rsw_answer *answer)
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
		return set_rss(guest, VIRTIO_NET_F_RSS, chain, pull_rss);
	case VIRTIO_NET_CTRL_MQ << 8 | VIRTIO_NET_CTRL_MQ_HASH_CONFIG:
		return set_rss(guest, VIRTIO_NET_F_HASH_REPORT, chain, pull_hash);
	case VIRTIO_NET_CTRL_GUEST_OFFLOADS << 8 | VIRTIO_NET_CTRL_GUEST_OFFLOADS_SET:
		return set_offloads(guest, chain);
	case VIRTIO_NET_CTRL_NOTF_COAL << 8 | VIRTIO_NET_CTRL_NOTF_COAL_TX_SET:
		return set_coalescing(guest, false, chain);
	case VIRTIO_NET_CTRL_NOTF_COAL << 8 | VIRTIO_NET_CTRL_NOTF_COAL_RX_SET:
		return set_coalescing(guest, true, chain);
	case VIRTIO_NET_CTRL_NOTF_COAL << 8 | VIRTIO_NET_CTRL_NOTF_COAL_VQ_SET:
		return set_vq_coalescing(guest, chain);
	case VIRTIO_NET_CTRL_NOTF_COAL << 8 | VIRTIO_NET_CTRL_NOTF_COAL_VQ_GET:
		return get_vq_coalescing(guest, chain, answer);
	}
	switch (hdr.class) {
	case VIRTIO_NET_CTRL_RX:
		return set_mode(guest, hdr.cmd, chain);
	case VIRTIO_NET_CTRL_VLAN:
		return set_vlan(guest, hdr.cmd, chain);
	}
	return false;
}

/* As if there had been no command. The control queue is stopped; guest->ctl is held. */
void rsw_command_reset(struct rsw_guest *guest)
{
	lockdep_assert_held(&guest->ctl);
	guest->active = 1;
	guest->rx_features = guest->features;
	replace(guest, NULL);
	replace_rss(guest, NULL);
}
