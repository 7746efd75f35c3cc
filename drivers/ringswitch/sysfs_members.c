// SPDX-License-Identifier: GPL-2.0
/*
 * Ports made and removed by writing: "+eth0" and "-eth0" to uplinks, "+vm0 mac=.. max_vqp=.."
 * and "-vm0" to ports. Reading gives their names.
 */
#include <linux/hex.h>
#include <linux/kref.h>
#include <linux/kstrtox.h>
#include <linux/netdevice.h>
#include <linux/rculist.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <uapi/linux/vdpa.h>

#include "mgmt_guest.h"
#include "representor.h"
#include "switch.h"
#include "sysfs_members.h"
#include "uplink.h"
#include "words.h"

/* Names that fit, and a word where they do not all, as the files of bonding do it. */
static ssize_t show_names(struct rsw_switch *sw, char *buf,
			  struct rsw_port *(*is_one)(const struct net_device *dev))
{
	static const char more[] = "++more++ ";
	const int room = PAGE_SIZE - sizeof(more) - IFNAMSIZ - 2;
	struct rsw_port *port;
	int len = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(port, &sw->ports, node) {
		const struct net_device *dev = READ_ONCE(port->dev);

		if (!dev || !is_one(dev))
			continue;
		if (len > room) {
			len += sysfs_emit_at(buf, len, "%s", more);
			break;
		}
		len += sysfs_emit_at(buf, len, "%s ", netdev_name(dev));
	}
	rcu_read_unlock();
	return len + sysfs_emit_at(buf, len, "\n");
}

static ssize_t show_uplinks(struct rsw_switch *sw, char *buf)
{
	return show_names(sw, buf, rsw_uplink_port);
}

static int set_uplinks(struct rsw_switch *sw, const char *buf)
{
	char sign, name[IFNAMSIZ + 1];
	const struct rsw_port *port;
	struct net_device *dev;

	/* One letter more than a name can have: what is too long is not cut to fit. */
	if (sscanf(buf, "%c%16s", &sign, name) != 2 || (sign != '+' && sign != '-'))
		return -EINVAL;
	dev = __dev_get_by_name(dev_net(sw->dev), name);
	if (!dev)
		return -ENODEV;
	if (sign == '+')
		return netdev_master_upper_dev_get(dev) ? -EBUSY : rsw_uplink_add(sw, dev, NULL);
	port = rsw_uplink_port(dev);
	if (!port || rtnl_dereference(port->sw) != sw)
		return -ENOENT;
	rsw_uplink_del(dev);
	return 0;
}

static ssize_t show_ports(struct rsw_switch *sw, char *buf)
{
	return show_names(sw, buf, rsw_representor_port);
}

/* One "key=value" of what "vdpa dev add" takes. */
static int parse_setting(char *word, struct vdpa_dev_set_config *config)
{
	const char *value = strchr(word, '=');
	int err, attr;

	if (!value)
		return -EINVAL;
	word[value++ - word] = '\0';
	if (!strcmp(word, "mac")) {
		attr = VDPA_ATTR_DEV_NET_CFG_MACADDR;
		err = mac_pton(value, config->net.mac) ? 0 : -EINVAL;
	} else if (!strcmp(word, "mtu")) {
		attr = VDPA_ATTR_DEV_NET_CFG_MTU;
		err = kstrtou16(value, 0, &config->net.mtu);
	} else if (!strcmp(word, "max_vqp")) {
		attr = VDPA_ATTR_DEV_NET_CFG_MAX_VQP;
		err = kstrtou16(value, 0, &config->net.max_vq_pairs);
	} else if (!strcmp(word, "device_features")) {
		attr = VDPA_ATTR_DEV_FEATURES;
		err = kstrtou64(value, 0, &config->device_features);
	} else {
		return -EINVAL;
	}
	config->mask |= BIT_ULL(attr);
	return err;
}

/**
 * struct job - a guest port to be made or removed
 * @work: does it
 * @ref: of @work, and of whoever waits for it
 * @mgmt: management device of its switch, held
 * @name: of the port, behind a sign
 * @config: what it shall be like
 * @done: @err is valid
 * @err: how it went
 */
struct job {
	struct work_struct work;
	struct kref ref;
	struct rsw_mgmt *mgmt;
	char name[1 + IFNAMSIZ];
	struct vdpa_dev_set_config config;
	bool done;
	int err;
};

static void free_job(struct kref *ref)
{
	struct job *job = container_of(ref, struct job, ref);

	rsw_mgmt_put(job->mgmt);
	kfree(job);
}

static void do_job(struct work_struct *work)
{
	struct job *job = container_of(work, struct job, work);

	if (job->name[0] == '+')
		job->err = rsw_mgmt_add_guest(job->mgmt, job->name + 1, &job->config);
	else
		job->err = rsw_mgmt_del_guest(job->mgmt, job->name + 1);
	/* Pairs with smp_load_acquire() in is_done(). */
	smp_store_release(&job->done, true);
	wake_up_all(&job->mgmt->settled);
	kref_put(&job->ref, free_job);
}

static bool is_done(const struct job *job)
{
	/* Pairs with smp_store_release() in do_job(). */
	return smp_load_acquire(&job->done);
}

static int parse_job(char *line, struct job *job)
{
	char *word = rsw_next_word(&line, RSW_BLANKS);
	bool add = word && *word == '+';
	int err = 0;

	if (!word || (!add && *word != '-'))
		return -EINVAL;
	if (strscpy(job->name, word) < 0)
		return -ENAMETOOLONG;
	while (!err && (word = rsw_next_word(&line, RSW_BLANKS)))
		err = add ? parse_setting(word, &job->config) : -EINVAL;
	return err;
}

static struct job *new_job(struct rsw_mgmt *mgmt, const char *buf)
{
	struct job *job = kzalloc(sizeof(*job), GFP_KERNEL);
	char *line = kstrdup(buf, GFP_KERNEL);
	int err = -ENOMEM;

	if (job && line)
		err = parse_job(line, job);
	kfree(line);
	if (err) {
		kfree(job);
		return ERR_PTR(err);
	}
	rsw_mgmt_get(mgmt);
	job->mgmt = mgmt;
	kref_init(&job->ref);
	kref_get(&job->ref);
	INIT_WORK(&job->work, do_job);
	return job;
}

/*
 * The vdpa core's lock comes before RTNL, and whoever deletes the switch holds RTNL while it
 * waits for its files. So a work item does it, and this file lets go of it when that begins.
 */
static ssize_t store_ports(struct device *dev, struct device_attribute *attr, const char *buf,
			   size_t len)
{
	const struct rsw_switch *sw = netdev_priv(to_net_dev(dev));
	struct rsw_mgmt *mgmt;
	struct job *job;
	int err;

	if (rsw_attr_is_cut(len))
		return -E2BIG;
	if (!rtnl_trylock())
		return restart_syscall();
	job = sw->mgmt ? new_job(sw->mgmt, buf) : ERR_PTR(-ENODEV);
	rtnl_unlock();
	if (IS_ERR(job))
		return PTR_ERR(job);
	mgmt = job->mgmt;
	rsw_mgmt_queue(&job->work);
	err = wait_event_killable(mgmt->settled, is_done(job) || !READ_ONCE(mgmt->sw));
	if (!err)
		err = is_done(job) ? job->err : -ENODEV;
	kref_put(&job->ref, free_job);
	return err ?: len;
}

struct rsw_switch_attr rsw_attr_uplinks =
	RSW_SWITCH_ATTR_RW(uplinks, show_uplinks, set_uplinks);
struct rsw_switch_attr rsw_attr_ports = {
	.attr = __ATTR(ports, 0644, rsw_switch_attr_show, store_ports),
	.show = show_ports,
};
