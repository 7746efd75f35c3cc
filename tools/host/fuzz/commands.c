// SPDX-License-Identifier: GPL-2.0
/*
 * Any bytes as commands on a control queue. What becomes of the guest is what a naive reading of
 * the bytes says, and nothing if that is no; see naive_command.c.
 */
#include "command.h"
#include "fuzz.h"
#include "guest.h"
#include "mock_guest.h"
#include "naive_command.h"

#define NUM		8
#define PAGES		4
#define COMMAND		(MOCK_IOVA + PAGE_SIZE - 40)
#define ANSWER		(MOCK_IOVA + 3 * PAGE_SIZE - 4)
#define ANSWER_MAX	16
#define UNTOUCHED	0xaa

/**
 * struct world - a guest and its driver
 * @test: the running test
 * @guest: the guest
 * @pair: its queues
 * @mock: drivers, of each layout of a ring
 * @driver: the one of this input
 * @bytes: the command
 * @before: what the guest had been told
 * @after: what it has been told now
 * @memory: what is in guest memory
 */
struct world {
	struct kunit *test;
	struct rsw_guest guest;
	struct rsw_pair pair[NAIVE_PAIRS];
	struct mock_guest *mock[2];
	struct mock_guest *driver;
	u8 bytes[NAIVE_COMMAND];
	struct naive_state before, after;
	u8 memory[PAGES * PAGE_SIZE];
};

static void begin(void *priv, struct kunit *test)
{
	static const u8 mac[ETH_ALEN] = { 2, 0, 0, 0, 0, 1 };
	struct world *world = priv;
	struct rsw_guest *guest = &world->guest;

	world->test = test;
	mutex_init(&guest->ctl);
	rsw_guest_config_init(guest);
	rsw_guest_set_permanent_mac(guest, mac);
	guest->pair = world->pair;
	KUNIT_ASSERT_EQ(test, 0, rsw_cvq_init(&guest->cvq, guest, 0));
	for (int packed = 0; packed < 2; packed++) {
		world->mock[packed] = mock_guest_new(test, NUM, PAGES,
						     packed ? MOCK_PACKED : MOCK_EVENT_IDX);
		memset(world->mock[packed]->page, 0, PAGES * PAGE_SIZE);
	}
}

static void end(void *priv)
{
	struct world *world = priv;

	rsw_cvq_free(&world->guest.cvq);
	mock_guest_free(world->mock[0]);
	mock_guest_free(world->mock[1]);
}

static u64 any_features(struct fuzz_input *input)
{
	static const u8 known[] = {
		VIRTIO_NET_F_CTRL_RX, VIRTIO_NET_F_CTRL_RX_EXTRA, VIRTIO_NET_F_CTRL_VLAN,
		VIRTIO_NET_F_CTRL_MAC_ADDR, VIRTIO_NET_F_MQ, VIRTIO_NET_F_RSS,
		VIRTIO_NET_F_CTRL_GUEST_OFFLOADS, VIRTIO_NET_F_NOTF_COAL,
		VIRTIO_NET_F_VQ_NOTF_COAL, VIRTIO_NET_F_GUEST_CSUM, VIRTIO_NET_F_GUEST_TSO4,
		VIRTIO_NET_F_GUEST_TSO6, VIRTIO_NET_F_GUEST_ECN, VIRTIO_NET_F_GUEST_USO4,
		VIRTIO_NET_F_GUEST_USO6, VIRTIO_NET_F_HASH_REPORT,
	};
	u16 bits = ~fuzz_u16(input);
	u64 features = BIT_ULL(VIRTIO_F_VERSION_1);

	for (unsigned int i = 0; i < ARRAY_SIZE(known); i++)
		if (bits & BIT(i))
			features |= BIT_ULL(known[i]);
	return features;
}

/* As if there had been no command, and no driver. */
static void forget(struct world *world)
{
	struct rsw_guest *guest = &world->guest;

	mutex_lock(&guest->ctl);
	rsw_command_reset(guest);
	mutex_unlock(&guest->ctl);
	rsw_guest_config_reset(guest);
	guest->generation = 0;
	guest->broken = 0;
	for (u16 i = 0; i < NAIVE_PAIRS; i++) {
		rsw_notify_set(&world->pair[i].egress.notify, &(struct rsw_coalescing){});
		rsw_notify_set(&world->pair[i].ingress.notify, &(struct rsw_coalescing){});
	}
}

static void open_queue(struct world *world, struct fuzz_input *input)
{
	u8 kind = fuzz_u8(input);
	struct mock_guest *driver = world->mock[kind & 1];
	struct rsw_queue *queue = &world->guest.cvq.queue;

	world->guest.features = any_features(input);
	world->guest.npairs = 1 + (kind >> 2) % NAIVE_PAIRS;
	forget(world);
	world->guest.announce = kind & 2;
	memset(driver->desc, 0, rsw_vring_desc_size(NUM));
	memset(driver->avail, 0, rsw_vring_avail_size(NUM, driver->features));
	memset(driver->used, 0, rsw_vring_used_size(NUM, driver->features));
	mock_guest_start(driver, (kind >> 4) - 8);
	world->driver = driver;
	queue->ring = driver->ring;
	queue->running = true;
}

/* In guest memory, and in what we know of it. */
static void poke(struct world *world, u64 iova, u8 value)
{
	u8 *byte = mock_guest_byte(world->driver, iova);

	*byte = value;
	world->memory[byte - (u8 *)world->driver->page] = value;
}

/* Not often made by chance: a table and a key about as long as they may be. */
static u32 any_rss(struct world *world, struct fuzz_input *input)
{
	u8 shape = fuzz_u8(input), queue = fuzz_u8(input), key = fuzz_u8(input);
	u32 entries = (1 << shape % 9) + (shape >> 7), at = 8;

	memset(world->bytes, 0, sizeof(world->bytes));
	world->bytes[0] = VIRTIO_NET_CTRL_MQ;
	world->bytes[1] = VIRTIO_NET_CTRL_MQ_RSS_CONFIG;
	world->bytes[2] = fuzz_u8(input);
	world->bytes[6] = entries - 1;
	world->bytes[7] = (entries - 1) >> 8;
	world->bytes[at] = queue & 7;
	for (at += 2; entries--; at += 2)
		world->bytes[at] = queue >> 4 & entries;
	world->bytes[at + 2] = key;
	at += 3;
	for (; key--; at++)
		world->bytes[at] = fuzz_u8(input);
	return at - (shape >> 4 & 1);
}

static u32 any_bytes(struct world *world, struct fuzz_input *input)
{
	u32 len;

	world->bytes[0] = fuzz_u8(input) & 7;
	world->bytes[1] = fuzz_u8(input) & 7;
	len = fuzz_u8(input);
	if (len >= 200)
		len = (len - 199) * 40;
	if (len > NAIVE_COMMAND)
		len = NAIVE_COMMAND;
	for (u32 i = 2; i < len; i++)
		world->bytes[i] = fuzz_u8(input);
	return len;
}

static u32 any_command(struct world *world, struct fuzz_input *input)
{
	u32 len = fuzz_u8(input) % 8 ? any_bytes(world, input) : any_rss(world, input);

	for (u32 i = 0; i < len; i++)
		poke(world, COMMAND + i, world->bytes[i]);
	return len;
}

/* Show a command of @len bytes in three pieces with room for an answer. Returns descriptors. */
static u16 show(struct world *world, u32 len, u32 room, u8 cut)
{
	u32 first = min((u32)cut % 16, len), second = min((u32)cut / 16, len - first);
	const struct mock_buf buf[] = {
		{ COMMAND, first }, { COMMAND + first, second },
		{ COMMAND + first + second, len - first - second },
		{ ANSWER, room / 2 }, { ANSWER + room / 2, room - room / 2 },
	};
	/* No room is no place to write, or one without a byte. */
	u16 n = room || cut & 1 ? 5 : 3;

	for (u16 i = 0; i < n; i++)
		mock_guest_set_desc(world->driver, i, buf[i].iova, buf[i].len,
				    (i < 3 ? 0 : VRING_DESC_F_WRITE) |
				    (i < n - 1 ? VRING_DESC_F_NEXT : 0), i + 1);
	mock_guest_show(world->driver, 0, n);
	return n;
}

/* What the driver was told. Returns whether the answer was yes. */
static bool read_answer(struct world *world, u16 ndesc, u32 room)
{
	struct mock_guest *driver = world->driver;
	struct naive_answer answer;
	u32 len;

	driver->in_flight = 1;
	KUNIT_ASSERT_GT(world->test, driver->layout->next_used(driver, &len), -1);
	driver->used_at = mock_guest_at(driver, driver->used_at +
						(driver->features & MOCK_PACKED ? ndesc : 1));
	naive_answer(&world->guest, world->bytes, &world->after, &answer);
	answer.byte[0] = *(u8 *)mock_guest_byte(driver, ANSWER);
	if (answer.byte[0] != VIRTIO_NET_OK) {
		KUNIT_ASSERT_EQ(world->test, answer.byte[0], VIRTIO_NET_ERR);
		answer.len = 1;
	}
	KUNIT_ASSERT_EQ(world->test, len, min(answer.len, room));
	for (u32 i = 0; i < room; i++)
		KUNIT_ASSERT_EQ(world->test, *(u8 *)mock_guest_byte(driver, ANSWER + i),
				i < len ? answer.byte[i] : UNTOUCHED);
	return answer.byte[0] == VIRTIO_NET_OK;
}

/* Returns false when the queue is broken. */
static bool command(struct world *world, struct fuzz_input *input)
{
	struct rsw_guest *guest = &world->guest;
	u8 how = fuzz_u8(input), cut = fuzz_u8(input);
	u32 len = any_command(world, input), room = how % (ANSWER_MAX + 1);
	bool fails = how >= 240;
	u16 ndesc;

	for (u32 i = 0; i < ANSWER_MAX; i++)
		poke(world, ANSWER + i, UNTOUCHED);
	ndesc = show(world, len, room, cut);
	naive_look(guest, &world->before);
	host_fail_in = fails;
	guest->cvq.worker.round(&guest->cvq.worker);
	fails = fails && !host_fail_in;
	host_fail_in = 0;
	naive_look(guest, &world->after);
	if (!len || !room) {
		KUNIT_ASSERT_EQ(world->test, guest->broken, -EPROTO);
		/* The driver is told. */
		world->before.generation++;
	} else {
		KUNIT_ASSERT_EQ(world->test, guest->broken, 0);
		KUNIT_ASSERT_EQ(world->test, read_answer(world, ndesc, room), !fails &&
				naive_command(guest, world->bytes, len, &world->before));
	}
	KUNIT_ASSERT_MEMEQ(world->test, &world->before, &world->after, sizeof(world->after));
	for (u32 i = 0; i < ANSWER_MAX; i++)
		poke(world, ANSWER + i, 0);
	KUNIT_ASSERT_MEMEQ(world->test, world->driver->page, world->memory, PAGES * PAGE_SIZE);
	for (u32 i = 0; i < len; i++)
		poke(world, COMMAND + i, 0);
	return !guest->broken;
}

static void run(void *priv, struct fuzz_input *input)
{
	struct world *world = priv;

	open_queue(world, input);
	while (fuzz_more(input) && command(world, input))
		;
	forget(world);
}

const struct fuzz_target fuzz_commands = {
	.name = "commands",
	.size = sizeof(struct world),
	.begin = begin,
	.run = run,
	.end = end,
};
