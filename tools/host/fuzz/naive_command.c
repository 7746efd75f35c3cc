// SPDX-License-Identifier: GPL-2.0
#include "naive_command.h"

void naive_look(struct rsw_guest *guest, struct naive_state *state)
{
	memset(state, 0, sizeof(*state));
	state->filtered = guest->filter;
	if (guest->filter)
		memcpy(&state->filter, guest->filter, sizeof(state->filter));
	state->hashed = guest->rss;
	if (guest->rss)
		memcpy(&state->rss, guest->rss, sizeof(state->rss));
	state->active = guest->active;
	state->rx_features = guest->rx_features;
	memcpy(state->mac, guest->mac, ETH_ALEN);
	state->announce = guest->announce;
	state->generation = guest->generation;
	for (int i = 0; i < 2 * guest->npairs; i++) {
		state->coal[i][0] = rsw_guest_queue(guest, i)->notify.coal.max_packets;
		state->coal[i][1] = rsw_guest_queue(guest, i)->notify.coal.max_usecs;
	}
}

static u16 le16_at(const u8 *byte)
{
	return byte[0] | byte[1] << 8;
}

static u32 le32_at(const u8 *byte)
{
	return le16_at(byte) | (u32)le16_at(byte + 2) << 16;
}

static bool has(const struct rsw_guest *guest, unsigned int feature)
{
	return guest->features >> feature & 1;
}

/* A driver that has not said anything wants all. */
static struct rsw_filter *filter_of(const struct rsw_guest *guest, struct naive_state *state)
{
	if (!state->filtered) {
		state->filtered = true;
		state->filter.modes = BIT(VIRTIO_NET_CTRL_RX_PROMISC);
		state->filter.by_vlan = has(guest, VIRTIO_NET_F_CTRL_VLAN);
		memcpy(state->filter.own, state->mac, ETH_ALEN);
		memcpy(state->filter.permanent, guest->permanent_mac, ETH_ALEN);
	}
	return &state->filter;
}

static bool rx_mode(const struct rsw_guest *guest, u8 cmd, const u8 *arg, u32 len,
		    struct naive_state *state)
{
	if (cmd > 5 || len < 1 ||
	    !has(guest, cmd < 2 ? VIRTIO_NET_F_CTRL_RX : VIRTIO_NET_F_CTRL_RX_EXTRA))
		return false;
	filter_of(guest, state)->modes &= ~BIT(cmd);
	state->filter.modes |= *arg ? BIT(cmd) : 0;
	return true;
}

static bool mac_table(const struct rsw_guest *guest, const u8 *arg, u32 len,
		      struct naive_state *state)
{
	const u8 *table[2];
	u32 n[2];

	if (!has(guest, VIRTIO_NET_F_CTRL_RX))
		return false;
	for (int i = 0; i < 2; i++) {
		if (len < 4 || (len - 4) / ETH_ALEN < le32_at(arg))
			return false;
		table[i] = arg + 4;
		n[i] = le32_at(arg);
		arg += 4 + n[i] * ETH_ALEN;
		len -= 4 + n[i] * ETH_ALEN;
	}
	for (int i = 0; i < 2; i++) {
		struct rsw_filter_macs *macs = &filter_of(guest, state)->macs[i];

		macs->all = n[i] > RSW_FILTER_MACS;
		macs->n = min_t(u32, n[i], RSW_FILTER_MACS);
		memcpy(macs->mac, table[i], macs->n * ETH_ALEN);
	}
	return true;
}

static bool mac_address(const struct rsw_guest *guest, const u8 *arg, u32 len,
			struct naive_state *state)
{
	static const u8 zero[ETH_ALEN];

	if (!has(guest, VIRTIO_NET_F_CTRL_MAC_ADDR) || len < ETH_ALEN || arg[0] & 1 ||
	    !memcmp(arg, zero, ETH_ALEN))
		return false;
	memcpy(filter_of(guest, state)->own, arg, ETH_ALEN);
	memcpy(state->mac, arg, ETH_ALEN);
	state->generation++;
	return true;
}

static bool vlan(const struct rsw_guest *guest, u8 cmd, const u8 *arg, u32 len,
		 struct naive_state *state)
{
	u16 vid;

	if (!has(guest, VIRTIO_NET_F_CTRL_VLAN) || cmd > 1 || len < 2 || le16_at(arg) > 4095)
		return false;
	vid = le16_at(arg);
	filter_of(guest, state)->vlans[vid / 64] &= ~BIT(vid % 64);
	state->filter.vlans[vid / 64] |= cmd == 0 ? BIT(vid % 64) : 0;
	return true;
}

static bool announced(struct naive_state *state)
{
	bool asked = state->announce;

	state->announce = false;
	return asked;
}

static bool pairs(const struct rsw_guest *guest, const u8 *arg, u32 len, struct naive_state *state)
{
	if (!has(guest, VIRTIO_NET_F_MQ) || len < 2 || !le16_at(arg) ||
	    le16_at(arg) > guest->npairs)
		return false;
	state->active = le16_at(arg);
	/* Frames are only hashed from now on, or not even that. */
	state->rss.steers = false;
	if (has(guest, VIRTIO_NET_F_HASH_REPORT))
		return true;
	state->hashed = false;
	memset(&state->rss, 0, sizeof(state->rss));
	return true;
}

/* Its length comes first; the rest are zeroes. */
static void set_key(struct naive_state *state, const u8 *arg)
{
	memset(state->rss.key, 0, RSW_RSS_KEY);
	memcpy(state->rss.key, arg + 1, *arg);
}

/* Types, mask, unclassified, table, max_tx, length of the key, key. */
static bool rss(const struct rsw_guest *guest, const u8 *arg, u32 len, struct naive_state *state)
{
	u32 entries, rest;

	if (!has(guest, VIRTIO_NET_F_RSS) || len < 8 || le32_at(arg) > RSW_RSS_TYPES)
		return false;
	entries = le16_at(arg + 4) + 1;
	if (entries > RSW_RSS_TABLE || entries & (entries - 1))
		return false;
	rest = 8 + 2 * entries;
	if (len < rest + 3 || arg[rest + 2] > RSW_RSS_KEY || len < rest + 3 + arg[rest + 2])
		return false;
	for (u32 i = 0; i <= entries; i++)
		if (le16_at(arg + 6 + 2 * i) >= guest->npairs)
			return false;
	state->hashed = true;
	state->rss.steers = true;
	state->rss.types = le32_at(arg);
	state->rss.mask = entries - 1;
	state->rss.unclassified = le16_at(arg + 6);
	for (u32 i = 0; i < entries; i++)
		state->rss.table[i] = le16_at(arg + 8 + 2 * i);
	set_key(state, arg + rest + 2);
	return true;
}

/* Types, reserved, length of the key, key. */
static bool hash(const struct rsw_guest *guest, const u8 *arg, u32 len, struct naive_state *state)
{
	if (!has(guest, VIRTIO_NET_F_HASH_REPORT) || len < 13 || le32_at(arg) > RSW_RSS_TYPES ||
	    arg[12] > RSW_RSS_KEY || len < 13 + arg[12])
		return false;
	state->hashed = true;
	state->rss.types = le32_at(arg);
	set_key(state, arg + 12);
	return true;
}

static bool offloads(const struct rsw_guest *guest, const u8 *arg, u32 len,
		     struct naive_state *state)
{
	static const u8 known[] = {
		VIRTIO_NET_F_GUEST_CSUM, VIRTIO_NET_F_GUEST_TSO4, VIRTIO_NET_F_GUEST_TSO6,
		VIRTIO_NET_F_GUEST_ECN, VIRTIO_NET_F_GUEST_USO4, VIRTIO_NET_F_GUEST_USO6,
	};
	u64 can = 0, want;

	if (!has(guest, VIRTIO_NET_F_CTRL_GUEST_OFFLOADS) || len < 8)
		return false;
	for (unsigned int i = 0; i < ARRAY_SIZE(known); i++)
		if (has(guest, known[i]))
			can |= BIT_ULL(known[i]);
	want = le32_at(arg) | (u64)le32_at(arg + 4) << 32;
	if (want & ~can)
		return false;
	state->rx_features = (guest->features & ~can) | want;
	return true;
}

static bool coalescing(const struct rsw_guest *guest, u8 cmd, const u8 *arg, u32 len,
		       struct naive_state *state)
{
	bool of_one = cmd >= 2;
	u32 first = cmd == 0, last = 2 * guest->npairs - 1, step = 2;

	if (cmd > 3 || !has(guest, of_one ? VIRTIO_NET_F_VQ_NOTF_COAL : VIRTIO_NET_F_NOTF_COAL))
		return false;
	if (of_one) {
		if (len < 4 || le16_at(arg) > last)
			return false;
		first = le16_at(arg);
		last = first;
		arg += 4;
		len -= 4;
	}
	if (cmd == 3)
		return true;
	if (len < 8)
		return false;
	for (; first <= last; first += step) {
		state->coal[first][0] = le32_at(arg);
		state->coal[first][1] = le32_at(arg + 4);
	}
	return true;
}

bool naive_command(const struct rsw_guest *guest, const u8 *bytes, u32 len,
		   struct naive_state *state)
{
	const u8 cmd = bytes[1], *arg = bytes + 2;

	if (len < 2)
		return false;
	len -= 2;
	switch (bytes[0]) {
	case VIRTIO_NET_CTRL_RX:
		return rx_mode(guest, cmd, arg, len, state);
	case VIRTIO_NET_CTRL_MAC:
		if (cmd > 1)
			return false;
		return cmd ? mac_address(guest, arg, len, state) :
			     mac_table(guest, arg, len, state);
	case VIRTIO_NET_CTRL_VLAN:
		return vlan(guest, cmd, arg, len, state);
	case VIRTIO_NET_CTRL_ANNOUNCE:
		return !cmd && announced(state);
	case VIRTIO_NET_CTRL_MQ:
		if (cmd == VIRTIO_NET_CTRL_MQ_HASH_CONFIG)
			return hash(guest, arg, len, state);
		if (cmd > 1)
			return false;
		return cmd ? rss(guest, arg, len, state) : pairs(guest, arg, len, state);
	case VIRTIO_NET_CTRL_GUEST_OFFLOADS:
		return !cmd && offloads(guest, arg, len, state);
	case VIRTIO_NET_CTRL_NOTF_COAL:
		return coalescing(guest, cmd, arg, len, state);
	}
	return false;
}

void naive_answer(const struct rsw_guest *guest, const u8 *bytes, const struct naive_state *state,
		  struct naive_answer *answer)
{
	const u32 *coal = state->coal[le16_at(bytes + 2) % (2 * NAIVE_PAIRS)];

	*answer = (struct naive_answer){ .len = 1 };
	if (bytes[0] != VIRTIO_NET_CTRL_NOTF_COAL || bytes[1] != 3)
		return;
	answer->len = sizeof(answer->byte);
	for (int i = 0; i < 8; i++)
		answer->byte[1 + i] = coal[i / 4] >> i % 4 * 8;
}
