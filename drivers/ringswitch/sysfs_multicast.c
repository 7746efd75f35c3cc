// SPDX-License-Identifier: GPL-2.0
/* Files that say how a switch and its ports treat groups; times in 1/100 s, as the bridge's. */
#include <linux/if_ether.h>
#include <linux/jiffies.h>
#include <linux/kstrtox.h>
#include <linux/rculist.h>

#include "multicast_policy.h"
#include "sysfs_multicast.h"

static ssize_t show_snooping(struct rsw_switch *sw, char *buf)
{
	return sysfs_emit(buf, "%d\n", READ_ONCE(sw->mdb.snooping));
}

static int set_snooping(struct rsw_switch *sw, const char *buf)
{
	bool on;
	int err = kstrtobool(buf, &on);

	if (!err)
		rsw_multicast_set_snooping(sw, on);
	return err;
}

/* Of what has begun already it counts from the next message on. */
static int set_interval(unsigned long *interval, const char *buf)
{
	unsigned long time;
	int err = rsw_attr_parse_time(buf, &time);

	if (!err)
		WRITE_ONCE(*interval, time);
	return err;
}

#define INTERVAL(name)								\
static ssize_t show_##name(struct rsw_switch *sw, char *buf)			\
{										\
	return rsw_attr_show_time(&sw->mdb.name, buf);				\
}										\
static int set_##name(struct rsw_switch *sw, const char *buf)			\
{										\
	return set_interval(&sw->mdb.name, buf);				\
}										\
struct rsw_switch_attr rsw_attr_multicast_##name =				\
	RSW_SWITCH_ATTR_RW(multicast_##name, show_##name, set_##name)

INTERVAL(membership_interval);
INTERVAL(last_member_interval);
INTERVAL(querier_interval);

static int emit_querier(const struct rsw_querier *querier, char *buf, int len)
{
	if (querier->key.proto == htons(ETH_P_IP))
		return sysfs_emit_at(buf, len, "%u %pI4 %s\n", querier->key.vid, querier->addr,
				     rsw_port_name(querier->port));
	return sysfs_emit_at(buf, len, "%u %pI6c %s\n", querier->key.vid, querier->addr,
			     rsw_port_name(querier->port));
}

/* As many as fit: a line for each VLAN and protocol. */
static ssize_t show_querier(struct rsw_switch *sw, char *buf)
{
	const struct rsw_querier *querier;
	int len = 0;

	spin_lock_bh(&sw->mdb.lock);
	rcu_read_lock();
	hlist_for_each_entry(querier, &sw->mdb.querier_list, node)
		if (time_before(jiffies, querier->expires))
			len += emit_querier(querier, buf, len);
	rcu_read_unlock();
	spin_unlock_bh(&sw->mdb.lock);
	return len ?: sysfs_emit(buf, "none\n");
}

/* Those that are beyond a new limit stay until they end by themselves. */
static int set_max(unsigned int *max, const char *buf)
{
	unsigned int value;
	int err = kstrtouint(buf, 10, &value);

	if (!err)
		WRITE_ONCE(*max, value);
	return err;
}

static ssize_t show_mdb_max(struct rsw_switch *sw, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(sw->mdb.max));
}

static int set_mdb_max(struct rsw_switch *sw, const char *buf)
{
	return set_max(&sw->mdb.max, buf);
}

static ssize_t show_port_mdb_max(struct rsw_port *port, unsigned int arg, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(port->mdb.max));
}

static int set_port_mdb_max(struct rsw_port *port, unsigned int arg, const char *buf)
{
	return set_max(&port->mdb.max, buf);
}

static ssize_t show_router(struct rsw_port *port, unsigned int arg, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(port->mdb.router));
}

static int set_router(struct rsw_port *port, unsigned int arg, const char *buf)
{
	u8 router;
	int err = kstrtou8(buf, 10, &router);

	if (err)
		return err;
	if (router >= RSW_MROUTER_MAX)
		return -ERANGE;
	rsw_multicast_set_router(port, router);
	return 0;
}

struct rsw_switch_attr rsw_attr_multicast_snooping =
	RSW_SWITCH_ATTR_RW(multicast_snooping, show_snooping, set_snooping);
struct rsw_switch_attr rsw_attr_multicast_querier =
	RSW_SWITCH_ATTR_RO(multicast_querier, show_querier);
struct rsw_switch_attr rsw_attr_mdb_max = RSW_SWITCH_ATTR_RW(mdb_max, show_mdb_max, set_mdb_max);

struct rsw_port_attr rsw_attr_multicast_router =
	RSW_PORT_ATTR_RW(multicast_router, ALL, 0, show_router, set_router);
struct rsw_port_attr rsw_attr_port_mdb_max =
	RSW_PORT_ATTR_RW(mdb_max, ALL, 0, show_port_mdb_max, set_port_mdb_max);
