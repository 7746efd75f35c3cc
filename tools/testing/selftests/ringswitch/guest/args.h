/* SPDX-License-Identifier: GPL-2.0 */
#ifndef ARGS_H
#define ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define ARGS_MAX 32

/*
 * One command, "verb key=value key=value", taken apart in place.
 *
 * Mistakes are sticky: a getter that meets one notes it and returns its default, and
 * args_mistake() tells the first of them once all getters have run.
 */
struct args {
	const char *verb;
	int count;
	char *key[ARGS_MAX];
	char *value[ARGS_MAX];
	bool taken[ARGS_MAX];
	char mistake[128];
};

void args_parse(struct args *args, char *line);
bool args_has(const struct args *args, const char *key);
const char *args_text(struct args *args, const char *key, const char *otherwise);
long long args_number(struct args *args, const char *key, long long otherwise);
bool args_switch(struct args *args, const char *key, bool otherwise);
bool args_mac(struct args *args, const char *key, uint8_t mac[6]);
/* Bytes as hexadecimal digits, up to the first that is none; how many. */
size_t args_hex(struct args *args, const char *key, uint8_t *to, size_t room);

/* NULL if every value was well-formed and every key known to some getter. */
const char *args_mistake(struct args *args);

#endif
