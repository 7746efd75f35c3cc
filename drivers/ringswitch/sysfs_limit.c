// SPDX-License-Identifier: GPL-2.0
/* Files of a port that say how much it may send and get. */
#include <linux/kstrtox.h>

#include "limit_policy.h"
#include "sysfs_limit.h"

static ssize_t show_limit(struct rsw_port *port, unsigned int which, char *buf)
{
	return sysfs_emit(buf, "%llu\n", rsw_limit_get(port, which));
}

static int set_limit(struct rsw_port *port, unsigned int which, const char *buf)
{
	u64 value;

	return kstrtou64(buf, 10, &value) ?: rsw_limit_set(port, which, value);
}

#define FILE_OF(name, most)							\
	[RSW_LIMIT_##name] = RSW_PORT_ATTR_RW(name, ALL, RSW_LIMIT_##name,	\
					      show_limit, set_limit),

struct rsw_port_attr rsw_attr_limit[RSW_LIMIT_MAX] = {
	RSW_LIMITS(FILE_OF)
};
