/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_ETHTOOL_H
#define RINGSWITCH_ETHTOOL_H

#include <linux/ethtool.h>

extern const struct ethtool_ops rsw_switch_ethtool_ops;
extern const struct ethtool_ops rsw_guest_ethtool_ops;

#endif /* RINGSWITCH_ETHTOOL_H */
