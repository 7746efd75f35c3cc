/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VDPADEV_H
#define VDPADEV_H

/* One open /dev/vhost-vdpa-N. Calls return 0 or a negative error unless stated otherwise. */
#include <linux/virtio_net.h>
#include <stdint.h>

#define VDPADEV_QUEUES 3	/* 0 receives, 1 transmits, 2 controls */

struct vdpadev {
	int fd;
	unsigned int number[VDPADEV_QUEUES];	/* by which the device knows them */
	int kick[VDPADEV_QUEUES];
	int call[VDPADEV_QUEUES];
	int config_call;
	uint64_t offered;
	uint16_t ring_max;	/* that is offered as well */
	uint64_t features;	/* negotiated */
	unsigned int early_calls;	/* so many queues get their calls before the features */
};

struct vdpadev_queue {
	unsigned int num;
	uint32_t base;			/* first index; packed: of both rings, with wrap counters */
	uint64_t desc, avail, used;	/* addresses as the device sees them */
};

int vdpadev_open(struct vdpadev *dev, const char *path);
/* Status from 0 to FEATURES_OK, with dev->features. */
int vdpadev_negotiate(struct vdpadev *dev);
int vdpadev_map(struct vdpadev *dev, uint64_t iova, void *memory, uint64_t size, int perm);
int vdpadev_unmap(struct vdpadev *dev, uint64_t iova, uint64_t size);
int vdpadev_resize(struct vdpadev *dev, unsigned int index, unsigned int num);
int vdpadev_queue(struct vdpadev *dev, unsigned int index, const struct vdpadev_queue *queue);
int vdpadev_enable(struct vdpadev *dev, unsigned int index, int on);
/* Where a queue stands, in the form of base. */
int vdpadev_state(struct vdpadev *dev, unsigned int index, uint32_t *base);
int vdpadev_suspend(struct vdpadev *dev);
int vdpadev_resume(struct vdpadev *dev);
int vdpadev_set_status(struct vdpadev *dev, uint8_t status);
int vdpadev_status(struct vdpadev *dev);
int vdpadev_config(struct vdpadev *dev, struct virtio_net_config *config);

#endif
