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
	commands_by_hand
	few_interrupts
	commands_that_lie
	chains_that_are_no_commands
"
source "$(dirname "$0")/lib.sh"

NS="ip netns exec rt-h1"
GROUP=01:00:5e:00:01:07
FOREIGN=52:54:00:72:00:77

setup_prepare()
{
	require_command ethtool jq tcpdump
	switch_add rt0 && port_add rtp1 rt0 max_vqp 4 && port_add rtp2 rt0 &&
		netdev_start rtp1 rt-h1 192.0.2.11/24 && guest_start g2 rtp2 --ring 1024
}

# delivered COUNT FRAME...: g2 sends 10 frames; so many of them come to h1, whose port has
# dropped the others because it was asked to. Linux asks a little later than it is told.
delivered()
{
	local got filtered

	busywait 2000 deliver "$@"
	check_err $? "$got of 10 frames came to h1, $filtered were filtered, and not $*"
}

deliver()
{
	local count=$1; shift

	got=$(counter rtp1 egress_frames)
	filtered=$(counter rtp1 drop_out_filtered)
	must g2 send count=10 "$@"
	got=$(($(counter rtp1 egress_frames) - got))
	filtered=$(($(counter rtp1 drop_out_filtered) - filtered))
	((got == count && filtered == 10 - count))
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
		vdpa dev vstats show rtp1 qidx $queue
	done | awk '{ for (i = 1; i < NF; i++) if ($i == "frames") printf "%s ", $(i + 1) }'
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

# The hash is linear: with one key in sixteen, flows that differ in a few bits meet. This is
# the key that everybody tests with.
KEY=6d:5a:56:da:25:5b:0e:c2:41:67:25:3d:43:a3:8f:b0:d0:ca:2b:cb
KEY+=:ae:7b:30:b4:77:cb:2d:a3:80:30:f2:0c:6a:42:b7:3b:be:ac:01:fa

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

# answered ACK HEX [OPTION...]: 0 is well, 1 is an error
answered()
{
	local ack=$1; shift
	local data=${1// /}; shift

	must g1 control data="$data" "$@"
	check_equal "${told[ack]}" "$ack" "answer to $data $*"
	check_equal "${told[used]}" 1 "bytes of the answer to $data $*"
}

own=525400720001
nobody=00000000

commands_by_hand()
{
	local mode many

	many=$(printf '3333000001%02x' {0..69})

	for layout in split packed; do
		restart g1 rtp1 --control
		for mode in 2 3 4 5; do
			answered 0 "00 0$mode 01"
			answered 0 "00 0$mode 00"
		done
		answered 0 "00 00 00"
		delivered 0 dst=$FOREIGN
		answered 0 "01 00 01000000 ${FOREIGN//:/} $nobody"
		delivered 10 dst=$FOREIGN
		answered 0 "01 00 02000000 020000000001 ${FOREIGN//:/} 01000000 ${GROUP//:/}" cut=1
		delivered 10 dst=$FOREIGN
		delivered 10 dst=$GROUP
		answered 0 "01 00 $nobody $nobody"
		delivered 0 dst=$FOREIGN
		# More than can be kept: all are let through, of that kind.
		answered 0 "01 00 $nobody 46000000 $many"
		delivered 10 dst=33:33:00:00:01:45
		delivered 10 dst=$GROUP
		delivered 0 dst=$FOREIGN
		answered 0 "01 00 46000000 ${many//3333/0200} $nobody"
		delivered 10 dst=$FOREIGN
		delivered 0 dst=$GROUP
		# Nobody wants what is behind the end.
		answered 0 "01 00 $nobody $nobody" zeros=9000
		answered 0 "00 05 01" room=9
		delivered 0 dst=$all
		answered 0 "04 00 0400"
		answered 0 "04 01 3f000000 0100 0000 0000 0100 0200 28" zeros=40 cut=7
		answered 0 "05 00 0000000000000000"
		must g1 intact
	done
	layout=split
	log_test "commands by hand, in rings of both layouts"
}

# interrupts FRAMES: how many the frames that g2 sends one by one cost g1, into $calls.
interrupts()
{
	local count=$1
	local i before

	must g1 clear
	must g1 status
	before=${told[rx_calls]}
	for ((i = 0; i < count; i++)); do
		must g2 send dst=$FOREIGN
		must g1 quiet ms=5
	done
	must g1 wait frames="$count"
	must g1 status
	calls=$((told[rx_calls] - before))
}

# coalescing QUEUE: what the device says of it
coalescing()
{
	must g1 control data="0603$(printf %02x "$1")000000" room=9
	check_equal "${told[used]}" 9 "bytes of the answer"
}

few_interrupts()
{
	local calls now began

	restart g1 rtp1 --control
	interrupts 20
	check_equal "$calls" 20 "interrupts of 20 frames"
	# Ten frames, or a second.
	answered 0 "06 01 0a000000 40420f00"
	coalescing 0
	check_equal "${told[more]}" 0a00000040420f00 "receive queue"
	coalescing 1
	check_equal "${told[more]}" 0000000000000000 "transmit queue"
	interrupts 20
	check_equal "$calls" 2 "interrupts of 20 frames, by ten"
	# 300 ms for one queue, however many frames.
	answered 0 "06 02 0000 0000 00000000 e0930400"
	stamp; began=$now
	interrupts 3
	stamp
	check_equal "$calls" 1 "interrupts of 3 frames in 300 ms"
	check_between $((now - began)) 250 2000 "ms until it comes"
	# A queue that stops owes nothing.
	must g2 send dst=$FOREIGN
	must g1 suspend
	must g1 wait frames=4 timeout=100
	must g1 resume
	answered 0 "06 00 05000000 40420f00"
	coalescing 3
	check_equal "${told[more]}" 0500000040420f00 "transmit queue"
	restart g1 rtp1 --control
	coalescing 0
	check_equal "${told[more]}" 0000000000000000 "receive queue of the next driver"
	interrupts 5
	check_equal "$calls" 5 "interrupts of 5 frames"
	log_test "interrupts are as few as a driver asks for"
}

commands_that_lie()
{
	local hex rss=0401

	restart g1 rtp1 --control
	for hex in 00 "00 00" "00 06 01" "01 02 $own" "02 02 0a00" "03 00" "03 01" "04 02" "05 01" \
		"06 00 00000000000000" "06 01 00000000" "06 02 0000 0000 00000000" "06 03 0000" \
		"06 02 0800 0000 0000000000000000" "06 03 0800 0000" "06 04" "ff 00 00" "00 ff 00" \
		"01 00" "01 00 $nobody" "01 00 01000000 5254007200" "01 00 01000000 $own" \
		"01 00 $nobody 01000000 0154007200" "01 00 ffffffff $own $own" \
		"01 01 5254007200" "01 01 000000000000" "01 01 010000000001" \
		"02 00 0a" "02 00 0010" "02 01 ffff" \
		"04 00 02" "04 00 0000" "04 00 0500" "04 00 ffff" \
		"$rss 40000000 0000 0000 0000 0100 00" "$rss 01000000 0200 0000 000000000000 0100 00" \
		"$rss 01000000 0000 0400 0000 0100 00" "$rss 01000000 0000 0000 0400 0100 00" \
		"$rss 01000000 0000 0000 0000 0100 28 00" "$rss 01000000 0000 0000 0000 01" \
		"$rss 01000000 0100 0000 0000" "05 00 00" "05 00 ffffffffffffffff" \
		"05 00 0000001000000000"; do
		answered 1 "$hex"
		answered 1 "$hex" cut=1
	done
	answered 1 "$rss 01000000 ff00 0000" zeros=600
	answered 1 "$rss 01000000 0000 0000 0000 0100 29" zeros=41
	# None of it has changed a thing.
	delivered 10 dst=$FOREIGN
	delivered 10 dst=$GROUP tci=10
	check_equal "$(port_state rtp1)" running "state"
	must g1 intact
	log_test "commands that are wrong are answered so and change nothing"
}

chains_that_are_no_commands()
{
	local lie

	for lie in "data=000001 room=0" "data=000001 late=1" "data= room=1"; do
		restart g1 rtp1 --control
		# shellcheck disable=SC2086
		ask g1 control $lie timeout=100
		check_fail $? "$lie: $answer"
		must g1 broken
		check_equal "$(port_state rtp1)" broken "state after $lie"
	done
	restart g1 rtp1 --control
	delivered 10 dst=$FOREIGN
	log_test "chains that have no command or no room for an answer break the port"
}

trap cleanup EXIT
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
