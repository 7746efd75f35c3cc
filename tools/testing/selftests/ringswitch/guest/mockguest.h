/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MOCKGUEST_H
#define MOCKGUEST_H

/*
 * A guest without a virtual machine: it owns memory, drives one receive and one transmit
 * ring of a vhost-vdpa device, and distrusts the device. Every byte the device has no
 * business writing is watched.
 */
#include "endpoint.h"
#include "ring.h"
#include "vdpadev.h"

/* Behind the header, if this was negotiated; linux/virtio_net.h has changed its mind about it. */
struct guest_hash {
	uint32_t value;
	uint16_t report;
	uint16_t padding;
};

#define GUEST_TX_SLOTS 32
#define GUEST_TX_ROOM 0x12000

/* A control command and its answer. */
#define GUEST_CTL_ROOM 0x8000

enum { RXQ, TXQ, CTLQ };

struct guest_options {
	const char *device;
	unsigned int ring_size;
	unsigned int base;		/* first index of the rings */
	unsigned int rx_buffers;	/* 0: fill the ring */
	uint32_t rx_size;		/* 0: what the features ask for; header included */
	unsigned int rx_pieces;		/* descriptors a receive buffer is cut into */
	bool tables;			/* every chain is an indirect table */
	uint64_t without;		/* features to refuse */
	bool control;			/* with a control queue */
	bool enable_first;		/* enable the queues before DRIVER_OK */
	bool calls_first;		/* give their calls before the features */
	bool refill;
};

/* A stretch of guest memory that is mapped for the device as a whole. */
struct guest_area {
	uint8_t *memory;
	uint64_t iova;
	size_t size;
	bool mapped;
};

struct guest_slot {
	uint8_t *data;
	uint64_t iova;
	uint32_t len;		/* bytes offered to the device */
	uint32_t digest;	/* of what the device may read, not write */
	bool offered;
};

/* Rules the device has broken, each a counter. */
struct guest_wrongs {
	uint64_t overrun;	/* wrote past the used length */
	uint64_t used_len;	/* used length larger than the buffer or without a header */
	uint64_t readonly;	/* wrote to a transmit buffer */
	uint64_t num_buffers;	/* wrong in the header of a received frame */
	uint64_t apart;		/* buffers of one frame used one by one */
	uint64_t fence;		/* wrote after reset or unmap had returned */
	uint64_t stray;		/* used what was not on offer */
	uint64_t disorder;	/* used something before its turn */
	uint64_t touched;	/* changed descriptors that were the driver's */
	uint64_t event;		/* asked for kicks in a way that means nothing */
	uint64_t hash;		/* reported one that cannot be */
};

struct guest {
	struct endpoint ep;	/* first: the session knows no more */
	struct guest_options opt;
	struct vdpadev dev;
	struct guest_area rings, tx, rx, ctl;
	unsigned int queues;
	struct ring ring[VDPADEV_QUEUES];
	struct guest_slot tx_slot[GUEST_TX_SLOTS];
	struct guest_slot rx_slot[RING_MAX];
	unsigned int rx_slots;
	size_t rx_stride;
	uint32_t rx_size;
	bool running;
	bool refill;
	bool hostile;		/* the rings are no longer what ring.h promises */
	bool fenced_rx, fenced_rings;
	uint8_t *rings_then;	/* the rings when they were fenced */
	uint64_t config_calls;
	struct guest_wrongs wrong;
	/* The frame being put together from several receive buffers. */
	uint8_t frame[FRAME_MAX];
	size_t frame_len;
	unsigned int frame_missing;
	struct virtio_net_hdr_v1 frame_hdr;
	struct guest_hash frame_hash;
};

static inline struct guest *guest_of(struct endpoint *ep)
{
	return (struct guest *)ep;
}

/* Bytes in front of a frame. */
static inline uint32_t guest_hdr(const struct guest *guest)
{
	const bool hash = guest->dev.features & 1ull << VIRTIO_NET_F_HASH_REPORT;

	return sizeof(struct virtio_net_hdr_v1) + (hash ? sizeof(struct guest_hash) : 0);
}

/* mockguest.c: memory, start and stop. 0 or a negative error. */
int guest_open(struct guest *guest, const struct guest_options *opt);
int guest_start(struct guest *guest);
int guest_stop(struct guest *guest);
int guest_map(struct guest *guest, struct guest_area *area, int perm);
/* The first page has rights of its own. */
int guest_map_page(struct guest *guest, struct guest_area *area, int first, int perm);
int guest_unmap(struct guest *guest, struct guest_area *area);
void guest_watch_fences(struct guest *guest);
uint64_t guest_violations(struct guest *guest);

/* guest_rx.c */
void guest_rx_init(struct guest *guest);
unsigned int guest_rx_post(struct guest *guest, unsigned int count);
void guest_rx_service(struct guest *guest);
void guest_rx_fence(struct guest *guest);

/* guest_tx.c */
void guest_tx_init(struct guest *guest);
int guest_tx_send(struct guest *guest, const struct packet *packet);
void guest_tx_service(struct guest *guest);

/* guest_ctl.c */
void guest_ctl_command(struct guest *guest, struct args *args);

/* guest_command.c, hostile.c: commands; false if the verb is not known */
bool guest_command(struct guest *guest, struct args *args);
bool hostile_command(struct guest *guest, struct args *args);

#endif
