#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The switch does not look at VLAN tags, so a tag must come out as it went in - also where
# the kernel carries it beside the frame ("hardware accelerated", as the VLAN device over
# the veth does).
#
#   +------+  +------+     +------------------+
#   |  g1  |  |  g2  |     |  out (eth0)      |
#   |      |  |      |     |  tag (eth0.5)    | outside host
#   +--+---+  +--+---+     +-------+----------+
#      | rtp1    | rtp2       rtu1 | veth
#   +--+---------+----------------+-+
#   |              rt0              |
#   +-------------------------------+

ALL_TESTS="
	between_guests
	accelerated_to_guest
	guest_to_outside
	tagged_tso_to_guest
	tagged_tso_segmented
	priority
"
source "$(dirname "$0")/lib.sh"

setup_prepare()
{
	switch_add rt0 && guests_create rt0 2 && uplink_add rtu1 rt0 rt-out || return
	ip -n rt-out link add link eth0 name eth0.5 type vlan id 5
	ip -n rt-out link set eth0.5 addrgenmode none
	ip -n rt-out link set eth0.5 up
	host_start out rt-out eth0 && host_start tag rt-out eth0.5
}

between_guests()
{
	must g1 send dst="${client_mac[g2]}" tci=0x6abc flow=1 count=10 len=300
	must g2 wait frames=10 flow=1
	check_tag g2 1 0x6abc
	log_test "tag between guests"
}

accelerated_to_guest()
{
	must tag send dst="${client_mac[g1]}" flow=2 count=100 len=1514
	must g1 wait frames=100 flow=2
	check_received g1 100 flow=2
	check_tag g1 2 5
	log_test "tag carried beside the frame is put back for a guest"
}

guest_to_outside()
{
	must tag clear
	must g1 send dst="${client_mac[tag]}" tci=5 flow=3 count=100 len=1518
	must tag wait frames=100 flow=3
	check_tag tag 3 -1
	check_tag out 3 5
	must g1 send dst="${client_mac[tag]}" tci=6 flow=4
	must g1 send dst="${client_mac[tag]}" tci=5 flow=5
	must tag wait frames=1 flow=5
	check_received tag 0 flow=4
	log_test "tag of a guest's frame reaches the outside"
}

tagged_tso_to_guest()
{
	must g1 clear
	must tag send dst="${client_mac[g1]}" flow=6 kind=tcp4 csum=partial mss=1448 len=20000 count=10
	must g1 wait flow=6 bytes=$((10 * (20000 - 54)))
	check_equal "${told[damaged]}" 0 "damaged frames"
	check_equal "${told[lost]}" 0 "bytes lost"
	check_tag g1 6 5
	log_test "tag and segmentation offload together, to a guest"
}

tagged_tso_segmented()
{
	client_quit g2
	guest_start g2 rtp2 --without guest_tso4,guest_tso6,guest_csum
	check_err $? "cannot start: $answer"
	must tag send dst="${client_mac[g2]}" flow=7 kind=tcp4 csum=partial mss=1448 len=20000 count=10
	must g2 wait flow=7 bytes=$((10 * (20000 - 54)))
	check_equal "${told[damaged]}" 0 "damaged frames"
	check_tag g2 7 5
	check_total g2 gso 0 "offloads the guest did not ask for"
	check_total g2 partial 0 "offloads the guest did not ask for"
	log_test "every segment carries the tag"
}

priority()
{
	must g1 send dst="${client_mac[out]}" tci=0xe000 flow=8
	must out wait frames=1 flow=8
	check_tag out 8 0xe000
	log_test "priority tag (VID 0) is kept"
}

trap cleanup EXIT
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
