/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a guest is made of besides rings and memory: a device, timers and work, which are set
 * and never run, and socket buffers, of which none is made.
 */
#ifndef HOST_VDPA_H
#define HOST_VDPA_H

#include <host/net.h>

typedef int irqreturn_t;

struct vdpa_callback {
	irqreturn_t (*callback)(void *data);
	void *private;
};

struct vdpa_device {
	struct device dev;
};

#define L1_CACHE_BYTES	64
#define ____cacheline_aligned_in_smp	__aligned(L1_CACHE_BYTES)

struct callback_head {
	struct callback_head *next;
	void (*func)(struct callback_head *head);
};

struct work_struct {
	void (*func)(struct work_struct *work);
};

struct delayed_work {
	struct work_struct work;
};

#define INIT_DELAYED_WORK(delayed, function)	((delayed)->work.func = (function))
#define to_delayed_work(w)			container_of(w, struct delayed_work, work)
#define schedule_delayed_work(delayed, delay)	((void)(delayed))
#define cancel_delayed_work_sync(delayed)	((void)(delayed))

enum hrtimer_restart { HRTIMER_NORESTART };

struct hrtimer {
	enum hrtimer_restart (*function)(struct hrtimer *timer);
	bool active;
};

#define NSEC_PER_USEC		1000ULL
#define ns_to_ktime(ns)		(ns)

#define hrtimer_setup(timer, fn, clock, mode)	((timer)->function = (fn))
#define hrtimer_start(timer, delay, mode)	((timer)->active = (delay) > 0)
#define hrtimer_cancel(timer)			((timer)->active = false)
#define hrtimer_try_to_cancel(timer)		((timer)->active = false)
#define hrtimer_active(timer)			((timer)->active)

typedef struct {
	void *addr;
	u32 len;
} skb_frag_t;

struct skb_shared_info {
	u8 nr_frags;
	skb_frag_t frags[1];
	struct sk_buff *frag_list;
};

struct sk_buff {
	struct sk_buff *next;
	u8 *data;
	u32 headlen;
	struct skb_shared_info info;
};

#define skb_shinfo(skb)			(&(skb)->info)
#define skb_headlen(skb)		((skb)->headlen)
#define skb_frag_address(frag)		((frag)->addr)
#define skb_frag_size(frag)		((frag)->len)
#define skb_mark_not_on_list(skb)	((skb)->next = NULL)
#define consume_skb(skb)		((void)(skb))
#define skb_walk_frags(skb, pos) \
	for (pos = skb_shinfo(skb)->frag_list; pos; pos = pos->next)
#define skb_list_walk_safe(first, pos, after) \
	for (pos = (first), after = pos ? pos->next : NULL; pos; \
	     pos = after, after = pos ? pos->next : NULL)

static inline u32 reciprocal_scale(u32 n, u32 end)
{
	return (u64)n * end >> 32;
}

struct page_pool;

void page_pool_destroy(struct page_pool *pool);

#endif /* HOST_VDPA_H */
