// SPDX-License-Identifier: GPL-2.0
/* What is measured, and how one case is run. */
#include "account.h"
#include "cases.h"
#include "frame.h"

#undef memcpy

/* Frames of each case that are only checked, and before time is taken. */
#define FEW		2048
#define FEW_LONG	256

const char * const bench_part_name[] = {
	[BENCH_THROUGH] = "through", [BENCH_IN] = "in", [BENCH_OUT] = "out", [BENCH_COPY] = "copy",
};

bool bench_case(unsigned int number, struct bench_case *one)
{
	static const u32 sizes[] = { 64, 1500, 65536 };
	static const unsigned int batches[] = { 1, 16, 64 };
	/* Besides those, of 64 frames at a time: a header of its own, and buffers not in cache. */
	static const struct bench_case more[] = {
		{ { .size = 64, .pieces = 2 }, 64, BENCH_THROUGH },
		{ { .size = 64, .pieces = 2, .packed = true }, 64, BENCH_THROUGH },
		{ { .size = 64, .pieces = 1, .cold = true }, 64, BENCH_THROUGH },
		{ { .size = 64, .pieces = 1, .cold = true }, 64, BENCH_IN },
		{ { .size = 64, .pieces = 1, .cold = true }, 64, BENCH_OUT },
		{ { .size = 64, .pieces = 1, .cold = true }, 64, BENCH_COPY },
		{ { .size = 64, .pieces = 1, .cold = true, .packed = true }, 64, BENCH_THROUGH },
		{ { .size = 1500, .pieces = 1, .cold = true }, 64, BENCH_THROUGH },
		{ { .size = 1500, .pieces = 1, .cold = true }, 64, BENCH_COPY },
		{ { .size = 65536, .pieces = 3, .cold = true }, 64, BENCH_THROUGH },
		{ { .size = 65536, .pieces = 3, .cold = true }, 64, BENCH_COPY },
	};
	unsigned int parts = 3, all = 2 * 3 * 3 * parts;

	if (number < all) {
		one->part = number % parts;
		one->batch = batches[number / parts % 3];
		one->shape = (struct bench_shape){ .size = sizes[number / parts / 3 % 3] };
		one->shape.packed = number / parts / 9;
		one->shape.pieces = one->shape.size > 4096 ? 3 : 1;
		return true;
	}
	number -= all;
	if (number < ARRAY_SIZE(sizes)) {
		*one = (struct bench_case){
			{ .size = sizes[number], .pieces = 1 }, 64, BENCH_COPY,
		};
		return true;
	}
	number -= ARRAY_SIZE(sizes);
	if (number >= ARRAY_SIZE(more))
		return false;
	*one = more[number];
	return true;
}

static bool round_of_ours(struct bench_world *world)
{
	return rsw_guest_ingress(&world->from.guest->pair[0].worker);
}

const struct bench_engine bench_ringswitch = {
	.open = bench_world_init,
	.start = bench_start,
	.round = round_of_ours,
	.close = bench_world_exit,
};

struct bench_setup *bench_begin(const struct bench_case *one, const struct bench_engine *engine)
{
	static struct bench_setup setup;
	const struct bench_shape *shape = &one->shape;
	struct bench_world *world = &setup.world;
	u64 features = bench_features(shape);
	struct bench_ring ring, unused;

	setup.engine = engine;
	engine->open(world, shape->cold ? 14 : 12);
	unused = bench_unused_ring(&world->from);
	ring = bench_sender_init(&setup.sender, &world->from, shape,
				 one->part == BENCH_IN ? world->sink_addr : world->to.addr);
	engine->start(&world->from, features, &unused, &ring);
	unused = bench_unused_ring(&world->to);
	ring = bench_receiver_init(&setup.receiver, &world->to, shape);
	engine->start(&world->to, features, &ring, &unused);
	return &setup;
}

void bench_end(struct bench_setup *setup)
{
	setup->engine->close(&setup->world);
}

/* Guests and switch in turn; a round is what the switch does before the guests look again. */
static void send_and_switch(const struct bench_case *one, struct bench_setup *setup)
{
	bool (*round)(struct bench_world *world) = setup->engine->round;
	struct bench_times *times = &setup->times;
	u64 start = bench_ticks();
	bool more = true;

	bench_send(&setup->sender, one->batch);
	times->guest_ticks += bench_ticks_since(start);
	while (more) {
		start = bench_ticks();
		more = round(&setup->world);
		times->switch_ticks += bench_ticks_since(start);
		start = bench_ticks();
		bench_receive(&setup->receiver);
		bench_reap(&setup->sender);
		times->guest_ticks += bench_ticks_since(start);
	}
}

/* The next @n frames as ingress leaves them. */
static void fill_batch(struct bench_setup *setup, struct rsw_batch *batch, unsigned int n)
{
	static struct rsw_seg seg[RSW_BATCH_FRAMES];
	u32 size = setup->sender.shape->size;

	rsw_batch_init(batch, &setup->world.from.guest->port);
	batch->n = n;
	batch->live = GENMASK_ULL(n - 1, 0);
	for (unsigned int i = 0; i < n; i++) {
		struct rsw_frame *frame = &batch->frame[i];
		u8 *header = bench_fill(&setup->sender), *bytes = header + RSW_VNET_HLEN;

		*frame = (struct rsw_frame){
			.len = size, .seg = &seg[i], .nsegs = 1, .head_len = ETH_HLEN,
		};
		rsw_offload_from_virtio(&frame->offload, (void *)header);
		memcpy(frame->head, bytes, ETH_HLEN);
		seg[i] = (struct rsw_seg){ bytes + ETH_HLEN, size - ETH_HLEN };
	}
}

/* In batches as long as ingress makes them. */
static void deliver(const struct bench_case *one, struct bench_setup *setup)
{
	struct rsw_batch *batch = &setup->world.from.guest->pair[0].batch;
	struct rsw_port *port = &setup->world.to.guest->port;
	struct bench_times *times = &setup->times;
	u64 start;

	for (unsigned int left = one->batch, n; left; left -= n) {
		n = min(left, max(1U, RSW_BATCH_BYTES / one->shape.size));
		fill_batch(setup, batch, n);
		start = bench_ticks();
		local_bh_disable();
		rcu_read_lock();
		rsw_stats_count(port->stats, RSW_EGRESS_QUEUED, n);
		rsw_guest_egress(port, batch, batch->live);
		rcu_read_unlock();
		local_bh_enable();
		times->switch_ticks += bench_ticks_since(start);
		start = bench_ticks();
		bench_receive(&setup->receiver);
		times->guest_ticks += bench_ticks_since(start);
	}
}

/* The same bytes from the same buffers into as many, at the start of a page where that fits. */
static void copy(const struct bench_case *one, struct bench_setup *setup)
{
	struct bench_driver *sender = &setup->sender, *receiver = &setup->receiver;
	const struct bench_pool *pool = &receiver->pool;
	u32 size = one->shape.size, stride = max(2048U, size);
	bool check = one->shape.check;
	u64 start = bench_ticks();

	for (unsigned int i = 0; i < one->batch; i++) {
		u8 *from = check ? bench_fill(sender) : bench_take(&sender->pool) + BENCH_HEADER_AT;
		u8 *to = pool->start + receiver->got;

		memcpy(to, from + RSW_VNET_HLEN, size);
		/* The compiler must not leave it out, and knows no place that is read. */
		asm volatile("" : : "r" (to) : "memory");
		if (check)
			receiver->wrong += !!memcmp(to, from + RSW_VNET_HLEN, size);
		receiver->got += stride;
		if (receiver->got + stride > pool->n * pool->stride)
			receiver->got = 0;
	}
	setup->times.switch_ticks += bench_ticks_since(start);
	sender->frames += check ? 0 : one->batch;
	receiver->frames += one->batch;
}

static void run_part(const struct bench_case *one, struct bench_setup *setup)
{
	switch (one->part) {
	case BENCH_OUT:
		deliver(one, setup);
		break;
	case BENCH_COPY:
		copy(one, setup);
		break;
	default:
		send_and_switch(one, setup);
		break;
	}
	bench_times_frames(&setup->times, one, one->batch);
}

static bool all_arrived(const struct bench_case *one, const struct bench_setup *setup)
{
	u64 sent = setup->sender.frames;
	struct rsw_stats_sum sum;

	if (one->part != BENCH_IN)
		return setup->receiver.frames == sent && !setup->receiver.wrong;
	rsw_stats_sum(setup->world.sink.stats, &sum);
	return sum.count[RSW_EGRESS_FRAMES] == sent &&
	       sum.count[RSW_EGRESS_BYTES] == sent * one->shape.size;
}

bool bench_run(const struct bench_case *one, const struct bench_engine *engine, u64 ns,
	       struct bench_result *result)
{
	struct bench_setup *setup = bench_begin(one, engine);
	u64 few = one->shape.size > 4096 ? FEW_LONG : FEW, before, start;
	bool right;

	while (setup->sender.frames < few)
		run_part(one, setup);
	setup->times = (struct bench_times){};
	before = setup->sender.frames;
	start = bench_ns();
	/* However short the time is, one must have been taken. */
	while (ns && (bench_ns() - start < ns || !setup->times.n))
		for (unsigned int i = 0; i < 1 + 64 / one->batch; i++)
			run_part(one, setup);
	*result = bench_times_result(&setup->times, setup->sender.frames - before);
	right = all_arrived(one, setup);
	bench_end(setup);
	return right;
}
