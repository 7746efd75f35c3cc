// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <linux/etherdevice.h>
#include <linux/icmpv6.h>
#include <linux/if_vlan.h>
#include <linux/rtnetlink.h>
#include <net/ndisc.h>

#include "../drivers/ringswitch/vring.h"
#include "guard_world.h"

#define FROM(world)	(&(world)->forward->guest[0].port)

struct guard_world *guard_world_new(struct kunit *test)
{
	struct guard_world *world = kunit_kzalloc(test, sizeof(*world), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, world);
	world->test = test;
	world->forward = forward_world_new(test, 2);
	return world;
}

void guard_world_free(struct guard_world *world)
{
	guard_set(world, "", "", 0);
	KUNIT_EXPECT_NULL(world->test, rcu_access_pointer(FROM(world)->guard));
	forward_world_free(world->forward, world->test);
}

int guard_suite_init(struct kunit *test)
{
	test->priv = guard_world_new(test);
	return 0;
}

void guard_suite_exit(struct kunit *test)
{
	if (test->priv)
		guard_world_free(test->priv);
}

void guard_set(struct guard_world *world, const char *macs, const char *ips, unsigned long flags)
{
	struct rsw_port *port = FROM(world);

	rtnl_lock();
	KUNIT_EXPECT_EQ(world->test, rsw_guard_set_macs(port, macs), 0);
	KUNIT_EXPECT_EQ(world->test, rsw_guard_set_nets(port, ips), 0);
	for (int flag = RSW_GUARD_DHCP; flag <= RSW_GUARD_RA; flag++)
		KUNIT_EXPECT_EQ(world->test, 0,
				rsw_guard_set_flag(port, flag, flags & BIT(flag)));
	rtnl_unlock();
}

void guard_put(struct guard_world *world, const void *bytes, u32 len)
{
	KUNIT_ASSERT_LE(world->test, world->len + len, (u32)GUARD_BYTES);
	memcpy(world->sent + world->len, bytes, len);
	world->len += len;
}

void guard_put16(struct guard_world *world, u16 value)
{
	guard_put(world, (u8[]){ value >> 8, value }, sizeof(value));
}

void guard_put32(struct guard_world *world, u32 value)
{
	guard_put16(world, value >> 16);
	guard_put16(world, value);
}

void guard_begin(struct guard_world *world, const char *mac, unsigned int tags, u16 type)
{
	world->offload = (struct rsw_offload){};
	world->len = 0;
	guard_put(world, "\xff\xff\xff\xff\xff\xff", ETH_ALEN);
	guard_put(world, mac, ETH_ALEN);
	while (tags--) {
		guard_put16(world, tags % 2 ? ETH_P_8021AD : ETH_P_8021Q);
		guard_put16(world, 0);
	}
	guard_put16(world, type);
}

void guard_put_arp(struct guard_world *world, u16 op, const char *mac, u32 ip, u32 target)
{
	guard_put(world, "\x00\x01\x08\x00\x06\x04", 6);
	guard_put16(world, op);
	guard_put(world, mac, ETH_ALEN);
	guard_put32(world, ip);
	guard_put(world, HIS_MAC, ETH_ALEN);
	guard_put32(world, target);
}

void guard_put_v4(struct guard_world *world, u8 words, u8 protocol, u32 source, u32 dest,
		  u16 fragment)
{
	guard_put(world, (u8[]){ 0x40 | words, 0, 0, 60, 0, 1 }, 6);
	guard_put16(world, fragment);
	guard_put(world, (u8[]){ 64, protocol, 0, 0 }, 4);
	guard_put32(world, source);
	guard_put32(world, dest);
	for (u8 i = 5; i < words; i++)
		guard_put32(world, 0x01010101);
}

void guard_put_v6(struct guard_world *world, u8 next, const char *source, u16 len)
{
	guard_put32(world, 0x60000000);
	guard_put16(world, len);
	guard_put(world, (u8[]){ next, 255 }, 2);
	guard_put(world, source, 16);
	guard_put(world, "\xff\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\x01", 16);
}

void guard_put_ports(struct guard_world *world, u16 source, u16 dest)
{
	guard_put16(world, source);
	guard_put16(world, dest);
	guard_put32(world, 8 << 16);
}

void guard_put_extension(struct guard_world *world, u8 next, u8 words)
{
	guard_put(world, (u8[]){ next, words - 1, 1, 4, 0, 0, 0, 0 }, 8);
	while (--words)
		guard_put(world, (u8[]){ 1, 6, 0, 0, 0, 0, 0, 0 }, 8);
}

void guard_put_fragment(struct guard_world *world, u8 next, u16 offset)
{
	guard_put(world, (u8[]){ next, 0, offset >> 8, offset, 1, 2, 3, 4 }, 8);
}

void guard_put_nd(struct guard_world *world, u8 type, const char *target)
{
	guard_put(world, (u8[]){ type, 0, 0x12, 0x34, 0, 0, 0, 0 }, 8);
	if (type != NDISC_ROUTER_SOLICITATION)
		guard_put(world, target, 16);
}

void guard_put_option(struct guard_world *world, u8 type, u8 words, const char *mac)
{
	guard_put(world, (u8[]){ type, words }, 2);
	guard_put(world, mac, ETH_ALEN);
	while (words-- > 1)
		guard_put(world, NO_IP6, 8);
}

/* The virtio-net header and the frame, in three pieces. */
static enum rsw_drop_reason parse(struct guard_world *world, u32 cut)
{
	u32 total = RSW_VNET_HLEN + world->len, middle = RSW_VNET_HLEN + min(cut, world->len);
	struct rsw_chain chain = { .seg = world->seg, .len = total };
	struct rsw_batch *batch = &world->forward->batch;
	u32 end[] = { middle, min(middle + 1, total), total };
	u64 features = BIT_ULL(VIRTIO_NET_F_CSUM) | BIT_ULL(VIRTIO_NET_F_HOST_TSO4);
	u32 start = 0;

	memset(world->byte, 0, RSW_VNET_HLEN);
	rsw_offload_to_virtio(&world->offload, (struct virtio_net_hdr *)world->byte);
	memcpy(world->byte + RSW_VNET_HLEN, world->sent, world->len);
	for (unsigned int i = 0; i < ARRAY_SIZE(end); i++) {
		if (end[i] == start)
			continue;
		world->seg[chain.nsegs++] = (struct rsw_seg){ world->byte + start,
							      end[i] - start };
		start = end[i];
	}
	forward_begin(world->forward, FROM(world));
	batch->n = 1;
	batch->live = 1;
	if (world->ready)
		world->ready(world);
	return rsw_frame_from_chain(&batch->frame[0], &chain, features);
}

/* What has been looked at is in the head, and the rest is still where it was. */
static void check_whole(struct guard_world *world)
{
	const struct rsw_frame *frame = &world->forward->batch.frame[0];
	u32 at = frame->head_len;

	KUNIT_ASSERT_EQ(world->test, frame->len, world->len);
	KUNIT_ASSERT_MEMEQ(world->test, frame->head, world->sent, frame->head_len);
	for (u16 i = 0; i < frame->nsegs; i++) {
		KUNIT_ASSERT_PTR_EQ(world->test, frame->seg[i].addr,
				    world->byte + RSW_VNET_HLEN + at);
		at += frame->seg[i].len;
	}
	KUNIT_ASSERT_EQ(world->test, at, world->len);
}

static enum rsw_drop_reason dropped_as(const struct rsw_stats_sum *before,
				       const struct rsw_stats_sum *after)
{
	for (unsigned int reason = 0; reason < RSW_DROP_MAX; reason++)
		if (after->drop[reason] != before->drop[reason])
			return reason;
	return RSW_DROP_NONE;
}

enum rsw_drop_reason guard_send_cut(struct guard_world *world, u32 cut)
{
	struct forward_world *forward = world->forward;
	u32 learned = forward->sw.fdb.learned;
	struct rsw_stats_sum before, after;
	enum rsw_drop_reason reason;

	KUNIT_ASSERT_EQ(world->test, parse(world, cut), RSW_DROP_NONE);
	rsw_stats_sum(FROM(world)->stats, &before);
	forward_run(forward, &forward->sw);
	rsw_stats_sum(FROM(world)->stats, &after);
	reason = dropped_as(&before, &after);
	check_whole(world);
	KUNIT_ASSERT_EQ(world->test, forward->guest[1].frames, reason == RSW_DROP_NONE);
	KUNIT_ASSERT_EQ(world->test, forward->host.frames, reason == RSW_DROP_NONE);
	if (reason != RSW_DROP_NONE)
		KUNIT_ASSERT_EQ(world->test, forward->sw.fdb.learned, learned);
	return reason;
}

enum rsw_drop_reason guard_send(struct guard_world *world)
{
	enum rsw_drop_reason whole = guard_send_cut(world, 0);

	for (u32 cut = 1; cut < world->len; cut++)
		KUNIT_ASSERT_EQ_MSG(world->test, guard_send_cut(world, cut), whole,
				    "cut at %u", cut);
	return whole;
}
