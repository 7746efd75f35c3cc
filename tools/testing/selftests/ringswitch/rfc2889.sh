#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What RFC 2889 measures of a switch: how many addresses it keeps and how fast it learns them, that
# a port which is stuck costs its neighbours nothing, how it forwards broadcasts. Each frame has
# to be where it should be; how fast that went is told, and fails nothing.
#
#   +------+  +------+  +------+  +------+         +---------------+
#   |  g1  |  |  g2  |  |  g3  |  |  g4  | ..      |    rt-out     | pktgen, in its name
#   +--+---+  +--+---+  +--+---+  +--+---+         +-------+-------+
#      | rtp1    | rtp2    | rtp3    | rtp4         rtu1   | veth
#   +--+---------+---------+---------+-----------------+---+
#   |                   rt0 (host)                         |
#   +------------------------------------------------------+

ALL_TESTS="
	address_caching_capacity
	beyond_the_capacity
	address_learning_rate
	head_of_line_blocking
	congested_by_two
	broadcast_forwarding
	sender_pays
"
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/lib_pktgen.sh"
source "$(dirname "$0")/lib_watch.sh"

guests=12
# As many addresses as a switch keeps unless told otherwise.
capacity=65536
if ((RATE < 2000)); then
	guests=6
	capacity=4096
fi
sw=/sys/class/net/rt0/ringswitch
stations=02:01	# of the outside, behind rtu1

setup_prepare()
{
	local i

	switch_fill $guests && busywait 2000 has_carrier rtu1 || return
	# So that each of them is known, and no frame for one is flooded.
	for ((i = 1; i <= guests; i++)); do
		ask g$i send dst=$all || return
	done
	pktgen_open rtu1 || skip_all "no pktgen"
	echo $capacity >$sw/fdb_max_learned
}

# As many more as there is room for, with g1 the one they all send to.
fill_up()
{
	room=$((capacity - $(<$sw/fdb_learned)))
	pktgen_run rtu1 $room "$(pktgen_mac $stations 0)" $room "${client_mac[g1]}" 1
	check_err $? "cannot send: $answer"
}

# Only the guests are known, and have seen all.
forget()
{
	local i

	echo 1 >$sw/fdb_flush
	for ((i = 1; i <= guests; i++)); do
		must g$i send dst=$all
	done
	settle g1 g2
}

address_caching_capacity()
{
	local learned i before

	forget
	fill_up
	learned=$answer
	check_equal "$(<$sw/fdb_learned)" $capacity "addresses known"
	note_queued
	before=$(counter rtu1 drop_in_same_port)
	# Each of them is known where it is: frames to them, from there, go nowhere. One that was
	# forgotten would be flooded.
	pktgen_run rtu1 $room "$(pktgen_mac $stations 0)" 1 "$(pktgen_mac $stations 0)" $room
	check_err $? "cannot send: $answer"
	check_equal $(($(counter rtu1 drop_in_same_port) - before)) $room \
		"frames to who is known there"
	for ((i = 1; i <= guests; i++)); do
		check_queued g$i 0
	done
	log_info "$capacity addresses kept, learned at $learned frames/s, looked up at $answer frames/s"
	log_test "as many addresses are kept as may be"
}

# The table is full from before.
beyond_the_capacity()
{
	local more=100 refused i

	refused=$(counter rtu1 fdb_not_learned)
	pktgen_run rtu1 $more "$(pktgen_mac 02:02 0)" $more "${client_mac[g1]}" 1
	check_equal "$(<$sw/fdb_learned)" $capacity "addresses known"
	check_equal $(($(counter rtu1 fdb_not_learned) - refused)) $more "addresses not learned"
	note_queued
	pktgen_run rtu1 $more "$(pktgen_mac $stations 0)" 1 "$(pktgen_mac 02:02 0)" $more
	for ((i = 1; i <= guests; i++)); do
		check_queued g$i $more
	done
	log_test "whom there is no room for is flooded to, and nobody is forgotten for it"
}

address_learning_rate()
{
	local refused

	forget
	refused=$(counter rtu1 fdb_not_learned)
	fill_up
	check_equal "$(counter rtu1 fdb_learned)" $room "addresses learned"
	check_equal $(($(counter rtu1 fdb_not_learned) - refused)) 0 "addresses not learned"
	log_info "$room new addresses at $answer a second, each in a frame of its own, none missed"
	pktgen_run rtu1 $room "$(pktgen_mac $stations 0)" $room "${client_mac[g1]}" 1
	log_info "the same frames with all addresses known: $answer a second"
	log_test "each new address is learned at full speed"
}

# All that g1 sends is for the guest that is stuck and for its neighbour, in turn.
head_of_line_blocking()
{
	local round full before

	forget
	must g3 clear
	kill -STOP "${client_pid[g2]}"
	full=$(counter rtp2 drop_out_ring_full)
	before=$(counter rtp3 drop_out_ring_full)
	note_queued
	for round in {1..10}; do
		must g1 send dst="${client_mac[g2]}" dests=2 count=400 flow=1
		must g3 wait frames=$((200 * round)) src="${client_mac[g1]}" flow=1
	done
	check_received g3 2000 flow=1
	check_equal "${told[twice]}" 0 "frames twice"
	check_equal "${told[late]}" 0 "frames out of order"
	check_queued g2 2000
	check_queued g3 2000
	check_equal $(($(counter rtp3 drop_out_ring_full) - before)) 0 "frames lost by the neighbour"
	# Its ring had room for as many as it had offered buffers.
	check_between $(($(counter rtp2 drop_out_ring_full) - full)) 1744 2000 \
		"frames lost by who is stuck"
	kill -CONT "${client_pid[g2]}"
	log_test "a port loses nothing while its neighbour is stuck"
}

# Two senders, of which the second only sends to the port that is congested.
congested_by_two()
{
	local round before sent

	forget
	must g3 clear
	kill -STOP "${client_pid[g2]}"
	before=$(counter rtp3 drop_out_ring_full)
	note_queued
	must g4 stream dst="${client_mac[g2]}" flow=2 rate=$((2 * RATE))
	for round in {1..10}; do
		must g1 send dst="${client_mac[g2]}" dests=2 count=200 flow=1
		must g3 wait frames=$((100 * round)) src="${client_mac[g1]}" flow=1
	done
	must g4 stream off
	sent=${told[sent]}
	check_received g3 1000 flow=1
	check_queued g3 1000
	check_equal $(($(counter rtp3 drop_out_ring_full) - before)) 0 "frames lost by the neighbour"
	check_queued g2 $((1000 + sent))
	kill -CONT "${client_pid[g2]}"
	log_test "nor while two senders congest its neighbour"
}

broadcast_forwarding()
{
	local round i begin

	forget
	for ((i = 1; i <= guests; i++)); do
		must g$i clear
	done
	note_queued
	stamp
	begin=$now
	for round in {1..10}; do
		must g1 send dst=$all count=100 flow=3
		for ((i = 2; i <= guests; i++)); do
			must g$i wait frames=$((100 * round)) flow=3
		done
	done
	stamp
	for ((i = 2; i <= guests; i++)); do
		check_received g$i 1000 flow=3
		check_equal "${told[twice]}" 0 "frames twice at g$i"
		check_equal "${told[lost]}" 0 "frames lost at g$i"
		check_queued g$i 1000
	done
	check_received g1 0 flow=3
	check_queued g1 0
	log_info "1000 broadcasts to $((guests - 1)) guests, all of them awake: $((now - begin)) ms"
	log_test "a broadcast reaches each port once"
}

# Threads that brought frames of g1 to others, and how often: a line begins with "comm-thread".
payers()
{
	sed -n 's/^ *.*-\([0-9]*\) .* rsw_visit: from=rtp1 .*/\1/p' $tracing/trace | sort | uniq -c
}

sender_pays()
{
	local i number thread visits=0

	no_tracer "a flood is work of its sender" && return
	forget
	trace_begins
	must g1 send dst=$all count=64 flow=4
	for ((i = 2; i <= guests; i++)); do
		must g$i wait frames=64 flow=4
	done
	trace_ends
	while read -r number thread; do
		[[ -e /proc/${client_pid[g1]}/task/$thread ]]
		check_err $? "thread $thread, not of g1, copied $number times"
		visits=$((visits + number))
	done < <(payers)
	# Each of them, the NIC and the host at least once.
	check_between $visits $((guests + 1)) $((64 * (guests + 1))) "visits"
	log_test "a flood is work of its sender"
}

finish()
{
	pktgen_close
	cleanup
}

trap finish EXIT
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
