// SPDX-License-Identifier: GPL-2.0
/* Files of a port that name the netdev its frames are copied to. */
#include <linux/netdevice.h>
#include <linux/string.h>

#include "mirror.h"
#include "mirror_policy.h"
#include "sysfs_mirror.h"

static ssize_t show(struct rsw_port *port, unsigned int way, char *buf)
{
	const struct rsw_mirror *mirror = rcu_dereference(port->mirror[way]);

	return sysfs_emit(buf, "%s\n", mirror ? netdev_name(mirror->dev) : "");
}

static int set(struct rsw_port *port, unsigned int way, const char *buf)
{
	struct net_device *dev = NULL;
	/* One more for the end of the line. */
	char line[IFNAMSIZ + 1], *name;

	if (strscpy(line, buf, sizeof(line)) < 0)
		return -ENODEV;
	name = strim(line);
	if (*name) {
		dev = port->dev ? __dev_get_by_name(dev_net(port->dev), name) : NULL;
		if (!dev)
			return -ENODEV;
	}
	return rsw_mirror_set(port, way, dev);
}

struct rsw_port_attr rsw_attr_mirror_ingress =
	RSW_PORT_ATTR_RW(mirror_ingress, ALL, RSW_MIRROR_INGRESS, show, set);
struct rsw_port_attr rsw_attr_mirror_egress =
	RSW_PORT_ATTR_RW(mirror_egress, ALL, RSW_MIRROR_EGRESS, show, set);
