/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KUNIT_MDB_WORLD_H
#define KUNIT_MDB_WORLD_H

#include "forward_world.h"

/* For tests that each have a forward_world() that snoops; they end by forward_world_exit(). */
int mdb_world_init(struct kunit *test);

/* What has been announced since it was last set to 0: members that came and went. */
extern unsigned int mdb_came, mdb_went;

/* Group 239.0.x.y, or ff05::x:y, x and y being the bytes of a number. */
struct rsw_mdb_key mdb_ip4(u16 group, u16 vid);
struct rsw_mdb_key mdb_ip6(u16 group, u16 vid);

/* As the path does it. */
int mdb_join(struct rsw_mdb *mdb, struct rsw_port *port, const struct rsw_mdb_key *key);

/* Is it a member, of this moment? */
bool mdb_has(struct rsw_mdb *mdb, const struct rsw_port *port, const struct rsw_mdb_key *key);

/* As if so many jiffies had passed, for one member, or for what was heard of queriers. */
void mdb_let_pass(struct rsw_mdb *mdb, const struct rsw_port *port,
		  const struct rsw_mdb_key *key, unsigned long time);
void mdb_let_pass_queriers(struct rsw_mdb *mdb, unsigned long time);

/* A general query with a source, answered at once. */
void mdb_query(struct rsw_mdb *mdb, struct rsw_port *port, __be16 proto, u16 vid);

#endif /* KUNIT_MDB_WORLD_H */
