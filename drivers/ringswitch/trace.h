/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM ringswitch

#if !defined(RINGSWITCH_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define RINGSWITCH_TRACE_H

#include <linux/netdevice.h>
#include <linux/tracepoint.h>

#include "port.h"

TRACE_EVENT(rsw_drop,
	TP_PROTO(const struct rsw_port *port, enum rsw_drop_reason reason, unsigned int n),
	TP_ARGS(port, reason, n),
	TP_STRUCT__entry(
		__string(port, port->dev ? netdev_name(port->dev) : "(detached)")
		__field(int, reason)
		__field(unsigned int, n)
	),
	TP_fast_assign(
		__assign_str(port);
		__entry->reason = reason;
		__entry->n = n;
	),
	TP_printk("port=%s reason=%s n=%u", __get_str(port), rsw_drop_name(__entry->reason),
		  __entry->n)
);

TRACE_EVENT(rsw_broken,
	TP_PROTO(const struct rsw_port *port, int queue, int error),
	TP_ARGS(port, queue, error),
	TP_STRUCT__entry(
		__string(port, port->dev ? netdev_name(port->dev) : "(detached)")
		__field(int, queue)
		__field(int, error)
	),
	TP_fast_assign(
		__assign_str(port);
		__entry->queue = queue;
		__entry->error = error;
	),
	TP_printk("port=%s queue=%d error=%d", __get_str(port), __entry->queue, __entry->error)
);

#endif /* RINGSWITCH_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
