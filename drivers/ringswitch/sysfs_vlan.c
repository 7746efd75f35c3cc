// SPDX-License-Identifier: GPL-2.0
/* Files of a port that say in which VLANs it is; sets of them as "1,10-20". */
#include <linux/bitmap.h>
#include <linux/kstrtox.h>

#include "sysfs_vlan.h"
#include "vlan_policy.h"

static int parse_set(const char *buf, unsigned long *vids)
{
	int err = bitmap_parselist(buf, vids, VLAN_N_VID);

	if (err)
		return err;
	return test_bit(0, vids) || test_bit(RSW_VID_LAST + 1, vids) ? -ERANGE : 0;
}

static ssize_t show_vlans(struct rsw_port *port, unsigned int arg, char *buf)
{
	return sysfs_emit(buf, "%*pbl\n", VLAN_N_VID, port->vlans.member);
}

static int set_vlans(struct rsw_port *port, unsigned int arg, const char *buf)
{
	DECLARE_BITMAP(vids, VLAN_N_VID);

	return parse_set(buf, vids) ?: rsw_vlan_set(port, vids);
}

static ssize_t show_vlans_untagged(struct rsw_port *port, unsigned int arg, char *buf)
{
	return sysfs_emit(buf, "%*pbl\n", VLAN_N_VID, port->vlans.untagged);
}

static int set_vlans_untagged(struct rsw_port *port, unsigned int arg, const char *buf)
{
	DECLARE_BITMAP(vids, VLAN_N_VID);
	int err = parse_set(buf, vids);

	if (err)
		return err;
	if (!bitmap_subset(vids, port->vlans.member, VLAN_N_VID))
		return -EINVAL;
	rsw_vlan_set_untagged(port, vids);
	return 0;
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
struct rsw_port_attr rsw_attr_vlans = RSW_PORT_ATTR_RW(vlans, ALL, 0, show_vlans, set_vlans);
struct rsw_port_attr rsw_attr_vlans_untagged =
	RSW_PORT_ATTR_RW(vlans_untagged, ALL, 0, show_vlans_untagged, set_vlans_untagged);
