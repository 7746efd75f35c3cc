// SPDX-License-Identifier: GPL-2.0
/* Life of a guest port: starting and stopping queues, reset, BROKEN. */
#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <net/page_pool/helpers.h>

#include "fdb.h"
#include "guest.h"
#include "mgmt.h"
#include "skb.h"
#include "switch.h"
#include "trace.h"

/*
 * Both queues are the only readers of guest memory, each under its own lock: having
 * held both once means that no translation made before is still in use.
 */
static void fence(struct rsw_mem *mem)
{
	struct rsw_guest *guest = container_of(mem, struct rsw_guest, mem);

	for (int i = 0; i < RSW_QUEUES; i++) {
		spin_lock_bh(&guest->queue[i].lock);
		spin_unlock_bh(&guest->queue[i].lock);
	}
}

static const char *guest_state(const struct rsw_port *port)
{
	const struct rsw_guest *guest = rsw_guest_of_port(port);

	if (READ_ONCE(guest->broken))
		return "broken";
	if (READ_ONCE(guest->suspended))
		return "suspended";
	return READ_ONCE(guest->status) & VIRTIO_CONFIG_S_DRIVER_OK ? "running" : "idle";
}

static const struct rsw_port_ops guest_port_ops = {
	.egress = rsw_guest_egress,
	.state = guest_state,
};

/**
 * rsw_guest_init - make a zeroed guest usable
 * @guest: from vdpa_alloc_device()
 *
 * Context: sleeps.
 * Return: 0 or a negative errno; rsw_guest_free() is due in both cases.
 */
int rsw_guest_init(struct rsw_guest *guest)
{
	struct page_pool *pages;
	int err = 0;

	mutex_init(&guest->ctl);
	spin_lock_init(&guest->config_lock);
	rsw_mem_init(&guest->mem, fence);
	rsw_worker_init(&guest->worker, &guest->vdpa.dev, rsw_guest_ingress);
	/* All of them: even to be freed they need their locks. */
	for (int i = 0; i < RSW_QUEUES; i++)
		err = rsw_queue_init(&guest->queue[i], &guest->mem, i == RSW_EGRESS_QUEUE) ?: err;
	if (err)
		return err;
	pages = rsw_skb_pool();
	if (IS_ERR(pages))
		return PTR_ERR(pages);
	guest->batch.pages = pages;
	return rsw_port_init(&guest->port, &guest_port_ops);
}

void rsw_guest_free(struct rsw_guest *guest)
{
	rsw_mem_unmap_all(&guest->mem);
	rsw_port_free(&guest->port);
	page_pool_destroy(guest->batch.pages);
	for (int i = 0; i < RSW_QUEUES; i++)
		rsw_queue_free(&guest->queue[i]);
}

static void notify_config(struct rsw_guest *guest)
{
	lockdep_assert_held(&guest->config_lock);
	if (guest->config_cb.callback)
		guest->config_cb.callback(guest->config_cb.private);
}

/**
 * rsw_guest_break - the guest has broken the virtio rules
 * @guest: the guest
 * @queue: where
 * @error: how
 *
 * From here on nothing of it is read until it is reset; no other port notices.
 *
 * Context: any that may take spinlocks with BH off. The caller holds the queue's lock
 * or guest->ctl.
 */
void rsw_guest_break(struct rsw_guest *guest, unsigned int queue, int error)
{
	guest->queue[queue].running = false;
	if (cmpxchg(&guest->broken, 0, error))
		return;
	trace_rsw_broken(&guest->port, queue, error);
	/* virtio 1.3, 2.1.2: NEEDS_RESET is set, now say so. */
	spin_lock_bh(&guest->config_lock);
	notify_config(guest);
	spin_unlock_bh(&guest->config_lock);
}

/* If everything is there that it needs: another call comes when the last of it does. */
static void start_queue(struct rsw_guest *guest, unsigned int i)
{
	int err;

	lockdep_assert_held(&guest->ctl);
	if (!guest->queue[i].ready || !(guest->status & VIRTIO_CONFIG_S_DRIVER_OK) ||
	    guest->suspended || guest->broken)
		return;
	/* Egress looks into the ring when it has something: it wants no kicks. */
	err = rsw_queue_start(&guest->queue[i], guest->features, i == RSW_EGRESS_QUEUE);
	if (err)
		rsw_guest_break(guest, i, err);
}

static void stop_queue(struct rsw_guest *guest, unsigned int i)
{
	lockdep_assert_held(&guest->ctl);
	rsw_queue_stop(&guest->queue[i]);
}

static void start_queues(struct rsw_guest *guest)
{
	for (int i = 0; i < RSW_QUEUES; i++)
		start_queue(guest, i);
	/* Whatever the driver sent before we listened. */
	rsw_worker_wake(&guest->worker);
}

static bool in_kernel_driver(const struct rsw_guest *guest)
{
	const struct device_driver *driver = guest->vdpa.dev.driver;

	return driver && !strcmp(driver->name, "virtio_vdpa");
}

static void start_driver(struct rsw_guest *guest)
{
	bool in_kernel = in_kernel_driver(guest);
	int err;

	/*
	 * A driver of this kernel passes bus addresses and is trusted with all memory;
	 * whoever holds a vhost-vdpa fd gets what was mapped and nothing else.
	 */
	guest->mem.identity = in_kernel;
	err = rsw_worker_start(&guest->worker, in_kernel, dev_name(&guest->vdpa.dev));
	if (!err && !(guest->features & BIT_ULL(VIRTIO_F_VERSION_1)))
		err = -EPROTO;
	if (err) {
		rsw_guest_break(guest, RSW_INGRESS_QUEUE, err);
		return;
	}
	start_queues(guest);
	if (guest->rep)
		netif_carrier_on(guest->rep);
}

/**
 * rsw_guest_set_status - the driver moves on (virtio 1.3, 3.1.1)
 * @guest: the guest
 * @status: new status, not 0
 */
void rsw_guest_set_status(struct rsw_guest *guest, u8 status)
{
	u8 set;

	mutex_lock(&guest->ctl);
	set = status & ~guest->status;
	/* The virtio core leaves ACKNOWLEDGE behind when a driver has gone. */
	if (status & VIRTIO_CONFIG_S_DRIVER && !guest->in_use) {
		guest->in_use = true;
		rsw_mgmt_guest_busy(guest->mgmt);
	}
	WRITE_ONCE(guest->status, status);
	if (set & VIRTIO_CONFIG_S_DRIVER_OK)
		start_driver(guest);
	mutex_unlock(&guest->ctl);
}

void rsw_guest_set_ready(struct rsw_guest *guest, struct rsw_queue *queue, bool ready)
{
	unsigned int i = queue - guest->queue;
	bool was_ready;

	mutex_lock(&guest->ctl);
	was_ready = queue->ready;
	queue->ready = ready;
	if (!ready) {
		stop_queue(guest, i);
	} else if (!was_ready) {
		start_queue(guest, i);
		rsw_worker_wake(&guest->worker);
	}
	mutex_unlock(&guest->ctl);
}

/* Where a queue goes on: told before it is enabled, or while the device is suspended. */
int rsw_guest_set_index(struct rsw_guest *guest, struct rsw_queue *queue, u16 index)
{
	int err = 0;

	mutex_lock(&guest->ctl);
	if (queue->ready && !guest->suspended)
		err = -EBUSY;
	else
		queue->index = index;
	mutex_unlock(&guest->ctl);
	return err;
}

static void forget_driver(struct rsw_guest *guest)
{
	for (int i = 0; i < RSW_QUEUES; i++)
		rsw_queue_forget(&guest->queue[i]);
	spin_lock_bh(&guest->config_lock);
	guest->config_cb = (struct vdpa_callback){};
	spin_unlock_bh(&guest->config_lock);
}

/**
 * rsw_guest_reset - back to the state after creation, maps excepted
 * @guest: the guest
 *
 * When this returns, nothing of the guest's memory is accessed, no callback runs or
 * will run, and its addresses are forgotten by the switch.
 */
void rsw_guest_reset(struct rsw_guest *guest)
{
	struct rsw_switch *sw;

	mutex_lock(&guest->ctl);
	forget_driver(guest);
	rsw_worker_stop(&guest->worker);
	guest->mem.identity = false;
	guest->features = 0;
	WRITE_ONCE(guest->suspended, false);
	WRITE_ONCE(guest->status, 0);
	WRITE_ONCE(guest->broken, 0);
	if (guest->rep)
		netif_carrier_off(guest->rep);
	rcu_read_lock();
	sw = rcu_dereference(guest->port.sw);
	if (sw)
		rsw_fdb_flush_port(&sw->fdb, &guest->port);
	rcu_read_unlock();
	if (guest->in_use) {
		guest->in_use = false;
		rsw_mgmt_guest_idle(guest->mgmt);
	}
	mutex_unlock(&guest->ctl);
}

/**
 * rsw_guest_suspend - stand still, for a VMM that wants to look or to move
 * @guest: the guest
 *
 * When this returns nothing is in flight: each queue's index says what the driver has
 * back, and neither rings nor buffers are touched before rsw_guest_resume().
 */
void rsw_guest_suspend(struct rsw_guest *guest)
{
	mutex_lock(&guest->ctl);
	WRITE_ONCE(guest->suspended, true);
	for (int i = 0; i < RSW_QUEUES; i++)
		stop_queue(guest, i);
	mutex_unlock(&guest->ctl);
}

void rsw_guest_resume(struct rsw_guest *guest)
{
	mutex_lock(&guest->ctl);
	if (guest->suspended) {
		WRITE_ONCE(guest->suspended, false);
		start_queues(guest);
	}
	mutex_unlock(&guest->ctl);
}

/* A queue whose ring is in memory that goes away cannot go on. */
static void stop_queues_in(struct rsw_guest *guest, u64 first, u64 last)
{
	for (int i = 0; i < RSW_QUEUES; i++) {
		if (!rsw_queue_touches(&guest->queue[i], first, last))
			continue;
		stop_queue(guest, i);
		rsw_guest_break(guest, i, -EFAULT);
	}
}

/**
 * rsw_guest_unmap - take memory away from the port
 * @guest: the guest
 * @iova: first address
 * @size: bytes
 */
void rsw_guest_unmap(struct rsw_guest *guest, u64 iova, u64 size)
{
	mutex_lock(&guest->ctl);
	stop_queues_in(guest, iova, iova + (size - 1));
	rsw_mem_unmap(&guest->mem, iova, size);
	mutex_unlock(&guest->ctl);
}

/* Take all memory away from the port. */
void rsw_guest_unmap_all(struct rsw_guest *guest)
{
	mutex_lock(&guest->ctl);
	if (!guest->mem.identity)
		stop_queues_in(guest, 0, U64_MAX);
	rsw_mem_unmap_all(&guest->mem);
	mutex_unlock(&guest->ctl);
}

/**
 * rsw_guest_set_link - show the driver that its cable is plugged or not
 * @guest: the guest
 * @up: link state
 */
void rsw_guest_set_link(struct rsw_guest *guest, bool up)
{
	spin_lock_bh(&guest->config_lock);
	if (guest->link_up != up) {
		guest->link_up = up;
		WRITE_ONCE(guest->generation, guest->generation + 1);
		notify_config(guest);
	}
	spin_unlock_bh(&guest->config_lock);
}

/* For the next driver: one that runs has read its address and does not look again. */
void rsw_guest_set_mac(struct rsw_guest *guest, const u8 *mac)
{
	spin_lock_bh(&guest->config_lock);
	ether_addr_copy(guest->mac, mac);
	WRITE_ONCE(guest->generation, guest->generation + 1);
	spin_unlock_bh(&guest->config_lock);
}
