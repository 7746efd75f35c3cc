// SPDX-License-Identifier: GPL-2.0
/* Life of a guest port: starting and stopping queues, reset. */
#include <linux/netdevice.h>
#include <linux/slab.h>

#include "cap.h"
#include "command.h"
#include "fdb.h"
#include "guest.h"
#include "mgmt.h"
#include "skb.h"
#include "switch.h"

static const char *guest_state(const struct rsw_port *port)
{
	const struct rsw_guest *guest = rsw_guest_of_port(port);

	if (READ_ONCE(guest->broken))
		return "broken";
	if (READ_ONCE(guest->suspended))
		return "suspended";
	return READ_ONCE(guest->status) & VIRTIO_CONFIG_S_DRIVER_OK ? "running" : "idle";
}

static unsigned int guest_backlog(struct rsw_port *port)
{
	struct rsw_guest *guest = rsw_guest_of_port(port);
	unsigned int n = 0;

	for (u16 i = 0; i < guest->npairs; i++)
		n += rsw_queue_backlog(&guest->pair[i].ingress);
	return n;
}

static const struct rsw_port_ops guest_port_ops = {
	.egress = rsw_guest_egress,
	.state = guest_state,
	.backlog = guest_backlog,
};

/**
 * rsw_guest_init - make a zeroed guest usable
 * @guest: from vdpa_alloc_device(), with npairs set
 *
 * Context: sleeps.
 * Return: 0; -ENOMEM; -ENOSPC, the host has as many queues or ports as it may. rsw_guest_free()
 * is due in all cases.
 */
int rsw_guest_init(struct rsw_guest *guest)
{
	int err;

	mutex_init(&guest->ctl);
	rsw_guest_config_init(guest);
	rsw_guest_mem_init(guest);
	err = rsw_cvq_init(&guest->cvq, guest, 2 * guest->npairs);
	if (!rsw_cap_take(RSW_CAP_queue_pairs, guest->npairs)) {
		guest->npairs = 0;
		return -ENOSPC;
	}
	guest->pair = kvcalloc(guest->npairs, sizeof(*guest->pair), GFP_KERNEL);
	if (!guest->pair) {
		rsw_cap_give(RSW_CAP_queue_pairs, guest->npairs);
		guest->npairs = 0;
		return -ENOMEM;
	}
	for (u16 i = 0; i < guest->npairs; i++)
		err = rsw_pair_init(&guest->pair[i], guest, 2 * i) ?: err;
	return err ?: rsw_port_init(&guest->port, &guest_port_ops);
}

void rsw_guest_free(struct rsw_guest *guest)
{
	rsw_guest_config_free(guest);
	mutex_lock(&guest->ctl);
	rsw_command_reset(guest);
	mutex_unlock(&guest->ctl);
	rsw_guest_mem_free(guest);
	rsw_port_free(&guest->port);
	for (u16 i = 0; i < guest->npairs; i++)
		rsw_pair_free(&guest->pair[i]);
	kvfree(guest->pair);
	rsw_cap_give(RSW_CAP_queue_pairs, guest->npairs);
	rsw_cvq_free(&guest->cvq);
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

/*
 * A driver that can say itself when it wants to be interrupted decides alone, and starts with
 * "always" as virtio demands (1.3, 5.1.6.5.8). For others it is the host that decides.
 */
static bool driver_coalesces(const struct rsw_guest *guest)
{
	return guest->status & VIRTIO_CONFIG_S_DRIVER_OK &&
	       guest->features & (BIT_ULL(VIRTIO_NET_F_NOTF_COAL) |
				  BIT_ULL(VIRTIO_NET_F_VQ_NOTF_COAL));
}

/* After a reset all queues interrupt at once. */
static void start_coalescing(struct rsw_guest *guest)
{
	if (driver_coalesces(guest))
		return;
	rsw_guest_coalesce(guest, false, &guest->ingress_coal);
	rsw_guest_coalesce(guest, true, &guest->egress_coal);
}

static void start_driver(struct rsw_guest *guest)
{
	rsw_guest_mem_start(guest, in_kernel_driver(guest));
	rsw_command_reset(guest);
	if (!(guest->features & BIT_ULL(VIRTIO_F_VERSION_1))) {
		rsw_guest_break(guest, rsw_guest_queue(guest, 0), -EPROTO);
		return;
	}
	start_coalescing(guest);
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

/* What the guest has said; an administrator may have said more. */
static void forget(struct rsw_port *port)
{
	netdevice_tracker tracker;
	struct rsw_switch *sw;

	rcu_read_lock();
	sw = rcu_dereference(port->sw);
	/* Its netdev is freed when nobody holds it, and the switch is part of it. */
	if (sw)
		netdev_hold(sw->dev, &tracker, GFP_ATOMIC);
	rcu_read_unlock();
	if (!sw)
		return;
	rsw_fdb_flush_dynamic(&sw->fdb, port);
	netdev_put(sw->dev, &tracker);
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
	mutex_lock(&guest->ctl);
	for (unsigned int i = 0; i < rsw_guest_nqueues(guest); i++)
		rsw_queue_forget(rsw_guest_queue(guest, i));
	rsw_guest_config_reset(guest);
	for (u16 i = 0; i < guest->npairs; i++)
		rsw_worker_stop(&guest->pair[i].worker);
	rsw_worker_stop(&guest->cvq.worker);
	rsw_guest_mem_reset(guest);
	guest->features = 0;
	rsw_command_reset(guest);
	WRITE_ONCE(guest->suspended, false);
	WRITE_ONCE(guest->status, 0);
	WRITE_ONCE(guest->broken, 0);
	if (guest->rep)
		netif_carrier_off(guest->rep);
	forget(&guest->port);
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

/**
 * rsw_guest_set_coalescing - how often the driver may be interrupted, if it has no say
 * @guest: the guest
 * @ingress: for what it sends
 * @egress: for what it gets
 *
 * In force at once, and for each driver to come.
 *
 * Return: 0, or -EBUSY while a driver is there that decides itself; nothing is changed then.
 */
int rsw_guest_set_coalescing(struct rsw_guest *guest, const struct rsw_coalescing *ingress,
			     const struct rsw_coalescing *egress)
{
	int err = 0;

	mutex_lock(&guest->ctl);
	if (driver_coalesces(guest)) {
		err = -EBUSY;
	} else {
		guest->ingress_coal = *ingress;
		guest->egress_coal = *egress;
		if (guest->status & VIRTIO_CONFIG_S_DRIVER_OK)
			start_coalescing(guest);
	}
	mutex_unlock(&guest->ctl);
	return err;
}

/* What is in force: of a driver that decides itself, for its first pair. */
void rsw_guest_get_coalescing(struct rsw_guest *guest, struct rsw_coalescing *ingress,
			      struct rsw_coalescing *egress)
{
	mutex_lock(&guest->ctl);
	*ingress = guest->ingress_coal;
	*egress = guest->egress_coal;
	if (driver_coalesces(guest)) {
		rsw_notify_get(&guest->pair[0].ingress.notify, ingress);
		rsw_notify_get(&guest->pair[0].egress.notify, egress);
	}
	mutex_unlock(&guest->ctl);
}
