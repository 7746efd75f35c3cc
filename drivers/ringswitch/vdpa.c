// SPDX-License-Identifier: GPL-2.0
/* A guest port as a vDPA device: thin glue between the vdpa core and guest.c. */
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/vdpa.h>
#include <net/netlink.h>
#include <uapi/linux/vdpa.h>
#include <uapi/linux/vhost_types.h>
#include <uapi/linux/virtio_ids.h>

#include "guest.h"
#include "mgmt.h"
#include "rss.h"
#include "vdpa.h"

/* Debian, and everybody else without a PCI vendor id of their own. */
#define RSW_VENDOR_ID	0

#define SEVERAL_PAIRS	(BIT_ULL(VIRTIO_NET_F_MQ) | BIT_ULL(VIRTIO_NET_F_RSS))

/* The control queue is the last one, but the third where there is only one pair to use. */
static struct rsw_queue *queue_of(struct vdpa_device *vdpa, u16 i)
{
	struct rsw_guest *guest = rsw_guest_of(vdpa);
	unsigned int last = 2 * guest->npairs;

	if (!(guest->features & SEVERAL_PAIRS) && (i == 2 || i == last))
		i = i == 2 ? last : 2;
	return rsw_guest_queue(guest, i);
}

/* QEMU names callbacks before it sets features: those two may have been taken for each other. */
static void set_features(struct rsw_guest *guest, u64 features)
{
	lockdep_assert_held(&guest->ctl);
	if (guest->npairs > 1 && !(guest->features & SEVERAL_PAIRS) != !(features & SEVERAL_PAIRS))
		rsw_queue_swap(&guest->cvq.queue, rsw_guest_queue(guest, 2));
	guest->features = features;
}

static int set_vq_address(struct vdpa_device *vdpa, u16 i, u64 desc, u64 driver, u64 device)
{
	struct rsw_queue *queue = queue_of(vdpa, i);

	queue->desc_iova = desc;
	queue->avail_iova = driver;
	queue->used_iova = device;
	return 0;
}

static void set_vq_num(struct vdpa_device *vdpa, u16 i, u32 num)
{
	/* 6.12's vhost-vdpa checks only that it is a power of two. */
	queue_of(vdpa, i)->num = clamp_t(u32, num, 1, RSW_VRING_NUM_MAX);
}

static void kick_vq(struct vdpa_device *vdpa, u16 i)
{
	struct rsw_queue *queue = queue_of(vdpa, i);

	WRITE_ONCE(queue->kicks, queue->kicks + 1);
	if (queue->worker)
		rsw_worker_kick(queue->worker);
}

static void set_vq_cb(struct vdpa_device *vdpa, u16 i, struct vdpa_callback *cb)
{
	struct rsw_queue *queue = queue_of(vdpa, i);

	spin_lock_bh(&queue->lock);
	queue->notify.cb = *cb;
	spin_unlock_bh(&queue->lock);
}

static void set_vq_ready(struct vdpa_device *vdpa, u16 i, bool ready)
{
	rsw_guest_set_ready(rsw_guest_of(vdpa), queue_of(vdpa, i), ready);
}

static bool get_vq_ready(struct vdpa_device *vdpa, u16 i)
{
	return queue_of(vdpa, i)->ready;
}

static bool is_packed(const struct rsw_guest *guest)
{
	return guest->features & BIT_ULL(VIRTIO_F_RING_PACKED);
}

/*
 * Nothing is in flight in a stopped queue, so of a packed one only the available half counts:
 * not all drivers set the other.
 */
static int set_vq_state(struct vdpa_device *vdpa, u16 i, const struct vdpa_vq_state *state)
{
	struct rsw_guest *guest = rsw_guest_of(vdpa);
	u16 index = state->split.avail_index;

	if (is_packed(guest)) {
		index = state->packed.last_avail_idx;
		if (!state->packed.last_avail_counter)
			index |= BIT(VRING_PACKED_EVENT_F_WRAP_CTR);
	}
	return rsw_guest_set_index(guest, queue_of(vdpa, i), index);
}

static int get_vq_state(struct vdpa_device *vdpa, u16 i, struct vdpa_vq_state *state)
{
	u16 index = rsw_queue_index(queue_of(vdpa, i));

	if (!is_packed(rsw_guest_of(vdpa))) {
		state->split.avail_index = index;
		return 0;
	}
	state->packed.last_avail_idx = index;
	state->packed.last_avail_counter = !(index >> VRING_PACKED_EVENT_F_WRAP_CTR);
	state->packed.last_used_idx = state->packed.last_avail_idx;
	state->packed.last_used_counter = state->packed.last_avail_counter;
	return 0;
}

static int put_stat(struct sk_buff *msg, const char *name, u64 value)
{
	return nla_put_string(msg, VDPA_ATTR_DEV_VENDOR_ATTR_NAME, name) ?:
	       nla_put_u64_64bit(msg, VDPA_ATTR_DEV_VENDOR_ATTR_VALUE, value, VDPA_ATTR_PAD);
}

/* "vdpa dev vstats show" */
static int get_vendor_vq_stats(struct vdpa_device *vdpa, u16 i, struct sk_buff *msg,
			       struct netlink_ext_ack *extack)
{
	static const char * const names[] = { RSW_QUEUE_COUNTERS(RSW_QUEUE_NAME) };
	struct rsw_queue_stats stats;
	struct rsw_queue *queue;
	int err = 0;

	if (i >= rsw_vdpa_nqueues(rsw_guest_of(vdpa))) {
		NL_SET_ERR_MSG(extack, "No queue has this index");
		return -EINVAL;
	}
	queue = queue_of(vdpa, i);
	if (queue == &rsw_guest_of(vdpa)->cvq.queue) {
		NL_SET_ERR_MSG(extack, "The control queue has no frames");
		return -EOPNOTSUPP;
	}
	rsw_queue_get_stats(queue, &stats);
	for (int n = 0; n < ARRAY_SIZE(names) && !err; n++)
		err = put_stat(msg, names[n], ((const u64 *)&stats)[n]);
	return err;
}

static u32 get_vq_align(struct vdpa_device *vdpa)
{
	return PAGE_SIZE;
}

static u64 get_device_features(struct vdpa_device *vdpa)
{
	return rsw_guest_of(vdpa)->offered;
}

/* QEMU enables the data queues after DRIVER_OK. */
static u64 get_backend_features(const struct vdpa_device *vdpa)
{
	return BIT_ULL(VHOST_BACKEND_F_ENABLE_AFTER_DRIVER_OK);
}

static int set_driver_features(struct vdpa_device *vdpa, u64 features)
{
	struct rsw_guest *guest = rsw_guest_of(vdpa);

	if (features & ~guest->offered)
		return -EINVAL;
	/* The vdpa core sets 0 to read the config space before there is a driver. */
	if (features && ~features & RSW_VDPA_FEATURES_REQUIRED)
		return -EINVAL;
	if (!rsw_vdpa_features_agree(features))
		return -EINVAL;
	mutex_lock(&guest->ctl);
	/* Constant while queues run, which is why the path reads it without a lock. */
	if (!(guest->status & VIRTIO_CONFIG_S_DRIVER_OK))
		set_features(guest, features);
	mutex_unlock(&guest->ctl);
	return 0;
}

static u64 get_driver_features(struct vdpa_device *vdpa)
{
	return rsw_guest_of(vdpa)->features;
}

static void set_config_cb(struct vdpa_device *vdpa, struct vdpa_callback *cb)
{
	struct rsw_guest *guest = rsw_guest_of(vdpa);

	spin_lock_bh(&guest->config_lock);
	guest->config_cb = *cb;
	spin_unlock_bh(&guest->config_lock);
}

static u16 get_vq_num_max(struct vdpa_device *vdpa)
{
	return READ_ONCE(rsw_guest_of(vdpa)->ring_max);
}

static u32 get_device_id(struct vdpa_device *vdpa)
{
	return VIRTIO_ID_NET;
}

static u32 get_vendor_id(struct vdpa_device *vdpa)
{
	return RSW_VENDOR_ID;
}

static u8 get_status(struct vdpa_device *vdpa)
{
	struct rsw_guest *guest = rsw_guest_of(vdpa);
	u8 status = READ_ONCE(guest->status);

	return READ_ONCE(guest->broken) ? status | VIRTIO_CONFIG_S_NEEDS_RESET : status;
}

static void set_status(struct vdpa_device *vdpa, u8 status)
{
	rsw_guest_set_status(rsw_guest_of(vdpa), status);
}

static int reset(struct vdpa_device *vdpa)
{
	rsw_guest_reset(rsw_guest_of(vdpa));
	return 0;
}

static int suspend(struct vdpa_device *vdpa)
{
	rsw_guest_suspend(rsw_guest_of(vdpa));
	return 0;
}

static int resume(struct vdpa_device *vdpa)
{
	rsw_guest_resume(rsw_guest_of(vdpa));
	return 0;
}

static size_t get_config_size(struct vdpa_device *vdpa)
{
	return sizeof(struct virtio_net_config);
}

static void get_config(struct vdpa_device *vdpa, unsigned int offset, void *buf, unsigned int len)
{
	struct rsw_guest *guest = rsw_guest_of(vdpa);
	struct virtio_net_config config = {
		.max_virtqueue_pairs = (__force __virtio16)cpu_to_le16(guest->npairs),
		.mtu = (__force __virtio16)cpu_to_le16(guest->mtu),
		.speed = cpu_to_le32(RSW_PORT_SPEED),
		.duplex = DUPLEX_FULL,
		.rss_max_key_size = RSW_RSS_KEY,
		.rss_max_indirection_table_length = cpu_to_le16(RSW_RSS_TABLE),
		.supported_hash_types = cpu_to_le32(RSW_RSS_TYPES),
	};
	u16 status = 0;

	spin_lock_bh(&guest->config_lock);
	if (guest->link_up)
		status |= VIRTIO_NET_S_LINK_UP;
	if (guest->announce)
		status |= VIRTIO_NET_S_ANNOUNCE;
	config.status = (__force __virtio16)cpu_to_le16(status);
	ether_addr_copy(config.mac, guest->mac);
	spin_unlock_bh(&guest->config_lock);
	if (offset <= sizeof(config) && len <= sizeof(config) - offset)
		memcpy(buf, (u8 *)&config + offset, len);
	else
		memset(buf, 0, len);
}

static u32 get_generation(struct vdpa_device *vdpa)
{
	return READ_ONCE(rsw_guest_of(vdpa)->generation);
}

/* Nothing in the config space can be written (virtio 1.3, 5.1.4). */
static void set_config(struct vdpa_device *vdpa, unsigned int offset, const void *buf,
		       unsigned int len)
{
}

static int dma_map(struct vdpa_device *vdpa, unsigned int asid, u64 iova, u64 size, u64 pa,
		   u32 perm, void *opaque)
{
	unsigned long rights = 0;

	if (perm & VHOST_MAP_RO)
		rights |= RSW_MEM_RO;
	if (perm & VHOST_MAP_WO)
		rights |= RSW_MEM_WO;
	return rsw_mem_map(&rsw_guest_of(vdpa)->mem[asid], iova, size, pa, rights);
}

static int dma_unmap(struct vdpa_device *vdpa, unsigned int asid, u64 iova, u64 size)
{
	rsw_guest_unmap(rsw_guest_of(vdpa), asid, iova, size);
	return 0;
}

static int reset_map(struct vdpa_device *vdpa, unsigned int asid)
{
	rsw_guest_unmap_all(rsw_guest_of(vdpa), asid);
	return 0;
}

/* The control queue is a group of its own: a VMM may have it in another address space. */
static u32 get_vq_group(struct vdpa_device *vdpa, u16 i)
{
	return queue_of(vdpa, i) == &rsw_guest_of(vdpa)->cvq.queue;
}

static int set_group_asid(struct vdpa_device *vdpa, unsigned int group, unsigned int asid)
{
	if (group >= RSW_GUEST_SPACES || asid >= RSW_GUEST_SPACES)
		return -EINVAL;
	return rsw_guest_set_space(rsw_guest_of(vdpa), group, asid);
}

static void free_device(struct vdpa_device *vdpa)
{
	struct rsw_guest *guest = rsw_guest_of(vdpa);

	vdpa_free_driver_override(vdpa);
	rsw_guest_free(guest);
	rsw_mgmt_put(guest->mgmt);
}

static const struct vdpa_config_ops vdpa_ops = {
	.set_vq_address = set_vq_address,
	.set_vq_num = set_vq_num,
	.kick_vq = kick_vq,
	.set_vq_cb = set_vq_cb,
	.set_vq_ready = set_vq_ready,
	.get_vq_ready = get_vq_ready,
	.set_vq_state = set_vq_state,
	.get_vq_state = get_vq_state,
	.get_vendor_vq_stats = get_vendor_vq_stats,
	.get_vq_align = get_vq_align,
	.get_vq_group = get_vq_group,
	.set_group_asid = set_group_asid,
	.get_device_features = get_device_features,
	.get_backend_features = get_backend_features,
	.set_driver_features = set_driver_features,
	.get_driver_features = get_driver_features,
	.set_config_cb = set_config_cb,
	.get_vq_num_max = get_vq_num_max,
	.get_device_id = get_device_id,
	.get_vendor_id = get_vendor_id,
	.get_status = get_status,
	.set_status = set_status,
	.reset = reset,
	.suspend = suspend,
	.resume = resume,
	.get_config_size = get_config_size,
	.get_config = get_config,
	.get_generation = get_generation,
	.set_config = set_config,
	.dma_map = dma_map,
	.dma_unmap = dma_unmap,
	.reset_map = reset_map,
	.free = free_device,
};

/* Is there a control queue for all that needs one (virtio 1.3, 5.1.3.1)? */
bool rsw_vdpa_features_agree(u64 features)
{
	return features & BIT_ULL(VIRTIO_NET_F_CTRL_VQ) || !(features & RSW_VDPA_FEATURES_CTRL);
}

/* Queues that a driver can be told of. */
unsigned int rsw_vdpa_nqueues(const struct rsw_guest *guest)
{
	unsigned int data = 2 * guest->npairs;

	return guest->offered & BIT_ULL(VIRTIO_NET_F_CTRL_VQ) ? data + 1 : data;
}

static void configure(struct rsw_guest *guest, const struct vdpa_dev_set_config *config)
{
	guest->npairs = config->mask & BIT_ULL(VDPA_ATTR_DEV_NET_CFG_MAX_VQP) ?
			config->net.max_vq_pairs : 1;
	guest->offered = RSW_VDPA_FEATURES_DEFAULT;
	guest->ring_max = RSW_VRING_NUM_DEFAULT;
	if (guest->npairs == 1)
		guest->offered &= ~BIT_ULL(VIRTIO_NET_F_MQ);
	if (config->mask & BIT_ULL(VDPA_ATTR_DEV_FEATURES))
		guest->offered = config->device_features;
	guest->mtu = config->mask & BIT_ULL(VDPA_ATTR_DEV_NET_CFG_MTU) ?
		     config->net.mtu : ETH_DATA_LEN;
	if (config->mask & BIT_ULL(VDPA_ATTR_DEV_NET_CFG_MACADDR))
		ether_addr_copy(guest->permanent_mac, config->net.mac);
	else
		eth_random_addr(guest->permanent_mac);
	ether_addr_copy(guest->mac, guest->permanent_mac);
}

/**
 * rsw_vdpa_create - make a guest's device
 * @mgmt: where it belongs
 * @name: of the device
 * @config: checked attributes
 *
 * Return: guest, not registered, to be freed with put_device(); or an error pointer.
 */
struct rsw_guest *rsw_vdpa_create(struct rsw_mgmt *mgmt, const char *name,
				  const struct vdpa_dev_set_config *config)
{
	struct rsw_guest *guest;
	int err;

	guest = vdpa_alloc_device(struct rsw_guest, vdpa, NULL, &vdpa_ops, NULL,
				  RSW_GUEST_SPACES, RSW_GUEST_SPACES, name, false);
	if (IS_ERR(guest))
		return guest;
	rsw_mgmt_get(mgmt);
	guest->mgmt = mgmt;
	vdpa_set_dma_dev(&guest->vdpa, &guest->vdpa.dev);
	configure(guest, config);
	err = rsw_guest_init(guest);
	/* A VMM is what people want; virtio_vdpa by "driver_override" and rebinding. */
	if (!err)
		err = vdpa_set_driver_override(&guest->vdpa, "vhost_vdpa");
	if (err) {
		put_device(&guest->vdpa.dev);
		return ERR_PTR(err);
	}
	return guest;
}
