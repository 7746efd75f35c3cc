#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# tools/ringtop tells what ports do, as numbers for scripts and as a screen for people.
#
#   +------+  +------+          +---------------+
#   |  g1  |  |  g2  |          |      out      | outside host
#   +--+---+  +--+---+          +-------+-------+
#      | rtp1    | rtp2            rtu1 | veth
#   +--+---------+----------------------+-+
#   |              rt0 (host)             |
#   +-------------------------------------+

ALL_TESTS="
	numbers
	busiest_first
	drops_by_reason
	port_goes
	screen
	bad_arguments
"
source "$(dirname "$0")/lib.sh"

ringtop=$(dirname "$0")/../../../ringtop

setup_prepare()
{
	switch_fill 2 && settle g1 g2 out && settle g2 g1 && settle out g1
}

# look_starts [ARGUMENT...]: until look_ends, all that happens is seen.
look_starts()
{
	"$ringtop" --once --json --interval 3 "$@" >"$TMP/ringtop" 2>&1 &
	looker=$!
	# It has had its first look once it sleeps.
	busywait 20000 sleeps $looker
	check_err $? "ringtop does not start: $(<"$TMP/ringtop")"
}

sleeps()
{
	[[ $(awk '{ print $3 }' "/proc/$1/stat" 2>/dev/null) == S ]]
}

look_ends()
{
	wait $looker
	check_err $? "ringtop: $(<"$TMP/ringtop")"
}

# told_of PORT COLUMN: how many there were, as it is a rate.
told_of()
{
	jq -r --arg port "$1" "(.ports[] | select(.port == \$port) | .$2) * .seconds | round" "$TMP/ringtop"
}

numbers()
{
	look_starts rt0
	must g1 send dst="${client_mac[g2]}" count=40 len=300
	must g2 wait frames=40
	look_ends
	check_equal "$(told_of rtp1 in_frames)" 40 "frames in at rtp1"
	check_equal "$(told_of rtp1 in_bits)" $((40 * 300 * 8)) "bits in at rtp1"
	check_equal "$(told_of rtp2 out_frames)" 40 "frames out at rtp2"
	check_equal "$(told_of rtp2 out_bits)" $((40 * 300 * 8)) "bits out at rtp2"
	check_equal "$(told_of rtu1 out_frames)" 0 "frames out at rtu1"
	check_equal "$(told_of rtp2 dropped)" 0 "dropped at rtp2"
	check_equal "$(jq -r '[.ports[].port] | sort | join(" ")' "$TMP/ringtop")" "rt0 rtp1 rtp2 rtu1" ports
	check_equal "$(jq -r '.ports[] | select(.port == "rtp1") | .state' "$TMP/ringtop")" running state
	log_test "rates of frames and bits are those of the traffic"
}

busiest_first()
{
	look_starts --sort out_frames
	must out send dst="${client_mac[g2]}" count=30
	must out send dst="${client_mac[g1]}" count=10
	must g1 wait frames=10
	look_ends
	check_equal "$(jq -r '[.ports[].port] | .[:2] | join(" ")' "$TMP/ringtop")" "rtp2 rtp1" order
	log_test "ports are sorted as asked for"
}

drops_by_reason()
{
	look_starts
	sends g1 7 dst="${client_mac[g1]}"
	look_ends
	check_equal "$(told_of rtp1 drops.in_same_port)" 7 "drops at rtp1"
	check_equal "$(told_of rtp1 dropped)" 7 "all drops at rtp1"
	log_test "drops have the names of their reasons"
}

port_goes()
{
	look_starts
	port_add rtp9 rt0
	port_del rtp9
	look_ends
	port_add rtp9 rt0
	look_starts
	port_del rtp9
	look_ends
	check_equal "$(told_of rtp1 in_frames)" 0 "frames at rtp1"
	check_equal "$(told_of rtp9 in_frames)" "" "frames of a port that is gone"
	log_test "a port may come and go between two looks"
}

screen()
{
	must g1 stream dst="${client_mac[g2]}" rate=200
	{ sleep 3; printf '>'; sleep 1; printf q; } |
		TERM=xterm timeout 60 script -qec "$ringtop rt0 --interval 0.5" /dev/null >"$TMP/screen" 2>&1
	check_err $? "ringtop: $(<"$TMP/screen")"
	must g1 stream off
	for word in "rt0: 4 ports" PORT rtp1 running "sorted by IN/s" "IN bit/s"; do
		grep -aqF "$word" "$TMP/screen"
		check_err $? "not on the screen: $word"
	done
	settle g1 g2
	log_test "the screen shows them, and q ends it"
}

bad_arguments()
{
	refused "no switch is called rt7" "$ringtop" rt7 --once
	refused "needs --once" "$ringtop" --json
	refused "from 0.05" "$ringtop" --interval 0
	refused "invalid choice" "$ringtop" --sort colour
	log_test "what it cannot do it says"
}

trap cleanup EXIT
require_command jq python3 script
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
