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

#endif /* COMPAT_LINUX_NETDEVICE_H */
