/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a guest is made of besides rings and memory: a device, timers that never end, and socket
 * buffers, of which none is made.
 */
#ifndef HOST_VDPA_H
#define HOST_VDPA_H

#include <host/mm.h>
#include <host/net.h>
#include <host/sync.h>

#define L1_CACHE_BYTES	64
#define ____cacheline_aligned_in_smp	__aligned(L1_CACHE_BYTES)

typedef int irqreturn_t;

struct vdpa_callback {
	irqreturn_t (*callback)(void *data);
	void *private;
};

struct vdpa_device {
	struct device dev;
};

struct callback_head {
	char unused;
};

/* Only parts of management devices, of which none is made. */
struct vdpa_mgmt_dev {
	char unused;
};

typedef struct {
	char unused;
} wait_queue_head_t;

typedef s64 ktime_t;

/* Moves only when a test moves it. */
extern u64 host_ns;

#define ktime_get_ns()		(host_ns)

#define NSEC_PER_USEC		1000
#define NSEC_PER_SEC		1000000000L
#define ns_to_ktime(ns)		((ktime_t)(ns))

enum hrtimer_restart { HRTIMER_NORESTART, HRTIMER_RESTART };

struct hrtimer {
	enum hrtimer_restart (*function)(struct hrtimer *timer);
	bool active;
};

#define hrtimer_setup(timer, late, clock, mode) \
	(*(timer) = (struct hrtimer){ .function = (late) })
#define hrtimer_start(timer, time, mode)	((void)(time), (timer)->active = true)
#define hrtimer_active(timer)			((timer)->active)
#define hrtimer_try_to_cancel(timer)		((timer)->active = false)
#define hrtimer_cancel(timer)	do { might_sleep(); (timer)->active = false; } while (0)

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
