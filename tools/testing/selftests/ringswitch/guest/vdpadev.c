// SPDX-License-Identifier: GPL-2.0
#include "vdpadev.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/vhost.h>
#include <linux/virtio_config.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Bytes of struct virtio_net_config that every device has room for (up to duplex). */
#define CONFIG_BYTES 17

static int control(struct vdpadev *dev, unsigned long request, void *argument)
{
	return ioctl(dev->fd, request, argument) < 0 ? -errno : 0;
}

int vdpadev_open(struct vdpadev *dev, const char *path)
{
	uint64_t backend;
	int i, error;

	dev->fd = open(path, O_RDWR | O_CLOEXEC);
	if (dev->fd < 0)
		return -errno;
	for (i = 0; i < VDPADEV_QUEUES; i++) {
		dev->number[i] = i;
		dev->kick[i] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
		dev->call[i] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
		if (dev->kick[i] < 0 || dev->call[i] < 0)
			return -errno;
	}
	dev->config_call = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (dev->config_call < 0)
		return -errno;

	error = control(dev, VHOST_SET_OWNER, NULL);
	if (!error)
		error = control(dev, VHOST_GET_BACKEND_FEATURES, &backend);
	if (!error)
		error = control(dev, VHOST_SET_BACKEND_FEATURES, &backend);
	if (!error)
		error = control(dev, VHOST_GET_FEATURES, &dev->offered);
	if (!error)
		error = control(dev, VHOST_VDPA_GET_VRING_NUM, &dev->ring_max);
	return error;
}

int vdpadev_set_status(struct vdpadev *dev, uint8_t status)
{
	return control(dev, VHOST_VDPA_SET_STATUS, &status);
}

int vdpadev_status(struct vdpadev *dev)
{
	uint8_t status;
	int error = control(dev, VHOST_VDPA_GET_STATUS, &status);

	return error ? error : status;
}

static int give_call(struct vdpadev *dev, unsigned int index)
{
	struct vhost_vring_file call = { .index = dev->number[index], .fd = dev->call[index] };

	return control(dev, VHOST_SET_VRING_CALL, &call);
}

int vdpadev_negotiate(struct vdpadev *dev)
{
	uint8_t status = VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER;
	unsigned int i;
	int error;

	error = vdpadev_set_status(dev, 0);
	if (!error)
		error = vdpadev_set_status(dev, status);
	for (i = 0; i < dev->early_calls && !error; i++)
		error = give_call(dev, i);
	if (!error)
		error = control(dev, VHOST_SET_FEATURES, &dev->features);
	if (!error)
		error = vdpadev_set_status(dev, status | VIRTIO_CONFIG_S_FEATURES_OK);
	if (!error && !(vdpadev_status(dev) & VIRTIO_CONFIG_S_FEATURES_OK))
		error = -EOPNOTSUPP;
	if (!error)
		error = control(dev, VHOST_VDPA_SET_CONFIG_CALL, &dev->config_call);
	return error;
}

static int send_iotlb(struct vdpadev *dev, const struct vhost_iotlb_msg *change)
{
	struct vhost_msg_v2 msg = { .type = VHOST_IOTLB_MSG_V2, .iotlb = *change };

	return write(dev->fd, &msg, sizeof(msg)) == sizeof(msg) ? 0 : -errno;
}

int vdpadev_map(struct vdpadev *dev, uint64_t iova, void *memory, uint64_t size, int perm)
{
	return send_iotlb(dev, &(struct vhost_iotlb_msg) {
		.type = VHOST_IOTLB_UPDATE, .iova = iova, .size = size,
		.uaddr = (uintptr_t)memory, .perm = perm,
	});
}

int vdpadev_unmap(struct vdpadev *dev, uint64_t iova, uint64_t size)
{
	return send_iotlb(dev, &(struct vhost_iotlb_msg) {
		.type = VHOST_IOTLB_INVALIDATE, .iova = iova, .size = size,
	});
}

int vdpadev_resize(struct vdpadev *dev, unsigned int index, unsigned int num)
{
	struct vhost_vring_state state = { .index = dev->number[index], .num = num };

	return control(dev, VHOST_SET_VRING_NUM, &state);
}

int vdpadev_queue(struct vdpadev *dev, unsigned int index, const struct vdpadev_queue *queue)
{
	const unsigned int number = dev->number[index];
	struct vhost_vring_state base = { .index = number, .num = queue->base };
	struct vhost_vring_addr addr = {
		.index = number, .desc_user_addr = queue->desc,
		.avail_user_addr = queue->avail, .used_user_addr = queue->used,
	};
	struct vhost_vring_file kick = { .index = number, .fd = dev->kick[index] };
	int error;

	error = vdpadev_resize(dev, index, queue->num);
	if (!error)
		error = control(dev, VHOST_SET_VRING_BASE, &base);
	if (!error)
		error = control(dev, VHOST_SET_VRING_ADDR, &addr);
	if (!error)
		error = control(dev, VHOST_SET_VRING_KICK, &kick);
	if (!error && !dev->early_calls)
		error = give_call(dev, index);
	return error;
}

int vdpadev_enable(struct vdpadev *dev, unsigned int index, int on)
{
	struct vhost_vring_state state = { .index = dev->number[index], .num = on };

	return control(dev, VHOST_VDPA_SET_VRING_ENABLE, &state);
}

int vdpadev_state(struct vdpadev *dev, unsigned int index, uint32_t *base)
{
	struct vhost_vring_state state = { .index = dev->number[index] };
	int error = control(dev, VHOST_GET_VRING_BASE, &state);

	*base = state.num;
	return error;
}

int vdpadev_suspend(struct vdpadev *dev)
{
	return control(dev, VHOST_VDPA_SUSPEND, NULL);
}

int vdpadev_resume(struct vdpadev *dev)
{
	return control(dev, VHOST_VDPA_RESUME, NULL);
}

int vdpadev_config(struct vdpadev *dev, struct virtio_net_config *config)
{
	struct vhost_vdpa_config *request;
	int error;

	request = calloc(1, sizeof(*request) + CONFIG_BYTES);
	if (!request)
		return -ENOMEM;
	request->len = CONFIG_BYTES;
	error = control(dev, VHOST_VDPA_GET_CONFIG, request);
	memset(config, 0, sizeof(*config));
	memcpy(config, request->buf, CONFIG_BYTES);
	free(request);
	return error;
}
