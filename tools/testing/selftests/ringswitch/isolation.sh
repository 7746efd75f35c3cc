#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Frames that must not pass: link-local groups, between two switches, and through anything
# that is down.
#
#   +------+  +------+  +-------+    +------+  +------+
#   |  g1  |  |  g2  |  |  out  |    |  g3  |  |  g4  |
#   +--+---+  +--+---+  +---+---+    +--+---+  +--+---+
#      | rtp1    | rtp2     | rtu1      | rtp3    | rtp4
#   +--+---------+----------+--+     +--+---------+--+
#   |            rt0           |     |      rt1      |
#   +--------------------------+     +---------------+

ALL_TESTS="
	link_local
	link_local_neighbours
	two_switches
	switch_down
	port_down
"
source "$(dirname "$0")/lib.sh"

station=02:00:00:00:00:01

setup_prepare()
{
	local i

	switch_fill 2 || return
	switch_add rt1 || return
	for i in 3 4; do
		port_add rtp$i rt1 && guest_start g$i rtp$i || return
	done
}

clear_all()
{
	local name

	for name in g1 g2 g3 g4 out; do
		must $name clear
	done
}

# All sixteen, from every kind of port to every other.
link_local()
{
	local before last

	clear_all
	before=$(counter rtp1 drop_in_link_local)
	for last in {0..15}; do
		last=$(printf %02x "$last")
		must g1 send dst=01:80:c2:00:00:"$last" flow=1
		must out send dst=01:80:c2:00:00:"$last" flow=2
	done
	settle g1 g2 out
	settle out g1 g2
	check_received g2 0 flow=1
	check_received out 0 flow=1
	check_received g1 0 flow=2
	check_received g2 0 flow=2
	check_equal $(($(counter rtp1 drop_in_link_local) - before)) 16 drop_in_link_local
	log_test "01-80-C2-00-00-00 to -0F are never relayed"
}

link_local_neighbours()
{
	clear_all
	must g1 send dst=01:80:c2:00:00:10
	must g1 send dst=01:80:c2:00:01:00
	settle g1 g2 out
	check_received g2 2 flow=0
	check_received out 2 flow=0
	log_test "group addresses next to them are relayed"
}

two_switches()
{
	clear_all
	must g1 send dst=$all src=$station count=5 flow=1
	must g3 send dst=$all src=$station count=5 flow=3
	must g2 send dst=$station count=5 flow=2
	must g4 send dst=$station count=5 flow=4
	must g2 send dst="$(port_mac rtp3)" count=5 flow=5
	settle g2 g1 out
	settle g4 g3
	check_received g1 5 flow=2
	check_received g3 5 flow=4
	check_received g2 5 flow=1
	check_received g4 5 flow=3
	# Between the switches: nothing, not even to an address the other one knows.
	check_received g3 0 flow=1
	check_received g4 0 flow=1
	check_received g3 0 flow=2
	check_received g1 0 flow=4
	check_received g3 0 flow=5
	check_equal "$(fdb_port rt0 $station)" rtp1 "$station on rt0"
	check_equal "$(fdb_port rt1 $station)" rtp3 "$station on rt1"
	log_test "two switches share neither frames nor addresses"
}

switch_down()
{
	local before

	clear_all
	ip link set rt0 down
	before=$(counter rtp1 drop_in_switch_down)
	must g1 send dst=$all count=5 flow=1
	must out send dst=$all count=5 flow=2
	check_equal $(($(counter rtp1 drop_in_switch_down) - before)) 5 drop_in_switch_down
	must g3 send dst=$all count=5
	must g4 wait frames=5
	ip link set rt0 up
	settle g1 g2 out
	settle out g1 g2
	check_received g2 0 flow=1
	check_received g1 0 flow=2
	log_test "a switch that is down forwards nothing, the other one does"
}

port_down()
{
	clear_all
	ip link set rtp2 down
	must g2 down
	must g1 send dst=$all count=5 flow=1
	must g2 send dst=$all count=5 flow=2
	must g1 send dst="$(port_mac rtp2)" count=5 flow=3
	must out wait frames=5 flow=1
	ip link set rtp2 up
	must g2 up
	settle g1 g2 out
	settle g2 g1
	check_received g2 0 flow=1
	check_received g1 0 flow=2
	check_received g2 0 flow=3
	log_test "a port that is down passes nothing, and its guest is told"
}

trap cleanup EXIT
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
