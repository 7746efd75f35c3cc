// SPDX-License-Identifier: GPL-2.0
#include "endpoint.h"

#include <string.h>

static void echo(struct endpoint *ep, const void *frame, size_t len,
		 const struct virtio_net_hdr_v1 *hdr)
{
	static uint8_t copy[FRAME_MAX];
	struct packet packet = { .frame = copy, .len = len, .hdr = *hdr };

	memcpy(copy, frame, len);
	memcpy(copy, (const uint8_t *)frame + ETH_ALEN, ETH_ALEN);
	memcpy(copy + ETH_ALEN, ep->mac, ETH_ALEN);
	packet.hdr.num_buffers = 0;
	packet.hdr.flags &= VIRTIO_NET_HDR_F_NEEDS_CSUM;
	if (ep->ops->send(ep, &packet))
		ep->echo_failed++;
	else
		ep->sent++;
}

void endpoint_deliver(struct endpoint *ep, const void *frame, size_t len,
		      const struct virtio_net_hdr_v1 *hdr)
{
	enum frame_verdict verdict = ledger_enter(&ep->got, frame, len, hdr);

	if (ep->echo && verdict == FRAME_GOOD)
		echo(ep, frame, len, hdr);
}

void endpoint_step(struct endpoint *ep, int timeout_ms)
{
	struct pollfd polls[ENDPOINT_POLLS] = { 0 };
	int count = ep->ops->polls(ep, polls);

	if (poll(polls, count, ep->spin ? 0 : timeout_ms) >= 0)
		ep->ops->service(ep, polls);
	if (ep->echo)
		ep->ops->flush(ep);
}
