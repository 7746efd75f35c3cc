/* SPDX-License-Identifier: GPL-2.0 */
/* COMPAT: drivers/ is written for the newest kernel; 6.12 gets here what it lacks. */
#ifndef COMPAT_LINUX_SYSFS_H
#define COMPAT_LINUX_SYSFS_H

#include_next <linux/sysfs.h>

/* Binary attributes and lists of them are constant; in older kernels they are not. */
#ifdef COMPAT_HAVE_CONST_BIN_ATTRS
#define COMPAT_BIN_CONST	const
#else
#define COMPAT_BIN_CONST
#endif

#endif /* COMPAT_LINUX_SYSFS_H */
