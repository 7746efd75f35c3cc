// SPDX-License-Identifier: GPL-2.0
/* A guest port as a vDPA device: thin glue between the vdpa core and guest.c. */
#include <linux/etherdevice.h>
#include <linux/vdpa.h>
#include <net/netlink.h>
#include <uapi/linux/vdpa.h>
#include <uapi/linux/vhost_types.h>
#include <uapi/linux/virtio_ids.h>

#include "guest.h"
#include "mgmt.h"
#include "vdpa.h"

/* Debian, and everybody else without a PCI vendor id of their own. */
#define RSW_VENDOR_ID	0

static struct rsw_queue *queue_of(struct vdpa_device *vdpa, u16 i)
{
	return rsw_guest_queue(rsw_guest_of(vdpa), i);
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
	struct rsw_worker *worker = queue_of(vdpa, i)->worker;

	if (worker)
		rsw_worker_kick(worker);
}

static void set_vq_cb(struct vdpa_device *vdpa, u16 i, struct vdpa_callback *cb)
{
	struct rsw_queue *queue = queue_of(vdpa, i);

	spin_lock_bh(&queue->lock);
	queue->cb = *cb;
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

/* "vdpa dev vstats show": with one pair of queues, a direction of the port each. */
static int get_vendor_vq_stats(struct vdpa_device *vdpa, u16 i, struct sk_buff *msg,
			       struct netlink_ext_ack *extack)
{
	enum rsw_counter frames = i % 2 ? RSW_INGRESS_FRAMES : RSW_EGRESS_FRAMES;
	struct rsw_stats_sum sum;
	u64 dropped;

	if (i >= rsw_guest_nqueues(rsw_guest_of(vdpa))) {
		NL_SET_ERR_MSG(extack, "No queue has this index");
		return -EINVAL;
	}
	rsw_stats_sum(rsw_guest_of(vdpa)->port.stats, &sum);
	dropped = i % 2 ? rsw_stats_drops_in(&sum) : rsw_stats_drops_out(&sum);
	return put_stat(msg, "frames", sum.count[frames]) ?:
	       put_stat(msg, "bytes", sum.count[frames + 1]) ?:
	       put_stat(msg, "dropped", dropped);
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
	mutex_lock(&guest->ctl);
	/* Constant while queues run, which is why the path reads it without a lock. */
	if (!(guest->status & VIRTIO_CONFIG_S_DRIVER_OK))
		guest->features = features;
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
	return RSW_VRING_NUM_MAX;
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
		.max_virtqueue_pairs = (__force __virtio16)cpu_to_le16(1),
		.mtu = (__force __virtio16)cpu_to_le16(guest->mtu),
	};

	spin_lock_bh(&guest->config_lock);
	if (guest->link_up)
		config.status = (__force __virtio16)cpu_to_le16(VIRTIO_NET_S_LINK_UP);
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
	return rsw_mem_map(&rsw_guest_of(vdpa)->mem, iova, size, pa, rights);
}

static int dma_unmap(struct vdpa_device *vdpa, unsigned int asid, u64 iova, u64 size)
{
	rsw_guest_unmap(rsw_guest_of(vdpa), iova, size);
	return 0;
}

static int reset_map(struct vdpa_device *vdpa, unsigned int asid)
{
	rsw_guest_unmap_all(rsw_guest_of(vdpa));
	return 0;
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

static void configure(struct rsw_guest *guest, const struct vdpa_dev_set_config *config)
{
	guest->offered = config->mask & BIT_ULL(VDPA_ATTR_DEV_FEATURES) ?
			 config->device_features : RSW_VDPA_FEATURES_DEFAULT;
	guest->npairs = 1;
	guest->mtu = config->mask & BIT_ULL(VDPA_ATTR_DEV_NET_CFG_MTU) ?
		     config->net.mtu : ETH_DATA_LEN;
	if (config->mask & BIT_ULL(VDPA_ATTR_DEV_NET_CFG_MACADDR))
		ether_addr_copy(guest->mac, config->net.mac);
	else
		eth_random_addr(guest->mac);
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

	guest = vdpa_alloc_device(struct rsw_guest, vdpa, NULL, &vdpa_ops, NULL, 1, 1, name, false);
	if (IS_ERR(guest))
		return guest;
	rsw_mgmt_get(mgmt);
	guest->mgmt = mgmt;
	guest->mem.dma_dev = &guest->vdpa.dev;
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
