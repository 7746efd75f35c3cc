#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The real thing: guests with a stock kernel in unmodified QEMU, and a host beyond a real
# NIC driver. Needs what only the bench tools/vm has: guest images and a cabled NIC.
#
#   +---------+  +---------+     +---------+
#   | guest 1 |  | guest 2 |     | outside | 198.51.100.254
#   +----+----+  +----+----+     +----+----+
#        | rtp1       | rtp2     rtup | the NIC `uplink`
#   +----+------------+---------------+----+
#   |                 rt0                  |
#   +--------------------------------------+

ALL_TESTS="
	everyone_reaches_everyone
	tcp_between_guests
	tcp_to_outside
	tcp_from_outside
	vmm_killed_under_traffic
	receiver_without_offloads
	moves_under_traffic
"
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/lib_vm.sh"

setup_prepare()
{
	outside_prepare && port_add_default rtp1 rt0 && port_add_default rtp2 rt0 &&
		guest-start 1 vdpa:rtp1 && guest_is_up 1 &&
		guest-start 2 vdpa:rtp2 && guest_is_up 2
}

everyone_reaches_everyone()
{
	# The first exchange resolves addresses.
	guest 1 "ping -q -c 3 $net.2 && ping -q -c 3 $net.254 && true" >/dev/null
	guest 2 ping -q -c 3 $net.254 >/dev/null
	check_ping $net.2 guest 1
	check_ping $net.1 guest 2
	check_ping $net.254 guest 1
	check_ping $net.2 ip netns exec outside
	log_test "guests and outside reach each other, no frame lost or doubled"
}

# Bytes of the average frame between two answers of rx_of.
frame_size()
{
	local before=($1) after=($2)
	local frames=$((after[1] - before[1]))

	echo $((frames ? (after[0] - before[0]) / frames : 0))
}

tcp_between_guests()
{
	local before after size

	before=$(rx_of guest 2)
	tcp $net.2 guest 1
	after=$(rx_of guest 2)
	size=$(frame_size "$before" "$after")
	check_between "$size" 3000 65600 "bytes in an average frame of the receiver"
	log_test "TCP between guests, segments of up to 64 KiB go whole"
}

tcp_to_outside()
{
	tcp $net.254 guest 1
	log_test "TCP from a guest to the outside"
}

tcp_from_outside()
{
	tcp $net.1 ip netns exec outside
	log_test "TCP from the outside to a guest"
}

port_is_idle()
{
	port_is "$1" idle
}

# The others must not lose a frame: not in the kill, not while nobody serves the port.
vmm_killed_under_traffic()
{
	local ping_pid

	guest 1 "iperf3 -t 60 -c $net.2 >/dev/null 2>&1 & sleep 1"
	ip netns exec outside ping -q -n -c 300 -i 0.02 -w 30 $net.1 >"$TMP/ping" 2>&1 &
	ping_pid=$!
	sleep 1
	kill -KILL "$(<"/run/guests/2/pid")"
	wait $ping_pid
	grep -q "300 received, 0% packet loss" "$TMP/ping"
	check_err $? "another guest lost frames: $(tail -n 3 "$TMP/ping" | tr '\n' ' ')"
	busywait 5000 port_is_idle rtp2
	check_err $? "the port is still $(port_state rtp2)"
	guest 1 "killall iperf3; iperf3 -s -D"
	rm -r /run/guests/2
	log_test "a VMM is killed under traffic, and the others lose nothing"
}

receiver_without_offloads()
{
	local before after size

	guest-start 2 vdpa:rtp2,guest_csum=off,guest_tso4=off,guest_tso6=off,guest_ecn=off,guest_ufo=off,mrg_rxbuf=off &&
		guest_is_up 2
	check_err $? "$answer"
	guest 1 ping -q -c 3 $net.2 >/dev/null
	check_ping $net.2 guest 1
	before=$(rx_of guest 2)
	tcp $net.2 guest 1
	after=$(rx_of guest 2)
	size=$(frame_size "$before" "$after")
	check_between "$size" 1000 1514 "bytes in an average frame of the receiver"
	log_test "a new VMM takes the port over, without offloads, and gets segments"
}

# Another QEMU takes guest 1 over, on a port of its own.
moves_under_traffic()
{
	local mbps ping_pid tcp_pid lost

	vdpa dev add name rtp3 mgmtdev rt0 mac "$(port_mac rtp1)" && guest-start 3 incoming vdpa:rtp3,mac=02:00:00:00:01:00
	check_err $? "no QEMU for the guest to move to"
	ip netns exec outside iperf3 -J -t 6 -c $net.1 >"$TMP/moved" &
	tcp_pid=$!
	ip netns exec outside ping -q -n -c 250 -i 0.02 -w 20 $net.1 >"$TMP/ping" 2>&1 &
	ping_pid=$!
	sleep 2
	answer=$(guest-migrate 1 3 2>&1)
	check_err $? "$answer"
	log_info "$answer"
	wait $tcp_pid
	mbps=$(jq '.end.sum_received.bits_per_second / 1e6 | floor' "$TMP/moved" 2>/dev/null)
	((${mbps:-0} > 0))
	check_err $? "TCP did not survive: $(jq -r .error "$TMP/moved" 2>/dev/null)"
	wait $ping_pid
	# "N packets transmitted, N received": it ends with the 250th answer.
	lost=$(awk '/received/ { print $1 - $4 }' "$TMP/ping")
	check_between "${lost:-250}" 0 50 "echo requests lost, 20 ms apart"
	log_info "outside to guest 1: ${mbps:-no} Mbit/s; $lost echo requests lost, 20 ms apart"
	check_ping $net.1 ip netns exec outside
	check_equal "$(port_state rtp3)" running "state of the new port"
	check_equal "$(port_state rtp1)" idle "state of the old port"
	timeout 20 guest 3 true
	check_err $? "the guest does not answer"
	log_test "a guest moves to another QEMU and port, and its connections live on"
}

trap cleanup EXIT
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
