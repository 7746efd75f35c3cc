// SPDX-License-Identifier: GPL-2.0
/*
 * Guests whose switch is DPDK's vhost library, in the same process: their memory and rings are
 * given to it over vhost-user, and their drivers are those that the module's path serves.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/memfd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../cases.h"
#include "device.h"
#include "frontend.h"

/* Two guests with the most memory that a case has, and what the library wants for itself. */
#define HUGE_BYTES	(160UL << 20)

/**
 * struct peer - a guest's connection
 * @socket: of the front end
 * @device: of the library
 */
struct peer {
	int socket;
	int device;
};

static struct peer from, to;
static bool huge;
/* The library's socket, by a name that stays when it has none in a directory any more. */
static char path[32];

/* As shared memory is in huge pages only if the machine keeps some (vm.nr_hugepages). */
static bool may_be_huge(void)
{
	int flags = MAP_SHARED | MAP_ANONYMOUS | MAP_HUGETLB | 21 << MAP_HUGE_SHIFT;
	void *memory = mmap(NULL, HUGE_BYTES, PROT_READ | PROT_WRITE, flags, -1, 0);

	if (memory == MAP_FAILED)
		return false;
	munmap(memory, HUGE_BYTES);
	return true;
}

static void start_once(void)
{
	char dir[] = "/tmp/microbench.XXXXXX", name[64];
	int fd;

	if (path[0])
		return;
	huge = may_be_huge();
	if (!mkdtemp(dir))
		host_die(__FILE__, __LINE__, "no directory for a socket");
	snprintf(name, sizeof(name), "%s/vhost", dir);
	if (!dpdk_start(name, huge))
		host_die(__FILE__, __LINE__, "DPDK does not start");
	printf("# memory of guests and mbufs is in %s pages\n", huge ? "huge" : "small");
	fd = open(name, O_PATH | O_CLOEXEC);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	unlink(name);
	rmdir(dir);
}

static int memory_fd(size_t size)
{
	int fd = memfd_create("guest", MFD_CLOEXEC | (huge ? MFD_HUGETLB | MFD_HUGE_2MB : 0U));

	if (fd < 0 || ftruncate(fd, size))
		host_die(__FILE__, __LINE__, "no memory for a guest");
	return fd;
}

static void guest_open(struct peer *peer, struct bench_guest *guest, u8 number, size_t size)
{
	int fd = memory_fd(size);

	peer->socket = frontend_open(path);
	peer->device = dpdk_device_opened();
	if (peer->socket < 0 || peer->device < 0)
		host_die(__FILE__, __LINE__, "no connection to DPDK");
	if (!frontend_memory(peer->socket, fd, BENCH_IOVA, size))
		host_die(__FILE__, __LINE__, "DPDK does not take a guest's memory");
	close(fd);
	/* Seen at one place by driver and device, as it is with the module's path. */
	*guest = (struct bench_guest){ .memory = dpdk_device_memory(peer->device), .size = size };
	if (!guest->memory)
		host_die(__FILE__, __LINE__, "DPDK does not show a guest's memory");
	bench_set_addr(guest->addr, number);
}

static void dpdk_open(struct bench_world *world, unsigned int order)
{
	start_once();
	guest_open(&from, &world->from, 2, PAGE_SIZE << order);
	guest_open(&to, &world->to, 3, PAGE_SIZE << order);
}

static bool enable(const struct peer *peer, unsigned int index, const struct bench_ring *ring,
		   u64 features)
{
	const struct frontend_ring where = {
		.num = ring->num, .packed = features & BIT_ULL(VIRTIO_F_RING_PACKED),
		.desc = ring->desc, .driver = ring->driver, .device = ring->device,
	};

	return frontend_ring_start(peer->socket, index, &where);
}

static void dpdk_guest_start(struct bench_guest *guest, u64 features, const struct bench_ring *rx,
			     const struct bench_ring *tx)
{
	const struct peer *peer = guest->addr[ETH_ALEN - 1] == 2 ? &from : &to;

	if (!frontend_features(peer->socket, features) || !enable(peer, 0, rx, features) ||
	    !enable(peer, 1, tx, features) || !dpdk_device_runs(peer->device))
		host_die(__FILE__, __LINE__, "DPDK does not start a guest's rings");
}

static bool dpdk_round(struct bench_world *world)
{
	return dpdk_move(from.device, to.device);
}

static void guest_close(const struct peer *peer)
{
	close(peer->socket);
	if (!dpdk_device_gone(peer->device))
		host_die(__FILE__, __LINE__, "DPDK keeps a guest");
}

static void dpdk_close(struct bench_world *world)
{
	guest_close(&from);
	guest_close(&to);
}

const struct bench_engine bench_dpdk = {
	.open = dpdk_open,
	.start = dpdk_guest_start,
	.round = dpdk_round,
	.close = dpdk_close,
};
