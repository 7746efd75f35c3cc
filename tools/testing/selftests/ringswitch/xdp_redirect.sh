#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# XDP programs that send frames past the switch: from a guest, to a guest, or both.
#
#   +------+  +------+  +------+       +---------------+   +---------------+
#   |  g1  |  |  g2  |  |  g3  |       |      out      |   |      mon      | other
#   |judged|  |      |  |      |       |               |   |               | namespaces
#   +--+---+  +--+---+  +--+---+       +-------+-------+   +-------+-------+
#      | rtp1    | rtp2    | rtp3         rtu1 | veth         rtm1 | veth, no port
#   +--+---------+---------+------------------+-+
#   |                 rt0 (host)                |
#   +-------------------------------------------+

ALL_TESTS="
	redirected
	redirected_nowhere
	redirected_to_a_guest
	redirected_by_a_nic
"
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/lib_mirror.sh"
source "$(dirname "$0")/lib_xdp.sh"

# A pair of veths takes redirected frames when the other end has NAPI.
setup_prepare()
{
	mirror_setup && ip netns exec rt-mon ethtool -K eth0 gro on
}

# An address that tells the program where to.
address_of()
{
	local index

	index=$(cat "/sys/class/net/$1/ifindex")
	printf '02:00:00:00:%02x:%02x' $((index >> 8)) $((index & 255))
}

redirected()
{
	local to

	to=$(address_of rtm1)
	clear_all
	attached rtp1 xdp/redirect
	note
	sends g1 10 dst="$to" flow=1
	sends g1 10 dst="$to" flow=1 len=1514
	shown mon g1 20 1
	sends g1 10 dst="$to" flow=2 kind=udp4 csum=partial len=1000
	shown mon g1 10 2
	check_queued g2 0
	check_noted ingress_frames=30 ingress_forwarded=30 xdp_redirect=30
	# What is to become many frames is none for others.
	sends g1 10 dst="$to" flow=3 kind=tcp4 csum=partial mss=1000 len=20054
	check_noted ingress_frames=40 ingress_forwarded=30 xdp_redirect=30 drop_in_xdp_redirect=10
	detached rtp1
	log_test "a program sends frames past the switch"
}

redirected_nowhere()
{
	clear_all
	attached rtp1 xdp/redirect
	note
	sends g1 10 dst=02:00:00:00:ff:ff
	# Longer than the netdev takes, and than any does.
	sends g1 10 dst="$(address_of rtm1)" len=5000
	sends g1 10 dst="$(address_of rtm1)" len=40000
	check_noted ingress_frames=30 drop_in_xdp_redirect=30
	detached rtp1
	log_test "what cannot be redirected is counted"
}

# check_delivered PORT NUMBER: since note_delivered.
declare -A delivered_before

note_delivered()
{
	delivered_before[$1]=$(counter "$1" egress_frames)
	note_queued
}

check_delivered()
{
	check_equal $(($(counter "$1" egress_frames) - delivered_before[$1])) "$2" "egress_frames of $1"
}

# From one guest to another without the switch, and to itself.
redirected_to_a_guest()
{
	local to

	to=$(address_of rtp2)
	clear_all
	attached rtp1 xdp/redirect
	note
	note_delivered rtp2
	must g1 send count=100 dst="$to" flow=1 len=1000
	must g1 send count=10 dst="$to" flow=2 kind=udp4 csum=partial len=1514
	shown g2 g1 100 1
	shown g2 g1 10 2
	check_delivered rtp2 110
	check_noted ingress_frames=110 ingress_forwarded=110 xdp_redirect=110
	sends g1 10 dst="$(address_of rtp1)" flow=3
	shown g1 g1 10 3
	check_queued g2 0
	# No room there: its own loss, at its own port.
	must g2 refill off
	note
	must g1 send count=400 dst="$to" flow=4
	check_noted ingress_frames=400 ingress_forwarded=400 xdp_redirect=400
	must g2 refill on
	ip link set rtp2 down
	note
	sends g1 10 dst="$to"
	check_noted ingress_frames=10 drop_in_xdp_redirect=10
	ip link set rtp2 up
	detached rtp1
	settle g1 g2 g3
	settle g2 g1
	log_test "a program sends frames to another guest"
}

# What is at the other end of a NIC must have NAPI for its frames to be pages.
redirected_by_a_nic()
{
	clear_all
	attached rtu1 xdp/redirect
	note_delivered rtp2
	must out send count=20 dst="$(address_of rtp2)" flow=1
	must out send count=20 dst="$(address_of rtp2)" flow=2 len=1514
	shown g2 out 20 1
	shown g2 out 20 2
	check_delivered rtp2 40
	check_queued out 0
	detached rtu1
	settle out g1 g2
	log_test "a program at a NIC gives frames to a guest"
}

trap cleanup EXIT
xdp_required
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
