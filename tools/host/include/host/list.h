/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's lists, as far as they are used. */
#ifndef HOST_LIST_H
#define HOST_LIST_H

#include <host/sync.h>

struct list_head {
	struct list_head *next, *prev;
};

static inline void INIT_LIST_HEAD(struct list_head *list)
{
	list->next = list;
	list->prev = list;
}

static inline bool list_empty(const struct list_head *list)
{
	return list->next == list;
}

static inline void list_add_tail_rcu(struct list_head *item, struct list_head *list)
{
	item->next = list;
	item->prev = list->prev;
	list->prev->next = item;
	list->prev = item;
}

static inline void list_del_rcu(struct list_head *item)
{
	item->next->prev = item->prev;
	item->prev->next = item->next;
}

static inline void list_del(struct list_head *item)
{
	list_del_rcu(item);
}

static inline void list_splice_init_rcu(struct list_head *list, struct list_head *head,
					void (*sync)(void))
{
	sync();
	if (list_empty(list))
		return;
	list->next->prev = head;
	list->prev->next = head->next;
	head->next->prev = list->prev;
	head->next = list->next;
	INIT_LIST_HEAD(list);
}

#define list_for_each_entry(pos, list, member)					\
	for (pos = container_of((list)->next, __typeof__(*pos), member);	\
	     &pos->member != (list);						\
	     pos = container_of(pos->member.next, __typeof__(*pos), member))

static inline struct list_head *host_first_rcu(const struct list_head *list)
{
	host_check_reader();
	return list->next;
}

#define list_for_each_entry_rcu(pos, list, member)				\
	for (pos = container_of(host_first_rcu(list), __typeof__(*pos), member); \
	     &pos->member != (list);						\
	     pos = container_of(pos->member.next, __typeof__(*pos), member))

struct hlist_node {
	struct hlist_node *next, **pprev;
};

struct hlist_head {
	struct hlist_node *first;
};

#define INIT_HLIST_HEAD(list)	((list)->first = NULL)
#define INIT_HLIST_NODE(item)	((item)->pprev = NULL)

static inline bool hlist_unhashed(const struct hlist_node *item)
{
	return !item->pprev;
}

static inline bool hlist_empty(const struct hlist_head *list)
{
	return !list->first;
}

static inline void hlist_add_head_rcu(struct hlist_node *item, struct hlist_head *list)
{
	item->next = list->first;
	item->pprev = &list->first;
	if (item->next)
		item->next->pprev = &item->next;
	list->first = item;
}

static inline void hlist_del_init_rcu(struct hlist_node *item)
{
	if (!item->pprev)
		return;
	*item->pprev = item->next;
	if (item->next)
		item->next->pprev = item->pprev;
	item->pprev = NULL;
}

#define hlist_entry_safe(p, type, member) \
	({ struct hlist_node *__p = (p); __p ? container_of(__p, type, member) : NULL; })

#define hlist_for_each_entry(pos, list, member)					\
	for (pos = hlist_entry_safe((list)->first, __typeof__(*pos), member); pos; \
	     pos = hlist_entry_safe(pos->member.next, __typeof__(*pos), member))

static inline struct hlist_node *host_hlist_first_rcu(const struct hlist_head *list)
{
	host_check_reader();
	return list->first;
}

#define hlist_for_each_entry_rcu(pos, list, member)				\
	for (pos = hlist_entry_safe(host_hlist_first_rcu(list), __typeof__(*pos), member); pos; \
	     pos = hlist_entry_safe(pos->member.next, __typeof__(*pos), member))

#define hlist_for_each_entry_safe(pos, safe, list, member)			\
	for (pos = hlist_entry_safe((list)->first, __typeof__(*pos), member);	\
	     pos && ({ safe = pos->member.next; true; });			\
	     pos = hlist_entry_safe(safe, __typeof__(*pos), member))

#endif /* HOST_LIST_H */
