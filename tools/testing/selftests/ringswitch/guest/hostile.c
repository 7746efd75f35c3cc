// SPDX-License-Identifier: GPL-2.0
/*
 * What a guest does that wants the host to fall over. Each lie is one avail entry, made by
 * hand behind the back of ring.c; a reset and a start make the guest honest again.
 */
#include <linux/virtio_config.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mockguest.h"
#include "traffic.h"

#define NOWHERE 0xdead0000000ull	/* guest address that is never mapped */
#define PROBE_LEN (GUEST_HDR + ETH_ZLEN)

/* An indirect table in the first transmit slot, far behind the probe. */
#define TABLE_OFFSET 0x8008
#define TABLE_MAX 1024

/* The two descriptors a lie is made of: the last ones, which honest traffic rarely uses. */
struct lie {
	unsigned int num;
	uint16_t first, second;		/* their indices */
	struct vring_desc *desc[2];
	struct vring_desc *entry;	/* a table in its place */
	uint64_t entry_at;
	uint64_t end;			/* of the mapping it is in */
	uint16_t head;
	uint16_t advance;		/* of avail->idx */
};

static void next_beyond(struct lie *lie)
{
	lie->desc[0]->flags |= VRING_DESC_F_NEXT;
	lie->desc[0]->next = lie->num;
}

static void chain(struct lie *lie)
{
	lie->desc[0]->flags |= VRING_DESC_F_NEXT;
	lie->desc[0]->next = lie->second;
}

static void loop_self(struct lie *lie)
{
	lie->desc[0]->flags |= VRING_DESC_F_NEXT;
	lie->desc[0]->next = lie->first;
}

static void loop_pair(struct lie *lie)
{
	chain(lie);
	lie->desc[1]->flags |= VRING_DESC_F_NEXT;
	lie->desc[1]->next = lie->first;
}

static void loop_empty(struct lie *lie)
{
	loop_pair(lie);
	lie->desc[0]->len = 0;
	lie->desc[1]->len = 0;
}

static void unmapped(struct lie *lie)
{
	lie->desc[0]->addr = NOWHERE;
}

static void unmapped_second(struct lie *lie)
{
	chain(lie);
	lie->desc[0]->len = GUEST_HDR;
	lie->desc[1]->addr = NOWHERE;
}

static void runs_out(struct lie *lie)
{
	/* Begins in the last bytes of the mapping and ends behind it. */
	lie->desc[0]->addr += GUEST_TX_SLOTS * GUEST_TX_ROOM - 32;
}

static void wraps(struct lie *lie)
{
	lie->desc[0]->addr = -16;
}

static void huge(struct lie *lie)
{
	lie->desc[0]->len = UINT32_MAX;
}

static void wrong_way(struct lie *lie)
{
	lie->desc[0]->flags ^= VRING_DESC_F_WRITE;
}

static void wrong_way_second(struct lie *lie)
{
	chain(lie);
	lie->desc[1]->flags ^= VRING_DESC_F_WRITE;
}

/* A good table of two descriptors, for a start. */
static void table(struct lie *lie)
{
	lie->entry[0] = *lie->desc[0];
	lie->entry[0].len = GUEST_HDR;
	lie->entry[0].flags |= VRING_DESC_F_NEXT;
	lie->entry[0].next = 1;
	lie->entry[1] = *lie->desc[0];
	*lie->desc[0] = (struct vring_desc) {
		.addr = lie->entry_at, .len = 2 * sizeof(*lie->entry),
		.flags = VRING_DESC_F_INDIRECT,
	};
}

static void table_empty(struct lie *lie)
{
	table(lie);
	lie->desc[0]->len = 0;
}

static void table_odd(struct lie *lie)
{
	table(lie);
	lie->desc[0]->len++;
}

static void table_huge(struct lie *lie)
{
	table(lie);
	lie->desc[0]->len = UINT32_MAX - 15;
}

static void table_and_next(struct lie *lie)
{
	table(lie);
	chain(lie);
}

static void table_nested(struct lie *lie)
{
	table(lie);
	/* In itself, and nothing in it takes up room. */
	lie->entry[0].len = 0;
	lie->entry[1] = *lie->desc[0];
}

static void table_loop(struct lie *lie)
{
	table(lie);
	lie->entry[1].flags |= VRING_DESC_F_NEXT;
	lie->entry[1].next = 1;
}

static void table_next_beyond(struct lie *lie)
{
	table(lie);
	lie->entry[0].next = 2;
}

static void table_unmapped(struct lie *lie)
{
	table(lie);
	lie->desc[0]->addr = NOWHERE;
}

static void table_runs_out(struct lie *lie)
{
	table(lie);
	/* The first entry is the last that is mapped. */
	memcpy((uint8_t *)lie->entry + (lie->end - lie->entry_at) - sizeof(*lie->entry),
	       &lie->entry[0], sizeof(*lie->entry));
	lie->desc[0]->addr = lie->end - sizeof(*lie->entry);
}

static void table_wrong_way(struct lie *lie)
{
	table(lie);
	lie->entry[1].flags ^= VRING_DESC_F_WRITE;
}

static void head_beyond(struct lie *lie)
{
	lie->head = lie->num;
}

static void head_max(struct lie *lie)
{
	lie->head = UINT16_MAX;
}

static void index_jump(struct lie *lie)
{
	lie->advance = lie->num + 1;
}

static void index_back(struct lie *lie)
{
	lie->advance = -1;
}

static const struct {
	const char *name;
	void (*tell)(struct lie *lie);
} lies[] = {
	{ "head-beyond", head_beyond },	    { "head-max", head_max },
	{ "next-beyond", next_beyond },	    { "loop-self", loop_self },
	{ "loop-pair", loop_pair },	    { "loop-empty", loop_empty },
	{ "unmapped", unmapped },	    { "unmapped-second", unmapped_second },
	{ "runs-out", runs_out },	    { "wraps", wraps },
	{ "huge", huge },		    { "table-empty", table_empty },
	{ "table-odd", table_odd },	    { "table-huge", table_huge },
	{ "table-and-next", table_and_next }, { "table-nested", table_nested },
	{ "table-loop", table_loop },	    { "table-next-beyond", table_next_beyond },
	{ "table-unmapped", table_unmapped }, { "table-runs-out", table_runs_out },
	{ "table-wrong-way", table_wrong_way },
	{ "wrong-way", wrong_way },	    { "wrong-way-second", wrong_way_second },
	{ "index-jump", index_jump },	    { "index-back", index_back },
};

/* A well-formed broadcast in the first transmit slot, for lies that point at real memory. */
static void place_probe(struct guest *guest)
{
	struct frame_spec spec = {
		.dst = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, .type = FRAME_ETHERTYPE, .tci = -1,
		.flow = FRAME_FLOWS - 1, .len = ETH_ZLEN, .lies = { -1, -1, -1, -1, -1, -1, -1 },
	};
	struct virtio_net_hdr_v1 hdr;
	uint8_t frame[ETH_ZLEN];

	memcpy(spec.src, guest->ep.mac, ETH_ALEN);
	frame_build(&spec, 0, frame, &hdr);
	memcpy(guest->tx.memory, &hdr, GUEST_HDR);
	memcpy(guest->tx.memory + GUEST_HDR, frame, ETH_ZLEN);
}

static void publish(struct ring *ring, uint16_t head, uint16_t advance)
{
	struct vring *vring = &ring->vring;

	vring->avail->ring[ring->avail_idx % vring->num] = head;
	ring->avail_idx += advance;
	__atomic_store_n(&vring->avail->idx, ring->avail_idx, __ATOMIC_RELEASE);
	ring_kick(ring);
}

static void do_lie(struct guest *guest, unsigned int queue, unsigned int which)
{
	struct ring *ring = &guest->ring[queue];
	struct lie lie = {
		.num = ring->vring.num, .first = ring->vring.num - 2,
		.second = ring->vring.num - 1, .head = ring->vring.num - 2, .advance = 1,
		.entry = (void *)(guest->tx.memory + TABLE_OFFSET),
		.entry_at = guest->tx.iova + TABLE_OFFSET, .end = guest->tx.iova + guest->tx.size,
	};
	int i;

	place_probe(guest);
	for (i = 0; i < 2; i++) {
		lie.desc[i] = &ring->vring.desc[lie.first + i];
		*lie.desc[i] = (struct vring_desc) {
			.addr = guest->tx.iova, .len = PROBE_LEN,
			.flags = queue == RXQ ? VRING_DESC_F_WRITE : 0,
		};
	}
	lies[which].tell(&lie);
	guest->hostile = true;
	publish(ring, lie.head, lie.advance);
	printf("ok\n");
}

/*
 * Fills a ring with chains that are nothing but work: the longest table there can be, of
 * nothing, or of single bytes to write. There is no lie in it, nor a frame.
 */
static void do_flood(struct guest *guest, unsigned int queue)
{
	struct vring_desc *entry = (void *)(guest->tx.memory + TABLE_OFFSET);
	struct ring *ring = &guest->ring[queue];
	const unsigned int num = ring->vring.num;
	unsigned int i, chains = 0;

	for (i = 0; i < TABLE_MAX; i++) {
		entry[i] = (struct vring_desc) {
			.addr = guest->tx.iova, .len = queue == RXQ, .next = i + 1,
			.flags = (queue == RXQ ? VRING_DESC_F_WRITE : 0) |
				 (i + 1 < TABLE_MAX ? VRING_DESC_F_NEXT : 0),
		};
	}
	for (i = 0; i < num; i++) {
		if (ring->token[i])
			continue;
		ring->vring.desc[i] = (struct vring_desc) {
			.addr = guest->tx.iova + TABLE_OFFSET, .len = TABLE_MAX * sizeof(*entry),
			.flags = VRING_DESC_F_INDIRECT,
		};
		ring->vring.avail->ring[(ring->avail_idx + chains++) % num] = i;
	}
	guest->hostile = true;
	__atomic_store_n(&ring->vring.avail->idx, ring->avail_idx + chains, __ATOMIC_RELEASE);
	ring_kick(ring);
	printf("ok chains=%u\n", chains);
}

/* A descriptor out of the mint of a bored attacker: mostly plausible, often wrong. */
static struct vring_desc random_desc(const struct guest *guest, unsigned int num)
{
	struct vring_desc desc = {
		.addr = guest->tx.iova + random() % guest->tx.size,
		.len = random() % 8 ? random() % 2048 : random(),
		.flags = random() % 4 ? random() % 4 : random() % 8,
		.next = random() % 16 ? random() % num : random(),
	};

	if (random() % 16 == 0)
		desc.addr = random() % 2 ? NOWHERE : guest->rings.iova;
	if (desc.flags & VRING_DESC_F_INDIRECT && random() % 8) {
		desc.addr = guest->tx.iova + TABLE_OFFSET + random() % TABLE_MAX;
		desc.len = (1 + random() % 64) * sizeof(desc);
	}
	return desc;
}

static void random_table(const struct guest *guest)
{
	struct vring_desc *entry = (void *)(guest->tx.memory + TABLE_OFFSET);
	unsigned int i;

	for (i = 0; i < TABLE_MAX; i++)
		entry[i] = random_desc(guest, 64);
}

/*
 * Rounds of garbage in both rings, with a reset whenever the device has had enough. What it
 * delivers does not matter, as long as it lives and nobody else's frames suffer.
 */
static void do_storm(struct guest *guest, struct args *args)
{
	const unsigned long rounds = args_number(args, "rounds", 100);
	const unsigned int num = guest->opt.ring_size;
	unsigned long round, resets = 0;
	unsigned int i, queue;
	int error = 0;

	srandom(args_number(args, "seed", 1));
	for (round = 0; round < rounds && !error; round++) {
		guest->hostile = true;
		random_table(guest);
		for (queue = 0; queue < VDPADEV_QUEUES; queue++) {
			struct ring *ring = &guest->ring[queue];

			for (i = 0; i < num; i++)
				ring->vring.desc[i] = random_desc(guest, num);
			for (i = 0; i < num; i++)
				ring->vring.avail->ring[i] = random() % (num + num / 64 + 1);
			vring_used_event(&ring->vring) = random();
			publish(ring, random() % num, random() % 8 ? 1 + random() % 8 : random());
		}
		if (!(vdpadev_status(&guest->dev) & VIRTIO_CONFIG_S_NEEDS_RESET) && round % 8 < 7)
			continue;
		resets++;
		error = guest_stop(guest);
		guest_watch_fences(guest);
		if (!error)
			error = guest_start(guest);
	}
	if (!error)
		error = guest_stop(guest);
	printf("%s rounds=%lu resets=%lu error=%d\n", error ? "failed" : "ok", round, resets,
	       error);
}

/*
 *   kick [queue=rx|tx]               for nothing
 *   lie name=NAME [queue=tx|rx]      one of lies[]
 *   lies                             their names
 *   flood [queue=tx|rx]              the most work a ring can lawfully ask for
 *   storm [rounds=100] [seed=1]      random ones; leaves the device reset
 */
bool hostile_command(struct guest *guest, struct args *args)
{
	const unsigned int queue = strcmp(args_text(args, "queue", "tx"), "rx") ? TXQ : RXQ;
	const char *name = args_text(args, "name", "");
	size_t i;

	if (!strcmp(args->verb, "kick")) {
		ring_kick(&guest->ring[queue]);
		printf("ok\n");
		return true;
	}
	if (!strcmp(args->verb, "flood")) {
		do_flood(guest, queue);
		return true;
	}
	if (!strcmp(args->verb, "storm")) {
		do_storm(guest, args);
		return true;
	}
	for (i = 0; i < ARRAY_SIZE(lies); i++) {
		if (!strcmp(args->verb, "lies")) {
			printf("%s%s", i ? " " : "ok ", lies[i].name);
		} else if (!strcmp(args->verb, "lie") && !strcmp(name, lies[i].name)) {
			do_lie(guest, queue, i);
			return true;
		}
	}
	if (!strcmp(args->verb, "lies"))
		printf("\n");
	return !strcmp(args->verb, "lies");
}
