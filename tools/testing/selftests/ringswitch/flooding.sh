#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Who gets a frame that is for everyone, or for nobody known.
#
#   +------+  +------+  +------+          +---------------+
#   |  g1  |  |  g2  |  |  g3  |          |      out      | outside host
#   +--+---+  +--+---+  +--+---+          +-------+-------+
#      | rtp1    | rtp2    | rtp3            rtu1 | veth
#   +--+---------+---------+---------------------+-+
#   |                 rt0 (host)                   |
#   +----------------------------------------------+

ALL_TESTS="
	broadcast
	multicast
	unknown_unicast
	from_uplink
	from_host
	unknown_to_host
	idle_port
"
source "$(dirname "$0")/lib.sh"

group=01:00:5e:01:02:03
nobody=02:00:00:00:00:99

setup_prepare()
{
	switch_fill 3 && host_start host - rt0
}

# flood_test SENDER DST RECEIVER...: each of them gets every frame once, the sender none.
flood_test()
{
	local from=$1; shift
	local dst=$1; shift
	local name

	for name in "$from" "$@"; do
		must "$name" clear
	done
	must "$from" send dst="$dst" count=20 len=200
	for name in "$@"; do
		must "$name" wait frames=20
	done
	settle "$from" "$@"
	for name in "$@"; do
		check_received "$name" 20 flow=0
		check_equal "${told[twice]}" 0 "frames twice at $name"
		check_equal "${told[late]}" 0 "late frames at $name"
	done
	check_received "$from" 0
}

broadcast()
{
	flood_test g1 $all g2 g3 out host
	log_test "broadcast reaches all ports but the sender's"
}

multicast()
{
	flood_test g2 $group g1 g3 out host
	log_test "multicast reaches all ports but the sender's"
}

# The packet socket on rt0 makes the host port promiscuous.
unknown_unicast()
{
	flood_test g3 $nobody g1 g2 out host
	log_test "unknown unicast reaches all ports but the sender's"
}

from_uplink()
{
	flood_test out $all g1 g2 g3 host
	flood_test out $nobody g1 g2 g3 host
	log_test "frames from an uplink flood to guests and host"
}

from_host()
{
	flood_test host $all g1 g2 g3 out
	flood_test host $nobody g1 g2 g3 out
	log_test "frames from the host flood to guests and uplink"
}

unknown_to_host()
{
	local before

	client_quit host
	check_err $? "host: $answer"
	before=$(counter rt0 egress_queued)
	must g1 send dst=$nobody count=5
	must g2 wait frames=5 src="${client_mac[g1]}"
	check_equal "$(counter rt0 egress_queued)" "$before" "frames for the host"
	must g1 send dst=$all count=5
	check_equal $(($(counter rt0 egress_queued) - before)) 5 "broadcasts for the host"
	host_start host - rt0
	check_err $? "cannot start: $answer"
	log_test "a host that is not promiscuous is spared unknown unicast"
}

idle_port()
{
	local before

	client_quit g3
	check_err $? "g3: $answer"
	busywait 1000 port_is rtp3 idle
	check_err $? "the state of rtp3 is $(port_state rtp3)"
	before=$(counter rtp3 drop_out_no_driver)
	must g1 send dst=$all count=5
	check_equal $(($(counter rtp3 drop_out_no_driver) - before)) 5 drop_out_no_driver
	guest_start g3 rtp3
	check_err $? "cannot start: $answer"
	log_test "a port without a driver counts what it misses"
}

trap cleanup EXIT
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
