/* SPDX-License-Identifier: GPL-2.0 */
/* COMPAT: drivers/ is written for the newest kernel; 6.12 gets here what it lacks. */
#ifndef COMPAT_NET_HOTDATA_H
#define COMPAT_NET_HOTDATA_H

#include_next <net/hotdata.h>

/* Packet sockets that listen to all netdevs; in older kernels those of all namespaces. */
#ifdef COMPAT_HAVE_NETNS_TAPS
static inline struct list_head *dev_net_taps(const struct net_device *dev)
{
	return &dev_net(dev)->ptype_all;
}
#else
static inline struct list_head *dev_net_taps(const struct net_device *dev)
{
	return &net_hotdata.ptype_all;
}
#endif

#endif /* COMPAT_NET_HOTDATA_H */
