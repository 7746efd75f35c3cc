#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a driver asks for by its control queue, said by hand: also what no driver would say.
#
#   +------+   +------+
#   |  g1  |   |  g2  |
#   +--+---+   +--+---+
#      | rtp1     | rtp2
#   +--+----------+---+
#   |       rt0       |
#   +-----------------+

ALL_TESTS="
	commands_by_hand
	calls_before_features
	hashes
	few_interrupts
	commands_that_lie
	chains_that_are_no_commands
"
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/lib_control.sh"

setup_prepare()
{
	switch_add rt0 && port_add rtp1 rt0 max_vqp 4 && port_add rtp2 rt0 &&
		guest_start g1 rtp1 --control && guest_start g2 rtp2 --ring 1024
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

# A VMM that does not know yet which queue is the control queue: with one pair of two, too.
calls_before_features()
{
	local option

	for option in "" "--without mq,rss"; do
		# shellcheck disable=SC2086
		restart g1 rtp1 --control --calls-first $option
		answered 0 "00 00 01"
		must g1 clear
		must g2 send dst=$FOREIGN count=10
		must g1 wait frames=10
	done
	log_test "interrupts arranged before the features"
}

# hashed HASH REPORT FRAME...: what g1 is told of a frame, or of all its segments
hashed()
{
	local hash=$1 report=$2; shift 2

	must g1 clear
	must g2 send dst=$FOREIGN flow=7 "$@"
	must g1 wait frames=1
	must g1 hash
	check_equal "${told[hash]}" "0x$hash" "hash of $*"
	check_equal "${told[report]}" "$report" "its kind, of $*"
}

# As virtio 1.3, 5.1.6.4.3 has them, computed elsewhere for the addresses and ports of flow 7.
hashes()
{
	local key=${KEY//:/} layout

	for layout in split packed; do
		restart g1 rtp1 --control
		hashed 00000000 0 kind=udp4
		answered 0 "04 02 3f000000 0000000000000000 28 $key"
		hashed df362584 3 kind=udp4
		hashed df362584 2 kind=tcp4
		hashed 9e3bebc5 5 kind=tcp6
		hashed 9e3bebc5 6 kind=udp6
		hashed 00000000 0 kind=probe
		hashed df362584 2 kind=tcp4 csum=partial mss=500 len=5054
		# One kind only; nothing is changed by how many pairs there are.
		answered 0 "04 02 01000000 0000000000000000 28 $key"
		hashed 5ceea90c 1 kind=tcp4
		hashed 00000000 0 kind=tcp6
		answered 0 "04 00 0400"
		answered 0 "04 00 0100"
		hashed 5ceea90c 1 kind=tcp4
		# The same with a table of queues, and when that is given up.
		answered 0 "04 01 30000000 0000 0000 0000 0100 28 $key"
		hashed 9e3bebc5 5 kind=tcp6
		answered 0 "04 00 0100"
		hashed 9e3bebc5 5 kind=tcp6
		answered 0 "04 02 00000000 0000000000000000 00"
		hashed 00000000 0 kind=tcp6
		must g1 intact
	done
	layout=split
	# Segmented for it, a frame keeps its hash.
	restart g1 rtp1 --control --without guest_tso4,guest_ecn
	answered 0 "04 02 3f000000 0000000000000000 28 $key"
	must g1 clear
	must g2 send dst=$FOREIGN kind=tcp4 csum=partial mss=500 len=5054 flow=7
	must g1 wait frames=10
	must g1 hash
	check_equal "${told[hash]}" 0xdf362584 "hash of a segment"
	# Who does not want to see it gets none, though it can have frames spread by it.
	restart g1 rtp1 --control --without hash
	answered 1 "04 02 3f000000 0000000000000000 28 $key"
	answered 0 "04 01 3f000000 0000 0000 0000 0100 28 $key"
	hashed 00000000 0 kind=udp4
	must g1 intact
	log_test "frames come with the hash that was asked for"
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
	# Ten frames, or ten seconds.
	answered 0 "06 01 0a000000 80969800"
	coalescing 0
	check_equal "${told[more]}" 0a00000080969800 "receive queue"
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
		"$rss 01000000 0100 0000 0000" "04 02 01000000 00000000000000" \
		"04 02 40000000 0000000000000000 00" "04 02 01000000 0000000000000000 28 00" \
		"05 00 00" "05 00 ffffffffffffffff" \
		"05 00 0000001000000000"; do
		answered 1 "$hex"
		answered 1 "$hex" cut=1
	done
	answered 1 "$rss 01000000 ff00 0000" zeros=600
	answered 1 "$rss 01000000 0000 0000 0000 0100 29" zeros=41
	answered 1 "04 02 01000000 0000000000000000 29" zeros=41
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
