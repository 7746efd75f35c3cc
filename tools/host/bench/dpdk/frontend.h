/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DPDK_FRONTEND_H
#define DPDK_FRONTEND_H

/* What a VMM says to a vhost-user back end, of which QEMU's documentation is the specification. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct frontend_ring - a ring where the guest has it
 * @num: descriptors
 * @packed: its layout
 * @desc: its guest address
 * @driver: that of what the driver writes: available ring, or driver's events
 * @device: that of what the device writes
 */
struct frontend_ring {
	uint16_t num;
	bool packed;
	uint64_t desc;
	uint64_t driver;
	uint64_t device;
};

/* Connect to the back end at @path: a socket, or -1. */
int frontend_open(const char *path);

/*
 * All but that are false if the back end refuses, and it has done it when they return. Share
 * memory behind @fd, all of it, which the guest has at @address.
 */
bool frontend_memory(int socket, int fd, uint64_t address, size_t size);

/* What the driver takes; @features must be offered. */
bool frontend_features(int socket, uint64_t features);

/* Queue number @index starts, without eventfds for kicks and interrupts. */
bool frontend_ring_start(int socket, unsigned int index, const struct frontend_ring *ring);

#endif /* DPDK_FRONTEND_H */
