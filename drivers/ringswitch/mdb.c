// SPDX-License-Identifier: GPL-2.0
/*
 * Multicast database: behind which ports a group was asked for (RFC 4541).
 *
 * Who joins is heard seldom, and often many at once after a query: every change takes the lock.
 * Frames only look.
 */
#include <linux/bitops.h>
#include <linux/minmax.h>
#include <linux/rculist.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include "bridge_mdb.h"
#include "cap.h"
#include "mdb.h"
#include "mrouter.h"
#include "port.h"

/* Keyed with a random seed, as the forwarding database is. */
static const struct rhashtable_params mdb_params = {
	.head_offset = offsetof(struct rsw_mdb_group, hash),
	.key_offset = offsetof(struct rsw_mdb_group, key),
	.key_len = sizeof(struct rsw_mdb_key),
	.automatic_shrinking = true,
};

int rsw_mdb_init(struct rsw_mdb *mdb)
{
	int err;

	mdb->snooping = false;
	INIT_HLIST_HEAD(&mdb->groups);
	spin_lock_init(&mdb->lock);
	mdb->n = 0;
	mdb->max = RSW_MDB_MAX;
	mdb->membership_interval = RSW_MDB_MEMBERSHIP_INTERVAL;
	mdb->last_member_interval = RSW_MDB_LAST_MEMBER_INTERVAL;
	mdb->querier_interval = RSW_MDB_QUERIER_INTERVAL;
	err = rhashtable_init(&mdb->table, &mdb_params);
	if (err)
		return err;
	err = rsw_mrouter_init(mdb);
	if (err)
		rhashtable_destroy(&mdb->table);
	return err;
}

/* Objects may go on being freed by RCU after this; no reader may be left. */
void rsw_mdb_destroy(struct rsw_mdb *mdb)
{
	rsw_mdb_flush_port(mdb, NULL, true);
	rsw_mrouter_destroy(mdb);
	rhashtable_destroy(&mdb->table);
}

/**
 * rsw_mdb_lookup - has anybody asked for a group?
 * @mdb: the database
 * @key: the group
 *
 * Context: RCU read section, in which the result is valid.
 * Return: the group, or NULL.
 */
struct rsw_mdb_group *rsw_mdb_lookup(struct rsw_mdb *mdb, const struct rsw_mdb_key *key)
{
	return rhashtable_lookup(&mdb->table, key, mdb_params);
}

/**
 * rsw_mdb_member - has a group been asked for behind a port?
 * @group: the group
 * @port: the port
 *
 * Context: RCU read section, in which the result is valid.
 * Return: how, also when that has ended; or NULL.
 */
struct rsw_mdb_member *rsw_mdb_member(const struct rsw_mdb_group *group,
				      const struct rsw_port *port)
{
	struct rsw_mdb_member *member;

	hlist_for_each_entry_rcu(member, &group->members, node)
		if (member->port == port)
			return member;
	return NULL;
}

/* A group, or NULL, and a member of it. With the lock and in an RCU read section. */
static struct rsw_mdb_member *find(struct rsw_mdb *mdb, const struct rsw_port *port,
				   const struct rsw_mdb_key *key, struct rsw_mdb_group **group)
{
	lockdep_assert_held(&mdb->lock);
	*group = rsw_mdb_lookup(mdb, key);
	return *group ? rsw_mdb_member(*group, port) : NULL;
}

static void remove_group(struct rsw_mdb *mdb, struct rsw_mdb_group *group)
{
	lockdep_assert_held(&mdb->lock);
	rhashtable_remove_fast(&mdb->table, &group->hash, mdb_params);
	hlist_del_init_rcu(&group->node);
	mdb->n--;
	kfree_rcu(group, rcu);
}

/* A group is there as long as it has members. */
static void remove_member(struct rsw_mdb *mdb, struct rsw_mdb_group *group,
			  struct rsw_mdb_member *member)
{
	lockdep_assert_held(&mdb->lock);
	rsw_bridge_mdb_notify(group, member, false);
	hlist_del_init_rcu(&member->node);
	WRITE_ONCE(group->npermanent, group->npermanent - member->permanent);
	member->port->mdb.n--;
	rsw_cap_give(RSW_CAP_mdb_members, 1);
	kfree_rcu(member, rcu);
	if (hlist_empty(&group->members))
		remove_group(mdb, group);
}

static struct rsw_mdb_group *make_group(struct rsw_mdb *mdb, const struct rsw_mdb_key *key)
{
	struct rsw_mdb_group *group;

	lockdep_assert_held(&mdb->lock);
	if (mdb->n >= READ_ONCE(mdb->max))
		return ERR_PTR(-E2BIG);
	group = kzalloc(sizeof(*group), GFP_ATOMIC | __GFP_NOWARN);
	if (!group)
		return ERR_PTR(-ENOMEM);
	group->key = *key;
	INIT_HLIST_HEAD(&group->members);
	return group;
}

static struct rsw_mdb_member *make_member(const struct rsw_mdb *mdb, struct rsw_port *port,
					  bool permanent)
{
	struct rsw_mdb_member *member;

	lockdep_assert_held(&mdb->lock);
	if (port->mdb.n >= READ_ONCE(port->mdb.max))
		return ERR_PTR(-E2BIG);
	if (!rsw_cap_take(RSW_CAP_mdb_members, 1))
		return ERR_PTR(-ENOSPC);
	member = kzalloc(sizeof(*member), GFP_ATOMIC | __GFP_NOWARN);
	if (!member) {
		rsw_cap_give(RSW_CAP_mdb_members, 1);
		return ERR_PTR(-ENOMEM);
	}
	member->port = port;
	member->permanent = permanent;
	member->expires = jiffies + READ_ONCE(mdb->membership_interval);
	return member;
}

/* The first member is there before the group can be found: there is none for nobody. */
static int add_group(struct rsw_mdb *mdb, const struct rsw_mdb_key *key,
		     struct rsw_mdb_member *member)
{
	struct rsw_mdb_group *group = make_group(mdb, key);
	int err;

	if (IS_ERR(group))
		return PTR_ERR(group);
	hlist_add_head_rcu(&member->node, &group->members);
	group->npermanent = member->permanent;
	err = rhashtable_lookup_insert_fast(&mdb->table, &group->hash, mdb_params);
	if (err) {
		kfree(group);
		return err;
	}
	member->port->mdb.n++;
	hlist_add_head_rcu(&group->node, &mdb->groups);
	mdb->n++;
	rsw_bridge_mdb_notify(group, member, true);
	return 0;
}

static void refresh(struct rsw_mdb *mdb, struct rsw_mdb_group *group,
		    struct rsw_mdb_member *member, bool permanent)
{
	lockdep_assert_held(&mdb->lock);
	WRITE_ONCE(member->expires, jiffies + READ_ONCE(mdb->membership_interval));
	if (!permanent || member->permanent)
		return;
	WRITE_ONCE(member->permanent, true);
	WRITE_ONCE(group->npermanent, group->npermanent + 1);
	rsw_bridge_mdb_notify(group, member, true);
}

/* With the lock and in an RCU read section. */
static int join(struct rsw_mdb *mdb, struct rsw_port *port, const struct rsw_mdb_key *key,
		bool permanent)
{
	struct rsw_mdb_group *group;
	struct rsw_mdb_member *member = find(mdb, port, key, &group);
	int err = 0;

	if (member) {
		refresh(mdb, group, member, permanent);
		return 0;
	}
	member = make_member(mdb, port, permanent);
	if (IS_ERR(member))
		return PTR_ERR(member);
	if (group) {
		hlist_add_head_rcu(&member->node, &group->members);
		WRITE_ONCE(group->npermanent, group->npermanent + permanent);
		port->mdb.n++;
		rsw_bridge_mdb_notify(group, member, true);
	} else {
		err = add_group(mdb, key, member);
	}
	if (err) {
		kfree(member);
		rsw_cap_give(RSW_CAP_mdb_members, 1);
	}
	return err;
}

/**
 * rsw_mdb_join - a group is asked for behind a port
 * @mdb: the database
 * @port: the port; attached, checked in this RCU read section or under RTNL
 * @key: the group
 * @permanent: by an administrator, for good
 *
 * A member that is one already stays one for another while.
 *
 * Return: 0; -E2BIG, the switch knows too many groups or the port is in too many; -ENOSPC,
 * the host has as many members as it may; -ENOMEM.
 */
int rsw_mdb_join(struct rsw_mdb *mdb, struct rsw_port *port, const struct rsw_mdb_key *key,
		 bool permanent)
{
	int err;

	spin_lock_bh(&mdb->lock);
	rcu_read_lock();
	err = join(mdb, port, key, permanent);
	rcu_read_unlock();
	spin_unlock_bh(&mdb->lock);
	return err;
}

/* Unless somebody asks again, that is over after this time; it is never prolonged here. */
static void hurry(struct rsw_mdb_member *member, unsigned long time)
{
	unsigned long end = jiffies + time;

	if (time_before(end, member->expires))
		WRITE_ONCE(member->expires, end);
}

/**
 * rsw_mdb_leave - somebody behind a port does not want a group any more
 * @mdb: the database
 * @port: the port
 * @key: the group
 *
 * There may be others: they have the time to say so when the querier asks.
 */
void rsw_mdb_leave(struct rsw_mdb *mdb, struct rsw_port *port, const struct rsw_mdb_key *key)
{
	struct rsw_mdb_member *member;
	struct rsw_mdb_group *group;

	spin_lock_bh(&mdb->lock);
	rcu_read_lock();
	member = find(mdb, port, key, &group);
	if (member)
		hurry(member, RSW_MDB_LAST_MEMBER_COUNT * READ_ONCE(mdb->last_member_interval));
	rcu_read_unlock();
	spin_unlock_bh(&mdb->lock);
}

/**
 * rsw_mdb_ask - a querier asks who wants a group
 * @mdb: the database
 * @key: the group
 * @max_delay: jiffies in which its members answer; it asks %RSW_MDB_LAST_MEMBER_COUNT times
 */
void rsw_mdb_ask(struct rsw_mdb *mdb, const struct rsw_mdb_key *key, unsigned long max_delay)
{
	unsigned long time = max(max_delay, READ_ONCE(mdb->last_member_interval));
	struct rsw_mdb_member *member;
	struct rsw_mdb_group *group;

	spin_lock_bh(&mdb->lock);
	rcu_read_lock();
	group = rsw_mdb_lookup(mdb, key);
	if (group)
		hlist_for_each_entry_rcu(member, &group->members, node)
			hurry(member, RSW_MDB_LAST_MEMBER_COUNT * time);
	rcu_read_unlock();
	spin_unlock_bh(&mdb->lock);
}

/**
 * rsw_mdb_del - a port is no member of a group any more, not even a permanent one
 * @mdb: the database
 * @port: the port
 * @key: the group
 *
 * Return: 0 or -ENOENT.
 */
int rsw_mdb_del(struct rsw_mdb *mdb, struct rsw_port *port, const struct rsw_mdb_key *key)
{
	struct rsw_mdb_member *member;
	struct rsw_mdb_group *group;

	spin_lock_bh(&mdb->lock);
	rcu_read_lock();
	member = find(mdb, port, key, &group);
	if (member)
		remove_member(mdb, group, member);
	rcu_read_unlock();
	spin_unlock_bh(&mdb->lock);
	return member ? 0 : -ENOENT;
}

/* Which members go. Port NULL: of all; @vids NULL: in all VLANs; @dead: only those. */
struct doomed {
	const struct rsw_port *port;
	const unsigned long *vids;
	bool permanent;
	bool dead;
};

static bool is_doomed(const struct doomed *which, const struct rsw_mdb_group *group,
		      const struct rsw_mdb_member *member)
{
	return (!which->port || member->port == which->port) &&
	       (!which->vids || test_bit(group->key.vid, which->vids)) &&
	       (which->permanent || !member->permanent) &&
	       (!which->dead || !rsw_mdb_is_alive(member));
}

/* Returns jiffies until the next of the others ends, @longest at most. */
static unsigned long flush(struct rsw_mdb *mdb, const struct doomed *which, unsigned long longest)
{
	struct hlist_node *next_group, *next_member;
	struct rsw_mdb_member *member;
	struct rsw_mdb_group *group;
	unsigned long left = longest;

	spin_lock_bh(&mdb->lock);
	hlist_for_each_entry_safe(group, next_group, &mdb->groups, node)
		hlist_for_each_entry_safe(member, next_member, &group->members, node) {
			if (is_doomed(which, group, member))
				remove_member(mdb, group, member);
			else if (!member->permanent)
				left = min(left, member->expires - jiffies);
		}
	spin_unlock_bh(&mdb->lock);
	return left;
}

/**
 * rsw_mdb_flush_port - forget what was asked for behind a port
 * @mdb: the database
 * @port: the port; NULL for all ports
 * @permanent: also what an administrator said
 *
 * Somebody may join meanwhile. Whoever removes a port for good first marks it down and waits
 * for a grace period.
 */
void rsw_mdb_flush_port(struct rsw_mdb *mdb, const struct rsw_port *port, bool permanent)
{
	struct doomed which = { .port = port, .permanent = permanent };

	flush(mdb, &which, 0);
	rsw_mrouter_flush_port(mdb, port);
}

/* The same of some VLANs only, members of every kind. */
void rsw_mdb_flush_vlans(struct rsw_mdb *mdb, const struct rsw_port *port,
			 const unsigned long *vids)
{
	struct doomed which = { .port = port, .vids = vids, .permanent = true };

	flush(mdb, &which, 0);
	rsw_mrouter_flush_vlans(mdb, port, vids);
}

/**
 * rsw_mdb_age - forget what has ended
 * @mdb: the database
 *
 * The path knows by itself what has: this only gives its memory back.
 *
 * Return: jiffies until it is worthwhile again.
 */
unsigned long rsw_mdb_age(struct rsw_mdb *mdb)
{
	struct doomed which = { .dead = true };
	unsigned long left;

	left = flush(mdb, &which, READ_ONCE(mdb->membership_interval));
	return min(left, rsw_mrouter_age(mdb));
}
