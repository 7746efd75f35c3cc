/* SPDX-License-Identifier: GPL-2.0 */
/* What a command is, by the places of its bytes: the reference for command.c. */
#ifndef HOST_NAIVE_COMMAND_H
#define HOST_NAIVE_COMMAND_H

#include "filter.h"
#include "guest.h"
#include "rss.h"

#define NAIVE_PAIRS	4

/* Bytes of the longest command. */
#define NAIVE_COMMAND	1600

/* All that a guest's driver can change by commands. */
struct naive_state {
	bool filtered;
	struct rsw_filter filter;
	bool hashed;
	struct rsw_rss rss;
	u16 active;
	u64 rx_features;
	u8 mac[ETH_ALEN];
	bool announce;
	u32 generation;
	u32 coal[2 * NAIVE_PAIRS][2];
};

/* What a guest has been told. */
void naive_look(struct rsw_guest *guest, struct naive_state *state);

/* Do a command to @state, of which nothing changes if the command is to be refused. */
bool naive_command(const struct rsw_guest *guest, const u8 *bytes, u32 len,
		   struct naive_state *state);

struct naive_answer {
	u32 len;
	u8 byte[9];
};

/* What is said, but for the first byte, to a command that is not refused. */
void naive_answer(const struct rsw_guest *guest, const u8 *bytes, const struct naive_state *state,
		  struct naive_answer *answer);

#endif /* HOST_NAIVE_COMMAND_H */
