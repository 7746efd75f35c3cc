/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_SKBQ_H
#define RINGSWITCH_SKBQ_H

struct rsw_port;
struct rsw_switch;
struct sk_buff;

int rsw_skbq_init(struct rsw_switch *sw);
void rsw_skbq_free(struct rsw_switch *sw);
void rsw_skbq_start(struct rsw_switch *sw);
void rsw_skbq_stop(struct rsw_switch *sw);
void rsw_skbq_add(struct rsw_switch *sw, struct rsw_port *port, struct sk_buff *skb);
unsigned int rsw_skbq_backlog(struct rsw_port *port);
void rsw_skbq_purge(struct rsw_switch *sw, struct rsw_port *port);

#endif /* RINGSWITCH_SKBQ_H */
