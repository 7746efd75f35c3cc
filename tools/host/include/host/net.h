/* SPDX-License-Identifier: GPL-2.0 */
/* Ethernet addresses, time, and names that the units mention but do not use. */
#ifndef HOST_NET_H
#define HOST_NET_H

#include <linux/if_ether.h>

#include <host/list.h>
#include <host/mm.h>

static inline bool is_multicast_ether_addr(const u8 *addr)
{
	return addr[0] & 1;
}

static inline bool is_broadcast_ether_addr(const u8 *addr)
{
	return !memchr_inv(addr, 0xff, ETH_ALEN);
}

static inline bool ether_addr_equal(const u8 *a, const u8 *b)
{
	return !memcmp(a, b, ETH_ALEN);
}

/* Two more bytes are read behind each. */
static inline bool ether_addr_equal_64bits(const u8 *a, const u8 *b)
{
	u64 left, right;

	__builtin_memcpy(&left, a, sizeof(left));
	__builtin_memcpy(&right, b, sizeof(right));
	return !(htobe64(left ^ right) >> 16);
}

static inline void ether_addr_copy(u8 *to, const u8 *from)
{
	memcpy(to, from, ETH_ALEN);
}

static inline bool is_valid_ether_addr(const u8 *addr)
{
	static const u8 zero[ETH_ALEN];

	return !is_multicast_ether_addr(addr) && !ether_addr_equal(addr, zero);
}

static inline bool is_link_local_ether_addr(const u8 *addr)
{
	static const u8 base[] = { 0x01, 0x80, 0xc2, 0x00, 0x00 };

	return !memcmp(addr, base, sizeof(base)) && (addr[5] & 0xf0) == 0;
}

#define VLAN_HLEN	4
#define VLAN_ETH_HLEN	18
#define VLAN_N_VID	4096
#define VLAN_VID_MASK	0x0fff

static inline bool eth_type_vlan(__be16 proto)
{
	return proto == htons(ETH_P_8021Q) || proto == htons(ETH_P_8021AD);
}

struct vlan_ethhdr {
	u8 h_dest[ETH_ALEN];
	u8 h_source[ETH_ALEN];
	__be16 h_vlan_proto;
	__be16 h_vlan_TCI;
	__be16 h_vlan_encapsulated_proto;
};

struct sk_buff;

/* A socket buffer has only what a frame has in its head as well; the kernel's may need a copy. */
static inline int __skb_vlan_pop(struct sk_buff *skb, u16 *tci)
{
	return host_should_fail() ? -ENOMEM : 0;
}

/* No frame is read out of a socket buffer here. */

static inline int skb_copy_bits(const struct sk_buff *skb, int offset, void *to, int len)
{
	host_die(__FILE__, __LINE__, "this needs a kernel");
}

/* So often, and never again: a test does not wait for a second to pass. */
struct ratelimit_state {
	int left;
};

#define RATELIMIT_MSG_ON_RELEASE	1

#define ratelimit_state_init(state, interval, burst)	((void)((state)->left = (burst)))
#define ratelimit_set_flags(state, flags)		((void)(state))
#define __ratelimit(state)				((state)->left > 0 && (state)->left--)

/* Moves only when a test moves it. Starts where it wraps soon, like the kernel's. */
extern unsigned long jiffies;

#define HZ			250
#define time_after_eq(a, b)	((long)((a) - (b)) >= 0)
#define time_before(a, b)	((long)((a) - (b)) < 0)
#define msecs_to_jiffies(ms)	(((unsigned long)(ms) * HZ + 999) / 1000)

#define netdev_alloc_pcpu_stats(type)	kzalloc(sizeof(type), GFP_KERNEL)

struct net_device {
	struct list_head ptype_all;
};

typedef struct {} netdevice_tracker;

#define netdev_hold(dev, tracker, gfp)	((void)(dev), (void)(tracker))
#define netdev_put(dev, tracker)	((void)(dev), (void)(tracker))
#define dev_net_taps(dev)	(&(dev)->ptype_all)
#define netdev_name(dev)	((void)(dev), "netdev")
#define netif_carrier_on(dev)	((void)(dev))
#define netif_carrier_off(dev)	((void)(dev))

/* One thread has RTNL, and waits for no reader. */
#define ASSERT_RTNL()		((void)0)
#define rtnl_lock()		might_sleep()
#define rtnl_unlock()		((void)0)
#define rtnl_dereference(p)	(p)
static inline void synchronize_net(void)
{
	might_sleep();
}

struct work_struct {
	char unused;
};

/* @pending: it would be done some time */
struct delayed_work {
	struct work_struct work;
	bool pending;
	void (*function)(struct work_struct *work);
};

/* Nothing is ever late enough to be done. */
#define to_delayed_work(w)	container_of(w, struct delayed_work, work)
#define INIT_DELAYED_WORK(delayed, what)	((void)((delayed)->function = (what)))
#define schedule_delayed_work(delayed, time)	((void)((delayed)->pending = true))
#define cancel_delayed_work_sync(delayed)	((void)((delayed)->pending = false))

/* Tracepoints do nothing. */
#define TRACE_DEFINE_ENUM(value)
#define TP_PROTO(...)		__VA_ARGS__
#define TRACE_EVENT(name, proto, ...) \
	static inline void trace_##name(proto) {}
#define DECLARE_EVENT_CLASS(...)
#define DEFINE_EVENT(class, name, proto, args) \
	static inline void trace_##name(proto) {}

#endif /* HOST_NET_H */
