/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_SYSFS_ATTR_H
#define RINGSWITCH_SYSFS_ATTR_H

#include <linux/device.h>
#include <linux/stringify.h>
#include <linux/sysfs.h>

struct rsw_port;
struct rsw_switch;

/* Which ports have a file. */
enum rsw_attr_of {
	RSW_ATTR_OF_ALL,
	RSW_ATTR_OF_GUESTS,
	RSW_ATTR_OF_ALL_BUT_HOST,
};

/**
 * struct rsw_port_attr - a file of a port, in ringport/
 * @attr: its name and mode
 * @of: which ports have it
 * @arg: which one, for functions that serve several files
 * @show: write the value; NULL for what can only be written. RCU read section
 * @set: take a value as it was written, or say why not; NULL for what can only be read.
 *	RTNL, may sleep
 */
struct rsw_port_attr {
	struct device_attribute attr;
	enum rsw_attr_of of;
	unsigned int arg;
	ssize_t (*show)(struct rsw_port *port, unsigned int arg, char *buf);
	int (*set)(struct rsw_port *port, unsigned int arg, const char *buf);
};

/**
 * struct rsw_switch_attr - a file of a switch, in ringswitch/
 * @attr: its name and mode
 * @show: write the value; NULL for what can only be written
 * @set: take a value as it was written, or say why not; NULL for what can only be read.
 *	RTNL, may sleep
 */
struct rsw_switch_attr {
	struct device_attribute attr;
	ssize_t (*show)(struct rsw_switch *sw, char *buf);
	int (*set)(struct rsw_switch *sw, const char *buf);
};

#define RSW_PORT_ATTR_RO(name, which, number, show_fn) {			\
	.attr = __ATTR(name, 0444, rsw_port_attr_show, NULL),			\
	.of = RSW_ATTR_OF_##which, .arg = (number), .show = (show_fn),		\
}

#define RSW_PORT_ATTR_WO(name, which, number, set_fn) {				\
	.attr = __ATTR(name, 0200, NULL, rsw_port_attr_store),			\
	.of = RSW_ATTR_OF_##which, .arg = (number), .set = (set_fn),		\
}

#define RSW_PORT_ATTR_RW(name, which, number, show_fn, set_fn) {		\
	.attr = __ATTR(name, 0644, rsw_port_attr_show, rsw_port_attr_store),	\
	.of = RSW_ATTR_OF_##which, .arg = (number), .show = (show_fn),		\
	.set = (set_fn),							\
}

#define RSW_SWITCH_ATTR_RO(name, show_fn) {					\
	.attr = __ATTR(name, 0444, rsw_switch_attr_show, NULL),			\
	.show = (show_fn),							\
}

#define RSW_SWITCH_ATTR_WO(name, set_fn) {					\
	.attr = __ATTR(name, 0200, NULL, rsw_switch_attr_store),		\
	.set = (set_fn),							\
}

#define RSW_SWITCH_ATTR_RW(name, show_fn, set_fn) {				\
	.attr = __ATTR(name, 0644, rsw_switch_attr_show, rsw_switch_attr_store), \
	.show = (show_fn), .set = (set_fn),					\
}

/* What is written comes in pieces of a page, and what is short of one is all of it. */
static inline bool rsw_attr_is_cut(size_t len)
{
	return len >= PAGE_SIZE;
}

ssize_t rsw_port_attr_show(struct device *dev, struct device_attribute *attr, char *buf);
ssize_t rsw_port_attr_store(struct device *dev, struct device_attribute *attr, const char *buf,
			    size_t len);
ssize_t rsw_attr_show_time(const unsigned long *time, char *buf);
int rsw_attr_parse_time(const char *buf, unsigned long *time);
umode_t rsw_port_attr_visible(struct kobject *kobj, struct attribute *attr, int i);
ssize_t rsw_switch_attr_show(struct device *dev, struct device_attribute *attr, char *buf);
ssize_t rsw_switch_attr_store(struct device *dev, struct device_attribute *attr, const char *buf,
			      size_t len);

#endif /* RINGSWITCH_SYSFS_ATTR_H */
