// SPDX-License-Identifier: GPL-2.0
/*
 * Frames to groups, on a switch that listens to who wants which (RFC 4541): they go where their
 * group was asked for, and to routers. Where that is not known, they stay in the flood.
 */
#include <linux/etherdevice.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/rculist.h>

#include "account.h"
#include "forward.h"
#include "frame.h"
#include "mrouter.h"
#include "multicast.h"
#include "port.h"
#include "snoop.h"
#include "switch.h"

/* Is an IP address that of a group, and the frame for that group's Ethernet address? */
static bool is_ip4_group(const u8 *addr, const u8 *mac)
{
	return addr[0] >> 4 == 0xe && mac[0] == 0x01 && mac[1] == 0x00 && mac[2] == 0x5e &&
	       mac[3] == (addr[1] & 0x7f) && mac[4] == addr[2] && mac[5] == addr[3];
}

static bool is_ip6_group(const u8 *addr, const u8 *mac)
{
	return addr[0] == 0xff && mac[0] == 0x33 && mac[1] == 0x33 &&
	       !memcmp(mac + 2, addr + 12, 4);
}

/*
 * By which address a frame's group is known. Returns whether it may be a message about groups.
 * A tag that the switch does not know hides what is behind it.
 */
static bool read_key(struct rsw_frame *frame, struct rsw_mdb_key *key)
{
	const struct ethhdr *eth = (const struct ethhdr *)frame->head;
	const u8 *ip = frame->head + ETH_HLEN;
	const u8 *addr;

	*key = (struct rsw_mdb_key){ .vid = frame->vid };
	if (eth->h_proto == htons(ETH_P_IP) &&
	    rsw_frame_look(frame, ETH_HLEN + sizeof(struct iphdr))) {
		addr = ip + offsetof(struct iphdr, daddr);
		if (ip[0] >> 4 == 4 && is_ip4_group(addr, eth->h_dest)) {
			key->proto = eth->h_proto;
			memcpy(key->addr, addr, sizeof_field(struct iphdr, daddr));
			return ip[offsetof(struct iphdr, protocol)] == IPPROTO_IGMP;
		}
	} else if (eth->h_proto == htons(ETH_P_IPV6) &&
		   rsw_frame_look(frame, ETH_HLEN + sizeof(struct ipv6hdr))) {
		addr = ip + offsetof(struct ipv6hdr, daddr);
		if (ip[0] >> 4 == 6 && is_ip6_group(addr, eth->h_dest)) {
			key->proto = eth->h_proto;
			memcpy(key->addr, addr, sizeof(key->addr));
			/* MLD has a router alert in front of it. */
			return ip[offsetof(struct ipv6hdr, nexthdr)] == IPPROTO_HOPOPTS;
		}
	}
	ether_addr_copy(key->addr, eth->h_dest);
	return false;
}

/*
 * Frames of one group for one of its receivers. There can be more of those than a batch has
 * room for: the rest is found among all ports, by rsw_multicast_for().
 */
static u64 give(struct rsw_batch *batch, struct rsw_port *port, u64 frames, u16 vid,
		const struct rsw_mdb_group *group)
{
	unsigned int i;

	if (port == batch->from || !rsw_port_is_up(port) ||
	    !rsw_port_reaches(batch->from, port) || !rsw_vlan_has(&port->vlans, vid))
		return 0;
	if (!rsw_forward_add_dest(batch, port, frames)) {
		batch->crowded |= frames;
		rsw_for_each_frame(i, frames)
			batch->group[i] = group;
	}
	return frames;
}

/**
 * struct run - frames of one group behind each other, which are looked up once
 * @key: the group
 * @frames: which of the batch
 */
struct run {
	struct rsw_mdb_key key;
	u64 frames;
};

/* Is it known who wants a group? Without a querier only what an administrator said is believed. */
static bool is_confined(struct rsw_mdb *mdb, const struct rsw_mdb_key *key,
			const struct rsw_mdb_group *group)
{
	if (group && READ_ONCE(group->npermanent))
		return true;
	return key->proto && rsw_mrouter_querier(mdb, key->proto, key->vid);
}

static void give_run(struct rsw_batch *batch, struct rsw_mdb *mdb, struct run *run)
{
	const struct rsw_mdb_key *key = &run->key;
	const struct rsw_mdb_group *group;
	struct rsw_mdb_member *member;
	struct rsw_port *port;
	u64 given = 0;

	if (!run->frames || rsw_snoop_is_local(key))
		goto done;
	group = rsw_mdb_lookup(mdb, key);
	if (!is_confined(mdb, key, group))
		goto done;
	if (group)
		hlist_for_each_entry_rcu(member, &group->members, node)
			if (rsw_mdb_is_alive(member))
				given |= give(batch, member->port, run->frames, key->vid, group);
	hlist_for_each_entry_rcu(port, &mdb->routers, mdb.node)
		if (rsw_mrouter_wants(port))
			given |= give(batch, port, run->frames, key->vid, group);
	batch->flood_multicast &= ~run->frames;
	batch->grouped |= given;
	rsw_drop_frames(batch, run->frames & ~given, RSW_DROP_IN_no_member);
done:
	run->frames = 0;
}

/* To others than routers it would look as if somebody else had asked for them (2.1.1). */
static void give_report(struct rsw_batch *batch, struct rsw_mdb *mdb, unsigned int i,
			const struct rsw_mdb_key *key)
{
	struct rsw_port *querier = rsw_mrouter_querier(mdb, key->proto, key->vid);
	struct rsw_port *port;
	u64 given;

	if (!querier)
		return;
	given = give(batch, querier, BIT_ULL(i), key->vid, NULL);
	hlist_for_each_entry_rcu(port, &mdb->routers, mdb.node)
		if (rsw_mrouter_is(port))
			given |= give(batch, port, BIT_ULL(i), key->vid, NULL);
	batch->flood_multicast &= ~BIT_ULL(i);
	batch->grouped |= given;
	rsw_drop_frames(batch, BIT_ULL(i) & ~given, RSW_DROP_IN_no_member);
}

/**
 * rsw_multicast_sort - decide for each frame to a group
 * @batch: sorted frames; those to groups are in the flood, and some stay there
 * @sw: the switch, which is snooping
 *
 * Context: BH off, RCU read section, in which the result is valid.
 */
void rsw_multicast_sort(struct rsw_batch *batch, struct rsw_switch *sw)
{
	struct run run = {};
	unsigned int i;

	rsw_for_each_frame(i, batch->flood_multicast) {
		enum rsw_snoop_kind kind = RSW_SNOOP_OTHER;
		struct rsw_mdb_key key;
		bool maybe = read_key(&batch->frame[i], &key);

		if (maybe)
			kind = rsw_snoop_frame(sw, batch, i, key.proto);
		if (kind == RSW_SNOOP_REPORT)
			give_report(batch, &sw->mdb, i, &key);
		if (kind != RSW_SNOOP_OTHER)
			continue;
		if (run.frames && memcmp(&run.key, &key, sizeof(key)))
			give_run(batch, &sw->mdb, &run);
		run.key = key;
		run.frames |= BIT_ULL(i);
	}
	give_run(batch, &sw->mdb, &run);
}

/**
 * rsw_multicast_for - what a port is to get of frames that had too many receivers
 * @batch: sorted frames
 * @port: any port
 *
 * Context: the RCU read section of rsw_multicast_sort().
 */
u64 rsw_multicast_for(const struct rsw_batch *batch, const struct rsw_port *port)
{
	u64 frames = 0;
	unsigned int i;

	rsw_for_each_frame(i, batch->crowded) {
		const struct rsw_mdb_group *group = batch->group[i];
		const struct rsw_mdb_member *member = group ? rsw_mdb_member(group, port) : NULL;

		if (rsw_mrouter_wants(port) || (member && rsw_mdb_is_alive(member)))
			frames |= BIT_ULL(i);
	}
	return frames;
}
