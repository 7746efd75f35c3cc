/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Why a frame went nowhere. One list makes the enum, the sysfs file names, the
 * tracepoint strings and the counters, so none of them can miss a reason.
 *
 * "in" reasons are charged to the port a frame came from, "out" reasons to the
 * port it was queued to. Per port, once traffic has stopped:
 *
 *	ingress_frames == ingress_forwarded + sum of "in" reasons
 *	egress_queued  == egress_frames     + sum of "out" reasons
 */
#ifndef RINGSWITCH_DROP_REASONS_H
#define RINGSWITCH_DROP_REASONS_H

#define RSW_DROP_REASONS(in, out)						\
	in(runt)	/* shorter than its headers */				\
	in(oversize)	/* longer than a GSO super-frame can be */		\
	in(bad_header)	/* virtio or GSO header contradicts the frame */	\
	in(xdp_drop)	/* the port's XDP program says so */			\
	in(xdp_aborted)	/* that failed, or said what is no verdict */		\
	in(xdp_redirect) /* it cannot go where that sends it */			\
	in(bad_source)	/* group or zero source address */			\
	in(link_local)	/* 01-80-C2-00-00-0x is never relayed */		\
	in(rate)	/* more than the port may send */			\
	in(vlan)	/* VLAN that the port is not in, or none and no PVID */	\
	in(vlan_dest)	/* VLAN that the destination's port is not in */	\
	in(source_mac)	/* source address that is not the port's */		\
	in(source_ip)	/* IP source that is not the port's */			\
	in(source_arp)	/* ARP that speaks for somebody else */			\
	in(source_nd)	/* neighbour discovery that speaks for somebody else */	\
	in(dhcp)	/* a DHCP server where none may be */			\
	in(ra)		/* an IPv6 router where none may be */			\
	in(hidden)	/* headers that a guard must see, and cannot */		\
	in(locked)	/* source is not known behind this locked port */	\
	in(isolated)	/* ingress port may not reach the destination */	\
	in(same_port)	/* destination is behind the ingress port */		\
	in(storm_broadcast) /* more to everybody than the port may send */	\
	in(storm_multicast) /* to groups */					\
	in(storm_unknown) /* to nobody known */					\
	in(no_receiver)	/* no port may have it */				\
	in(no_member)	/* to a group that nobody has asked for */		\
	in(port_down)	/* ingress port is down or being removed */		\
	in(no_memory)								\
	in(backlog)	/* host CPU cannot keep up with a NIC or the host */	\
	in(switch_down)								\
	out(ring_full)	/* guest posted too few buffers */			\
	out(no_driver)	/* no guest driver is running */			\
	out(port_down)								\
	out(filtered)	/* the guest asked not to get it */			\
	out(rate)	/* more than the port may get */			\
	out(mtu)	/* longer than the receiver's MTU */			\
	out(too_big)	/* does not fit the buffer the guest posted */		\
	out(no_memory)								\
	out(offload)	/* software segmentation or checksum failed */		\
	out(broken)	/* guest broke the virtio rules */			\
	out(refused)	/* the queue of the NIC or of the host stack is full */

#define RSW_DROP_IN_ENUM(name)	RSW_DROP_IN_##name,
#define RSW_DROP_OUT_ENUM(name)	RSW_DROP_OUT_##name,

enum rsw_drop_reason {
	RSW_DROP_REASONS(RSW_DROP_IN_ENUM, RSW_DROP_OUT_ENUM)
	RSW_DROP_MAX,
	RSW_DROP_NONE = RSW_DROP_MAX,
};

#endif /* RINGSWITCH_DROP_REASONS_H */
