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

#endif /* COMPAT_LINUX_NETDEVICE_H */
