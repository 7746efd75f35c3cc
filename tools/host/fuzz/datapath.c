// SPDX-License-Identifier: GPL-2.0
/* A switch whose ports come, go, send and grow old, beside one that takes one frame at a time. */
#include <linux/jiffies.h>

#include "forward_model.h"
#include "fuzz.h"

#define START	(-5 * HZ)	/* of the clock, which wraps soon */

static void begin(void *model, struct kunit *test)
{
	forward_model_init(model, test);
}

static void end(void *priv)
{
	struct forward_model *model = priv;

	forward_world_free(model->world, model->test);
}

static u64 any_station(u8 which)
{
	static const u64 special[] = { BROADCAST, GROUP, LINK_LOCAL, UNKNOWN };

	which %= MODEL_STATIONS + ARRAY_SIZE(special);
	return which < MODEL_STATIONS ? STATION(which) : special[which - MODEL_STATIONS];
}

/* A burst: frames of one source and one destination, and others behind them. */
static void send_burst(struct forward_model *model, struct fuzz_input *input)
{
	int from = fuzz_below(input, MODEL_PORTS);
	u8 what = fuzz_u8(input);
	unsigned int n = 0;

	forward_model_begin(model, from);
	for (unsigned int runs = 1 + what % 8; runs-- && fuzz_more(input); ) {
		u8 pair = fuzz_u8(input);
		u64 source = any_station(pair >> 4), dest = any_station(pair);
		unsigned int repeat = what & 128 ? 1 + what / 8 % 16 : 1;

		/* No driver can send from nowhere, but a liar can. */
		if (source == UNKNOWN)
			source = 0;
		while (repeat-- && n++ < RSW_BATCH_FRAMES)
			forward_model_add(model, dest, source, (int)(runs % (MODEL_VIDS + 1)) - 1);
	}
	if (model->world->batch.n)
		forward_model_run(model);
}

static void change_port(struct forward_model *model, struct fuzz_input *input)
{
	u8 what = fuzz_u8(input);
	int i = what % 8 % MODEL_PORTS;

	/* A port that is not on a switch is down. */
	forward_model_port(model, i)->up = !(what & 8) && !model->away[i];
	forward_model_port(model, i)->flags = fuzz_u8(input) % BIT(RSW_PORT_NFLAGS);
	forward_model_vlans(model, i, fuzz_u8(input), what / 64);
	forward_model_isolate(model, i, what & 16 ? fuzz_below(input, 3) : -1);
	forward_model_seen(model, i)->refuses = what & 32 ? fuzz_u64(input) : 0;
}

static void step(struct forward_model *model, struct fuzz_input *input)
{
	u8 what = fuzz_u8(input);

	switch (what % 16) {
	case 0 ... 7:
		send_burst(model, input);
		break;
	case 8 ... 9:
		change_port(model, input);
		break;
	case 10:
		if (what / 16 % MODEL_PORTS)
			forward_model_attach(model, what / 16 % MODEL_PORTS, what & 128);
		break;
	case 11:
		forward_model_flush(model, what / 16 % MODEL_PORTS);
		break;
	case 12 ... 13:
		jiffies += fuzz_u8(input) * HZ * 4;
		forward_model_age(model);
		break;
	case 14:
		forward_model_know_host(model, what & 128);
		forward_model_filter(model, what & 64);
		break;
	case 15:
		if (what & 16)
			forward_model_guard(model, what / 32 % MODEL_PORTS,
					    fuzz_u16(input) % BIT(MODEL_STATIONS));
		forward_model_check(model);
		break;
	}
}

static void run(void *priv, struct fuzz_input *input)
{
	struct forward_model *model = priv;

	jiffies = START;
	while (fuzz_more(input))
		step(model, input);
	forward_model_check(model);
	forward_model_reset(model);
}

const struct fuzz_target fuzz_datapath = {
	.name = "datapath",
	.size = sizeof(struct forward_model),
	.begin = begin,
	.run = run,
	.end = end,
};
