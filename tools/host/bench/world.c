// SPDX-License-Identifier: GPL-2.0
/* A switch and two guests made of the module's own files. */
#include <linux/rculist.h>
#include <linux/slab.h>

#include "account.h"
#include "fdb.h"
#include "world.h"

static void sink_egress(struct rsw_port *port, struct rsw_batch *batch, u64 frames)
{
	unsigned int i, bytes = 0;

	rsw_for_each_frame(i, frames)
		bytes += batch->frame[i].len;
	rsw_delivered(port, hweight64(frames), bytes);
}

static const struct rsw_port_ops sink_ops = { .egress = sink_egress };

void bench_learn(struct rsw_switch *sw, struct rsw_port *port, const u8 *addr)
{
	local_bh_disable();
	rcu_read_lock();
	if (!rsw_fdb_learn(&sw->fdb, port, addr, 0))
		host_die(__FILE__, __LINE__, "an address is not learned");
	rcu_read_unlock();
	local_bh_enable();
}

static void attach(struct rsw_switch *sw, struct rsw_port *port, u8 *addr, u16 number)
{
	bench_set_addr(addr, number);
	rsw_port_attach(port, sw, NULL);
	rsw_port_set_up(port, true);
	bench_learn(sw, port, addr);
}

/* All of its memory is one folio, as a VMM gets it from huge pages. */
void bench_guest_init(struct rsw_switch *sw, struct bench_guest *guest, u16 number,
		      unsigned int order)
{
	*guest = (struct bench_guest){ .folio = folio_alloc(GFP_KERNEL, order) };
	guest->size = folio_size(guest->folio);
	guest->memory = folio_address(guest->folio);
	guest->guest = kzalloc(sizeof(*guest->guest), GFP_KERNEL);
	guest->guest->npairs = 1;
	guest->guest->mtu = 1500;
	if (rsw_guest_init(guest->guest))
		host_die(__FILE__, __LINE__, "no guest");
	if (rsw_mem_map(&guest->guest->mem[0], BENCH_IOVA, guest->size,
			virt_to_phys(guest->memory), RSW_MEM_RO | RSW_MEM_WO))
		host_die(__FILE__, __LINE__, "no memory for a guest");
	attach(sw, &guest->guest->port, guest->addr, number);
}

void bench_switch_init(struct rsw_switch *sw)
{
	INIT_LIST_HEAD(&sw->ports);
	if (rsw_fdb_init(&sw->fdb) || rsw_port_init(&sw->host, &sink_ops))
		host_die(__FILE__, __LINE__, "no switch");
	sw->host.up = true;
}

void bench_switch_exit(struct rsw_switch *sw)
{
	rsw_port_free(&sw->host);
	rsw_fdb_destroy(&sw->fdb);
}

void bench_world_init(struct bench_world *world, unsigned int order)
{
	bench_switch_init(&world->sw);
	if (rsw_port_init(&world->sink, &sink_ops))
		host_die(__FILE__, __LINE__, "no port");
	attach(&world->sw, &world->sink, world->sink_addr, 1);
	bench_guest_init(&world->sw, &world->from, 2, order);
	bench_guest_init(&world->sw, &world->to, 3, order);
}

void bench_guest_exit(struct bench_guest *guest)
{
	rsw_port_detach(&guest->guest->port);
	rsw_guest_reset(guest->guest);
	rsw_guest_free(guest->guest);
	folio_put(guest->folio);
	kfree(guest->guest);
}

void bench_world_exit(struct bench_world *world)
{
	bench_guest_exit(&world->from);
	bench_guest_exit(&world->to);
	rsw_port_detach(&world->sink);
	rsw_port_free(&world->sink);
	bench_switch_exit(&world->sw);
}

void *bench_alloc(struct bench_guest *guest, size_t size)
{
	void *addr = guest->memory + guest->used;

	guest->used += (size + PAGE_SIZE - 1) & PAGE_MASK;
	if (guest->used > guest->size)
		host_die(__FILE__, __LINE__, "a guest needs more memory");
	return addr;
}

u64 bench_iova(const struct bench_guest *guest, const void *addr)
{
	return BENCH_IOVA + ((const u8 *)addr - guest->memory);
}

struct bench_ring bench_unused_ring(struct bench_guest *guest)
{
	return (struct bench_ring){
		.num = 64,
		.desc = bench_iova(guest, bench_alloc(guest, PAGE_SIZE)),
		.driver = bench_iova(guest, bench_alloc(guest, PAGE_SIZE)),
		.device = bench_iova(guest, bench_alloc(guest, PAGE_SIZE)),
	};
}

static void enable(struct rsw_queue *queue, const struct bench_ring *ring)
{
	queue->num = ring->num;
	queue->desc_iova = ring->desc;
	queue->avail_iova = ring->driver;
	queue->used_iova = ring->device;
	queue->ready = true;
}

void bench_start(struct bench_guest *guest, u64 features, const struct bench_ring *rx,
		 const struct bench_ring *tx)
{
	guest->guest->features = features;
	enable(rsw_guest_queue(guest->guest, 0), rx);
	enable(rsw_guest_queue(guest->guest, 1), tx);
	rsw_guest_set_status(guest->guest, VIRTIO_CONFIG_S_DRIVER | VIRTIO_CONFIG_S_DRIVER_OK);
	if (guest->guest->broken)
		host_die(__FILE__, __LINE__, "the guest's rings are refused");
}
