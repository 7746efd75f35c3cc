#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Reset, unmap and the end of a VMM are fences: once they have happened, not one byte of
# the guest's memory changes any more, however much traffic there is. The mock guest paints
# its memory afterwards and looks at the paint later.
#
#   +--------+  +--------+  +------+
#   | victim |  | sender |  |  g3  |
#   +---+----+  +---+----+  +--+---+
#       | rtp1      | rtp2     | rtp3
#   +---+-----------+----------+---+
#   |             rt0              |
#   +------------------------------+

ALL_TESTS="
	reset_under_traffic
	kicked_after_reset
	unmap_buffers_under_traffic
	unmap_rings_under_traffic
	disable_under_traffic
	down_and_up_under_traffic
	kill_under_traffic
	kill_while_starting
	on_packed
	reset_under_traffic
	unmap_buffers_under_traffic
	unmap_rings_under_traffic
"
source "$(dirname "$0")/lib.sh"

setup_prepare()
{
	switch_add rt0 && port_add rtp1 rt0 && port_add rtp2 rt0 && port_add rtp3 rt0 &&
		guest_start victim rtp1 && guest_start sender rtp2 &&
		guest_start g3 rtp3 --ring 1024
}

on_packed()
{
	rings_are packed victim sender
	must g3 clear
}

# Everyone gets it, the bystander completely.
flood_on()
{
	stream_begins sender g3 1 dst=$all rate=$RATE len=600
}

flood_off()
{
	stream_ends sender g3 1
}

# The victim sends, too, and then is hit in the midst of it.
expose()
{
	must victim stream dst=$all rate=$RATE len=600 flow=2
	must victim clear
	must victim wait frames=20
}

reset_under_traffic()
{
	local i

	flood_on
	for ((i = 0; i < 10; i++)); do
		expose
		must victim reset
		must victim quiet ms=10
		must victim intact
		must victim stream off
		must victim start
	done
	expose
	must victim stream off
	flood_off
	log_test "nothing is written after a reset"
}

# Its thread has gone then. Past bug afe16653e05d.
kicked_after_reset()
{
	local i j

	flood_on
	for ((i = 0; i < 3; i++)); do
		expose
		must victim stream off
		must victim reset
		for ((j = 0; j < 20; j++)); do
			must victim kick queue=tx
		done
		must victim start
	done
	expose
	must victim stream off
	flood_off
	log_test "kicks after a reset are for nobody"
}

unmap_buffers_under_traffic()
{
	local i

	flood_on
	for ((i = 0; i < 10; i++)); do
		expose
		must victim unmap area=rx
		must victim quiet ms=10
		must victim intact
		must victim stream off
		must victim broken
		must victim reset
		must victim start
	done
	expose
	must victim stream off
	flood_off
	log_test "nothing is written to buffers after their unmap"
}

unmap_rings_under_traffic()
{
	local i

	flood_on
	for ((i = 0; i < 10; i++)); do
		expose
		must victim stream off
		must victim unmap area=rings
		must victim quiet ms=10
		must victim intact
		must victim broken
		must victim reset
		must victim start
	done
	flood_off
	log_test "nothing is written to rings after their unmap"
}

disable_under_traffic()
{
	local i before

	flood_on
	for ((i = 0; i < 5; i++)); do
		expose
		must victim stream off
		must victim queue index=0 on=0
		must victim quiet ms=5
		must victim totals
		before=${told[frames]}
		must victim quiet ms=10
		check_total victim frames "$before" "frames after disable"
		must victim queue index=0 on=1
	done
	expose
	must victim stream off
	flood_off
	log_test "a disabled queue is not used"
}

down_and_up_under_traffic()
{
	local i

	flood_on
	for ((i = 0; i < 10; i++)); do
		ip link set rtp1 down
		ip link set rtp1 up
	done
	must victim up
	expose
	must victim stream off
	flood_off
	log_test "a port goes down and up under traffic"
}

kill_under_traffic()
{
	local i

	flood_on
	for ((i = 0; i < 8; i++)); do
		expose
		client_kill victim
		busywait 1000 port_is rtp1 idle
		check_err $? "rtp1 is $(port_state rtp1) a second after the kill"
		fdb_lacks rt0 "$(port_mac rtp1)"
		check_err $? "the address of the dead guest is still known"
		has_carrier rtp1
		check_fail $? "carrier without a guest"
		guest_start victim rtp1
		check_err $? "cannot start again: $answer"
	done
	expose
	must victim stream off
	flood_off
	log_test "a VMM is killed under traffic, and its successor finds a port in order"
}

kill_while_starting()
{
	local i pid

	flood_on
	client_kill victim
	find_vhost_node rtp1
	for ((i = 0; i < 12; i++)); do
		"$OUTPUT/rsw_guest" "$node" "stream dst=$all rate=$RATE" "quiet ms=1000" >/dev/null 2>&1 &
		pid=$!
		sleep "0.0$((RANDOM % 100))"
		kill -KILL $pid
		wait $pid 2>/dev/null
	done
	busywait 1000 port_is rtp1 idle
	check_err $? "rtp1 is $(port_state rtp1)"
	guest_start victim rtp1
	check_err $? "cannot start again: $answer"
	expose
	must victim stream off
	flood_off
	log_test "a VMM is killed at any moment of its start"
}

trap cleanup EXIT
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
