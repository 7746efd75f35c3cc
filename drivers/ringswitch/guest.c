// SPDX-License-Identifier: GPL-2.0
/* Life of a guest port: starting and stopping queues, reset, BROKEN. */
#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <linux/slab.h>

#include "fdb.h"
#include "guest.h"
#include "mgmt.h"
#include "skb.h"
#include "switch.h"
#include "trace.h"

/*
 * The queues are the only readers of guest memory, each under its own lock: having held
 * all of them once means that no translation made before is still in use.
 */
static void fence(struct rsw_mem *mem)
{
	struct rsw_guest *guest = container_of(mem, struct rsw_guest, mem);

	for (unsigned int i = 0; i < rsw_guest_nqueues(guest); i++) {
		spin_lock_bh(&rsw_guest_queue(guest, i)->lock);
		spin_unlock_bh(&rsw_guest_queue(guest, i)->lock);
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
 * @guest: from vdpa_alloc_device(), with npairs set
 *
 * Context: sleeps.
 * Return: 0 or a negative errno; rsw_guest_free() is due in both cases.
 */
int rsw_guest_init(struct rsw_guest *guest)
{
	int err = 0;

	mutex_init(&guest->ctl);
	spin_lock_init(&guest->config_lock);
	rsw_mem_init(&guest->mem, fence);
	guest->pair = kvcalloc(guest->npairs, sizeof(*guest->pair), GFP_KERNEL);
	if (!guest->pair) {
		guest->npairs = 0;
		return -ENOMEM;
	}
	for (u16 i = 0; i < guest->npairs; i++)
		err = rsw_pair_init(&guest->pair[i], guest, 2 * i) ?: err;
	return err ?: rsw_port_init(&guest->port, &guest_port_ops);
}

void rsw_guest_free(struct rsw_guest *guest)
{
	rsw_mem_unmap_all(&guest->mem);
	rsw_port_free(&guest->port);
	for (u16 i = 0; i < guest->npairs; i++)
		rsw_pair_free(&guest->pair[i]);
	kvfree(guest->pair);
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
void rsw_guest_break(struct rsw_guest *guest, struct rsw_queue *queue, int error)
{
	queue->running = false;
	if (cmpxchg(&guest->broken, 0, error))
		return;
	trace_rsw_broken(&guest->port, queue->number, error);
	/* virtio 1.3, 2.1.2: NEEDS_RESET is set, now say so. */
	spin_lock_bh(&guest->config_lock);
	notify_config(guest);
	spin_unlock_bh(&guest->config_lock);
}

static bool in_kernel_driver(const struct rsw_guest *guest)
{
	const struct device_driver *driver = guest->vdpa.dev.driver;

	return driver && !strcmp(driver->name, "virtio_vdpa");
}

/* If everything is there that it needs: another call comes when the last of it does. */
static void start_queue(struct rsw_guest *guest, struct rsw_queue *queue)
{
	int err = 0;

	lockdep_assert_held(&guest->ctl);
	if (!queue->ready || !(guest->status & VIRTIO_CONFIG_S_DRIVER_OK) ||
	    guest->suspended || guest->broken)
		return;
	if (queue->worker)
		err = rsw_worker_start(queue->worker, in_kernel_driver(guest),
				       dev_name(&guest->vdpa.dev));
	if (!err)
		err = rsw_queue_start(queue, guest->features);
	if (err)
		rsw_guest_break(guest, queue, err);
	/* Whatever the driver sent before we listened. */
	else if (queue->worker)
		rsw_worker_wake(queue->worker);
}

static void start_queues(struct rsw_guest *guest)
{
	for (unsigned int i = 0; i < rsw_guest_nqueues(guest); i++)
		start_queue(guest, rsw_guest_queue(guest, i));
}

static void start_driver(struct rsw_guest *guest)
{
	/*
	 * A driver of this kernel passes bus addresses and is trusted with all memory;
	 * whoever holds a vhost-vdpa fd gets what was mapped and nothing else.
	 */
	guest->mem.identity = in_kernel_driver(guest);
	if (!(guest->features & BIT_ULL(VIRTIO_F_VERSION_1))) {
		rsw_guest_break(guest, rsw_guest_queue(guest, 0), -EPROTO);
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
	bool was_ready;

	mutex_lock(&guest->ctl);
	was_ready = queue->ready;
	queue->ready = ready;
	if (!ready)
		rsw_queue_stop(queue);
	else if (!was_ready)
		start_queue(guest, queue);
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
	for (unsigned int i = 0; i < rsw_guest_nqueues(guest); i++)
		rsw_queue_forget(rsw_guest_queue(guest, i));
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
	for (u16 i = 0; i < guest->npairs; i++)
		rsw_worker_stop(&guest->pair[i].worker);
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
	for (unsigned int i = 0; i < rsw_guest_nqueues(guest); i++)
		rsw_queue_stop(rsw_guest_queue(guest, i));
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
	for (unsigned int i = 0; i < rsw_guest_nqueues(guest); i++) {
		struct rsw_queue *queue = rsw_guest_queue(guest, i);

		if (!rsw_queue_touches(queue, first, last))
			continue;
		rsw_queue_stop(queue);
		rsw_guest_break(guest, queue, -EFAULT);
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
