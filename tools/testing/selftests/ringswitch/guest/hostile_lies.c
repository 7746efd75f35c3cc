// SPDX-License-Identifier: GPL-2.0
/* The lies a driver can tell of one chain, each by name. */
#include "hostile.h"

static void next_beyond(struct lie *lie)
{
	lie->desc[0].flags |= VRING_DESC_F_NEXT;
	lie->desc[0].next = lie->num;
}

static void chain(struct lie *lie)
{
	lie->desc[0].flags |= VRING_DESC_F_NEXT;
	lie->desc[0].next = lie->second;
	lie->chained = true;
}

/* The rest of a frame follows. */
static void chain_behind_header(struct lie *lie)
{
	chain(lie);
	lie->desc[0].len = GUEST_HDR;
	lie->desc[1].addr += GUEST_HDR;
	lie->desc[1].len -= GUEST_HDR;
}

static void loop_self(struct lie *lie)
{
	lie->desc[0].flags |= VRING_DESC_F_NEXT;
	lie->desc[0].next = lie->first;
}

static void loop_pair(struct lie *lie)
{
	chain(lie);
	lie->desc[1].flags |= VRING_DESC_F_NEXT;
	lie->desc[1].next = lie->first;
}

static void loop_empty(struct lie *lie)
{
	loop_pair(lie);
	lie->desc[0].len = 0;
	lie->desc[1].len = 0;
}

/* No descriptor of the ring is the last. */
static void next_forever(struct lie *lie)
{
	lie->desc[0].flags |= VRING_DESC_F_NEXT;
	lie->forever = true;
}

static void next_forever_empty(struct lie *lie)
{
	next_forever(lie);
	lie->desc[0].len = 0;
}

static void unmapped(struct lie *lie)
{
	lie->desc[0].addr = NOWHERE;
}

static void unmapped_second(struct lie *lie)
{
	chain_behind_header(lie);
	lie->desc[1].addr = NOWHERE;
}

static void runs_out(struct lie *lie)
{
	/* Begins in the last bytes of the mapping and ends behind it. */
	lie->desc[0].addr = lie->end - 32;
}

static void wraps(struct lie *lie)
{
	lie->desc[0].addr = -16;
}

static void huge(struct lie *lie)
{
	lie->desc[0].len = UINT32_MAX;
}

static void wrong_way(struct lie *lie)
{
	lie->desc[0].flags ^= VRING_DESC_F_WRITE;
}

static void wrong_way_second(struct lie *lie)
{
	chain_behind_header(lie);
	lie->desc[1].flags ^= VRING_DESC_F_WRITE;
}

/* A good table of two descriptors, for a start. */
static void table(struct lie *lie)
{
	lie->entry[0] = lie->desc[0];
	lie->entry[0].len = GUEST_HDR;
	lie->entry[0].next = 1;
	lie->entry[1] = lie->desc[0];
	lie->entry[1].addr += GUEST_HDR;
	lie->entry[1].len -= GUEST_HDR;
	lie->desc[0] = (struct vring_desc) {
		.addr = lie->table_at, .len = sizeof(lie->entry), .flags = VRING_DESC_F_INDIRECT,
	};
}

static void table_empty(struct lie *lie)
{
	table(lie);
	lie->desc[0].len = 0;
}

static void table_odd(struct lie *lie)
{
	table(lie);
	lie->desc[0].len++;
}

static void table_huge(struct lie *lie)
{
	table(lie);
	lie->desc[0].len = UINT32_MAX - 15;
}

static void table_and_next(struct lie *lie)
{
	table(lie);
	chain(lie);
}

/* In itself, and nothing in it takes up room. */
static void table_nested(struct lie *lie)
{
	table(lie);
	lie->entry[0].len = 0;
	lie->entry[1] = lie->desc[0];
}

static void table_loop(struct lie *lie)
{
	table(lie);
	lie->entry[1].flags |= VRING_DESC_F_NEXT;
	lie->entry[1].next = 1;
}

static void table_next_beyond(struct lie *lie)
{
	table(lie);
	lie->entry[0].next = 2;
}

static void table_unmapped(struct lie *lie)
{
	table(lie);
	lie->desc[0].addr = NOWHERE;
}

static void table_runs_out(struct lie *lie)
{
	/* The first entry is the last that is mapped. */
	lie->table_at = lie->end - sizeof(lie->entry[0]);
	table(lie);
}

static void table_wrong_way(struct lie *lie)
{
	table(lie);
	lie->entry[1].flags ^= VRING_DESC_F_WRITE;
}

static void table_writable(struct lie *lie)
{
	table(lie);
	lie->desc[0].flags |= VRING_DESC_F_WRITE;
}

/* A chain that goes on in a table. */
static void table_behind(struct lie *lie)
{
	chain_behind_header(lie);
	lie->entry[0] = lie->desc[1];
	lie->desc[1] = (struct vring_desc) {
		.addr = lie->table_at, .len = sizeof(lie->entry[0]),
		.flags = VRING_DESC_F_INDIRECT,
	};
}

static void head_beyond(struct lie *lie)
{
	lie->head = lie->num;
}

static void head_max(struct lie *lie)
{
	lie->head = UINT16_MAX;
}

static void index_jump(struct lie *lie)
{
	lie->advance = lie->num + 1;
}

static void index_back(struct lie *lie)
{
	lie->advance = -1;
}

/* Bits of the other lap, or of a descriptor that is used already: nothing is there. */
static void of_last_lap(struct lie *lie)
{
	lie->flip[0] = RING_DESC_AVAIL | RING_DESC_USED;
}

static void used_before(struct lie *lie)
{
	lie->flip[0] = RING_DESC_USED;
}

static void never_available(struct lie *lie)
{
	lie->flip[0] = RING_DESC_AVAIL;
}

static void second_of_last_lap(struct lie *lie)
{
	chain_behind_header(lie);
	lie->flip[1] = RING_DESC_AVAIL | RING_DESC_USED;
}

static void id_beyond(struct lie *lie)
{
	lie->desc[0].next = UINT16_MAX;
}

static void event_beyond(struct lie *lie)
{
	lie->tell_event = true;
	lie->event.flags = VRING_PACKED_EVENT_FLAG_DESC;
	lie->event.off_wrap = 0x7fff;
}

static void event_max(struct lie *lie)
{
	event_beyond(lie);
	lie->event.off_wrap = UINT16_MAX;
}

static void event_reserved(struct lie *lie)
{
	event_max(lie);
	lie->event.flags = UINT16_MAX;
}

const struct named_lie hostile_lies[] = {
	{ "head-beyond", LIE | SPLIT, head_beyond },
	{ "head-max", LIE | SPLIT, head_max },
	{ "next-beyond", LIE | SPLIT, next_beyond },
	{ "loop-self", LIE | SPLIT, loop_self },
	{ "loop-pair", LIE | SPLIT, loop_pair },
	{ "loop-empty", LIE | SPLIT, loop_empty },
	{ "next-forever", LIE | PACKED, next_forever },
	{ "next-forever-empty", LIE | PACKED, next_forever_empty },
	{ "unmapped", LIE | SPLIT | PACKED, unmapped },
	{ "unmapped-second", LIE | SPLIT | PACKED, unmapped_second },
	{ "runs-out", LIE | SPLIT | PACKED, runs_out },
	{ "wraps", LIE | SPLIT | PACKED, wraps },
	{ "huge", LIE | SPLIT | PACKED, huge },
	{ "table-empty", LIE | SPLIT | PACKED, table_empty },
	{ "table-odd", LIE | SPLIT | PACKED, table_odd },
	{ "table-huge", LIE | SPLIT | PACKED, table_huge },
	{ "table-and-next", LIE | SPLIT | PACKED, table_and_next },
	{ "table-nested", LIE | SPLIT, table_nested },
	{ "table-loop", LIE | SPLIT, table_loop },
	{ "table-next-beyond", LIE | SPLIT, table_next_beyond },
	{ "table-unmapped", LIE | SPLIT | PACKED, table_unmapped },
	{ "table-runs-out", LIE | SPLIT | PACKED, table_runs_out },
	{ "table-wrong-way", LIE | SPLIT | PACKED, table_wrong_way },
	{ "wrong-way", LIE | SPLIT | PACKED, wrong_way },
	{ "wrong-way-second", LIE | SPLIT | PACKED, wrong_way_second },
	{ "index-jump", LIE | SPLIT, index_jump },
	{ "index-back", LIE | SPLIT, index_back },
	/* In a table of a packed ring no flag but WRITE means anything (2.8.7). */
	{ "table-nested", ODD | PACKED, table_nested },
	{ "table-loop", ODD | PACKED, table_loop },
	{ "table-writable", ODD | SPLIT | PACKED, table_writable },
	/* Fine in a split ring, forbidden in a packed one. */
	{ "table-behind", ODD | PACKED, table_behind },
	{ "of-last-lap", ODD | PACKED, of_last_lap },
	{ "used-before", ODD | PACKED, used_before },
	{ "never-available", ODD | PACKED, never_available },
	{ "second-of-last-lap", ODD | PACKED, second_of_last_lap },
	{ "id-beyond", ODD | PACKED, id_beyond },
	{ "event-beyond", ODD | PACKED, event_beyond },
	{ "event-max", ODD | PACKED, event_max },
	{ "event-reserved", ODD | PACKED, event_reserved },
	{ NULL, LIE, NULL },
};
