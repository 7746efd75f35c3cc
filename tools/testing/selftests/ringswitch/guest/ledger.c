// SPDX-License-Identifier: GPL-2.0
#include "ledger.h"

#include <string.h>

void ledger_clear(struct ledger *ledger)
{
	memset(ledger, 0, sizeof(*ledger));
}

static struct ledger_flow *flow_of(struct ledger *ledger, const struct frame_seen *seen)
{
	struct ledger_flow *flow;
	int i;

	for (i = 0; i < ledger->flows; i++) {
		flow = &ledger->flow[i];
		if (flow->flow == seen->flow && flow->kind == seen->kind &&
		    !memcmp(flow->src, seen->src, ETH_ALEN))
			return flow;
	}
	if (ledger->flows == LEDGER_FLOWS)
		return NULL;
	flow = &ledger->flow[ledger->flows++];
	memset(flow, 0, sizeof(*flow));
	memcpy(flow->src, seen->src, ETH_ALEN);
	flow->kind = seen->kind;
	flow->flow = seen->flow;
	flow->next = seen->pos;
	flow->tos = seen->tos;
	return flow;
}

/* A probe that fills a gap is late; one whose place is taken has come twice. */
static void enter_past(struct ledger_flow *flow, uint64_t pos, uint32_t span)
{
	const unsigned int bit = pos % LEDGER_WINDOW;

	if (frame_is_stream(flow->kind)) {
		flow->late++;
	} else if (flow->next - pos <= LEDGER_WINDOW && flow->seen[bit / 8] & 1 << bit % 8) {
		flow->twice++;
	} else {
		flow->late++;
		flow->lost -= flow->lost >= span ? span : flow->lost;
		flow->seen[bit / 8] |= 1 << bit % 8;
	}
}

static void enter_next(struct ledger_flow *flow, uint64_t pos, uint32_t span)
{
	uint64_t place;

	flow->lost += pos - flow->next;
	if (!frame_is_stream(flow->kind)) {
		if (pos - flow->next >= LEDGER_WINDOW)
			memset(flow->seen, 0, sizeof(flow->seen));
		else
			for (place = flow->next; place < pos; place++)
				flow->seen[place % LEDGER_WINDOW / 8] &= ~(1 << place % 8);
		flow->seen[pos % LEDGER_WINDOW / 8] |= 1 << pos % 8;
	}
	flow->next = pos + span;
}

enum frame_verdict ledger_enter(struct ledger *ledger, const void *frame, size_t len,
				const struct virtio_net_hdr_v1 *hdr)
{
	enum frame_verdict verdict;
	struct ledger_flow *flow;
	struct frame_seen seen;
	uint64_t pos;

	ledger->frames++;
	ledger->bytes += len;
	verdict = frame_check(frame, len, hdr, &seen);
	if (verdict == FRAME_FOREIGN)
		ledger->foreign++;
	else if (verdict == FRAME_BAD_HEADER)
		ledger->bad_header++;
	else if (verdict == FRAME_BAD_CSUM)
		ledger->bad_csum++;
	else if (verdict == FRAME_BAD_PAYLOAD)
		ledger->bad_payload++;
	if (verdict != FRAME_GOOD)
		return verdict;

	if (len > ledger->longest)
		ledger->longest = len;
	if (hdr->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM)
		ledger->partial++;
	if (hdr->gso_type != VIRTIO_NET_HDR_GSO_NONE) {
		ledger->gso++;
		ledger->mss = hdr->gso_size;
	}
	flow = flow_of(ledger, &seen);
	if (!flow)
		return verdict;
	flow->frames++;
	flow->bytes += frame_is_stream(seen.kind) ? seen.span : len;
	flow->tci = seen.tci;
	if (flow->tos != seen.tos)
		flow->tos = -2;
	pos = seen.pos;
	if (frame_is_stream(seen.kind))	/* the wire shows the low 32 bits */
		pos = flow->next + (int32_t)((uint32_t)pos - (uint32_t)flow->next);
	if (pos < flow->next)
		enter_past(flow, pos, seen.span);
	else
		enter_next(flow, pos, seen.span);
	return verdict;
}

struct ledger_sum ledger_sum(const struct ledger *ledger, const struct ledger_filter *filter)
{
	struct ledger_sum sum = { .tci = -1, .tos = -1 };
	int i;

	for (i = 0; i < ledger->flows; i++) {
		const struct ledger_flow *flow = &ledger->flow[i];

		if (!filter->any_src && memcmp(flow->src, filter->src, ETH_ALEN))
			continue;
		if (filter->flow >= 0 && (unsigned int)filter->flow != flow->flow)
			continue;
		sum.frames += flow->frames;
		sum.bytes += flow->bytes;
		sum.lost += flow->lost;
		sum.late += flow->late;
		sum.twice += flow->twice;
		sum.tci = flow->tci;
		sum.tos = flow->tos;
	}
	return sum;
}

uint64_t ledger_damaged(const struct ledger *ledger)
{
	return ledger->bad_header + ledger->bad_csum + ledger->bad_payload;
}

static void flow_json(const struct ledger_flow *flow, FILE *out)
{
	static const char *const kind[] = FRAME_KINDS;
	const uint8_t *src = flow->src;

	fprintf(out, "{\"src\":\"%02x:%02x:%02x:%02x:%02x:%02x\",", src[0], src[1], src[2], src[3],
		src[4], src[5]);
	fprintf(out, "\"kind\":\"%s\",\"flow\":%u,", kind[flow->kind], flow->flow);
	fprintf(out, "\"frames\":%ju,", (uintmax_t)flow->frames);
	fprintf(out, "\"bytes\":%ju,", (uintmax_t)flow->bytes);
	fprintf(out, "\"lost\":%ju,", (uintmax_t)flow->lost);
	fprintf(out, "\"late\":%ju,", (uintmax_t)flow->late);
	fprintf(out, "\"twice\":%ju,", (uintmax_t)flow->twice);
	fprintf(out, "\"tci\":%d}", flow->tci);
}

void ledger_json(const struct ledger *ledger, FILE *out)
{
	int i;

	fprintf(out, "{\"frames\":%ju,", (uintmax_t)ledger->frames);
	fprintf(out, "\"bytes\":%ju,", (uintmax_t)ledger->bytes);
	fprintf(out, "\"foreign\":%ju,", (uintmax_t)ledger->foreign);
	fprintf(out, "\"bad_header\":%ju,", (uintmax_t)ledger->bad_header);
	fprintf(out, "\"bad_csum\":%ju,", (uintmax_t)ledger->bad_csum);
	fprintf(out, "\"bad_payload\":%ju,", (uintmax_t)ledger->bad_payload);
	fprintf(out, "\"gso\":%ju,", (uintmax_t)ledger->gso);
	fprintf(out, "\"mss\":%u,", ledger->mss);
	fprintf(out, "\"partial\":%ju,", (uintmax_t)ledger->partial);
	fprintf(out, "\"longest\":%ju,\"flows\":[", (uintmax_t)ledger->longest);
	for (i = 0; i < ledger->flows; i++) {
		if (i)
			fputc(',', out);
		flow_json(&ledger->flow[i], out);
	}
	fputs("]}", out);
}
