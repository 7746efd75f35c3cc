#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Ports of different MTU on one switch.
#
#   +------------+  +------------+  +------------+     +---------------+
#   | g1    9000 |  | g2    9000 |  | g3    1400 |     |  out     1500 |
#   +-----+------+  +-----+------+  +-----+------+     +-------+-------+
#         | rtp1          | rtp2          | rtp3          rtu1 | veth
#   +-----+---------------+---------------+--------------------+-+
#   |                            rt0                             |
#   +------------------------------------------------------------+

ALL_TESTS="
	told_to_guest
	jumbo
	too_long_for_guest
	too_long_for_uplink
	gso
	impossible_mtu
"
source "$(dirname "$0")/lib.sh"

setup_prepare()
{
	switch_add rt0 || return
	port_add rtp1 rt0 mtu 9000 && guest_start g1 rtp1 || return
	port_add rtp2 rt0 mtu 9000 && guest_start g2 rtp2 || return
	port_add rtp3 rt0 mtu 1400 && guest_start g3 rtp3 || return
	uplink_add rtu1 rt0 rt-out && host_start out rt-out eth0
}

told_to_guest()
{
	must g1 status
	check_equal "${told[mtu]}" 9000 "MTU of g1"
	must g3 status
	check_equal "${told[mtu]}" 1400 "MTU of g3"
	check_equal "$(cat /sys/class/net/rtp3/mtu)" 1400 "MTU of rtp3"
	log_test "a guest is told its MTU"
}

jumbo()
{
	must g1 send dst="${client_mac[g2]}" len=9014 count=50
	must g2 wait frames=50
	check_received g2 50
	log_test "jumbo frames between ports that take them"
}

too_long_for_guest()
{
	local before

	must g3 clear
	settle g3 g1 g2
	before=$(counter rtp3 drop_out_mtu)
	must g1 send dst="${client_mac[g3]}" len=1414 count=3
	must g1 send dst="${client_mac[g3]}" len=1419 count=5
	must g1 send dst="${client_mac[g3]}" tci=7 len=1418 count=3 flow=1
	settle g1 g3
	check_received g3 3 flow=0
	check_received g3 3 flow=1
	check_equal $(($(counter rtp3 drop_out_mtu) - before)) 5 drop_out_mtu
	log_test "frames longer than a guest's MTU are dropped for it, tagged ones in their turn"
}

too_long_for_uplink()
{
	local before

	must out clear
	must g2 clear
	settle g2 g1 out
	before=$(counter rtu1 drop_out_mtu)
	must g1 send dst=$all len=1514 count=3
	must g1 send dst=$all len=1519 count=5 flow=1
	must g2 wait frames=5 flow=1
	settle g1 out
	check_received out 3 flow=0
	check_received out 0 flow=1
	check_equal $(($(counter rtu1 drop_out_mtu) - before)) 5 drop_out_mtu
	log_test "frames longer than an uplink's MTU are dropped for it only"
}

# The length of a GSO frame does not matter, that of its segments does once they are cut.
gso()
{
	local before

	must g3 clear
	must g1 send dst="${client_mac[g3]}" kind=tcp4 csum=partial mss=1340 len=9000 count=3
	must g3 wait frames=3
	check_total g3 gso 3 "unsegmented frames"
	client_quit g3
	guest_start g3 rtp3 --without guest_tso4
	check_err $? "cannot start: $answer"
	settle g3 g1 g2
	must g1 send dst="${client_mac[g3]}" kind=tcp4 csum=partial mss=1340 len=9000 flow=1
	must g3 wait bytes=8946 flow=1
	before=$(counter rtp3 drop_out_mtu)
	must g1 send dst="${client_mac[g3]}" kind=tcp4 csum=partial mss=1400 len=$((54 + 4 * 1400)) flow=2
	settle g1 g3
	check_received g3 0 flow=2
	check_equal $(($(counter rtp3 drop_out_mtu) - before)) 4 drop_out_mtu
	log_test "a large frame passes whole, its segments only if they fit"
}

impossible_mtu()
{
	vdpa dev add name rtp9 mgmtdev rt0 mtu 67 2>/dev/null
	check_fail $? "MTU 67 was accepted"
	[[ ! -e /sys/class/net/rtp9 ]]
	check_err $? "a representor is left over"
	log_test "an MTU no Ethernet has is refused"
}

trap cleanup EXIT
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
