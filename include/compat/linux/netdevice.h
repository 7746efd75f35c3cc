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

/* Packet sockets that listen to all netdevs; in older kernels those of all namespaces. */
#ifdef COMPAT_HAVE_NETNS_TAPS
static inline struct list_head *dev_net_taps(const struct net_device *dev)
{
	return &dev_net(dev)->ptype_all;
}
#else
#include <net/hotdata.h>

static inline struct list_head *dev_net_taps(const struct net_device *dev)
{
	return &net_hotdata.ptype_all;
}
#endif

#endif /* COMPAT_LINUX_NETDEVICE_H */
