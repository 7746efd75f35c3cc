#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Guest ports come and go while others talk.
#
#   +------+  +------+  +------+    +-------+
#   |  g1  |  |  g2  |  |  g3  |    |  g9   | comes and goes
#   +--+---+  +--+---+  +--+---+    +---+---+
#      | rtp1    | rtp2    | rtp3       | rtp9
#   +--+---------+---------+------------+--+
#   |                 rt0                  |
#   +--------------------------------------+

ALL_TESTS="
	add_and_remove_under_traffic
	remove_in_use
	remove_while_addressed
	removed_before_asked
	names
	address_is_set
	bound_to_its_switch
	carrier
	many_ports
"
source "$(dirname "$0")/lib.sh"

setup_prepare()
{
	switch_add rt0 && guests_create rt0 3 --ring 1024
}

# Two flows that must not lose a frame, and a flood to whoever is there.
traffic_on()
{
	stream_begins g1 g2 1 dst="${client_mac[g2]}" rate=$RATE
	stream_begins g2 g1 2 dst="${client_mac[g1]}" rate=$RATE
	stream_begins g3 g1 3 dst=$all rate=$RATE
}

traffic_off()
{
	stream_ends g1 g2 1
	stream_ends g2 g1 2
	stream_ends g3 g1 3
}

add_and_remove_under_traffic()
{
	local i

	traffic_on
	for ((i = 0; i < 6; i++)); do
		port_add rtp9 rt0 && guest_start g9 rtp9
		check_err $? "cannot add: $answer"
		must g9 stream dst=$all rate=$RATE
		must g9 wait flow=3 frames=20
		must g1 wait src="${client_mac[g9]}" frames=$((20 * (i + 1)))
		client_quit g9
		check_err $? "g9: $answer"
		port_del rtp9
		check_err $? "cannot remove"
	done
	traffic_off
	log_test "a port is added and removed under traffic"
}

# The vdpa core waits for the VMM; when it is killed the port must go.
remove_in_use()
{
	local removal

	port_add rtp9 rt0 && guest_start g9 rtp9
	check_err $? "cannot add: $answer"
	traffic_on
	must g9 stream dst=$all rate=$RATE
	vdpa dev del rtp9 &
	removal=$!
	busywait 2000 not test -e /sys/class/net/rtp9
	check_err $? "the representor is still there"
	must g9 quiet ms=20
	kill -0 $removal 2>/dev/null
	check_err $? "removed while in use"
	client_kill g9
	wait $removal
	check_err $? "cannot remove"
	[[ ! -e /sys/bus/vdpa/devices/rtp9 ]]
	check_err $? "the device is still there"
	traffic_off
	log_test "a port is removed while a VMM uses it, and gone with the VMM"
}

remove_while_addressed()
{
	local i

	traffic_on
	for ((i = 0; i < 6; i++)); do
		port_add rtp9 rt0 && guest_start g9 rtp9
		check_err $? "cannot add: $answer"
		must g9 send dst=$all
		stream_ends g3 g1 3
		must g3 stream dst="${client_mac[g9]}" rate=$RATE flow=4
		must g9 wait flow=4 frames=10
		client_kill g9
		port_del rtp9
		check_err $? "cannot remove"
		must g3 stream off
		stream_begins g3 g1 3 dst=$all rate=$RATE
	done
	traffic_off
	log_test "a port is removed that others send to"
}

# A driver is asked to announce itself some time after its link is back. Past bug 73ea44370d.
removed_before_asked()
{
	local i

	for i in 1 2 3; do
		port_add rtp9 rt0 && guest_start g9 rtp9 --control
		check_err $? "cannot add: $answer"
		ip -batch - <<-END
			link set rtp9 down
			link set rtp9 up
		END
		client_kill g9
		port_del rtp9
		check_err $? "cannot remove"
	done
	sleep 0.2
	log_test "a port is removed before its guest is asked to announce itself"
}

names()
{
	port_add rtp1 rt0 2>/dev/null
	check_fail $? "a name twice"
	port_add rt0 rt0 2>/dev/null
	check_fail $? "the name of the switch"
	port_add rtp12345678901234 rt0 2>/dev/null
	check_fail $? "a name longer than that of a netdev"
	port_add rtp/9 rt0 2>/dev/null
	check_fail $? "a name with a slash"
	# A netdev would be given the next free number, and so another name than its device.
	port_add rtp%d rt0 2>/dev/null
	check_fail $? "a name that is a pattern"
	vdpa dev add name rtp9 mgmtdev rt0 mac 01:00:00:00:00:01 2>/dev/null
	check_fail $? "a group address"
	vdpa dev add name rtp9 mgmtdev rt0 mac 00:00:00:00:00:00 2>/dev/null
	check_fail $? "a zero address"
	[[ ! -e /sys/bus/vdpa/devices/rtp9 && ! -e /sys/class/net/rtp9 ]]
	check_err $? "something is left over"
	vdpa dev add name rtp9 mgmtdev rt0 && guest_start g9 rtp9
	check_err $? "without an address: $answer"
	[[ ${client_mac[g9]} =~ ^.[26ae]: ]]
	check_err $? "${client_mac[g9]} is no local address"
	client_quit g9
	port_del rtp9
	log_test "impossible names and addresses are refused"
}

address_is_set()
{
	local mac=52:54:00:72:00:99

	port_add rtp9 rt0 && vdpa dev set name rtp9 mac $mac
	check_err $? "an address cannot be set"
	vdpa dev set name rtp9 mac 01:00:00:00:00:01 2>/dev/null
	check_fail $? "a group address"
	guest_start g9 rtp9
	check_err $? "cannot start: $answer"
	check_equal "${client_mac[g9]}" $mac "address of the device"
	client_quit g9
	port_del rtp9
	log_test "the address of a port is set before a guest starts"
}

bound_to_its_switch()
{
	ip link set rtp1 nomaster 2>/dev/null
	check_fail $? "a port has left its switch"
	ip link del rtp1 2>/dev/null
	check_fail $? "a representor was deleted alone"
	ip netns add rt-else
	ip link set rtp1 netns rt-else 2>/dev/null
	check_fail $? "a representor was moved alone"
	ip netns del rt-else
	switch_add rt1
	ip link set rtp1 master rt1 2>/dev/null
	check_fail $? "a port was moved to another switch"
	ip link set rt1 master rt0 2>/dev/null
	check_fail $? "a switch in a switch"
	switch_del rt1
	traffic_on
	traffic_off
	log_test "a guest port cannot be torn from its switch"
}

carrier()
{
	port_add rtp8 rt0
	has_carrier rtp8
	check_fail $? "carrier without a guest"
	guest_start g8 rtp8
	check_err $? "cannot start: $answer"
	has_carrier rtp8
	check_err $? "no carrier with a guest"
	client_quit g8
	check_err $? "g8: $answer"
	busywait 1000 not has_carrier rtp8
	check_err $? "carrier after the guest"
	port_is rtp8 idle
	check_err $? "rtp8 is $(port_state rtp8)"
	port_del rtp8
	log_test "carrier and state follow the guest's driver"
}

# flooded_to PORT COUNT: that many frames met a port without a driver
flooded_to()
{
	(($(counter "$1" drop_out_no_driver) >= $2))
}

many_ports()
{
	local i before

	for ((i = 10; i < 30; i++)); do
		port_add rtp$i rt0
		check_err $? "cannot add rtp$i"
	done
	before=$(counter rtp29 drop_out_no_driver)
	traffic_on
	busywait 5000 flooded_to rtp29 $((before + 50))
	check_err $? "rtp29 got nothing of the flood"
	traffic_off
	for ((i = 10; i < 30; i++)); do
		port_del rtp$i
		check_err $? "cannot remove rtp$i"
	done
	log_test "twenty ports more"
}

trap cleanup EXIT
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
