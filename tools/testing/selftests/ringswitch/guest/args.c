// SPDX-License-Identifier: GPL-2.0
#include "args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void args_parse(struct args *args, char *line)
{
	char *word, *place = NULL;

	memset(args, 0, sizeof(*args));
	args->verb = "";
	for (word = strtok_r(line, " \t\n", &place); word; word = strtok_r(NULL, " \t\n", &place)) {
		char *equals = strchr(word, '=');

		if (!*args->verb) {
			args->verb = word;
		} else if (args->count == ARGS_MAX) {
			snprintf(args->mistake, sizeof(args->mistake), "too many words");
		} else {
			if (equals)
				*equals++ = '\0';
			args->key[args->count] = word;
			args->value[args->count++] = equals ? equals : "1";
		}
	}
}

static void complain(struct args *args, const char *key, const char *value)
{
	if (!*args->mistake)
		snprintf(args->mistake, sizeof(args->mistake), "bad value %s=%s", key, value);
}

bool args_has(const struct args *args, const char *key)
{
	int i;

	for (i = 0; i < args->count; i++)
		if (!strcmp(args->key[i], key))
			return true;
	return false;
}

const char *args_text(struct args *args, const char *key, const char *otherwise)
{
	int i;

	for (i = 0; i < args->count; i++) {
		if (strcmp(args->key[i], key))
			continue;
		args->taken[i] = true;
		return args->value[i];
	}
	return otherwise;
}

long long args_number(struct args *args, const char *key, long long otherwise)
{
	const char *text = args_text(args, key, NULL);
	long long number;
	char *end;

	if (!text)
		return otherwise;
	number = strtoll(text, &end, 0);
	if (end != text && !*end)
		return number;
	complain(args, key, text);
	return otherwise;
}

bool args_switch(struct args *args, const char *key, bool otherwise)
{
	const char *text = args_text(args, key, NULL);

	if (!text)
		return otherwise;
	if (!strcmp(text, "on") || !strcmp(text, "1"))
		return true;
	if (strcmp(text, "off") && strcmp(text, "0"))
		complain(args, key, text);
	return false;
}

bool args_mac(struct args *args, const char *key, uint8_t mac[6])
{
	const char *text = args_text(args, key, NULL);
	uint8_t octet[6];
	char rest;

	if (!text)
		return false;
	if (sscanf(text, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%c", &octet[0], &octet[1], &octet[2],
		   &octet[3], &octet[4], &octet[5], &rest) != 6) {
		complain(args, key, text);
		return false;
	}
	memcpy(mac, octet, 6);
	return true;
}

size_t args_hex(struct args *args, const char *key, uint8_t *to, size_t room)
{
	const char *text = args_text(args, key, "");
	unsigned int byte;
	size_t n;

	for (n = 0; n < room && sscanf(text + 2 * n, "%2x", &byte) == 1; n++)
		to[n] = byte;
	return n;
}

const char *args_mistake(struct args *args)
{
	int i;

	for (i = 0; i < args->count && !*args->mistake; i++)
		if (!args->taken[i])
			snprintf(args->mistake, sizeof(args->mistake), "%s does not know %s",
				 args->verb, args->key[i]);
	return *args->mistake ? args->mistake : NULL;
}
