// SPDX-License-Identifier: GPL-2.0
/* /sys/class/net/<switch>/ringswitch/ and /sys/class/net/<port>/ringport/ */
#include <linux/device.h>
#include <linux/if_vlan.h>
#include <linux/jiffies.h>
#include <linux/kstrtox.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/sysfs.h>

#include "guest.h"
#include "port_policy.h"
#include "representor.h"
#include "switch.h"
#include "sysfs.h"
#include "sysfs_vlan.h"
#include "vdpa.h"
#include "vlan_policy.h"

static ssize_t ageing_time_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct rsw_switch *sw = netdev_priv(to_net_dev(dev));

	return sysfs_emit(buf, "%lu\n", jiffies_to_clock_t(READ_ONCE(sw->fdb.ageing_time)));
}

static ssize_t ageing_time_store(struct device *dev, struct device_attribute *attr,
				 const char *buf, size_t len)
{
	struct rsw_switch *sw = netdev_priv(to_net_dev(dev));
	unsigned long value;
	int err = kstrtoul(buf, 10, &value);

	if (err)
		return err;
	/* The range of IEEE 802.1Q, 8.8.3, downwards to one tick. */
	if (!value || value > 1000000UL * USER_HZ)
		return -ERANGE;
	if (!rtnl_trylock())
		return restart_syscall();
	rsw_switch_set_ageing(sw, clock_t_to_jiffies(value));
	rtnl_unlock();
	return len;
}
static DEVICE_ATTR_RW(ageing_time);

static ssize_t vlan_filtering_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct rsw_switch *sw = netdev_priv(to_net_dev(dev));

	return sysfs_emit(buf, "%d\n", !!READ_ONCE(sw->vlan_proto));
}

static ssize_t vlan_filtering_store(struct device *dev, struct device_attribute *attr,
				    const char *buf, size_t len)
{
	bool on;
	int err = kstrtobool(buf, &on);

	if (err)
		return err;
	if (!rtnl_trylock())
		return restart_syscall();
	rsw_vlan_set_filtering(netdev_priv(to_net_dev(dev)), on);
	rtnl_unlock();
	return len;
}
static DEVICE_ATTR_RW(vlan_filtering);

static ssize_t vlan_protocol_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct rsw_switch *sw = netdev_priv(to_net_dev(dev));

	return sysfs_emit(buf, "%#06x\n", ntohs(READ_ONCE(sw->vlan_tpid)));
}

static ssize_t vlan_protocol_store(struct device *dev, struct device_attribute *attr,
				   const char *buf, size_t len)
{
	u16 proto;
	int err = kstrtou16(buf, 0, &proto);

	if (err)
		return err;
	if (!eth_type_vlan(htons(proto)))
		return -EPROTONOSUPPORT;
	if (!rtnl_trylock())
		return restart_syscall();
	rsw_vlan_set_protocol(netdev_priv(to_net_dev(dev)), htons(proto));
	rtnl_unlock();
	return len;
}
static DEVICE_ATTR_RW(vlan_protocol);

static struct attribute *switch_attrs[] = {
	&dev_attr_ageing_time.attr,
	&dev_attr_vlan_filtering.attr,
	&dev_attr_vlan_protocol.attr,
	NULL
};

const struct attribute_group rsw_switch_group = {
	.name = "ringswitch",
	.attrs = switch_attrs,
};

/* A file that shows one number of a port. */
struct number_attr {
	struct device_attribute attr;
	unsigned int index;
};

static ssize_t show_number(struct device *dev, struct device_attribute *attr, char *buf, bool drop)
{
	unsigned int index = container_of(attr, struct number_attr, attr)->index;
	struct rsw_stats_sum sum;
	struct rsw_port *port;

	rcu_read_lock();
	port = rsw_port_of(to_net_dev(dev));
	if (port)
		rsw_stats_sum(port->stats, &sum);
	rcu_read_unlock();
	if (!port)
		return -ENODEV;
	return sysfs_emit(buf, "%llu\n", drop ? sum.drop[index] : sum.count[index]);
}

static ssize_t count_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return show_number(dev, attr, buf, false);
}

static ssize_t drop_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return show_number(dev, attr, buf, true);
}

static ssize_t state_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const char *state = NULL;
	struct rsw_port *port;

	rcu_read_lock();
	port = rsw_port_of(to_net_dev(dev));
	if (port)
		state = port->ops->state(port);
	rcu_read_unlock();
	return state ? sysfs_emit(buf, "%s\n", state) : -ENODEV;
}
static DEVICE_ATTR_RO(state);

static ssize_t broken_reason_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct rsw_port *port = rsw_representor_port(to_net_dev(dev));
	int broken = port ? READ_ONCE(rsw_guest_of_port(port)->broken) : 0;

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
static DEVICE_ATTR_RO(broken_reason);

static ssize_t backlog_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct rsw_port *port;
	unsigned int n = 0;

	rcu_read_lock();
	port = rsw_port_of(to_net_dev(dev));
	if (port)
		n = port->ops->backlog(port);
	rcu_read_unlock();
	return port ? sysfs_emit(buf, "%u\n", n) : -ENODEV;
}
static DEVICE_ATTR_RO(backlog);

/* These files are those of guests. */
static struct rsw_guest *guest_of(struct device *dev)
{
	return rsw_guest_of_port(rsw_representor_port(to_net_dev(dev)));
}

static ssize_t features_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%#llx\n", READ_ONCE(guest_of(dev)->features));
}
static DEVICE_ATTR_RO(features);

static ssize_t profile_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	bool fast = guest_of(dev)->offered & ~RSW_VDPA_FEATURES_DEFAULT;

	return sysfs_emit(buf, "%s\n", fast ? "fast" : "migratable");
}
static DEVICE_ATTR_RO(profile);

/* A word for each pair. */
static ssize_t worker_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct rsw_guest *guest = guest_of(dev);
	int len = 0;

	for (u16 i = 0; i < guest->npairs; i++)
		len += sysfs_emit_at(buf, len, "%s%s", i ? " " : "",
				     READ_ONCE(guest->pair[i].worker.by) ?: "none");
	return len + sysfs_emit_at(buf, len, "\n");
}
static DEVICE_ATTR_RO(worker);

/* A setting, changed under RTNL; the device may be about to go. */
static ssize_t set_port(struct device *dev, size_t len, u16 value,
			void (*set)(struct rsw_port *port, unsigned int index, u16 value),
			unsigned int index)
{
	struct rsw_port *port;

	if (!rtnl_trylock())
		return restart_syscall();
	port = rsw_port_of(to_net_dev(dev));
	if (port)
		set(port, index, value);
	rtnl_unlock();
	return port ? len : -ENODEV;
}

static ssize_t flag_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	unsigned int flag = container_of(attr, struct number_attr, attr)->index;
	struct rsw_port *port;
	bool on = false;

	rcu_read_lock();
	port = rsw_port_of(to_net_dev(dev));
	if (port)
		on = rsw_port_has(port, flag);
	rcu_read_unlock();
	return port ? sysfs_emit(buf, "%d\n", on) : -ENODEV;
}

static void set_flag(struct rsw_port *port, unsigned int index, u16 on)
{
	rsw_port_set_flags(port, BIT(index), on ? BIT(index) : 0);
}

static ssize_t flag_store(struct device *dev, struct device_attribute *attr, const char *buf,
			  size_t len)
{
	unsigned int flag = container_of(attr, struct number_attr, attr)->index;
	bool on;
	int err = kstrtobool(buf, &on);

	return err ?: set_port(dev, len, on, set_flag, flag);
}

static ssize_t isolation_group_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct rsw_port *port;
	u16 group = 0;

	rcu_read_lock();
	port = rsw_port_of(to_net_dev(dev));
	if (port)
		group = READ_ONCE(port->isolation_group);
	rcu_read_unlock();
	return port ? sysfs_emit(buf, "%u\n", group) : -ENODEV;
}

static void set_isolation_group(struct rsw_port *port, unsigned int index, u16 group)
{
	rsw_port_set_isolation_group(port, group);
}

static ssize_t isolation_group_store(struct device *dev, struct device_attribute *attr,
				     const char *buf, size_t len)
{
	u16 group;
	int err = kstrtou16(buf, 10, &group);

	return err ?: set_port(dev, len, group, set_isolation_group, 0);
}
static DEVICE_ATTR_RW(isolation_group);

#define FLAG(n, brport, on)							\
static struct number_attr flag_##n = {						\
	__ATTR(n, 0644, flag_show, flag_store), RSW_PORT_##n };

RSW_PORT_FLAGS(FLAG)

#define FLAG_ATTR(n, brport, on)	&flag_##n.attr.attr,

#define COUNT(upper, n)								\
static struct number_attr count_##n = {						\
	__ATTR(n, 0444, count_show, NULL), RSW_##upper };

RSW_COUNTERS(COUNT)

#define DROP_IN(n)								\
static struct number_attr drop_in_##n = {					\
	__ATTR(drop_in_##n, 0444, drop_show, NULL), RSW_DROP_IN_##n };
#define DROP_OUT(n)								\
static struct number_attr drop_out_##n = {					\
	__ATTR(drop_out_##n, 0444, drop_show, NULL), RSW_DROP_OUT_##n };

RSW_DROP_REASONS(DROP_IN, DROP_OUT)

#define COUNT_ATTR(upper, n)	&count_##n.attr.attr,
#define DROP_IN_ATTR(n)		&drop_in_##n.attr.attr,
#define DROP_OUT_ATTR(n)	&drop_out_##n.attr.attr,

static struct attribute *port_attrs[] = {
	&dev_attr_state.attr,
	&dev_attr_broken_reason.attr,
	&dev_attr_backlog.attr,
	&dev_attr_features.attr,
	&dev_attr_profile.attr,
	&dev_attr_worker.attr,
	&dev_attr_isolation_group.attr,
	&rsw_sysfs_pvid.attr,
	&rsw_sysfs_vlans.attr,
	&rsw_sysfs_vlans_untagged.attr,
	RSW_PORT_FLAGS(FLAG_ATTR)
	RSW_COUNTERS(COUNT_ATTR)
	RSW_DROP_REASONS(DROP_IN_ATTR, DROP_OUT_ATTR)
	NULL
};

/* But for VLANs, the host's own port has no settings, as a bridge has none for itself. */
static umode_t port_attr_visible(struct kobject *kobj, struct attribute *attr, int i)
{
	bool vlan = attr == &rsw_sysfs_pvid.attr || attr == &rsw_sysfs_vlans.attr ||
		    attr == &rsw_sysfs_vlans_untagged.attr;

	bool guest = attr == &dev_attr_features.attr || attr == &dev_attr_profile.attr ||
		     attr == &dev_attr_worker.attr;
	const struct net_device *dev = to_net_dev(kobj_to_dev(kobj));

	if (attr->mode & 0200 && !vlan && rsw_is_switch(dev))
		return 0;
	if (guest && !rsw_representor_port(dev))
		return 0;
	return attr->mode;
}

const struct attribute_group rsw_port_group = {
	.name = "ringport",
	.attrs = port_attrs,
	.is_visible = port_attr_visible,
};
