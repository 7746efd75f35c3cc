/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a port is allowed, by the names that the Linux bridge has for it. One list makes the
 * bits, the sysfs files and the netlink attributes, so none of them can miss one:
 * flag(name, IFLA_BRPORT_*, at first).
 */
#ifndef RINGSWITCH_PORT_FLAGS_H
#define RINGSWITCH_PORT_FLAGS_H

#define RSW_PORT_FLAGS(flag)							\
	flag(learning, LEARNING, true)		/* addresses are learned from it */	\
	flag(unicast_flood, UNICAST_FLOOD, true) /* it gets frames to nobody known */	\
	flag(multicast_flood, MCAST_FLOOD, true)				\
	flag(broadcast_flood, BCAST_FLOOD, true)				\
	flag(isolated, ISOLATED, false)		/* see port_policy.c */		\
	flag(locked, LOCKED, false)		/* only sources known behind it */

#define RSW_PORT_FLAG_ENUM(name, brport, on)	RSW_PORT_##name,

enum rsw_port_flag {
	RSW_PORT_FLAGS(RSW_PORT_FLAG_ENUM)
	RSW_PORT_NFLAGS,
};

#define RSW_PORT_FLAG_DEFAULT(name, brport, on)	((on) ? 1UL << RSW_PORT_##name : 0) |

#define RSW_PORT_DEFAULT_FLAGS	(RSW_PORT_FLAGS(RSW_PORT_FLAG_DEFAULT) 0)

#endif /* RINGSWITCH_PORT_FLAGS_H */
