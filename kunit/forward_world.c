// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <linux/if_vlan.h>
#include <linux/rculist.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "../drivers/ringswitch/mrouter.h"
#include "forward_world.h"

static void record(struct world_port *seen, struct rsw_port *port, struct rsw_batch *batch,
		   u64 frames)
{
	u64 refused = frames & seen->refuses;
	unsigned int i, bytes = 0;

	seen->visits++;
	seen->frames |= frames;
	if (!rsw_port_is_up(port)) {
		rsw_drop_egress(port, hweight64(frames), RSW_DROP_OUT_port_down);
		return;
	}
	if (refused)
		rsw_drop_egress(port, hweight64(refused), RSW_DROP_OUT_ring_full);
	rsw_for_each_frame(i, frames & ~refused)
		bytes += batch->frame[i].len;
	rsw_delivered(port, hweight64(frames & ~refused), bytes);
}

static void guest_egress(struct rsw_port *port, struct rsw_batch *batch, u64 frames)
{
	record(container_of(port, struct world_port, port), port, batch, frames);
}

static void host_egress(struct rsw_port *port, struct rsw_batch *batch, u64 frames)
{
	record(&container_of(port, struct forward_world, sw.host)->host, port, batch, frames);
}

static const struct rsw_port_ops guest_ops = { .egress = guest_egress };
static const struct rsw_port_ops host_ops = { .egress = host_egress };

void forward_allow(struct rsw_port *port, enum rsw_port_flag flag, bool on)
{
	__assign_bit(flag, &port->flags, on);
}

static void add_port(struct forward_world *world, struct kunit *test, struct rsw_port *port,
		     const struct rsw_port_ops *ops)
{
	port->ops = ops;
	port->up = true;
	port->flags = RSW_PORT_DEFAULT_FLAGS;
	rsw_vlans_init(&port->vlans, RSW_VID_DEFAULT);
	rsw_mrouter_port_init(&port->mdb);
	forward_allow(port, RSW_PORT_unicast_flood, ops != &host_ops);
	port->stats = rsw_stats_alloc();
	KUNIT_ASSERT_TRUE(test, !!port->stats);
	list_add_tail_rcu(&port->node, &world->sw.ports);
}

struct forward_world *forward_world_new(struct kunit *test, unsigned int nguests)
{
	struct forward_world *world = kunit_kzalloc(test, sizeof(*world), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, world);
	KUNIT_ASSERT_EQ(test, rsw_fdb_init(&world->sw.fdb), 0);
	KUNIT_ASSERT_EQ(test, rsw_mdb_init(&world->sw.mdb), 0);
	INIT_LIST_HEAD(&world->sw.ports);
	add_port(world, test, &world->sw.host, &host_ops);
	while (world->nguests < nguests)
		add_port(world, test, &world->guest[world->nguests++].port, &guest_ops);
	return world;
}

void forward_check_sum(struct kunit *test, const struct rsw_stats_sum *sum)
{
	KUNIT_EXPECT_EQ(test, sum->count[RSW_INGRESS_FRAMES],
			sum->count[RSW_INGRESS_FORWARDED] + rsw_stats_drops_in(sum));
	KUNIT_EXPECT_EQ(test, sum->count[RSW_EGRESS_QUEUED],
			sum->count[RSW_EGRESS_FRAMES] + rsw_stats_drops_out(sum));
}

static void check_and_free(struct kunit *test, struct rsw_port *port)
{
	struct rsw_stats_sum sum;

	rsw_stats_sum(port->stats, &sum);
	forward_check_sum(test, &sum);
	kfree(rcu_dereference_protected(port->limits, true));
	free_percpu(port->stats);
}

void forward_world_free(struct forward_world *world, struct kunit *test)
{
	rsw_mdb_destroy(&world->sw.mdb);
	check_and_free(test, &world->sw.host);
	while (world->nguests)
		check_and_free(test, &world->guest[--world->nguests].port);
	rsw_fdb_destroy(&world->sw.fdb);
}

int forward_world_init(struct kunit *test)
{
	test->priv = forward_world_new(test, 3);
	return 0;
}

void forward_world_exit(struct kunit *test)
{
	if (test->priv)
		forward_world_free(test->priv, test);
}

void forward_begin(struct forward_world *world, struct rsw_port *from)
{
	rsw_batch_init(&world->batch, from);
	world->host.visits = 0;
	world->host.frames = 0;
	for (unsigned int i = 0; i < world->nguests; i++) {
		world->guest[i].visits = 0;
		world->guest[i].frames = 0;
	}
}

static void set_address(u8 *to, u64 addr)
{
	for (int i = ETH_ALEN; i--; addr >>= 8)
		to[i] = addr;
}

/* Behind the Ethernet header of every frame. */
static u8 zeroes[60 + RSW_BATCH_FRAMES - ETH_HLEN];

/* Lengths differ, so that bytes are counted for the right frames. */
unsigned int forward_add(struct forward_world *world, u64 dest, u64 source)
{
	unsigned int i = world->batch.n++;
	struct rsw_frame *frame = &world->batch.frame[i];

	memset(frame, 0, sizeof(*frame));
	frame->len = 60 + i;
	frame->head_len = ETH_HLEN;
	frame->seg = &world->payload[i];
	frame->nsegs = 1;
	world->payload[i] = (struct rsw_seg){ .addr = zeroes, .len = frame->len - ETH_HLEN };
	set_address(frame->head, dest);
	set_address(frame->head + ETH_ALEN, source);
	world->batch.live |= BIT_ULL(i);
	return i;
}

unsigned int forward_add_tagged(struct forward_world *world, u64 dest, u64 source, u16 tpid,
				u16 tci)
{
	unsigned int i = forward_add(world, dest, source);
	struct rsw_frame *frame = &world->batch.frame[i];
	struct vlan_ethhdr *eth = (struct vlan_ethhdr *)frame->head;

	frame->head_len = VLAN_ETH_HLEN;
	frame->len += VLAN_HLEN;
	eth->h_vlan_proto = htons(tpid);
	eth->h_vlan_TCI = htons(tci);
	eth->h_vlan_encapsulated_proto = htons(ETH_P_IP);
	return i;
}

/* As a guest sends it that has its headers in one piece. */
unsigned int forward_add_group(struct forward_world *world, const u8 *addr, __be16 proto,
			       u64 source)
{
	unsigned int i = forward_add(world, 0, source);
	struct rsw_frame *frame = &world->batch.frame[i];
	u8 *head = frame->head, *ip = head + ETH_HLEN;

	((struct ethhdr *)head)->h_proto = proto;
	if (proto == htons(ETH_P_IP)) {
		set_address(head, 0x01005e000000ULL);
		memcpy(head + 3, addr + 1, 3);
		head[3] &= 0x7f;
		ip[0] = 0x45;
		ip[9] = 17;
		memcpy(ip + 16, addr, 4);
		frame->head_len += 20;
	} else if (proto == htons(ETH_P_IPV6)) {
		set_address(head, 0x333300000000ULL);
		memcpy(head + 2, addr + 12, 4);
		ip[0] = 0x60;
		ip[6] = 17;
		memcpy(ip + 24, addr, 16);
		frame->head_len += 40;
	} else {
		memcpy(head, addr, ETH_ALEN);
	}
	return i;
}

void forward_run(struct forward_world *world, struct rsw_switch *sw)
{
	world->batch.bytes = 0;
	for (unsigned int i = 0; i < world->batch.n; i++)
		world->batch.bytes += world->batch.frame[i].len;
	local_bh_disable();
	rcu_read_lock();
	rsw_datapath_run(&world->batch, sw);
	rcu_read_unlock();
	local_bh_enable();
}

unsigned int forward_got(const struct forward_world *world)
{
	unsigned int got = world->host.frames & 1;

	for (unsigned int i = 0; i < world->nguests; i++)
		got |= (world->guest[i].frames & 1) << (i + 1);
	return got;
}

unsigned int forward_send_one(struct forward_world *world, struct rsw_port *from, u64 dest,
			      u64 source)
{
	forward_begin(world, from);
	forward_add(world, dest, source);
	forward_run(world, &world->sw);
	return forward_got(world);
}

void forward_teach(struct forward_world *world, struct rsw_port *port, u64 source)
{
	forward_begin(world, port);
	forward_add(world, UNKNOWN, source);
	forward_run(world, &world->sw);
	forward_begin(world, NULL);
}

u64 forward_drops(const struct rsw_port *port, enum rsw_drop_reason reason)
{
	struct rsw_stats_sum sum;

	rsw_stats_sum(port->stats, &sum);
	return sum.drop[reason];
}

u64 forward_count(const struct rsw_port *port, enum rsw_counter counter)
{
	struct rsw_stats_sum sum;

	rsw_stats_sum(port->stats, &sum);
	return sum.count[counter];
}
