/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DPDK_DEVICE_H
#define DPDK_DEVICE_H

/*
 * DPDK's vhost library as a switch between two guests, without its headers, which do not go
 * together with those that stand for the kernel's.
 */
#include <stdbool.h>

/*
 * Start the library, once. Guests connect to the socket at @path. With @huge its own memory
 * is in huge pages as well. False if it does not start; it says why.
 */
bool dpdk_start(const char *path, bool huge);

/* The device of a guest that has just connected, -1 if there is none within seconds. */
int dpdk_device_opened(void);

/* Where the library has the memory that the guest shared. */
void *dpdk_device_memory(int device);

/* Do all its rings run, or is it gone? False if not within seconds. */
bool dpdk_device_runs(int device);
bool dpdk_device_gone(int device);

/* Move up to a burst of frames from one guest to the other; true if there may be more. */
bool dpdk_move(int from, int to);

#endif /* DPDK_DEVICE_H */
