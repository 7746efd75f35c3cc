// SPDX-License-Identifier: GPL-2.0
/* xarray as a sorted array, rhashtable as chains in a table of fixed size. */
#include <host/table.h>

/* Place of the first slot whose index is not smaller. */
static size_t find(const struct xarray *xa, unsigned long index)
{
	size_t low = 0, high = xa->n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (xa->slot[middle].index < index)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void *xa_load(struct xarray *xa, unsigned long index)
{
	size_t i = find(xa, index);

	return i < xa->n && xa->slot[i].index == index ? xa->slot[i].entry : NULL;
}

void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	size_t i = find(xa, index);
	void *old = NULL;

	if (gfp & GFP_KERNEL)
		might_sleep();
	if (i < xa->n && xa->slot[i].index == index) {
		old = xa->slot[i].entry;
		xa->slot[i].entry = entry;
		return old;
	}
	if (host_should_fail())
		return ERR_PTR(-ENOMEM);
	if (!xa->slot)
		host_memory.objects++;
	xa->slot = reallocarray(xa->slot, xa->n + 1, sizeof(*xa->slot));
	host_check(xa->slot, "out of memory");
	memmove(xa->slot + i + 1, xa->slot + i, (xa->n++ - i) * sizeof(*xa->slot));
	xa->slot[i] = (struct host_xa_slot){ .index = index, .entry = entry };
	return NULL;
}

void *xa_erase(struct xarray *xa, unsigned long index)
{
	size_t i = find(xa, index);
	void *old = xa_load(xa, index);

	if (!old)
		return NULL;
	memmove(xa->slot + i, xa->slot + i + 1, (--xa->n - i) * sizeof(*xa->slot));
	if (!xa->n) {
		free(xa->slot);
		xa->slot = NULL;
		host_memory.objects--;
	}
	return old;
}

/* The first entry from *index on, which is moved there. */
void *host_xa_next(struct xarray *xa, unsigned long *index)
{
	size_t i = find(xa, *index);

	if (i == xa->n)
		return NULL;
	*index = xa->slot[i].index;
	return xa->slot[i].entry;
}

static const void *key_of(const struct rhash_head *head, const struct rhashtable_params *params)
{
	return (const u8 *)head - params->head_offset + params->key_offset;
}

static struct rhash_head **bucket_of(struct rhashtable *ht, const u8 *key,
				     const struct rhashtable_params *params)
{
	u64 hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < params->key_len; i++)
		hash = (hash ^ key[i]) * 0x100000001b3;
	return &ht->bucket[(hash ^ hash >> 32) % HOST_BUCKETS];
}

int rhashtable_init(struct rhashtable *ht, const struct rhashtable_params *params)
{
	ht->n = 0;
	ht->bucket = kcalloc(HOST_BUCKETS, sizeof(*ht->bucket), GFP_KERNEL);
	return ht->bucket ? 0 : -ENOMEM;
}

void rhashtable_destroy(struct rhashtable *ht)
{
	might_sleep();
	host_check(!ht->n, "entries are left in a table");
	kfree(ht->bucket);
}

void *rhashtable_lookup(struct rhashtable *ht, const void *key,
			const struct rhashtable_params params)
{
	host_check_reader();
	for (struct rhash_head *head = *bucket_of(ht, key, &params); head; head = head->next)
		if (!memcmp(key_of(head, &params), key, params.key_len))
			return (u8 *)head - params.head_offset;
	return NULL;
}

int rhashtable_lookup_insert_fast(struct rhashtable *ht, struct rhash_head *head,
				  const struct rhashtable_params params)
{
	const void *key = key_of(head, &params);
	struct rhash_head **bucket = bucket_of(ht, key, &params);

	for (struct rhash_head *other = *bucket; other; other = other->next)
		if (!memcmp(key_of(other, &params), key, params.key_len))
			return -EEXIST;
	if (host_should_fail())
		return -ENOMEM;
	head->next = *bucket;
	*bucket = head;
	ht->n++;
	return 0;
}

int rhashtable_remove_fast(struct rhashtable *ht, struct rhash_head *head,
			   const struct rhashtable_params params)
{
	struct rhash_head **link = bucket_of(ht, key_of(head, &params), &params);

	for (; *link; link = &(*link)->next) {
		if (*link == head) {
			*link = head->next;
			ht->n--;
			return 0;
		}
	}
	return -ENOENT;
}
