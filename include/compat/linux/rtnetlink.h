/* SPDX-License-Identifier: GPL-2.0 */
/* COMPAT: drivers/ is written for the newest kernel; 6.12 gets here what it lacks. */
#ifndef COMPAT_LINUX_RTNETLINK_H
#define COMPAT_LINUX_RTNETLINK_H

#include_next <linux/rtnetlink.h>

#ifndef COMPAT_HAVE_FDB_DUMP_CONTEXT
/* Lies over netlink_callback.args, of which the third is the index. */
struct ndo_fdb_dump_context {
	unsigned long unused[2];
	unsigned long fdb_idx;
};
#endif

#endif /* COMPAT_LINUX_RTNETLINK_H */
