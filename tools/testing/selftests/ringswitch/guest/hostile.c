// SPDX-License-Identifier: GPL-2.0
/*
 * What a guest does that wants the host to fall over. Each lie is made by hand behind the
 * back of ring.c; a reset and a start make the guest honest again.
 */
#include "hostile.h"
#include "mutator.h"

#include <linux/virtio_config.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static const struct hostile *hostile_of(const struct guest *guest)
{
	return guest->ring[TXQ].opt.packed ? &hostile_packed : &hostile_split;
}

static uint8_t *table_memory(const struct guest *guest)
{
	return guest->tx.memory + TABLE_OFFSET;
}

static uint64_t table_at(const struct guest *guest)
{
	return guest->tx.iova + TABLE_OFFSET;
}

/* Those entries of a lie's table that are in mapped memory. */
static void place_table(struct guest *guest, const struct lie *lie)
{
	uint64_t at = lie->table_at;
	unsigned int i;

	for (i = 0; i < 2 && at < lie->end; i++, at += sizeof(lie->entry[0]))
		hostile_of(guest)->put(guest->tx.memory + (at - guest->tx.iova), &lie->entry[i],
				       i < 1);
}

/* Of a split ring the last descriptors are taken, which honest traffic rarely uses. */
static void do_lie(struct guest *guest, unsigned int queue, const struct named_lie *named)
{
	struct ring *ring = &guest->ring[queue];
	struct lie lie = {
		.num = ring->num, .first = ring->num - 2, .second = ring->num - 1,
		.head = ring->num - 2, .advance = 1,
		.table_at = table_at(guest), .end = guest->tx.iova + guest->tx.size,
	};
	int i;

	place_probe(guest);
	for (i = 0; i < 2; i++) {
		lie.desc[i] = (struct vring_desc) {
			.addr = guest->tx.iova, .len = PROBE_LEN,
			.flags = queue == RXQ ? VRING_DESC_F_WRITE : 0,
		};
	}
	named->tell(&lie);
	place_table(guest, &lie);
	guest->hostile = true;
	hostile_of(guest)->publish(ring, &lie);
	printf("ok\n");
}

/*
 * Fills a ring with chains that are nothing but work: the longest table there can be, of
 * nothing, or of single bytes to write. There is no lie in it, nor a frame.
 */
static void do_flood(struct guest *guest, unsigned int queue)
{
	const struct hostile *hostile = hostile_of(guest);
	const struct vring_desc chain = {
		.addr = table_at(guest), .len = TABLE_MAX * sizeof(chain),
		.flags = VRING_DESC_F_INDIRECT,
	};
	unsigned int i;

	for (i = 0; i < TABLE_MAX; i++) {
		const struct vring_desc entry = {
			.addr = guest->tx.iova, .len = queue == RXQ, .next = i + 1,
			.flags = queue == RXQ ? VRING_DESC_F_WRITE : 0,
		};

		hostile->put(table_memory(guest) + i * sizeof(entry), &entry, i + 1 < TABLE_MAX);
	}
	guest->hostile = true;
	printf("ok chains=%u\n", hostile->flood(&guest->ring[queue], &chain));
}

struct vring_desc hostile_desc(const struct guest *guest, unsigned int num)
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
		desc.addr = table_at(guest) + random() % TABLE_MAX;
		desc.len = (1 + random() % 64) * sizeof(desc);
	}
	return desc;
}

static void random_table(const struct guest *guest)
{
	unsigned int i;

	for (i = 0; i < TABLE_MAX; i++) {
		const struct vring_desc entry = hostile_desc(guest, 64);

		hostile_of(guest)->put(table_memory(guest) + i * sizeof(entry), &entry, false);
	}
}

static void scribble(struct guest *guest)
{
	unsigned int queue;

	guest->hostile = true;
	random_table(guest);
	for (queue = 0; queue < guest->queues; queue++)
		hostile_of(guest)->scribble(guest, &guest->ring[queue]);
}

/* Garbage, too, but it changes under the eyes of the device. */
static int mutate(struct guest *guest, struct mutator *mutator)
{
	int error = mutator_start(mutator, guest);
	unsigned int i;

	if (error)
		return error;
	for (i = 0; i < 8; i++)
		scribble(guest);
	mutator_stop(mutator);
	return 0;
}

/*
 * Rounds of garbage in both rings, with a reset whenever the device has had enough. What it
 * delivers does not matter, as long as it lives and nobody else's frames suffer.
 */
static void do_storm(struct guest *guest, struct args *args)
{
	const unsigned long rounds = args_number(args, "rounds", 100);
	const bool mutates = args_switch(args, "mutator", false);
	struct mutator mutator = { .seed = args_number(args, "seed", 1) };
	unsigned long round, resets = 0;
	int error = 0;

	srandom(mutator.seed);
	for (round = 0; round < rounds && !error; round++) {
		if (mutates)
			error = mutate(guest, &mutator);
		else
			scribble(guest);
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
	printf("%s rounds=%lu resets=%lu stores=%ju error=%d\n", error ? "failed" : "ok", round,
	       resets, (uintmax_t)mutator.stores, error);
}

/* The next lie of that kind for the rings in use. */
static const struct named_lie *next_lie(const struct guest *guest, const struct named_lie *lie,
					unsigned int kind)
{
	kind |= guest->ring[TXQ].opt.packed ? PACKED : SPLIT;
	while (lie->name && (lie->kind & kind) != kind)
		lie++;
	return lie;
}

static void do_names(const struct guest *guest, unsigned int kind)
{
	const struct named_lie *lie = next_lie(guest, hostile_lies, kind);

	printf("ok");
	for (; lie->name; lie = next_lie(guest, lie + 1, kind))
		printf(" %s", lie->name);
	printf("\n");
}

static bool find_and_tell(struct guest *guest, unsigned int queue, unsigned int kind,
			  const char *name)
{
	const struct named_lie *lie = next_lie(guest, hostile_lies, kind);

	while (lie->name && strcmp(lie->name, name))
		lie = next_lie(guest, lie + 1, kind);
	if (!lie->name)
		return false;
	do_lie(guest, queue, lie);
	return true;
}

/*
 *   kick [queue=rx|tx]               for nothing
 *   lie name=NAME [queue=tx|rx]      one that a device must notice
 *   odd name=NAME [queue=tx|rx]      one that it need not
 *   lies, odds                       their names
 *   flood [queue=tx|rx]              the most work a ring can lawfully ask for
 *   storm [rounds=100] [seed=1] [mutator=on]	random ones; leaves the device reset.
 *	With a second CPU that changes them under way
 */
bool hostile_command(struct guest *guest, struct args *args)
{
	const unsigned int queue = strcmp(args_text(args, "queue", "tx"), "rx") ? TXQ : RXQ;
	const char *name = args_text(args, "name", "");

	if (!strcmp(args->verb, "kick")) {
		ring_kick(&guest->ring[queue]);
		printf("ok\n");
	} else if (!strcmp(args->verb, "flood")) {
		do_flood(guest, queue);
	} else if (!strcmp(args->verb, "storm")) {
		do_storm(guest, args);
	} else if (!strcmp(args->verb, "lies")) {
		do_names(guest, LIE);
	} else if (!strcmp(args->verb, "odds")) {
		do_names(guest, ODD);
	} else if (!strcmp(args->verb, "lie")) {
		return find_and_tell(guest, queue, LIE, name);
	} else if (!strcmp(args->verb, "odd")) {
		return find_and_tell(guest, queue, ODD, name);
	} else {
		return false;
	}
	return true;
}
