/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_SNOOP_H
#define RINGSWITCH_SNOOP_H

#include "mdb.h"

struct rsw_batch;
struct rsw_switch;

/* Who is to get a message about groups. */
enum rsw_snoop_kind {
	RSW_SNOOP_OTHER,	/* it is none: by its destination */
	RSW_SNOOP_QUERY,	/* everybody */
	RSW_SNOOP_REPORT,	/* routers */
};

/**
 * struct rsw_snoop_msg - a message about groups, of IGMP or MLD, whose checksum is right
 * @proto: ETH_P_IP or ETH_P_IPV6
 * @vid: VLAN
 * @source: IP address of who sent it
 * @data: the message, behind the IP headers; in memory that nobody changes
 * @len: bytes of it
 */
struct rsw_snoop_msg {
	__be16 proto;
	u16 vid;
	u8 source[RSW_MDB_ADDR_LEN];
	const u8 *data;
	u32 len;
};

enum rsw_snoop_kind rsw_snoop_message(struct rsw_mdb *mdb, struct rsw_port *port,
				      const struct rsw_snoop_msg *msg);
void rsw_snoop_missed(struct rsw_mdb *mdb, struct rsw_port *port);
bool rsw_snoop_is_local(const struct rsw_mdb_key *key);
bool rsw_snoop_is_group(const struct rsw_mdb_key *key);
enum rsw_snoop_kind rsw_snoop_frame(struct rsw_switch *sw, struct rsw_batch *batch,
				    unsigned int i, __be16 proto);

#endif /* RINGSWITCH_SNOOP_H */
