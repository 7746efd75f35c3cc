#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Two uplinks on one switch: isolated ones never get each other's frames, whatever these are,
# while guests and the host reach both.
#
#   +------+  +------+      +---------------+     +---------------+
#   |  g1  |  |  g2  |      |      out      |     |     other     | outside hosts
#   +--+---+  +--+---+      +-------+-------+     +-------+-------+
#      | rtp1    | rtp2        rtu1 | veth           rtu2 | veth
#   +--+---------+------------------+---------------------+-+
#   |                     rt0 (host)                        |
#   +-------------------------------------------------------+

ALL_TESTS="
	off_at_first
	floods
	known_stations
	groups_of_others
	routers
	with_vlans
	group_of_uplinks
	switched_under_traffic
	returns
"
source "$(dirname "$0")/lib.sh"

group=01:00:5e:01:02:03
nobody=02:00:00:00:00:99

setup_prepare()
{
	switch_fill 2 && host_start host - rt0 && uplink_add rtu2 rt0 rt-other &&
		host_start other rt-other eth0 || return
	client_port[other]=rtu2
}

apart()
{
	bridge link set dev rtu1 isolated "$1" && bridge link set dev rtu2 isolated "$1"
	check_err $? "cannot set: isolated $1"
}

off_at_first()
{
	gets out $all g1 g2 other host
	gets other $all g1 g2 out host
	gets out "${client_mac[other]}" other
	log_test "uplinks reach each other if nothing is said"
}

floods()
{
	apart on
	gets out $all g1 g2 host
	gets other $all g1 g2 host
	# The host is promiscuous, and so a router as well.
	gets out $nobody g1 g2 host
	gets other $group g1 g2 host
	gets g1 $all g2 out other host
	gets g1 $nobody g2 out other host
	gets host $all g1 g2 out other
	log_test "floods from an uplink go to guests and the host only"
}

known_stations()
{
	local before

	gets g1 "${client_mac[other]}" other
	gets other "${client_mac[g1]}" g1
	gets g1 "${client_mac[out]}" out
	before=$(counter rtu1 drop_in_isolated)
	gets out "${client_mac[other]}"
	check_equal $(($(counter rtu1 drop_in_isolated) - before)) 10 drop_in_isolated
	gets other "${client_mac[out]}"
	log_test "nor do frames to a station behind the other one"
}

groups_of_others()
{
	echo 1 >/sys/class/net/rt0/ringswitch/multicast_snooping
	bridge mdb add dev rt0 port rtu2 grp $group permanent
	bridge mdb add dev rt0 port rtp1 grp $group permanent
	gets out $group g1 host
	gets g2 $group g1 other host
	bridge mdb del dev rt0 port rtu2 grp $group permanent
	bridge mdb del dev rt0 port rtp1 grp $group permanent
	log_test "nor do frames to a group that somebody there is in"
}

routers()
{
	echo 2 >/sys/class/net/rtu2/ringport/multicast_router
	bridge mdb add dev rt0 port rtp1 grp $group permanent
	gets out $group g1 host
	gets g2 $group g1 other host
	bridge mdb del dev rt0 port rtp1 grp $group permanent
	echo 1 >/sys/class/net/rtu2/ringport/multicast_router
	echo 0 >/sys/class/net/rt0/ringswitch/multicast_snooping
	log_test "nor groups to a router there"
}

with_vlans()
{
	local port

	echo 1 >/sys/class/net/rt0/ringswitch/vlan_filtering
	gets out $all g1 g2 host
	gets g2 $all g1 out other host
	gets other "${client_mac[g2]}" g2
	for port in rtu1 rtu2; do
		bridge vlan add dev $port vid 30
	done
	sends out 10 dst=$all tci=30
	check_queued other 0
	echo 0 >/sys/class/net/rt0/ringswitch/vlan_filtering
	log_test "in each VLAN"
}

# What a group is for: uplinks that may reach each other, apart from a third one.
group_of_uplinks()
{
	echo 5 >/sys/class/net/rtu1/ringport/isolation_group
	echo 5 >/sys/class/net/rtu2/ringport/isolation_group
	gets out $all g1 g2 other host
	echo 6 >/sys/class/net/rtu2/ringport/isolation_group
	gets out $all g1 g2 host
	echo 0 >/sys/class/net/rtu1/ringport/isolation_group
	echo 0 >/sys/class/net/rtu2/ringport/isolation_group
	gets out $all g1 g2 host
	log_test "uplinks of one group reach each other"
}

switched_under_traffic()
{
	local i

	stream_begins g1 other 20 dst="${client_mac[other]}" rate=$RATE
	must out stream dst=$all rate=$RATE flow=21
	for i in {1..5}; do
		apart off
		apart on
	done
	must out stream off
	stream_ends g1 other 20
	gets out $all g1 g2 host
	log_test "it can be switched under traffic; guests lose nothing"
}

# A new port is as new ones are: sysctl.sh has how to say that of all.
returns()
{
	ip link set rtu2 nomaster
	ip link set rtu2 master rt0
	check_equal "$(counter rtu2 isolated) $(counter rtu1 isolated)" "0 1" isolated
	gets out $all g1 g2 other host
	log_test "an uplink that returns is a new one"
}

trap cleanup EXIT
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
