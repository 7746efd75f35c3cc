// SPDX-License-Identifier: GPL-2.0
/* Files of a port and of a switch about the forwarding database. */
#include <linux/hex.h>
#include <linux/kstrtox.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/string.h>

#include "fdb_policy.h"
#include "switch.h"
#include "sysfs_fdb.h"
#include "words.h"

/* "02:00:00:00:00:01 dynamic sticky vlan 4094" and more than one space somewhere. */
#define LINE	80

/* @kind: -1: none was named */
struct request {
	u8 addr[ETH_ALEN];
	u16 vid;
	int kind;
	bool sticky;
};

static int parse_vid(const char *word, u16 *vid)
{
	int err = word ? kstrtou16(word, 10, vid) : -EINVAL;

	if (err)
		return err;
	return *vid && *vid <= RSW_VID_LAST ? 0 : -ERANGE;
}

static int parse_kind(const char *word, struct request *request)
{
	if (request->kind >= 0)
		return -EINVAL;
	if (!strcmp(word, "dynamic"))
		request->kind = 0;
	else if (!strcmp(word, "static"))
		request->kind = RSW_FDB_STATIC;
	else if (!strcmp(word, "permanent"))
		request->kind = RSW_FDB_LOCAL | RSW_FDB_STATIC;
	else if (!strcmp(word, "extern_learn"))
		request->kind = RSW_FDB_EXTERN;
	else
		return -EINVAL;
	return 0;
}

static int parse(char *line, struct request *request)
{
	char *word = rsw_next_word(&line, RSW_BLANKS);

	*request = (struct request){ .kind = -1 };
	if (!word || strlen(word) != 3 * ETH_ALEN - 1 || !mac_pton(word, request->addr))
		return -EINVAL;
	while ((word = rsw_next_word(&line, RSW_BLANKS))) {
		int err = 0;

		if (!strcmp(word, "vlan"))
			err = parse_vid(rsw_next_word(&line, RSW_BLANKS), &request->vid);
		else if (!strcmp(word, "sticky"))
			request->sticky = true;
		else
			err = parse_kind(word, request);
		if (err)
			return err;
	}
	return 0;
}

/* "+ADDRESS [static|dynamic|permanent|extern_learn] [sticky] [vlan N]" or "-ADDRESS [vlan N]" */
static int set_fdb(struct rsw_port *port, unsigned int arg, const char *buf)
{
	struct rsw_switch *sw = rtnl_dereference(port->sw);
	struct request request;
	char line[LINE];
	int err;

	if (!sw)
		return -ENODEV;
	if (strscpy(line, buf) < 0 || (line[0] != '+' && line[0] != '-'))
		return -EINVAL;
	err = parse(line + 1, &request);
	if (err)
		return err;
	if (line[0] == '-' && (request.kind >= 0 || request.sticky))
		return -EINVAL;
	if (line[0] == '-')
		return rsw_fdb_user_del(sw, port, request.addr, request.vid, NULL);
	if (request.kind < 0)
		request.kind = RSW_FDB_STATIC | (port == &sw->host ? RSW_FDB_LOCAL : 0);
	return rsw_fdb_user_set(port, request.addr, request.vid,
				request.kind | (request.sticky ? RSW_FDB_STICKY : 0),
				NLM_F_CREATE | NLM_F_REPLACE, NULL);
}

/* As a bridge does it: what ages goes, the rest stays. */
static int flush(struct rsw_switch *sw, const struct rsw_port *port, const char *buf)
{
	bool on;
	int err = kstrtobool(buf, &on);

	if (err)
		return err;
	if (!on || !sw)
		return -EINVAL;
	rsw_fdb_flush_dynamic(&sw->fdb, port);
	return 0;
}

static int set_fdb_flush(struct rsw_port *port, unsigned int arg, const char *buf)
{
	return flush(rtnl_dereference(port->sw), port, buf);
}

static int set_switch_fdb_flush(struct rsw_switch *sw, const char *buf)
{
	return flush(sw, NULL, buf);
}

static int parse_limit(const char *buf, unsigned int least, unsigned int *limit)
{
	unsigned int value;
	int err = kstrtouint(buf, 10, &value);

	if (err)
		return err;
	if (value < least || value > RSW_FDB_MOST_LEARNED)
		return -ERANGE;
	WRITE_ONCE(*limit, value);
	return 0;
}

static ssize_t show_number(const unsigned int *number, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(*number));
}

static ssize_t show_fdb_learned(struct rsw_port *port, unsigned int arg, char *buf)
{
	return show_number(&port->fdb.learned, buf);
}

static ssize_t show_fdb_max_learned(struct rsw_port *port, unsigned int arg, char *buf)
{
	return show_number(&port->fdb.max_learned, buf);
}

static int set_fdb_max_learned(struct rsw_port *port, unsigned int arg, const char *buf)
{
	return parse_limit(buf, 0, &port->fdb.max_learned);
}

static ssize_t show_learn_rate(struct rsw_port *port, unsigned int arg, char *buf)
{
	return show_number(&port->fdb.rate, buf);
}

static int set_learn_rate(struct rsw_port *port, unsigned int arg, const char *buf)
{
	return parse_limit(buf, 0, &port->fdb.rate);
}

static ssize_t show_switch_fdb_learned(struct rsw_switch *sw, char *buf)
{
	return show_number(&sw->fdb.learned, buf);
}

static ssize_t show_switch_fdb_max_learned(struct rsw_switch *sw, char *buf)
{
	return show_number(&sw->fdb.max_learned, buf);
}

static int set_switch_fdb_max_learned(struct rsw_switch *sw, const char *buf)
{
	return parse_limit(buf, 1, &sw->fdb.max_learned);
}

struct rsw_port_attr rsw_attr_fdb = RSW_PORT_ATTR_WO(fdb, ALL, 0, set_fdb);
struct rsw_port_attr rsw_attr_fdb_flush = RSW_PORT_ATTR_WO(fdb_flush, ALL, 0, set_fdb_flush);
struct rsw_port_attr rsw_attr_fdb_learned =
	RSW_PORT_ATTR_RO(fdb_learned, ALL, 0, show_fdb_learned);
struct rsw_port_attr rsw_attr_fdb_max_learned =
	RSW_PORT_ATTR_RW(fdb_max_learned, ALL, 0, show_fdb_max_learned, set_fdb_max_learned);
struct rsw_port_attr rsw_attr_learn_rate =
	RSW_PORT_ATTR_RW(learn_rate, ALL, 0, show_learn_rate, set_learn_rate);
struct rsw_switch_attr rsw_switch_attr_fdb_flush =
	RSW_SWITCH_ATTR_WO(fdb_flush, set_switch_fdb_flush);
struct rsw_switch_attr rsw_switch_attr_fdb_learned =
	RSW_SWITCH_ATTR_RO(fdb_learned, show_switch_fdb_learned);
struct rsw_switch_attr rsw_switch_attr_fdb_max_learned =
	RSW_SWITCH_ATTR_RW(fdb_max_learned, show_switch_fdb_max_learned,
			   set_switch_fdb_max_learned);
