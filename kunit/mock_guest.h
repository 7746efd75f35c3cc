/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KUNIT_MOCK_GUEST_H
#define KUNIT_MOCK_GUEST_H

#include "../drivers/ringswitch/mem.h"
#include "../drivers/ringswitch/vring.h"
#include "rng.h"

struct kunit;

/* Where guest memory starts: two pages before a block of the map ends. */
#define MOCK_IOVA	((4ULL << RSW_MEM_BLOCK_SHIFT) - 2 * PAGE_SIZE)

/* One buffer of a chain. */
struct mock_buf {
	u64 iova;
	u32 len;
};

/* What the driver knows of a chain that it has posted, by its id. */
struct mock_posted {
	bool in_flight;
	u16 ndesc;	/* of the ring's own */
	u16 steps;	/* that an index makes over it */
	u64 bytes;
};

struct mock_guest;

/**
 * struct mock_layout - what a driver of one layout does
 * @period: after how many steps the same index comes again; 0: two laps
 * @start: make the ring look as if both sides had come to avail_at
 * @set_desc: see mock_guest_set_desc()
 * @encode: make an entry of an indirect table
 * @show: see mock_guest_show()
 * @next_used: id and length of what is used next, or -ENOENT
 * @want: see mock_guest_want()
 * @set_used_event: the same with an index: at @at, less than the period
 * @kicks: see mock_guest_kicks()
 */
struct mock_layout {
	u32 period;
	void (*start)(struct mock_guest *guest);
	void (*set_desc)(struct mock_guest *guest, u16 i, u64 iova, u32 len, u16 flags, u16 link);
	void (*encode)(void *to, u64 iova, u32 len, u16 flags, u16 link);
	void (*show)(struct mock_guest *guest, u16 head, u16 n);
	int (*next_used)(struct mock_guest *guest, u32 *len);
	void (*want)(struct mock_guest *guest, bool interrupts);
	void (*set_used_event)(struct mock_guest *guest, u32 at);
	bool (*kicks)(const struct mock_guest *guest, u32 at, u16 n);
};

extern const struct mock_layout mock_split, mock_packed;

/**
 * struct mock_guest - a guest driver and its memory, and the device's view of them
 * @ring: the device's view
 * @mem: the device's map of guest memory, at %MOCK_IOVA, with both rights if nobody says else
 * @seg: room for translated chains, as a queue has it
 * @test: the running test
 * @num: ring size
 * @features: negotiated
 * @layout: what depends on it
 * @desc: descriptor table; each part of the ring is an allocation of exactly its size
 * @avail: available ring
 * @used: used ring
 * @desc_ring: packed: descriptor ring
 * @driver: packed: when the driver wants interrupts
 * @device: packed: when the device wants kicks
 * @npages: pages of memory
 * @rights: what the device may do with each
 * @page: their kernel address, backwards: neighbours are never contiguous
 * @period: after how many steps the same index comes again
 * @avail_at: steps to the next chain to post, less than the period. A step is a chain, or in
 *	a packed ring a descriptor
 * @used_at: the same of the next chain to take back
 * @head_flags: packed: of a chain that is not shown yet
 * @free: descriptors not in use, in an order that tests may shuffle. Packed: buffer ids, of
 *	which a chain has as many as descriptors, though only the first is told to anybody
 * @nfree: their number
 * @link: what follows each in its chain
 * @posted: ledger: what is in flight, by id
 * @in_flight: how many
 */
struct mock_guest {
	struct rsw_vring ring;
	struct rsw_mem mem;
	struct rsw_seg *seg;
	struct kunit *test;
	u16 num;
	u64 features;
	const struct mock_layout *layout;
	union {
		struct vring_desc *desc;
		struct vring_packed_desc *desc_ring;
	};
	union {
		struct vring_avail *avail;
		struct vring_packed_desc_event *driver;
	};
	union {
		struct vring_used *used;
		struct vring_packed_desc_event *device;
	};
	unsigned int npages;
	u8 *rights;
	void *page;
	u32 period;
	u32 avail_at;
	u32 used_at;
	u16 head_flags;
	u16 *free;
	u16 nfree;
	u16 *link;
	struct mock_posted *posted;
	unsigned int in_flight;
};

#define MOCK_SEGS	RSW_CHAIN_SEGS

/* Bytes that a device of the tests asks for where the number does not matter. */
#define MOCK_WANT	2000

#define MOCK_EVENT_IDX	BIT_ULL(VIRTIO_RING_F_EVENT_IDX)
#define MOCK_INDIRECT	BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC)
#define MOCK_PACKED	BIT_ULL(VIRTIO_F_RING_PACKED)

struct mock_guest *mock_guest_new(struct kunit *test, u16 num, unsigned int npages, u64 features);
void mock_guest_free(struct mock_guest *guest);
void mock_guest_exit(struct kunit *test);

/* Both sides start @at steps from where a fresh ring does; all that was is forgotten. */
void mock_guest_start(struct mock_guest *guest, int at);

void mock_guest_set_features(struct mock_guest *guest, u64 features);

/* Map a page of memory with these rights only; 0: not at all. */
void mock_guest_protect(struct mock_guest *guest, unsigned int page, unsigned long rights);

/* Steps in a form to compare: what differs by whole periods is the same. */
u32 mock_guest_at(const struct mock_guest *guest, int at);

/* The same as an index of rsw_vring_init(). */
u16 mock_guest_index(const struct mock_guest *guest, int at);

/* What rsw_vring_available() says of @n chains. */
int mock_guest_waiting(const struct mock_guest *guest, int n);

/* The driver. */
int mock_guest_post(struct mock_guest *guest, bool write, const struct mock_buf *buf, u16 n);
int mock_guest_post_indirect(struct mock_guest *guest, bool write, const struct mock_buf *buf,
			     u16 n, u16 direct, u64 table);
int mock_guest_reap(struct mock_guest *guest, u32 *len);
void mock_guest_want(struct mock_guest *guest, bool interrupts);
void mock_guest_set_used_event(struct mock_guest *guest, int at);
bool mock_guest_kicks(const struct mock_guest *guest, int at, u16 n);
void mock_guest_reap_this(struct mock_guest *guest, int id, u32 len);
void mock_bufs(struct mock_buf *buf, u16 n);
void mock_guest_shuffle(struct mock_guest *guest, struct rng *rng);

/* What no driver does. */
void mock_guest_set_desc(struct mock_guest *guest, u16 i, u64 iova, u32 len, u16 flags, u16 link);
void mock_guest_set_entry(struct mock_guest *guest, u64 table, u16 i, u64 iova, u32 len, u16 flags,
			  u16 link);
void mock_guest_show(struct mock_guest *guest, u16 head, u16 n);

/* The same in a split ring only. */
void mock_split_set_avail_idx(struct mock_guest *guest, u16 index);
u16 mock_split_avail_event(const struct mock_guest *guest);

/* The device, in the context it runs in. */
int mock_guest_take(struct mock_guest *guest, unsigned long rights, u32 want,
		    struct rsw_chain *chain, unsigned int room);
void mock_guest_take_next(struct mock_guest *guest, struct rsw_chain *chain);
void mock_guest_use(struct mock_guest *guest, u16 id, u32 len);
int mock_guest_try(struct mock_guest *guest, bool write);

/*
 * Suites that run the same cases in each layout, between @make, which is also told the feature
 * of the layout, and @unmake.
 */
#define MOCK_SUITES(name_, make, unmake, ...)						\
	static int name_##_make(struct kunit *test, u64 layout)				\
	{										\
		return make(test, layout);						\
	}										\
	static int name_##_split_init(struct kunit *test)				\
	{										\
		return name_##_make(test, 0);						\
	}										\
	static int name_##_packed_init(struct kunit *test)				\
	{										\
		return name_##_make(test, MOCK_PACKED);					\
	}										\
	static void name_##_exit(struct kunit *test)					\
	{										\
		unmake(test);								\
	}										\
	static struct kunit_case name_##_split_cases[] = { __VA_ARGS__, {} };		\
	static struct kunit_case name_##_packed_cases[] = { __VA_ARGS__, {} };		\
	static struct kunit_suite name_##_split_suite = {				\
		.name = "ringswitch_" #name_ "_split",					\
		.init = name_##_split_init,						\
		.exit = name_##_exit,							\
		.test_cases = name_##_split_cases,					\
	};										\
	static struct kunit_suite name_##_packed_suite = {				\
		.name = "ringswitch_" #name_ "_packed",					\
		.init = name_##_packed_init,						\
		.exit = name_##_exit,							\
		.test_cases = name_##_packed_cases,					\
	};										\
	kunit_test_suite(name_##_split_suite);						\
	kunit_test_suite(name_##_packed_suite)

/* Kernel address of a byte of guest memory, NULL when it has none there. */
void *mock_guest_byte(const struct mock_guest *guest, u64 iova);

#endif /* KUNIT_MOCK_GUEST_H */
