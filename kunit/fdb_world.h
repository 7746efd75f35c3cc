/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KUNIT_FDB_WORLD_H
#define KUNIT_FDB_WORLD_H

#include "../drivers/ringswitch/fdb.h"
#include "../drivers/ringswitch/port.h"

struct kunit;

#define FDB_PORTS	4

/* Ports that may be any. */
#define FDB_ANY		(-1)

/* A forwarding database under test, ports to be found in it, and how often it told of what. */
struct fdb_world {
	struct rsw_fdb fdb;
	struct rsw_port port[FDB_PORTS];
	unsigned int told[RSW_FDB_GONE + 1];
};

struct fdb_world *fdb_world_new(struct kunit *test);
void fdb_world_free(struct fdb_world *world);

/* Of a suite whose tests each have a world. */
int fdb_world_init(struct kunit *test);
void fdb_world_exit(struct kunit *test);

/* Addresses are numbers below 2^48; each call is made in the context the path makes it in. */
bool fdb_learn(struct fdb_world *world, int port, u64 addr, u16 vid);
struct rsw_port *fdb_look_up(struct fdb_world *world, u64 addr, u16 vid);
int fdb_set(struct fdb_world *world, int port, u64 addr, u16 vid, u8 flags, u16 nlm_flags);
int fdb_del(struct fdb_world *world, int port, u64 addr, u16 vid);
int fdb_add_local(struct fdb_world *world, int port, u64 addr, u16 vid);
void fdb_del_local(struct fdb_world *world, u64 addr, u16 vid);

/* What a port has learned. */
unsigned int fdb_share(const struct fdb_world *world, int port);

/* No list has any entry. */
bool fdb_lists_empty(const struct fdb_world *world);

/* The entry itself, NULL when there is none; valid as long as nobody removes it. */
struct rsw_fdb_entry *fdb_entry(struct fdb_world *world, u64 addr, u16 vid);

#endif /* KUNIT_FDB_WORLD_H */
