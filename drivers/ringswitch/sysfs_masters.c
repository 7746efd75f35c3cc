// SPDX-License-Identifier: GPL-2.0
/* /sys/class/net/ringswitch_masters: the switches of a namespace; "+rsw0" makes one. */
#include <linux/device/class.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/sysfs.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>
#include <net/rtnetlink.h>

#include "switch.h"
#include "sysfs_masters.h"

static unsigned int masters_id __read_mostly;

/* Each namespace has a file, which knows it. */
struct masters {
	struct class_attribute attr;
	struct net *net;
};

static struct net *net_of(const struct class_attribute *attr)
{
	return container_of_const(attr, struct masters, attr)->net;
}

static ssize_t masters_show(const struct class *class, const struct class_attribute *attr,
			    char *buf)
{
	struct net_device *dev;
	int len = 0;

	rcu_read_lock();
	for_each_netdev_rcu(net_of(attr), dev)
		if (rsw_is_switch(dev))
			len += sysfs_emit_at(buf, len, "%s ", netdev_name(dev));
	rcu_read_unlock();
	return len + sysfs_emit_at(buf, len, "\n");
}

static int delete_switch(struct net *net, const char *name)
{
	struct net_device *dev = __dev_get_by_name(net, name);

	if (!dev || !rsw_is_switch(dev))
		return -ENOENT;
	return rtnl_delete_link(dev, 0, NULL);
}

static ssize_t masters_store(const struct class *class, const struct class_attribute *attr,
			     const char *buf, size_t len)
{
	char sign, name[IFNAMSIZ + 1];
	int err = -EINVAL;

	/* One letter more than a name can have: what is too long is not cut to fit. */
	if (sscanf(buf, "%c%16s", &sign, name) != 2)
		return -EINVAL;
	if (!rtnl_trylock())
		return restart_syscall();
	if (sign == '+')
		err = rsw_switch_create(net_of(attr), name);
	else if (sign == '-')
		err = delete_switch(net_of(attr), name);
	rtnl_unlock();
	return err ?: len;
}

static const struct class_attribute masters_attr = {
	.attr = { .name = "ringswitch_masters", .mode = 0644 },
	.show = masters_show,
	.store = masters_store,
};

static int __net_init masters_net_init(struct net *net)
{
	struct masters *masters = net_generic(net, masters_id);

	masters->net = net;
	masters->attr = masters_attr;
	sysfs_attr_init(&masters->attr.attr);
	return netdev_class_create_file_ns(&masters->attr, to_ns_common(net));
}

static void __net_exit masters_net_exit(struct net *net)
{
	struct masters *masters = net_generic(net, masters_id);

	netdev_class_remove_file_ns(&masters->attr, to_ns_common(net));
}

static struct pernet_operations masters_net_ops = {
	.init = masters_net_init,
	.exit = masters_net_exit,
	.id = &masters_id,
	.size = sizeof(struct masters),
};

int rsw_sysfs_masters_init(void)
{
	return register_pernet_subsys(&masters_net_ops);
}

/* Waits for whoever writes to one of the files. */
void rsw_sysfs_masters_exit(void)
{
	unregister_pernet_subsys(&masters_net_ops);
}
