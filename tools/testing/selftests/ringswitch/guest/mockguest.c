// SPDX-License-Identifier: GPL-2.0
#include "mockguest.h"

#include <errno.h>
#include <linux/vhost_types.h>
#include <linux/virtio_config.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#define PAGE 4096ul
/* Guest addresses, far from each other and from any host address. */
#define RINGS_AT 0x10000000ull
#define TX_AT 0x20000000ull
#define RX_AT 0x40000000ull
#define CTL_AT 0x60000000ull

#define BIT(n) (1ull << (n))
/* What this driver can do. Queues other than the first pair and control are not its job. */
#define KNOWN (BIT(VIRTIO_F_VERSION_1) | BIT(VIRTIO_F_ACCESS_PLATFORM) | BIT(VIRTIO_NET_F_MAC) |  \
	       BIT(VIRTIO_NET_F_MTU) | BIT(VIRTIO_NET_F_STATUS) | BIT(VIRTIO_NET_F_MRG_RXBUF) |	  \
	       BIT(VIRTIO_NET_F_CSUM) | BIT(VIRTIO_NET_F_GUEST_CSUM) |				  \
	       BIT(VIRTIO_NET_F_HOST_TSO4) | BIT(VIRTIO_NET_F_HOST_TSO6) |			  \
	       BIT(VIRTIO_NET_F_GUEST_TSO4) | BIT(VIRTIO_NET_F_GUEST_TSO6) |			  \
	       BIT(VIRTIO_NET_F_HOST_ECN) | BIT(VIRTIO_NET_F_GUEST_ECN) |			  \
	       BIT(VIRTIO_NET_F_HOST_USO) | BIT(VIRTIO_NET_F_GUEST_USO4) |			  \
	       BIT(VIRTIO_NET_F_GUEST_USO6) |							  \
	       BIT(VIRTIO_RING_F_EVENT_IDX) | BIT(VIRTIO_RING_F_INDIRECT_DESC) |		  \
	       BIT(VIRTIO_F_RING_PACKED) | BIT(VIRTIO_F_IN_ORDER))
/* What it can ask for; of several pairs it uses only one. */
#define CONTROL (BIT(VIRTIO_NET_F_CTRL_VQ) | BIT(VIRTIO_NET_F_CTRL_RX) |			  \
		 BIT(VIRTIO_NET_F_CTRL_RX_EXTRA) | BIT(VIRTIO_NET_F_CTRL_VLAN) |		  \
		 BIT(VIRTIO_NET_F_CTRL_MAC_ADDR) | BIT(VIRTIO_NET_F_CTRL_GUEST_OFFLOADS) |	  \
		 BIT(VIRTIO_NET_F_GUEST_ANNOUNCE) | BIT(VIRTIO_NET_F_MQ) |			  \
		 BIT(VIRTIO_NET_F_RSS) | BIT(VIRTIO_NET_F_HASH_REPORT) |			  \
		 BIT(VIRTIO_NET_F_NOTF_COAL) | BIT(VIRTIO_NET_F_VQ_NOTF_COAL))

static int take_memory(struct guest_area *area, uint64_t iova, size_t size)
{
	area->size = (size + PAGE - 1) & ~(PAGE - 1);
	area->iova = iova;
	area->memory = mmap(NULL, area->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);
	return area->memory == MAP_FAILED ? -ENOMEM : 0;
}

static int map_at(struct guest *guest, struct guest_area *area, size_t at, int first, int perm)
{
	int error = 0;

	if (at)
		error = vdpadev_map(&guest->dev, area->iova, area->memory, at, first);
	if (!error)
		error = vdpadev_map(&guest->dev, area->iova + at, area->memory + at,
				    area->size - at, perm);
	area->mapped = !error;
	return error;
}

int guest_map(struct guest *guest, struct guest_area *area, int perm)
{
	/* In two, so that buffers lie across the edge of a mapping. */
	return map_at(guest, area, area->size / 2 & ~(PAGE - 1), perm, perm);
}

int guest_map_page(struct guest *guest, struct guest_area *area, int first, int perm)
{
	return map_at(guest, area, PAGE, first, perm);
}

int guest_unmap(struct guest *guest, struct guest_area *area)
{
	area->mapped = false;
	return vdpadev_unmap(&guest->dev, area->iova, area->size);
}

static size_t queue_room(const struct guest *guest)
{
	return (ring_bytes(guest->opt.ring_size) + 63) & ~63ul;
}

static int give_queue(struct guest *guest, unsigned int index)
{
	const struct ring *ring = &guest->ring[index];
	struct vdpadev_queue queue = {
		.num = ring->num,
		.base = ring_base(ring),
		.desc = ring->desc_at,
		.avail = ring->driver_at,
		.used = ring->device_at,
	};

	return vdpadev_queue(&guest->dev, index, &queue);
}

/* The size of a receive buffer follows from the features, as in a real driver. */
static uint32_t receive_size(const struct guest *guest)
{
	const uint64_t large = BIT(VIRTIO_NET_F_GUEST_TSO4) | BIT(VIRTIO_NET_F_GUEST_TSO6) |
			       BIT(VIRTIO_NET_F_GUEST_USO4) | BIT(VIRTIO_NET_F_GUEST_USO6);

	if (guest->opt.rx_size)
		return guest->opt.rx_size;
	if (!(guest->dev.features & BIT(VIRTIO_NET_F_MRG_RXBUF)) && guest->dev.features & large)
		return 65550 + guest_hdr(guest);
	return 2048;
}

static int set_up(struct guest *guest)
{
	struct guest_area *const areas[] = { &guest->rings, &guest->tx, &guest->rx, &guest->ctl };
	const struct ring_options opt = {
		.base = guest->opt.base,
		.packed = guest->dev.features & BIT(VIRTIO_F_RING_PACKED),
		.in_order = guest->dev.features & BIT(VIRTIO_F_IN_ORDER),
		.event_idx = guest->dev.features & BIT(VIRTIO_RING_F_EVENT_IDX),
		.indirect = guest->dev.features & BIT(VIRTIO_RING_F_INDIRECT_DESC),
		.all_indirect = guest->opt.tables,
		.calls = !guest->ep.spin,
	};
	unsigned int i;
	int error;

	for (i = 0; i < ARRAY_SIZE(areas); i++) {
		if (areas[i]->mapped)
			continue;
		error = guest_map(guest, areas[i], VHOST_ACCESS_RW);
		if (error)
			return error;
	}
	for (i = 0; i < guest->queues; i++) {
		const size_t place = i * queue_room(guest);
		struct ring *ring = &guest->ring[i];

		ring_init(ring, guest->opt.ring_size, guest->rings.memory + place,
			  guest->rings.iova + place, &opt);
		ring->kick = guest->dev.kick[i];
		ring->call = guest->dev.call[i];
		error = give_queue(guest, i);
		if (error)
			return error;
	}
	return 0;
}

static int enable_queues(struct guest *guest)
{
	unsigned int i;
	int error = 0;

	for (i = 0; i < guest->queues && !error; i++)
		error = vdpadev_enable(&guest->dev, i, 1);
	return error;
}

/* The control queue comes after all pairs, if more than one can be used. */
static int find_queues(struct guest *guest)
{
	struct virtio_net_config config;
	int error = vdpadev_config(&guest->dev, &config);

	guest->queues = 2;
	if (!(guest->dev.features & BIT(VIRTIO_NET_F_CTRL_VQ)))
		return error;
	guest->queues = 3;
	guest->dev.number[CTLQ] = 2;
	if (guest->dev.features & (BIT(VIRTIO_NET_F_MQ) | BIT(VIRTIO_NET_F_RSS)))
		guest->dev.number[CTLQ] = 2 * config.max_virtqueue_pairs;
	return error;
}

int guest_start(struct guest *guest)
{
	const uint64_t known = guest->opt.control ? KNOWN | CONTROL : KNOWN;
	int error;

	guest->dev.features = guest->dev.offered & known & ~guest->opt.without;
	error = find_queues(guest);
	guest->dev.early_calls = guest->opt.calls_first ? guest->queues : 0;
	if (!error)
		error = vdpadev_negotiate(&guest->dev);
	if (error)
		return error;
	if (!guest->rx.memory) {
		guest->rx_size = receive_size(guest);
		guest->rx_stride = (guest->rx_size + 64 + 63) & ~63ul;
		error = take_memory(&guest->rx, RX_AT, guest->rx_slots * guest->rx_stride);
		if (error)
			return error;
	}
	error = set_up(guest);
	if (error)
		return error;
	guest->fenced_rx = false;
	guest->fenced_rings = false;
	guest->hostile = false;
	guest->frame_missing = 0;
	guest->refill = guest->opt.refill;
	guest_rx_init(guest);
	guest_tx_init(guest);

	if (guest->opt.enable_first)
		error = enable_queues(guest);
	if (!error)
		error = vdpadev_set_status(&guest->dev, vdpadev_status(&guest->dev) |
							VIRTIO_CONFIG_S_DRIVER_OK);
	if (!error && !guest->opt.enable_first)
		error = enable_queues(guest);
	guest->running = !error;
	if (!error)
		guest_rx_post(guest, guest->rx_slots);
	return error;
}

/* A guest that wrote its ring by hand offered chains that ring.c knows nothing of. */
static void count_strays(struct guest *guest)
{
	unsigned int i;

	for (i = 0; i < guest->queues; i++) {
		struct ring *ring = &guest->ring[i];

		if (!guest->hostile) {
			guest->wrong.stray += ring->stray;
			guest->wrong.disorder += ring->disorder;
			guest->wrong.touched += ring->touched;
			guest->wrong.event += ring->bad_event;
		}
		ring->stray = 0;
		ring->disorder = 0;
		ring->touched = 0;
		ring->bad_event = 0;
	}
}

/* Once this has returned, the device must not touch rings or buffers. */
int guest_stop(struct guest *guest)
{
	int error = vdpadev_set_status(&guest->dev, 0);

	count_strays(guest);
	guest->running = false;
	memcpy(guest->rings_then, guest->rings.memory, guest->rings.size);
	guest->fenced_rings = true;
	guest_rx_fence(guest);
	return error;
}

void guest_watch_fences(struct guest *guest)
{
	size_t i;

	if (guest->fenced_rings &&
	    memcmp(guest->rings_then, guest->rings.memory, guest->rings.size))
		guest->wrong.fence++;
	for (i = 0; guest->fenced_rx && i < guest->rx.size; i++) {
		if (guest->rx.memory[i] == guest->rx.memory[0])
			continue;
		guest->wrong.fence++;
		break;
	}
}

uint64_t guest_violations(struct guest *guest)
{
	const struct guest_wrongs *wrong = &guest->wrong;
	uint64_t sum;

	guest_watch_fences(guest);
	count_strays(guest);
	sum = wrong->overrun + wrong->used_len + wrong->readonly + wrong->num_buffers +
	      wrong->apart + wrong->fence + wrong->stray + wrong->disorder + wrong->touched +
	      wrong->event + wrong->hash;
	if (guest->running && !guest->hostile)
		sum += !ring_intact(&guest->ring[RXQ]) + !ring_intact(&guest->ring[TXQ]);
	return sum;
}

int guest_open(struct guest *guest, const struct guest_options *opt)
{
	const struct rlimit no_limit = { RLIM_INFINITY, RLIM_INFINITY };
	struct virtio_net_config config;
	int error;

	guest->opt = *opt;
	/* vhost-vdpa pins the memory and accounts it, to root as well. */
	setrlimit(RLIMIT_MEMLOCK, &no_limit);
	error = take_memory(&guest->rings, RINGS_AT, VDPADEV_QUEUES * queue_room(guest));
	if (!error)
		error = take_memory(&guest->tx, TX_AT, GUEST_TX_SLOTS * GUEST_TX_ROOM);
	if (!error)
		error = take_memory(&guest->ctl, CTL_AT, GUEST_CTL_ROOM);
	guest->rings_then = malloc(guest->rings.size);
	if (error || !guest->rings_then)
		return -ENOMEM;
	guest->rx_slots = opt->rx_buffers ? opt->rx_buffers : opt->ring_size / opt->rx_pieces;
	error = vdpadev_open(&guest->dev, opt->device);
	if (!error && opt->ring_size > guest->dev.ring_max)
		error = -ERANGE;
	if (!error)
		error = vdpadev_config(&guest->dev, &config);
	if (!error)
		memcpy(guest->ep.mac, config.mac, ETH_ALEN);
	return error;
}
