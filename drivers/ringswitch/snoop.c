// SPDX-License-Identifier: GPL-2.0
/*
 * What messages about groups say: IGMPv1, v2, v3 (RFC 1112, 2236, 3376) and MLDv1, v2
 * (RFC 2710, 3810), which are the same but for the length of an address.
 *
 * A group is asked for or not: whoever wants some sources of it only gets all of them.
 */
#include <linux/icmpv6.h>
#include <linux/if_ether.h>
#include <linux/igmp.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "mrouter.h"
#include "port.h"
#include "snoop.h"

/*
 * Groups of one message that are looked at. Each costs a look-up with the lock held; a message
 * of MTU 1500 has 183 at most, and longer ones are only made to keep us busy.
 */
#define RECORDS_MAX	512

/* Where a report of a newer version has the number of its records, and they begin. */
#define REPORT_COUNT	6
#define REPORT_RECORDS	8

/* A record: type, length of what is behind the sources in words, number of sources, group. */
#define RECORD_AUX	1
#define RECORD_SOURCES	2
#define RECORD_GROUP	4

/* As numbered by both protocols. */
enum record_type {
	IS_INCLUDE = 1,
	IS_EXCLUDE,
	TO_INCLUDE,
	TO_EXCLUDE,
	ALLOW_NEW,
	BLOCK_OLD,
};

enum type { QUERY, JOIN, LEAVE, REPORT, UNKNOWN };

static bool is_ip4(const struct rsw_snoop_msg *msg)
{
	return msg->proto == htons(ETH_P_IP);
}

static u32 addr_len(const struct rsw_snoop_msg *msg)
{
	return is_ip4(msg) ? 4 : RSW_MDB_ADDR_LEN;
}

/* Of messages about one group: where it is, and how long they are. */
static u32 group_at(const struct rsw_snoop_msg *msg)
{
	return is_ip4(msg) ? 4 : 8;
}

static u32 simple_len(const struct rsw_snoop_msg *msg)
{
	return group_at(msg) + addr_len(msg);
}

static u16 get_u16(const u8 *at)
{
	return at[0] << 8 | at[1];
}

static enum type type_of(const struct rsw_snoop_msg *msg)
{
	if (is_ip4(msg))
		switch (msg->data[0]) {
		case IGMP_HOST_MEMBERSHIP_QUERY:
			return QUERY;
		case IGMP_HOST_MEMBERSHIP_REPORT:
		case IGMPV2_HOST_MEMBERSHIP_REPORT:
			return JOIN;
		case IGMP_HOST_LEAVE_MESSAGE:
			return LEAVE;
		case IGMPV3_HOST_MEMBERSHIP_REPORT:
			return REPORT;
		default:
			return UNKNOWN;
		}
	switch (msg->data[0]) {
	case ICMPV6_MGM_QUERY:
		return QUERY;
	case ICMPV6_MGM_REPORT:
		return JOIN;
	case ICMPV6_MGM_REDUCTION:
		return LEAVE;
	case ICMPV6_MLD2_REPORT:
		return REPORT;
	default:
		return UNKNOWN;
	}
}

static struct rsw_mdb_key key_of(const struct rsw_snoop_msg *msg, const u8 *group)
{
	struct rsw_mdb_key key = { .proto = msg->proto, .vid = msg->vid };

	memcpy(key.addr, group, addr_len(msg));
	return key;
}

/**
 * rsw_snoop_is_local - does everybody get a group, whoever asks for it?
 * @key: the group: those of 224.0.0.0/24 are not asked for by all who want them, nor are
 *	ff02::1 and those that never leave a host (RFC 4541, 2.1.2 and 3)
 */
bool rsw_snoop_is_local(const struct rsw_mdb_key *key)
{
	static const u8 control[] = { 224, 0, 0 };
	static const u8 all_nodes[RSW_MDB_ADDR_LEN] = { 0xff, 0x02, [15] = 1 };

	if (key->proto == htons(ETH_P_IP))
		return !memcmp(key->addr, control, sizeof(control));
	if (key->proto == htons(ETH_P_IPV6))
		return (key->addr[1] & 0xf) < 2 || !memcmp(key->addr, all_nodes, sizeof(all_nodes));
	return false;
}

/* Is an address that of a group? */
bool rsw_snoop_is_group(const struct rsw_mdb_key *key)
{
	if (key->proto == htons(ETH_P_IP))
		return key->addr[0] >> 4 == 0xe;
	return key->proto ? key->addr[0] == 0xff : key->addr[0] & 1;
}

/**
 * rsw_snoop_missed - what a port may have asked for is not known
 * @mdb: the database
 * @port: the port; gets all groups for a while
 *
 * Context: BH off, RCU read section.
 */
void rsw_snoop_missed(struct rsw_mdb *mdb, struct rsw_port *port)
{
	rsw_stats_count(port->stats, RSW_MDB_NOT_JOINED, 1);
	rsw_mrouter_refuse(mdb, port);
}

static void join(struct rsw_mdb *mdb, struct rsw_port *port, const struct rsw_mdb_key *key)
{
	if (!rsw_snoop_is_group(key) || rsw_snoop_is_local(key))
		return;
	if (rsw_mdb_join(mdb, port, key, false))
		rsw_snoop_missed(mdb, port);
}

static void apply(struct rsw_mdb *mdb, struct rsw_port *port, u8 type, u16 sources,
		  const struct rsw_mdb_key *key)
{
	switch (type) {
	case IS_INCLUDE:
	case TO_INCLUDE:
		if (!sources) {
			rsw_mdb_leave(mdb, port, key);
			break;
		}
		fallthrough;
	case IS_EXCLUDE:
	case TO_EXCLUDE:
	case ALLOW_NEW:
		join(mdb, port, key);
		break;
	case BLOCK_OLD:
		/* There may be sources that are still wanted. */
		break;
	}
}

static void read_report(struct rsw_mdb *mdb, struct rsw_port *port,
			const struct rsw_snoop_msg *msg)
{
	u32 at = REPORT_RECORDS, record_len = RECORD_GROUP + addr_len(msg);
	unsigned int n = get_u16(msg->data + REPORT_COUNT);

	if (n > RECORDS_MAX)
		rsw_snoop_missed(mdb, port);
	n = min(n, RECORDS_MAX);
	while (n--) {
		const u8 *record = msg->data + at;
		struct rsw_mdb_key key;
		u16 sources;

		if (msg->len - at < record_len)
			return;
		sources = get_u16(record + RECORD_SOURCES);
		key = key_of(msg, record + RECORD_GROUP);
		at += record_len;
		if (msg->len - at < sources * addr_len(msg) + record[RECORD_AUX] * 4)
			return;
		at += sources * addr_len(msg) + record[RECORD_AUX] * 4;
		apply(mdb, port, record[0], sources, &key);
	}
}

/* Numbers that would not fit have an exponent of three bits behind the highest. */
static unsigned long decode(u32 code, unsigned int mantissa)
{
	if (code < BIT(mantissa + 3))
		return code;
	return ((code & (BIT(mantissa) - 1)) | BIT(mantissa)) << ((code >> mantissa & 7) + 3);
}

/* Jiffies in which a query is to be answered. */
static unsigned long max_delay(const struct rsw_snoop_msg *msg)
{
	bool is_new = msg->len > simple_len(msg);
	u32 code = is_ip4(msg) ? msg->data[1] : get_u16(msg->data + 4);

	if (!is_ip4(msg))
		return msecs_to_jiffies(is_new ? decode(code, 12) : code);
	/* IGMPv1 does not say. */
	if (!code && !is_new)
		return 10 * HZ;
	return msecs_to_jiffies(100 * (is_new ? decode(code, 4) : code));
}

/* A port that has no router behind it is not believed: else it could silence others. */
static void read_query(struct rsw_mdb *mdb, struct rsw_port *port,
		       const struct rsw_snoop_msg *msg)
{
	struct rsw_mdb_key key = key_of(msg, msg->data + group_at(msg));
	struct rsw_querier seen = { .key = { .proto = msg->proto, .vid = msg->vid } };
	/* Behind the group of a newer version: flags, interval, number of sources. */
	u32 sources_at = simple_len(msg) + 2;

	if (READ_ONCE(port->mdb.router) == RSW_MROUTER_NEVER)
		return;
	memcpy(seen.addr, msg->source, sizeof(seen.addr));
	if (!memchr_inv(key.addr, 0, sizeof(key.addr)))
		rsw_mrouter_query(mdb, port, &seen, max_delay(msg));
	/* Who wants other sources than those asked for does not answer. */
	else if (msg->len < sources_at + 2 || !get_u16(msg->data + sources_at))
		rsw_mdb_ask(mdb, &key, max_delay(msg));
}

/**
 * rsw_snoop_message - listen to a message about groups
 * @mdb: the database
 * @port: where it came in; attached, checked in this RCU read section
 * @msg: the message, of any length
 *
 * Context: BH off, RCU read section.
 * Return: what it is.
 */
enum rsw_snoop_kind rsw_snoop_message(struct rsw_mdb *mdb, struct rsw_port *port,
				      const struct rsw_snoop_msg *msg)
{
	struct rsw_mdb_key key;
	enum type type;

	/* A report of a newer version has as long a head as the shortest of the older ones. */
	if (msg->len < REPORT_RECORDS)
		return RSW_SNOOP_OTHER;
	type = type_of(msg);
	if (type == UNKNOWN || (type != REPORT && msg->len < simple_len(msg)))
		return RSW_SNOOP_OTHER;
	if (type == QUERY) {
		read_query(mdb, port, msg);
		return RSW_SNOOP_QUERY;
	}
	if (type == REPORT) {
		read_report(mdb, port, msg);
		return RSW_SNOOP_REPORT;
	}
	key = key_of(msg, msg->data + group_at(msg));
	if (type == JOIN)
		join(mdb, port, &key);
	else
		rsw_mdb_leave(mdb, port, &key);
	return RSW_SNOOP_REPORT;
}
