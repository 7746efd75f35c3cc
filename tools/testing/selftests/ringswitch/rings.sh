#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Odd but lawful ways to use a ring: every shape a driver may give its rings and chains, in
# either layout.
#
#   +------+  +------+
#   |  g1  |  |  g2  |
#   +--+---+  +--+---+
#      | rtp1    | rtp2
#   +--+---------+--+
#   |      rt0      |
#   +---------------+

ALL_TESTS="
	ring_sizes
	larger_rings
	header_in_pieces
	empty_pieces
	frame_in_pieces
	queues_enabled_early
	queue_disabled_and_enabled
	resized_while_running
	polling_driver
	without_optional_features
	lengths
	index_wraps
	restarts
	queue_counters
	who_moves
	on_packed
	ring_sizes
	larger_rings
	header_in_pieces
	empty_pieces
	frame_in_pieces
	queues_enabled_early
	queue_disabled_and_enabled
	polling_driver
	index_wraps
"
source "$(dirname "$0")/lib.sh"

setup_prepare()
{
	switch_add rt0 && guests_create rt0 2
}

on_packed()
{
	rings_are packed,in_order g1 g2
}

ring_sizes()
{
	local size

	for size in 2 8 128 1024; do
		restart g1 rtp1 --ring $size
		restart g2 rtp2 --ring $size
		exchange 2 len=1514
		exchange 1
	done
	restart g1 rtp1
	restart g2 rtp2
	log_test "rings from 2 to 1024 descriptors"
}

# Only a VMM that opens the device from then on sees it.
larger_rings()
{
	local file=rtp1/ringport/ring_max
	local size

	check_equal "$(cat /sys/class/net/$file)" 1024 "ring_max at first"
	refused "Invalid argument" sysfs_write $file 1000
	refused "Invalid argument" sysfs_write $file 0
	refused "Numerical result out of range" sysfs_write $file 65536
	refused "Numerical result out of range" sysfs_write $file 32769
	client_quit g1
	guest_start g1 rtp1 --ring 2048 2>/dev/null
	check_fail $? "a ring larger than offered"
	for size in 4096 32768; do
		sysfs_write $file $size
		guest_start g1 rtp1 --ring $size --rx-buffers 256
		check_err $? "cannot start with $size: $answer"
		check_equal "$(ethtool -g rtp1 | awk '/^RX:/ { print $2 }' | paste -sd ' ')" \
			"$size $size" "ring sizes, offered and taken"
		exchange 20 len=1514
		client_quit g1
		check_err $? "g1: $answer"
	done
	sysfs_write $file 1024
	guest_start g1 rtp1
	log_test "rings up to 32768 descriptors where that is wanted"
}

header_in_pieces()
{
	local cut

	for cut in 1*12 1*26 1*40 11,1 13,1 5,7,6,8 12,14 25; do
		exchange 5 len=200 cut=$cut
	done
	exchange 5 kind=udp4 csum=partial len=200 cut=1*50
	log_test "headers over many descriptors"
}

empty_pieces()
{
	local cut

	for cut in 0,12 12,0,30,0,0 0*20,12,0*20 1,0,1,0,10,0; do
		exchange 5 len=200 cut=$cut
	done
	log_test "descriptors of length zero among others"
}

frame_in_pieces()
{
	exchange 5 kind=tcp4 csum=partial mss=1448 len=40000 cut=12,54,4096*8
	exchange 5 kind=tcp6 csum=partial mss=1428 len=65000 cut=12,4096*14,1,2,3
	exchange 20 len=1514 cut=12,14,20*60
	log_test "large frames in many descriptors"
}

queues_enabled_early()
{
	restart g1 rtp1 --enable-first
	exchange 50
	log_test "queues enabled before DRIVER_OK"
}

queue_disabled_and_enabled()
{
	local before

	must g2 queue index=0 on=0
	before=$(counter rtp2 drop_out_no_driver)
	must g2 clear
	must g1 send dst="${client_mac[g2]}" count=5
	check_equal $(($(counter rtp2 drop_out_no_driver) - before)) 5 drop_out_no_driver
	must g2 quiet ms=20
	check_received g2 0
	must g2 queue index=0 on=1
	must g1 send dst="${client_mac[g2]}" count=5 flow=1
	must g2 wait frames=5 flow=1
	must g1 queue index=1 on=0
	ask g1 send dst="${client_mac[g2]}" count=5 flow=2 timeout=200
	check_equal "${told[pending]}" 5 "frames in a disabled queue"
	# Frames already in the ring go out when the queue is enabled, without another kick.
	must g1 queue index=1 on=1
	must g2 wait frames=5 flow=2
	log_test "a queue is disabled and enabled again"
}

# What is said of a queue counts when it starts the next time. Past bug 0b2a2ca350.
resized_while_running()
{
	local guest queue

	restart g1 rtp1 --ring 8
	restart g2 rtp2 --ring 8
	stream_begins g1 g2 1 dst="${client_mac[g2]}" rate=$RATE
	for guest in g1 g2; do
		for queue in 0 1; do
			must $guest resize queue=$queue num=1024
		done
	done
	must g2 wait flow=1 frames=$((frames_before[1] + 60))
	stream_ends g1 g2 1
	restart g1 rtp1
	restart g2 rtp2
	exchange 50
	log_test "a queue that runs is told another size"
}

polling_driver()
{
	restart g1 rtp1 --poll
	restart g2 rtp2 --poll
	exchange 50
	stream_begins g1 g2 1 dst="${client_mac[g2]}" rate=$RATE
	must g2 wait frames=$((RATE / 3))
	stream_ends g1 g2 1
	must g2 status
	check_equal "${told[rx_calls]}" 0 "interrupts although they were turned off"
	restart g1 rtp1
	restart g2 rtp2
	log_test "drivers that poll and want no interrupts"
}

without_optional_features()
{
	local refused

	for refused in mac mtu status mrg_rxbuf event_idx indirect csum,tso4,tso6 \
		       csum,guest_csum,tso4,tso6,guest_tso4,guest_tso6,mrg_rxbuf,mac,mtu,status; do
		restart g1 rtp1 --without $refused --rx-buffers 32
		exchange 20 len=600
	done
	# These two are not optional.
	for refused in version_1 platform; do
		client_quit g1
		guest_start g1 rtp1 --without $refused
		check_fail $? "started without $refused"
		guest_start g1 rtp1
		check_err $? "cannot start: $answer"
	done
	log_test "features a driver refuses"
}

lengths()
{
	local len before

	must g2 clear
	for len in {38..70} 1513 1514 1515; do
		must g1 send dst="${client_mac[g2]}" len="$len"
	done
	must g2 wait frames=36
	check_received g2 36
	before=$(counter rtp1 drop_in_runt)
	for len in {0..13}; do
		must g1 send dst="${client_mac[g2]}" len="$len"
	done
	check_equal $(($(counter rtp1 drop_in_runt) - before)) 14 drop_in_runt
	before=$(counter rtp1 drop_in_oversize)
	must g1 send dst="${client_mac[g2]}" len=66000
	check_equal $(($(counter rtp1 drop_in_oversize) - before)) 1 drop_in_oversize
	check_equal "$(port_state rtp1)" running "state of the port"
	exchange 5
	log_test "frames of every length; runts and giants are dropped"
}

# More frames than a 16-bit index can count, through small rings.
index_wraps()
{
	local before

	before=$(counter rtp2 drop_out_ring_full)
	restart g1 rtp1 --ring 64
	restart g2 rtp2 --ring 1024
	must g1 stream dst="${client_mac[g2]}" count=70000
	must g2 wait frames=1 timeout=1000
	busywait 30000 all_sent
	check_err $? "not all were sent"
	must g2 wait frames=$((70000 - $(counter rtp2 drop_out_ring_full) + before)) timeout=10000
	check_equal "${told[damaged]}" 0 "damaged frames"
	check_equal "${told[twice]}" 0 "frames twice"
	check_equal "${told[late]}" 0 "late frames"
	log_test "ring indices wrap around"
}

all_sent()
{
	ask g1 totals
	((told[sent] == 70000 && told[pending] == 0))
}

restarts()
{
	local i

	for ((i = 0; i < 10; i++)); do
		must g1 reset
		must g1 intact
		must g1 start
		exchange 10
	done
	log_test "the device is reset and started again, memory stays mapped"
}

# vstat PORT QUEUE NAME
vstat()
{
	vdpa -j dev vstats show "$1" qidx "$2" | jq --arg port "$1" --arg name "$3" '.vstats[$port][$name]'
}

queue_counters()
{
	local before

	restart g1 rtp1
	restart g2 rtp2
	before=$(vstat rtp2 0 bytes)
	exchange 10 len=200
	check_equal $(($(vstat rtp2 0 bytes) - before)) 2000 "bytes received"
	check_equal "$(vstat rtp1 1 frames)" "$(counter rtp1 ingress_frames)" "frames sent"
	before=$(vstat rtp1 1 dropped)
	must g1 send dst="${client_mac[g2]}" len=5 count=3
	check_equal $(($(vstat rtp1 1 dropped) - before)) 3 "frames dropped"
	vdpa dev vstats show rtp1 qidx 2 2>/dev/null
	check_fail $? "counters of a queue that is not there"
	log_test "counters of each queue, by the vdpa tool"
}

# wakes NAME PORT: how often the port's thread in the VMM has gone back to sleep
wakes()
{
	local task

	for task in /proc/"${client_pid[$1]}"/task/*; do
		[[ $(<"$task/comm") == "$2" ]] || continue
		awk '/^voluntary/ { print $2 }' "$task/status"
	done
}

woken_since()
{
	(($(wakes g1 rtp1) > $1))
}

# A question and its answer are moved by the thread that kicks, bulk by the port's own.
who_moves()
{
	local before i

	restart g1 rtp1
	restart g2 rtp2
	exchange 1
	before=$(wakes g1 rtp1)
	[[ -n $before ]]
	check_err $? "rtp1 has no thread"
	for ((i = 0; i < 20; i++)); do
		exchange 1
	done
	check_equal "$(wakes g1 rtp1)" "$before" "wakes of the thread after questions"
	must g1 send dst="${client_mac[g2]}" count=1000 rate=20000
	busywait 2000 woken_since "$before"
	check_err $? "the thread has not moved bulk"
	log_test "questions are moved by the caller, bulk by the thread"
}

require_command jq ethtool paste
trap cleanup EXIT
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
