#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A switch that listens to who asks for multicast: groups go to those who did, and to
# routers; static groups; limits. Reports are those of the kernel's own stack where it
# sends some (IPv4 needs CONFIG_IP_MULTICAST), and made up.
#
#   +-----------+  +-----------+  +-----------+     +------------------+
#   | h1        |  | h2        |  | h3        |     | out  192.0.2.21  |
#   | sends     |  | listens   |  | listens   |     | asks (router)    |
#   +-----+-----+  +-----+-----+  +-----+-----+     +--------+---------+
#         | rtp1         | rtp2         | rtp3          rtu1 | veth
#   +-----+--------------+--------------+--------------------+-+
#   |                        rt0 (host)                        |
#   +----------------------------------------------------------+

ALL_TESTS="
	settings_at_first
	settings_refused
	not_snooping
	nobody_asks
	querier_seen
	reports_to_routers_only
	left
	forgotten
	real_mld
	real_igmp
	forged_query
	refused_joins
	static_group
	static_refused
	announced
	vlans_apart
	router_set
	port_gone
	changed_under_traffic
"
source "$(dirname "$0")/lib.sh"

dir=/sys/class/net/rt0/ringswitch

setup_prepare()
{
	switch_add rt0 && port_add rtp1 rt0 && port_add rtp2 rt0 && port_add rtp3 rt0 &&
		uplink_add rtu1 rt0 rt-out || return
	netdev_start rtp1 rt-h1 && netdev_start rtp2 rt-h2 && netdev_start rtp3 rt-h3 &&
		says h1 && says h2 && says h3 && says out
}

# says CLIENT: a program that stays, to say things in its namespace.
says()
{
	client_start "$1" ip netns exec "rt-$1" python3 "$lib_dir/say_multicast.py"
}

# say CLIENT WHAT GROUP [TIMES]
say()
{
	must "$@"
}

# A general query, answered by all who are there; then the switch believes what it knows.
ask_all()
{
	say out ask 224.0.0.1
	say out ask6 ff02::1
	busywait 3000 grep -q "fe80::21 rtu1" $dir/multicast_querier
	check_err $? "no querier: $(cat $dir/multicast_querier)"
	sleep 0.3
}

start_again()
{
	echo 0 >$dir/multicast_snooping
	echo 26000 >$dir/multicast_membership_interval
	echo 10 >$dir/multicast_last_member_interval
	echo 1 >$dir/multicast_snooping
}

# left_for GROUP PORT: the hundredths of a second for which that stays so into $left.
left_for()
{
	left=$(bridge -j -s -d mdb show dev rt0 | jq -r --arg grp "$1" --arg port "$2" '[.[].mdb[]? |
		select(.grp == $grp and .port == $port) | .timer | tonumber * 100 | floor][0] // 0')
}

is_over()
{
	local left

	left_for "$@"
	((left == 0))
}

# asked_again GROUP PORT MOST: it said so while the interval was that one.
asked_again()
{
	local left

	left_for "$1" "$2"
	((left > 0 && left <= $3))
}

# members GROUP: the ports that "bridge mdb" has in it, with a P for a static one.
members()
{
	bridge -j -d mdb show dev rt0 | jq -r --arg grp "$1" '[.[].mdb[]? | select(.grp == $grp) |
		.port + (if .state == "permanent" then "P" else "" end)] | sort | join(" ")'
}

has_members()
{
	[[ $(members "$1") == "$2" ]]
}

# joins CLIENT GROUP, as a made-up report.
joins()
{
	say "$1" join "$2"
	busywait 2000 has_member "$2" "rtp${1#h}"
	check_err $? "$1 is not in $2: $(members "$2")"
}

has_member()
{
	[[ " $(members "$1") " == *" $2 "* ]]
}

# reaches FROM GROUP PORT..: frames go there and to no other port; others may get a few more
# frames meanwhile, as the stacks behind them please.
reaches()
{
	local from=$1; shift
	local group=$1; shift
	local port got

	note_queued
	say "$from" data "$group" 100
	for port in "$@"; do
		busywait 2000 got_more "$port" 100
		check_err $? "$group is not for $port"
	done
	busywait 2000 conserved
	for port in rtp1 rtp2 rtp3 rtu1 rt0; do
		[[ " $* " == *" $port "* ]] && continue
		got=$(($(counter $port egress_queued) -
			queued_before[/sys/class/net/$port/ringport]))
		check_between "$got" 0 50 "frames of $group for $port"
	done
}

got_more()
{
	(($(counter "$1" egress_queued) - queued_before[/sys/class/net/$1/ringport] >= $2))
}

settings_at_first()
{
	local name wanted

	while read -r name wanted; do
		check_equal "$(cat "$dir/$name")" "$wanted" "$name"
	done <<-END
		multicast_snooping 0
		multicast_membership_interval 26000
		multicast_last_member_interval 100
		multicast_querier_interval 25500
		multicast_querier none
		mdb_max 4096
	END
	for name in rtp1 rtu1 rt0; do
		check_equal "$(counter $name multicast_router)" 1 "multicast_router of $name"
		check_equal "$(counter $name mdb_max)" 1024 "mdb_max of $name"
	done
	check_equal "$(bridge -j mdb show dev rt0 | jq '[.[].mdb[]?] | length')" 0 "groups"
	log_test "a new switch does not snoop"
}

settings_refused()
{
	local out="Numerical result out of range"

	refused "$out" sysfs_write rt0/ringswitch/multicast_membership_interval 0
	refused "$out" sysfs_write rt0/ringswitch/multicast_querier_interval 100000001
	refused "Invalid argument" sysfs_write rt0/ringswitch/multicast_snooping perhaps
	refused "$out" sysfs_write rtp1/ringport/multicast_router 3
	refused "Invalid argument" sysfs_write rtp1/ringport/mdb_max -1
	check_equal "$(cat $dir/multicast_membership_interval)" 26000 "membership_interval"
	log_test "settings out of range are refused"
}

not_snooping()
{
	say h2 join 239.1.2.3
	say out ask 224.0.0.1
	reaches h1 239.1.2.3 rtp2 rtp3 rtu1 rt0
	check_equal "$(members 239.1.2.3)" "" "members"
	log_test "a switch that does not snoop floods"
}

nobody_asks()
{
	start_again
	joins h2 239.1.2.3
	reaches h1 239.1.2.3 rtp2 rtp3 rtu1 rt0
	log_test "without a querier groups are flooded"
}

querier_seen()
{
	local before

	start_again
	check_equal "$(cat $dir/multicast_querier)" none "querier"
	joins h2 239.1.2.3
	joins h3 ff05::1:3
	ask_all
	check_equal "$(grep -c . $dir/multicast_querier)" 2 "queriers"
	grep -qx "0 192.0.2.21 rtu1" $dir/multicast_querier
	check_err $? "querier: $(cat $dir/multicast_querier)"
	reaches h1 239.1.2.3 rtp2 rtu1
	reaches h1 ff05::1:3 rtp3 rtu1
	reaches h1 239.9.9.9 rtu1
	reaches h1 224.0.0.99 rtp2 rtp3 rtu1 rt0
	reaches h1 ff02::1 rtp2 rtp3 rtu1 rt0
	reaches out 239.1.2.3 rtp2
	before=$(counter rtu1 drop_in_no_member)
	reaches out 239.9.9.9
	check_equal $(($(counter rtu1 drop_in_no_member) - before)) 100 drop_in_no_member
	joins h3 239.1.2.3
	reaches h1 239.1.2.3 rtp2 rtp3 rtu1
	log_test "with a querier groups go to their members and to routers"
}

# 100 of them: what is for one member would be noticed by the other.
reports_to_routers_only()
{
	start_again
	joins h2 239.1.2.3
	ask_all
	note_queued
	say h3 join 239.1.2.3 100
	busywait 2000 got_more rtu1 100
	check_err $? "the router is not told"
	check_between $(($(counter rtp2 egress_queued) -
		queued_before[/sys/class/net/rtp2/ringport])) 0 50 "reports for a member"
	log_test "reports go to routers, not to other members"
}

left()
{
	start_again
	joins h2 239.1.2.3
	joins h3 239.1.2.3
	ask_all
	say h2 leave 239.1.2.3
	busywait 2000 is_over 239.1.2.3 rtp2
	check_err $? "it is a member still"
	reaches h1 239.1.2.3 rtp3 rtu1
	say h3 broken 239.1.2.4
	check_equal "$(members 239.1.2.4)" "" "members by a report that is broken"
	log_test "who leaves gets no more"
}

forgotten()
{
	local left

	start_again
	joins h2 239.1.2.3
	ask_all
	left_for 239.1.2.3 rtp2
	check_between "$left" 20000 26000 "hundredths of a second left"
	echo 100 >$dir/multicast_membership_interval
	say h2 join 239.1.2.3
	busywait 5000 is_over 239.1.2.3 rtp2
	check_err $? "it is a member still"
	reaches h1 239.1.2.3 rtu1
	busywait 15000 has_members 239.1.2.3 ""
	check_err $? "still shown: $(members 239.1.2.3)"
	log_test "who says nothing is forgotten"
}

# listen CLIENT GROUP: a program that joins; its process into $listener.
listen()
{
	ip netns exec "rt-$1" python3 - "$2" <<-'END' &
		import socket, struct, sys, time
		six = ":" in sys.argv[1]
		sock = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM)
		eth0 = socket.if_nametoindex("eth0")
		if six:
		    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP,
		                    socket.inet_pton(socket.AF_INET6, sys.argv[1]) + struct.pack("I", eth0))
		else:
		    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
		                    struct.pack("4s4sI", socket.inet_aton(sys.argv[1]), bytes(4), eth0))
		time.sleep(60)
	END
	listener=$!
}

# real GROUP: h3 joins, stays by answering, and leaves.
real()
{
	local listener

	start_again
	listen h3 "$1"
	busywait 10000 has_members "$1" rtp3
	check_err $? "not joined: $(members "$1")"
	ask_all
	reaches h1 "$1" rtp3 rtu1
	echo 6000 >$dir/multicast_membership_interval
	ask_all
	busywait 5000 asked_again "$1" rtp3 6000
	check_err $? "no answer to a query"
	reaches h1 "$1" rtp3 rtu1
	kill $listener
	wait $listener 2>/dev/null
	busywait 5000 is_over "$1" rtp3
	check_err $? "it is a member still"
	reaches h1 "$1" rtu1
}

real_mld()
{
	real ff05::4:5
	log_test "a listener of the kernel's stack, by MLD"
}

real_igmp()
{
	local name="a listener of the kernel's stack, by IGMP"

	if [[ ! -e /proc/sys/net/ipv4/igmp_qrv ]]; then
		log_test_skip "$name" "this kernel sends no reports"
		return
	fi
	real 239.4.5.6
	log_test "$name"
}

forged_query()
{
	start_again
	echo 0 >/sys/class/net/rtp1/ringport/multicast_router
	say h1 ask 224.0.0.1
	sleep 0.3
	check_equal "$(cat $dir/multicast_querier)" none "querier"
	reaches h1 239.1.2.3 rtp2 rtp3 rtu1 rt0
	echo 1 >/sys/class/net/rtp1/ringport/multicast_router
	log_test "a port without a router cannot forge queries"
}

refused_joins()
{
	local before i

	start_again
	before=$(counter rtp2 mdb_not_joined)
	echo 2 >/sys/class/net/rtp2/ringport/mdb_max
	joins h2 239.1.0.1
	joins h2 239.1.0.2
	for i in 3 4; do
		say h2 join 239.1.0.$i
	done
	ask_all
	check_equal $(($(counter rtp2 mdb_not_joined) - before)) 2 mdb_not_joined
	check_equal "$(members 239.1.0.3)" "" "members beyond the limit"
	reaches h1 239.1.0.3 rtp2 rtu1
	echo 1024 >/sys/class/net/rtp2/ringport/mdb_max
	echo 2 >$dir/mdb_max
	joins h3 239.1.0.1
	before=$(counter rtp3 mdb_not_joined)
	say h3 join 239.1.0.9
	reaches h1 239.1.0.9 rtp2 rtp3 rtu1
	check_equal $(($(counter rtp3 mdb_not_joined) - before)) 1 mdb_not_joined
	echo 4096 >$dir/mdb_max
	log_test "whose wish is beyond a limit gets all groups, and it is counted"
}

static_group()
{
	start_again
	bridge mdb add dev rt0 port rtp2 grp 239.1.1.1 permanent
	check_err $? "cannot add"
	bridge mdb add dev rt0 port rt0 grp 239.1.1.1 permanent
	check_err $? "cannot add the host"
	bridge mdb add dev rt0 port rtp3 grp 01:00:11:22:33:44 permanent
	check_err $? "cannot add an Ethernet address"
	check_equal "$(members 239.1.1.1)" "rt0P rtp2P" "members"
	reaches h1 239.1.1.1 rtp2 rt0
	# Also when what was heard is forgotten.
	echo 0 >$dir/multicast_snooping
	echo 1 >$dir/multicast_snooping
	check_equal "$(bridge mdb get dev rt0 grp 239.1.1.1 | grep -c "239.1.1.1 permanent")" 2 \
		"members by bridge mdb get"
	bridge mdb del dev rt0 port rt0 grp 239.1.1.1
	check_err $? "cannot delete"
	reaches h1 239.1.1.1 rtp2
	bridge mdb del dev rt0 port rtp2 grp 239.1.1.1
	bridge mdb del dev rt0 port rtp3 grp 01:00:11:22:33:44
	check_err $? "cannot delete an Ethernet address"
	reaches h1 239.1.1.1 rtp2 rtp3 rtu1 rt0
	log_test "static groups by bridge mdb"
}

static_refused()
{
	bridge mdb add dev rt0 port rtp2 grp 239.1.1.1 permanent
	refused "already" bridge mdb add dev rt0 port rtp2 grp 239.1.1.1 permanent
	refused "Not a port" bridge mdb add dev rt0 port lo grp 239.1.1.1 permanent
	refused "not in this group" bridge mdb del dev rt0 port rtp3 grp 239.1.1.1
	refused "neither sources" bridge mdb add dev rt0 port rtp3 grp 239.1.1.1 src 192.0.2.1 \
		permanent
	refused "must be permanent" bridge mdb add dev rt0 port rtp3 grp 01:00:11:22:33:44 temp
	refused "Nobody is in" bridge mdb get dev rt0 grp 239.1.1.9
	echo 1 >/sys/class/net/rtp2/ringport/mdb_max
	refused "mdb_max" bridge mdb add dev rt0 port rtp2 grp 239.1.1.2 permanent
	echo 1024 >/sys/class/net/rtp2/ringport/mdb_max
	echo 1 >$dir/vlan_filtering
	refused "say which" bridge mdb add dev rt0 port rtp2 grp 239.1.1.2 permanent
	refused "not in this VLAN" bridge mdb add dev rt0 port rtp2 grp 239.1.1.2 permanent vid 7
	echo 0 >$dir/vlan_filtering
	check_equal "$(members 239.1.1.2)" "" "members of what was refused"
	bridge mdb del dev rt0 port rtp2 grp 239.1.1.1
	log_test "static groups that cannot be are refused with a reason"
}

heard_of()
{
	bridge mdb add dev rt0 port rtp2 grp 239.1.1.7 permanent
	bridge mdb del dev rt0 port rtp2 grp 239.1.1.7
	grep -q 239.1.1.7 "$TMP/monitor"
}

announced()
{
	local pid

	start_again
	# It would keep what it has to say until it has a page of it.
	stdbuf -oL bridge monitor mdb >"$TMP/monitor" &
	pid=$!
	busywait 5000 heard_of || check_err 1 "nothing is heard"
	joins h3 239.5.5.5
	busywait 2000 grep -q "rtp3 grp 239.5.5.5" "$TMP/monitor"
	check_err $? "nobody was told: $(cat "$TMP/monitor")"
	echo 0 >$dir/multicast_snooping
	busywait 2000 grep -q "Deleted.*rtp3 grp 239.5.5.5" "$TMP/monitor"
	check_err $? "nobody was told of the end: $(cat "$TMP/monitor")"
	kill $pid
	wait $pid 2>/dev/null
	log_test "who comes and goes is announced"
}

vlans_apart()
{
	local port

	start_again
	for port in rtp1 rtp2 rtp3 rtu1; do
		bridge vlan add dev $port vid 10
	done
	bridge vlan add dev rtp1 vid 10 pvid untagged
	bridge vlan add dev rtp3 vid 10 pvid untagged
	echo 1 >$dir/vlan_filtering
	# h2 and the outside are in VLAN 1, the others in 10.
	bridge mdb add dev rt0 port rtp3 grp 239.1.1.1 permanent vid 10
	check_err $? "cannot add"
	joins h2 239.6.6.6
	say out ask 224.0.0.1
	busywait 3000 grep -qx "1 192.0.2.21 rtu1" $dir/multicast_querier
	check_err $? "querier: $(cat $dir/multicast_querier)"
	sleep 0.3
	reaches h1 239.1.1.1 rtp3 rtu1
	reaches h1 239.6.6.6 rtp2 rtp3 rtu1
	reaches out 239.6.6.6 rtp2
	reaches out 239.1.1.1
	bridge vlan del dev rtp3 vid 10
	check_equal "$(members 239.1.1.1)" "" "members of a VLAN that was left"
	echo 0 >$dir/vlan_filtering
	for port in rtp1 rtp2 rtp3 rtu1; do
		bridge vlan add dev $port vid 1 pvid untagged
		bridge vlan del dev $port vid 10
	done
	log_test "each VLAN has groups and a querier of its own"
}

router_set()
{
	start_again
	ask_all
	reaches h1 239.1.2.3 rtu1
	echo 2 >/sys/class/net/rtp3/ringport/multicast_router
	reaches h1 239.1.2.3 rtu1 rtp3
	check_equal "$(bridge -j -d mdb show dev rt0 | jq -r '[.[].router[]?[].port] | sort |
		join(" ")')" "rtp3 rtu1" "routers"
	echo 1 >/sys/class/net/rtp3/ringport/multicast_router
	reaches h1 239.1.2.3 rtu1
	# What routes multicast on the host asks for all of it.
	ip link set rt0 allmulticast on
	reaches h1 239.1.2.3 rtu1 rt0
	ip link set rt0 allmulticast off
	reaches h1 239.1.2.3 rtu1
	log_test "ports with routers get all groups"
}

port_gone()
{
	start_again
	joins h2 239.1.2.3
	bridge mdb add dev rt0 port rtp2 grp 239.1.2.4 permanent
	ip link set rtp2 down
	busywait 2000 has_members 239.1.2.3 ""
	check_err $? "members of a port that is down: $(members 239.1.2.3)"
	ip link set rtp2 up
	check_equal "$(members 239.1.2.4)" rtp2P "static members"
	port_del rtp2
	check_equal "$(members 239.1.2.4)" "" "members of a port that is gone"
	ask_all
	ip link set rtu1 nomaster
	check_equal "$(cat $dir/multicast_querier)" none "querier behind a port that is gone"
	ip link set rtu1 master rt0
	port_add rtp2 rt0 && netdev_start rtp2 rt-h2
	check_err $? "cannot start again"
	log_test "a port that goes takes its groups along"
}

changed_under_traffic()
{
	local i pids=()

	start_again
	for i in 1 2 3; do
		ip netns exec rt-h$i python3 "$lib_dir/say_multicast.py" data 239.7.7.$i 2000 &
		pids+=($!)
		ip netns exec rt-h$i python3 "$lib_dir/say_multicast.py" join 239.7.7.$((i % 3 + 1)) 500 &
		pids+=($!)
	done
	for ((i = 0; i < 20; i++)); do
		echo $((i % 2)) >$dir/multicast_snooping
		bridge mdb add dev rt0 port rtp$((i % 3 + 1)) grp 239.7.7.1 permanent
		echo $((i % 3)) >/sys/class/net/rtp$((i % 3 + 1))/ringport/multicast_router
		bridge mdb del dev rt0 port rtp$((i % 3 + 1)) grp 239.7.7.1
		((i % 10)) || say out ask 224.0.0.1
	done
	wait "${pids[@]}"
	for i in 1 2 3; do
		echo 1 >/sys/class/net/rtp$i/ringport/multicast_router
	done
	start_again
	joins h2 239.1.2.3
	ask_all
	reaches h1 239.1.2.3 rtp2 rtu1
	log_test "settings change under traffic"
}

trap cleanup EXIT
require_command jq bridge python3 stdbuf
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
