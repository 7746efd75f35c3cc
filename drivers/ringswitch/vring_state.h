/* SPDX-License-Identifier: GPL-2.0 */
/* What a virtqueue is while it is served: for vring.h, which see, and what is below that. */
#ifndef RINGSWITCH_VRING_STATE_H
#define RINGSWITCH_VRING_STATE_H

#include <linux/types.h>
#include <uapi/linux/virtio_config.h>
#include <uapi/linux/virtio_ring.h>

#include "mem.h"

/* Largest ring (virtio 1.3, 2.6), and the one offered unless told otherwise: QEMU's largest. */
#define RSW_VRING_NUM_MAX	32768
#define RSW_VRING_NUM_DEFAULT	1024

/* Descriptors of a chain that is never too long, and of a table, whatever the ring's size. */
#define RSW_CHAIN_DESCS		1024

/*
 * Pieces that a queue has room for, 32 KiB of them. A piece is a descriptor, and one more
 * wherever a descriptor crosses into a page that does not follow in kernel addresses; only as
 * many bytes as the longest frame has (with its header) are translated. What a chain has more
 * of, in a larger ring or cut up on purpose, does not count, as bytes behind the longest frame
 * do not.
 */
#define RSW_CHAIN_SEGS	2048

/*
 * Descriptors that may have been read since the last publication when one more chain is
 * begun. A ring bounds those of its own table (@held), but neither those of indirect tables
 * nor those of chains given back and taken again. This is 64 for each frame of a full batch,
 * where Linux uses up to 19.
 */
#define RSW_VRING_WALK_MAX	(4 * RSW_CHAIN_DESCS)

/**
 * struct rsw_vring - device side of a virtqueue, split or packed (virtio 1.3, 2.7 and 2.8)
 * @num: ring size up to %RSW_VRING_NUM_MAX, a power of two if split
 * @next_avail: next entry of the available ring to take; packed: next descriptor
 * @next_used: next entry of the used ring to write; packed: next descriptor
 * @held: descriptors of the chains taken and not yet published as used. A driver cannot
 *	have more of them than the ring holds, whatever its chains look like, so this
 *	bounds what is in flight
 * @walked: descriptors read since the last publication, of whatever table
 * @packed: its layout; constant, as are the features below
 * @event_idx: both sides say by index when they want to be notified (2.7.10, 2.8.14)
 * @indirect: a chain may end in a table of its own (2.7.5.3, 2.8.7)
 * @quiet: the driver was told not to kick; split without @event_idx, and packed
 * @avail_idx: split: the driver's index as last read; @next_avail never passes it
 * @used_idx: split: index last published; the entries up to @next_used are not yet
 * @avail_wrap: packed: what marks a descriptor at @next_avail as available
 * @used_wrap: packed: what marks one at @next_used as used
 * @seen: packed: the descriptor at @next_avail is available
 * @seen_flags: packed: with these flags
 * @unshown: packed: descriptors of chains used since the last publication
 * @first_used: packed: where the first of them is
 * @first_flags: packed: what will show it
 * @desc: descriptor table, written by the guest at any time
 * @avail: available ring, written by the guest at any time
 * @used: used ring, written by us; nothing in it is ever read back
 * @desc_ring: packed: descriptor ring, written by both sides
 * @driver: packed: when the driver wants interrupts, written by the guest at any time
 * @device: packed: when we want kicks
 * @mem: memory that chains point into
 * @cursor: its last block, cleared at the start of each run
 *
 * Only vring_split.c, vring_packed.c and vring_table.c read memory shared with the guest
 * through this, each shared field once for each decision; only they and vring_layout.h write
 * it. All functions need the queue's lock.
 */
struct rsw_vring {
	u16 num;
	u16 next_avail;
	u16 next_used;
	u16 held;
	u32 walked;
	bool packed;
	bool event_idx;
	bool indirect;
	bool quiet;
	union {
		struct {
			u16 avail_idx;
			u16 used_idx;
		};
		struct {
			bool avail_wrap;
			bool used_wrap;
			bool seen;
			u16 seen_flags;
			u16 unshown;
			u16 first_used;
			u16 first_flags;
		};
	};
	union {
		const struct vring_desc *desc;
		struct vring_packed_desc *desc_ring;
	};
	union {
		const struct vring_avail *avail;
		const struct vring_packed_desc_event *driver;
	};
	union {
		struct vring_used *used;
		struct vring_packed_desc_event *device;
	};
	struct rsw_mem *mem;
	struct rsw_mem_cursor cursor;
};

/**
 * struct rsw_chain - one descriptor chain, translated
 * @id: as the driver knows it, and whatever it says
 * @ndesc: the ring's own descriptors in it
 * @nsegs: pieces of guest memory
 * @len: bytes of them; of a chain of both kinds, bytes that can be written
 * @nread: of a chain of both kinds, how many of the pieces are for reading, the first ones
 * @read_len: bytes of them
 * @oversize: the chain has more bytes than were asked for, or is in too many pieces; the rest
 *	is not in @seg
 * @seg: the pieces, in order
 */
struct rsw_chain {
	u16 id;
	u16 ndesc;
	u16 nsegs;
	u16 nread;
	bool oversize;
	u32 len;
	u32 read_len;
	struct rsw_seg *seg;
};

#endif /* RINGSWITCH_VRING_STATE_H */
