#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A VMM suspends a device to look at it or to move it, and resumes it.
#
#   +------+  +------+
#   |  g1  |  |  g2  |
#   +--+---+  +--+---+
#      | rtp1    | rtp2
#   +--+---------+--+
#   |      rt0      |
#   +---------------+

ALL_TESTS="
	state_is_exact
	nothing_moves
	nothing_is_lost
	queues_stay_stopped
	reset_ends_it
	rings_unmapped
	on_packed
	state_is_exact
	nothing_moves
	nothing_is_lost
	queues_stay_stopped
	rings_unmapped
"
source "$(dirname "$0")/lib.sh"

setup_prepare()
{
	switch_add rt0 && guests_create rt0 2
}

on_packed()
{
	rings_are packed g1 g2
}

# What the device says of its queues is what the rings say, with nothing in between.
check_state()
{
	must g1 state
	check_equal "${told[rx]}" "${told[rx_used]}" "index of the receive queue"
	check_equal "${told[rx_taken]}" "${told[rx_used]}" "frames the driver knows of"
	check_equal "${told[tx]}" "${told[tx_used]}" "index of the transmit queue"
}

state_is_exact()
{
	local i

	must g1 stream dst="${client_mac[g2]}" rate=$RATE
	must g2 stream dst="${client_mac[g1]}" rate=$RATE
	for ((i = 0; i < 10; i++)); do
		must g1 quiet ms=20
		must g1 suspend
		check_state
		check_equal "$(port_state rtp1)" suspended "state of the port"
		must g1 resume
		check_equal "$(port_state rtp1)" running "state of the port"
	done
	must g1 stream off
	must g2 stream off
	((told[sent] > 100))
	check_err $? "hardly a frame was sent"
	log_test "queues stand where their rings say, in the middle of traffic"
}

nothing_moves()
{
	local before state dropped

	must g1 suspend
	must g1 state
	state=$answer
	must g2 clear
	ask g1 send dst="${client_mac[g2]}" count=5 flow=1 timeout=200
	check_equal "${told[pending]}" 5 "frames in a suspended queue"
	before=$(counter rtp1 drop_out_no_driver)
	must g2 send dst="${client_mac[g1]}" count=7
	dropped=$(($(counter rtp1 drop_out_no_driver) - before))
	check_equal "$dropped" 7 drop_out_no_driver
	must g1 kick queue=1
	must g2 quiet
	check_received g2 0
	must g1 state
	check_equal "${answer% *}" "${state% *}" "state"
	# Without another kick.
	must g1 resume
	must g2 wait frames=5 flow=1
	exchange 5
	log_test "a suspended device stands still, and goes on where it stood"
}

nothing_is_lost()
{
	local i

	stream_begins g1 g2 2 dst="${client_mac[g2]}" rate=$RATE
	for ((i = 0; i < 20; i++)); do
		must g1 suspend
		must g1 resume
		must g1 resume
	done
	stream_ends g1 g2 2
	log_test "frames of a device that is suspended again and again"
}

queues_stay_stopped()
{
	must g1 suspend
	must g1 queue index=1 on=0
	must g1 queue index=1 on=1
	must g2 clear
	ask g1 send dst="${client_mac[g2]}" count=5 flow=3 timeout=200
	check_equal "${told[pending]}" 5 "frames in a queue enabled while suspended"
	must g1 resume
	must g2 wait frames=5 flow=3
	log_test "a queue that is enabled meanwhile waits for the end of it"
}

reset_ends_it()
{
	must g1 suspend
	must g1 reset
	must g1 intact
	must g1 start
	exchange 5
	log_test "a reset device is not suspended any more"
}

rings_unmapped()
{
	must g1 suspend
	must g1 unmap area=rings
	check_equal "$(port_state rtp1)" suspended "state of the port"
	must g1 resume
	must g1 broken
	check_equal "$(port_state rtp1)" broken "state of the port"
	must g1 reset
	must g1 start
	exchange 5
	log_test "memory that goes meanwhile breaks the port when it is resumed"
}

trap cleanup EXIT
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
