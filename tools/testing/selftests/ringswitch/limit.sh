#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# How much a port may send, get, and have flooded: rates, bursts, storms.
#
#   +------+  +------+  +------+          +---------------+
#   |  g1  |  |  g2  |  |  g3  |          |      out      | outside host
#   +--+---+  +--+---+  +--+---+          +-------+-------+
#      | rtp1    | rtp2    | rtp3            rtu1 | veth
#   +--+---------+---------+---------------------+-+
#   |                 rt0 (host)                   |
#   +----------------------------------------------+

ALL_TESTS="
	settings_at_first
	settings_refused
	ingress_frames
	ingress_bytes
	egress_frames
	egress_bytes
	bursts
	super_frames
	nothing_is_learned
	storm_to_everybody
	storm_to_groups
	storm_to_nobody_known
	host_and_uplink
	noisy_neighbour
	changed_under_traffic
	port_goes
"
source "$(dirname "$0")/lib.sh"

group=01:00:5e:01:02:03
nobody=02:00:00:00:00:99
settings="ingress_rate ingress_burst ingress_frame_rate ingress_frame_burst egress_rate
	egress_burst egress_frame_rate egress_frame_burst storm_broadcast storm_multicast
	storm_unknown"

setup_prepare()
{
	switch_fill 3 && host_start host - rt0
}

# limit PORT NAME VALUE [NAME VALUE]..: a burst before its rate is what the rate begins with.
limit()
{
	local port=$1; shift

	while (($#)); do
		echo "$2" >"/sys/class/net/$port/ringport/$1"
		check_err $? "cannot set $1 of $port to $2"
		shift 2
	done
}

unlimited()
{
	local port name

	for port in rtp1 rtp2 rtp3 rtu1 rt0; do
		for name in $settings; do
			echo 0 >"/sys/class/net/$port/ringport/$name"
			check_err $? "cannot reset $name of $port"
		done
	done
}

grows()
{
	(($(counter "$1" "$2") > $3))
}

# limited PORT COUNTER: a limit has begun to bite.
limited()
{
	local before

	before=$(counter "$1" "$2")
	busywait 5000 grows "$1" "$2" "$before"
	check_err $? "$2 of $1 does not grow"
}

# check_rate PORT COUNTER WANTED: how much it grows in a second, within a tenth.
check_rate()
{
	local port=$1
	local name=$2
	local wanted=$3
	local first begin rate

	first=$(counter "$port" "$name")
	stamp
	begin=$now
	sleep 3
	rate=$(counter "$port" "$name")
	stamp
	rate=$(((rate - first) * 1000 / (now - begin)))
	log_info "$name of $port: $rate a second, limit $wanted"
	check_between $rate $((wanted * 9 / 10)) $((wanted * 11 / 10)) "$name of $port a second"
}

settings_at_first()
{
	local port name

	for port in rtp1 rtu1 rt0; do
		for name in $settings; do
			check_equal "$(counter $port $name)" 0 "$name of $port"
		done
	done
	limit rtp1 ingress_rate 18446744073709551615 storm_unknown 7
	check_equal "$(counter rtp1 ingress_rate)" 18446744073709551615 ingress_rate
	check_equal "$(counter rtp1 storm_unknown)" 7 storm_unknown
	check_equal "$(counter rtp1 egress_rate)" 0 egress_rate
	check_equal "$(counter rtp2 ingress_rate)" 0 "ingress_rate of another"
	unlimited
	log_test "nothing is limited at first"
}

settings_refused()
{
	refused "Invalid argument" sysfs_write rtp1/ringport/ingress_rate fast
	refused "Invalid argument" sysfs_write rtp1/ringport/ingress_rate -1
	refused "Invalid argument" sysfs_write rtp1/ringport/ingress_rate 100mbit
	refused "Numerical result out of range" sysfs_write rtp1/ringport/storm_unknown \
		18446744073709551616
	refused "Numerical result out of range" sysfs_write rtp1/ringport/egress_burst 4294967296
	check_equal "$(counter rtp1 ingress_rate)" 0 ingress_rate
	log_test "what is no limit is refused"
}

ingress_frames()
{
	limit rtp1 ingress_frame_burst $((RATE / 4)) ingress_frame_rate $RATE
	must g1 stream flow=1 dst="${client_mac[g2]}" rate=$((2 * RATE))
	limited rtp1 drop_in_rate
	check_rate rtp1 ingress_forwarded $RATE
	must g1 stream off
	unlimited
	log_test "frames that come in, by the second"
}

ingress_bytes()
{
	limit rtp1 ingress_burst $((RATE * 250)) ingress_rate $((RATE * 1000))
	must g1 stream flow=2 dst="${client_mac[g2]}" rate=$((2 * RATE)) len=1000
	limited rtp1 drop_in_rate
	check_rate rtp2 egress_bytes $((RATE * 1000))
	must g1 stream off
	unlimited
	log_test "bytes that come in, by the second"
}

# Of two, who would each be within the limit.
egress_frames()
{
	local before

	before=$(counter rtp1 drop_in_rate)
	limit rtp2 egress_frame_burst $((RATE / 4)) egress_frame_rate $RATE
	must g1 stream flow=3 dst="${client_mac[g2]}" rate=$RATE
	must g3 stream flow=3 dst="${client_mac[g2]}" rate=$RATE
	limited rtp2 drop_out_rate
	check_rate rtp2 egress_frames $RATE
	must g1 stream off
	must g3 stream off
	check_equal "$(counter rtp1 drop_in_rate)" "$before" "drop_in_rate of a sender"
	unlimited
	log_test "frames that go out, by the second"
}

egress_bytes()
{
	limit rtp2 egress_burst $((RATE * 250)) egress_rate $((RATE * 1000))
	must g1 stream flow=4 dst="${client_mac[g2]}" rate=$RATE len=1000
	must g3 stream flow=4 dst="${client_mac[g2]}" rate=$RATE len=1000
	limited rtp2 drop_out_rate
	check_rate rtp2 egress_bytes $((RATE * 1000))
	must g1 stream off
	must g3 stream off
	unlimited
	log_test "bytes that go out, by the second"
}

# One byte a second is none, while a test runs: half a frame is always missing.
bursts()
{
	local in out

	in=$(counter rtp1 drop_in_rate)
	limit rtp1 ingress_burst 2049 ingress_rate 1
	sends g1 30 dst="${client_mac[g2]}" len=100
	check_queued g2 20
	check_equal $(($(counter rtp1 drop_in_rate) - in)) 10 drop_in_rate
	# The same is no change, a smaller one no gift.
	limit rtp1 ingress_burst 2049 ingress_burst 2000 ingress_rate 2
	sends g1 10 dst="${client_mac[g2]}" len=100
	check_queued g2 0
	unlimited

	out=$(counter rtp2 drop_out_rate)
	limit rtp2 egress_burst 1549 egress_rate 1
	sends g1 10 dst=$all len=100
	check_equal "$(counter rtp2 drop_out_rate)" "$out" drop_out_rate
	sends g1 10 dst=$all len=200
	check_queued g2 10
	check_queued g3 10
	check_equal $(($(counter rtp2 drop_out_rate) - out)) 8 drop_out_rate
	unlimited
	gets g1 $all g2 g3 out host
	log_test "as much at once as a burst, and no more"
}

super_frames()
{
	local before

	before=$(counter rtp1 drop_in_rate)
	limit rtp1 ingress_burst 65000 ingress_rate 1
	must g1 send dst="${client_mac[g2]}" kind=tcp4 csum=partial mss=1448 len=30000 count=3
	busywait 2000 grows rtp1 drop_in_rate "$before"
	check_equal $(($(counter rtp1 drop_in_rate) - before)) 1 "of three times 30000 bytes"
	# One that is longer than the burst passes when all of that is there, and no other then.
	unlimited
	limit rtp1 ingress_burst 1000 ingress_rate 1
	sends g1 2 dst="${client_mac[g2]}" kind=tcp4 csum=partial mss=1448 len=30000
	check_equal $(($(counter rtp1 drop_in_rate) - before)) 2 "of twice 30000 bytes"
	unlimited
	log_test "super-frames are as many bytes as they have"
}

nothing_is_learned()
{
	local i

	limit rtp1 ingress_burst 549 ingress_rate 1
	for ((i = 0; i < 12; i++)); do
		must g1 send dst="${client_mac[g2]}" len=100 src=02:00:00:00:01:$((10 + i))
	done
	check_equal "$(bridge fdb show dev rt0 | grep -c '^02:00:00:00:01:')" 5 \
		"addresses learned"
	unlimited
	log_test "from what is too much nothing is learned"
}

# storm KIND DESTINATION OTHER..: 16 at once, and one a second.
storm()
{
	local kind=$1; shift
	local dst=$1; shift
	local other before queued

	before=$(counter rtp1 "drop_in_storm_$kind")
	limit rtp1 "storm_$kind" 1
	sends g1 60 dst="$dst"
	queued=$(($(counter rtp2 egress_queued) - queued_before[/sys/class/net/rtp2/ringport]))
	check_between $queued 16 30 "frames for g2"
	check_equal $(($(counter rtp1 "drop_in_storm_$kind") - before)) $((60 - queued)) \
		"drop_in_storm_$kind"
	for other in "$@"; do
		gets g1 "$other" g2 g3 out host
	done
	gets g2 "$dst" g1 g3 out host
	gets g1 "${client_mac[g2]}" g2
	unlimited
	gets g1 "$dst" g2 g3 out host
}

storm_to_everybody()
{
	storm broadcast $all $group $nobody
	log_test "a storm to everybody"
}

storm_to_groups()
{
	storm multicast $group $all $nobody
	log_test "a storm to groups"
}

storm_to_nobody_known()
{
	storm unknown $nobody $all $group
	log_test "a storm to nobody known"
}

host_and_uplink()
{
	limit rt0 ingress_burst 2049 ingress_rate 1
	sends host 30 dst="${client_mac[g1]}" len=100
	check_queued g1 20
	limit rtu1 ingress_burst 2049 ingress_rate 1
	sends out 30 dst="${client_mac[g1]}" len=100
	check_queued g1 20
	limit rtu1 egress_burst 1049 egress_rate 1
	limit rt0 egress_burst 1149 egress_rate 1
	must out clear
	must host clear
	sends g1 30 dst=$all len=100 flow=5
	must out wait flow=5 frames=10
	must host wait flow=5 frames=11
	check_equal "$(counter rtu1 drop_out_rate)" 20 "drop_out_rate of an uplink"
	check_equal "$(counter rt0 drop_out_rate)" 19 "drop_out_rate of the host"
	unlimited
	log_test "the host and a NIC can be limited as well"
}

# A guest that sends ten times as much as it may leaves its neighbour all that the neighbour wants.
noisy_neighbour()
{
	local full

	full=$(counter rtp3 drop_out_ring_full)
	limit rtp1 ingress_frame_burst $((RATE / 8)) ingress_frame_rate $((RATE / 2))
	must g1 stream flow=6 dst="${client_mac[g3]}" rate=$((5 * RATE))
	limited rtp1 drop_in_rate
	stream_begins g2 g3 7 dst="${client_mac[g3]}" rate=$((RATE / 2))
	check_rate rtp1 ingress_forwarded $((RATE / 2))
	stream_ends g2 g3 7
	check_equal "$(counter rtp3 drop_out_ring_full)" "$full" "drop_out_ring_full of who gets both"
	check_equal "$(counter rtp2 drop_in_rate)" 0 "drop_in_rate of the neighbour"
	must g1 stream off
	unlimited
	log_test "a noisy guest and its neighbour"
}

changed_under_traffic()
{
	local i name

	must g1 stream flow=8 dst="${client_mac[g2]}" rate=$RATE
	must g3 stream flow=9 dst=$all rate=$RATE
	for ((i = 1; i <= 10; i++)); do
		for name in $settings; do
			limit rtp1 "$name" $((i * 50))
			limit rtp2 "$name" $((i * 50))
			limit rtp3 "$name" $((i * 50))
		done
		unlimited
	done
	must g1 stream off
	must g3 stream off
	gets g1 $all g2 g3 out host
	log_test "limits change under traffic"
}

# A port that goes while it is limited, and one that comes in its place.
port_goes()
{
	limit rtp3 ingress_rate 1 egress_burst 100 storm_unknown 3
	client_quit g3
	check_err $? "g3: $answer"
	port_del rtp3 && port_add rtp3 rt0
	check_err $? "cannot make rtp3 again"
	check_equal "$(counter rtp3 ingress_rate)" 0 "ingress_rate of a new port"
	check_equal "$(counter rtp3 storm_unknown)" 0 "storm_unknown of a new port"
	log_test "a limited port goes"
}

trap cleanup EXIT
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
