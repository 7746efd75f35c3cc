#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Ports as ordinary network interfaces, through virtio_vdpa: the kernel's own virtio-net
# driver is the guest. One has packed rings, one has split ones.
#
#   +------------------+   +------------------+     +------------------+
#   | h1    192.0.2.11 |   | h2    192.0.2.12 |     | out   192.0.2.21 |
#   |  2001:db8:1::11  |   |  2001:db8:1::12  |     |  (outside host)  |
#   +--------+---------+   +--------+---------+     +--------+---------+
#            | rtp1                 | rtp2              rtu1 | veth
#   +--------+----------------------+------------------------+-+
#   |                           rt0                            |
#   +----------------------------------------------------------+

ALL_TESTS="
	ring_features
	ping_ipv4
	ping_ipv6
	ping_large
	ping_outside
	tcp_between
	tcp_outside
	interface_down_and_up
	rebind_under_traffic
	link_without_driver
"
source "$(dirname "$0")/lib.sh"

setup_prepare()
{
	switch_add rt0 && port_add rtp1 rt0 mtu 1500 &&
		port_add_default rtp2 rt0 mtu 1500 device_features $SPLIT_FEATURES &&
		uplink_add rtu1 rt0 rt-out || return
	netdev_start rtp1 rt-h1 192.0.2.11/24 2001:db8:1::11/64 &&
		netdev_start rtp2 rt-h2 192.0.2.12/24 2001:db8:1::12/64 &&
		ip -n rt-out address add 192.0.2.21/24 dev eth0
}

# The driver takes what it is offered: all below goes through it.
ring_features()
{
	local features port

	for port in rtp1 rtp2; do
		features=$(cat /sys/bus/vdpa/devices/$port/virtio*/features)
		check_equal "${features:28:1}" 1 "indirect tables of $port"
		check_equal "${features:29:1}" 1 "EVENT_IDX of $port"
		[[ $port == rtp2 ]]
		check_equal $? "${features:34:1}" "packed rings of $port"
	done
	log_test "the driver uses indirect tables and EVENT_IDX, and packed rings when offered"
}

ping_ipv4()
{
	ping_works rt-h1 192.0.2.12
	check_err $? "no answer"
	log_test "ping over IPv4"
}

ping_ipv6()
{
	ping_works rt-h1 2001:db8:1::12
	check_err $? "no answer"
	log_test "ping over IPv6"
}

ping_large()
{
	ping_works rt-h1 192.0.2.12 -M 'do' -s 1472
	check_err $? "no answer to 1500 bytes"
	ping_works rt-h1 192.0.2.12 -s 20000
	check_err $? "no answer to 20000 bytes in fragments"
	log_test "ping with full frames"
}

ping_outside()
{
	ping_works rt-h1 192.0.2.21
	check_err $? "no answer from outside"
	ping_works rt-out 192.0.2.12
	check_err $? "no answer to outside"
	log_test "ping through the uplink"
}

# Large frames must have stayed whole: far fewer than there are segments in the stream.
tcp_between()
{
	local before frames

	before=$(counter rtp2 egress_frames)
	iperf_between rt-h1 rt-h2 192.0.2.12
	check_err $? "IPv4: $answer"
	frames=$(($(counter rtp2 egress_frames) - before))
	check_between $frames 100 2900 "frames for 8 MiB"
	iperf_between rt-h2 rt-h1 2001:db8:1::11
	check_err $? "IPv6: $answer"
	log_test "TCP between two ports, in large frames"
}

tcp_outside()
{
	iperf_between rt-h1 rt-out 192.0.2.21
	check_err $? "to outside: $answer"
	iperf_between rt-out rt-h1 192.0.2.11
	check_err $? "from outside: $answer"
	log_test "TCP through the uplink"
}

interface_down_and_up()
{
	ip -n rt-h2 link set eth0 down
	ping_works rt-h1 192.0.2.12
	check_fail $? "an interface that is down answers"
	ip -n rt-h2 link set eth0 up
	busywait 3000 ping_works rt-h1 192.0.2.12
	check_err $? "no answer after it was up again"
	log_test "the interface goes down and up"
}

rebind_under_traffic()
{
	local i flood

	ip netns exec rt-out ping -q -f -w 20 192.0.2.12 >/dev/null 2>&1 &
	flood=$!
	for i in 1 2 3; do
		echo rtp1 >/sys/bus/vdpa/drivers/virtio_vdpa/unbind
		port_is rtp1 idle
		check_err $? "rtp1 is $(port_state rtp1) without a driver"
		netdev_start rtp1 rt-h1 192.0.2.11/24
		check_err $? "cannot bind again"
	done
	kill $flood
	wait $flood 2>/dev/null
	busywait 3000 ping_works rt-h1 192.0.2.12
	check_err $? "no answer after rebinding"
	log_test "the driver is unbound and bound again under traffic"
}

# Whoever has gone must not be called any more. Past bug CVE-2021-29266.
link_without_driver()
{
	local i

	for i in 1 2 3; do
		echo rtp1 >/sys/bus/vdpa/drivers/virtio_vdpa/unbind
		ip link set rtp1 down
		ip link set rtp1 up
		netdev_start rtp1 rt-h1 192.0.2.11/24
		check_err $? "cannot bind again"
	done
	busywait 3000 ping_works rt-h1 192.0.2.12
	check_err $? "no answer after rebinding"
	log_test "the link goes while no driver is bound"
}

trap cleanup EXIT
require_command ping iperf3 jq ss
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
