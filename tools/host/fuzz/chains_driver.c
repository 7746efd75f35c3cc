// SPDX-License-Identifier: GPL-2.0
#include "chains.h"

#define ENTRIES		8
/* Of an indirect table: over the end of a page. */
#define TABLE		(MOCK_IOVA + PAGE_SIZE - 64)

/* What the device may do with each page. */
static const u8 page_rights[CHAINS_PAGES] = { BOTH, BOTH, RSW_MEM_RO, RSW_MEM_WO, 0, BOTH };

/* The sizes that a split ring cannot have are for packed ones. */
static const u16 sizes[CHAINS_SIZES] = { 16, 8, 4, 2, 1, 3, 5, 7, 11, 13 };

static void make_ring(struct chains_world *world, bool packed, unsigned int size)
{
	u64 features = MOCK_EVENT_IDX | MOCK_INDIRECT | (packed ? MOCK_PACKED : 0);
	struct mock_guest *guest = mock_guest_new(world->test, sizes[size], CHAINS_PAGES, features);

	memset(guest->page, 0, CHAINS_PAGES * PAGE_SIZE);
	for (unsigned int i = 0; i < CHAINS_PAGES; i++)
		mock_guest_protect(guest, i, page_rights[i]);
	world->guest[packed][size] = guest;
	world->shadow[packed][size] = shadow_new(guest);
}

void chains_begin(void *priv, struct kunit *test)
{
	struct chains_world *world = priv;

	world->test = test;
	for (unsigned int i = 0; i < CHAINS_SIZES; i++) {
		make_ring(world, true, i);
		if (!(sizes[i] & (sizes[i] - 1)))
			make_ring(world, false, i);
	}
}

void chains_end(void *priv)
{
	struct chains_world *world = priv;

	for (unsigned int i = 0; i < CHAINS_SIZES; i++) {
		mock_guest_free(world->guest[true][i]);
		if (world->guest[false][i])
			mock_guest_free(world->guest[false][i]);
	}
}

void chains_open(struct chains_world *world, struct fuzz_input *input)
{
	u8 kind = fuzz_u8(input);
	bool packed = kind & 1;
	unsigned int size = fuzz_below(input, CHAINS_SIZES);
	struct mock_guest *guest = world->guest[packed][size] ?: world->guest[packed = true][size];
	int at = fuzz_u16(input);

	guest->features = (packed ? MOCK_PACKED : 0) | (kind & 2 ? MOCK_EVENT_IDX : 0) |
			  (kind & 4 ? MOCK_INDIRECT : 0) |
			  (kind & 8 ? BIT_ULL(VIRTIO_F_IN_ORDER) : 0);
	memset(guest->desc, 0, rsw_vring_desc_size(guest->num));
	memset(guest->avail, 0, rsw_vring_avail_size(guest->num, guest->features));
	memset(guest->used, 0, rsw_vring_used_size(guest->num, guest->features));
	guest->head_flags = 0;
	mock_guest_start(guest, at);
	world->now = guest;
	world->ntaken = 0;
	world->used_at = guest->used_at;
	world->avail_at = guest->avail_at;
	world->seen = packed ? 0 : guest->avail_at;
	world->expect = world->shadow[packed][size];
	world->expect->at = guest->used_at;
	world->expect->unshown = false;
	shadow_sync(world->expect);
}

/* Near the ends of pages, mapped or not; sometimes nowhere at all. */
static u64 any_iova(struct fuzz_input *input)
{
	u8 page = fuzz_u8(input), offset = fuzz_u8(input);
	u64 iova = offset < 128 ? offset : PAGE_SIZE + offset - 256;

	if (page % 16 == 15)
		return iova - PAGE_SIZE;
	if (page % 16 == 14)
		return TABLE + offset % 16 * 16;
	if (page & 128)
		iova -= PAGE_SIZE;
	return iova + MOCK_IOVA + page % 16 % (CHAINS_PAGES + 1) * PAGE_SIZE;
}

static u32 any_len(struct fuzz_input *input)
{
	static const u32 special[] = {
		U32_MAX, U32_MAX - 15, 65536, 1024 * 16, 1025 * 16, 65537 * 16,
	};
	u8 len = fuzz_u8(input);

	if (len < 128)
		return len;
	if (len < 192)
		return (len - 128) * 16;
	return len < 250 ? (len - 192) * 96 : special[len - 250];
}

static u16 any_link(struct fuzz_input *input)
{
	u8 link = fuzz_u8(input);

	return link < 240 ? link % CHAINS_NUM : link << 8 | link;
}

static void set_desc(struct chains_world *world, struct fuzz_input *input)
{
	u16 i = fuzz_below(input, world->now->num);
	u64 iova = any_iova(input);
	u32 len = any_len(input);
	u8 flags = fuzz_u8(input);

	mock_guest_set_desc(world->now, i, iova, len, flags, any_link(input));
}

/* The model of guest memory has its pages in the same order. */
static void set_entry(struct chains_world *world, struct fuzz_input *input)
{
	u16 i = fuzz_below(input, ENTRIES);
	u64 iova = any_iova(input);
	u32 len = any_len(input);
	u8 flags = fuzz_u8(input);

	mock_guest_set_entry(world->now, TABLE, i, iova, len, flags, any_link(input));
	for (u64 at = TABLE + 16 * i; at < TABLE + 16 * (i + 1); at++) {
		u8 *byte = mock_guest_byte(world->now, at);

		world->memory[byte - (u8 *)world->now->page] = *byte;
	}
}

/* What a driver does that keeps the rules, if the device has nothing of it in hand. */
static void post(struct chains_world *world, struct fuzz_input *input)
{
	u8 what = fuzz_u8(input);
	u16 n = 1 + what % world->now->num;

	for (u16 i = 0; i < n; i++) {
		u64 iova = any_iova(input);
		u16 flags = (what & 64 ? VRING_DESC_F_WRITE : 0) |
			    (i < n - 1 ? VRING_DESC_F_NEXT : 0);

		/* The last ones of a command's are for the answer. */
		if (what & 128 && i == n - 1)
			flags |= VRING_DESC_F_WRITE;
		mock_guest_set_desc(world->now, i, iova, any_len(input), flags, i + 1);
	}
	mock_guest_show(world->now, 0, n);
}

static void scribble(struct chains_world *world, struct fuzz_input *input)
{
	struct mock_guest *guest = world->now;
	u8 where = fuzz_u8(input);

	if (where & 1)
		((u8 *)guest->avail)[where / 2 % rsw_vring_avail_size(guest->num,
								      guest->features)] =
			fuzz_u8(input);
	else
		((u8 *)guest->desc)[fuzz_below(input, rsw_vring_desc_size(guest->num))] =
			fuzz_u8(input);
}

static void wish(struct chains_world *world, struct fuzz_input *input)
{
	u8 what = fuzz_u8(input);

	if (world->now->features & MOCK_EVENT_IDX)
		mock_guest_set_used_event(world->now, (int)(world->used_at + what % 32) - 8);
	else
		mock_guest_want(world->now, what & 1);
}

void chains_drive(struct chains_world *world, struct fuzz_input *input, u8 op)
{
	switch (op) {
	case 0 ... 1:
		set_desc(world, input);
		break;
	case 2:
		set_entry(world, input);
		break;
	case 3:
		mock_guest_show(world->now, any_link(input), 1 + fuzz_u8(input) % world->now->num);
		break;
	case 4 ... 5:
		post(world, input);
		break;
	case 6:
		scribble(world, input);
		break;
	default:
		wish(world, input);
		break;
	}
	shadow_sync(world->expect);
}

void chains_close(struct chains_world *world)
{
	const u32 first = (CHAINS_PAGES - 1) * PAGE_SIZE + offset_in_page(TABLE);
	const u32 rest = (CHAINS_PAGES - 2) * PAGE_SIZE, half = ENTRIES * 16 / 2;

	memset(world->memory + first, 0, half);
	memset(world->now->page + first, 0, half);
	memset(world->memory + rest, 0, half);
	memset(world->now->page + rest, 0, half);
}
