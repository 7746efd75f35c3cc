// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/vhost_types.h>
#include <linux/virtio_config.h>
#include <stdio.h>
#include <string.h>

#include "mockguest.h"
#include "traffic.h"

static void answer(int error)
{
	if (error)
		printf("failed error=%d\n", error);
	else
		printf("ok\n");
}

static void do_status(struct guest *guest)
{
	struct virtio_net_config config;
	int status = vdpadev_status(&guest->dev);
	int error = vdpadev_config(&guest->dev, &config);
	const uint8_t *mac = config.mac;

	if (status < 0 || error) {
		answer(status < 0 ? status : error);
		return;
	}
	printf("ok status=0x%02x needs_reset=%d ", status,
	       !!(status & VIRTIO_CONFIG_S_NEEDS_RESET));
	printf("link=%d mtu=%u ", config.status & VIRTIO_NET_S_LINK_UP, config.mtu);
	printf("offered=0x%jx features=0x%jx ", (uintmax_t)guest->dev.offered,
	       (uintmax_t)guest->dev.features);
	printf("kicks=%ju rx_kicks=%ju ", (uintmax_t)guest->ring[TXQ].kicks,
	       (uintmax_t)guest->ring[RXQ].kicks);
	printf("calls=%ju rx_calls=%ju ", (uintmax_t)guest->ring[TXQ].calls,
	       (uintmax_t)guest->ring[RXQ].calls);
	printf("mac=%02x:%02x:%02x:%02x:%02x:%02x\n", mac[0], mac[1], mac[2], mac[3], mac[4],
	       mac[5]);
}

static bool needs_reset(struct guest *guest)
{
	int status = vdpadev_status(&guest->dev);

	return status >= 0 && status & VIRTIO_CONFIG_S_NEEDS_RESET;
}

static bool link_up(struct guest *guest)
{
	struct virtio_net_config config;

	return !vdpadev_config(&guest->dev, &config) && config.status & VIRTIO_NET_S_LINK_UP;
}

/*
 * Waits for a state of the device, and for the config interrupt that tells of it: without
 * one, a real driver would never look.
 */
static void await(struct guest *guest, struct args *args, bool (*state)(struct guest *guest),
		  bool wanted)
{
	const uint64_t until = traffic_now_ms() + args_number(args, "timeout", 2000);

	while (traffic_now_ms() < until && (state(guest) != wanted || !guest->config_calls))
		endpoint_step(&guest->ep, 20);
	printf("%s state=%d config_calls=%ju\n",
	       state(guest) == wanted && guest->config_calls ? "ok" : "failed",
	       state(guest) == wanted, (uintmax_t)guest->config_calls);
	guest->config_calls = 0;
}

static struct guest_area *area_named(struct guest *guest, const char *name)
{
	if (!strcmp(name, "rings"))
		return &guest->rings;
	if (!strcmp(name, "tx"))
		return &guest->tx;
	return strcmp(name, "rx") ? NULL : &guest->rx;
}

/* From the return of an unmap on, the device must not write there: the fence sees to it. */
static void do_unmap(struct guest *guest, struct args *args)
{
	struct guest_area *area = area_named(guest, args_text(args, "area", ""));
	int error = area ? guest_unmap(guest, area) : -EINVAL;

	if (!error && area == &guest->rx) {
		/* What the device has returned before is still good. */
		guest->refill = false;
		guest_rx_service(guest);
		guest_rx_fence(guest);
	}
	if (!error && area == &guest->rings) {
		guest->running = false;
		memcpy(guest->rings_then, area->memory, area->size);
		guest->fenced_rings = true;
	}
	answer(error);
}

static int access_named(const char *name)
{
	return !strcmp(name, "ro") ? VHOST_ACCESS_RO :
	       !strcmp(name, "wo") ? VHOST_ACCESS_WO : VHOST_ACCESS_RW;
}

static void do_map(struct guest *guest, struct args *args)
{
	struct guest_area *area = area_named(guest, args_text(args, "area", ""));
	int perm = access_named(args_text(args, "access", "rw"));
	const char *first = args_text(args, "first", NULL);

	if (!area)
		answer(-EINVAL);
	else if (first)
		answer(guest_map_page(guest, area, access_named(first), perm));
	else
		answer(guest_map(guest, area, perm));
}

static void do_queue(struct guest *guest, struct args *args)
{
	const bool on = args_switch(args, "on", true);

	answer(vdpadev_enable(&guest->dev, args_number(args, "index", 0), on));
}

/*
 * Suspended, the device has no business in rings and receive buffers; what it says of its
 * queues is what the driver has back.
 */
static void do_suspend(struct guest *guest)
{
	int error = vdpadev_suspend(&guest->dev);

	guest_rx_service(guest);
	guest_tx_service(guest);
	answer(error);
}

static void do_state(struct guest *guest)
{
	const struct ring *rx = &guest->ring[RXQ], *tx = &guest->ring[TXQ];
	uint32_t state[TXQ + 1];
	unsigned int i;
	int error = 0;

	for (i = RXQ; i <= TXQ && !error; i++)
		error = vdpadev_state(&guest->dev, i, &state[i]);
	if (error) {
		answer(error);
		return;
	}
	printf("ok rx=%u rx_used=%u rx_taken=%u ", state[RXQ], ring_device_state(rx),
	       ring_driver_state(rx));
	printf("tx=%u tx_used=%u tx_shown=%u\n", state[TXQ], ring_device_state(tx), tx->shown);
}

static void do_post(struct guest *guest, struct args *args)
{
	printf("ok posted=%u\n", guest_rx_post(guest, args_number(args, "count", 1)));
}

static void do_refill(struct guest *guest, struct args *args)
{
	guest->refill = args_has(args, "on");
	if (guest->refill)
		guest_rx_post(guest, guest->rx_slots);
	answer(0);
}

static void do_intact(struct guest *guest)
{
	uint64_t violations = guest_violations(guest);

	printf("%s violations=%ju\n", violations ? "failed" : "ok", (uintmax_t)violations);
}

/*
 *   status                          of the device, and what its configuration says
 *   broken | up | down [timeout=]   wait until it needs a reset, or for the link
 *   reset, start                    stop the device; make it run again
 *   suspend, resume                 the same with all state kept
 *   state                           of the queues, by the device and by their rings
 *   map|unmap area=rings|tx|rx [access=rw|ro|wo] [first=rw|ro|wo] (its first page)
 *   queue index=N on=0|1            enable or disable a queue
 *   resize queue=N num=N            say that its ring has another size
 *   post count=N, refill on|off     receive buffers
 *   kick queue=N                    for nothing
 *   control data=HEX ..             a command by the control queue, see guest_ctl.c
 *   hash                            of the last frame, as reported
 *   intact                          has the device kept to the rules?
 * and the hostile ones in hostile.c
 */
bool guest_command(struct guest *guest, struct args *args)
{
	if (!strcmp(args->verb, "status"))
		do_status(guest);
	else if (!strcmp(args->verb, "broken"))
		await(guest, args, needs_reset, true);
	else if (!strcmp(args->verb, "up") || !strcmp(args->verb, "down"))
		await(guest, args, link_up, !strcmp(args->verb, "up"));
	else if (!strcmp(args->verb, "reset"))
		answer(guest_stop(guest));
	else if (!strcmp(args->verb, "start"))
		answer(guest_start(guest));
	else if (!strcmp(args->verb, "suspend"))
		do_suspend(guest);
	else if (!strcmp(args->verb, "resume"))
		answer(vdpadev_resume(&guest->dev));
	else if (!strcmp(args->verb, "state"))
		do_state(guest);
	else if (!strcmp(args->verb, "map"))
		do_map(guest, args);
	else if (!strcmp(args->verb, "unmap"))
		do_unmap(guest, args);
	else if (!strcmp(args->verb, "queue"))
		do_queue(guest, args);
	else if (!strcmp(args->verb, "resize"))
		answer(vdpadev_resize(&guest->dev, args_number(args, "queue", 0),
				      args_number(args, "num", 1)));
	else if (!strcmp(args->verb, "post"))
		do_post(guest, args);
	else if (!strcmp(args->verb, "refill"))
		do_refill(guest, args);
	else if (!strcmp(args->verb, "control"))
		guest_ctl_command(guest, args);
	else if (!strcmp(args->verb, "hash"))
		printf("ok hash=0x%08x report=%u\n", guest->frame_hash.value,
		       guest->frame_hash.report);
	else if (!strcmp(args->verb, "intact"))
		do_intact(guest);
	else
		return hostile_command(guest, args);
	return true;
}
