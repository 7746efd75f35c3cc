#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Mirrors: frames of one port are copied to another one, or to a netdev of the host.
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
	ingress
	egress
	both_ways
	of_an_uplink
	of_the_host
	to_an_uplink
	to_a_netdev
	whatever_is_allowed
	as_on_the_wire
	super_frames
	never_again
	destination_full
	netdev_down
"
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/lib_mirror.sh"

stranger=02:00:00:00:00:77

ingress()
{
	local in

	clear_all
	mirrors rtp1 ingress rtp3
	in=$(counter rtp3 ingress_frames)
	says g1 g2 1
	shown g3 g1 10 1
	check_queued g3 10
	check_queued out 0
	says g2 g1 2
	check_queued g3 0
	check_shown g3 g2 0 2
	# Before anything is decided.
	sends g1 10 dst="${client_mac[g1]}" flow=3
	shown g3 g1 10 3
	sends g1 10 dst=$all src=$stranger flow=4 len=1000
	must g3 wait src=$stranger flow=4 frames=20
	check_received g2 10 src=$stranger flow=4
	check_equal "$(counter rtp3 ingress_frames)" "$in" "frames that came from the mirror"
	no_mirrors
	says g1 g2 5
	check_queued g3 0
	log_test "what a guest sends is shown to another one"
}

egress()
{
	clear_all
	mirrors rtp2 egress rtp3
	says g1 g2 1
	shown g3 g1 10 1
	check_queued g3 10
	says g2 g1 2
	check_queued g3 0
	says g1 out 3
	check_queued g3 0
	# Its own copy, and that for g2.
	sends g1 10 dst=$all flow=4
	shown g3 g1 20 4
	no_mirrors
	log_test "what a guest gets is shown to another one"
}

both_ways()
{
	clear_all
	mirrors rtp1 ingress rtp3
	mirrors rtp1 egress rtm1
	mirrors rtp2 egress rtm1
	says g1 g2 1 len=1400
	says g2 g1 2
	shown g3 g1 10 1
	shown mon g1 10 1
	shown mon g2 10 2
	check_shown g3 g2 0 2
	no_mirrors
	log_test "each way has a mirror of its own"
}

of_an_uplink()
{
	clear_all
	mirrors rtu1 ingress rtp3
	mirrors rtu1 egress rtm1
	says out g1 1
	shown g3 out 10 1
	says g1 out 2 len=1500
	shown mon g1 10 2
	check_shown g3 g1 0 2
	check_shown mon out 0 1
	no_mirrors
	log_test "an uplink is mirrored"
}

of_the_host()
{
	clear_all
	mirrors rt0 ingress rtm1
	mirrors rt0 egress rtp3
	says host g1 1
	shown mon host 10 1
	says g1 host 2
	shown g3 g1 10 2
	check_shown g3 host 0 1
	check_shown mon g1 0 2
	no_mirrors
	log_test "the host's own port is mirrored"
}

to_an_uplink()
{
	clear_all
	mirrors rtp1 ingress rtu1
	mirrors rtp1 egress rtu1
	says g1 g2 1
	says g2 g1 2 len=1500
	shown out g1 10 1
	shown out g2 10 2
	# It gets its own frame as well, once.
	sends g1 10 dst="${client_mac[out]}" flow=3
	check_queued out 20
	shown out g1 20 3
	no_mirrors
	log_test "an uplink gets the copies"
}

to_a_netdev()
{
	local before

	clear_all
	mirrors rtp1 ingress rtm1
	before=$(cat /sys/class/net/rtm1/statistics/tx_packets)
	says g1 g2 1 len=64
	says g1 out 2 len=1514
	says g1 host 3
	shown mon g1 10 1
	shown mon g1 10 2
	shown mon g1 10 3
	check_equal $(($(cat /sys/class/net/rtm1/statistics/tx_packets) - before)) 30 "frames sent by rtm1"
	no_mirrors
	log_test "a netdev that is no port gets the copies"
}

whatever_is_allowed()
{
	clear_all
	mirrors rtp1 ingress rtp3
	bridge link set dev rtp1 isolated on
	bridge link set dev rtp3 isolated on locked on flood off mcast_flood off bcast_flood off
	says g1 out 1
	shown g3 g1 10 1
	sends g1 10 dst="${client_mac[g3]}" flow=2
	check_queued g3 10
	shown g3 g1 10 2
	bridge link set dev rtp1 isolated off
	bridge link set dev rtp3 isolated off locked off flood on mcast_flood on bcast_flood on
	no_mirrors
	log_test "isolation, locks and floods are not asked"
}

# rtp1 is a trunk, rtp2 is in VLAN 10 without a tag; rtp3, rtu1 and rtm1 are in no VLAN of theirs.
as_on_the_wire()
{
	local name

	clear_all
	echo 1 >/sys/class/net/rt0/ringswitch/vlan_filtering
	bridge vlan add dev rtp1 vid 10
	bridge vlan add dev rtp2 vid 10 pvid untagged
	mirrors rtp1 ingress rtp3
	mirrors rtp1 egress rtm1
	mirrors rtp2 ingress rtm1
	mirrors rtp2 egress rtu1
	# They learn where the other is in VLAN 10.
	says g2 g1 1
	clear_all
	says g1 g2 2 tci=10
	shown g3 g1 10 2
	check_tag g3 2 10
	shown out g1 10 2
	check_tag out 2 -1
	clear_all
	says g2 g1 3
	check_tag g1 3 10
	shown mon g2 20 3
	# The last one is that for g1.
	check_tag mon 3 10
	# Of a VLAN that it is not in: seen, and not let in.
	sends g1 10 dst="${client_mac[g2]}" flow=4 tci=77
	shown g3 g1 10 4
	check_tag g3 4 77
	# Shown as a buffer first, and only then its tag is taken off.
	mirrors rtp1 ingress rtm1
	says g1 g2 5 tci=10 len=1000
	shown mon g1 10 5
	check_tag mon 5 10
	check_tag g2 5 -1
	must g1 send dst="${client_mac[g2]}" flow=6 tci=10 count=10 kind=tcp4 csum=partial mss=1000 len=20058
	for name in g2 mon; do
		must $name wait bytes=200000 flow=6
		check_equal "${told[damaged]}" 0 "damaged frames at $name"
	done
	check_tag mon 6 10
	check_tag g2 6 -1
	no_mirrors
	bridge vlan del dev rtp1 vid 10
	bridge vlan del dev rtp2 vid 10
	bridge vlan add dev rtp2 vid 1 pvid untagged
	echo 0 >/sys/class/net/rt0/ringswitch/vlan_filtering
	log_test "a copy has the tag that the frame has at the mirrored port"
}

super_frames()
{
	local name

	clear_all
	mirrors rtp1 ingress rtp3
	mirrors rtp2 egress rtm1
	must g1 send dst="${client_mac[g2]}" flow=1 count=10 kind=tcp4 csum=partial mss=1000 len=20054
	for name in g2 g3 mon; do
		must $name wait bytes=200000 flow=1
		check_equal "${told[damaged]}" 0 "damaged frames at $name"
		check_total $name longest 20054 "longest frame"
	done
	no_mirrors
	log_test "super-frames are copied whole, with their offloads"
}

never_again()
{
	clear_all
	# In a ring, both ways.
	mirrors rtp1 ingress rtp2
	mirrors rtp2 ingress rtp3
	mirrors rtp3 ingress rtp1
	mirrors rtp1 egress rtp3
	mirrors rtp2 egress rtp1
	mirrors rtp3 egress rtp2
	says g1 out 1
	check_queued g1 0
	check_queued g2 10
	check_queued g3 0
	check_queued out 10
	fdb_has rt0 "${client_mac[g1]}" rtp1
	check_err $? "g1 was learned elsewhere"
	must g1 send dst=$all src=$stranger flow=2
	must g2 wait src=$stranger flow=2 frames=2
	fdb_has rt0 $stranger rtp1
	check_err $? "the stranger was learned elsewhere"
	no_mirrors
	log_test "a copy is neither learned, nor forwarded, nor copied again"
}

destination_full()
{
	local before i

	clear_all
	must g3 refill off
	mirrors rtp1 ingress rtp3
	before=$(counter rtp3 drop_out_ring_full)
	for i in 1 2 3 4; do
		sends g1 100 dst="${client_mac[g2]}" flow=1
		must g2 wait src="${client_mac[g1]}" flow=1 frames=$((i * 100))
	done
	check_received g2 400 src="${client_mac[g1]}" flow=1
	check_between $(($(counter rtp3 drop_out_ring_full) - before)) 100 400 "copies lost"
	must g3 refill on
	ip link set rtp3 down
	before=$(counter rtp3 drop_out_port_down)
	says g1 g2 2
	check_equal $(($(counter rtp3 drop_out_port_down) - before)) 10 drop_out_port_down
	ip link set rtp3 up
	no_mirrors
	settle g1 g2 g3
	settle g3 g1
	log_test "a destination that is full or down loses copies, and nobody else anything"
}

netdev_down()
{
	local before

	clear_all
	mirrors rtp1 ingress rtm1
	ip link set rtm1 mtu 600
	before=$(cat /sys/class/net/rtm1/statistics/tx_dropped)
	says g1 g2 1 len=1000
	check_equal $(($(cat /sys/class/net/rtm1/statistics/tx_dropped) - before)) 10 "too long for rtm1"
	ip link set rtm1 mtu 1500 down
	says g1 g2 2
	check_equal $(($(cat /sys/class/net/rtm1/statistics/tx_dropped) - before)) 20 "dropped by rtm1"
	check_mirror rtp1 ingress rtm1
	ip link set rtm1 up
	busywait 2000 has_carrier rtm1
	says g1 g2 3
	shown mon g1 10 3
	no_mirrors
	log_test "a netdev counts the copies that it cannot send"
}

trap cleanup EXIT
require_command bridge
mirror_setup || bail_out
tests_run
exit $EXIT_STATUS
