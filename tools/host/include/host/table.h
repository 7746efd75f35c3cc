/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's xarray and rhashtable, in their simplest forms. */
#ifndef HOST_TABLE_H
#define HOST_TABLE_H

#include <host/mm.h>
#include <host/sync.h>

struct host_xa_node;

struct xarray {
	struct host_xa_node *head;
};

void *xa_load(struct xarray *xa, unsigned long index);
void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
void *xa_erase(struct xarray *xa, unsigned long index);
void *host_xa_next(struct xarray *xa, unsigned long *index);

static inline void xa_init(struct xarray *xa)
{
	*xa = (struct xarray){};
}

static inline bool xa_empty(const struct xarray *xa)
{
	return !xa->head;
}

static inline void *xa_mk_value(unsigned long value)
{
	return (void *)(value << 1 | 1);
}

static inline bool xa_is_value(const void *entry)
{
	return (unsigned long)entry & 1;
}

static inline unsigned long xa_to_value(const void *entry)
{
	return (unsigned long)entry >> 1;
}

static inline int xa_err(void *entry)
{
	return IS_ERR(entry) ? PTR_ERR(entry) : 0;
}

/* Entries may be erased meanwhile. */
#define xa_for_each(xa, i, item)						\
	for (i = 0, item = host_xa_next(xa, &i); item;				\
	     i++, item = host_xa_next(xa, &i))

/* A table's at first. */
#define HOST_BUCKETS	64

struct rhash_head {
	struct rhash_head *next;
};

struct rhash_lock_head;

struct bucket_table {
	unsigned int size;
	struct rhash_head *bucket[];
};

struct rhashtable {
	struct bucket_table *tbl;
	size_t n;
};

struct rhashtable_params {
	size_t key_len;
	size_t key_offset;
	size_t head_offset;
	bool automatic_shrinking;
};

#define rht_dereference_rcu(p, ht)	((void)(ht), (p))

u32 rht_key_hashfn(struct rhashtable *ht, const struct bucket_table *tbl, const void *key,
		   const struct rhashtable_params params);

static inline struct rhash_lock_head *const *rht_bucket(const struct bucket_table *tbl, u32 hash)
{
	return (struct rhash_lock_head *const *)&tbl->bucket[hash];
}

static inline struct rhash_head *rht_ptr_rcu(struct rhash_lock_head *const *bucket)
{
	return (struct rhash_head *)READ_ONCE(*bucket);
}

static inline bool rht_is_a_nulls(const struct rhash_head *head)
{
	return !head;
}

int rhashtable_init(struct rhashtable *ht, const struct rhashtable_params *params);
void rhashtable_destroy(struct rhashtable *ht);
void *rhashtable_lookup(struct rhashtable *ht, const void *key,
			const struct rhashtable_params params);
int rhashtable_lookup_insert_fast(struct rhashtable *ht, struct rhash_head *head,
				  const struct rhashtable_params params);
int rhashtable_remove_fast(struct rhashtable *ht, struct rhash_head *head,
			   const struct rhashtable_params params);

#endif /* HOST_TABLE_H */
