// SPDX-License-Identifier: GPL-2.0
/* Who a port may be, changed: lists of addresses as people write them, and the guard of both. */
#include <linux/bitops.h>
#include <linux/etherdevice.h>
#include <linux/hex.h>
#include <linux/inet.h>
#include <linux/kstrtox.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/ipv6.h>

#include "guard_policy.h"
#include "port.h"
#include "words.h"

static int add_mac(struct rsw_guard *guard, const char *word)
{
	u8 *mac = guard->mac[guard->nmacs];

	if (guard->nmacs == RSW_GUARD_MAX)
		return -E2BIG;
	/* The parser does not look behind the address. */
	if (strlen(word) != 3 * ETH_ALEN - 1 || !mac_pton(word, mac) || !is_valid_ether_addr(mac))
		return -EINVAL;
	guard->nmacs++;
	return 0;
}

static bool parse_net(struct rsw_guard_net *net, const char *word)
{
	bool v6 = strchr(word, ':');
	u8 bits = v6 ? 128 : 32;
	struct in6_addr prefix;
	const char *end;

	*net = (struct rsw_guard_net){ .v6 = v6, .len = bits };
	if (!(v6 ? in6_pton(word, -1, net->addr.s6_addr, '/', &end) :
		   in4_pton(word, -1, net->addr.s6_addr, '/', &end)))
		return false;
	if (*end && (*end != '/' || kstrtou8(end + 1, 10, &net->len) || net->len > bits))
		return false;
	/*
	 * An address with the length of its network behind it, as it is written at an interface,
	 * is not taken: it would allow the whole network.
	 */
	ipv6_addr_prefix(&prefix, &net->addr, net->len);
	if (memcmp(&prefix, &net->addr, sizeof(prefix)))
		return false;
	/* Nobody has the address that says that there is none. */
	return !ipv6_addr_any(&net->addr) || net->len < bits;
}

static int add_net(struct rsw_guard *guard, const char *word)
{
	if (guard->nnets == RSW_GUARD_MAX)
		return -E2BIG;
	if (!parse_net(&guard->net[guard->nnets], word))
		return -EINVAL;
	guard->nnets++;
	return 0;
}

/* Words between white space or commas. */
static int add_list(struct rsw_guard *guard, const char *list,
		    int (*add)(struct rsw_guard *guard, const char *word))
{
	char *copy = kstrdup(list, GFP_KERNEL), *rest = copy, *word;
	int err = 0;

	if (!copy)
		return -ENOMEM;
	while (!err && (word = rsw_next_word(&rest, RSW_BLANKS ",")))
		err = add(guard, word);
	kfree(copy);
	return err;
}

/* A copy to change. */
static struct rsw_guard *edit(const struct rsw_port *port)
{
	const struct rsw_guard *old = rtnl_dereference(port->guard);

	return old ? kmemdup(old, sizeof(*old), GFP_KERNEL) : kzalloc(sizeof(*old), GFP_KERNEL);
}

/* Batches that are on their way may still be judged by the old one. */
static void replace(struct rsw_port *port, struct rsw_guard *guard)
{
	struct rsw_guard *old = rtnl_dereference(port->guard);

	if (!guard->nmacs && !guard->nnets && !guard->flags) {
		kfree(guard);
		guard = NULL;
	}
	rcu_assign_pointer(port->guard, guard);
	if (old)
		kfree_rcu(old, rcu);
}

static int replace_if(struct rsw_port *port, struct rsw_guard *guard, int err)
{
	if (err)
		kfree(guard);
	else
		replace(port, guard);
	return err;
}

/**
 * rsw_guard_set_macs - say which Ethernet addresses a port may have
 * @port: of a guest
 * @list: those, up to %RSW_GUARD_MAX; empty: any
 *
 * Context: RTNL.
 * Return: 0; or -EINVAL (what is no address, or of nobody), -E2BIG, -ENOMEM and nothing has
 * changed.
 */
int rsw_guard_set_macs(struct rsw_port *port, const char *list)
{
	struct rsw_guard *guard = edit(port);

	if (!guard)
		return -ENOMEM;
	guard->nmacs = 0;
	return replace_if(port, guard, add_list(guard, list, add_mac));
}

/**
 * rsw_guard_set_nets - say which IP addresses a port may have
 * @port: of a guest
 * @list: addresses and prefixes, IPv4 and IPv6, up to %RSW_GUARD_MAX; empty: any
 *
 * Context: RTNL.
 * Return: as rsw_guard_set_macs().
 */
int rsw_guard_set_nets(struct rsw_port *port, const char *list)
{
	struct rsw_guard *guard = edit(port);

	if (!guard)
		return -ENOMEM;
	guard->nnets = 0;
	return replace_if(port, guard, add_list(guard, list, add_net));
}

/**
 * rsw_guard_set_flag - forbid a port something, or allow it
 * @port: of a guest
 * @flag: what
 * @on: it is forbidden
 *
 * Context: RTNL.
 * Return: 0, or -ENOMEM and nothing has changed.
 */
int rsw_guard_set_flag(struct rsw_port *port, enum rsw_guard_flag flag, bool on)
{
	struct rsw_guard *guard = edit(port);

	if (!guard)
		return -ENOMEM;
	__assign_bit(flag, &guard->flags, on);
	replace(port, guard);
	return 0;
}
