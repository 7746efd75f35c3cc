// SPDX-License-Identifier: GPL-2.0
/* /sys/class/net/<port>/ringport/ */
#include <linux/kstrtox.h>
#include <linux/log2.h>

#include "guest.h"
#include "port_policy.h"
#include "sysfs_attr.h"
#include "sysfs_fdb.h"
#include "sysfs_guard.h"
#include "sysfs_limit.h"
#include "sysfs_mirror.h"
#include "sysfs_multicast.h"
#include "sysfs_port.h"
#include "sysfs_vlan.h"
#include "vdpa.h"

static ssize_t show_count(struct rsw_port *port, unsigned int counter, char *buf)
{
	struct rsw_stats_sum sum;

	rsw_stats_sum(port->stats, &sum);
	return sysfs_emit(buf, "%llu\n", sum.count[counter]);
}

static ssize_t show_drop(struct rsw_port *port, unsigned int reason, char *buf)
{
	struct rsw_stats_sum sum;

	rsw_stats_sum(port->stats, &sum);
	return sysfs_emit(buf, "%llu\n", sum.drop[reason]);
}

static ssize_t show_state(struct rsw_port *port, unsigned int arg, char *buf)
{
	return sysfs_emit(buf, "%s\n", port->ops->state(port));
}

static ssize_t show_backlog(struct rsw_port *port, unsigned int arg, char *buf)
{
	return sysfs_emit(buf, "%u\n", port->ops->backlog(port));
}

static ssize_t show_broken_reason(struct rsw_port *port, unsigned int arg, char *buf)
{
	int broken = READ_ONCE(rsw_guest_of_port(port)->broken);

	switch (broken) {
	case 0:
		return sysfs_emit(buf, "none\n");
	case -EFAULT:
		return sysfs_emit(buf, "bad address\n");
	case -ELOOP:
		return sysfs_emit(buf, "chain longer than the ring\n");
	case -EPROTO:
		return sysfs_emit(buf, "bad ring contents\n");
	default:
		return sysfs_emit(buf, "errno %d\n", -broken);
	}
}

static ssize_t show_features(struct rsw_port *port, unsigned int arg, char *buf)
{
	return sysfs_emit(buf, "%#llx\n", READ_ONCE(rsw_guest_of_port(port)->features));
}

static ssize_t show_profile(struct rsw_port *port, unsigned int arg, char *buf)
{
	bool fast = rsw_guest_of_port(port)->offered & ~RSW_VDPA_FEATURES_DEFAULT;

	return sysfs_emit(buf, "%s\n", fast ? "fast" : "migratable");
}

/* A word for each pair. */
static ssize_t show_worker(struct rsw_port *port, unsigned int arg, char *buf)
{
	const struct rsw_guest *guest = rsw_guest_of_port(port);
	int len = 0;

	for (u16 i = 0; i < guest->npairs; i++)
		len += sysfs_emit_at(buf, len, "%s%s", i ? " " : "",
				     READ_ONCE(guest->pair[i].worker.by) ?: "none");
	return len + sysfs_emit_at(buf, len, "\n");
}

static ssize_t show_ring_max(struct rsw_port *port, unsigned int arg, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(rsw_guest_of_port(port)->ring_max));
}

/* A VMM asks for it when it opens the device. One that has done so may go on with less. */
static int set_ring_max(struct rsw_port *port, unsigned int arg, const char *buf)
{
	u16 num;
	int err = kstrtou16(buf, 10, &num);

	if (err)
		return err;
	if (num > RSW_VRING_NUM_MAX)
		return -ERANGE;
	/* A split ring cannot have another size. */
	if (!is_power_of_2(num))
		return -EINVAL;
	WRITE_ONCE(rsw_guest_of_port(port)->ring_max, num);
	return 0;
}

static ssize_t show_flag(struct rsw_port *port, unsigned int flag, char *buf)
{
	return sysfs_emit(buf, "%d\n", rsw_port_has(port, flag));
}

static int set_flag(struct rsw_port *port, unsigned int flag, const char *buf)
{
	bool on;
	int err = kstrtobool(buf, &on);

	if (!err)
		rsw_port_set_flags(port, BIT(flag), on ? BIT(flag) : 0);
	return err;
}

static ssize_t show_isolation_group(struct rsw_port *port, unsigned int arg, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(port->isolation_group));
}

static int set_isolation_group(struct rsw_port *port, unsigned int arg, const char *buf)
{
	u16 group;
	int err = kstrtou16(buf, 10, &group);

	if (!err)
		rsw_port_set_isolation_group(port, group);
	return err;
}

#define ATTR_RO(name, of)							\
static struct rsw_port_attr name = RSW_PORT_ATTR_RO(name, of, 0, show_##name)

ATTR_RO(state, ALL);
ATTR_RO(backlog, ALL);
ATTR_RO(broken_reason, GUESTS);
ATTR_RO(features, GUESTS);
ATTR_RO(profile, GUESTS);
ATTR_RO(worker, GUESTS);

static struct rsw_port_attr ring_max =
	RSW_PORT_ATTR_RW(ring_max, GUESTS, 0, show_ring_max, set_ring_max);

static struct rsw_port_attr isolation_group =
	RSW_PORT_ATTR_RW(isolation_group, ALL_BUT_HOST, 0, show_isolation_group,
			 set_isolation_group);

/* The host's own port has no flags, as a bridge has none for itself. */
#define FLAG(n, brport, on)							\
static struct rsw_port_attr flag_##n =						\
	RSW_PORT_ATTR_RW(n, ALL_BUT_HOST, RSW_PORT_##n, show_flag, set_flag);

RSW_PORT_FLAGS(FLAG)

#define COUNT(upper, n)								\
static struct rsw_port_attr count_##n =						\
	RSW_PORT_ATTR_RO(n, ALL, RSW_##upper, show_count);

RSW_COUNTERS(COUNT)

#define DROP_IN(n)								\
static struct rsw_port_attr drop_in_##n =					\
	RSW_PORT_ATTR_RO(drop_in_##n, ALL, RSW_DROP_IN_##n, show_drop);
#define DROP_OUT(n)								\
static struct rsw_port_attr drop_out_##n =					\
	RSW_PORT_ATTR_RO(drop_out_##n, ALL, RSW_DROP_OUT_##n, show_drop);

RSW_DROP_REASONS(DROP_IN, DROP_OUT)

#define FLAG_ATTR(n, brport, on)	&flag_##n.attr.attr,
#define LIMIT_ATTR(n, most)		&rsw_attr_limit[RSW_LIMIT_##n].attr.attr,
#define COUNT_ATTR(upper, n)		&count_##n.attr.attr,
#define DROP_IN_ATTR(n)			&drop_in_##n.attr.attr,
#define DROP_OUT_ATTR(n)		&drop_out_##n.attr.attr,

static struct attribute *port_attrs[] = {
	&state.attr.attr,
	&backlog.attr.attr,
	&broken_reason.attr.attr,
	&features.attr.attr,
	&profile.attr.attr,
	&worker.attr.attr,
	&ring_max.attr.attr,
	&isolation_group.attr.attr,
	&rsw_attr_pvid.attr.attr,
	&rsw_attr_mirror_ingress.attr.attr,
	&rsw_attr_mirror_egress.attr.attr,
	&rsw_attr_allowed_macs.attr.attr,
	&rsw_attr_allowed_ips.attr.attr,
	&rsw_attr_dhcp_guard.attr.attr,
	&rsw_attr_ra_guard.attr.attr,
	&rsw_attr_fdb.attr.attr,
	&rsw_attr_fdb_flush.attr.attr,
	&rsw_attr_fdb_learned.attr.attr,
	&rsw_attr_fdb_max_learned.attr.attr,
	&rsw_attr_learn_rate.attr.attr,
	&rsw_attr_multicast_router.attr.attr,
	&rsw_attr_port_mdb_max.attr.attr,
	RSW_PORT_FLAGS(FLAG_ATTR)
	RSW_LIMITS(LIMIT_ATTR)
	RSW_COUNTERS(COUNT_ATTR)
	RSW_DROP_REASONS(DROP_IN_ATTR, DROP_OUT_ATTR)
	NULL
};

static COMPAT_BIN_CONST struct bin_attribute * COMPAT_BIN_CONST port_bin_attrs[] = {
	&rsw_attr_vlans,
	&rsw_attr_vlans_untagged,
	NULL
};

const struct attribute_group rsw_port_group = {
	.name = "ringport",
	.attrs = port_attrs,
	.bin_attrs = port_bin_attrs,
	.is_visible = rsw_port_attr_visible,
};
