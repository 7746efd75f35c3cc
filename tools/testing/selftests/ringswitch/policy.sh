#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a port is allowed: learning, floods, isolation, a lock. Set by "bridge link" and by
# sysfs, which say the same.
#
#   +------+  +------+  +------+          +---------------+
#   |  g1  |  |  g2  |  |  g3  |          |      out      | outside host
#   +--+---+  +--+---+  +--+---+          +-------+-------+
#      | rtp1    | rtp2    | rtp3            rtu1 | veth
#   +--+---------+---------+---------------------+-+
#   |                 rt0 (host)                   |
#   +----------------------------------------------+

ALL_TESTS="
	settings_at_first
	settings_by_netlink
	settings_by_ip
	settings_by_sysfs
	settings_refused
	settings_announced
	no_learning
	no_floods
	isolated
	isolated_in_groups
	locked
	changed_under_traffic
"
source "$(dirname "$0")/lib.sh"

group=01:00:5e:01:02:03
nobody=02:00:00:00:00:99

setup_prepare()
{
	switch_fill 3 && host_start host - rt0
}

# setting PORT NAME: as "bridge -d link" says it.
setting()
{
	local name=$2

	case $name in
	unicast_flood)
		name=flood ;;
	multicast_flood)
		name=mcast_flood ;;
	broadcast_flood)
		name=bcast_flood ;;
	esac
	bridge -d -j link show dev "$1" | jq ".[0].$name"
}

# check_setting PORT NAME true|false: both ways of looking agree.
check_setting()
{
	local number=0

	[[ $3 != true ]] || number=1
	check_equal "$(setting "$1" "$2")" "$3" "bridge link: $2 of $1"
	check_equal "$(counter "$1" "$2")" "$number" "sysfs: $2 of $1"
}

set_all()
{
	local port

	for port in rtp1 rtp2 rtp3 rtu1; do
		bridge link set dev $port learning on flood on mcast_flood on bcast_flood on \
			isolated off locked off
		check_err $? "cannot set all of $port"
		echo 0 >/sys/class/net/$port/ringport/isolation_group
		check_err $? "cannot set the group of $port"
	done
}

settings_at_first()
{
	local port name

	for port in rtp1 rtu1; do
		for name in learning unicast_flood multicast_flood broadcast_flood; do
			check_setting $port $name true
		done
		check_setting $port isolated false
		check_setting $port locked false
		check_equal "$(counter $port isolation_group)" 0 isolation_group
		check_equal "$(bridge -j link show dev $port | jq -r '.[0] | .master, .state' |
			       tr '\n' ' ')" "rt0 forwarding " "bridge link"
	done
	[[ ! -e /sys/class/net/rt0/ringport/learning ]]
	check_err $? "the host's own port has settings"
	check_equal "$(bridge -j link show dev rt0)" "[]" "bridge link of the switch"
	ip link set rtp1 down
	check_equal "$(bridge -j link show dev rtp1 | jq -r '.[0].state')" disabled "state"
	ip link set rtp1 up
	log_test "a new port learns, floods, and is neither isolated nor locked"
}

settings_by_netlink()
{
	bridge link set dev rtp1 learning off mcast_flood off isolated on
	check_err $? "cannot set"
	check_setting rtp1 learning false
	check_setting rtp1 unicast_flood true
	check_setting rtp1 multicast_flood false
	check_setting rtp1 broadcast_flood true
	check_setting rtp1 isolated true
	check_setting rtp1 locked false
	check_setting rtp2 learning true
	bridge link set dev rtu1 flood off locked on
	check_err $? "cannot set those of an uplink"
	check_setting rtu1 unicast_flood false
	check_setting rtu1 locked true
	set_all
	log_test "bridge link sets what sysfs shows"
}

settings_by_ip()
{
	ip link set dev rtp1 type bridge_slave learning off isolated on
	check_err $? "cannot set"
	check_setting rtp1 learning false
	check_setting rtp1 isolated true
	check_setting rtp1 unicast_flood true
	ip link set dev rtu1 type bridge_slave flood off
	check_err $? "cannot set those of an uplink"
	check_setting rtu1 unicast_flood false
	refused "no such setting" ip link set dev rtp1 type bridge_slave learning on hairpin on
	check_setting rtp1 learning false
	set_all
	log_test "ip link set .. type bridge_slave sets the same"
}

settings_by_sysfs()
{
	local name dir=/sys/class/net/rtp1/ringport

	for name in learning unicast_flood multicast_flood broadcast_flood; do
		echo 0 >$dir/$name
		check_err $? "cannot write $name"
		check_setting rtp1 $name false
	done
	echo on >$dir/isolated && echo 1 >$dir/locked
	check_err $? "cannot write"
	check_setting rtp1 isolated true
	check_setting rtp1 locked true
	set_all
	log_test "sysfs sets what bridge link shows"
}

settings_refused()
{
	refused "no such setting" bridge link set dev rtp1 learning off hairpin on
	check_setting rtp1 learning true
	refused "no such setting" bridge link set dev rtp1 cost 5
	refused "not the switch" bridge link set dev rt0 learning off self
	refused "Invalid argument" sysfs_write rtp1/ringport/learning maybe
	refused "Numerical result out of range" sysfs_write rtp1/ringport/isolation_group 65536
	refused "Invalid argument" sysfs_write rtp1/ringport/isolation_group -1
	check_equal "$(counter rtp1 isolation_group)" 0 isolation_group
	log_test "what cannot be set is refused with a reason, and changes nothing"
}

settings_announced()
{
	local log=$TMP/monitor pid

	bridge monitor link >"$log" &
	pid=$!
	# It listens some time after it was started.
	busywait 5000 heard "$log" rtp2 || check_err 1 "nothing is heard"
	echo 1 >/sys/class/net/rtp1/ringport/isolated
	busywait 2000 grep -q "rtp1.*master rt0" "$log"
	check_err $? "nobody was told: $(cat "$log")"
	kill $pid
	wait $pid 2>/dev/null
	set_all
	log_test "a setting that changes is announced"
}

heard()
{
	bridge link set dev "$2" learning off
	bridge link set dev "$2" learning on
	grep -q "$2.*master rt0" "$1"
}

no_learning()
{
	local station=02:00:00:00:00:01

	bridge link set dev rtp1 learning off
	must g1 send dst=$all src=$station count=1
	must g2 wait src=$station frames=1
	fdb_lacks rt0 $station
	check_err $? "$station was learned"
	gets g2 $station g1 g3 out host
	set_all
	log_test "nothing is learned from a port that must not"
}

no_floods()
{
	bridge link set dev rtp2 flood off
	bridge link set dev rtp3 mcast_flood off
	bridge link set dev rtu1 bcast_flood off
	gets g1 $nobody g3 out host
	gets g1 $group g2 out host
	gets g1 $all g2 g3 host
	set_all
	log_test "a port gets the floods that it may have"
}

isolated()
{
	local before

	gets g2 $all g1 g3 out host
	gets g1 "${client_mac[g2]}" g2
	bridge link set dev rtp1 isolated on
	bridge link set dev rtp2 isolated on
	before=$(counter rtp1 drop_in_isolated)
	gets g1 "${client_mac[g2]}"
	check_equal $(($(counter rtp1 drop_in_isolated) - before)) 10 drop_in_isolated
	gets g1 $all g3 out host
	gets g2 $nobody g3 out host
	gets g3 $all g1 g2 out host
	gets g3 "${client_mac[g1]}" g1
	gets host $all g1 g2 g3 out
	set_all
	log_test "isolated ports reach all but each other"
}

isolated_in_groups()
{
	bridge link set dev rtp1 isolated on
	bridge link set dev rtp2 isolated on
	bridge link set dev rtp3 isolated on
	echo 7 >/sys/class/net/rtp1/ringport/isolation_group
	echo 7 >/sys/class/net/rtp2/ringport/isolation_group
	echo 8 >/sys/class/net/rtp3/ringport/isolation_group
	gets g1 $all g2 out host
	gets g3 $all out host
	gets out $all g1 g2 g3 host
	# A group means nothing to a port that is not isolated.
	bridge link set dev rtp3 isolated off
	gets g3 $all g1 g2 out host
	set_all
	log_test "isolated ports of a group reach each other"
}

locked()
{
	local stranger=02:00:00:00:00:02 before

	gets g1 $all g2 g3 out host
	gets g2 $all g1 g3 out host
	bridge link set dev rtp1 locked on
	before=$(counter rtp1 drop_in_locked)
	gets g1 "${client_mac[g2]}" g2
	sends g1 10 dst="${client_mac[g2]}" src=$stranger
	check_queued g2 0
	sends g1 10 dst="${client_mac[g2]}" src="${client_mac[g2]}"
	check_queued g2 0
	check_equal $(($(counter rtp1 drop_in_locked) - before)) 20 drop_in_locked
	fdb_lacks rt0 $stranger
	check_err $? "$stranger was learned"
	fdb_has rt0 "${client_mac[g2]}" rtp2
	check_err $? "g2 is no longer where it was"
	gets g2 "${client_mac[g1]}" g1
	set_all
	log_test "a locked port lets in only whom the switch knows there"
}

changed_under_traffic()
{
	local i

	must g1 stream flow=1 dst="${client_mac[g2]}" rate=$RATE
	must g3 stream flow=2 dst=$all rate=$RATE
	for ((i = 0; i < 30; i++)); do
		bridge link set dev rtp1 learning off isolated on
		bridge link set dev rtp2 isolated on flood off bcast_flood off
		bridge link set dev rtp1 locked on learning on isolated off
		bridge link set dev rtp2 isolated off flood on bcast_flood on
		bridge link set dev rtp1 locked off
	done
	must g1 stream off
	must g3 stream off
	set_all
	gets g1 $all g2 g3 out host
	log_test "settings change under traffic"
}

trap cleanup EXIT
require_command jq bridge
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
