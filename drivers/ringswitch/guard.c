// SPDX-License-Identifier: GPL-2.0
/*
 * Who a port is: frames from it that speak for somebody else go no further.
 *
 * The start of a frame is moved into its head first, and that copy is what is looked at and what
 * is sent, so a guest cannot change it in between. What is asked for must be there to be seen: a
 * header behind more tags, extension headers or options than the head holds is treated as a
 * forged one, and so is a checksum that the receiver would write over what was looked at.
 *
 * What has no IP address of a sender passes: unknown Ethertypes and tunnels, whose inner frames
 * no receiver takes for frames of the link.
 */
#include <linux/bitops.h>
#include <linux/etherdevice.h>
#include <linux/icmpv6.h>
#include <linux/if_arp.h>
#include <linux/if_vlan.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <net/ipv6.h>
#include <net/ndisc.h>

#include "account.h"
#include "batch.h"
#include "frame.h"
#include "guard.h"

/* Of the field with flags and offset of an IPv4 fragment. */
#define V4_OFFSET	0x1fff
#define V4_MORE		0x2000

/* The same of IPv6. */
#define V6_OFFSET	0xfff8

/* Not in any list of the kernel's (RFC 7045). */
#define IPPROTO_HIP	139
#define IPPROTO_SHIM6	140

/* Ports of DHCP (RFC 2131) and DHCPv6 (RFC 8415). */
#define DHCP_SERVER	67
#define DHCP_CLIENT	68
#define DHCP6_CLIENT	546
#define DHCP6_SERVER	547

/* Between source and target addresses, and the options. */
#define ND_OPTIONS_SOLICIT	8	/* of a router */
#define ND_OPTIONS_NEIGHBOUR	24

/* ARP for IPv4 on Ethernet; the kernel has no name for what is behind the header. */
struct arp {
	struct arphdr hdr;
	u8 sha[ETH_ALEN];
	__be32 spa;
	u8 tha[ETH_ALEN];
	__be32 tpa;
} __packed;

/**
 * struct view - a frame that is looked at
 * @guard: who it may be from
 * @frame: the frame, with all in its head that there is room for
 * @seen: where that ends which the decision depends on
 */
struct view {
	const struct rsw_guard *guard;
	const struct rsw_frame *frame;
	u32 seen;
};

/**
 * struct packet - an IPv6 packet, as far as it matters
 * @source: where it says it comes from
 * @protocol: of what is behind the extension headers; %IPPROTO_NONE if that is in another
 *	fragment
 * @fragment: it may be a part only
 * @at: where that begins
 * @end: where the packet ends
 */
struct packet {
	struct in6_addr source;
	u8 protocol;
	bool fragment;
	u32 at;
	u32 end;
};

/* False if there is not so much of the frame to be seen. */
static bool look(struct view *view, u32 at, void *to, u32 len)
{
	if (at + len > view->frame->head_len)
		return false;
	memcpy(to, view->frame->head + at, len);
	view->seen = max(view->seen, at + len);
	return true;
}

static bool allows_mac(const struct rsw_guard *guard, const u8 *mac)
{
	for (u8 i = 0; i < guard->nmacs; i++)
		if (ether_addr_equal(guard->mac[i], mac))
			return true;
	return !guard->nmacs;
}

static bool allows_ip(const struct rsw_guard *guard, bool v6, const struct in6_addr *addr)
{
	for (u8 i = 0; i < guard->nnets; i++) {
		const struct rsw_guard_net *net = &guard->net[i];

		if (net->v6 == v6 && ipv6_prefix_equal(&net->addr, addr, net->len))
			return true;
	}
	return !guard->nnets;
}

static bool allows_ip4(const struct rsw_guard *guard, __be32 addr)
{
	const struct in6_addr wide = { .s6_addr32 = { addr } };

	return allows_ip(guard, false, &wide);
}

/* Who asks whether an address is in use has none, but that one must be his to take (RFC 5227). */
static enum rsw_drop_reason check_arp(struct view *view, u32 at)
{
	const struct rsw_guard *guard = view->guard;
	struct arp arp;
	__be32 ip;

	if (!guard->nmacs && !guard->nnets)
		return RSW_DROP_NONE;
	if (!look(view, at, &arp, sizeof(arp)))
		return RSW_DROP_IN_hidden;
	ip = arp.spa;
	if (!ip && arp.hdr.ar_op == htons(ARPOP_REQUEST))
		ip = arp.tpa;
	if (arp.hdr.ar_hrd != htons(ARPHRD_ETHER) || arp.hdr.ar_pro != htons(ETH_P_IP) ||
	    arp.hdr.ar_hln != ETH_ALEN || arp.hdr.ar_pln != sizeof(ip) ||
	    !allows_mac(guard, arp.sha) || (guard->nnets && !ip) || !allows_ip4(guard, ip))
		return RSW_DROP_IN_source_arp;
	return RSW_DROP_NONE;
}

static bool is_server(const struct rsw_guard *guard, const __be16 *port, u16 server, u16 client)
{
	return guard->flags & BIT(RSW_GUARD_DHCP) &&
	       (port[0] == htons(server) || port[1] == htons(client));
}

/* Who has no address yet may ask for one, and nothing else (RFC 2131, 4.1). */
static bool asks_for_address(const struct iphdr *ip, const __be16 *port)
{
	return !ip->saddr && ip->daddr == htonl(INADDR_BROADCAST) &&
	       !(ip->frag_off & htons(V4_OFFSET | V4_MORE)) &&
	       port[0] == htons(DHCP_CLIENT) && port[1] == htons(DHCP_SERVER);
}

static enum rsw_drop_reason check_v4(struct view *view, u32 at)
{
	const struct rsw_guard *guard = view->guard;
	__be16 port[2] = {};
	struct iphdr ip;

	if (!look(view, at, &ip, sizeof(ip)) || ip.version != 4 || ip.ihl < 5)
		return RSW_DROP_IN_hidden;
	/* The first fragment has the ports, always: fragments are cut at eight bytes. */
	if (ip.protocol == IPPROTO_UDP && !(ip.frag_off & htons(V4_OFFSET)) &&
	    !look(view, at + 4 * ip.ihl, port, sizeof(port)))
		return RSW_DROP_IN_hidden;
	if (is_server(guard, port, DHCP_SERVER, DHCP_CLIENT))
		return RSW_DROP_IN_dhcp;
	if (!guard->nnets || (ip.saddr && allows_ip4(guard, ip.saddr)) ||
	    asks_for_address(&ip, port))
		return RSW_DROP_NONE;
	return RSW_DROP_IN_source_ip;
}

/* The headers of RFC 7045, but for encryption: what is behind that nobody takes for ours. */
static bool is_extension(u8 protocol)
{
	switch (protocol) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_FRAGMENT:
	case IPPROTO_AH:
	case IPPROTO_DSTOPTS:
	case IPPROTO_MH:
	case IPPROTO_HIP:
	case IPPROTO_SHIM6:
		return true;
	}
	return false;
}

/* Find what is behind extension headers. They end where the head does, so there are few. */
static bool skip_extensions(struct view *view, struct packet *packet)
{
	while (is_extension(packet->protocol)) {
		struct frag_hdr ext;	/* as long as the shortest of the others */

		if (!look(view, packet->at, &ext, sizeof(ext)))
			return false;
		if (packet->protocol == IPPROTO_FRAGMENT) {
			packet->fragment = true;
			packet->at += sizeof(ext);
			if (ext.frag_off & htons(V6_OFFSET))
				ext.nexthdr = IPPROTO_NONE;
		} else if (packet->protocol == IPPROTO_AH) {
			packet->at += 4 * (ext.reserved + 2);
		} else {
			packet->at += 8 * (ext.reserved + 1);
		}
		packet->protocol = ext.nexthdr;
	}
	return true;
}

static bool parse_v6(struct view *view, u32 at, struct packet *packet)
{
	struct ipv6hdr ip;

	if (!look(view, at, &ip, sizeof(ip)) || ip.version != 6)
		return false;
	*packet = (struct packet){
		.source = ip.saddr,
		.protocol = ip.nexthdr,
		.at = at + sizeof(ip),
		.end = at + sizeof(ip) + ntohs(ip.payload_len),
	};
	return skip_extensions(view, packet);
}

/* Each link-layer address among the options must be the port's own. */
static enum rsw_drop_reason check_options(struct view *view, u32 at, u32 end)
{
	struct {
		u8 type;
		u8 len;
		u8 mac[ETH_ALEN];
	} option;

	for (; at < end; at += 8 * option.len) {
		if (!look(view, at, &option, sizeof(option)) || !option.len ||
		    at + 8 * option.len > end)
			return RSW_DROP_IN_hidden;
		if ((option.type == ND_OPT_SOURCE_LL_ADDR ||
		     option.type == ND_OPT_TARGET_LL_ADDR) &&
		    !allows_mac(view->guard, option.mac))
			return RSW_DROP_IN_source_nd;
	}
	return RSW_DROP_NONE;
}

/*
 * Neighbour discovery (RFC 4861). A target is an address of the sender if he advertises it, or has
 * none himself and asks whether he may have this one. What a router says of others is believed
 * when it comes from its own address: who is none has %RSW_GUARD_RA.
 */
static enum rsw_drop_reason check_nd(struct view *view, u8 type, const struct packet *packet)
{
	u32 options = type == NDISC_ROUTER_SOLICITATION ? ND_OPTIONS_SOLICIT :
							  ND_OPTIONS_NEIGHBOUR;
	const struct rsw_guard *guard = view->guard;
	struct in6_addr target;

	if (type == NDISC_ROUTER_ADVERTISEMENT || type == NDISC_REDIRECT)
		return RSW_DROP_NONE;
	if (guard->nnets && (type == NDISC_NEIGHBOUR_ADVERTISEMENT ||
			     (type == NDISC_NEIGHBOUR_SOLICITATION &&
			      ipv6_addr_any(&packet->source)))) {
		if (!look(view, packet->at + sizeof(struct icmp6hdr), &target, sizeof(target)))
			return RSW_DROP_IN_hidden;
		if (ipv6_addr_any(&target) || !allows_ip(guard, true, &target))
			return RSW_DROP_IN_source_nd;
	}
	return guard->nmacs ? check_options(view, packet->at + options, packet->end) :
			      RSW_DROP_NONE;
}

static bool is_nd(u8 type)
{
	return type >= NDISC_ROUTER_SOLICITATION && type <= NDISC_REDIRECT;
}

/* What is sent before there is an address (RFC 4861, 4862, 3590). */
static bool needs_no_address(u8 type)
{
	switch (type) {
	case NDISC_ROUTER_SOLICITATION:
	case NDISC_NEIGHBOUR_SOLICITATION:
	case ICMPV6_MGM_REPORT:
	case ICMPV6_MGM_REDUCTION:
	case ICMPV6_MLD2_REPORT:
		return true;
	}
	return false;
}

static bool allows_source(const struct rsw_guard *guard, const struct packet *packet, u8 type)
{
	if (!guard->nnets)
		return true;
	if (!ipv6_addr_any(&packet->source))
		return allows_ip(guard, true, &packet->source);
	return packet->protocol == IPPROTO_ICMPV6 && !packet->fragment && needs_no_address(type);
}

static enum rsw_drop_reason check_v6(struct view *view, u32 at)
{
	const struct rsw_guard *guard = view->guard;
	struct packet packet;
	__be16 port[2] = {};
	u8 type = 0;

	if (!parse_v6(view, at, &packet) ||
	    (packet.protocol == IPPROTO_UDP && !look(view, packet.at, port, sizeof(port))) ||
	    (packet.protocol == IPPROTO_ICMPV6 && !look(view, packet.at, &type, sizeof(type))))
		return RSW_DROP_IN_hidden;
	/* Neighbour discovery does not come in parts (RFC 6980), but not all receivers know. */
	if (is_nd(type) && packet.fragment)
		return RSW_DROP_IN_hidden;
	if (is_server(guard, port, DHCP6_SERVER, DHCP6_CLIENT))
		return RSW_DROP_IN_dhcp;
	if (guard->flags & BIT(RSW_GUARD_RA) &&
	    (type == NDISC_ROUTER_ADVERTISEMENT || type == NDISC_REDIRECT))
		return RSW_DROP_IN_ra;
	if (!allows_source(guard, &packet, type))
		return RSW_DROP_IN_source_ip;
	return is_nd(type) ? check_nd(view, type, &packet) : RSW_DROP_NONE;
}

/*
 * A length instead of an Ethertype. The Ethertype may be behind it, where some receivers and some
 * wireless bridges look for it (CVE-2021-27853 and others). Nobody sends IP that way.
 */
static enum rsw_drop_reason check_llc(struct view *view, u32 at)
{
	static const u8 rfc1042[] = { 0xaa, 0xaa, 0x03, 0x00, 0x00, 0x00 };
	static const u8 bridge_tunnel[] = { 0xaa, 0xaa, 0x03, 0x00, 0x00, 0xf8 };
	u8 snap[sizeof(rfc1042)];

	if (look(view, at, snap, sizeof(snap)) &&
	    (!memcmp(snap, rfc1042, sizeof(snap)) || !memcmp(snap, bridge_tunnel, sizeof(snap))))
		return RSW_DROP_IN_hidden;
	return RSW_DROP_NONE;
}

static enum rsw_drop_reason check_payload(struct view *view, u16 type, u32 at)
{
	switch (type) {
	case ETH_P_ARP:
		return check_arp(view, at);
	case ETH_P_IP:
		return check_v4(view, at);
	case ETH_P_IPV6:
		return check_v6(view, at);
	case ETH_P_8021Q:
	case ETH_P_8021AD:
		/* One more than anybody looks behind, or the frame ends in one. */
		return RSW_DROP_IN_hidden;
	}
	return type < ETH_P_802_3_MIN ? check_llc(view, at) : RSW_DROP_NONE;
}

/* Whoever completes the checksum writes it over what was looked at. */
static bool is_overwritten(const struct view *view)
{
	const struct rsw_offload *offload = &view->frame->offload;

	return offload->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM &&
	       (u32)offload->csum_start + offload->csum_offset < view->seen;
}

static enum rsw_drop_reason check(struct rsw_frame *frame, const struct rsw_guard *guard)
{
	struct view view = { .guard = guard, .frame = frame };
	enum rsw_drop_reason reason;
	__be16 proto = 0;

	if (!allows_mac(guard, ((const struct ethhdr *)frame->head)->h_source))
		return RSW_DROP_IN_source_mac;
	rsw_frame_extend(frame, RSW_HEAD_MAX);
	view.seen = rsw_skip_tags(frame->head, frame->head_len, &proto);
	reason = check_payload(&view, ntohs(proto), view.seen);
	if (reason == RSW_DROP_NONE && is_overwritten(&view))
		return RSW_DROP_IN_bad_header;
	return reason;
}

/**
 * rsw_guard_admit - let in only what may come from a port
 * @batch: frames of a guest, whose addresses have been checked; others are dropped
 * @guard: who it may be
 *
 * Context: RCU read section.
 */
void rsw_guard_admit(struct rsw_batch *batch, const struct rsw_guard *guard)
{
	unsigned int i;

	rsw_for_each_frame(i, batch->live) {
		enum rsw_drop_reason reason = check(&batch->frame[i], guard);

		if (reason != RSW_DROP_NONE)
			rsw_drop(batch, i, reason);
	}
}
