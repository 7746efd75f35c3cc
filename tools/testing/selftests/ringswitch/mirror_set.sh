#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Mirrors are set, and end with what they need.
#
#   +------+  +------+  +------+       +---------------+   +---------------+
#   |  g1  |  |  g2  |  |  g3  |       |      out      |   |      mon      | other
#   |      |  |      |  | looks|       |               |   | looks         | namespaces
#   +--+---+  +--+---+  +--+---+       +-------+-------+   +-------+-------+
#      | rtp1    | rtp2    | rtp3         rtu1 | veth         rtm1 | veth, no port
#   +--+---------+---------+------------------+-+
#   |                 rt0 (host)                |
#   +-------------------------------------------+

ALL_TESTS="
	settings
	refused_settings
	destination_deleted
	destination_leaves
	netdev_deleted
	netdev_moves
	port_deleted
	looped_later
	changed_under_traffic
"
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/lib_mirror.sh"

settings()
{
	local port way

	for port in rtp1 rtu1 rt0; do
		for way in ingress egress; do
			check_mirror $port $way ""
		done
	done
	mirrors rtp1 ingress rtp3
	check_mirror rtp1 ingress rtp3
	check_mirror rtp1 egress ""
	mirrors rtp1 egress rtm1
	mirrors rtp1 ingress rtu1
	check_mirror rtp1 ingress rtu1
	check_mirror rtp1 egress rtm1
	ip link set rtm1 down
	ip link set rtm1 name rtm2
	check_mirror rtp1 egress rtm2
	ip link set rtm2 name rtm1
	ip link set rtm1 up
	mirrors rtp1 ingress
	check_mirror rtp1 ingress ""
	check_mirror rtp1 egress rtm1
	mirrors rtp1 egress ""
	check_mirror rtp1 egress ""
	log_test "where frames are mirrored to can be set, seen and taken back"
}

refused_settings()
{
	mirrors rtp1 ingress rtp3
	ip link add link rt0 name rt0.10 type vlan id 10
	ip link add rt9 type ringswitch
	refused "No such device" mirror rtp1 ingress rtnobody
	refused "No such device" mirror rtp1 ingress rt-a-name-that-nothing-can-have
	refused "Invalid argument" mirror rtp1 ingress lo
	refused "Too many levels of symbolic links" mirror rtp1 ingress rtp1
	refused "Too many levels of symbolic links" mirror rtp1 ingress rt0
	refused "Too many levels of symbolic links" mirror rtp1 ingress rt9
	refused "Too many levels of symbolic links" mirror rtp1 ingress rt0.10
	refused "Too many levels of symbolic links" mirror rt0 egress rt0
	check_mirror rtp1 ingress rtp3
	ip link del rt9
	ip link del rt0.10
	no_mirrors
	log_test "what cannot be shown to is refused, and changes nothing"
}

destination_deleted()
{
	clear_all
	port_add rtp4 rt0 && guest_start g4 rtp4
	check_err $? "no fourth guest"
	mirrors rtp1 ingress rtp4
	mirrors rtp2 egress rtp4
	mirrors rtp2 ingress rtp3
	says g1 g2 1
	shown g4 g1 20 1
	client_quit g4
	port_del rtp4
	check_mirror rtp1 ingress ""
	check_mirror rtp2 egress ""
	check_mirror rtp2 ingress rtp3
	says g1 g2 2
	no_mirrors
	log_test "a mirror ends with the port that gets the copies"
}

destination_leaves()
{
	clear_all
	mirrors rtp1 ingress rtu1
	ip link set rtu1 nomaster
	check_mirror rtp1 ingress ""
	says g1 g2 1
	# Now it is a netdev like any other, and the mirror goes on when it is a port again.
	mirrors rtp1 ingress rtu1
	says g1 g2 2
	shown out g1 10 2
	ip link set rtu1 master rt0
	check_mirror rtp1 ingress rtu1
	says g1 g2 3
	shown out g1 10 3
	no_mirrors
	settle out g1
	log_test "a mirror ends when the port that gets the copies leaves the switch"
}

netdev_deleted()
{
	clear_all
	mirrors rtp1 ingress rtm1
	mirrors rtu1 egress rtm1
	must g1 stream flow=1 dst="${client_mac[g2]}" rate=$RATE
	client_quit mon
	ip link del rtm1
	must g1 stream off
	check_mirror rtp1 ingress ""
	check_mirror rtu1 egress ""
	says g1 g2 2
	monitor_add && host_start mon rt-mon eth0
	check_err $? "no second monitor: $answer"
	log_test "a mirror ends with the netdev that gets the copies, under traffic"
}

netdev_moves()
{
	clear_all
	mirrors rtp1 ingress rtm1
	netns_add rt-other
	ip link set rtm1 netns rt-other
	check_mirror rtp1 ingress ""
	ip -n rt-other link set rtm1 netns $$
	ip link set rtm1 up
	ip netns del rt-other
	says g1 g2 1
	no_mirrors
	log_test "a mirror ends when its netdev goes to another namespace"
}

port_deleted()
{
	port_add rtp4 rt0 && guest_start g4 rtp4
	check_err $? "no fourth guest"
	mirrors rtp4 ingress rtp3
	mirrors rtp4 egress rtm1
	must g4 stream flow=1 dst="${client_mac[g1]}" rate=$RATE
	client_kill g4
	port_del rtp4
	port_add rtp4 rt0
	check_mirror rtp4 ingress ""
	check_mirror rtp4 egress ""
	port_del rtp4
	# And with the whole switch.
	switch_add rt8 && port_add rtp8 rt8
	mirrors rtp8 ingress rtm1
	mirrors rt8 egress rtp8
	mirrors rtp1 ingress rtp8
	switch_del rt8
	check_mirror rtp1 ingress ""
	no_mirrors
	log_test "a mirror ends with the port whose frames are copied"
}

# A bridge gets the copies, and then the switch itself as a port.
looped_later()
{
	clear_all
	ip link add rtb1 type bridge
	ip link set rtb1 addrgenmode none
	ip link set rtb1 up
	mirrors rtp1 ingress rtb1
	mirrors rtp2 ingress rtm1
	client_quit host
	ip link set rt0 master rtb1
	check_err $? "cannot put rt0 into a bridge"
	check_mirror rtp1 ingress ""
	check_mirror rtp2 ingress rtm1
	refused "Too many levels of symbolic links" mirror rtp1 ingress rtb1
	ip link del rtb1
	host_start host - rt0
	no_mirrors
	log_test "a mirror ends when copies would come back"
}

changed_under_traffic()
{
	local i

	clear_all
	stream_begins g1 g2 1 dst="${client_mac[g2]}" rate=$RATE
	must out stream flow=2 dst="${client_mac[g1]}" rate=$RATE
	for ((i = 0; i < 20; i++)); do
		mirrors rtp1 ingress rtp3
		mirrors rtu1 ingress rtp3
		mirrors rtp2 egress rtm1
		mirrors rtp1 ingress rtm1
		mirrors rtu1 ingress rtm1
		mirrors rtp2 egress rtu1
		no_mirrors
	done
	must out stream off
	stream_ends g1 g2 1
	log_test "mirrors come and go under traffic"
}

trap cleanup EXIT
require_command bridge
mirror_setup || bail_out
tests_run
exit $EXIT_STATUS
