#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What guests can do to the forwarding database, and what they cannot: take over addresses, use up
# the room of others; what ages, what survives, and who is told.
#
#   +------+  +------+  +------+          +---------------+
#   |  g1  |  |  g2  |  |  g3  |          |      out      | outside host
#   +--+---+  +--+---+  +--+---+          +-------+-------+
#      | rtp1    | rtp2    | rtp3            rtu1 | veth
#   +--+---------+---------+---------------------+-+
#   |                 rt0 (host)                   |
#   +----------------------------------------------+

ALL_TESTS="
	limits_at_first
	under_attack
	locked_and_static
	kinds_age
	limit_of_a_port
	limit_of_the_switch
	learn_rate
	limits_refused
	what_survives
	announced
	changed_under_traffic
"
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/lib_fdb.sh"

limits_at_first()
{
	check_equal "$(counter rtp1 fdb_max_learned)" 4096 "limit of a guest"
	check_equal "$(counter rtu1 fdb_max_learned)" 0 "limit of a NIC"
	check_equal "$(counter rt0 fdb_max_learned)" 0 "limit of the host"
	check_equal "$(counter rtp1 learn_rate)" 0 "learn_rate"
	check_equal "$(<$ports/rt0/ringswitch/fdb_max_learned)" 65536 "limit of a switch"
	log_test "the limits that there are at first"
}

under_attack()
{
	local kind

	for kind in static "static sticky" "dynamic sticky"; do
		forget
		# shellcheck disable=SC2086
		bridge fdb add $station dev rtp1 $kind
		must g2 send dst=$all src=$station count=10
		[[ $(entry $station) == "via rtp1 "* ]]
		check_err $? "$kind: moved: $(entry $station)"
		gets g3 $station g1
	done
	forget
	bridge fdb add $station dev rtp1 dynamic
	must g2 send dst=$all src=$station
	check_entry $station via rtp2 self
	check_equal "$(counter rtp2 fdb_learned)" 0 "learned at rtp2"
	log_test "nobody takes over a static or sticky address"
}

locked_and_static()
{
	forget
	bridge fdb add "${client_mac[g1]}" dev rtp1 static
	bridge link set dev rtp1 locked on learning off
	gets g1 $all g2 g3 out host
	sends g1 10 dst=$all src=$another
	check_queued g2 0
	bridge link set dev rtp1 locked off learning on
	log_test "a locked port lets in whom an administrator has added"
}

kinds_age()
{
	local i

	forget
	bridge fdb add $station dev rtp1 static
	bridge fdb add 02:00:00:00:00:11 dev rtp1 dynamic
	bridge fdb add 02:00:00:00:00:12 dev rtp1 dynamic sticky
	bridge fdb add 02:00:00:00:00:13 dev rt0 permanent
	must g1 send dst=$all src=02:00:00:00:00:14
	echo 100 >$ports/rt0/ringswitch/ageing_time
	for i in 1 2 4; do
		busywait 4000 fdb_lacks rt0 02:00:00:00:00:1$i
		check_err $? "02:00:00:00:00:1$i is still known"
	done
	check_entry $station via rtp1 self static
	check_entry 02:00:00:00:00:13 self permanent
	check_equal "$(counter rtp1 fdb_learned)" 0 "learned"
	log_test "what is dynamic ages, sticky or not"
}

limit_of_a_port()
{
	local before

	forget
	before=$(counter rtp1 fdb_not_learned)
	echo 3 >$ports/rtp1/ringport/fdb_max_learned
	send_from g1 1 8
	settle g1 g2
	check_equal "$(counter rtp1 fdb_learned)" 3 "learned"
	check_between $(($(counter rtp1 fdb_not_learned) - before)) 5 6 "not learned"
	fdb_has rt0 02:00:00:00:01:03 rtp1 && fdb_lacks rt0 02:00:00:00:01:04
	check_err $? "other ones were learned"
	# What was not learned has passed, and other guests are learned as ever.
	must g2 wait frames=1 src=02:00:00:00:01:08
	send_from g2 9 12
	check_equal "$(counter rtp2 fdb_learned)" 4 "learned of another"
	# A move needs room, and makes room.
	send_from g1 9 9
	fdb_has rt0 02:00:00:00:01:09 rtp2
	check_err $? "moved to a full port"
	send_from g2 1 1
	check_equal "$(counter rtp1 fdb_learned)" 2 "learned after a move"
	check_equal "$(counter rtp2 fdb_learned)" 5 "learned of whom it moved to"
	send_from g1 9 9
	fdb_has rt0 02:00:00:00:01:09 rtp1
	check_err $? "did not move to a port with room"
	bridge fdb add $station dev rtp1 static
	check_err $? "an administrator has no room"
	echo 0 >$ports/rtp1/ringport/fdb_max_learned
	send_from g1 20 25
	check_between "$(counter rtp1 fdb_learned)" 9 10 "learned without a limit"
	log_test "a guest uses up what it may and no more"
}

limit_of_the_switch()
{
	local file=$ports/rt0/ringswitch/fdb_max_learned

	forget
	send_from g2 1 1
	echo 4 >$file
	send_from g1 2 9
	check_between "$(<$ports/rt0/ringswitch/fdb_learned)" 4 4 "learned"
	fdb_has rt0 02:00:00:00:01:01 rtp2
	check_err $? "who was known before is not any more"
	send_from g3 1 1
	fdb_has rt0 02:00:00:00:01:01 rtp3
	check_err $? "who was known did not move"
	log_test "a full switch forgets nobody"
}

learn_rate()
{
	local before i

	forget
	# What it has made the switch learn within this second counts as well.
	sleep 1.1
	before=$(counter rtp1 fdb_not_learned)
	echo 2 >$ports/rtp1/ringport/learn_rate
	for i in {10..40}; do
		must g1 send dst=$all src=02:00:00:00:02:$i
	done
	# A slow machine needs seconds for that.
	check_between "$(counter rtp1 fdb_learned)" 2 25 "learned"
	check_between $(($(counter rtp1 fdb_not_learned) - before)) 6 29 "not learned"
	echo 0 >$ports/rtp1/ringport/learn_rate
	send_from g1 40 45
	fdb_has rt0 02:00:00:00:01:2d rtp1
	check_err $? "not learned without a rate"
	log_test "a guest makes the switch learn as fast as it may"
}

limits_refused()
{
	local file

	forget
	for file in rtp1/ringport/fdb_max_learned rtp1/ringport/learn_rate \
		rt0/ringswitch/fdb_max_learned; do
		refused "Numerical result out of range" sysfs_write $file 1000001
		refused "Invalid argument" sysfs_write $file -1
		echo 1000000 >$ports/$file
		check_err $? "1000000 is refused: $file"
	done
	refused "Numerical result out of range" sysfs_write rt0/ringswitch/fdb_max_learned 0
	forget
	log_test "limits are within their bounds"
}

# What an administrator said holds as long as the port is there.
what_survives()
{
	fill
	bridge fdb add $station dev rtp1 static
	must out send dst=$all src=02:00:00:00:00:18
	ip link set rtu1 down
	check_left 1234567 "rtu1 down"
	ip link set rtu1 up
	must out send dst=$all src=02:00:00:00:00:18
	busywait 2000 fdb_has rt0 02:00:00:00:00:18 rtu1
	ip -n rt-out link set eth0 down
	busywait 2000 fdb_lacks rt0 02:00:00:00:00:18
	check_err $? "known after the NIC has lost its carrier"
	check_left 1234567 "rtu1 without carrier"
	ip -n rt-out link set eth0 up
	client_quit g1
	check_left 1457 "a reset of g1"
	guest_start g1 rtp1
	check_err $? "cannot start again: $answer"
	gets g2 $station g1
	client_quit g3
	bridge fdb add 02:00:00:00:00:19 dev rtp3 static
	port_del rtp3
	check_left 1457 "rtp3 gone"
	port_add rtp3 rt0 && guest_start g3 rtp3
	check_err $? "cannot add again: $answer"
	log_test "a reset or a lost carrier costs what was learned only"
}

# heard LOG: repeated until it is.
heard()
{
	bridge fdb replace 02:00:00:00:00:f0 dev rtp1 static vlan 1
	bridge fdb del 02:00:00:00:00:f0 dev rtp1 vlan 1
	grep -q 02:00:00:00:00:f0 "$1"
}

# check_heard LOG WORD...
check_heard()
{
	busywait 3000 grep -q "$2" "$1"
	check_err $? "nobody was told '$2': $(grep -v :f0 "$1" | tail -n 5)"
}

announced()
{
	local log=$TMP/monitor pid

	forget
	bridge monitor fdb >"$log" 2>&1 &
	pid=$!
	busywait 5000 heard "$log"
	check_err $? "nothing is heard"
	must g1 send dst=$all src=$station
	check_heard "$log" "^$station dev rt0 via rtp1 self"
	must g2 send dst=$all src=$station
	check_heard "$log" "^$station dev rt0 via rtp2 self"
	bridge fdb replace $station dev rtp3 static
	check_heard "$log" "^$station dev rt0 via rtp3 self static"
	bridge fdb del $station dev rtp3
	check_heard "$log" "^Deleted $station dev rt0 via rtp3 self static"
	must g1 send dst=$all src=$another
	echo 100 >$ports/rt0/ringswitch/ageing_time
	check_heard "$log" "^Deleted $another dev rt0 via rtp1 self"
	echo 30000 >$ports/rt0/ringswitch/ageing_time
	bridge fdb add $station dev rt0 via rtu1 static vlan 1
	ip link set rtu1 nomaster
	check_heard "$log" "^Deleted $station dev rt0 vlan 1 via rtu1 self static"
	ip link set rtu1 master rt0
	kill $pid
	wait $pid 2>/dev/null
	log_test "who listens is told of what is learned, moves, ages, comes and goes"
}

changed_under_traffic()
{
	local i pid

	forget
	bridge monitor fdb >/dev/null 2>&1 &
	pid=$!
	must g1 stream flow=1 dst="${client_mac[g2]}" rate=$RATE
	must g3 stream flow=2 dst=$all rate=$RATE
	for ((i = 0; i < 30; i++)); do
		bridge fdb replace "${client_mac[g1]}" dev rtp1 static
		bridge fdb replace "${client_mac[g2]}" dev rtp2 dynamic sticky
		bridge fdb show dev rt0 >/dev/null
		echo 1 >$ports/rt0/ringswitch/fdb_flush
		bridge fdb replace "${client_mac[g1]}" dev rtp2 dynamic
		echo $((i % 3 + 1)) >$ports/rt0/ringswitch/fdb_max_learned
		bridge fdb flush dev rt0
	done
	must g1 stream off
	must g3 stream off
	kill $pid
	wait $pid 2>/dev/null
	forget
	gets g1 $all g2 g3 out host
	log_test "the database changes under traffic"
}

trap cleanup EXIT
require_command bridge
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
