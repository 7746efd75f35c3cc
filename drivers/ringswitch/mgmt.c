// SPDX-License-Identifier: GPL-2.0
/*
 * The vdpa management device of a switch: "vdpa dev add name vm0 mgmtdev rsw0".
 *
 * The vdpa core takes RTNL inside its own lock (a new device may probe virtio_net), and
 * switches come and go under RTNL. So (un)registering is left to a work item. Whoever
 * typed the command waits for it on the way back to user mode, outside of RTNL: the
 * next command finds what it expects.
 *
 * A switch that is deleted while a VMM has one of its ports open leaves the management
 * device behind until the VMM is done: unregistering would wait for it with the vdpa
 * core's lock held and block every vdpa command on the host. So drivers are released
 * first, when they look idle, without that lock.
 *
 * Each port holds a reference on the module: rmmod says "in use" and never waits for a
 * VMM.
 */
#include <linux/device.h>
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/vdpa.h>
#include <linux/wait.h>
#include <net/net_namespace.h>
#include <uapi/linux/vdpa.h>
#include <uapi/linux/virtio_ids.h>

#include "caller.h"
#include "guest.h"
#include "mgmt.h"
#include "representor.h"
#include "switch.h"
#include "vdpa.h"

/* How long a command waits for its effect; it is only late, not lost, after that. */
#define SETTLE_TIME	(2 * HZ)

/**
 * struct rsw_mgmt - management device
 * @mdev: for the vdpa core
 * @dev: its name and reference count; never added to the device tree
 * @sw: the switch; NULL once it is being deleted. RTNL
 * @users: guests with a driver
 * @guests: all guests; vdpa_dev_lock to change it, mgmt_lock as well
 * @work: brings @registered in line with @sw
 * @lock: serializes @work
 * @registered: @mdev is registered
 * @settled: @registered changed, or will not change now
 * @waiting: @waiter is queued
 * @waiter: waits on behalf of a user
 * @node: in the list of management devices
 */
struct rsw_mgmt {
	struct vdpa_mgmt_dev mdev;
	struct device dev;
	struct rsw_switch *sw;
	atomic_t users;
	struct list_head guests;
	struct work_struct work;
	struct mutex lock;
	bool registered;
	wait_queue_head_t settled;
	unsigned long waiting;
	struct callback_head waiter;
	struct list_head node;
};

static struct workqueue_struct *mgmt_wq;

/* Protects the list of management devices, and their lists of guests. */
static DEFINE_MUTEX(mgmt_lock);
static LIST_HEAD(mgmt_list);

static struct rsw_mgmt *mgmt_of(struct vdpa_mgmt_dev *mdev)
{
	return container_of(mdev, struct rsw_mgmt, mdev);
}

static int check_config(const struct vdpa_dev_set_config *config, const char *name)
{
	/* A netdev with a pattern for a name would get another one than its device. */
	if (!dev_valid_name(name) || strchr(name, '%'))
		return -EINVAL;
	if (config->mask & BIT_ULL(VDPA_ATTR_DEV_NET_CFG_MACADDR) &&
	    !is_valid_ether_addr(config->net.mac))
		return -EADDRNOTAVAIL;
	if (config->mask & BIT_ULL(VDPA_ATTR_DEV_NET_CFG_MTU) &&
	    (config->net.mtu < ETH_MIN_MTU || config->net.mtu > RSW_VDPA_MAX_MTU))
		return -ERANGE;
	if (config->mask & BIT_ULL(VDPA_ATTR_DEV_NET_CFG_MAX_VQP) &&
	    (!config->net.max_vq_pairs || config->net.max_vq_pairs > RSW_GUEST_PAIRS))
		return -ERANGE;
	if (config->mask & BIT_ULL(VDPA_ATTR_DEV_FEATURES) &&
	    (config->device_features & ~RSW_VDPA_FEATURES ||
	     ~config->device_features & RSW_VDPA_FEATURES_REQUIRED ||
	     !rsw_vdpa_features_agree(config->device_features)))
		return -EINVAL;
	return 0;
}

static int join_switch(struct rsw_mgmt *mgmt, struct rsw_guest *guest, const char *name)
{
	int err = -ENODEV;

	rtnl_lock();
	if (mgmt->sw)
		err = rsw_representor_create(mgmt->sw, guest, name);
	rtnl_unlock();
	return err;
}

static void leave_switch(struct rsw_guest *guest)
{
	rtnl_lock();
	if (guest->rep)
		rsw_representor_destroy(guest->rep, NULL);
	rtnl_unlock();
}

static int register_guest(struct rsw_mgmt *mgmt, struct rsw_guest *guest, const char *name)
{
	int err = join_switch(mgmt, guest, name);

	if (err)
		return err;
	err = _vdpa_register_device(&guest->vdpa, rsw_vdpa_nqueues(guest));
	if (err) {
		leave_switch(guest);
		return err;
	}
	mutex_lock(&mgmt_lock);
	list_add_tail(&guest->node, &mgmt->guests);
	mutex_unlock(&mgmt_lock);
	return 0;
}

/* vdpa_dev_lock is held, by the core. */
static int dev_add(struct vdpa_mgmt_dev *mdev, const char *name,
		   const struct vdpa_dev_set_config *config)
{
	struct rsw_mgmt *mgmt = mgmt_of(mdev);
	struct rsw_guest *guest;
	int err = check_config(config, name);

	if (err)
		return err;
	if (!try_module_get(THIS_MODULE))
		return -ENODEV;
	guest = rsw_vdpa_create(mgmt, name, config);
	if (IS_ERR(guest)) {
		err = PTR_ERR(guest);
		goto err_module;
	}
	guest->vdpa.mdev = mdev;
	err = register_guest(mgmt, guest, name);
	if (!err)
		return 0;
	put_device(&guest->vdpa.dev);
err_module:
	module_put(THIS_MODULE);
	return err;
}

/* vdpa_dev_lock is held, by the core. Waits while a VMM has the device open. */
static void dev_del(struct vdpa_mgmt_dev *mdev, struct vdpa_device *vdpa)
{
	struct rsw_guest *guest = rsw_guest_of(vdpa);

	mutex_lock(&mgmt_lock);
	list_del(&guest->node);
	mutex_unlock(&mgmt_lock);
	leave_switch(guest);
	_vdpa_unregister_device(vdpa);
	/* Module exit takes vdpa_dev_lock, so our text stays until the core has it back. */
	module_put(THIS_MODULE);
}

/* The core lets nothing but a valid MAC address through. */
static int dev_set_attr(struct vdpa_mgmt_dev *mdev, struct vdpa_device *vdpa,
			const struct vdpa_dev_set_config *config)
{
	rsw_guest_set_permanent_mac(rsw_guest_of(vdpa), config->net.mac);
	return 0;
}

static const struct vdpa_mgmtdev_ops mgmt_ops = {
	.dev_add = dev_add,
	.dev_del = dev_del,
	.dev_set_attr = dev_set_attr,
};

static struct virtio_device_id id_table[] = {
	{ VIRTIO_ID_NET, VIRTIO_DEV_ANY_ID },
	{ 0 },
};

/* There is nothing to do for what the switch and its guests want. */
static bool is_settled(struct rsw_mgmt *mgmt)
{
	if (READ_ONCE(mgmt->sw))
		return READ_ONCE(mgmt->registered);
	return !READ_ONCE(mgmt->registered) || atomic_read(&mgmt->users);
}

static struct rsw_guest *next_bound_guest(struct rsw_mgmt *mgmt)
{
	struct rsw_guest *guest;

	guard(mutex)(&mgmt_lock);
	list_for_each_entry(guest, &mgmt->guests, node) {
		if (!guest->vdpa.dev.driver)
			continue;
		get_device(&guest->vdpa.dev);
		return guest;
	}
	return NULL;
}

/* Waits for whoever has a device open, holding no lock of the vdpa core. */
static void release_drivers(struct rsw_mgmt *mgmt)
{
	struct rsw_guest *guest;

	while ((guest = next_bound_guest(mgmt))) {
		device_release_driver(&guest->vdpa.dev);
		put_device(&guest->vdpa.dev);
	}
}

static void forget(struct rsw_mgmt *mgmt)
{
	release_drivers(mgmt);
	vdpa_mgmtdev_unregister(&mgmt->mdev);
	mutex_lock(&mgmt_lock);
	list_del(&mgmt->node);
	mutex_unlock(&mgmt_lock);
}

static void settle(struct work_struct *work)
{
	struct rsw_mgmt *mgmt = container_of(work, struct rsw_mgmt, work);

	mutex_lock(&mgmt->lock);
	if (!is_settled(mgmt)) {
		if (mgmt->registered)
			forget(mgmt);
		else
			vdpa_mgmtdev_register(&mgmt->mdev);
		WRITE_ONCE(mgmt->registered, !mgmt->registered);
	}
	mutex_unlock(&mgmt->lock);
	wake_up_all(&mgmt->settled);
	rsw_mgmt_put(mgmt);
}

static void start_settling(struct rsw_mgmt *mgmt)
{
	rsw_mgmt_get(mgmt);
	if (!queue_work(mgmt_wq, &mgmt->work))
		rsw_mgmt_put(mgmt);
}

static void wait_settled(struct callback_head *head)
{
	struct rsw_mgmt *mgmt = container_of(head, struct rsw_mgmt, waiter);

	/* It may be queued again from here on: it is off the list. */
	clear_bit(0, &mgmt->waiting);
	wait_event_timeout(mgmt->settled, is_settled(mgmt), SETTLE_TIME);
	rsw_mgmt_put(mgmt);
	rsw_caller_done();
}

static void settle_for_user(struct rsw_mgmt *mgmt)
{
	start_settling(mgmt);
	if (test_and_set_bit(0, &mgmt->waiting))
		return;
	rsw_mgmt_get(mgmt);
	if (rsw_caller_add(&mgmt->waiter))
		return;
	clear_bit(0, &mgmt->waiting);
	rsw_mgmt_put(mgmt);
}

static void mgmt_release(struct device *dev)
{
	kfree(container_of(dev, struct rsw_mgmt, dev));
}

static int set_name(struct rsw_mgmt *mgmt, const struct net_device *dev)
{
	const struct net *net = dev_net(dev);

	/* Management devices of all namespaces are in one list. */
	if (net_eq(net, &init_net))
		return dev_set_name(&mgmt->dev, "%s", dev->name);
	return dev_set_name(&mgmt->dev, "%s@%u", dev->name, net->ns.inum);
}

/* The vdpa core takes the first device of a name: there must not be two. */
static int enlist(struct rsw_mgmt *mgmt)
{
	struct rsw_mgmt *other;

	guard(mutex)(&mgmt_lock);
	list_for_each_entry(other, &mgmt_list, node)
		if (!strcmp(dev_name(&other->dev), dev_name(&mgmt->dev)))
			return -EBUSY;
	list_add_tail(&mgmt->node, &mgmt_list);
	return 0;
}

/**
 * rsw_mgmt_create - give a switch a management device
 * @sw: a registered switch
 *
 * Context: RTNL. Registration follows; the calling user waits for it.
 * Return: the management device, -ENOMEM, or -EBUSY (a deleted switch of this name
 * still has a guest).
 */
struct rsw_mgmt *rsw_mgmt_create(struct rsw_switch *sw)
{
	struct rsw_mgmt *mgmt = kzalloc(sizeof(*mgmt), GFP_KERNEL);
	int err;

	if (!mgmt)
		return ERR_PTR(-ENOMEM);
	device_initialize(&mgmt->dev);
	mgmt->dev.release = mgmt_release;
	INIT_LIST_HEAD(&mgmt->guests);
	err = set_name(mgmt, sw->dev);
	if (!err)
		err = enlist(mgmt);
	if (err) {
		put_device(&mgmt->dev);
		return ERR_PTR(err);
	}
	mgmt->sw = sw;
	mgmt->mdev = (struct vdpa_mgmt_dev){
		.device = &mgmt->dev,
		.ops = &mgmt_ops,
		.id_table = id_table,
		.config_attr_mask = BIT_ULL(VDPA_ATTR_DEV_NET_CFG_MACADDR) |
				    BIT_ULL(VDPA_ATTR_DEV_NET_CFG_MTU) |
				    BIT_ULL(VDPA_ATTR_DEV_NET_CFG_MAX_VQP) |
				    BIT_ULL(VDPA_ATTR_DEV_FEATURES),
		.supported_features = RSW_VDPA_FEATURES,
		.max_supported_vqs = RSW_GUEST_QUEUES,
	};
	INIT_WORK(&mgmt->work, settle);
	mutex_init(&mgmt->lock);
	init_waitqueue_head(&mgmt->settled);
	init_task_work(&mgmt->waiter, wait_settled);
	settle_for_user(mgmt);
	return mgmt;
}

/* Is this (still) the name of its switch? */
bool rsw_mgmt_named_like(const struct rsw_mgmt *mgmt, const char *name)
{
	size_t len = strlen(name);
	const char *mine = dev_name(&mgmt->dev);

	return !strncmp(mine, name, len) && (!mine[len] || mine[len] == '@');
}

/**
 * rsw_mgmt_orphan - the switch is being deleted
 * @mgmt: its management device; the switch's reference goes
 *
 * Context: RTNL.
 */
void rsw_mgmt_orphan(struct rsw_mgmt *mgmt)
{
	ASSERT_RTNL();
	WRITE_ONCE(mgmt->sw, NULL);
	settle_for_user(mgmt);
	rsw_mgmt_put(mgmt);
}

void rsw_mgmt_get(struct rsw_mgmt *mgmt)
{
	get_device(&mgmt->dev);
}

void rsw_mgmt_put(struct rsw_mgmt *mgmt)
{
	put_device(&mgmt->dev);
}

/* A driver has appeared in a guest. */
void rsw_mgmt_guest_busy(struct rsw_mgmt *mgmt)
{
	atomic_inc(&mgmt->users);
}

/* It is gone: perhaps the switch's deletion was waiting for that. */
void rsw_mgmt_guest_idle(struct rsw_mgmt *mgmt)
{
	if (atomic_dec_and_test(&mgmt->users) && !READ_ONCE(mgmt->sw))
		start_settling(mgmt);
}

int rsw_mgmt_init(void)
{
	mgmt_wq = alloc_workqueue("ringswitch_mgmt", WQ_UNBOUND, 0);
	return mgmt_wq ? 0 : -ENOMEM;
}

/* All switches are deleted and there are no guests: the module could not go else. */
void rsw_mgmt_exit(void)
{
	destroy_workqueue(mgmt_wq);
}
