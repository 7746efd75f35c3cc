// SPDX-License-Identifier: GPL-2.0
/*
 * What all files in sysfs have in common: a port may have left its netdev, and what changes a
 * setting holds RTNL, which whoever removes the netdev holds while it waits for open files.
 */
#include <linux/jiffies.h>
#include <linux/kstrtox.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "defaults.h"
#include "representor.h"
#include "switch.h"
#include "sysfs_attr.h"

static struct rsw_port_attr *port_attr(struct device_attribute *attr)
{
	return container_of(attr, struct rsw_port_attr, attr);
}

ssize_t rsw_port_attr_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct rsw_port_attr *file = port_attr(attr);
	ssize_t len = -ENODEV;
	struct rsw_port *port;

	rcu_read_lock();
	port = rsw_port_of(to_net_dev(dev));
	if (port)
		len = file->show(port, file->arg, buf);
	rcu_read_unlock();
	return len;
}

ssize_t rsw_port_attr_store(struct device *dev, struct device_attribute *attr, const char *buf,
			    size_t len)
{
	const struct rsw_port_attr *file = port_attr(attr);
	struct rsw_port *port;
	int err = -ENODEV;

	if (rsw_attr_is_cut(len))
		return -E2BIG;
	if (!rtnl_trylock())
		return restart_syscall();
	port = rsw_port_of(to_net_dev(dev));
	if (port)
		err = file->set(port, file->arg, buf);
	rtnl_unlock();
	return err ?: len;
}

/**
 * rsw_attr_show_time - write a time as people say it
 * @time: jiffies
 * @buf: for 1/100 s, as in the bridge's files
 */
ssize_t rsw_attr_show_time(const unsigned long *time, char *buf)
{
	return sysfs_emit(buf, "%lu\n", jiffies_to_clock_t(READ_ONCE(*time)));
}

/**
 * rsw_attr_parse_time - the other way round
 * @buf: 1/100 s, from one to %RSW_TIME_MAX
 * @time: jiffies
 *
 * Return: 0, -EINVAL or -ERANGE.
 */
int rsw_attr_parse_time(const char *buf, unsigned long *time)
{
	unsigned long value;
	int err = kstrtoul(buf, 10, &value);

	if (err)
		return err;
	if (!value || value > RSW_TIME_MAX)
		return -ERANGE;
	*time = clock_t_to_jiffies(value);
	return 0;
}

umode_t rsw_port_attr_visible(struct kobject *kobj, struct attribute *attr, int i)
{
	const struct net_device *dev = to_net_dev(kobj_to_dev(kobj));
	struct rsw_port_attr *file;

	file = port_attr(container_of(attr, struct device_attribute, attr));
	switch (file->of) {
	case RSW_ATTR_OF_GUESTS:
		return rsw_representor_port(dev) ? attr->mode : 0;
	case RSW_ATTR_OF_ALL_BUT_HOST:
		return rsw_is_switch(dev) ? 0 : attr->mode;
	default:
		return attr->mode;
	}
}

static struct rsw_switch_attr *switch_attr(struct device_attribute *attr)
{
	return container_of(attr, struct rsw_switch_attr, attr);
}

ssize_t rsw_switch_attr_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return switch_attr(attr)->show(netdev_priv(to_net_dev(dev)), buf);
}

ssize_t rsw_switch_attr_store(struct device *dev, struct device_attribute *attr, const char *buf,
			      size_t len)
{
	int err;

	if (rsw_attr_is_cut(len))
		return -E2BIG;
	if (!rtnl_trylock())
		return restart_syscall();
	err = switch_attr(attr)->set(netdev_priv(to_net_dev(dev)), buf);
	rtnl_unlock();
	return err ?: len;
}
