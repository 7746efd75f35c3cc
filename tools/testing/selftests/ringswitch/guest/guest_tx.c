// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>

#include "mockguest.h"

/* Bytes behind the frame that are watched, too. */
#define MARGIN 64

void guest_tx_init(struct guest *guest)
{
	unsigned int i;

	for (i = 0; i < GUEST_TX_SLOTS; i++) {
		guest->tx_slot[i] = (struct guest_slot) {
			.data = guest->tx.memory + i * GUEST_TX_ROOM,
			.iova = guest->tx.iova + i * GUEST_TX_ROOM,
		};
	}
}

static uint32_t digest(const struct guest_slot *slot)
{
	const uint8_t *byte = slot->data;
	uint32_t hash = 2166136261u, word;
	uint32_t i;

	for (i = 0; i < slot->len + MARGIN; i += sizeof(word)) {
		memcpy(&word, byte + i, sizeof(word));
		hash = (hash ^ word) * 16777619u;
	}
	return hash;
}

static struct guest_slot *free_slot(struct guest *guest)
{
	unsigned int i;

	for (i = 0; i < GUEST_TX_SLOTS; i++)
		if (!guest->tx_slot[i].offered)
			return &guest->tx_slot[i];
	return NULL;
}

static unsigned int cut(const struct packet *packet, const struct guest_slot *slot,
			struct ring_piece *piece)
{
	uint32_t at = 0, len;
	unsigned int i;

	for (i = 0; i < packet->pieces; i++) {
		len = packet->piece[i] < slot->len - at ? packet->piece[i] : slot->len - at;
		piece[i] = (struct ring_piece) { .addr = slot->iova + at, .len = len };
		at += len;
	}
	if (at < slot->len || !i) {
		piece[i] = (struct ring_piece) { .addr = slot->iova + at, .len = slot->len - at };
		i++;
	}
	return i;
}

int guest_tx_send(struct guest *guest, const struct packet *packet)
{
	struct guest_slot *slot = free_slot(guest);
	struct ring_piece piece[RING_CHAIN_MAX];
	int error;

	if (!guest->running)
		return -ENOTCONN;
	if (packet->pieces >= guest->opt.ring_size && !guest->ring[TXQ].opt.indirect)
		return -E2BIG;
	if (!slot)
		return -EAGAIN;
	slot->len = guest_hdr(guest) + packet->len;
	/* Nobody reads a hash in this direction. */
	memset(slot->data, 0xff, guest_hdr(guest));
	memcpy(slot->data, &packet->hdr, sizeof(packet->hdr));
	memcpy(slot->data + guest_hdr(guest), packet->frame, packet->len);
	slot->digest = digest(slot);
	error = ring_add(&guest->ring[TXQ], piece, cut(packet, slot, piece), slot);
	slot->offered = !error;
	return error;
}

void guest_tx_service(struct guest *guest)
{
	struct ring *ring = &guest->ring[TXQ];
	struct guest_slot *slot;
	uint32_t len;

	ring_ack(ring);
	while ((slot = ring_take(ring, &len))) {
		slot->offered = false;
		if (len)
			guest->wrong.used_len++;
		if (slot->digest != digest(slot))
			guest->wrong.readonly++;
	}
}
