/* SPDX-License-Identifier: GPL-2.0 */
/* COMPAT: drivers/ is written for the newest kernel; 6.12 gets here what it lacks. */
#ifndef COMPAT_NET_RTNETLINK_H
#define COMPAT_NET_RTNETLINK_H

#include_next <net/rtnetlink.h>

/*
 * COMPAT_NEWLINK(f) stands behind the definition of f, a newlink operation in today's
 * form; COMPAT_NEWLINK_OP(f) is what goes into rtnl_link_ops.
 */
#ifdef COMPAT_HAVE_NEWLINK_PARAMS
#define COMPAT_NEWLINK(f)
#define COMPAT_NEWLINK_OP(f)	f
#else
struct rtnl_newlink_params {
	struct net *src_net;
	struct nlattr **tb;
	struct nlattr **data;
};

#define COMPAT_NEWLINK(f)								\
static int f##_compat(struct net *src_net, struct net_device *dev, struct nlattr *tb[],	\
		      struct nlattr *data[], struct netlink_ext_ack *extack)		\
{											\
	struct rtnl_newlink_params params = {						\
		.src_net = src_net, .tb = tb, .data = data,				\
	};										\
											\
	return f(dev, &params, extack);							\
}
#define COMPAT_NEWLINK_OP(f)	f##_compat
#endif

#endif /* COMPAT_NET_RTNETLINK_H */
