/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_VDPA_H
#define RINGSWITCH_VDPA_H

#include <linux/bits.h>
#include <uapi/linux/virtio_config.h>
#include <uapi/linux/virtio_net.h>
#include <uapi/linux/virtio_ring.h>

struct rsw_guest;
struct rsw_mgmt;
struct vdpa_dev_set_config;

/* Without these no driver can be trusted to talk to us at all. */
#define RSW_VDPA_FEATURES_REQUIRED						\
	(BIT_ULL(VIRTIO_F_VERSION_1) | BIT_ULL(VIRTIO_F_ACCESS_PLATFORM))

/* What a driver asks for by its control queue. */
#define RSW_VDPA_FEATURES_CTRL							\
	(BIT_ULL(VIRTIO_NET_F_CTRL_RX) | BIT_ULL(VIRTIO_NET_F_CTRL_RX_EXTRA) |	\
	 BIT_ULL(VIRTIO_NET_F_CTRL_VLAN) | BIT_ULL(VIRTIO_NET_F_CTRL_MAC_ADDR) | \
	 BIT_ULL(VIRTIO_NET_F_CTRL_GUEST_OFFLOADS) |				\
	 BIT_ULL(VIRTIO_NET_F_GUEST_ANNOUNCE) | BIT_ULL(VIRTIO_NET_F_MQ) |	\
	 BIT_ULL(VIRTIO_NET_F_RSS) | BIT_ULL(VIRTIO_NET_F_HASH_REPORT) |	\
	 BIT_ULL(VIRTIO_NET_F_NOTF_COAL) | BIT_ULL(VIRTIO_NET_F_VQ_NOTF_COAL))

/* All that a device can do. */
#define RSW_VDPA_FEATURES							\
	(RSW_VDPA_FEATURES_REQUIRED |						\
	 BIT_ULL(VIRTIO_RING_F_EVENT_IDX) | BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC) | \
	 BIT_ULL(VIRTIO_F_RING_PACKED) | BIT_ULL(VIRTIO_F_IN_ORDER) |		\
	 BIT_ULL(VIRTIO_NET_F_MAC) | BIT_ULL(VIRTIO_NET_F_MTU) |		\
	 BIT_ULL(VIRTIO_NET_F_STATUS) | BIT_ULL(VIRTIO_NET_F_MRG_RXBUF) |	\
	 BIT_ULL(VIRTIO_NET_F_CSUM) | BIT_ULL(VIRTIO_NET_F_GUEST_CSUM) |	\
	 BIT_ULL(VIRTIO_NET_F_HOST_TSO4) | BIT_ULL(VIRTIO_NET_F_HOST_TSO6) |	\
	 BIT_ULL(VIRTIO_NET_F_GUEST_TSO4) | BIT_ULL(VIRTIO_NET_F_GUEST_TSO6) |	\
	 BIT_ULL(VIRTIO_NET_F_HOST_ECN) | BIT_ULL(VIRTIO_NET_F_GUEST_ECN) |	\
	 BIT_ULL(VIRTIO_NET_F_HOST_USO) | BIT_ULL(VIRTIO_NET_F_GUEST_USO4) |	\
	 BIT_ULL(VIRTIO_NET_F_GUEST_USO6) | BIT_ULL(VIRTIO_NET_F_SPEED_DUPLEX) | \
	 BIT_ULL(VIRTIO_NET_F_CTRL_VQ) |					\
	 RSW_VDPA_FEATURES_CTRL)

/*
 * What a device offers unless told otherwise: QEMU moves a guest with a shadow of its rings,
 * and refuses when it does not know all features.
 */
#define RSW_VDPA_FEATURES_DEFAULT						\
	(RSW_VDPA_FEATURES & ~(BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC) |		\
			       BIT_ULL(VIRTIO_F_RING_PACKED) |			\
			       BIT_ULL(VIRTIO_F_IN_ORDER) |			\
			       BIT_ULL(VIRTIO_NET_F_GUEST_ANNOUNCE) |		\
			       BIT_ULL(VIRTIO_NET_F_RSS) |			\
			       BIT_ULL(VIRTIO_NET_F_HASH_REPORT) |		\
			       BIT_ULL(VIRTIO_NET_F_NOTF_COAL) |		\
			       BIT_ULL(VIRTIO_NET_F_VQ_NOTF_COAL) |		\
			       BIT_ULL(VIRTIO_NET_F_HOST_USO) |			\
			       BIT_ULL(VIRTIO_NET_F_GUEST_USO4) |		\
			       BIT_ULL(VIRTIO_NET_F_GUEST_USO6)))

/* Ethernet and VLAN headers still fit a 16-bit length with it. */
#define RSW_VDPA_MAX_MTU	65500

bool rsw_vdpa_features_agree(u64 features);
unsigned int rsw_vdpa_nqueues(const struct rsw_guest *guest);
struct rsw_guest *rsw_vdpa_create(struct rsw_mgmt *mgmt, const char *name,
				  const struct vdpa_dev_set_config *config);

#endif /* RINGSWITCH_VDPA_H */
