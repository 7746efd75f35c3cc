// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <linux/etherdevice.h>
#include <linux/rculist.h>
#include <linux/rcupdate.h>

#include "fdb_world.h"

static void count(struct rsw_fdb *fdb, const struct rsw_fdb_entry *entry,
		  enum rsw_fdb_event event)
{
	lockdep_assert_held(&fdb->lock);
	container_of(fdb, struct fdb_world, fdb)->told[event]++;
}

struct fdb_world *fdb_world_new(struct kunit *test)
{
	struct fdb_world *world = kunit_kzalloc(test, sizeof(*world), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, world);
	KUNIT_ASSERT_EQ(test, rsw_fdb_init(&world->fdb), 0);
	world->fdb.notify = count;
	return world;
}

void fdb_world_free(struct fdb_world *world)
{
	rsw_fdb_destroy(&world->fdb);
}

int fdb_world_init(struct kunit *test)
{
	test->priv = fdb_world_new(test);
	return 0;
}

void fdb_world_exit(struct kunit *test)
{
	if (test->priv)
		fdb_world_free(test->priv);
}

static const u8 *bytes_of(u64 addr, u8 *to)
{
	for (int i = ETH_ALEN; i--; addr >>= 8)
		to[i] = addr;
	return to;
}

bool fdb_learn(struct fdb_world *world, int port, u64 addr, u16 vid)
{
	u8 mac[ETH_ALEN];
	bool learned;

	local_bh_disable();
	rcu_read_lock();
	learned = rsw_fdb_learn(&world->fdb, &world->port[port], bytes_of(addr, mac), vid);
	rcu_read_unlock();
	local_bh_enable();
	return learned;
}

struct rsw_port *fdb_look_up(struct fdb_world *world, u64 addr, u16 vid)
{
	struct rsw_port *port;
	u8 mac[ETH_ALEN];

	rcu_read_lock();
	port = rsw_fdb_lookup(&world->fdb, bytes_of(addr, mac), vid);
	rcu_read_unlock();
	return port;
}

int fdb_set(struct fdb_world *world, int port, u64 addr, u16 vid, u8 flags, u16 nlm_flags)
{
	u8 mac[ETH_ALEN];

	return rsw_fdb_set(&world->fdb, &world->port[port], bytes_of(addr, mac), vid,
			   RSW_FDB_USER | flags, nlm_flags);
}

int fdb_del(struct fdb_world *world, int port, u64 addr, u16 vid)
{
	u8 mac[ETH_ALEN];

	return rsw_fdb_del(&world->fdb, port == FDB_ANY ? NULL : &world->port[port],
			   bytes_of(addr, mac), vid);
}

unsigned int fdb_share(const struct fdb_world *world, int port)
{
	return world->port[port].fdb.learned;
}

bool fdb_lists_empty(const struct fdb_world *world)
{
	for (unsigned int i = 0; i < RSW_FDB_LISTS; i++)
		if (!hlist_empty(&world->fdb.lists[i]))
			return false;
	return true;
}

int fdb_add_local(struct fdb_world *world, int port, u64 addr, u16 vid)
{
	u8 mac[ETH_ALEN];

	return rsw_fdb_add_local(&world->fdb, &world->port[port], bytes_of(addr, mac), vid);
}

void fdb_del_local(struct fdb_world *world, u64 addr, u16 vid)
{
	u8 mac[ETH_ALEN];

	rsw_fdb_del_local(&world->fdb, bytes_of(addr, mac), vid);
}

struct rsw_fdb_entry *fdb_entry(struct fdb_world *world, u64 addr, u16 vid)
{
	struct rsw_fdb_entry *entry;
	u8 mac[ETH_ALEN];

	rcu_read_lock();
	entry = rsw_fdb_find(&world->fdb, bytes_of(addr, mac), vid);
	rcu_read_unlock();
	return entry;
}
