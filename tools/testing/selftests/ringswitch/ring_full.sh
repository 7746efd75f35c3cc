#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A guest that does not keep up, or posts odd buffers, loses its own frames and nobody
# else's, and every one of them is counted.
#
#   +--------+  +------+  +--------+
#   | sender |  | slow |  | second |
#   +---+----+  +--+---+  +---+----+
#       | rtp1     | rtp2     | rtp3
#   +---+----------+----------+----+
#   |             rt0              |
#   +------------------------------+

ALL_TESTS="
	full_ring
	others_unaffected
	ring_refilled
	frozen_guest
	small_mergeable_buffers
	small_single_buffers
	too_few_for_one_frame
	too_many_for_one_frame
	large_buffers
	on_packed
	full_ring
	ring_refilled
	frozen_guest
	small_mergeable_buffers
	small_single_buffers
	too_few_for_one_frame
	too_many_for_one_frame
	large_buffers
"
source "$(dirname "$0")/lib.sh"

setup_prepare()
{
	switch_add rt0 && port_add rtp1 rt0 && port_add rtp2 rt0 && port_add rtp3 rt0 &&
		guest_start sender rtp1 && guest_start second rtp3 --ring 1024 &&
		restart_slow --no-refill --rx-buffers 4
}

# The slow guest anew, with other options.
restart_slow()
{
	[[ -z ${client_pid[slow]} ]] || client_quit slow || return
	guest_start slow rtp2 "$@" && ask slow send dst=$all flow=99 &&
		ask second wait src="${client_mac[slow]}" frames=1 && ask second clear
}

on_packed()
{
	rings_are packed sender
	restart_slow --no-refill --rx-buffers 4
	check_err $? "cannot start: $answer"
}

full_ring()
{
	local before

	before=$(counter rtp2 drop_out_ring_full)
	must sender send dst="${client_mac[slow]}" count=100
	must slow wait frames=4
	check_received slow 4
	check_equal $(($(counter rtp2 drop_out_ring_full) - before)) 96 drop_out_ring_full
	check_equal "$(port_state rtp2)" running "state of the port"
	log_test "frames for a full ring are dropped and counted"
}

others_unaffected()
{
	local before

	before=$(counter rtp2 drop_out_ring_full)
	must second clear
	must sender send dst=$all count=200
	must second wait frames=200
	check_received second 200
	check_equal "${told[lost]}" 0 "frames lost at the second guest"
	check_equal $(($(counter rtp2 drop_out_ring_full) - before)) 200 drop_out_ring_full
	log_test "a flood past a full ring reaches the others completely"
}

ring_refilled()
{
	must slow clear
	must slow post count=3
	must sender send dst="${client_mac[slow]}" count=10
	must slow wait frames=3
	check_received slow 3
	must slow refill on
	must sender send dst="${client_mac[slow]}" count=3 flow=1
	must slow wait frames=3 flow=1
	log_test "a ring that is refilled takes frames again"
}

# Rings without limit would show here: the guest is stopped with its ring full.
frozen_guest()
{
	restart_slow
	check_err $? "cannot start: $answer"
	kill -STOP "${client_pid[slow]}"
	must second clear
	must sender send dst=$all count=1000
	must second wait frames=1000
	check_received second 1000
	kill -CONT "${client_pid[slow]}"
	must slow wait frames=256
	check_received slow 256
	must slow clear
	must sender send dst="${client_mac[slow]}" count=10 flow=2
	must slow wait frames=10 flow=2
	log_test "a frozen guest gets what its ring held, and goes on"
}

small_mergeable_buffers()
{
	local i

	restart_slow --rx-size 128
	check_err $? "cannot start: $answer"
	for i in 1 2 3 4 5; do
		must sender send dst="${client_mac[slow]}" len=1514 count=20 flow=3
		must slow wait frames=$((20 * i)) flow=3
	done
	check_received slow 100 flow=3
	restart_slow --rx-size 129 --rx-pieces 3
	check_err $? "cannot start: $answer"
	must sender send dst="${client_mac[slow]}" len=1514 count=5 flow=3
	must slow wait frames=5 flow=3 timeout=3000
	log_test "a frame is spread over small mergeable buffers"
}

small_single_buffers()
{
	local before

	restart_slow --without mrg_rxbuf --rx-size 200
	check_err $? "cannot start: $answer"
	before=$(counter rtp2 drop_out_too_big)
	must sender send dst="${client_mac[slow]}" len=188 count=5 flow=4
	must sender send dst="${client_mac[slow]}" len=189 count=7 flow=5
	must sender send dst="${client_mac[slow]}" len=60 count=5 flow=6
	must slow wait frames=5 flow=6
	check_received slow 5 flow=4
	check_received slow 0 flow=5
	check_equal $(($(counter rtp2 drop_out_too_big) - before)) 7 drop_out_too_big
	log_test "a frame too big for single buffers is dropped, the next fits"
}

too_few_for_one_frame()
{
	# What is taken and given back lies across the end of the ring, or of the indices.
	restart_slow --rx-size 128 --rx-buffers 4 --ring 8 --base 65534
	check_err $? "cannot start: $answer"
	must sender send dst="${client_mac[slow]}" len=1514 count=5 flow=7
	must sender send dst="${client_mac[slow]}" len=400 count=1 flow=8
	must slow wait frames=1 flow=8
	check_received slow 0 flow=7
	log_test "a frame larger than all buffers together takes none of them"
}

# Past bug CVE-2018-16880.
too_many_for_one_frame()
{
	local before

	restart_slow --rx-size 128 --ring 1024
	check_err $? "cannot start: $answer"
	before=$(counter rtp2 drop_out_too_big)
	must sender send dst="${client_mac[slow]}" kind=tcp4 csum=partial mss=1448 len=60000 \
		count=3 flow=7
	must sender send dst="${client_mac[slow]}" len=1514 count=3 flow=8
	must slow wait frames=3 flow=8
	check_received slow 0 flow=7
	check_equal $(($(counter rtp2 drop_out_too_big) - before)) 3 drop_out_too_big
	log_test "a frame that would take hundreds of buffers takes none of them"
}

large_buffers()
{
	restart_slow --rx-size 65562 --rx-buffers 16 --rx-pieces 5
	check_err $? "cannot start: $answer"
	must sender send dst="${client_mac[slow]}" kind=tcp4 csum=partial mss=1448 len=60000 count=16 flow=9
	must slow wait frames=16 flow=9
	check_received slow 16 flow=9
	check_total slow longest 60000 "longest frame"
	log_test "large frames in large buffers of several pieces"
}

trap cleanup EXIT
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
