// SPDX-License-Identifier: GPL-2.0
/* Files of a guest's port that say who it may be; addresses as a list on one line. */
#include <linux/kstrtox.h>

#include "guard_policy.h"
#include "port.h"
#include "sysfs_guard.h"

/* A full list of the longest addresses still is one page. */
static_assert(RSW_GUARD_MAX * sizeof("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128") < 4096);

static ssize_t show_allowed_macs(struct rsw_port *port, unsigned int arg, char *buf)
{
	const struct rsw_guard *guard = rcu_dereference(port->guard);
	int len = 0;

	for (u8 i = 0; guard && i < guard->nmacs; i++)
		len += sysfs_emit_at(buf, len, "%s%pM", i ? " " : "", guard->mac[i]);
	return len + sysfs_emit_at(buf, len, "\n");
}

static int set_allowed_macs(struct rsw_port *port, unsigned int arg, const char *buf)
{
	return rsw_guard_set_macs(port, buf);
}

static int show_net(const struct rsw_guard_net *net, char *buf, int len)
{
	int was = len;

	len += net->v6 ? sysfs_emit_at(buf, len, "%pI6c", &net->addr) :
			 sysfs_emit_at(buf, len, "%pI4", &net->addr);
	if (net->len < (net->v6 ? 128 : 32))
		len += sysfs_emit_at(buf, len, "/%u", net->len);
	return len - was;
}

static ssize_t show_allowed_ips(struct rsw_port *port, unsigned int arg, char *buf)
{
	const struct rsw_guard *guard = rcu_dereference(port->guard);
	int len = 0;

	for (u8 i = 0; guard && i < guard->nnets; i++) {
		if (i)
			len += sysfs_emit_at(buf, len, " ");
		len += show_net(&guard->net[i], buf, len);
	}
	return len + sysfs_emit_at(buf, len, "\n");
}

static int set_allowed_ips(struct rsw_port *port, unsigned int arg, const char *buf)
{
	return rsw_guard_set_nets(port, buf);
}

static ssize_t show_guard(struct rsw_port *port, unsigned int flag, char *buf)
{
	const struct rsw_guard *guard = rcu_dereference(port->guard);

	return sysfs_emit(buf, "%d\n", guard && guard->flags & BIT(flag));
}

static int set_guard(struct rsw_port *port, unsigned int flag, const char *buf)
{
	bool on;
	int err = kstrtobool(buf, &on);

	return err ?: rsw_guard_set_flag(port, flag, on);
}

struct rsw_port_attr rsw_attr_allowed_macs =
	RSW_PORT_ATTR_RW(allowed_macs, GUESTS, 0, show_allowed_macs, set_allowed_macs);
struct rsw_port_attr rsw_attr_allowed_ips =
	RSW_PORT_ATTR_RW(allowed_ips, GUESTS, 0, show_allowed_ips, set_allowed_ips);
struct rsw_port_attr rsw_attr_dhcp_guard =
	RSW_PORT_ATTR_RW(dhcp_guard, GUESTS, RSW_GUARD_DHCP, show_guard, set_guard);
struct rsw_port_attr rsw_attr_ra_guard =
	RSW_PORT_ATTR_RW(ra_guard, GUESTS, RSW_GUARD_RA, show_guard, set_guard);
