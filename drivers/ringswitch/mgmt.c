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
 */
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/net_namespace.h>
#include <uapi/linux/vdpa.h>
#include <uapi/linux/virtio_ids.h>

#include "caller.h"
#include "guest.h"
#include "mgmt.h"
#include "mgmt_guest.h"
#include "switch.h"
#include "vdpa.h"

/* How long a command waits for its effect; it is only late, not lost, after that. */
#define SETTLE_TIME	(2 * HZ)

static struct workqueue_struct *mgmt_wq;

static DEFINE_MUTEX(mgmt_lock);
static LIST_HEAD(mgmt_list);

static struct virtio_device_id id_table[] = {
	{ VIRTIO_ID_NET, VIRTIO_DEV_ANY_ID },
	{ 0 },
};

/* There is nothing to do for what the switch and its guests want. */
static bool is_settled(struct rsw_mgmt *mgmt)
{
	if (READ_ONCE(mgmt->sw))
		return READ_ONCE(mgmt->registered);
	return list_empty_careful(&mgmt->node) || atomic_read(&mgmt->users);
}

static void unregister(struct rsw_mgmt *mgmt)
{
	rsw_mgmt_release_drivers(mgmt);
	vdpa_mgmtdev_unregister(&mgmt->mdev);
}

/* Others may have its name. */
static void unlist(struct rsw_mgmt *mgmt)
{
	mutex_lock(&mgmt_lock);
	list_del_init_careful(&mgmt->node);
	mutex_unlock(&mgmt_lock);
}

static void settle(struct work_struct *work)
{
	struct rsw_mgmt *mgmt = container_of(work, struct rsw_mgmt, work);

	mutex_lock(&mgmt->lock);
	if (!is_settled(mgmt)) {
		bool wanted = READ_ONCE(mgmt->sw);

		/* A switch may be deleted before it gets here for the first time. */
		if (wanted)
			vdpa_mgmtdev_register(&mgmt->mdev);
		else if (mgmt->registered)
			unregister(mgmt);
		WRITE_ONCE(mgmt->registered, wanted);
		if (!wanted)
			unlist(mgmt);
	}
	mutex_unlock(&mgmt->lock);
	wake_up_all(&mgmt->settled);
	rsw_mgmt_put(mgmt);
}

/* Module exit waits for it. */
void rsw_mgmt_queue(struct work_struct *work)
{
	queue_work(mgmt_wq, work);
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
		.ops = &rsw_mgmt_ops,
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
	mutex_init(&mgmt->guests_lock);
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
	wake_up_all(&mgmt->settled);
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
