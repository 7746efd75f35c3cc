/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_GUARD_H
#define RINGSWITCH_GUARD_H

#include <linux/if_ether.h>
#include <linux/in6.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

struct rsw_batch;

/* Entries of each of the two lists. A frame is compared with all of them. */
#define RSW_GUARD_MAX	64

/* What else a port may be forbidden, a bit each. */
enum rsw_guard_flag {
	RSW_GUARD_DHCP,		/* to be a server of DHCP */
	RSW_GUARD_RA,		/* to be a router of IPv6 */
};

/**
 * struct rsw_guard_net - IP addresses that a port may have
 * @v6: of which kind
 * @len: bits of @addr that count
 * @addr: the others are 0; an IPv4 address is its first four bytes
 */
struct rsw_guard_net {
	bool v6;
	u8 len;
	struct in6_addr addr;
};

/**
 * struct rsw_guard - who a port may be
 * @rcu: to free it
 * @flags: BIT() of enum rsw_guard_flag
 * @nmacs: entries of @mac; 0: any
 * @nnets: entries of @net; 0: any
 * @mac: Ethernet addresses that it may have
 * @net: IP addresses that it may have
 *
 * Never changed once a reader can see it.
 */
struct rsw_guard {
	struct rcu_head rcu;
	unsigned long flags;
	u8 nmacs;
	u8 nnets;
	u8 mac[RSW_GUARD_MAX][ETH_ALEN];
	struct rsw_guard_net net[RSW_GUARD_MAX];
};

void rsw_guard_admit(struct rsw_batch *batch, const struct rsw_guard *guard);

#endif /* RINGSWITCH_GUARD_H */
