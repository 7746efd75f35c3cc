// SPDX-License-Identifier: GPL-2.0
/*
 * Drivers of two guests, as lean as good ones: buffers are laid out as Linux and DPDK do, each
 * is used again when it is back, and nothing is asked of the device that is not needed.
 */
#include <linux/string.h>

#include "driver.h"
#include "frame.h"

/* What the first descriptor of a long frame has of it, and the others: as Linux fills pages. */
#define LINEAR		192
#define PIECE		32768

/* Behind addresses and type. */
#define NUMBER_AT	ETH_HLEN
#define PATTERN_AT	(NUMBER_AT + sizeof(u64))

#define WARM		256
#define WARM_LONG	64
#define COLD_BYTES	(32U << 20)

/* From one station to the next: a prime, so that each has its turn. */
#define STRIDE		2654435761U

static bool is_long(const struct bench_shape *shape)
{
	return shape->size > 4096;
}

u64 bench_features(const struct bench_shape *shape)
{
	return BIT_ULL(VIRTIO_F_VERSION_1) | BIT_ULL(VIRTIO_RING_F_EVENT_IDX) |
	       BIT_ULL(VIRTIO_NET_F_MRG_RXBUF) | BIT_ULL(VIRTIO_NET_F_CSUM) |
	       BIT_ULL(VIRTIO_NET_F_GUEST_CSUM) | BIT_ULL(VIRTIO_NET_F_HOST_TSO4) |
	       BIT_ULL(VIRTIO_NET_F_GUEST_TSO4) |
	       (shape->packed ? BIT_ULL(VIRTIO_F_RING_PACKED) : 0);
}

static u16 num_of(const struct bench_shape *shape)
{
	return shape->num ?: BENCH_NUM;
}

static void pool_init(struct bench_driver *driver, u32 stride, u32 warm)
{
	struct bench_pool *pool = &driver->pool;

	pool->stride = stride;
	pool->n = driver->shape->cold ? COLD_BYTES / stride : warm;
	pool->next = 0;
	/* Each comes once before any comes again, and no two in a row share a block of the map. */
	pool->step = driver->shape->cold ? pool->n * 3 / 8 | 1 : 1;
	pool->start = bench_alloc(driver->guest, (size_t)pool->n * stride);
	memset(pool->start, 0, (size_t)pool->n * stride);
}

u8 *bench_take(struct bench_pool *pool)
{
	u8 *buffer = pool->start + (size_t)pool->next * pool->stride;

	pool->next += pool->step;
	if (pool->next >= pool->n)
		pool->next -= pool->n;
	return buffer;
}

static struct bench_ring ring_start(struct bench_driver *driver)
{
	const struct ring_options options = { .packed = driver->shape->packed, .event_idx = true };
	u16 num = num_of(driver->shape);
	void *memory = bench_alloc(driver->guest, ring_bytes(num));

	ring_init(&driver->ring, num, memory, bench_iova(driver->guest, memory), &options);
	return (struct bench_ring){
		.num = num, .desc = driver->ring.desc_at, .driver = driver->ring.driver_at,
		.device = driver->ring.device_at,
	};
}

/* Show the device what was added; true if it wants a kick. */
static bool show(struct ring *ring)
{
	bool wanted = ring->layout->show(ring);

	ring->shown = ring->added;
	return wanted;
}

struct bench_ring bench_sender_init(struct bench_driver *driver, struct bench_guest *guest,
				    const struct bench_shape *shape, const u8 *to)
{
	*driver = (struct bench_driver){ .shape = shape, .guest = guest, .to = to };
	if (is_long(shape))
		pool_init(driver, BENCH_HEADROOM + shape->size + PAGE_SIZE, WARM_LONG);
	else
		pool_init(driver, 2048, WARM);
	return ring_start(driver);
}

static void offer(struct bench_driver *driver, u8 *buffer)
{
	const struct ring_piece piece = {
		.addr = bench_iova(driver->guest, buffer), .len = driver->len,
		.device_writes = true,
	};

	ring_add(&driver->ring, &piece, 1, buffer);
}

struct bench_ring bench_receiver_init(struct bench_driver *driver, struct bench_guest *guest,
				      const struct bench_shape *shape)
{
	struct bench_ring where;

	*driver = (struct bench_driver){ .shape = shape, .guest = guest };
	driver->len = is_long(shape) ? 4096 : 1536;
	pool_init(driver, driver->len, num_of(shape));
	where = ring_start(driver);
	for (unsigned int i = 0; i < num_of(shape); i++)
		offer(driver, bench_take(&driver->pool));
	show(&driver->ring);
	return where;
}

unsigned int bench_room(const struct bench_shape *shape)
{
	return is_long(shape) ? num_of(shape) / (shape->size / 4096 + 1) : num_of(shape);
}

/* A super-frame of TCP, if it is longer than a packet can be. */
static void fill_header(struct virtio_net_hdr_v1 *header, const struct bench_shape *shape)
{
	*header = (struct virtio_net_hdr_v1){ .gso_type = VIRTIO_NET_HDR_GSO_NONE };
	if (!is_long(shape))
		return;
	header->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	header->gso_type = VIRTIO_NET_HDR_GSO_TCPV4;
	header->hdr_len = 66;
	header->gso_size = 1448;
	header->csum_start = 34;
	header->csum_offset = 16;
}

static u8 pattern(u64 number, u32 at)
{
	return number * 7 + at;
}

void *bench_fill(struct bench_driver *driver)
{
	const struct bench_shape *shape = driver->shape;
	u8 *header = bench_take(&driver->pool) + BENCH_HEADER_AT, *frame = header + RSW_VNET_HLEN;
	u64 number = driver->frames++;

	fill_header((struct virtio_net_hdr_v1 *)header, shape);
	if (driver->stations)
		bench_set_station(frame, number * STRIDE % driver->stations);
	else
		__builtin_memcpy(frame, driver->to, ETH_ALEN);
	__builtin_memcpy(frame + ETH_ALEN, driver->guest->addr, ETH_ALEN);
	*(u16 *)(frame + 2 * ETH_ALEN) = htons(ETH_P_IP);
	__builtin_memcpy(frame + NUMBER_AT, &number, sizeof(number));
	for (u32 at = PATTERN_AT; shape->check && at < shape->size; at++)
		frame[at] = pattern(number, at);
	return header;
}

bool bench_send(struct bench_driver *driver, unsigned int n)
{
	const struct bench_shape *shape = driver->shape;

	while (n--) {
		u8 *header = bench_fill(driver);
		u32 left = RSW_VNET_HLEN + shape->size, first = left;
		struct ring_piece piece[4];
		u64 iova = bench_iova(driver->guest, header);

		if (shape->pieces > 1)
			first = RSW_VNET_HLEN + (is_long(shape) ? LINEAR : 0);
		for (u16 i = 0; i < shape->pieces; i++) {
			u32 part = i ? min(left, PIECE) : first;

			piece[i] = (struct ring_piece){ .addr = iova, .len = part };
			iova += part;
			left -= part;
		}
		if (ring_add(&driver->ring, piece, shape->pieces, header))
			host_die(__FILE__, __LINE__, "no room to send");
	}
	return show(&driver->ring);
}

void bench_reap(struct bench_driver *driver)
{
	u32 len;

	while (ring_take(&driver->ring, &len))
		;
}

/* Is this part of a frame as it was sent? */
static bool is_right(const struct bench_driver *driver, const u8 *bytes, u32 len)
{
	for (u32 i = 0; i < len; i++) {
		u32 at = driver->got + i;

		if (at >= PATTERN_AT && bytes[i] != pattern(driver->frames, at))
			return false;
	}
	return true;
}

static void take_buffer(struct bench_driver *driver, const u8 *bytes, u32 len)
{
	bool first = !driver->left, right = true;

	if (first) {
		const struct virtio_net_hdr_v1 *header = (const void *)bytes;
		u64 number;

		driver->left = header->num_buffers;
		driver->got = 0;
		bytes += RSW_VNET_HLEN;
		len -= RSW_VNET_HLEN;
		__builtin_memcpy(&number, bytes + NUMBER_AT, sizeof(number));
		right = number == driver->frames;
	}
	if (driver->shape->check)
		right = right && is_right(driver, bytes, len);
	driver->got += len;
	if (!--driver->left) {
		right = right && driver->got == driver->shape->size;
		driver->frames++;
	}
	driver->wrong += !right;
}

void bench_receive(struct bench_driver *driver)
{
	bool cold = driver->shape->cold;
	u8 *buffer;
	u32 len;

	for (;;) {
		buffer = ring_take(&driver->ring, &len);
		if (!buffer)
			break;
		take_buffer(driver, buffer, len);
		offer(driver, cold ? bench_take(&driver->pool) : buffer);
	}
	show(&driver->ring);
}
