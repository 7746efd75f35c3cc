// SPDX-License-Identifier: GPL-2.0
/* Files of a port that say in which VLANs it is; sets of them as "1,10-20". */
#include <linux/bitmap.h>
#include <linux/kstrtox.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>

#include "switch.h"
#include "sysfs_vlan.h"
#include "vlan_policy.h"

static int parse_set(const char *buf, unsigned long *vids)
{
	int err = bitmap_parselist(buf, vids, VLAN_N_VID);

	if (err)
		return err;
	return test_bit(0, vids) || test_bit(RSW_VID_LAST + 1, vids) ? -ERANGE : 0;
}

static int set_untagged(struct rsw_port *port, const unsigned long *vids)
{
	if (!bitmap_subset(vids, port->vlans.member, VLAN_N_VID))
		return -EINVAL;
	rsw_vlan_set_untagged(port, vids);
	return 0;
}

static struct rsw_port *port_of(struct kobject *kobj)
{
	return rsw_port_of(to_net_dev(kobj_to_dev(kobj)));
}

static bool is_untagged(const struct bin_attribute *attr)
{
	return attr->private;
}

/* A set can be longer than a page, which other files cannot. */
static ssize_t read_set(struct file *file, struct kobject *kobj,
			COMPAT_BIN_CONST struct bin_attribute *attr, char *buf, loff_t off,
			size_t count)
{
	DECLARE_BITMAP(vids, VLAN_N_VID);
	const struct rsw_port *port;
	ssize_t len;
	char *text;

	rcu_read_lock();
	port = port_of(kobj);
	if (port)
		bitmap_copy(vids, is_untagged(attr) ? port->vlans.untagged : port->vlans.member,
			    VLAN_N_VID);
	rcu_read_unlock();
	if (!port)
		return -ENODEV;
	text = kasprintf(GFP_KERNEL, "%*pbl\n", VLAN_N_VID, vids);
	if (!text)
		return -ENOMEM;
	len = memory_read_from_buffer(buf, count, &off, text, strlen(text));
	kfree(text);
	return len;
}

static ssize_t write_set(struct file *file, struct kobject *kobj,
			 COMPAT_BIN_CONST struct bin_attribute *attr, char *buf, loff_t off,
			 size_t count)
{
	DECLARE_BITMAP(vids, VLAN_N_VID);
	struct rsw_port *port;
	int err;

	/* The rest of what was too long comes in another call. */
	if (off)
		return -EINVAL;
	if (rsw_attr_is_cut(count))
		return -E2BIG;
	err = parse_set(buf, vids);
	if (err)
		return err;
	if (!rtnl_trylock())
		return restart_syscall();
	port = port_of(kobj);
	if (!port)
		err = -ENODEV;
	else if (is_untagged(attr))
		err = set_untagged(port, vids);
	else
		err = rsw_vlan_set(port, vids);
	rtnl_unlock();
	return err ?: count;
}

static ssize_t show_pvid(struct rsw_port *port, unsigned int arg, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(port->vlans.pvid));
}

static int set_pvid(struct rsw_port *port, unsigned int arg, const char *buf)
{
	u16 vid;
	int err = kstrtou16(buf, 10, &vid);

	if (err)
		return err;
	if (vid > RSW_VID_LAST)
		return -ERANGE;
	if (!rsw_vlan_has(&port->vlans, vid))
		return -EINVAL;
	rsw_vlan_set_pvid(port, vid);
	return 0;
}

struct rsw_port_attr rsw_attr_pvid = RSW_PORT_ATTR_RW(pvid, ALL, 0, show_pvid, set_pvid);

COMPAT_BIN_CONST struct bin_attribute rsw_attr_vlans = {
	.attr = { .name = "vlans", .mode = 0644 },
	.read = read_set,
	.write = write_set,
};

COMPAT_BIN_CONST struct bin_attribute rsw_attr_vlans_untagged = {
	.attr = { .name = "vlans_untagged", .mode = 0644 },
	.private = (void *)true,
	.read = read_set,
	.write = write_set,
};
