/* SPDX-License-Identifier: GPL-2.0 */
/* COMPAT: drivers/ is written for the newest kernel; 6.12 gets here what it lacks. */
#ifndef COMPAT_LINUX_VDPA_H
#define COMPAT_LINUX_VDPA_H

#include_next <linux/vdpa.h>
#include <linux/device.h>

#ifdef COMPAT_HAVE_VIRTIO_MAP
static inline void vdpa_set_dma_dev(struct vdpa_device *vdpa, struct device *dev)
{
	vdpa->vmap.dma_dev = dev;
}
#else
static inline void vdpa_set_dma_dev(struct vdpa_device *vdpa, struct device *dev)
{
	vdpa->dma_dev = dev;
}

/* Without the map operations; we pass none. */
#undef vdpa_alloc_device
#define vdpa_alloc_device(type, member, parent, config, map, ngroups, nas, name, use_va)	\
	container_of(__vdpa_alloc_device(parent, config, ngroups, nas,				\
					 sizeof(type) +						\
					 BUILD_BUG_ON_ZERO(offsetof(type, member)), name,	\
					 use_va), type, member)
#endif

#ifdef COMPAT_HAVE_DRIVER_OVERRIDE
static inline int vdpa_set_driver_override(struct vdpa_device *vdpa, const char *driver)
{
	return device_set_driver_override(&vdpa->dev, driver);
}

static inline void vdpa_free_driver_override(struct vdpa_device *vdpa)
{
}
#else
static inline int vdpa_set_driver_override(struct vdpa_device *vdpa, const char *driver)
{
	return driver_set_override(&vdpa->dev, &vdpa->driver_override, driver, strlen(driver));
}

/* The vdpa core of that time frees the device without it. */
static inline void vdpa_free_driver_override(struct vdpa_device *vdpa)
{
	kfree(vdpa->driver_override);
}
#endif

#endif /* COMPAT_LINUX_VDPA_H */
