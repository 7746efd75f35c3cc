// SPDX-License-Identifier: GPL-2.0
/*
 * xarray as a tree of tables with 64 entries, rhashtable as chains in a table that doubles when it
 * is three quarters full, with the kernel's hash: steps of a lookup are those of a kernel. What a
 * kernel does later, step by step, is done at once; no table shrinks.
 */
#include <host/table.h>

#define BITS	6
#define SLOTS	64U	/* of that many bits */

struct host_xa_node {
	unsigned int shift;
	unsigned int used;
	void *slot[SLOTS];
};

static bool covers(const struct host_xa_node *node, unsigned long index)
{
	return node && index >> node->shift < SLOTS;
}

static void **slot_of(struct host_xa_node *node, unsigned long index)
{
	return &node->slot[(index >> node->shift) % SLOTS];
}

static struct host_xa_node *new_node(unsigned int shift)
{
	struct host_xa_node *node = calloc(1, sizeof(*node));

	if (!node)
		host_die(__FILE__, __LINE__, "out of memory");
	node->shift = shift;
	return node;
}

void *xa_load(struct xarray *xa, unsigned long index)
{
	void *entry = xa->head;

	if (!covers(entry, index))
		return NULL;
	for (unsigned int shift = xa->head->shift + BITS; entry && shift; ) {
		struct host_xa_node *node = entry;

		shift = node->shift;
		entry = *slot_of(node, index);
	}
	return entry;
}

/* Make the tree high enough for @index. */
static void grow(struct xarray *xa, unsigned long index)
{
	if (!xa->head) {
		unsigned int shift = 0;

		while (index >> shift >= SLOTS)
			shift += BITS;
		host_memory.objects++;
		xa->head = new_node(shift);
	}
	while (!covers(xa->head, index)) {
		struct host_xa_node *head = new_node(xa->head->shift + BITS);

		head->slot[0] = xa->head;
		head->used = 1;
		xa->head = head;
	}
}

void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	struct host_xa_node *node;
	void *old = xa_load(xa, index);

	if (gfp & GFP_KERNEL)
		might_sleep();
	if (!old && host_should_fail())
		return ERR_PTR(-ENOMEM);
	grow(xa, index);
	for (node = xa->head; node->shift; node = *slot_of(node, index)) {
		if (*slot_of(node, index))
			continue;
		*slot_of(node, index) = new_node(node->shift - BITS);
		node->used++;
	}
	node->used += !old;
	*slot_of(node, index) = entry;
	return old;
}

/* Take an entry that is there out of the tree; tables without one go. */
static void erase(struct host_xa_node **node, unsigned long index)
{
	void **slot = slot_of(*node, index);

	if ((*node)->shift)
		erase((struct host_xa_node **)slot, index);
	else
		*slot = NULL;
	if (*slot || --(*node)->used)
		return;
	free(*node);
	*node = NULL;
}

void *xa_erase(struct xarray *xa, unsigned long index)
{
	void *old = xa_load(xa, index);

	if (!old)
		return NULL;
	erase(&xa->head, index);
	host_memory.objects -= !xa->head;
	return old;
}

/* The first entry from *index on, which is moved there. */
void *host_xa_next(struct xarray *xa, unsigned long *index)
{
	while (covers(xa->head, *index)) {
		struct host_xa_node *node = xa->head;

		while (node->shift && *slot_of(node, *index))
			node = *slot_of(node, *index);
		if (*slot_of(node, *index))
			return *slot_of(node, *index);
		/* On to what this table has next, or to what follows it. */
		do {
			*index = ((*index >> node->shift) + 1) << node->shift;
			if (!*index)
				return NULL;
		} while ((*index >> node->shift) % SLOTS && !*slot_of(node, *index));
	}
	return NULL;
}

static const void *key_of(const struct rhash_head *head, const struct rhashtable_params *params)
{
	return (const u8 *)head - params->head_offset + params->key_offset;
}

static u32 rol32(u32 word, unsigned int by)
{
	return word << by | word >> (32 - by);
}

static void jhash_mix(u32 *a, u32 *b, u32 *c)
{
	*a = (*a - *c) ^ rol32(*c, 4);
	*c += *b;
	*b = (*b - *a) ^ rol32(*a, 6);
	*a += *c;
	*c = (*c - *b) ^ rol32(*b, 8);
	*b += *a;
	*a = (*a - *c) ^ rol32(*c, 16);
	*c += *b;
	*b = (*b - *a) ^ rol32(*a, 19);
	*a += *c;
	*c = (*c - *b) ^ rol32(*b, 4);
	*b += *a;
}

static void jhash_final(u32 *a, u32 *b, u32 *c)
{
	*c = (*c ^ *b) - rol32(*b, 14);
	*a = (*a ^ *c) - rol32(*c, 11);
	*b = (*b ^ *a) - rol32(*a, 25);
	*c = (*c ^ *b) - rol32(*b, 16);
	*a = (*a ^ *c) - rol32(*c, 4);
	*b = (*b ^ *a) - rol32(*a, 14);
	*c = (*c ^ *b) - rol32(*b, 24);
}

u32 rht_key_hashfn(struct rhashtable *ht, const struct bucket_table *tbl, const void *key,
		   const struct rhashtable_params params)
{
	u32 hash[3], word;

	/* jhash2(). */
	host_check(params.key_len && !(params.key_len % 4), "no such key");
	for (unsigned int i = 0; i < 3; i++)
		hash[i] = 0xdeadbeef + params.key_len;
	for (unsigned int i = 0; i < params.key_len / 4; i++) {
		if (i && i % 3 == 0)
			jhash_mix(&hash[0], &hash[1], &hash[2]);
		__builtin_memcpy(&word, (const u8 *)key + 4 * i, 4);
		hash[i % 3] += word;
	}
	jhash_final(&hash[0], &hash[1], &hash[2]);
	return hash[2] & (tbl->size - 1);
}

static struct rhash_head **bucket_of(struct rhashtable *ht, const u8 *key,
				     const struct rhashtable_params *params)
{
	return &ht->tbl->bucket[rht_key_hashfn(ht, ht->tbl, key, *params)];
}

static struct bucket_table *new_buckets(unsigned int size)
{
	struct bucket_table *tbl = calloc(1, sizeof(*tbl) + size * sizeof(*tbl->bucket));

	if (!tbl)
		host_die(__FILE__, __LINE__, "out of memory");
	tbl->size = size;
	return tbl;
}

int rhashtable_init(struct rhashtable *ht, const struct rhashtable_params *params)
{
	might_sleep();
	if (host_should_fail())
		return -ENOMEM;
	ht->n = 0;
	ht->tbl = new_buckets(HOST_BUCKETS);
	host_memory.objects++;
	return 0;
}

void rhashtable_destroy(struct rhashtable *ht)
{
	might_sleep();
	host_check(!ht->n, "entries are left in a table");
	free(ht->tbl);
	host_memory.objects--;
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

/* It may not fail, as a kernel goes on with the old table when that happens. */
static void double_buckets(struct rhashtable *ht, const struct rhashtable_params *params)
{
	struct bucket_table *old = ht->tbl;

	ht->tbl = new_buckets(2 * old->size);
	for (unsigned int i = 0; i < old->size; i++) {
		struct rhash_head *head = old->bucket[i], *next;

		for (; head; head = next) {
			struct rhash_head **bucket = bucket_of(ht, key_of(head, params), params);

			next = head->next;
			head->next = *bucket;
			*bucket = head;
		}
	}
	free(old);
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
	if (++ht->n > ht->tbl->size / 4 * 3)
		double_buckets(ht, &params);
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
