// SPDX-License-Identifier: GPL-2.0
/* /sys/class/net/<switch>/ringswitch/ */
#include <linux/if_vlan.h>
#include <linux/kstrtox.h>

#include "switch.h"
#include "sysfs_attr.h"
#include "sysfs_fdb.h"
#include "sysfs_members.h"
#include "sysfs_multicast.h"
#include "sysfs_switch.h"
#include "vlan_policy.h"

static ssize_t show_ageing_time(struct rsw_switch *sw, char *buf)
{
	return rsw_attr_show_time(&sw->fdb.ageing_time, buf);
}

static int set_ageing_time(struct rsw_switch *sw, const char *buf)
{
	unsigned long time;
	int err = rsw_attr_parse_time(buf, &time);

	if (!err)
		rsw_switch_set_ageing(sw, time);
	return err;
}

static ssize_t show_vlan_filtering(struct rsw_switch *sw, char *buf)
{
	return sysfs_emit(buf, "%d\n", !!READ_ONCE(sw->vlan_proto));
}

static int set_vlan_filtering(struct rsw_switch *sw, const char *buf)
{
	bool on;
	int err = kstrtobool(buf, &on);

	if (!err)
		rsw_vlan_set_filtering(sw, on);
	return err;
}

static ssize_t show_vlan_protocol(struct rsw_switch *sw, char *buf)
{
	return sysfs_emit(buf, "%#06x\n", ntohs(READ_ONCE(sw->vlan_tpid)));
}

static int set_vlan_protocol(struct rsw_switch *sw, const char *buf)
{
	u16 proto;
	int err = kstrtou16(buf, 0, &proto);

	if (err)
		return err;
	if (!eth_type_vlan(htons(proto)))
		return -EPROTONOSUPPORT;
	rsw_vlan_set_protocol(sw, htons(proto));
	return 0;
}

static ssize_t show_default_pvid(struct rsw_switch *sw, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(sw->default_pvid));
}

static int set_default_pvid(struct rsw_switch *sw, const char *buf)
{
	u16 vid;
	int err = kstrtou16(buf, 10, &vid);

	if (err)
		return err;
	return vid > RSW_VID_LAST ? -ERANGE : rsw_vlan_set_default_pvid(sw, vid);
}

#define ATTR(name)								\
static struct rsw_switch_attr name =						\
	RSW_SWITCH_ATTR_RW(name, show_##name, set_##name)

ATTR(ageing_time);
ATTR(vlan_filtering);
ATTR(vlan_protocol);
ATTR(default_pvid);

static struct attribute *switch_attrs[] = {
	&ageing_time.attr.attr,
	&vlan_filtering.attr.attr,
	&vlan_protocol.attr.attr,
	&default_pvid.attr.attr,
	&rsw_attr_uplinks.attr.attr,
	&rsw_attr_ports.attr.attr,
	&rsw_switch_attr_fdb_flush.attr.attr,
	&rsw_switch_attr_fdb_learned.attr.attr,
	&rsw_switch_attr_fdb_max_learned.attr.attr,
	&rsw_attr_multicast_snooping.attr.attr,
	&rsw_attr_multicast_membership_interval.attr.attr,
	&rsw_attr_multicast_last_member_interval.attr.attr,
	&rsw_attr_multicast_querier_interval.attr.attr,
	&rsw_attr_multicast_querier.attr.attr,
	&rsw_attr_mdb_max.attr.attr,
	NULL
};

const struct attribute_group rsw_switch_group = {
	.name = "ringswitch",
	.attrs = switch_attrs,
};
