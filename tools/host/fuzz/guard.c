// SPDX-License-Identifier: GPL-2.0
/* Any frame from a port with any guard: is it let in when a naive reading of it says so? */
#include <linux/if_ether.h>
#include <uapi/linux/virtio_net.h>

#include "fuzz.h"
#include "guard_model.h"
#include "guard_world.h"

struct world {
	struct guard_world *guard;
	struct rsw_guard settings;
};

static void begin(void *priv, struct kunit *test)
{
	struct world *world = priv;

	world->guard = guard_world_new(test);
}

static void end(void *priv)
{
	struct world *world = priv;

	guard_world_free(world->guard);
}

/* Addresses of few bits, so that frames are near them; behind the input there are zeroes. */
static void any_settings(struct rsw_guard *settings, struct fuzz_input *input)
{
	u8 what = fuzz_u8(input);

	memset(settings, 0, sizeof(*settings));
	settings->flags = what % 4;
	settings->nmacs = what / 4 % 4;
	settings->nnets = what / 16 % 4;
	for (u8 i = 0; i < settings->nmacs; i++)
		memset(settings->mac[i], 2 * i, sizeof(settings->mac[i]));
	for (u8 i = 0; i < settings->nnets; i++) {
		settings->net[i].v6 = what / 64 & BIT(i % 2);
		settings->net[i].len = settings->net[i].v6 ? i * 40 : i * 10;
		memset(&settings->net[i].addr, 0x20, settings->net[i].len / 8);
	}
}

static void any_frame(struct guard_world *world, struct fuzz_input *input)
{
	static const u16 types[] = { ETH_P_ARP, ETH_P_IP, ETH_P_IPV6, ETH_P_IPV6 };
	static const char * const macs[] = { "\2\2\2\2\2\2", "\4\4\4\4\4\4", HIS_MAC };
	u8 what = fuzz_u8(input), checksum = fuzz_u8(input);

	guard_begin(world, macs[what % 3], what / 3 % 4, types[what / 12 % 4]);
	/* Or any Ethertype. */
	if (what >= 200)
		world->len -= sizeof(u16);
	while (world->len < ETH_HLEN || (fuzz_more(input) && world->len < GUARD_BYTES))
		guard_put(world, (u8[]){ fuzz_u8(input) }, 1);
	if (checksum < ETH_HLEN || checksum + sizeof(u16) > world->len)
		return;
	world->offload.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	world->offload.csum_start = checksum;
}

static void run(void *priv, struct fuzz_input *input)
{
	struct world *world = priv;
	struct guard_world *guard = world->guard;
	struct rsw_port *port = &guard->forward->guest[0].port;
	struct guard_model model = { .guard = &world->settings, .byte = guard->sent };
	u8 cut = fuzz_u8(input);

	any_settings(&world->settings, input);
	any_frame(guard, input);
	model.len = guard->len;
	model.csum = guard->offload.csum_start;
	RCU_INIT_POINTER(port->guard, &world->settings);
	KUNIT_ASSERT_EQ(guard->test, guard_send_cut(guard, cut), guard_model_verdict(&model));
	RCU_INIT_POINTER(port->guard, NULL);
	rsw_fdb_flush_port(&guard->forward->sw.fdb, NULL);
}

const struct fuzz_target fuzz_guard = {
	.name = "guard",
	.size = sizeof(struct world),
	.begin = begin,
	.run = run,
	.end = end,
};
