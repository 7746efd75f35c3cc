#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A switch learns where an address is, forgets it in time, and follows it when it moves.
#
#   +------+  +------+  +------+
#   |  g1  |  |  g2  |  |  g3  |	mock guests
#   +--+---+  +--+---+  +--+---+
#      | rtp1    | rtp2    | rtp3
#   +--+---------+---------+---+
#   |           rt0            |
#   +--------------------------+

ALL_TESTS="
	unknown_is_flooded
	known_is_not_flooded
	no_frame_back
	address_moves
	group_source
	host_address_stays
	port_down_forgets
	ageing
	ageing_refreshed
"
source "$(dirname "$0")/lib.sh"

station=02:00:00:00:00:01	# an address behind g1

setup_prepare()
{
	switch_add rt0 && guests_create rt0 3
}

forget()
{
	local i

	for i in 1 2 3; do
		must g$i clear
		ip link set rtp$i down
		ip link set rtp$i up
	done
	fdb_lacks rt0 $station
	check_err $? "$station is still known"
}

unknown_is_flooded()
{
	forget
	must g2 send dst=$station count=10
	must g1 wait frames=10
	must g3 wait frames=10
	log_test "frames to an unknown address reach every port"
}

known_is_not_flooded()
{
	forget
	must g1 send dst="$(port_mac rtp2)" src=$station
	fdb_has rt0 $station rtp1
	check_err $? "not learned"
	must g2 send dst=$station count=10
	settle g2 g1 g3
	check_received g1 10 flow=0 src="${client_mac[g2]}"
	check_received g3 0 flow=0 src="${client_mac[g2]}"
	log_test "frames to a learned address reach its port only"
}

no_frame_back()
{
	local before

	forget
	must g1 send dst=$all src=$station
	before=$(counter rtp1 drop_in_same_port)
	must g1 send dst=$station count=7
	settle g1 g2 g3
	check_received g1 0
	check_received g2 0 src="$(port_mac rtp1)" flow=0
	check_equal $(($(counter rtp1 drop_in_same_port) - before)) 7 drop_in_same_port
	log_test "no frame leaves through the port it came from"
}

address_moves()
{
	forget
	must g1 send dst=$all src=$station
	must g2 send dst=$all src=$station
	fdb_has rt0 $station rtp2
	check_err $? "$station did not move"
	must g3 send dst=$station count=10
	settle g3 g1 g2
	check_received g1 0 src="$(port_mac rtp3)" flow=0
	check_received g2 10 src="$(port_mac rtp3)" flow=0
	log_test "the first frame from the new port moves an address"
}

group_source()
{
	local source before

	forget
	before=$(counter rtp1 drop_in_bad_source)
	for source in 03:00:00:00:00:01 $all 00:00:00:00:00:00; do
		must g1 send dst=$all src=$source
		fdb_lacks rt0 $source
		check_err $? "$source was learned"
	done
	settle g1 g2 g3
	check_received g2 0 flow=0
	check_equal $(($(counter rtp1 drop_in_bad_source) - before)) 3 drop_in_bad_source
	log_test "group and zero source addresses are neither learned nor forwarded"
}

host_address_stays()
{
	local host

	host=$(cat /sys/class/net/rt0/address)
	forget
	must g1 send dst=$all src="$host"
	must g2 send dst="$host" count=5
	settle g2 g1 g3
	check_received g1 0 src="$(port_mac rtp2)" flow=0
	log_test "a guest cannot take over the host's own address"
}

port_down_forgets()
{
	forget
	must g1 send dst=$all src=$station
	fdb_has rt0 $station rtp1
	check_err $? "not learned"
	ip link set rtp1 down
	fdb_lacks rt0 $station
	check_err $? "still known after the port went down"
	ip link set rtp1 up
	must g1 send dst=$all src=$station
	client_quit g1
	check_err $? "g1: $answer"
	port_del rtp1
	fdb_lacks rt0 $station
	check_err $? "still known after the port was removed"
	port_add rtp1 rt0 && guest_start g1 rtp1
	check_err $? "cannot add the port again: $answer"
	log_test "a port that goes takes its addresses along"
}

ageing()
{
	local ageing=/sys/class/net/rt0/ringswitch/ageing_time begin

	check_equal "$(<$ageing)" 30000 "default ageing time"
	forget
	echo 100 >$ageing
	stamp
	begin=$now
	must g1 send dst=$all src=$station
	busywait 4000 fdb_lacks rt0 $station
	check_err $? "still known after 4 s"
	stamp
	check_between $((now - begin)) 900 3000 "milliseconds an address is known for"
	must g2 send dst=$station
	must g3 wait frames=1 src="$(port_mac rtp2)"
	echo 30000 >$ageing
	log_test "an address is forgotten after the ageing time, not before"
}

ageing_refreshed()
{
	local ageing=/sys/class/net/rt0/ringswitch/ageing_time begin

	forget
	echo 50 >$ageing
	stamp
	begin=$now
	must g1 stream dst=$all src=$station rate=20
	busywait 1000 fdb_has rt0 $station rtp1
	while stamp && ((now < begin + 1500)); do
		fdb_has rt0 $station rtp1
		check_err $? "forgotten while it was sending"
		read -rt 0.1 -u "$nap"
	done
	must g1 stream off
	echo 30000 >$ageing
	log_test "an address that keeps sending is not forgotten"
}

trap cleanup EXIT
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
