#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a driver asks for by its control queue, asked for by the kernel's own virtio-net.
#
#   +------------------+   +------+
#   | h1    192.0.2.11 |   |  g2  |
#   |       eth0       |   |      |
#   +--------+---------+   +--+---+
#            | rtp1           | rtp2
#   +--------+----------------+---+
#   |              rt0            |
#   +-----------------------------+

ALL_TESTS="
	unknown_unicast
	groups
	vlans
	new_address
	offloads_off_and_on
	pairs_in_use
	flow_keeps_its_queue
	spread_as_told
	speed
	announces_itself
	starts_over
"
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/lib_control.sh"

NS="ip netns exec rt-h1"

setup_prepare()
{
	require_command ethtool jq tcpdump
	switch_add rt0 && port_add rtp1 rt0 max_vqp 4 && port_add rtp2 rt0 &&
		netdev_start rtp1 rt-h1 192.0.2.11/24 && guest_start g2 rtp2 --ring 1024
}

unknown_unicast()
{
	delivered 10 dst="$(port_mac rtp1)"
	delivered 0 dst=$FOREIGN
	delivered 10 dst=$all
	ip -n rt-h1 link set eth0 promisc on
	delivered 10 dst=$FOREIGN
	ip -n rt-h1 link set eth0 promisc off
	delivered 0 dst=$FOREIGN
	log_test "frames to others come only to who listens to all"
}

groups()
{
	delivered 0 dst=$GROUP
	ip -n rt-h1 maddress add $GROUP dev eth0
	delivered 10 dst=$GROUP
	delivered 0 dst=01:00:5e:00:01:08
	ip -n rt-h1 link set eth0 allmulticast on
	delivered 10 dst=01:00:5e:00:01:08
	delivered 0 dst=$FOREIGN
	ip -n rt-h1 link set eth0 allmulticast off
	ip -n rt-h1 maddress del $GROUP dev eth0
	delivered 0 dst=$GROUP
	log_test "frames to a group come only to its members"
}

vlans()
{
	delivered 0 dst="$(port_mac rtp1)" tci=10
	ip -n rt-h1 link add link eth0 name eth0.10 type vlan id 10
	ip -n rt-h1 link set eth0.10 up
	delivered 10 dst="$(port_mac rtp1)" tci=10
	delivered 0 dst="$(port_mac rtp1)" tci=11
	# A priority and no VLAN; and a priority besides.
	delivered 10 dst="$(port_mac rtp1)" tci=$((7 << 13))
	delivered 10 dst="$(port_mac rtp1)" tci=$((5 << 13 | 10))
	ip -n rt-h1 link del eth0.10
	delivered 0 dst="$(port_mac rtp1)" tci=10
	delivered 10 dst="$(port_mac rtp1)"
	log_test "frames of a VLAN come only to who is in it"
}

new_address()
{
	delivered 0 dst=$FOREIGN
	ip -n rt-h1 link set eth0 address $FOREIGN
	check_err $? "address refused"
	delivered 10 dst=$FOREIGN
	# A VMM may have set the address, and its guest know only this one.
	delivered 10 dst="$(port_mac rtp1)"
	check_equal "$(vdpa -j dev config show rtp1 | jq -r .config.rtp1.mac)" $FOREIGN "address"
	ip -n rt-h1 link set eth0 address "$(port_mac rtp1)"
	delivered 0 dst=$FOREIGN
	delivered 10 dst="$(port_mac rtp1)"
	log_test "a driver changes its address"
}

# segments FRAMES: what becomes of 5 frames of 20 segments.
segments()
{
	local frames

	frames=$(counter rtp1 egress_frames)
	must g2 send dst="$(port_mac rtp1)" kind=tcp4 csum=partial mss=1000 len=20054 count=5
	check_equal $(($(counter rtp1 egress_frames) - frames)) "$1" "frames to h1"
}

offloads_off_and_on()
{
	segments 5
	$NS ethtool -K eth0 rx-gro-hw off
	check_err $? "offloads cannot be turned off"
	segments 100
	$NS ethtool -K eth0 rx-gro-hw on
	segments 5
	log_test "a driver turns receive offloads off and on"
}

# What each receive queue of h1 got so far.
rx_frames()
{
	local queue

	for queue in 0 2 4 6; do
		vq_frames rtp1 $queue
	done | tr '\n' ' '
}

# queues_used FRAME...: how many receive queues the 32 flows come in by, into $used.
queues_used()
{
	local before=() after=() i flow

	read -ra before <<<"$(rx_frames)"
	for ((flow = 0; flow < 32; flow++)); do
		must g2 send dst="$(port_mac rtp1)" kind=udp4 flow=$flow
	done
	read -ra after <<<"$(rx_frames)"
	used=0
	for i in "${!after[@]}"; do
		used=$((used + (after[i] > before[i])))
	done
}

pairs_in_use()
{
	local used

	$NS ethtool -X eth0 hkey $KEY
	check_err $? "no key can be set"
	check_equal "$(vdpa -j dev config show rtp1 | jq .config.rtp1.max_vq_pairs)" 4 "pairs"
	$NS ethtool -L eth0 combined 1
	check_err $? "one pair refused"
	queues_used
	check_equal "$used" 1 "queues used of one"
	$NS ethtool -L eth0 combined 4
	check_err $? "four pairs refused"
	queues_used
	check_equal "$used" 4 "queues used of four"
	$NS ethtool -L eth0 combined 2
	queues_used
	check_equal "$used" 2 "queues used of two"
	$NS ethtool -L eth0 combined 5 2>/dev/null
	check_fail $? "five pairs of four"
	log_test "flows are spread over the pairs in use"
}

flow_keeps_its_queue()
{
	local before=() after=() i used=0

	$NS ethtool -L eth0 combined 4
	read -ra before <<<"$(rx_frames)"
	must g2 send dst="$(port_mac rtp1)" kind=tcp4 mss=1000 csum=partial len=5054 flow=7 count=50
	must g2 send dst="$(port_mac rtp1)" kind=tcp4 csum=partial len=500 flow=7 count=50
	read -ra after <<<"$(rx_frames)"
	for i in "${!after[@]}"; do
		used=$((used + (after[i] > before[i])))
	done
	check_equal "$used" 1 "queues used by one flow"
	ping_works rt-h1 192.0.2.11
	log_test "a flow keeps its queue"
}

# all_in QUEUE: five flows of each kind come in by this receive queue.
all_in()
{
	local queue=$1
	local before=() after=() kind flow

	read -ra before <<<"$(rx_frames)"
	for kind in udp4 tcp4 tcp6; do
		for flow in 1 2 3 4 5; do
			must g2 send dst="$(port_mac rtp1)" kind=$kind len=100 flow=$flow
		done
	done
	read -ra after <<<"$(rx_frames)"
	check_equal $((after[queue] - before[queue])) 15 "frames in queue $queue"
}

spread_as_told()
{
	local used

	$NS ethtool -L eth0 combined 4
	$NS ethtool -X eth0 weight 0 0 0 1
	check_err $? "no table can be set"
	all_in 3
	$NS ethtool -X eth0 weight 0 1 0 0
	all_in 1
	$NS ethtool -X eth0 equal 4
	queues_used
	check_equal "$used" 4 "queues used of four"
	# A key of zeros: all hashes are 0.
	$NS ethtool -X eth0 hkey "$(printf '00:%.0s' {1..39})00"
	check_err $? "no key can be set"
	all_in 0
	log_test "a driver says which queue a hash leads to"
}

speed()
{
	local of

	for of in "$NS ethtool eth0" "ethtool rtp1"; do
		$of | grep -q "Speed: 10000Mb/s"
		check_err $? "$of tells no speed"
		$of | grep -q "Duplex: Full"
		check_err $? "$of tells no duplex"
	done
	log_test "guest and host see the same speed"
}

# The link comes back: h1 says where it is.
announces_itself()
{
	must g2 clear
	ip link set rtp1 down
	busywait 2000 no_link rt-h1
	check_err $? "h1 keeps its link"
	ip link set rtp1 up
	busywait 3000 heard_from rtp1
	check_err $? "no announcement"
	log_test "a driver makes itself known when its link comes back"
}

no_link()
{
	[[ $($NS cat /sys/class/net/eth0/carrier 2>/dev/null) != 1 ]]
}

heard_from()
{
	ask g2 totals
	((told[foreign] > 0))
}

# Whatever a driver asked for is forgotten when it goes.
starts_over()
{
	ip -n rt-h1 link set eth0 address $FOREIGN
	echo rtp1 >/sys/bus/vdpa/drivers/virtio_vdpa/unbind
	bind_driver rtp1 vhost_vdpa
	check_equal "$(vdpa -j dev config show rtp1 | jq -r .config.rtp1.mac)" "$(port_mac rtp1)" \
		"address"
	busywait 2000 find_vhost_node rtp1
	guest_start g1 rtp1
	check_err $? "cannot start: $answer"
	delivered 10 dst=$FOREIGN
	delivered 10 dst=$GROUP tci=10
	must g1 wait frames=20
	log_test "a driver that asks for nothing gets all"
}

trap cleanup EXIT
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
