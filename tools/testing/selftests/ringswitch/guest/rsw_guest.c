// SPDX-License-Identifier: GPL-2.0
/* A mock guest on a vhost-vdpa device; see session.h and guest_command.c for its commands. */
#include <errno.h>
#include <getopt.h>
#include <linux/virtio_config.h>
#include <linux/virtio_net.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mockguest.h"
#include "session.h"

static const char usage[] =
	"usage: rsw_guest [OPTION...] /dev/vhost-vdpa-N [COMMAND...]\n"
	"  --ring N          descriptors per ring (256)\n"
	"  --base N          first index of the rings (0); packed: descriptors that passed\n"
	"  --rx-buffers N    receive buffers (as many as fit the ring)\n"
	"  --rx-size BYTES   of one, header included (what the features ask for)\n"
	"  --rx-pieces N     descriptors per receive buffer (1)\n"
	"  --tables          all chains as indirect tables (of three one, and one in part)\n"
	"  --no-refill       offer each receive buffer once\n"
	"  --without F,...   features to refuse: csum guest_csum tso4 tso6 guest_tso4\n"
	"                    guest_tso6 ecn guest_ecn uso guest_uso4 guest_uso6\n"
	"                    mrg_rxbuf mac mtu status event_idx indirect packed\n"
	"                    in_order mq rss hash\n"
	"  --control         with a control queue, and all that needs one\n"
	"  --enable-first    enable the queues before DRIVER_OK\n"
	"  --calls-first     give their calls before the features, like QEMU\n"
	"  --poll            spin instead of sleeping on the call eventfds\n";

static const struct {
	const char *name;
	int bit;
} features[] = {
	{ "csum", VIRTIO_NET_F_CSUM },		  { "guest_csum", VIRTIO_NET_F_GUEST_CSUM },
	{ "tso4", VIRTIO_NET_F_HOST_TSO4 },	  { "tso6", VIRTIO_NET_F_HOST_TSO6 },
	{ "guest_tso4", VIRTIO_NET_F_GUEST_TSO4 }, { "guest_tso6", VIRTIO_NET_F_GUEST_TSO6 },
	{ "ecn", VIRTIO_NET_F_HOST_ECN },	  { "guest_ecn", VIRTIO_NET_F_GUEST_ECN },
	{ "uso", VIRTIO_NET_F_HOST_USO },	  { "guest_uso4", VIRTIO_NET_F_GUEST_USO4 },
	{ "guest_uso6", VIRTIO_NET_F_GUEST_USO6 },
	{ "mrg_rxbuf", VIRTIO_NET_F_MRG_RXBUF },  { "mac", VIRTIO_NET_F_MAC },
	{ "mtu", VIRTIO_NET_F_MTU },		  { "status", VIRTIO_NET_F_STATUS },
	{ "version_1", VIRTIO_F_VERSION_1 },	  { "platform", VIRTIO_F_ACCESS_PLATFORM },
	{ "event_idx", VIRTIO_RING_F_EVENT_IDX }, { "indirect", VIRTIO_RING_F_INDIRECT_DESC },
	{ "packed", VIRTIO_F_RING_PACKED },	  { "in_order", VIRTIO_F_IN_ORDER },
	{ "rss", VIRTIO_NET_F_RSS },		  { "hash", VIRTIO_NET_F_HASH_REPORT },
	{ "mq", VIRTIO_NET_F_MQ },
};

static void refuse(const char *why)
{
	fprintf(stderr, "rsw_guest: %s\n%s", why, usage);
	exit(64);
}

static uint64_t feature_bits(char *list)
{
	const size_t known = ARRAY_SIZE(features);
	char *word, *place = NULL;
	uint64_t bits = 0;
	size_t i;

	for (word = strtok_r(list, ",", &place); word; word = strtok_r(NULL, ",", &place)) {
		for (i = 0; i < known && strcmp(word, features[i].name); i++)
			;
		if (i == known)
			refuse("unknown feature");
		bits |= 1ull << features[i].bit;
	}
	return bits;
}

static unsigned int within(const char *text, unsigned int min, unsigned int max)
{
	unsigned long value = strtoul(text, NULL, 0);

	if (value < min || value > max)
		refuse("number out of range");
	return value;
}

static void parse(int argc, char **argv, struct guest_options *opt, bool *spin)
{
	static const struct option options[] = {
		{ "ring", 1, NULL, 'r' },	{ "base", 1, NULL, 'B' },
		{ "tables", 0, NULL, 't' },	{ "rx-buffers", 1, NULL, 'b' },
		{ "rx-size", 1, NULL, 's' },	{ "rx-pieces", 1, NULL, 'p' },
		{ "no-refill", 0, NULL, 'n' },	{ "without", 1, NULL, 'w' },
		{ "control", 0, NULL, 'c' },
		{ "enable-first", 0, NULL, 'e' }, { "poll", 0, NULL, 'P' },
		{ "calls-first", 0, NULL, 'C' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		if (c == 'r')
			opt->ring_size = within(optarg, 2, RING_MAX);
		else if (c == 'B')
			opt->base = within(optarg, 0, 65535);
		else if (c == 'b')
			opt->rx_buffers = within(optarg, 1, RING_MAX);
		else if (c == 's')
			opt->rx_size = within(optarg, 1, FRAME_MAX);
		else if (c == 'p')
			opt->rx_pieces = within(optarg, 1, RING_CHAIN_MAX);
		else if (c == 'n')
			opt->refill = false;
		else if (c == 'w')
			opt->without |= feature_bits(optarg);
		else if (c == 't')
			opt->tables = true;
		else if (c == 'c')
			opt->control = true;
		else if (c == 'e')
			opt->enable_first = true;
		else if (c == 'C')
			opt->calls_first = true;
		else if (c == 'P')
			*spin = true;
		else
			refuse("what?");
	}
	if (optind == argc)
		refuse("which device?");
	opt->device = argv[optind];
}

static int polls(struct endpoint *ep, struct pollfd *polls)
{
	struct guest *guest = guest_of(ep);

	polls[0] = (struct pollfd) { .fd = guest->dev.call[RXQ], .events = POLLIN };
	polls[1] = (struct pollfd) { .fd = guest->dev.call[TXQ], .events = POLLIN };
	polls[2] = (struct pollfd) { .fd = guest->dev.config_call, .events = POLLIN };
	return 3;
}

/* Looks at a ring only upon its call, so that a lost call is noticed as a hang. */
static void service(struct endpoint *ep, const struct pollfd *polls)
{
	struct guest *guest = guest_of(ep);
	uint64_t calls;

	if (guest->running && (ep->spin || polls[TXQ].revents))
		guest_tx_service(guest);
	if (guest->running && (ep->spin || polls[RXQ].revents))
		guest_rx_service(guest);
	if (polls[2].revents && read(guest->dev.config_call, &calls, sizeof(calls)) > 0)
		guest->config_calls += calls;
}

static int send(struct endpoint *ep, const struct packet *packet)
{
	return guest_tx_send(guest_of(ep), packet);
}

static void flush(struct endpoint *ep)
{
	struct ring *ring = &guest_of(ep)->ring[TXQ];

	if (guest_of(ep)->running && ring->shown != ring->added)
		ring_publish(ring);
}

static unsigned int pending(struct endpoint *ep)
{
	return guest_of(ep)->running ? ring_pending(&guest_of(ep)->ring[TXQ]) : 0;
}

static bool command(struct endpoint *ep, struct args *args)
{
	return guest_command(guest_of(ep), args);
}

static void json(struct endpoint *ep, FILE *out)
{
	const struct guest *guest = guest_of(ep);
	const struct guest_wrongs *wrong = &guest->wrong;

	fprintf(out, "\"kicks\":%ju,", (uintmax_t)guest->ring[TXQ].kicks);
	fprintf(out, "\"rx_kicks\":%ju,", (uintmax_t)guest->ring[RXQ].kicks);
	fprintf(out, "\"tx_calls\":%ju,", (uintmax_t)guest->ring[TXQ].calls);
	fprintf(out, "\"rx_calls\":%ju,", (uintmax_t)guest->ring[RXQ].calls);
	fprintf(out, "\"wrong\":{\"overrun\":%ju,", (uintmax_t)wrong->overrun);
	fprintf(out, "\"used_len\":%ju,", (uintmax_t)wrong->used_len);
	fprintf(out, "\"readonly\":%ju,", (uintmax_t)wrong->readonly);
	fprintf(out, "\"num_buffers\":%ju,", (uintmax_t)wrong->num_buffers);
	fprintf(out, "\"apart\":%ju,", (uintmax_t)wrong->apart);
	fprintf(out, "\"fence\":%ju,", (uintmax_t)wrong->fence);
	fprintf(out, "\"stray\":%ju,", (uintmax_t)wrong->stray);
	fprintf(out, "\"disorder\":%ju,", (uintmax_t)wrong->disorder);
	fprintf(out, "\"touched\":%ju,", (uintmax_t)wrong->touched);
	fprintf(out, "\"event\":%ju,", (uintmax_t)wrong->event);
	fprintf(out, "\"hash\":%ju},", (uintmax_t)wrong->hash);
}

static uint64_t violations(struct endpoint *ep)
{
	return guest_violations(guest_of(ep));
}

int main(int argc, char **argv)
{
	static const struct endpoint_ops ops = {
		.polls = polls, .service = service, .send = send, .flush = flush,
		.pending = pending, .command = command, .json = json, .violations = violations,
	};
	static struct guest guest = { .ep.ops = &ops };
	struct guest_options opt = { .ring_size = 256, .rx_pieces = 1, .refill = true };
	int error, status;

	signal(SIGPIPE, SIG_IGN);
	parse(argc, argv, &opt, &guest.ep.spin);
	error = guest_open(&guest, &opt);
	if (!error)
		error = guest_start(&guest);
	if (error) {
		printf("failed %s: %s\n", opt.device, strerror(-error));
		return 69;
	}
	status = session_run(&guest.ep, argv + optind + 1, argc - optind - 1);
	guest_stop(&guest);
	return status;
}
