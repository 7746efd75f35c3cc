// SPDX-License-Identifier: GPL-2.0
#include "session.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "traffic.h"

#define BURST 32	/* frames between two looks at what has arrived */
#define SEND_TIMEOUT_MS 5000

struct session {
	struct endpoint *ep;
	struct traffic send;	/* of the send command; also keeps the sequence numbers */
	struct traffic stream;
	bool streaming;
	bool over;
	int status;
	char line[1024];
	size_t filled;
};

static void answer(const char *text)
{
	puts(text);
	fflush(stdout);
}

static void do_send(struct session *s, struct args *args)
{
	const uint64_t until = traffic_now_ms() + args_number(args, "timeout", SEND_TIMEOUT_MS);
	struct endpoint *ep = s->ep;
	int error = 0;

	if (!traffic_parse(&s->send, ep, args)) {
		printf("failed %s\n", args_mistake(args));
		return;
	}
	while (s->send.count && error >= 0 && traffic_now_ms() < until) {
		error = traffic_burst(&s->send, ep, BURST);
		if (s->send.count && !error)
			endpoint_step(ep, 50);
		else
			endpoint_step(ep, 0);
	}
	while (error >= 0 && ep->ops->pending(ep) && traffic_now_ms() < until)
		endpoint_step(ep, 50);
	printf("%s sent=%ju pending=%u error=%d\n",
	       s->send.count || ep->ops->pending(ep) ? "failed" : "ok", (uintmax_t)s->send.sent,
	       ep->ops->pending(ep), error < 0 ? error : 0);
}

static void do_stream(struct session *s, struct args *args)
{
	if (args_has(args, "off")) {
		printf("ok sent=%ju\n", (uintmax_t)s->stream.sent);
		s->streaming = false;
		return;
	}
	s->streaming = traffic_parse(&s->stream, s->ep, args);
	if (!args_has(args, "count"))
		s->stream.count = UINT64_MAX;
	if (s->streaming)
		answer("ok");
	else
		printf("failed %s\n", args_mistake(args));
}

/* Sends what the stream owes; returns how long the session may sleep until the next frame. */
static int stream_tick(struct session *s)
{
	int burst = BURST;

	if (!s->streaming)
		return -1;
	if (s->stream.rate) {
		burst = traffic_due(&s->stream, BURST);
		if (!burst)
			return 1;
	}
	/* A full ring is waited out on the call eventfd, with a limit for the rate's sake. */
	return traffic_burst(&s->stream, s->ep, burst) > 0 ? 0 : 20;
}

/* Within a command: keep streaming and receiving, for at most that long. */
static void step(struct session *s, int max_ms)
{
	int nap = stream_tick(s);

	endpoint_step(s->ep, nap < 0 || nap > max_ms ? max_ms : nap);
}

static struct ledger_filter parse_filter(struct args *args)
{
	struct ledger_filter filter = { 0 };

	filter.any_src = !args_mac(args, "src", filter.src);
	filter.flow = args_number(args, "flow", -1);
	return filter;
}

static void print_sum(const char *result, const struct session *s, const struct ledger_sum *sum)
{
	printf("%s frames=%ju bytes=%ju ", result, (uintmax_t)sum->frames, (uintmax_t)sum->bytes);
	printf("lost=%ju late=%ju twice=%ju ", (uintmax_t)sum->lost, (uintmax_t)sum->late,
	       (uintmax_t)sum->twice);
	printf("tci=%d tos=%d damaged=%ju\n", sum->tci, sum->tos,
	       (uintmax_t)ledger_damaged(&s->ep->got));
}

static void do_wait(struct session *s, struct args *args)
{
	const uint64_t until = traffic_now_ms() + args_number(args, "timeout", 5000);
	const struct ledger_filter filter = parse_filter(args);
	const uint64_t frames = args_number(args, "frames", 0);
	const uint64_t bytes = args_number(args, "bytes", 0);
	struct ledger_sum sum;

	if (args_mistake(args)) {
		printf("failed %s\n", args_mistake(args));
		return;
	}
	for (;;) {
		sum = ledger_sum(&s->ep->got, &filter);
		if (sum.frames >= frames && sum.bytes >= bytes)
			break;
		if (traffic_now_ms() >= until)
			break;
		step(s, 20);
	}
	print_sum(sum.frames >= frames && sum.bytes >= bytes ? "ok" : "failed", s, &sum);
}

static void do_count(struct session *s, struct args *args)
{
	const struct ledger_filter filter = parse_filter(args);
	struct ledger_sum sum = ledger_sum(&s->ep->got, &filter);

	if (args_mistake(args))
		printf("failed %s\n", args_mistake(args));
	else
		print_sum("ok", s, &sum);
}

static void do_totals(struct session *s)
{
	const struct ledger *got = &s->ep->got;

	printf("ok sent=%ju pending=%u ", (uintmax_t)s->ep->sent, s->ep->ops->pending(s->ep));
	printf("frames=%ju foreign=%ju ", (uintmax_t)got->frames, (uintmax_t)got->foreign);
	printf("gso=%ju mss=%u ", (uintmax_t)got->gso, got->mss);
	printf("partial=%ju longest=%ju\n", (uintmax_t)got->partial, (uintmax_t)got->longest);
}

static void do_quiet(struct session *s, struct args *args)
{
	const uint64_t until = traffic_now_ms() + args_number(args, "ms", 100);

	while (traffic_now_ms() < until)
		step(s, 10);
	answer("ok");
}

static void print_stats(struct session *s)
{
	struct endpoint *ep = s->ep;

	printf("{\"sent\":%ju,\"pending\":%u,\"echo_failed\":%ju,\"violations\":%ju,",
	       (uintmax_t)ep->sent, ep->ops->pending(ep), (uintmax_t)ep->echo_failed,
	       (uintmax_t)ep->ops->violations(ep));
	ep->ops->json(ep, stdout);
	fputs("\"got\":", stdout);
	ledger_json(&ep->got, stdout);
	puts("}");
}

static void do_echo(struct session *s, struct args *args)
{
	s->ep->echo = args->count && !strcmp(args->key[0], "on");
	answer("ok");
}

static void execute(struct session *s, char *line)
{
	struct args args;

	args_parse(&args, line);
	if (!strcmp(args.verb, "send")) {
		do_send(s, &args);
	} else if (!strcmp(args.verb, "stream")) {
		do_stream(s, &args);
	} else if (!strcmp(args.verb, "wait")) {
		do_wait(s, &args);
	} else if (!strcmp(args.verb, "count")) {
		do_count(s, &args);
	} else if (!strcmp(args.verb, "totals")) {
		do_totals(s);
	} else if (!strcmp(args.verb, "quiet")) {
		do_quiet(s, &args);
	} else if (!strcmp(args.verb, "clear")) {
		ledger_clear(&s->ep->got);
		answer("ok");
	} else if (!strcmp(args.verb, "echo")) {
		do_echo(s, &args);
	} else if (!strcmp(args.verb, "stats")) {
		print_stats(s);
	} else if (!strcmp(args.verb, "quit")) {
		s->over = true;
	} else if (*args.verb && !s->ep->ops->command(s->ep, &args)) {
		printf("failed no such command: %s\n", args.verb);
	}
	fflush(stdout);
}

static void read_commands(struct session *s)
{
	ssize_t got = read(STDIN_FILENO, s->line + s->filled, sizeof(s->line) - 1 - s->filled);
	char *end;

	if (got <= 0) {
		s->over = !(got < 0 && errno == EINTR);
		return;
	}
	s->filled += got;
	while ((end = memchr(s->line, '\n', s->filled))) {
		*end = '\0';
		execute(s, s->line);
		s->filled -= end + 1 - s->line;
		memmove(s->line, end + 1, s->filled);
	}
	if (s->filled == sizeof(s->line) - 1)
		s->over = true;		/* nobody writes such lines */
}

static void greet(const struct endpoint *ep)
{
	const uint8_t *mac = ep->mac;

	printf("ok mac=%02x:%02x:%02x:%02x:%02x:%02x\n", mac[0], mac[1], mac[2], mac[3], mac[4],
	       mac[5]);
	fflush(stdout);
}

int session_run(struct endpoint *ep, char **commands, int count)
{
	static struct session s;
	int i;

	s.ep = ep;
	for (i = 0; i < count && !s.over; i++)
		execute(&s, commands[i]);
	if (!count)
		greet(ep);
	while (!count && !s.over) {
		struct pollfd polls[1 + ENDPOINT_POLLS] = {
			{ .fd = STDIN_FILENO, .events = POLLIN }
		};
		int nap = stream_tick(&s);
		int more = ep->ops->polls(ep, polls + 1);

		if (poll(polls, 1 + more, ep->spin ? 0 : nap) < 0 && errno != EINTR)
			return 1;
		ep->ops->service(ep, polls + 1);
		if (ep->echo)
			ep->ops->flush(ep);
		if (polls[0].revents)
			read_commands(&s);
	}
	print_stats(&s);
	fflush(stdout);
	return ep->ops->violations(ep) ? 1 : 0;
}
