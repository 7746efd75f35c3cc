/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The borders between the steps of datapath.c, in their order: a batch is taken, frames are
 * dropped, sources learned, receivers visited, copies delivered, drivers interrupted. And who
 * runs it all.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM ringswitch

#if !defined(RINGSWITCH_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define RINGSWITCH_TRACE_H

#include <linux/etherdevice.h>
#include <linux/tracepoint.h>

#include "port.h"
#include "queue.h"
#include "worker.h"

DECLARE_EVENT_CLASS(rsw_frames,
	TP_PROTO(const struct rsw_port *port, unsigned int n, unsigned int bytes),
	TP_ARGS(port, n, bytes),
	TP_STRUCT__entry(
		__string(port, rsw_port_name(port))
		__field(unsigned int, n)
		__field(unsigned int, bytes)
	),
	TP_fast_assign(
		__assign_str(port);
		__entry->n = n;
		__entry->bytes = bytes;
	),
	TP_printk("port=%s n=%u bytes=%u", __get_str(port), __entry->n, __entry->bytes)
);

DEFINE_EVENT(rsw_frames, rsw_ingress,
	TP_PROTO(const struct rsw_port *port, unsigned int n, unsigned int bytes),
	TP_ARGS(port, n, bytes)
);

/* By their names, also for those who read the ring of events without us. */
#define RSW_TRACE_IN_ENUM(name)		TRACE_DEFINE_ENUM(RSW_DROP_IN_##name);
#define RSW_TRACE_OUT_ENUM(name)	TRACE_DEFINE_ENUM(RSW_DROP_OUT_##name);
#define RSW_TRACE_IN_NAME(name)		{ RSW_DROP_IN_##name, "in_" #name },
#define RSW_TRACE_OUT_NAME(name)	{ RSW_DROP_OUT_##name, "out_" #name },

RSW_DROP_REASONS(RSW_TRACE_IN_ENUM, RSW_TRACE_OUT_ENUM)

TRACE_EVENT(rsw_drop,
	TP_PROTO(const struct rsw_port *port, enum rsw_drop_reason reason, unsigned int n),
	TP_ARGS(port, reason, n),
	TP_STRUCT__entry(
		__string(port, rsw_port_name(port))
		__field(int, reason)
		__field(unsigned int, n)
	),
	TP_fast_assign(
		__assign_str(port);
		__entry->reason = reason;
		__entry->n = n;
	),
	TP_printk("port=%s reason=%s n=%u", __get_str(port),
		  __print_symbolic(__entry->reason,
				   RSW_DROP_REASONS(RSW_TRACE_IN_NAME, RSW_TRACE_OUT_NAME)
				   { RSW_DROP_MAX, "none" }),
		  __entry->n)
);

TRACE_EVENT(rsw_learn,
	TP_PROTO(const struct rsw_port *port, const u8 *addr, u16 vid, bool moved),
	TP_ARGS(port, addr, vid, moved),
	TP_STRUCT__entry(
		__string(port, rsw_port_name(port))
		__array(u8, addr, ETH_ALEN)
		__field(u16, vid)
		__field(bool, moved)
	),
	TP_fast_assign(
		__assign_str(port);
		ether_addr_copy(__entry->addr, addr);
		__entry->vid = vid;
		__entry->moved = moved;
	),
	TP_printk("port=%s addr=%pM vid=%u %s", __get_str(port), __entry->addr, __entry->vid,
		  __entry->moved ? "moved" : "new")
);

TRACE_EVENT(rsw_visit,
	TP_PROTO(const struct rsw_port *from, const struct rsw_port *to, unsigned int n),
	TP_ARGS(from, to, n),
	TP_STRUCT__entry(
		__string(from, rsw_port_name(from))
		__string(to, rsw_port_name(to))
		__field(unsigned int, n)
	),
	TP_fast_assign(
		__assign_str(from);
		__assign_str(to);
		__entry->n = n;
	),
	TP_printk("from=%s to=%s n=%u", __get_str(from), __get_str(to), __entry->n)
);

TRACE_EVENT(rsw_mirror,
	TP_PROTO(const struct rsw_port *port, const struct net_device *to, unsigned int n),
	TP_ARGS(port, to, n),
	TP_STRUCT__entry(
		__string(port, rsw_port_name(port))
		__string(to, netdev_name(to))
		__field(unsigned int, n)
	),
	TP_fast_assign(
		__assign_str(port);
		__assign_str(to);
		__entry->n = n;
	),
	TP_printk("port=%s to=%s n=%u", __get_str(port), __get_str(to), __entry->n)
);

DEFINE_EVENT(rsw_frames, rsw_deliver,
	TP_PROTO(const struct rsw_port *port, unsigned int n, unsigned int bytes),
	TP_ARGS(port, n, bytes)
);

/* From here on what is named is a vdpa device: the port may be gone. */
TRACE_EVENT(rsw_interrupt,
	TP_PROTO(const struct rsw_notify *notify),
	TP_ARGS(notify),
	TP_STRUCT__entry(
		__string(device, dev_name(rsw_notify_queue(notify)->ring.mem->dma_dev))
		__field(unsigned int, queue)
	),
	TP_fast_assign(
		__assign_str(device);
		__entry->queue = rsw_notify_queue(notify)->number;
	),
	TP_printk("device=%s queue=%u", __get_str(device), __entry->queue)
);

TRACE_EVENT(rsw_wake,
	TP_PROTO(const struct rsw_worker *worker, const char *by),
	TP_ARGS(worker, by),
	TP_STRUCT__entry(
		__string(device, dev_name(worker->dev))
		__field(unsigned int, queue)
		__string(by, by)
	),
	TP_fast_assign(
		__assign_str(device);
		__entry->queue = worker->number;
		__assign_str(by);
	),
	TP_printk("device=%s queue=%u by=%s", __get_str(device), __entry->queue, __get_str(by))
);

TRACE_EVENT(rsw_broken,
	TP_PROTO(const struct device *dev, int queue, int error),
	TP_ARGS(dev, queue, error),
	TP_STRUCT__entry(
		__string(device, dev_name(dev))
		__field(int, queue)
		__field(int, error)
	),
	TP_fast_assign(
		__assign_str(device);
		__entry->queue = queue;
		__entry->error = error;
	),
	TP_printk("device=%s queue=%d error=%d", __get_str(device), __entry->queue,
		  __entry->error)
);

#endif /* RINGSWITCH_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
