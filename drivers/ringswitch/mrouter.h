/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_MROUTER_H
#define RINGSWITCH_MROUTER_H

#include "mdb.h"

/* Is there a multicast router behind a port? As the bridge's setting of that name. */
enum rsw_mrouter {
	RSW_MROUTER_NEVER,
	RSW_MROUTER_AUTO,	/* if its queries are seen */
	RSW_MROUTER_ALWAYS,
	RSW_MROUTER_MAX,
};

struct rsw_querier_key {
	__be16 proto;
	u16 vid;
};

/**
 * struct rsw_querier - who asks for groups, so that it is known who wants them
 * @key: in which VLAN, by IGMP (ETH_P_IP) or MLD (ETH_P_IPV6); never changes
 * @addr: its IP address; the lock
 * @port: where it is
 * @begins: jiffies when everybody has had the time to answer it for the first time
 * @expires: jiffies when it is believed to be gone
 * @hash: in the table
 * @node: in the list
 * @rcu: for freeing
 */
struct rsw_querier {
	struct rsw_querier_key key;
	u8 addr[RSW_MDB_ADDR_LEN];
	struct rsw_port *port;
	unsigned long begins;
	unsigned long expires;
	struct rhash_head hash;
	struct hlist_node node;
	struct rcu_head rcu;
};

int rsw_mrouter_init(struct rsw_mdb *mdb);
void rsw_mrouter_destroy(struct rsw_mdb *mdb);
void rsw_mrouter_port_init(struct rsw_mdb_port *port);
struct rsw_port *rsw_mrouter_querier(struct rsw_mdb *mdb, __be16 proto, u16 vid);
void rsw_mrouter_query(struct rsw_mdb *mdb, struct rsw_port *port, const struct rsw_querier *seen,
		       unsigned long max_delay);
void rsw_mrouter_refuse(struct rsw_mdb *mdb, struct rsw_port *port);
void rsw_mrouter_set(struct rsw_mdb *mdb, struct rsw_port *port, enum rsw_mrouter router);
void rsw_mrouter_set_all(struct rsw_mdb *mdb, struct rsw_port *port, bool all);
bool rsw_mrouter_is(const struct rsw_port *port);
bool rsw_mrouter_wants(const struct rsw_port *port);
void rsw_mrouter_flush_port(struct rsw_mdb *mdb, const struct rsw_port *port);
void rsw_mrouter_flush_vlans(struct rsw_mdb *mdb, const struct rsw_port *port,
			     const unsigned long *vids);
unsigned long rsw_mrouter_age(struct rsw_mdb *mdb);

#endif /* RINGSWITCH_MROUTER_H */
