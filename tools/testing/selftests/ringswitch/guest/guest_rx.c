// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "mockguest.h"

#define CANARY 0xc5

void guest_rx_init(struct guest *guest)
{
	unsigned int i;

	for (i = 0; i < guest->rx_slots; i++) {
		guest->rx_slot[i] = (struct guest_slot) {
			.data = guest->rx.memory + i * guest->rx_stride,
			.iova = guest->rx.iova + i * guest->rx_stride,
			.len = guest->rx_size,
		};
	}
	memset(guest->rx.memory, CANARY, guest->rx.size);
}

void guest_rx_fence(struct guest *guest)
{
	memset(guest->rx.memory, CANARY, guest->rx.size);
	guest->fenced_rx = true;
}

static bool post(struct guest *guest, struct guest_slot *slot)
{
	struct ring_piece piece[RING_CHAIN_MAX];
	const unsigned int pieces = guest->opt.rx_pieces;
	const uint32_t part = slot->len / pieces;
	unsigned int i;

	for (i = 0; i < pieces; i++) {
		piece[i] = (struct ring_piece) {
			.addr = slot->iova + i * part,
			.len = i + 1 < pieces ? part : slot->len - i * part,
			.device_writes = true,
		};
	}
	if (ring_add(&guest->ring[RXQ], piece, pieces, slot))
		return false;
	slot->offered = true;
	return true;
}

unsigned int guest_rx_post(struct guest *guest, unsigned int count)
{
	unsigned int i, posted = 0;

	for (i = 0; i < guest->rx_slots && posted < count; i++)
		if (!guest->rx_slot[i].offered && post(guest, &guest->rx_slot[i]))
			posted++;
	if (posted)
		ring_publish(&guest->ring[RXQ]);
	return posted;
}

static bool untouched(const uint8_t *byte, size_t len)
{
	return !len || (*byte == CANARY && !memcmp(byte, byte + 1, len - 1));
}

static void append(struct guest *guest, const uint8_t *data, size_t len)
{
	if (len > FRAME_MAX - guest->frame_len) {
		guest->wrong.num_buffers++;	/* no frame is that large */
		return;
	}
	memcpy(guest->frame + guest->frame_len, data, len);
	guest->frame_len += len;
}

static void take_header(struct guest *guest, const uint8_t *data, uint32_t len)
{
	const uint32_t plain = sizeof(guest->frame_hdr);
	struct guest_hash *hash = &guest->frame_hash;

	memcpy(&guest->frame_hdr, data, plain);
	memset(hash, 0, sizeof(*hash));
	memcpy(hash, data + plain, len - plain);
	guest->wrong.hash += hash->padding || hash->report > VIRTIO_NET_HASH_REPORT_UDPv6 ||
			     (hash->value && !hash->report);
	guest->frame_len = 0;
}

static void take_buffer(struct guest *guest, struct guest_slot *slot, uint32_t len)
{
	struct virtio_net_hdr_v1 *hdr = &guest->frame_hdr;
	uint32_t skip = guest->frame_missing ? 0 : guest_hdr(guest);

	slot->offered = false;
	if (len > slot->len || len < skip) {
		guest->wrong.used_len++;
		return;
	}
	if (!untouched(slot->data + len, guest->rx_stride - len))
		guest->wrong.overrun++;
	if (!guest->frame_missing) {
		take_header(guest, slot->data, skip);
		guest->frame_missing = hdr->num_buffers;
		if (!hdr->num_buffers || hdr->num_buffers > guest->rx_slots ||
		    (hdr->num_buffers > 1 &&
		     !(guest->dev.features & 1ull << VIRTIO_NET_F_MRG_RXBUF))) {
			guest->wrong.num_buffers++;
			guest->frame_missing = 1;
		}
	}
	append(guest, slot->data + skip, len - skip);
	memset(slot->data, CANARY, len);
	if (!--guest->frame_missing)
		endpoint_deliver(&guest->ep, guest->frame, guest->frame_len, hdr);
}

void guest_rx_service(struct guest *guest)
{
	struct ring *ring = &guest->ring[RXQ];
	struct guest_slot *slot;
	bool posted = false;
	uint32_t len;

	ring_ack(ring);
	while ((slot = ring_take(ring, &len))) {
		take_buffer(guest, slot, len);
		if (guest->refill)
			posted |= post(guest, slot);
	}
	/* All buffers of a frame become used at once, so none can be missing now. */
	if (guest->frame_missing) {
		guest->wrong.apart++;
		guest->frame_missing = 0;
	}
	if (posted)
		ring_publish(ring);
}
