// SPDX-License-Identifier: GPL-2.0
#include "traffic.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

uint64_t traffic_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ull + now.tv_nsec / 1000000;
}

static int choice(struct args *args, const char *key, const char *const *names, int count)
{
	const char *text = args_text(args, key, names[0]);
	int i;

	for (i = 0; i < count; i++)
		if (!strcmp(text, names[i]))
			return i;
	snprintf(args->mistake, sizeof(args->mistake), "bad value %s=%s", key, text);
	return 0;
}

/* "1*12,20,0": twelve pieces of one byte, one of twenty, an empty one. */
static void parse_cut(struct packet *shape, struct args *args)
{
	char text[128], *word, *place = NULL;

	strncpy(text, args_text(args, "cut", ""), sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	shape->pieces = 0;
	for (word = strtok_r(text, ",", &place); word; word = strtok_r(NULL, ",", &place)) {
		char *rest;
		unsigned long len = strtoul(word, &rest, 0);
		unsigned long times = *rest == '*' ? strtoul(rest + 1, &rest, 0) : 1;

		if (*rest || shape->pieces + times > ENDPOINT_PIECES) {
			snprintf(args->mistake, sizeof(args->mistake), "bad cut");
			return;
		}
		while (times--)
			shape->piece[shape->pieces++] = len;
	}
}

bool traffic_parse(struct traffic *traffic, struct endpoint *ep, struct args *args)
{
	static const char *const kinds[] = FRAME_KINDS;
	static const char *const csums[] = { "full", "partial", "wrong" };
	struct frame_spec *spec = &traffic->spec;

	memcpy(spec->src, ep->mac, ETH_ALEN);
	args_mac(args, "src", spec->src);
	if (!args_mac(args, "dst", spec->dst))
		snprintf(args->mistake, sizeof(args->mistake), "no dst");
	spec->kind = choice(args, "kind", kinds, ARRAY_SIZE(kinds));
	spec->csum = choice(args, "csum", csums, 3);
	spec->type = args_number(args, "type", FRAME_ETHERTYPE);
	spec->tci = args_number(args, "tci", -1);
	spec->tos = args_number(args, "tos", 0);
	spec->flow = args_number(args, "flow", 0);
	spec->len = args_number(args, "len", spec->kind == FRAME_PROBE ? 60 : 100);
	spec->mss = args_number(args, "mss", 0);
	spec->lies = (struct frame_lies) {
		.flags = args_number(args, "h_flags", -1),
		.gso_type = args_number(args, "h_gso_type", -1),
		.hdr_len = args_number(args, "h_hdr_len", -1),
		.gso_size = args_number(args, "h_gso_size", -1),
		.csum_start = args_number(args, "h_csum_start", -1),
		.csum_offset = args_number(args, "h_csum_offset", -1),
		.num_buffers = args_number(args, "h_num_buffers", -1),
	};
	spec->raw_len = args_hex(args, "raw", spec->raw, sizeof(spec->raw));
	if (spec->raw_len)
		spec->len = 2 * ETH_ALEN + spec->raw_len;
	parse_cut(&traffic->shape, args);
	if (spec->flow >= FRAME_FLOWS || spec->len > FRAME_MAX)
		snprintf(args->mistake, sizeof(args->mistake), "flow or len too large");
	else if (args_has(args, "seq"))
		traffic->next[spec->flow] = args_number(args, "seq", 0);
	traffic->count = args_number(args, "count", 1);
	traffic->rate = args_number(args, "rate", 0);
	traffic->sent = 0;
	traffic->dests = args_number(args, "dests", 1);
	traffic->dest = spec->dst[ETH_ALEN - 1];
	if (!traffic->dests || traffic->dest + traffic->dests > 0x100)
		snprintf(args->mistake, sizeof(args->mistake), "no or too many dests");
	traffic->skipped = 0;
	traffic->begin = traffic_now_ms();
	return !args_mistake(args);
}

int traffic_burst(struct traffic *traffic, struct endpoint *ep, int burst)
{
	static uint8_t frame[FRAME_MAX + 256];
	struct packet *packet = &traffic->shape;
	uint64_t *pos = &traffic->next[traffic->spec.flow];
	int done = 0, error = 0;

	while (done < burst && traffic->count) {
		uint64_t next;

		traffic->spec.dst[ETH_ALEN - 1] = traffic->dest + traffic->sent % traffic->dests;
		next = frame_build(&traffic->spec, *pos, frame, &packet->hdr);

		packet->frame = frame;
		packet->len = traffic->spec.len;
		error = ep->ops->send(ep, packet);
		if (error)
			break;
		*pos = next;
		traffic->count--;
		traffic->sent++;
		ep->sent++;
		done++;
	}
	if (done)
		ep->ops->flush(ep);
	return error && error != -EAGAIN ? error : done;
}

int traffic_due(struct traffic *traffic, int burst)
{
	uint64_t due = (traffic_now_ms() - traffic->begin) * traffic->rate / 1000;

	due -= traffic->sent + traffic->skipped;
	if ((int64_t)due <= 0)
		return 0;
	/* Late, because the machine is busy: the receivers' rings would not hold it all. */
	if (due > (uint64_t)burst) {
		traffic->skipped += due - burst;
		due = burst;
	}
	return due;
}
