#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A NIC as a port: what goes through it, and that it can come and go under traffic.
#
#   +------+  +------+     +---------------+
#   |  g1  |  |  g2  |     |      out      | outside host
#   +--+---+  +--+---+     +-------+-------+
#      | rtp1    | rtp2       rtu1 | veth
#   +--+---------+----------------+-+
#   |              rt0              |
#   +-------------------------------+

ALL_TESTS="
	guest_to_outside
	outside_to_guest
	both_at_once
	two_uplinks
	promiscuity
	no_memory
	device_of_another
	leaves_and_returns
	come_and_go_under_traffic
	unregister_under_traffic
"
source "$(dirname "$0")/lib.sh"

setup_prepare()
{
	switch_fill 2 --ring 1024
}

guest_to_outside()
{
	must out clear
	must g1 send dst="${client_mac[out]}" count=500 len=1514
	must out wait frames=500 src="${client_mac[g1]}"
	check_received out 500
	check_equal "${told[lost]}" 0 "lost frames"
	check_equal "${told[late]}" 0 "frames out of order"
	log_test "frames from a guest reach the outside whole and in order"
}

outside_to_guest()
{
	must g1 clear
	must g2 clear
	settle g1 g2 out
	must out send dst="${client_mac[g1]}" count=500 len=1514
	must g1 wait frames=500
	settle out g1 g2
	check_received g1 500 flow=0
	check_equal "${told[lost]}" 0 "lost frames"
	check_received g2 0 flow=0
	log_test "frames from the outside reach their guest only, whole and in order"
}

both_at_once()
{
	must g1 clear
	must out clear
	stream_begins g1 out 4 dst="${client_mac[out]}" len=600 rate=$RATE
	stream_begins out g1 5 dst="${client_mac[g1]}" len=600 rate=$RATE
	must g1 wait frames=$((RATE / 2))
	must out wait frames=$((RATE / 2))
	stream_ends g1 out 4
	stream_ends out g1 5
	log_test "both directions at once"
}

two_uplinks()
{
	uplink_add rtu2 rt0 rt-out2 && host_start out2 rt-out2 eth0
	check_err $? "cannot add: $answer"
	must out clear
	must out send dst=$all count=5
	must out2 wait frames=5
	must out2 send dst="${client_mac[out]}" count=5
	must out wait frames=5
	settle out2 g1 out
	check_received out 5 flow=0
	client_quit out2
	ip link del rtu2
	log_test "frames pass from one uplink to another"
}

promiscuous()
{
	ip -d link show "$1" | grep -q 'promiscuity [1-9]'
}

promiscuity()
{
	promiscuous rtu1
	check_err $? "an uplink is not promiscuous"
	ip link set rtu1 nomaster
	promiscuous rtu1
	check_fail $? "still promiscuous after nomaster"
	ip link set rtu1 master rt0
	promiscuous rtu1
	check_err $? "not promiscuous after master"
	log_test "an uplink is promiscuous for as long as it is one"
}

failslab=/sys/kernel/debug/failslab

# What the module allocates without waiting fails, and nothing else does.
starved()
{
	local start size

	read -r start </sys/module/ringswitch/sections/.text
	size=$(awk '$1 == "ringswitch" { print $2 }' /proc/modules)
	echo "$start" >$failslab/require-start
	printf '%#x\n' $((start + size)) >$failslab/require-end
	echo 32 >$failslab/stacktrace-depth
	echo Y >$failslab/ignore-gfp-wait
	echo 0 >$failslab/verbose
	echo -1 >$failslab/times
	echo 100 >$failslab/probability
}

fed()
{
	echo 0 >$failslab/probability
}

# A frame that somebody else has, too, gets its tag back in a copy.
no_memory()
{
	local name="frames are dropped by name when there is no memory to copy them"
	local before

	if [[ ! -e $failslab/require-start ]]; then
		log_test_skip "$name" "no fault injection"
		return
	fi
	host_start spy - rtu1
	check_err $? "cannot start: $answer"
	settle out g1
	must g1 clear
	# What it has got it keeps.
	kill -STOP "${client_pid[spy]}"
	before=$(counter rtu1 drop_in_no_memory)
	starved
	must out send dst="${client_mac[g1]}" tci=5 count=10
	busywait 3000 counter_is rtu1 drop_in_no_memory $((before + 10))
	fed
	check_equal $(($(counter rtu1 drop_in_no_memory) - before)) 10 "drops"
	check_received g1 0 flow=0
	must out send dst="${client_mac[g1]}" tci=5 count=10
	must g1 wait frames=10
	check_equal $(($(counter rtu1 drop_in_no_memory) - before)) 10 "drops when there is memory"
	client_kill spy
	log_test "$name"
}

# What a bond keeps of its member begins with a pointer that looks like a switch.
member_of_a_bond()
{
	local i

	# There need not be any here.
	ip link add rtb9 type bond 2>/dev/null || return
	ip link add rtu8 type veth peer name rtv8
	ip link set rtv8 up
	ip link set rtu8 master rtb9
	check_err $? "cannot make a bond"
	for i in 1 2; do
		ip link set rtu8 down
		ip link set rtu8 up
	done
	ip link del rtu8
	ip link del rtb9
}

# Its receive handler is macvlan's or a bond's: what that has noted there is nothing of ours. Past
# bug CVE-2020-10942.
device_of_another()
{
	ip link add rtu9 type veth peer name rtv9
	ip link add link rtu9 name rtm9 type macvlan
	check_err $? "cannot set up"
	ip link set rtu9 master rt0 2>/dev/null
	check_fail $? "a device became an uplink whose frames another handles"
	promiscuous rtu9
	check_fail $? "it is promiscuous now"
	ip link set rtu9 up
	ip link set rtu9 down
	ip link del rtu9
	check_err $? "cannot delete it"
	member_of_a_bond
	settle out g1 g2
	log_test "a device is refused whose frames another handles"
}

leaves_and_returns()
{
	must g1 clear
	must out clear
	must g1 send dst="${client_mac[out]}"
	must out send dst=$all
	ip link set rtu1 nomaster
	[[ ! -e /sys/class/net/rtu1/ringport ]]
	check_err $? "ringport is still there"
	fdb_lacks rt0 "${client_mac[out]}"
	check_err $? "an address behind it is still known"
	must g1 send dst=$all count=5 flow=1
	must out send dst=$all count=5 flow=2
	ip link set rtu1 master rt0
	settle g1 g2 out
	settle out g1 g2
	check_received out 0 flow=1
	check_received g1 0 flow=2
	log_test "a NIC that has left gets and gives nothing, until it returns"
}

# Guest to guest traffic must not notice, and an uplink's traffic must only lose frames.
come_and_go_under_traffic()
{
	local i

	must g1 clear
	must g2 clear
	stream_begins g1 g2 1 dst="${client_mac[g2]}" rate=$RATE
	stream_begins g2 g1 2 dst=$all rate=$RATE
	must out stream dst=$all rate=$RATE flow=3
	for ((i = 0; i < 10; i++)); do
		ip link set rtu1 nomaster
		ip link set rtu1 master rt0
	done
	stream_ends g1 g2 1
	stream_ends g2 g1 2
	must out stream off
	must out count flow=2
	check_equal "${told[twice]}" 0 "frames twice outside"
	check_equal "${told[damaged]}" 0 "damaged frames outside"
	settle out g1 g2
	log_test "an uplink comes and goes under traffic"
}

unregister_under_traffic()
{
	must g2 clear
	stream_begins g1 g2 6 dst="${client_mac[g2]}" rate=$RATE
	must g2 stream dst=$all rate=$RATE
	must out stream dst=$all rate=$RATE
	must g1 wait frames=20 src="${client_mac[out]}" flow=0
	ip link del rtu1
	check_err $? "cannot delete"
	client_kill out
	stream_ends g1 g2 6
	must g2 stream off
	ip netns del rt-out
	uplink_add rtu1 rt0 rt-out && host_start out rt-out eth0
	check_err $? "cannot add again: $answer"
	settle out g1 g2
	log_test "an uplink is unregistered under traffic"
}

trap cleanup EXIT
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
