/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_MGMT_H
#define RINGSWITCH_MGMT_H

#include <linux/device.h>
#include <linux/mutex.h>
#include <linux/task_work.h>
#include <linux/vdpa.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

struct rsw_switch;

/**
 * struct rsw_mgmt - management device
 * @mdev: for the vdpa core
 * @dev: its name and reference count; never added to the device tree
 * @sw: the switch; NULL once it is being deleted. RTNL
 * @users: guests with a driver
 * @guests: all guests that nobody is deleting
 * @guests_lock: for @guests; a leaf
 * @work: brings @registered in line with @sw
 * @lock: serializes @work and what sysfs does with guests. Taken before vdpa_dev_lock
 * @registered: @mdev is registered; @lock
 * @settled: @registered or @sw changed, @registered will not change now, or a job of sysfs is done
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
	struct mutex guests_lock;
	struct work_struct work;
	struct mutex lock;
	bool registered;
	wait_queue_head_t settled;
	unsigned long waiting;
	struct callback_head waiter;
	struct list_head node;
};

struct rsw_mgmt *rsw_mgmt_create(struct rsw_switch *sw);
bool rsw_mgmt_named_like(const struct rsw_mgmt *mgmt, const char *name);
void rsw_mgmt_orphan(struct rsw_mgmt *mgmt);
void rsw_mgmt_get(struct rsw_mgmt *mgmt);
void rsw_mgmt_put(struct rsw_mgmt *mgmt);
void rsw_mgmt_queue(struct work_struct *work);
void rsw_mgmt_guest_busy(struct rsw_mgmt *mgmt);
void rsw_mgmt_guest_idle(struct rsw_mgmt *mgmt);
int rsw_mgmt_init(void);
void rsw_mgmt_exit(void);

#endif /* RINGSWITCH_MGMT_H */
