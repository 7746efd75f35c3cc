// SPDX-License-Identifier: GPL-2.0
/*
 * net.ringswitch: how new switches and ports of a network namespace are (switch, guest, uplink),
 * and in the first one only, how much there may be on the host in all.
 */
#include <linux/jiffies.h>
#include <linux/limits.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/stddef.h>
#include <linux/sysctl.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "fdb.h"
#include "mrouter.h"
#include "sysctl.h"

/* Entries of tables to be copied for each namespace: their data is an offset until then. */
#define ENTRY(type, member, name, handler, low, high) {				\
	.procname = (name),							\
	.data = (void *)offsetof(struct type, member),				\
	.maxlen = sizeof_field(struct type, member),				\
	.mode = 0644,								\
	.proc_handler = (handler),						\
	.extra1 = (low),							\
	.extra2 = (high),							\
}

#define ONE_OF(type, n)		((void *)&(const type){ (n) })

#define NUMBER(type, name, low, high)						\
	ENTRY(type, name, #name, proc_douintvec_minmax, ONE_OF(unsigned int, low), \
	      ONE_OF(unsigned int, high))

#define ON_OFF(type, member, name)						\
	ENTRY(type, member, name, proc_dou8vec_minmax, SYSCTL_ZERO, SYSCTL_ONE)

#define TIME(name)		NUMBER(rsw_switch_defaults, name, 1, RSW_TIME_MAX)

static const struct ctl_table switch_table[] = {
	TIME(ageing_time),
	ON_OFF(rsw_switch_defaults, vlan_filtering, "vlan_filtering"),
	NUMBER(rsw_switch_defaults, fdb_max_learned, 1, RSW_FDB_MOST_LEARNED),
	ON_OFF(rsw_switch_defaults, multicast_snooping, "multicast_snooping"),
	TIME(multicast_membership_interval),
	TIME(multicast_last_member_interval),
	TIME(multicast_querier_interval),
	NUMBER(rsw_switch_defaults, mdb_max, 0, UINT_MAX),
};

#define FLAG(name, brport, on)							\
	ON_OFF(rsw_port_defaults, flag[RSW_PORT_##name], #name),
#define LIMIT(name, most)							\
	ENTRY(rsw_port_defaults, limit[RSW_LIMIT_##name], #name, proc_doulongvec_minmax, \
	      ONE_OF(unsigned long, 0), ONE_OF(unsigned long, (unsigned long)(most))),

/* Of guests only: the last so many. */
#define GUESTS_ONLY	2

static const struct ctl_table port_table[] = {
	RSW_PORT_FLAGS(FLAG)
	RSW_LIMITS(LIMIT)
	NUMBER(rsw_port_defaults, isolation_group, 0, U16_MAX),
	NUMBER(rsw_port_defaults, fdb_max_learned, 0, RSW_FDB_MOST_LEARNED),
	NUMBER(rsw_port_defaults, learn_rate, 0, RSW_FDB_MOST_LEARNED),
	NUMBER(rsw_port_defaults, mdb_max, 0, UINT_MAX),
	NUMBER(rsw_port_defaults, multicast_router, 0, RSW_MROUTER_MAX - 1),
	ON_OFF(rsw_port_defaults, dhcp_guard, "dhcp_guard"),
	ON_OFF(rsw_port_defaults, ra_guard, "ra_guard"),
};

/**
 * struct directory - files that each namespace has
 * @path: below /proc/sys
 * @table: with offsets
 * @n: entries of @table
 * @base: what these are added to, in struct rsw_defaults
 */
struct directory {
	const char *path;
	const struct ctl_table *table;
	size_t n;
	size_t base;
};

static const struct directory directories[] = {
	{
		.path = "net/ringswitch/switch",
		.table = switch_table, .n = ARRAY_SIZE(switch_table),
		.base = offsetof(struct rsw_defaults, sw),
	}, {
		.path = "net/ringswitch/guest",
		.table = port_table, .n = ARRAY_SIZE(port_table),
		.base = offsetof(struct rsw_defaults, port[RSW_PORT_GUEST]),
	}, {
		.path = "net/ringswitch/uplink",
		.table = port_table, .n = ARRAY_SIZE(port_table) - GUESTS_ONLY,
		.base = offsetof(struct rsw_defaults, port[RSW_PORT_UPLINK]),
	},
};

struct rsw_net {
	struct rsw_defaults defaults;
	struct ctl_table_header *header[ARRAY_SIZE(directories)];
};

static unsigned int net_id __read_mostly;

/* A host has these once, and its counts can be read by anybody who may see the limits. */
#define CAP(name, at_first) {							\
	.procname = "max_" #name,						\
	.data = &rsw_caps[RSW_CAP_##name].max,					\
	.maxlen = sizeof(unsigned int),						\
	.mode = 0644,								\
	.proc_handler = proc_douintvec_minmax,					\
	.extra1 = SYSCTL_ZERO,							\
	.extra2 = SYSCTL_INT_MAX,						\
}, {										\
	.procname = #name,							\
	.data = &rsw_caps[RSW_CAP_##name].used,					\
	.maxlen = sizeof(unsigned int),						\
	.mode = 0444,								\
	.proc_handler = proc_douintvec,						\
},

static struct ctl_table cap_table[] = {
	RSW_CAPS(CAP)
};

static struct ctl_table_header *cap_header;

static int check(const struct ctl_table_header *header)
{
	return header || !IS_ENABLED(CONFIG_SYSCTL) ? 0 : -ENOMEM;
}

static int add_directory(struct net *net, struct rsw_net *own, unsigned int i)
{
	const struct directory *directory = &directories[i];
	struct ctl_table *table = kmemdup_array(directory->table, directory->n, sizeof(*table),
						GFP_KERNEL);
	void *base = (void *)&own->defaults + directory->base;

	if (!table)
		return -ENOMEM;
	for (size_t n = 0; n < directory->n; n++)
		table[n].data = base + (unsigned long)table[n].data;
	own->header[i] = register_net_sysctl_sz(net, directory->path, table, directory->n);
	if (!own->header[i])
		kfree(table);
	return check(own->header[i]);
}

static void remove_directories(struct rsw_net *own)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(directories); i++) {
		const struct ctl_table *table;

		if (!own->header[i])
			continue;
		table = own->header[i]->ctl_table_arg;
		unregister_net_sysctl_table(own->header[i]);
		kfree(table);
	}
}

static int __net_init init_namespace(struct net *net)
{
	struct rsw_net *own = net_generic(net, net_id);
	int err = 0;

	rsw_defaults_init(&own->defaults);
	for (unsigned int i = 0; !err && i < ARRAY_SIZE(directories); i++)
		err = add_directory(net, own, i);
	if (err)
		remove_directories(own);
	return err;
}

/* The switches of the namespace have gone before. */
static void __net_exit exit_namespace(struct net *net)
{
	remove_directories(net_generic(net, net_id));
}

static struct pernet_operations net_ops = {
	.init = init_namespace,
	.exit = exit_namespace,
	.id = &net_id,
	.size = sizeof(struct rsw_net),
};

/* How switches and ports of a namespace are at first. */
const struct rsw_defaults *rsw_sysctl_defaults(const struct net *net)
{
	const struct rsw_net *own = net_generic(net, net_id);

	return &own->defaults;
}

#define NAME(name, at_first)	[RSW_CAP_##name] = #name,

static const char * const names[RSW_CAP_MAX] = { RSW_CAPS(NAME) };

/**
 * rsw_sysctl_refuse - say that the host has as much as it may
 * @which: of what
 * @extack: for the text; or NULL
 *
 * Return: -ENOSPC.
 */
int rsw_sysctl_refuse(enum rsw_cap which, struct netlink_ext_ack *extack)
{
	NL_SET_ERR_MSG_FMT(extack, "No more on this host: net.ringswitch.max_%s", names[which]);
	return -ENOSPC;
}

int rsw_sysctl_init(void)
{
	int err = register_pernet_subsys(&net_ops);

	if (err)
		return err;
	cap_header = register_net_sysctl(&init_net, "net/ringswitch", cap_table);
	err = check(cap_header);
	if (err)
		unregister_pernet_subsys(&net_ops);
	return err;
}

void rsw_sysctl_exit(void)
{
	unregister_net_sysctl_table(cap_header);
	unregister_pernet_subsys(&net_ops);
}
