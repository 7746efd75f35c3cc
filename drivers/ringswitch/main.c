// SPDX-License-Identifier: GPL-2.0
/* Module init and exit, and what the rest of the kernel tells us about our netdevs. */
#include <linux/build_bug.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/rtnetlink.h>

#include "caller.h"
#include "mgmt.h"
#include "mirror_policy.h"
#include "switch.h"
#include "sysctl.h"
#include "sysfs_masters.h"
#include "sysfs_port.h"
#include "uplink.h"

static_assert(!IS_ENABLED(CONFIG_HIGHMEM), "Frames and guests are reached through the direct map");

static int switch_event(struct net_device *dev, unsigned long event)
{
	const struct rsw_switch *sw = netdev_priv(dev);

	switch (event) {
	case NETDEV_REGISTER:
		/* Counters of the host port, in a group of their own as for every port. */
		return sysfs_create_group(&dev->dev.kobj, &rsw_port_group);
	case NETDEV_CHANGENAME:
		/* Its management device would keep the old name, for another to take. */
		return !sw->mgmt || rsw_mgmt_named_like(sw->mgmt, dev->name) ? 0 : -EBUSY;
	}
	return 0;
}

static int uplink_event(struct net_device *dev, unsigned long event)
{
	switch (event) {
	case NETDEV_UP:
	case NETDEV_DOWN:
	case NETDEV_CHANGE:
		rsw_uplink_changed(dev);
		break;
	case NETDEV_NOTIFY_PEERS:
	case NETDEV_RESEND_IGMP:
		rsw_uplink_moved(dev, event);
		break;
	case NETDEV_UNREGISTER:
		rsw_uplink_del(dev);
		break;
	case NETDEV_PRE_TYPE_CHANGE:
		/* It would stop being Ethernet under us. */
		return -EBUSY;
	}
	return 0;
}

static int netdev_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);

	rsw_mirror_event(dev, event);
	if (rsw_is_switch(dev))
		return notifier_from_errno(switch_event(dev, event));
	if (rsw_uplink_port(dev))
		return notifier_from_errno(uplink_event(dev, event));
	return NOTIFY_DONE;
}

static struct notifier_block netdev_notifier = {
	.notifier_call = netdev_event,
};

static int __init ringswitch_init(void)
{
	int err = rsw_mgmt_init();

	if (err)
		return err;
	err = rsw_sysctl_init();
	if (err)
		goto err_mgmt;
	err = register_netdevice_notifier(&netdev_notifier);
	if (err)
		goto err_sysctl;
	err = rtnl_link_register(&rsw_link_ops);
	if (err)
		goto err_notifier;
	err = rsw_sysfs_masters_init();
	if (err)
		goto err_link;
	return 0;

err_link:
	rtnl_link_unregister(&rsw_link_ops);
err_notifier:
	unregister_netdevice_notifier(&netdev_notifier);
err_sysctl:
	rsw_sysctl_exit();
err_mgmt:
	rsw_mgmt_exit();
	return err;
}

static void __exit ringswitch_exit(void)
{
	rsw_sysfs_masters_exit();
	/* Deletes all switches with their ports. */
	rtnl_link_unregister(&rsw_link_ops);
	unregister_netdevice_notifier(&netdev_notifier);
	rsw_sysctl_exit();
	rsw_mgmt_exit();
	rsw_caller_exit();
	/* Objects freed by RCU with functions of ours. */
	rcu_barrier();
}

module_init(ringswitch_init);
module_exit(ringswitch_exit);

MODULE_DESCRIPTION("Ethernet switch whose ports are virtio rings");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1.0");
MODULE_SOFTDEP("post: vhost_vdpa");
