/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_MAP_H
#define BENCH_MAP_H

#include <linux/types.h>

/**
 * struct bench_map - a way in which 4 GiB of guest memory are mapped
 * @name: of it
 * @folios: they are 2 MiB folios, otherwise single pages
 * @step: bytes of each call
 */
struct bench_map {
	const char *name;
	bool folios;
	u64 step;
};

/* The way of a number, NULL if there is none. */
const struct bench_map *bench_map(unsigned int number);

/* Nanoseconds that mapping all of it takes, and taking it away again. */
void bench_map_run(const struct bench_map *way, u64 *map_ns, u64 *unmap_ns);

#endif /* BENCH_MAP_H */
