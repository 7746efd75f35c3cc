/* SPDX-License-Identifier: GPL-2.0 */
/* COMPAT: drivers/ is written for the newest kernel; 6.12 gets here what it lacks. */
#ifndef COMPAT_LINUX_NETDEVICE_H
#define COMPAT_LINUX_NETDEVICE_H

#include_next <linux/netdevice.h>

#ifndef COMPAT_HAVE_NETNS_IMMUTABLE
#define netns_immutable	netns_local
#endif

#ifndef COMPAT_HAVE_NETIF_GET_FLAGS
#define netif_get_flags	dev_get_flags
#endif

#ifndef COMPAT_HAVE_NETDEV_NS_COMMON
#include <linux/nsproxy.h>
/* A file of a class is tagged by the namespace itself. */
#undef to_ns_common
#define to_ns_common(net)	(net)
#endif

/*
 * COMPAT_FDB_ADD(f) and COMPAT_FDB_DEL(f) stand before net_device_ops; COMPAT_FDB_OP(f) is what
 * goes into them. Older kernels send a message of their own beside that of f.
 */
#ifdef COMPAT_HAVE_FDB_NOTIFIED
#define COMPAT_FDB_ADD(f)
#define COMPAT_FDB_DEL(f)
#define COMPAT_FDB_OP(f)	f
#else
#define COMPAT_FDB_ADD(f)								\
static int f##_compat(struct ndmsg *ndm, struct nlattr *tb[], struct net_device *dev,	\
		      const unsigned char *addr, u16 vid, u16 flags,			\
		      struct netlink_ext_ack *extack)					\
{											\
	bool notified;									\
											\
	return f(ndm, tb, dev, addr, vid, flags, &notified, extack);			\
}

#define COMPAT_FDB_DEL(f)								\
static int f##_compat(struct ndmsg *ndm, struct nlattr *tb[], struct net_device *dev,	\
		      const unsigned char *addr, u16 vid, struct netlink_ext_ack *extack) \
{											\
	bool notified;									\
											\
	return f(ndm, tb, dev, addr, vid, &notified, extack);				\
}
#define COMPAT_FDB_OP(f)	f##_compat
#endif

#endif /* COMPAT_LINUX_NETDEVICE_H */
