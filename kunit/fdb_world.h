/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KUNIT_FDB_WORLD_H
#define KUNIT_FDB_WORLD_H

#include "../drivers/ringswitch/fdb.h"
#include "../drivers/ringswitch/port.h"

struct kunit;

#define FDB_PORTS	4

/* A forwarding database under test, and ports to be found in it. */
struct fdb_world {
	struct rsw_fdb fdb;
	struct rsw_port port[FDB_PORTS];
};

struct fdb_world *fdb_world_new(struct kunit *test);
void fdb_world_free(struct fdb_world *world);

/* Addresses are numbers below 2^48; each call is made in the context the path makes it in. */
void fdb_learn(struct fdb_world *world, int port, u64 addr, u16 vid);
struct rsw_port *fdb_look_up(struct fdb_world *world, u64 addr, u16 vid);
int fdb_add_local(struct fdb_world *world, int port, u64 addr, u16 vid);
void fdb_del_local(struct fdb_world *world, u64 addr, u16 vid);

/* The entry itself, NULL when there is none; valid as long as nobody removes it. */
struct rsw_fdb_entry *fdb_entry(struct fdb_world *world, u64 addr, u16 vid);

#endif /* KUNIT_FDB_WORLD_H */
