#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The host's own stack is a port of the switch.
#
#   +------------------+   +------+
#   | h1    192.0.2.11 |   |  g2  |
#   |       eth0       |   |      |
#   +--------+---------+   +--+---+
#            | rtp1           | rtp2
#   +--------+----------------+---+
#   |  rt0  192.0.2.1  (host)     |
#   +-----------------------------+

ALL_TESTS="
	ping_guest
	ping_host
	tcp_both_ways
	host_to_guest
	guest_to_host
	tso_to_guest
	tso_to_host
	new_host_address
"
source "$(dirname "$0")/lib.sh"

setup_prepare()
{
	require_command ping iperf3 jq ss
	switch_add rt0 && port_add rtp1 rt0 && port_add rtp2 rt0 &&
		ip address add 192.0.2.1/24 dev rt0 &&
		netdev_start rtp1 rt-h1 192.0.2.11/24 && guest_start g2 rtp2 --ring 1024
}

ping_guest()
{
	ping_works - 192.0.2.11
	check_err $? "no answer"
	ping_works - 192.0.2.11 -s 1400
	check_err $? "no answer to 1400 bytes"
	log_test "the host pings a guest"
}

ping_host()
{
	ping_works rt-h1 192.0.2.1
	check_err $? "no answer"
	log_test "a guest pings the host"
}

tcp_both_ways()
{
	iperf_between - rt-h1 192.0.2.11
	check_err $? "host to guest: $answer"
	iperf_between rt-h1 - 192.0.2.1
	check_err $? "guest to host: $answer"
	log_test "TCP between host and guest"
}

host_to_guest()
{
	host_start host - rt0
	check_err $? "cannot start: $answer"
	must g2 clear
	must host send dst="$(port_mac rtp2)" count=500 len=1514
	must g2 wait frames=500
	check_received g2 500
	check_equal "${told[lost]}" 0 "lost frames"
	log_test "frames from the host reach a guest whole and in order"
}

guest_to_host()
{
	must host clear
	must g2 send dst="${client_mac[host]}" count=500 len=1514
	must host wait frames=500
	check_received host 500
	check_equal "${told[lost]}" 0 "lost frames"
	must host drops
	check_equal "${told[drops]}" 0 "socket drops"
	log_test "frames from a guest reach the host whole and in order"
}

tso_to_guest()
{
	must g2 clear
	must host send dst="$(port_mac rtp2)" kind=tcp4 csum=partial mss=1448 len=30000 count=20
	must g2 wait frames=20
	check_received g2 20
	check_total g2 gso 20 "unsegmented frames"
	log_test "large frames from the host stay whole"
}

tso_to_host()
{
	must host clear
	must g2 send dst="${client_mac[host]}" kind=tcp6 csum=partial mss=1428 len=30000 count=20
	must host wait frames=20
	check_received host 20
	check_total host gso 20 "unsegmented frames"
	log_test "large frames to the host stay whole"
}

new_host_address()
{
	local old new=02:00:00:00:01:00

	client_quit host
	old=$(cat /sys/class/net/rt0/address)
	ip link set rt0 address $new
	ping_works - 192.0.2.11
	check_err $? "no answer with the new address"
	fdb_lacks rt0 "$old"
	check_err $? "$old is still the host's"
	fdb_lacks rt0 $new
	check_fail $? "$new is not in the database"
	log_test "the switch follows a change of the host's address"
}

trap cleanup EXIT
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
