/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_GUEST_H
#define RINGSWITCH_GUEST_H

#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/vdpa.h>
#include <uapi/linux/virtio_net.h>

#include "cvq.h"
#include "mem.h"
#include "pair.h"
#include "port.h"

struct rsw_filter;
struct rsw_mgmt;
struct rsw_rss;

/* What a device may have, and so the largest number of its queues. */
#define RSW_GUEST_PAIRS	16
#define RSW_GUEST_QUEUES	(2 * RSW_GUEST_PAIRS + 1)

/* Its address spaces, and as many groups of queues that can be in different ones. */
#define RSW_GUEST_SPACES	2

/**
 * struct rsw_guest - a port that is a virtio-net device
 * @vdpa: the device; its reference count is ours
 * @port: the port
 * @mem: what the guest lets us touch, by address space
 * @pair: its queues
 * @npairs: how many
 * @cvq: its control queue
 * @filter: frames it wants, NULL: all. This and the next three: by the control queue
 * @rss: how it spreads them over its queues, NULL: by flow
 * @active: the first so many pairs get frames
 * @rx_features: of @features, those that count for frames to it
 * @features: what the driver negotiated; constant while a queue runs
 * @mtu: of the device
 * @broken: 0, or the errno of the first violation since reset
 * @ctl: device state below, and start and stop of queues
 * @ring_max: the largest ring offered, a power of two; written under RTNL, read at any time
 * @offered: feature bits
 * @ingress_coal: interrupts for sending; this and the next: what the host says, for drivers
 *	that have no say themselves
 * @egress_coal: interrupts for receiving
 * @status: virtio device status
 * @in_use: a driver is there
 * @suspended: queues that are ready wait for rsw_guest_resume()
 * @config_lock: the members up to @mac; innermost
 * @config_cb: how to tell the driver of a config change
 * @generation: number of changes of the config space
 * @link_up: link state shown to the driver
 * @announce: it is asked to make itself known (virtio 1.3, 5.1.6.5.4)
 * @mac: in the config space
 * @permanent_mac: the same after a reset
 * @announcer: sets @announce
 * @rep: its netdev, NULL once removed; written under RTNL and @ctl, read under either
 * @mgmt: where it was made
 * @node: in its list of guests
 */
struct rsw_guest {
	struct vdpa_device vdpa;
	struct rsw_port port;
	struct rsw_mem mem[RSW_GUEST_SPACES];
	struct rsw_pair *pair;
	u16 npairs;
	struct rsw_cvq cvq;
	struct rsw_filter __rcu *filter;
	struct rsw_rss __rcu *rss;
	u16 active;
	u64 rx_features;
	u64 features;
	u16 mtu;
	int broken;

	struct mutex ctl;
	u16 ring_max;
	u64 offered;
	struct rsw_coalescing ingress_coal;
	struct rsw_coalescing egress_coal;
	u8 status;
	bool in_use;
	bool suspended;

	spinlock_t config_lock;
	struct vdpa_callback config_cb;
	u32 generation;
	bool link_up;
	bool announce;
	u8 mac[ETH_ALEN];
	u8 permanent_mac[ETH_ALEN];
	struct delayed_work announcer;

	struct net_device *rep;
	struct rsw_mgmt *mgmt;
	struct list_head node;
};

static inline struct rsw_guest *rsw_guest_of(struct vdpa_device *vdpa)
{
	return container_of(vdpa, struct rsw_guest, vdpa);
}

static inline struct rsw_guest *rsw_guest_of_port(const struct rsw_port *port)
{
	return container_of(port, struct rsw_guest, port);
}

static inline unsigned int rsw_guest_nqueues(const struct rsw_guest *guest)
{
	return 2 * guest->npairs + 1;
}

/* By number, in the order of virtio 1.3, 5.1.2. */
static inline struct rsw_queue *rsw_guest_queue(struct rsw_guest *guest, unsigned int i)
{
	if (i == 2 * guest->npairs)
		return &guest->cvq.queue;
	return i % 2 ? &guest->pair[i / 2].ingress : &guest->pair[i / 2].egress;
}

int rsw_guest_init(struct rsw_guest *guest);
void rsw_guest_free(struct rsw_guest *guest);
void rsw_guest_set_status(struct rsw_guest *guest, u8 status);
void rsw_guest_set_ready(struct rsw_guest *guest, struct rsw_queue *queue, bool ready);
int rsw_guest_set_index(struct rsw_guest *guest, struct rsw_queue *queue, u16 index);
void rsw_guest_reset(struct rsw_guest *guest);
void rsw_guest_suspend(struct rsw_guest *guest);
void rsw_guest_resume(struct rsw_guest *guest);
int rsw_guest_set_coalescing(struct rsw_guest *guest, const struct rsw_coalescing *ingress,
			     const struct rsw_coalescing *egress);
void rsw_guest_get_coalescing(struct rsw_guest *guest, struct rsw_coalescing *ingress,
			      struct rsw_coalescing *egress);

/* guest_config.c */
void rsw_guest_config_init(struct rsw_guest *guest);
void rsw_guest_config_free(struct rsw_guest *guest);
void rsw_guest_config_reset(struct rsw_guest *guest);
void rsw_guest_config_notify(struct rsw_guest *guest);
void rsw_guest_announce(struct rsw_guest *guest);
void rsw_guest_set_link(struct rsw_guest *guest, bool up);
void rsw_guest_get_macs(struct rsw_guest *guest, u8 *mac, u8 *permanent);
void rsw_guest_set_mac(struct rsw_guest *guest, const u8 *mac);
void rsw_guest_set_permanent_mac(struct rsw_guest *guest, const u8 *mac);
bool rsw_guest_announced(struct rsw_guest *guest);

/* guest_mem.c */
void rsw_guest_mem_init(struct rsw_guest *guest);
void rsw_guest_mem_free(struct rsw_guest *guest);
void rsw_guest_mem_start(struct rsw_guest *guest, bool in_kernel);
void rsw_guest_mem_reset(struct rsw_guest *guest);
void rsw_guest_unmap(struct rsw_guest *guest, unsigned int space, u64 iova, u64 size);
void rsw_guest_unmap_all(struct rsw_guest *guest, unsigned int space);
int rsw_guest_set_space(struct rsw_guest *guest, bool control, unsigned int space);

/* guest_serve.c */
void rsw_guest_coalesce(struct rsw_guest *guest, bool egress, const struct rsw_coalescing *coal);
bool rsw_guest_listen(struct rsw_guest *guest, struct rsw_queue *queue);
void rsw_guest_break(struct rsw_guest *guest, struct rsw_queue *queue, int error);

/* guest_ingress.c */
bool rsw_guest_ingress(struct rsw_worker *worker);

/* guest_egress.c */
void rsw_guest_egress(struct rsw_port *port, struct rsw_batch *batch, u64 frames);
void rsw_guest_deliver(struct rsw_guest *guest, struct rsw_frame *frame, u64 frames);

#endif /* RINGSWITCH_GUEST_H */
