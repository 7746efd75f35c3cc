// SPDX-License-Identifier: GPL-2.0
/* Files of a port that say in which VLANs it is; sets of them as "1,10-20". */
#include <linux/bitmap.h>
#include <linux/kstrtox.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/sysfs.h>

#include "sysfs_vlan.h"
#include "vlan_policy.h"

static ssize_t show_set(struct device *dev, char *buf, bool untagged)
{
	ssize_t len = -ENODEV;
	struct rsw_port *port;

	rcu_read_lock();
	port = rsw_port_of(to_net_dev(dev));
	if (port)
		len = sysfs_emit(buf, "%*pbl\n", VLAN_N_VID,
				 untagged ? port->vlans.untagged : port->vlans.member);
	rcu_read_unlock();
	return len;
}

static int parse_set(const char *buf, unsigned long *vids)
{
	int err = bitmap_parselist(buf, vids, VLAN_N_VID);

	if (err)
		return err;
	return test_bit(0, vids) || test_bit(RSW_VID_LAST + 1, vids) ? -ERANGE : 0;
}

static ssize_t store_set(struct device *dev, const char *buf, size_t len, bool untagged)
{
	DECLARE_BITMAP(vids, VLAN_N_VID);
	struct rsw_port *port;
	int err = parse_set(buf, vids);

	if (err)
		return err;
	if (!rtnl_trylock())
		return restart_syscall();
	port = rsw_port_of(to_net_dev(dev));
	if (!port)
		err = -ENODEV;
	else if (!untagged)
		err = rsw_vlan_set(port, vids);
	else if (!bitmap_subset(vids, port->vlans.member, VLAN_N_VID))
		err = -EINVAL;
	else
		rsw_vlan_set_untagged(port, vids);
	rtnl_unlock();
	return err ?: len;
}

static ssize_t vlans_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return show_set(dev, buf, false);
}

static ssize_t vlans_store(struct device *dev, struct device_attribute *attr, const char *buf,
			   size_t len)
{
	return store_set(dev, buf, len, false);
}

static ssize_t vlans_untagged_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return show_set(dev, buf, true);
}

static ssize_t vlans_untagged_store(struct device *dev, struct device_attribute *attr,
				    const char *buf, size_t len)
{
	return store_set(dev, buf, len, true);
}

static ssize_t pvid_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct rsw_port *port;
	u16 vid = 0;

	rcu_read_lock();
	port = rsw_port_of(to_net_dev(dev));
	if (port)
		vid = READ_ONCE(port->vlans.pvid);
	rcu_read_unlock();
	return port ? sysfs_emit(buf, "%u\n", vid) : -ENODEV;
}

static ssize_t pvid_store(struct device *dev, struct device_attribute *attr, const char *buf,
			  size_t len)
{
	struct rsw_port *port;
	u16 vid;
	int err = kstrtou16(buf, 10, &vid);

	if (err)
		return err;
	if (vid > RSW_VID_LAST)
		return -ERANGE;
	if (!rtnl_trylock())
		return restart_syscall();
	port = rsw_port_of(to_net_dev(dev));
	if (!port)
		err = -ENODEV;
	else if (!rsw_vlan_has(&port->vlans, vid))
		err = -EINVAL;
	else
		rsw_vlan_set_pvid(port, vid);
	rtnl_unlock();
	return err ?: len;
}

struct device_attribute rsw_sysfs_pvid = __ATTR_RW(pvid);
struct device_attribute rsw_sysfs_vlans = __ATTR_RW(vlans);
struct device_attribute rsw_sysfs_vlans_untagged = __ATTR_RW(vlans_untagged);
