// SPDX-License-Identifier: GPL-2.0
/*
 * Guest ports made and removed: by the vdpa core, which holds vdpa_dev_lock meanwhile, and by
 * sysfs, where it is taken where it is needed. Whoever takes a guest off the list of its
 * management device is the one who deletes it.
 *
 * Each port holds a reference on the module: rmmod says "in use" and never waits for a VMM.
 */
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <uapi/linux/vdpa.h>

#include "guest.h"
#include "mgmt_guest.h"
#include "representor.h"
#include "switch.h"
#include "vdpa.h"

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

static int register_guest(struct rsw_mgmt *mgmt, struct rsw_guest *guest, const char *name,
			  int (*add)(struct vdpa_device *vdpa, u32 nvqs))
{
	int err = join_switch(mgmt, guest, name);

	if (err)
		return err;
	/* From its registration on others can delete it. */
	mutex_lock(&mgmt->guests_lock);
	list_add_tail(&guest->node, &mgmt->guests);
	mutex_unlock(&mgmt->guests_lock);
	err = add(&guest->vdpa, rsw_vdpa_nqueues(guest));
	if (err) {
		mutex_lock(&mgmt->guests_lock);
		list_del_init(&guest->node);
		mutex_unlock(&mgmt->guests_lock);
		leave_switch(guest);
	}
	return err;
}

static int add_guest(struct rsw_mgmt *mgmt, const char *name,
		     const struct vdpa_dev_set_config *config,
		     int (*add)(struct vdpa_device *vdpa, u32 nvqs))
{
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
	guest->vdpa.mdev = &mgmt->mdev;
	err = register_guest(mgmt, guest, name, add);
	if (!err)
		return 0;
	put_device(&guest->vdpa.dev);
err_module:
	module_put(THIS_MODULE);
	return err;
}

/* Is this guest to be deleted by whoever asks? */
static bool claim(struct rsw_mgmt *mgmt, struct rsw_guest *guest)
{
	guard(mutex)(&mgmt->guests_lock);
	if (list_empty(&guest->node))
		return false;
	list_del_init(&guest->node);
	return true;
}

static int dev_add(struct vdpa_mgmt_dev *mdev, const char *name,
		   const struct vdpa_dev_set_config *config)
{
	return add_guest(container_of(mdev, struct rsw_mgmt, mdev), name, config,
			 _vdpa_register_device);
}

/* Waits while a VMM has the device open. */
static void dev_del(struct vdpa_mgmt_dev *mdev, struct vdpa_device *vdpa)
{
	struct rsw_guest *guest = rsw_guest_of(vdpa);

	if (!claim(container_of(mdev, struct rsw_mgmt, mdev), guest))
		return;
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

const struct vdpa_mgmtdev_ops rsw_mgmt_ops = {
	.dev_add = dev_add,
	.dev_del = dev_del,
	.dev_set_attr = dev_set_attr,
};

/**
 * rsw_mgmt_add_guest - what "vdpa dev add" does
 * @mgmt: of the switch
 * @name: of device and representor
 * @config: attributes, as the vdpa core hands them over
 *
 * Context: work item; neither RTNL nor vdpa_dev_lock is held.
 * Return: 0 or a negative errno: -EINVAL, -ERANGE, -EADDRNOTAVAIL (what is asked for cannot be),
 * -EEXIST, -ENOMEM, -ENODEV (the switch is being deleted).
 */
int rsw_mgmt_add_guest(struct rsw_mgmt *mgmt, const char *name,
		       const struct vdpa_dev_set_config *config)
{
	guard(mutex)(&mgmt->lock);
	return mgmt->registered ? add_guest(mgmt, name, config, vdpa_register_device) : -ENODEV;
}

static struct rsw_guest *claim_by_name(struct rsw_mgmt *mgmt, const char *name)
{
	struct rsw_guest *guest;

	guard(mutex)(&mgmt->guests_lock);
	list_for_each_entry(guest, &mgmt->guests, node) {
		if (!strcmp(dev_name(&guest->vdpa.dev), name)) {
			list_del_init(&guest->node);
			return guest;
		}
	}
	return NULL;
}

/**
 * rsw_mgmt_del_guest - what "vdpa dev del" does
 * @mgmt: of the switch
 * @name: of the device
 *
 * Waits while a VMM has the device open, first without the vdpa core's lock.
 *
 * Context: work item: sleeps, and keeps the module's text; neither RTNL nor vdpa_dev_lock is
 * held.
 * Return: 0 or -ENOENT.
 */
int rsw_mgmt_del_guest(struct rsw_mgmt *mgmt, const char *name)
{
	struct rsw_guest *guest;

	guard(mutex)(&mgmt->lock);
	guest = claim_by_name(mgmt, name);
	if (!guest)
		return -ENOENT;
	leave_switch(guest);
	device_release_driver(&guest->vdpa.dev);
	vdpa_unregister_device(&guest->vdpa);
	module_put(THIS_MODULE);
	return 0;
}

static struct rsw_guest *next_bound_guest(struct rsw_mgmt *mgmt)
{
	struct rsw_guest *guest;

	guard(mutex)(&mgmt->guests_lock);
	list_for_each_entry(guest, &mgmt->guests, node) {
		if (!guest->vdpa.dev.driver)
			continue;
		get_device(&guest->vdpa.dev);
		return guest;
	}
	return NULL;
}

/**
 * rsw_mgmt_release_drivers - take all guests from their drivers
 * @mgmt: of the switch
 *
 * Waits for whoever has a device open, holding no lock of the vdpa core.
 */
void rsw_mgmt_release_drivers(struct rsw_mgmt *mgmt)
{
	struct rsw_guest *guest;

	while ((guest = next_bound_guest(mgmt))) {
		device_release_driver(&guest->vdpa.dev);
		put_device(&guest->vdpa.dev);
	}
}
