#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The layout of the rings, IN_ORDER, EVENT_IDX and indirect tables: with each combination all
# frames arrive whole and no notification is lost or sent for nothing. The guests sleep on
# their interrupts: a lost one is a hang. Most other programs run with split rings, EVENT_IDX
# and indirect tables, as guests of QEMU do.
#
#   +------+  +------+
#   |  g1  |  |  g2  |
#   +--+---+  +--+---+
#      | rtp1    | rtp2
#   +--+---------+--+
#   |      rt0      |
#   +---------------+

ALL_TESTS="
	default_can_be_moved
	negotiated
	whole_frames
	trickle_over_the_wrap
	stream_over_the_wrap
	bursts
	no_kicks_for_receive_buffers
	chains_longer_than_the_ring
	queue_disabled_and_enabled
	on_packed
	negotiated
	whole_frames
	trickle_over_the_wrap
	stream_over_the_wrap
	bursts
	no_kicks_for_receive_buffers
	chains_longer_than_the_ring
	on_packed_in_order
	negotiated
	whole_frames
	trickle_over_the_wrap
	stream_over_the_wrap
	bursts
	on_split_in_order
	negotiated
	whole_frames
	trickle_over_the_wrap
"
source "$(dirname "$0")/lib.sh"

# What a guest may refuse, and how many single frames it takes to see it work.
COMBINATIONS="indirect,event_idx event_idx indirect -"
TRICKLE=25

setup_prepare()
{
	switch_add rt0 && guests_create rt0 2
}

# QEMU moves a guest only if it sees no others of the rings' features (28 to 42), no USO, no
# announcements, and neither RSS nor its hashes. There is one pair of queues.
default_can_be_moved()
{
	local known=$((1 << 29 | 1 << 32 | 1 << 33))
	local rings=$((((1 << 43) - 1) & ~((1 << 28) - 1)))
	local others=$((3 << 52 | 15 << 54 | 1 << 60 | 1 << 21 | 1 << 22))

	port_add_default rtp3 rt0 && guest_start g3 rtp3
	check_err $? "no guest with default features: $answer"
	must g3 status
	check_equal $((told[offered] & rings)) $known "features of the rings"
	check_equal $((told[offered] & ~rings)) $((ALL_FEATURES & ~rings & ~others)) "features of the NIC"
	client_quit g3
	check_err $? "g3: $answer"
	port_del rtp3
	log_test "by default QEMU can move the guest"
}

# In both packed layouts together, each combination is tried. A small packed ring wraps
# around soon.
on_packed()
{
	layout=packed
	COMBINATIONS="indirect,event_idx -"
	TRICKLE=12
}

on_packed_in_order()
{
	layout=packed,in_order
	COMBINATIONS="event_idx indirect"
	TRICKLE=12
}

on_split_in_order()
{
	layout=split,in_order
	COMBINATIONS="-"
	TRICKLE=12
}

# restart_both REFUSED|- [OPTION...]
restart_both()
{
	local refused=$1; shift
	local name

	[[ $refused == - ]] || set -- --without "$refused" "$@"
	for name in g1 g2; do
		restart $name "rtp${name#g}" "$@"
	done
}

negotiated()
{
	local refused indirect event_idx

	for refused in $COMBINATIONS; do
		restart_both "$refused"
		must g1 status
		indirect=$((told[features] >> 28 & 1))
		event_idx=$((told[features] >> 29 & 1))
		[[ $refused == *indirect* ]]
		check_equal "$?" "$indirect" "indirect without $refused"
		[[ $refused == *event_idx* ]]
		check_equal "$?" "$event_idx" "event_idx without $refused"
		[[ $layout != packed* ]]
		check_equal "$?" $((told[features] >> 34 & 1)) "packed"
		[[ $layout != *in_order ]]
		check_equal "$?" $((told[features] >> 35 & 1)) "in_order"
	done
	log_test "all are offered, and not used when refused"
}

whole_frames()
{
	local refused tables

	for refused in $COMBINATIONS; do
		for tables in "" --tables; do
			[[ $tables && $refused == *indirect* ]] && continue
			restart_both "$refused" $tables --rx-pieces 3
			exchange 20 len=1514 cut=12,14,20*60
			exchange 5 len=200 cut=1*12
			exchange 5 len=200 cut=0*20,12,0*20
			exchange 3 kind=tcp4 csum=partial mss=1448 len=40000 cut=12,54,4096*8
		done
	done
	log_test "frames in many descriptors, of the ring and of tables"
}

# One frame at a time, so that each needs a kick and two interrupts of its own.
trickle_over_the_wrap()
{
	local refused i

	for refused in $COMBINATIONS; do
		restart_both "$refused" --ring 8 --base 65515
		for ((i = 1; i <= TRICKLE; i++)); do
			must g1 send dst="${client_mac[g2]}" flow=1
			must g2 wait flow=1 frames=$i
			must g2 send dst="${client_mac[g1]}" flow=1
			must g1 wait flow=1 frames=$i
			# Each lost notification takes its time.
			((RET)) && break 2
		done
		check_received g1 $TRICKLE
		check_received g2 $TRICKLE
		must g1 status
		check_equal "${told[kicks]}" $TRICKLE "kicks without $refused"
		check_equal "${told[calls]}" $TRICKLE "transmit interrupts without $refused"
		check_equal "${told[rx_calls]}" $TRICKLE "receive interrupts without $refused"
	done
	log_test "single frames across the wrap of the indices"
}

# Both sides at their own pace, so that they meet in every order.
stream_over_the_wrap()
{
	local refused

	for refused in $COMBINATIONS; do
		restart_both "$refused" --ring 256 --base 65300
		stream_begins g1 g2 2 dst="${client_mac[g2]}" rate=$RATE
		stream_begins g2 g1 3 dst="${client_mac[g1]}" rate=$RATE
		must g1 wait flow=3 frames=$((RATE / 2))
		must g2 wait flow=2 frames=$((RATE / 2))
		stream_ends g1 g2 2
		stream_ends g2 g1 3
	done
	log_test "streams across the wrap of the indices"
}

bursts()
{
	local refused

	for refused in $COMBINATIONS; do
		restart_both "$refused" --ring 1024
		must g1 send dst="${client_mac[g2]}" count=1000
		must g2 wait frames=1000
		check_received g2 1000
		must g1 status
		check_between "${told[kicks]}" 1 250 "kicks without $refused"
		check_between "${told[calls]}" 1 250 "transmit interrupts without $refused"
		must g2 status
		check_between "${told[rx_calls]}" 1 250 "receive interrupts without $refused"
	done
	log_test "bursts cost few kicks and interrupts"
}

# What the switch never asked for: in a split ring with EVENT_IDX that is once in 65536.
no_kicks_for_receive_buffers()
{
	local refused

	for refused in $COMBINATIONS; do
		restart_both "$refused"
		must g1 send dst="${client_mac[g2]}" count=200
		must g2 wait frames=200
		must g2 status
		check_equal "${told[rx_kicks]}" 0 "kicks for receive buffers without $refused"
	done
	log_test "receive buffers are posted without a kick"
}

# Against the letter of the standard, but Linux makes them.
chains_longer_than_the_ring()
{
	restart_both event_idx --ring 8
	exchange 8 len=1514 cut=12,14,20*50
	restart_both - --ring 8
	exchange 8 len=1514 cut=12,14,20*50
	log_test "indirect tables longer than the ring"
}

# Frames posted while nobody listened go out when somebody does, without another kick.
queue_disabled_and_enabled()
{
	local refused

	for refused in $COMBINATIONS; do
		restart_both "$refused" --base 65530
		exchange 3
		must g1 queue index=1 on=0
		ask g1 send dst="${client_mac[g2]}" count=5 flow=2 timeout=100
		check_equal "${told[pending]}" 5 "frames in a disabled queue"
		must g1 queue index=1 on=1
		must g2 wait frames=5 flow=2
		must g2 queue index=0 on=0
		must g2 queue index=0 on=1
		exchange 3 flow=3
	done
	log_test "queues are disabled and enabled again"
}

trap cleanup EXIT
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
