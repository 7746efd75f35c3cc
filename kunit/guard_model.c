// SPDX-License-Identifier: GPL-2.0
/*
 * Written from the RFCs, by offsets and numbers instead of structures and names, and with one
 * rule after the other instead of one look at each header.
 */
#include <linux/minmax.h>
#include <linux/string.h>

#include "../drivers/ringswitch/batch.h"
#include "guard_model.h"

#define VISIBLE		96

/* Bytes that must be there to be seen, and that no checksum may change. */
static bool needs(struct guard_model *model, u32 at, u32 n)
{
	if (at + n > model->len || at + n > VISIBLE)
		return false;
	model->last = max(model->last, at + n - 1);
	return true;
}

/* A number of @n bytes, which are there. */
static u32 number(const struct guard_model *model, u32 at, u32 n)
{
	u32 value = 0;

	while (n--)
		value = value << 8 | model->byte[at++];
	return value;
}

static bool my_mac(struct guard_model *model, u32 at)
{
	bool found = !model->guard->nmacs;

	for (int i = 0; i < model->guard->nmacs; i++)
		found |= !memcmp(model->guard->mac[i], model->byte + at, 6);
	return found;
}

/* An address of @n bytes: is it in the list, bit by bit? */
static bool my_ip(struct guard_model *model, u32 at, u32 n)
{
	bool found = !model->guard->nnets;

	for (int i = 0; i < model->guard->nnets; i++) {
		const struct rsw_guard_net *net = &model->guard->net[i];
		bool same = net->v6 == (n == 16);

		for (int bit = 0; same && bit < net->len; bit++)
			same = !((net->addr.s6_addr[bit / 8] ^ model->byte[at + bit / 8]) &
				 128 >> bit % 8);
		found |= same;
	}
	return found;
}

static bool is_zero(struct guard_model *model, u32 at, u32 n)
{
	while (n--)
		if (model->byte[at++])
			return false;
	return true;
}

static int arp(struct guard_model *model, u32 at)
{
	bool probe;

	if (!model->guard->nmacs && !model->guard->nnets)
		return RSW_DROP_NONE;
	if (!needs(model, at, 28))
		return RSW_DROP_IN_hidden;
	if (memcmp(model->byte + at, "\0\1\10\0\6\4", 6) || !my_mac(model, at + 8))
		return RSW_DROP_IN_source_arp;
	if (!model->guard->nnets)
		return RSW_DROP_NONE;
	probe = is_zero(model, at + 14, 4) && number(model, at + 6, 2) == 1;
	at += probe ? 24 : 14;
	return is_zero(model, at, 4) || !my_ip(model, at, 4) ? RSW_DROP_IN_source_arp :
							       RSW_DROP_NONE;
}

static int v4(struct guard_model *model, u32 at)
{
	u32 from = 0, to = 0, part, ports;

	if (!needs(model, at, 20) || number(model, at, 1) < 0x45 || number(model, at, 1) > 0x4f)
		return RSW_DROP_IN_hidden;
	part = number(model, at + 6, 2);
	ports = at + number(model, at, 1) % 16 * 4;
	if (model->byte[at + 9] == 17 && part % 0x2000 == 0) {
		if (!needs(model, ports, 4))
			return RSW_DROP_IN_hidden;
		from = number(model, ports, 2);
		to = number(model, ports + 2, 2);
	}
	if (model->guard->flags & 1 && (from == 67 || to == 68))
		return RSW_DROP_IN_dhcp;
	if (!model->guard->nnets)
		return RSW_DROP_NONE;
	if (!is_zero(model, at + 12, 4))
		return my_ip(model, at + 12, 4) ? RSW_DROP_NONE : RSW_DROP_IN_source_ip;
	return from == 68 && to == 67 && part % 0x4000 == 0 &&
	       number(model, at + 16, 4) == 0xffffffff ? RSW_DROP_NONE : RSW_DROP_IN_source_ip;
}

/* To where ICMPv6, UDP or anything else begins; false if that cannot be seen. */
static bool skip(struct guard_model *model, u32 *at, u8 *protocol, bool *part)
{
	while (*protocol == 0 || *protocol == 43 || *protocol == 44 || *protocol == 51 ||
	       *protocol == 60 || *protocol == 135 || *protocol == 139 || *protocol == 140) {
		u32 here = *at;

		if (!needs(model, here, 8))
			return false;
		if (*protocol == 44) {
			*part = true;
			*at += 8;
			*protocol = number(model, here + 2, 2) < 8 ? model->byte[here] : 59;
			continue;
		}
		*at += *protocol == 51 ? 8 + 4 * model->byte[here + 1] :
					 8 + 8 * model->byte[here + 1];
		*protocol = model->byte[here];
	}
	return true;
}

static int options(struct guard_model *model, u32 at, u32 end)
{
	while (at < end) {
		if (!needs(model, at, 8))
			return RSW_DROP_IN_hidden;
		if (!model->byte[at + 1] || at + model->byte[at + 1] * 8 > end)
			return RSW_DROP_IN_hidden;
		if ((model->byte[at] == 1 || model->byte[at] == 2) && !my_mac(model, at + 2))
			return RSW_DROP_IN_source_nd;
		at += model->byte[at + 1] * 8;
	}
	return RSW_DROP_NONE;
}

static int discovery(struct guard_model *model, u32 ip, u32 at, u8 type)
{
	u32 end = ip + 40 + number(model, ip + 4, 2);
	bool none = is_zero(model, ip + 8, 16);

	if (type == 134 || type == 137)
		return RSW_DROP_NONE;
	if (model->guard->nnets && (type == 136 || (type == 135 && none))) {
		if (!needs(model, at + 8, 16))
			return RSW_DROP_IN_hidden;
		if (is_zero(model, at + 8, 16) || !my_ip(model, at + 8, 16))
			return RSW_DROP_IN_source_nd;
	}
	if (!model->guard->nmacs)
		return RSW_DROP_NONE;
	return options(model, at + (type == 133 ? 8 : 24), end);
}

static int v6(struct guard_model *model, u32 ip)
{
	u32 at = ip + 40, from = 0, to = 0;
	bool part = false, none;
	u8 protocol, type = 0;

	if (!needs(model, ip, 40) || number(model, ip, 1) / 16 != 6)
		return RSW_DROP_IN_hidden;
	protocol = model->byte[ip + 6];
	none = is_zero(model, ip + 8, 16);
	if (!skip(model, &at, &protocol, &part))
		return RSW_DROP_IN_hidden;
	if (protocol == 17) {
		if (!needs(model, at, 4))
			return RSW_DROP_IN_hidden;
		from = number(model, at, 2);
		to = number(model, at + 2, 2);
	}
	if (protocol == 58) {
		if (!needs(model, at, 1))
			return RSW_DROP_IN_hidden;
		type = model->byte[at];
		if (type >= 133 && type <= 137 && part)
			return RSW_DROP_IN_hidden;
	}
	if (model->guard->flags & 1 && (from == 547 || to == 546))
		return RSW_DROP_IN_dhcp;
	if (model->guard->flags & 2 && (type == 134 || type == 137))
		return RSW_DROP_IN_ra;
	if (model->guard->nnets && none &&
	    (part || (type != 131 && type != 132 && type != 133 && type != 135 && type != 143)))
		return RSW_DROP_IN_source_ip;
	if (!none && !my_ip(model, ip + 8, 16))
		return RSW_DROP_IN_source_ip;
	return type >= 133 && type <= 137 ? discovery(model, ip, at, type) : RSW_DROP_NONE;
}

static int payload(struct guard_model *model)
{
	u32 at = 12, type;

	for (int tags = 0; ; tags++) {
		if (!needs(model, at, 2))
			return RSW_DROP_IN_hidden;
		type = number(model, at, 2);
		at += 2;
		if (type != 0x8100 && type != 0x88a8)
			break;
		if (tags == 2)
			return RSW_DROP_IN_hidden;
		at += 2;
	}
	if (type == 0x0806)
		return arp(model, at);
	if (type == 0x0800)
		return v4(model, at);
	if (type == 0x86dd)
		return v6(model, at);
	if (type < 1536 && needs(model, at, 6) && number(model, at, 4) == 0xaaaa0300 &&
	    (number(model, at + 4, 2) == 0 || number(model, at + 4, 2) == 0xf8))
		return RSW_DROP_IN_hidden;
	return RSW_DROP_NONE;
}

int guard_model_verdict(struct guard_model *model)
{
	int reason;

	model->last = 0;
	if (!my_mac(model, 6))
		return RSW_DROP_IN_source_mac;
	reason = payload(model);
	if (reason == RSW_DROP_NONE && model->csum && model->csum <= model->last)
		return RSW_DROP_IN_bad_header;
	return reason;
}
