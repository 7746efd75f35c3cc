// SPDX-License-Identifier: GPL-2.0
/* Guest memory as the ring code sees it, and what that may do there. */
#include "model.h"

struct model model;

static bool is_in(const void *p, const void *area)
{
	return __CPROVER_same_object(p, area);
}

void model_cut(void)
{
	struct rsw_chain *chain = model.chain;

	model_check(chain->nsegs == model.nsegs, "all pieces are there");
	model_check(chain->nsegs <= model.room, "where there is room");
	model_check(chain->nread <= chain->nsegs, "pieces to read are pieces");
	model_check(chain->len <= model.want && chain->read_len <= model.want,
		    "no more than was wanted");
	model_check(chain->len + (u64)chain->read_len == model.bytes, "all bytes are there");
	model_check(!model.copied || model.copied == sizeof(struct vring_desc),
		    "an entry is copied as a whole");
	model.copied = 0;
	chain->nsegs = any(u16);
	chain->len = any(u32);
	model_assume(chain->nsegs <= model.room && chain->nread <= chain->nsegs);
	model_assume(chain->len <= model.want);
	model.nsegs = chain->nsegs;
	model.bytes = chain->len + (u64)chain->read_len;
}

void model_read(const void *p, size_t len, u64 value)
{
	const struct rsw_vring *ring = &model.ring;

	model_check(__CPROVER_r_ok(p, len), "what is read is in the ring");
	model_check(is_in(p, ring->desc) || is_in(p, ring->avail), "nothing of ours is read back");
	if (is_in(p, ring->desc)) {
		/* A chain begins behind its first descriptor. */
		if (model.chain && model.descriptors && len == sizeof(u64))
			model_cut();
		model.descriptors++;
	}
	model.value = value;
}

void model_write(void *p, size_t len, u64 value)
{
	const struct rsw_vring *ring = &model.ring;

	model_check(__CPROVER_w_ok(p, len), "what is written is in the ring");
	model_check(is_in(p, ring->used) || (ring->packed && is_in(p, ring->desc_ring)),
		    "what is written is ours to write");
	model.written = p;
	model.said = value;
}

void model_copy(void *to, const void *from, size_t len)
{
	model_check(__CPROVER_w_ok(to, len), "copies are no longer than where they go");
	model.copied += len;
}

/* What rsw_mem_translate() says, of which translate.c is the proof. */
static int any_pieces(u64 iova, u32 len, unsigned int room)
{
	int n = any(int);

	model_check(len, "nothing is translated that has no bytes");
	model_assume(n == -EFAULT || n == -ENOSPC ||
		     (n > 0 && n <= room && n <= model_pieces(iova, len)));
	return n;
}

/* For the caller of rsw_vring_take(). What is in the pieces is nobody's business here. */
int model_translate(u64 iova, u32 len, unsigned long rights, struct rsw_seg *seg,
		    unsigned int room)
{
	int n = any_pieces(iova, len, room);

	model_check(rights == RSW_MEM_RO || rights == RSW_MEM_WO, "one kind of access");
	model_check(!(rights & ~model.rights), "which the caller wants");
	model_check(seg == model.seg + model.nsegs, "pieces are behind each other");
	model_check(room == model.room - model.nsegs, "and there is room for them");
	model_check(rights == RSW_MEM_WO || !model.writes, "what is to be read comes first");
	if (n < 0)
		return n;
	model.writes |= rights == RSW_MEM_WO;
	model.bytes += len;
	model.nsegs += n;
	return n;
}

/* An entry of an indirect table, which can be at the end of a page. */
int model_translate_entry(u64 iova, u32 len, unsigned long rights, struct rsw_seg *seg,
			  unsigned int room)
{
	int n = any_pieces(iova, len, room);
	u32 first = any(u32);

	model_cut();
	model_check(len == sizeof(struct vring_desc) && rights == RSW_MEM_RO && room == 2,
		    "an entry of a table");
	if (n < 0)
		return n;
	model_assume(first && (n == 2 ? first < len : first == len));
	seg[0].len = first;
	seg[1].len = len - first;
	model.entries++;
	return n;
}
