/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_RSS_H
#define RINGSWITCH_RSS_H

#include <linux/rcupdate.h>
#include <linux/types.h>

#include "batch.h"

/* What the config space promises: the usual key, and a table as long as that of most NICs. */
#define RSW_RSS_KEY	40
#define RSW_RSS_TABLE	128

/* Hash types that we can compute: IPv4 and IPv6, plain and with the ports of TCP and UDP. */
#define RSW_RSS_TYPES	0x3f

/**
 * struct rsw_rss - how a driver wants frames hashed and spread (virtio 1.3, 5.1.6.5.6, .7)
 * @rcu: to free it
 * @steers: spread as the next three say; else they are only hashed
 * @types: VIRTIO_NET_RSS_HASH_TYPE_*
 * @mask: length of @table, a power of two, less one
 * @unclassified: queue of what has no hash
 * @table: queues, by hash
 * @key: of the hash
 *
 * Never changed once a reader can see it.
 */
struct rsw_rss {
	struct rcu_head rcu;
	bool steers;
	u32 types;
	u16 mask;
	u16 unclassified;
	u16 table[RSW_RSS_TABLE];
	u8 key[RSW_RSS_KEY];
};

void rsw_rss_hash(const struct rsw_rss *rss, const u8 *head, u32 len, struct rsw_hash *hash);
u16 rsw_rss_queue(const struct rsw_rss *rss, const struct rsw_hash *hash);

#endif /* RINGSWITCH_RSS_H */
