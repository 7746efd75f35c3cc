// SPDX-License-Identifier: GPL-2.0
/*
 * A guest's address spaces. The control queue can be given one of its own: a VMM that stands
 * between it and the driver, to know what it would have to repeat elsewhere, puts its own
 * memory there.
 */
#include "guest.h"

/*
 * The queues are the only readers of guest memory, each under its own lock: having held
 * all of them once means that no translation made before is still in use.
 */
static void fence(struct rsw_mem *mem)
{
	struct rsw_guest *guest = container_of(mem->dma_dev, struct rsw_guest, vdpa.dev);

	for (unsigned int i = 0; i < rsw_guest_nqueues(guest); i++) {
		spin_lock_bh(&rsw_guest_queue(guest, i)->lock);
		spin_unlock_bh(&rsw_guest_queue(guest, i)->lock);
	}
}

void rsw_guest_mem_init(struct rsw_guest *guest)
{
	for (int i = 0; i < RSW_GUEST_SPACES; i++) {
		guest->mem[i].dma_dev = &guest->vdpa.dev;
		rsw_mem_init(&guest->mem[i], fence);
	}
}

void rsw_guest_mem_free(struct rsw_guest *guest)
{
	for (int i = 0; i < RSW_GUEST_SPACES; i++)
		rsw_mem_unmap_all(&guest->mem[i]);
}

/**
 * rsw_guest_mem_start - a driver starts
 * @guest: the guest; guest->ctl is held
 * @in_kernel: it is one of this kernel: it passes bus addresses and is trusted with all
 *	memory. Whoever holds a vhost-vdpa fd gets what was mapped and nothing else
 */
void rsw_guest_mem_start(struct rsw_guest *guest, bool in_kernel)
{
	lockdep_assert_held(&guest->ctl);
	guest->mem[0].identity = in_kernel;
}

/* After a reset all queues, which are stopped, are in the first address space. */
void rsw_guest_mem_reset(struct rsw_guest *guest)
{
	lockdep_assert_held(&guest->ctl);
	guest->mem[0].identity = false;
	for (unsigned int i = 0; i < rsw_guest_nqueues(guest); i++)
		rsw_guest_queue(guest, i)->ring.mem = &guest->mem[0];
}

/* A queue whose ring is in memory that goes away cannot go on. */
static void stop_queues_in(struct rsw_guest *guest, struct rsw_mem *mem, u64 first, u64 last)
{
	for (unsigned int i = 0; i < rsw_guest_nqueues(guest); i++) {
		struct rsw_queue *queue = rsw_guest_queue(guest, i);

		if (queue->ring.mem != mem || !rsw_queue_touches(queue, first, last))
			continue;
		rsw_queue_stop(queue);
		rsw_guest_break(guest, queue, -EFAULT);
	}
}

/**
 * rsw_guest_unmap - take memory away from the port
 * @guest: the guest
 * @space: which address space
 * @iova: first address
 * @size: bytes
 */
void rsw_guest_unmap(struct rsw_guest *guest, unsigned int space, u64 iova, u64 size)
{
	struct rsw_mem *mem = &guest->mem[space];

	mutex_lock(&guest->ctl);
	stop_queues_in(guest, mem, iova, iova + (size - 1));
	rsw_mem_unmap(mem, iova, size);
	mutex_unlock(&guest->ctl);
}

/* Take all memory of an address space away from the port. */
void rsw_guest_unmap_all(struct rsw_guest *guest, unsigned int space)
{
	struct rsw_mem *mem = &guest->mem[space];

	mutex_lock(&guest->ctl);
	if (!mem->identity)
		stop_queues_in(guest, mem, 0, U64_MAX);
	rsw_mem_unmap_all(mem);
	mutex_unlock(&guest->ctl);
}

/**
 * rsw_guest_set_space - say which address space queues are in
 * @guest: the guest
 * @control: the control queue; else all others
 * @space: which
 *
 * Return: 0, or -EBUSY while a driver is running.
 */
int rsw_guest_set_space(struct rsw_guest *guest, bool control, unsigned int space)
{
	int err = 0;

	mutex_lock(&guest->ctl);
	if (guest->status & VIRTIO_CONFIG_S_DRIVER_OK)
		err = -EBUSY;
	for (unsigned int i = 0; !err && i < rsw_guest_nqueues(guest); i++) {
		struct rsw_queue *queue = rsw_guest_queue(guest, i);

		bool is_control = queue == &guest->cvq.queue;

		if (is_control == control)
			queue->ring.mem = &guest->mem[space];
	}
	mutex_unlock(&guest->ctl);
	return err;
}
