/* SPDX-License-Identifier: GPL-2.0 */
/* A guarded port of a switch, and frames made by hand that come from it. */
#ifndef KUNIT_GUARD_WORLD_H
#define KUNIT_GUARD_WORLD_H

#include "../drivers/ringswitch/frame.h"
#include "../drivers/ringswitch/guard.h"
#include "../drivers/ringswitch/guard_policy.h"
#include "forward_world.h"

#define GUARD_BYTES	256

/**
 * struct guard_world - a guarded port, and the frame that it sends next
 * @test: the running test
 * @forward: the switch; its first guest is guarded
 * @offload: what the frame wants done
 * @len: of the frame
 * @sent: the frame
 * @byte: the same behind a virtio-net header, each time it is sent
 * @seg: pieces of that
 * @ready: called when the frame is in memory and nobody has looked at it, or NULL
 */
struct guard_world {
	struct kunit *test;
	struct forward_world *forward;
	struct rsw_offload offload;
	u32 len;
	u8 sent[GUARD_BYTES];
	u8 byte[RSW_VNET_HLEN + GUARD_BYTES];
	struct rsw_seg seg[3];
	void (*ready)(struct guard_world *world);
};

/* The port's own, and those of somebody else. */
#define MY_MAC		"\x02\x00\x00\x00\x00\x01"
#define MY_OTHER_MAC	"\x02\x00\x00\x00\x00\x11"
#define HIS_MAC		"\x02\x00\x00\x00\x00\x02"
#define MY_MACS		"02:00:00:00:00:01 02:00:00:00:00:11"
#define MY_IP		0xc0000201	/* 192.0.2.1 */
#define MY_NET_IP	0xc63364ff	/* 198.51.100.255 */
#define HIS_IP		0xc0000202
#define MY_IP6		"\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01"
#define MY_LINK_IP6	"\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"
#define HIS_IP6		"\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x02"
#define HIS_LINK_IP6	"\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x02"
#define NO_IP6		"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define MY_IPS		"192.0.2.1 198.51.100.0/24, 2001:db8::1\n2001:db8:1::/48 fe80::1"

struct guard_world *guard_world_new(struct kunit *test);
void guard_world_free(struct guard_world *world);

/* For a suite: test->priv is the world. */
int guard_suite_init(struct kunit *test);
void guard_suite_exit(struct kunit *test);

/* Set all of a port's guard, as people write it. */
void guard_set(struct guard_world *world, const char *macs, const char *ips, unsigned long flags);

/* Bytes behind those that are there. */
void guard_put(struct guard_world *world, const void *bytes, u32 len);
void guard_put16(struct guard_world *world, u16 value);
void guard_put32(struct guard_world *world, u32 value);

/* A frame from @mac: its Ethernet header, with @tags tags of both kinds in turn. */
void guard_begin(struct guard_world *world, const char *mac, unsigned int tags, u16 type);

void guard_put_arp(struct guard_world *world, u16 op, const char *mac, u32 ip, u32 target);
void guard_put_v4(struct guard_world *world, u8 words, u8 protocol, u32 source, u32 dest,
		  u16 fragment);
/* @len: of what is behind it. */
void guard_put_v6(struct guard_world *world, u8 next, const char *source, u16 len);
void guard_put_ports(struct guard_world *world, u16 source, u16 dest);
/* An extension header of @words times eight bytes. */
void guard_put_extension(struct guard_world *world, u8 next, u8 words);
void guard_put_fragment(struct guard_world *world, u8 next, u16 offset);
/* ICMPv6 up to the options. */
void guard_put_nd(struct guard_world *world, u8 type, const char *target);
/* An option of @words times eight bytes that begins with a link-layer address. */
void guard_put_option(struct guard_world *world, u8 type, u8 words, const char *mac);

/*
 * Send the frame in pieces that end before byte @cut, one behind it, and at the end, and see that
 * what is decided on is not read again.
 *
 * Return: RSW_DROP_NONE if it got to the other ports.
 */
enum rsw_drop_reason guard_send_cut(struct guard_world *world, u32 cut);

/* The same cut everywhere in turn: it must not matter. */
enum rsw_drop_reason guard_send(struct guard_world *world);

#endif /* KUNIT_GUARD_WORLD_H */
