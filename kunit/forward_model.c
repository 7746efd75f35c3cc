// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <linux/jiffies.h>
#include <linux/percpu.h>
#include <linux/rculist.h>

#include "forward_model.h"

static const u8 host_mac[ETH_ALEN] = { 2, 0, 0, 0, 0, HOST_STATION };

struct rsw_port *forward_model_port(struct forward_model *model, int i)
{
	return i ? &model->world->guest[i - 1].port : &model->world->sw.host;
}

struct world_port *forward_model_seen(struct forward_model *model, int i)
{
	return i ? &model->world->guest[i - 1] : &model->world->host;
}

void forward_model_init(struct forward_model *model, struct kunit *test)
{
	model->test = test;
	model->world = forward_world_new(test, MODEL_PORTS - 1);
	forward_model_reset(model);
}

void forward_model_reset(struct forward_model *model)
{
	int cpu;

	forward_model_flush(model, -1);
	forward_model_filter(model, false);
	for (int i = 0; i < MODEL_PORTS; i++) {
		struct rsw_port *port = forward_model_port(model, i);

		forward_model_attach(model, i, true);
		port->up = true;
		port->flags = RSW_PORT_DEFAULT_FLAGS;
		forward_allow(port, RSW_PORT_unicast_flood, i);
		forward_model_isolate(model, i, -1);
		forward_model_guard(model, i, 0);
		forward_model_vlans(model, i, BIT(RSW_VID_DEFAULT), RSW_VID_DEFAULT);
		forward_model_seen(model, i)->refuses = 0;
		for_each_possible_cpu(cpu)
			memset(per_cpu_ptr(port->stats, cpu), 0, sizeof(struct rsw_stats));
	}
	memset(model->drops, 0, sizeof(model->drops));
	forward_model_know_host(model, true);
}

static bool is_station(u64 addr)
{
	return addr - STATION(0) < MODEL_STATIONS;
}

static int entry_of(u64 addr, int vid)
{
	return is_station(addr) ? addr - STATION(0) + MODEL_STATIONS * vid : -1;
}

static bool is_member(struct forward_model *model, int p, int vid)
{
	return !vid || test_bit(vid, forward_model_port(model, p)->vlans.member);
}

static void naive_classify(struct forward_model *model, unsigned int i)
{
	bool filters = model->world->sw.vlan_proto;
	int vid = filters && model->tag[i] > 0 ? model->tag[i] : 0;

	if (filters && !vid)
		vid = forward_model_port(model, model->from)->vlans.pvid ?: -1;
	model->vid[i] = vid > 0 && !is_member(model, model->from, vid) ? -1 : vid;
}

static bool reaches(const struct forward_model *model, int p)
{
	int from = model->group[model->from], to = model->group[p];

	return from < 0 || to < 0 || (from && from == to);
}

/* Nobody who is down gets what is not for him, but all that is for others when he is visited. */
static bool floods_to(struct forward_model *model, int p, u64 dest, int vid)
{
	enum rsw_port_flag flag = dest == BROADCAST ? RSW_PORT_broadcast_flood :
				  dest == GROUP ? RSW_PORT_multicast_flood :
						  RSW_PORT_unicast_flood;
	struct rsw_port *port = forward_model_port(model, p);

	return p != model->from && !model->away[p] && rsw_port_has(port, flag) &&
	       reaches(model, p) && is_member(model, p, vid) && (port->up || model->gets[p]);
}

/* One frame, after all sources of its batch have been learned. A flood comes after the rest. */
static void naive_forward(struct forward_model *model, unsigned int i, bool flood)
{
	u64 dest = model->dest[i], *drops = model->drops[model->from];
	int vid = model->vid[i], entry = vid < 0 ? -1 : entry_of(dest, vid);
	int where = entry < 0 ? -1 : model->where[entry];
	int receivers = 0;

	if (flood ? where >= 0 : where < 0)
		return;
	if (!is_station(model->source[i])) {
		drops[RSW_DROP_IN_bad_source]++;
	} else if (dest == LINK_LOCAL) {
		drops[RSW_DROP_IN_link_local]++;
	} else if (vid < 0) {
		drops[RSW_DROP_IN_vlan]++;
	} else if (model->forged[i] != RSW_DROP_NONE) {
		drops[model->forged[i]]++;
	} else if (model->shut_out & BIT_ULL(i)) {
		drops[RSW_DROP_IN_locked]++;
	} else if (where == model->from) {
		drops[RSW_DROP_IN_same_port]++;
	} else if (where >= 0 && !reaches(model, where)) {
		drops[RSW_DROP_IN_isolated]++;
	} else if (where >= 0 && !is_member(model, where, vid)) {
		drops[RSW_DROP_IN_vlan_dest]++;
	} else if (where >= 0) {
		model->gets[where] |= BIT_ULL(i);
	} else {
		for (int p = 0; p < MODEL_PORTS; p++) {
			if (!floods_to(model, p, dest, vid))
				continue;
			model->gets[p] |= BIT_ULL(i);
			receivers++;
		}
		if (!receivers)
			drops[RSW_DROP_IN_no_receiver]++;
	}
}

static void naive_learn(struct forward_model *model, unsigned int i)
{
	int entry = model->vid[i] < 0 ? -1 : entry_of(model->source[i], model->vid[i]);

	if (entry < 0 || model->dest[i] == LINK_LOCAL || model->shut_out & BIT_ULL(i) ||
	    !rsw_port_has(forward_model_port(model, model->from), RSW_PORT_learning) ||
	    (entry == HOST_STATION && model->host_known))
		return;
	model->where[entry] = model->from;
	model->heard[entry] = jiffies;
}

/* What follows a tag here says that it is IPv4, and is not. */
static void naive_guard(struct forward_model *model, unsigned int i)
{
	u16 mine = model->mine[model->from];

	model->forged[i] = RSW_DROP_NONE;
	if (!mine)
		return;
	if (!is_station(model->source[i]) || !(mine & BIT(model->source[i] - STATION(0))))
		model->forged[i] = RSW_DROP_IN_source_mac;
	else if (model->tag[i] >= 0)
		model->forged[i] = RSW_DROP_IN_hidden;
	if (model->forged[i] != RSW_DROP_NONE)
		model->shut_out |= BIT_ULL(i);
}

/* By what was known before this batch. */
static void naive_admit(struct forward_model *model, unsigned int i)
{
	int entry = model->vid[i] < 0 ? -1 : entry_of(model->source[i], model->vid[i]);

	if (rsw_port_has(forward_model_port(model, model->from), RSW_PORT_locked) &&
	    (entry < 0 || model->where[entry] != model->from))
		model->shut_out |= BIT_ULL(i);
}

static void naive_batch(struct forward_model *model)
{
	unsigned int n = model->world->batch.n;
	u64 *drops = model->drops[model->from];

	memset(model->gets, 0, sizeof(model->gets));
	model->shut_out = 0;
	if (!forward_model_port(model, 0)->up || model->away[model->from]) {
		drops[RSW_DROP_IN_switch_down] += n;
	} else if (!forward_model_port(model, model->from)->up) {
		drops[RSW_DROP_IN_port_down] += n;
	} else {
		for (unsigned int i = 0; i < n; i++)
			naive_classify(model, i);
		for (unsigned int i = 0; i < n; i++)
			naive_guard(model, i);
		for (unsigned int i = 0; i < n; i++)
			naive_admit(model, i);
		for (unsigned int i = 0; i < n; i++)
			naive_learn(model, i);
		for (unsigned int i = 0; i < n; i++)
			naive_forward(model, i, false);
		for (unsigned int i = 0; i < n; i++)
			naive_forward(model, i, true);
	}
}

void forward_model_begin(struct forward_model *model, int from)
{
	model->from = from;
	forward_begin(model->world, forward_model_port(model, from));
}

void forward_model_add(struct forward_model *model, u64 dest, u64 source, int tag)
{
	unsigned int i = tag < 0 ? forward_add(model->world, dest, source) :
			 forward_add_tagged(model->world, dest, source, ETH_P_8021Q, tag);

	model->tag[i] = tag;

	model->dest[i] = dest;
	model->source[i] = source;
}

void forward_model_run(struct forward_model *model)
{
	naive_batch(model);
	forward_run(model->world, model->away[model->from] ? NULL : &model->world->sw);
	for (int p = 0; p < MODEL_PORTS; p++) {
		const struct world_port *seen = forward_model_seen(model, p);

		KUNIT_ASSERT_EQ(model->test, seen->frames, model->gets[p]);
		KUNIT_ASSERT_EQ(model->test, seen->visits, model->gets[p] != 0);
	}
}

/* As rsw_port_detach() does, with no batch on its way. */
void forward_model_attach(struct forward_model *model, int i, bool on)
{
	struct rsw_port *port = forward_model_port(model, i);

	if (on == !model->away[i])
		return;
	model->away[i] = !on;
	port->up = on;
	if (on) {
		list_add_tail_rcu(&port->node, &model->world->sw.ports);
		return;
	}
	list_del_rcu(&port->node);
	forward_model_flush(model, i);
}

void forward_model_isolate(struct forward_model *model, int i, int group)
{
	model->group[i] = group;
	forward_model_port(model, i)->isolation = group < 0 ? 0 : RSW_ISOLATION_PRIVATE + group;
}

void forward_model_guard(struct forward_model *model, int i, u16 stations)
{
	struct rsw_guard *guard = &model->guard[i];

	model->mine[i] = stations;
	guard->nmacs = 0;
	for (int station = 0; station < MODEL_STATIONS; station++) {
		const u8 mac[ETH_ALEN] = { 2, 0, 0, 0, 0, station };

		if (stations & BIT(station))
			memcpy(guard->mac[guard->nmacs++], mac, sizeof(mac));
	}
	RCU_INIT_POINTER(forward_model_port(model, i)->guard, stations ? guard : NULL);
}

void forward_model_filter(struct forward_model *model, bool on)
{
	model->world->sw.vlan_proto = on ? htons(ETH_P_8021Q) : 0;
}

void forward_model_vlans(struct forward_model *model, int i, u8 member, u8 pvid)
{
	struct rsw_vlans *vlans = &forward_model_port(model, i)->vlans;

	for (int vid = 1; vid < MODEL_VIDS; vid++)
		__assign_bit(vid, vlans->member, member & BIT(vid));
	vlans->pvid = pvid;
}

/* Port -1: all. */
void forward_model_flush(struct forward_model *model, int i)
{
	rsw_fdb_flush_port(&model->world->sw.fdb, i < 0 ? NULL : forward_model_port(model, i));
	for (int e = 0; e < MODEL_ENTRIES; e++)
		if (i < 0 || model->where[e] == i)
			model->where[e] = -1;
	if (model->where[HOST_STATION] < 0)
		model->host_known = false;
}

void forward_model_age(struct forward_model *model)
{
	unsigned long time = model->world->sw.fdb.ageing_time, next = time;

	for (int e = 0; e < MODEL_ENTRIES; e++) {
		unsigned long age = jiffies - model->heard[e];

		if (model->where[e] < 0 || (e == HOST_STATION && model->host_known))
			continue;
		if (age >= time)
			model->where[e] = -1;
		else
			next = min(next, time - age);
	}
	KUNIT_ASSERT_EQ(model->test, rsw_fdb_age(&model->world->sw.fdb), next);
}

void forward_model_know_host(struct forward_model *model, bool known)
{
	struct rsw_fdb *fdb = &model->world->sw.fdb;

	if (known)
		KUNIT_ASSERT_EQ(model->test, 0,
				rsw_fdb_add_local(fdb, &model->world->sw.host, host_mac, 0));
	else
		rsw_fdb_del_local(fdb, host_mac, 0);
	if (known || model->host_known)
		model->where[HOST_STATION] = known ? 0 : -1;
	model->host_known = known;
}

void forward_model_check(struct forward_model *model)
{
	unsigned int learned = 0;

	for (int p = 0; p < MODEL_PORTS; p++) {
		struct rsw_stats_sum sum;

		rsw_stats_sum(forward_model_port(model, p)->stats, &sum);
		for (unsigned int reason = 0; reason <= RSW_DROP_IN_switch_down; reason++)
			KUNIT_ASSERT_EQ_MSG(model->test, sum.drop[reason],
					    model->drops[p][reason], "port %d %s", p,
					    rsw_drop_name(reason));
		forward_check_sum(model->test, &sum);
	}
	for (int e = 0; e < MODEL_ENTRIES; e++)
		learned += model->where[e] >= 0 && !(e == HOST_STATION && model->host_known);
	KUNIT_ASSERT_EQ(model->test, model->world->sw.fdb.learned, learned);
}
