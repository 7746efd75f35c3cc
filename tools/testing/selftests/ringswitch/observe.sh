#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What people can see of a switch at work: every frame with tcpdump, every step with the tracer.
#
#   +------+  +------+  +-------+
#   |  g1  |  |  g2  |  |  g3   |
#   | all  |  | all  |  | plain |
#   +--+---+  +--+---+  +---+---+
#      | rtp1    | rtp2     | rtp3   | rtp4: no driver
#   +--+---------+----------+--------+--+
#   |                rt0                |
#   +-----------------------------------+

ALL_TESTS="
	both_directions
	each_direction
	tagged
	odd_frames
	super_frames
	nothing_changes
	any_netdev
	other_namespace
	host_port
	through_representor
	not_of_idle_ports
	drops_by_name
	steps
"
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/lib_watch.sh"

cleanup()
{
	watchers_stop
	trace_removed
	pre_cleanup
}

both_directions()
{
	watch one rtp1
	watch two rtp2
	exchange 30 flow=3
	watch_ends one two
	check_seen one 60 ether proto $PROBE
	check_seen two 60 ether proto $PROBE
	check_seen one 30 ether proto $PROBE and ether src "${client_mac[g1]}"
	check_seen one 30 ether proto $PROBE and ether src "${client_mac[g2]}"
	[[ $(bytes_seen one) == "$(bytes_seen two)" ]]
	check_err $? "other bytes at rtp1 than at rtp2"
	check_equal "$(bytes_seen one | grep "^${client_mac[g2]//:/}" |
		bytes_wrong "${client_mac[g1]}" "${client_mac[g2]}" 3)" "" "frames of g1"
	check_equal "$(bytes_seen two | grep "^${client_mac[g1]//:/}" |
		bytes_wrong "${client_mac[g2]}" "${client_mac[g1]}" 3)" "" "frames of g2"
	log_test "tcpdump sees each frame between two guests once at either port"
}

each_direction()
{
	local queued

	queued=$(counter rtp1 egress_queued)
	watch in rtp1 -Q in
	watch out rtp1 -Q out
	exchange 10
	must g2 send dst=$all count=5 flow=4
	watch_ends in out
	check_seen in 10 ether proto $PROBE
	check_seen in 11 ether src "${client_mac[g1]}"
	check_seen in 0 not ether src "${client_mac[g1]}"
	check_seen out 15 ether proto $PROBE
	check_seen out 0 ether src "${client_mac[g1]}"
	check_seen out $(($(counter rtp1 egress_queued) - queued))
	log_test "in is what a guest sends, and out what it is given"
}

tagged()
{
	local name

	for name in in out; do
		watch $name rtp1 -Q $name ether proto $MARKER or vlan 10
	done
	exchange 5 tci=10
	exchange 5 tci=11
	exchange 5
	watch_ends in out
	for name in in out; do
		check_seen $name 5 vlan 10 and ether proto $PROBE
		check_seen $name 6
	done
	log_test "VLAN tags are seen, and found by a filter"
}

# No more than a header, a tag without what should follow, a GSO header that is a lie.
odd_frames()
{
	watch one rtp1
	watch two rtp2
	must g1 send dst="${client_mac[g2]}" len=14
	must g1 send dst="${client_mac[g2]}" tci=10 len=17
	must g1 send dst="${client_mac[g2]}" len=500 h_flags=1 h_gso_type=1 h_gso_size=100 \
		h_csum_start=14 h_csum_offset=2
	watch_ends one two
	for name in one two; do
		check_seen $name 1 less 14
		check_seen $name 2 less 17
		check_seen $name 1 greater 500
	done
	log_test "odd frames are seen as well"
}

# check_told NAME DIRECTION: of a super-frame of g1
check_told()
{
	busywait 20000 grep -q csum_start "$TMP/$1.vnet"
	check_equal "$(sed -n 2p "$TMP/$1.vnet")" \
		"$2 flags=1 gso_type=1 gso_size=1000 csum_start=34 csum_offset=16 len=20054" "told"
	unset "watcher[vnet]"
}

super_frames()
{
	local name

	for name in rtp1 rtp2 rtp3; do
		watch $name $name
		vnet_header_of $name "$TMP/$name.vnet"
	done
	for name in g2 g3; do
		must g1 send dst="${client_mac[$name]}" kind=tcp4 csum=partial mss=1000 len=20054
	done
	watch_ends rtp1 rtp2 rtp3
	check_seen rtp1 2 greater 20054
	check_seen rtp2 1 greater 20054
	check_seen rtp3 1 greater 20054
	check_seen rtp3 1 tcp
	check_told rtp1 in
	check_told rtp2 out
	check_told rtp3 out
	log_test "super-frames are seen whole, with what is still to be done to them"
}

# What g2 and g3 get of ten super-frames and ten frames without a checksum.
send_offloads()
{
	local name damaged

	for name in g2 g3; do
		must $name clear
		must g1 send dst="${client_mac[$name]}" kind=tcp4 csum=partial mss=1000 len=20054 count=10
		must g1 send dst="${client_mac[$name]}" kind=udp4 csum=partial len=1000 count=10 flow=1
		must $name wait frames=10 flow=1
		must $name wait bytes=200000 flow=0
		damaged=${told[damaged]}
		ask $name totals
		echo "$name frames=${told[frames]} damaged=$damaged gso=${told[gso]}" \
			"partial=${told[partial]} longest=${told[longest]}"
	done
}

nothing_changes()
{
	send_offloads >"$TMP/unseen"
	watch one rtp1
	watch any any
	send_offloads >"$TMP/watched"
	watch_ends one any
	check_equal "$(<"$TMP/watched")" "$(<"$TMP/unseen")" "frames while somebody looks"
	check_equal "$(head -n 1 "$TMP/unseen")" \
		"g2 frames=20 damaged=0 gso=10 partial=20 longest=20054" "what g2 got"
	log_test "who looks changes nothing"
}

any_netdev()
{
	watch any any
	exchange 10
	watch_ends any
	check_equal "$(seen any | grep -c "^rtp1 *P .*88b5")" 10 "frames in at rtp1"
	check_equal "$(seen any | grep -c "^rtp2 *Out .*88b5")" 10 "frames out at rtp2"
	check_equal "$(seen any | grep -c 88b5)" 40 "frames seen"
	log_test "tcpdump on all netdevs sees both ports"
}

other_namespace()
{
	netns_add rt-other
	ip -n rt-other link set lo up
	watch_in rt-other other any
	watch here rtp1
	exchange 5
	watch_ends here
	check_seen other 0
	watch_stops other
	log_test "other namespaces see nothing"
}

host_port()
{
	local talkers="g1 g2 h"

	host_start h - rt0
	check_err $? "cannot start: $answer"
	settle h g1 g2
	watch both rt0
	watch in rt0 -Q in
	watch out rt0 -Q out
	must h send dst="${client_mac[g1]}" count=10 flow=5
	must g1 send dst="${client_mac[h]}" count=10 flow=5
	must g1 send dst="${client_mac[g2]}" count=10 flow=5
	watch_ends both in out
	check_seen both 20 ether proto $PROBE
	check_seen in 10 ether proto $PROBE and ether src "${client_mac[g1]}"
	check_seen in 10 ether proto $PROBE
	check_seen out 10 ether proto $PROBE and ether src "${client_mac[h]}"
	check_seen out 10 ether proto $PROBE
	client_quit h
	log_test "at the host's port each of its own frames is seen once"
}

saw_alive()
{
	local count

	count_seen "$1" ether proto $ALIVE
	((count > 0))
}

# On a busy User-Mode Linux one in thirty of these captures never sees a frame, not even those
# of the host that pass the kernel's own taps: another one is started.
watch_alive()
{
	local try

	for try in 1 2 3 4; do
		watch "$@"
		must g2 send dst=$all type=$((ALIVE)) flow=87
		busywait 3000 saw_alive "$1" && return
		log_info "capture $try of $1 sees nothing"
		watch_stops "$1"
	done
	check_err 1 "$1 sees nothing"
}

through_representor()
{
	host_start r - rtp1
	check_err $? "cannot start: $answer"
	watch in rtp1 -Q in
	watch_alive out rtp1 -Q out
	must g1 clear
	must r send dst="${client_mac[g1]}" count=10
	must g1 wait frames=10
	watch_ends in out
	check_seen in 0 ether proto $PROBE
	check_seen out 10 ether proto $PROBE
	client_quit r
	log_test "what the host sends to a guest alone is seen once"
}

not_of_idle_ports()
{
	watch one rtp1
	watch idle rtp4
	must g1 send dst=$all count=5
	watch_ends one
	check_seen idle 0
	watch_stops idle
	log_test "nothing is seen where no driver is"
}

# What the counters say that was dropped since $TMP/drops: PORT NAME NUMBER
dropped()
{
	drops | tr ' ' '\n' | sort >"$TMP/drops.now"
	awk -F '[/=]' 'NR == FNR { before[$1, $2] = $3; next }
		$3 != before[$1, $2] { print $1, $2, $3 - before[$1, $2] }' "$TMP/drops" "$TMP/drops.now"
}

# One of each kind that can be had without waiting.
drop_all_kinds()
{
	local to=${client_mac[g2]}
	local port

	must g1 send dst="$to" len=5
	must g1 send dst="$to" h_gso_type=99
	must g1 send dst="$to" src=03:00:00:00:00:01
	must g1 send dst=01:80:c2:00:00:03
	must g1 send dst="${client_mac[g1]}"
	must g1 send dst="${client_mac[g3]}" len=1519
	must g1 send dst=$all
	must g3 refill off
	must g1 send dst="${client_mac[g3]}" count=400
	must g3 refill on
	ip link set rtp2 down
	ip link set rtp3 down
	ip link set rtp4 down
	must g1 send dst=02:00:00:00:00:07
	must g2 send dst="${client_mac[g1]}"
	ip link set rt0 down
	must g1 send dst=$all
	ip link set rt0 up
	for port in rtp2 rtp3 rtp4; do
		ip link set $port up
	done
}

drops_by_name()
{
	local what="each drop is traced with its reason's name"
	local port name number reasons

	no_tracer "$what" && return
	drops | tr ' ' '\n' | sort >"$TMP/drops"
	trace_begins
	drop_all_kinds
	settle g1 g2
	trace_ends
	while read -r port name number; do
		check_equal "$(traced rsw_drop port="$port" reason="${name#drop_}" | cut -d ' ' -f 2)" "$number" \
			"$name of $port traced"
		reasons+=" ${name#drop_}"
	done < <(dropped)
	for name in in_{runt,bad_header,bad_source,link_local,same_port,no_receiver,port_down,switch_down} \
		out_{mtu,no_driver,ring_full}; do
		[[ " $reasons " == *" $name "* ]]
		check_err $? "no drop as $name"
	done
	check_equal "$(traced rsw_drop | cut -d ' ' -f 2)" "$(dropped | awk '{ n += $3 } END { print n }')" \
		"drops traced"
	log_test "$what"
}

steps()
{
	local station=02:00:00:00:00:09
	local in out interrupts

	no_tracer "each step is traced" && return
	in=$(counter rtp1 ingress_frames)
	out=$(counter rtp2 egress_frames)
	interrupts=$(nicstat rtp2 pair0_egress_interrupts)
	trace_begins
	exchange 20
	must g1 send dst="${client_mac[g2]}" src=$station
	must g2 send dst="${client_mac[g1]}" src=$station
	must g2 wait frames=21
	must g1 wait frames=21
	trace_ends
	in=$(($(counter rtp1 ingress_frames) - in))
	out=$(($(counter rtp2 egress_frames) - out))
	interrupts=$(($(nicstat rtp2 pair0_egress_interrupts) - interrupts))
	check_equal "$(traced rsw_ingress port=rtp1 | cut -d ' ' -f 2)" $in "frames taken"
	check_equal "$(traced rsw_visit from=rtp1 to=rtp2 | cut -d ' ' -f 2)" $out "frames for rtp2"
	check_equal "$(traced rsw_deliver port=rtp2 | cut -d ' ' -f 2)" $out "frames delivered"
	check_equal "$(traced rsw_interrupt device=rtp2 queue=0)" "$interrupts 0" "interrupts"
	check_equal "$(traced rsw_learn port=rtp1 addr=$station new)" "1 0" "new addresses"
	check_equal "$(traced rsw_learn port=rtp2 addr=$station moved)" "1 0" "moves"
	check_fail "$(traced rsw_wake device=rtp1 queue=1 | cut -d ' ' -f 1)" "nobody was woken"
	log_test "each step is traced"
}

trap cleanup EXIT
require_command tcpdump python3
watched_switch || bail_out
tests_run
exit $EXIT_STATUS
