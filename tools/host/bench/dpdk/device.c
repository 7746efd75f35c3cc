// SPDX-License-Identifier: GPL-2.0
/*
 * DPDK's vhost library between two guests, as its examples use it: take a burst of frames from
 * one as mbufs, give them to the other, free them. No address is looked up.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_mbuf.h>
#include <rte_vhost.h>

#include "device.h"

/* The library takes no more at a time. */
#define BURST		32

/*
 * A frame of 64 KiB takes four mbufs; of the usual 2 KiB it takes 32 and up to 28 % longer. Small
 * frames do not care. The cache of a CPU holds more than a burst.
 */
#define MBUF_BYTES	(RTE_PKTMBUF_HEADROOM + 16384)
#define MBUFS		1023
#define CACHE		256

#define RX_QUEUE	0
#define TX_QUEUE	1

/* Arguments of the library. */
#define ARGS		10

#define DEVICES		1024
#define PATIENCE_MS	5000

static struct rte_mempool *mbufs;
static int opened = -1;
static bool runs[DEVICES], gone[DEVICES];

static int on_connection(int device)
{
	__atomic_store_n(&opened, device, __ATOMIC_RELEASE);
	return 0;
}

/* Nobody looks at eventfds here: guests are asked for no kicks. */
static int on_device(int device)
{
	rte_vhost_enable_guest_notification(device, TX_QUEUE, 0);
	rte_vhost_enable_guest_notification(device, RX_QUEUE, 0);
	__atomic_store_n(&runs[device], true, __ATOMIC_RELEASE);
	return 0;
}

static void on_destroy(int device)
{
	__atomic_store_n(&runs[device], false, __ATOMIC_RELEASE);
}

static void on_disconnection(int device)
{
	__atomic_store_n(&gone[device], true, __ATOMIC_RELEASE);
}

static const struct rte_vhost_device_ops ops = {
	.new_connection = on_connection,
	.new_device = on_device,
	.destroy_device = on_destroy,
	.destroy_connection = on_disconnection,
};

static int last_cpu(void)
{
	cpu_set_t allowed;
	int last = 0;

	sched_getaffinity(0, sizeof(allowed), &allowed);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &allowed))
			last = cpu;
	return last;
}

bool dpdk_start(const char *path, bool huge)
{
	char cpu[12];
	char *argv[ARGS + 1] = {
		"microbench", "-l", cpu, "-m", "32", "--no-pci", "--no-telemetry", "--no-shconf",
		"--log-level=*:warning", huge ? "--in-memory" : "--no-huge", NULL
	};

	snprintf(cpu, sizeof(cpu), "%d", last_cpu());
	if (rte_eal_init(ARGS, argv) < 0) {
		fprintf(stderr, "DPDK does not start: %s\n", rte_strerror(rte_errno));
		return false;
	}
	mbufs = rte_pktmbuf_pool_create("mbufs", MBUFS, CACHE, 0, MBUF_BYTES,
					SOCKET_ID_ANY);
	if (!mbufs) {
		fprintf(stderr, "DPDK has no mbufs: %s\n", rte_strerror(rte_errno));
		return false;
	}
	if (rte_vhost_driver_register(path, 0) || rte_vhost_driver_callback_register(path, &ops) ||
	    rte_vhost_driver_start(path)) {
		fprintf(stderr, "DPDK's vhost library does not start at %s\n", path);
		return false;
	}
	return true;
}

static void wait_ms(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

static bool wait_for(const bool *what)
{
	for (int ms = 0; ms < PATIENCE_MS; ms++) {
		if (__atomic_load_n(what, __ATOMIC_ACQUIRE))
			return true;
		wait_ms();
	}
	return false;
}

int dpdk_device_opened(void)
{
	int device = -1;

	for (int ms = 0; ms < PATIENCE_MS && device < 0; ms++) {
		device = __atomic_exchange_n(&opened, -1, __ATOMIC_ACQUIRE);
		if (device < 0)
			wait_ms();
	}
	if (device >= DEVICES)
		return -1;
	if (device >= 0)
		gone[device] = false;
	return device;
}

void *dpdk_device_memory(int device)
{
	struct rte_vhost_memory *memory;
	void *at;

	if (rte_vhost_get_mem_table(device, &memory))
		return NULL;
	at = (void *)(uintptr_t)memory->regions[0].host_user_addr;
	free(memory);
	return at;
}

bool dpdk_device_runs(int device)
{
	return wait_for(&runs[device]);
}

bool dpdk_device_gone(int device)
{
	return wait_for(&gone[device]);
}

bool dpdk_move(int from, int to)
{
	struct rte_mbuf *frames[BURST];
	uint16_t n = rte_vhost_dequeue_burst(from, TX_QUEUE, mbufs, frames, BURST);

	if (n) {
		rte_vhost_enqueue_burst(to, RX_QUEUE, frames, n);
		rte_pktmbuf_free_bulk(frames, n);
	}
	return n == BURST;
}
