#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# XDP programs on guests' ports: they judge what a guest sends before the switch sees it.
#
#   +------+  +------+  +------+       +---------------+   +---------------+
#   |  g1  |  |  g2  |  |  g3  |       |      out      |   |      mon      | other
#   |judged|  |      |  |      |       |               |   |               | namespaces
#   +--+---+  +--+---+  +--+---+       +-------+-------+   +-------+-------+
#      | rtp1    | rtp2    | rtp3         rtu1 | veth         rtm1 | veth, no port
#   +--+---------+---------+------------------+-+
#   |                 rt0 (host)                |
#   +-------------------------------------------+

ALL_TESTS="
	pass
	drop
	aborted
	sent_back
	one_by_one
	rewritten
	tags
	lengths
	super_frames
	checksums
	not_around_the_guard
	what_tcpdump_sees
	only_its_own_guest
	port_down
	under_traffic
	refused_programs
	guest_dies
	ports_go
	on_packed
	on_in_order
"
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/lib_mirror.sh"
source "$(dirname "$0")/lib_watch.sh"
source "$(dirname "$0")/lib_xdp.sh"

cleanup()
{
	watchers_stop
	pre_cleanup
}

pass()
{
	clear_all
	attached rtp1 xdp/pass
	ip -d link show dev rtp1 | grep -q "prog/xdp id"
	check_err $? "the program is not shown"
	note
	says g1 g2 1
	says g1 out 2 len=1514
	says g1 host 3
	says g2 g1 4
	check_noted ingress_frames=30 ingress_forwarded=30
	detached rtp1
	ip -d link show dev rtp1 | grep -q "prog/xdp"
	check_fail $? "a program is shown"
	note
	says g1 g2 5
	check_noted ingress_frames=10 ingress_forwarded=10
	log_test "what a program lets pass arrives as it was"
}

drop()
{
	clear_all
	attached rtp1 xdp/drop
	note
	sends g1 10 dst="${client_mac[g2]}"
	sends g1 10 dst=$all len=1000
	check_noted ingress_frames=20 drop_in_xdp_drop=20
	check_queued g2 0
	says g2 g1 1
	says g2 g3 2
	detached rtp1
	settle g1 g2 g3
	check_received g2 0 src="${client_mac[g1]}" flow=0
	log_test "what it drops is counted"
}

aborted()
{
	clear_all
	note
	attached rtp1 xdp/aborted
	sends g1 10 dst="${client_mac[g2]}"
	check_queued g2 0
	attached rtp1 xdp/nonsense
	sends g1 10 dst="${client_mac[g2]}"
	check_queued g2 0
	check_noted ingress_frames=20 drop_in_xdp_aborted=20
	detached rtp1
	log_test "what is no verdict drops the frame, and is counted as such"
}

# With a source of its own, which the switch must not learn.
sent_back()
{
	clear_all
	attached rtp1 xdp/tx
	note
	sends g1 10 dst="${client_mac[g2]}" src=$stranger flow=1 len=700
	must g1 wait src=$stranger flow=1 frames=10
	check_received g1 10 src=$stranger flow=1
	check_queued g1 10
	check_queued g2 0
	check_noted ingress_frames=10 ingress_forwarded=10 xdp_tx=10
	fdb_lacks rt0 $stranger
	check_err $? "the source was learned"
	detached rtp1
	log_test "what it sends back goes to its guest alone"
}

# All verdicts in one batch; a redirection without a destination is none.
one_by_one()
{
	local i

	clear_all
	attached rtp1 xdp/verdict
	note
	must g1 send count=50 flow=1 dst=ff:ff:ff:ff:ff:02
	for i in 1 2 3 4 5; do
		must g1 send count=3 flow=2 dst=ff:ff:ff:ff:ff:02
		must g1 send count=3 flow=3 dst=ff:ff:ff:ff:ff:01
		must g1 send count=3 flow=4 dst=ff:ff:ff:ff:ff:03
		must g1 send count=3 flow=5 dst=ff:ff:ff:ff:ff:00
		must g1 send count=3 flow=6 dst=ff:ff:ff:ff:ff:04
	done
	must g2 wait src="${client_mac[g1]}" flow=2 frames=15
	must g1 wait src="${client_mac[g1]}" flow=4 frames=15
	detached rtp1
	settle g1 g2
	check_received g2 50 src="${client_mac[g1]}" flow=1
	check_received g2 15 src="${client_mac[g1]}" flow=2
	for i in 3 4 5 6; do
		check_received g2 0 src="${client_mac[g1]}" flow=$i
	done
	check_noted ingress_frames=126 ingress_forwarded=81 xdp_tx=15 drop_in_xdp_drop=15 \
		drop_in_xdp_aborted=15 drop_in_xdp_redirect=15
	log_test "each frame has a verdict of its own"
}

rewritten()
{
	clear_all
	attached rtp1 xdp/rewrite
	note
	sends g1 10 dst="${client_mac[g2]}" flow=1
	sends g1 10 dst="${client_mac[g2]}" flow=1 len=1514
	shown g2 stranger 20 1
	shown g3 stranger 20 1
	shown out stranger 20 1
	check_shown g2 g1 0 1
	check_noted ingress_frames=20 ingress_forwarded=20
	fdb_has rt0 $stranger rtp1
	check_err $? "the new source was not learned"
	detached rtp1
	log_test "what it has changed is what is learned, looked up and delivered"
}

tags()
{
	clear_all
	attached rtp1 xdp/tag
	says g1 g2 1
	check_tag g2 1 10
	says g1 g2 2 len=1514
	check_tag g2 2 10
	attached rtp1 xdp/untag
	says g1 g2 3 tci=77
	check_tag g2 3 -1
	says g1 g2 4
	check_tag g2 4 -1
	# The switch sees the tag that the program has left.
	attached rtp1 xdp/tag
	echo 1 >/sys/class/net/rt0/ringswitch/vlan_filtering
	bridge vlan add dev rtp1 vid 10
	bridge vlan add dev rtp3 vid 10 pvid untagged
	sends g1 10 dst=$all flow=5
	shown g3 g1 10 5
	check_tag g3 5 -1
	check_shown g2 g1 0 5
	bridge vlan del dev rtp1 vid 10
	bridge vlan del dev rtp3 vid 10
	bridge vlan add dev rtp3 vid 1 pvid untagged
	echo 0 >/sys/class/net/rt0/ringswitch/vlan_filtering
	detached rtp1
	log_test "tags can be put on and taken off in front of the switch"
}

# lengthened BY LEN: a frame of so many bytes arrives with so many more.
lengthened()
{
	local in out

	in=$(counter rtp1 ingress_bytes)
	out=$(counter rtp2 egress_bytes)
	sends g1 10 dst="${client_mac[g2]}" len="$2"
	check_queued g2 10
	check_equal $(($(counter rtp1 ingress_bytes) - in)) $((10 * $2)) "bytes that came in"
	check_equal $(($(counter rtp2 egress_bytes) - out)) $((10 * ($2 + $1))) "bytes that went out"
}

lengths()
{
	clear_all
	note
	attached rtp1 xdp/longer
	lengthened 100 60
	lengthened 100 1000
	attached rtp1 xdp/shorter
	lengthened -100 1514
	lengthened -100 114
	check_noted ingress_frames=40 ingress_forwarded=40
	# There is not that much of it.
	sends g1 10 dst="${client_mac[g2]}" len=113
	check_noted ingress_frames=50 ingress_forwarded=40 drop_in_xdp_aborted=10
	detached rtp1
	must g2 clear
	log_test "frames can get longer and shorter"
}

# super TO FLOW: ten of them, which arrive.
super()
{
	must g1 send dst="${client_mac[$1]}" flow="$2" count=10 kind=tcp4 csum=partial mss=1000 len=20054
	must "$1" wait bytes=200000 flow="$2"
	check_equal "${told[damaged]}" 0 "damaged frames at $1"
}

super_frames()
{
	local program

	clear_all
	note
	for program in xdp/pass xdp.frags/whole xdp/tag; do
		attached rtp1 $program
		super g2 1
		super out 2
		clear_all
	done
	must g1 send dst="${client_mac[g2]}" flow=3 count=4 kind=tcp6 csum=partial mss=1000 len=65535
	must g2 wait bytes=240000 flow=3
	check_total g2 longest 65539 "longest frame"
	check_noted ingress_frames=64 ingress_forwarded=64
	attached rtp1 xdp/drop
	sends g1 10 dst="${client_mac[g2]}" kind=tcp4 csum=partial mss=1000 len=20054
	check_noted ingress_frames=74 ingress_forwarded=64 drop_in_xdp_drop=10
	attached rtp1 xdp/tx
	must g1 send dst="${client_mac[g2]}" flow=4 count=10 kind=tcp4 csum=partial mss=1000 len=20054
	must g1 wait bytes=200000 flow=4
	check_equal "${told[damaged]}" 0 "damaged frames at g1"
	# The program's work is not done: what it cuts off is needed.
	attached rtp1 xdp/shorter
	must g1 send dst="${client_mac[g2]}" kind=tcp4 csum=partial mss=10 len=150
	check_noted ingress_frames=85 ingress_forwarded=74 drop_in_xdp_drop=10 xdp_tx=10 \
		drop_in_bad_header=1
	detached rtp1
	clear_all
	log_test "super-frames are seen whole, and go on as such"
}

checksums()
{
	clear_all
	note
	attached rtp1 xdp/pass
	says g1 g2 1 kind=udp4 csum=partial len=1000
	says g1 out 2 kind=udp4 csum=partial len=200
	attached rtp1 xdp/tag
	says g1 g2 3 kind=udp4 csum=partial len=1001
	check_tag g2 3 10
	check_noted ingress_frames=30 ingress_forwarded=30
	detached rtp1
	log_test "a checksum that was to be made is made before a program looks"
}

not_around_the_guard()
{
	clear_all
	echo "${client_mac[g1]}" >/sys/class/net/rtp1/ringport/allowed_macs
	attached rtp1 xdp/rewrite
	note
	sends g1 10 dst="${client_mac[g2]}"
	check_noted ingress_frames=10 drop_in_source_mac=10
	check_queued g2 0
	detached rtp1
	echo >/sys/class/net/rtp1/ringport/allowed_macs
	says g1 g2 1
	log_test "what a program lets pass is judged by the switch as well"
}

what_tcpdump_sees()
{
	clear_all
	watch one rtp1
	attached rtp1 xdp/rewrite
	sends g1 10 dst="${client_mac[g2]}"
	attached rtp1 xdp/drop
	sends g1 10 dst="${client_mac[g2]}"
	detached rtp1
	watch_ends one
	check_seen one 10 ether proto $PROBE
	check_seen one 10 ether src $stranger and ether dst $all
	clear_all
	log_test "tcpdump sees what a program has let pass"
}

only_its_own_guest()
{
	clear_all
	attached rtp1 xdp/drop
	attached rtp2 xdp/pass
	says g2 g3 1
	says g3 g2 2
	says out g1 3
	says host g1 4
	detached rtp1
	detached rtp2
	log_test "other ports have other programs, or none"
}

port_down()
{
	clear_all
	attached rtp1 xdp/tx
	ip link set rtp1 down
	note
	sends g1 10 dst="${client_mac[g2]}"
	check_noted ingress_frames=10 drop_in_port_down=10
	ip link set rtp1 up
	detached rtp1
	settle g1 g2 g3
	log_test "a port that is down asks nobody"
}

# Nothing is lost, and nothing twice, whichever program there is.
under_traffic()
{
	local i

	clear_all
	stream_begins g1 g2 1 dst="${client_mac[g2]}" rate=$RATE
	stream_begins g3 g1 2 dst="${client_mac[g1]}" rate=$RATE
	for i in 1 2 3 4 5; do
		attached rtp1 xdp/pass
		attached rtp1 xdp.frags/whole
		detached rtp1
	done
	attached rtp1 xdp/pass
	stream_ends g1 g2 1
	stream_ends g3 g1 2
	must g1 stream flow=3 dst="${client_mac[g2]}" rate=$RATE
	attached rtp1 xdp/drop
	note
	busywait 5000 has_dropped 20
	check_err $? "nothing was dropped"
	ask g2 count src="${client_mac[g1]}" flow=3
	i=${told[frames]}
	busywait 5000 has_dropped 40
	check_received g2 "$i" src="${client_mac[g1]}" flow=3
	must g1 stream off
	detached rtp1
	log_test "programs come and go under traffic"
}

has_dropped()
{
	(($(counter rtp1 drop_in_xdp_drop) >= noted[drop_in_xdp_drop] + $1))
}

refused_programs()
{
	clear_all
	attached rtp1 xdp/pass
	refused "XDP program already attached" \
		ip link set dev rtp1 xdp obj "$programs" sec xdp/drop
	refused "Native and generic XDP can't be active" attach rtp1 xdp/drop xdpgeneric
	says g1 g2 1
	detached rtp1
	attached rt0 xdp/pass xdpgeneric
	refused "an upper device already has a program" attach rtp1 xdp/pass
	ip link set dev rt0 xdpgeneric off
	refused "does not support XDP in native mode" attach rt0 xdp/pass xdpdrv
	attached rtp1 xdp/pass xdpdrv
	ip link set dev rtp1 xdpdrv off
	check_err $? "cannot take the program off rtp1"
	log_test "what cannot be attached is refused"
}

guest_dies()
{
	clear_all
	attached rtp1 xdp/drop
	must g1 stream flow=1 dst="${client_mac[g2]}" rate=$RATE
	note
	busywait 5000 has_dropped 10
	client_kill g1
	busywait 5000 port_is rtp1 idle
	check_err $? "the port is not idle"
	guest_start g1 rtp1
	check_err $? "cannot start g1: $answer"
	note
	sends g1 10 dst="${client_mac[g2]}"
	check_noted ingress_frames=10 drop_in_xdp_drop=10
	attached rtp1 xdp/pass
	says g1 g2 2
	restart g1 rtp1
	says g1 g2 3
	detached rtp1
	settle g1 g2 g3 out host
	log_test "a program outlives its port's guests"
}

has_ports()
{
	compgen -G "/sys/bus/vdpa/devices/rt*" >/dev/null
}

# All that have a program; a VMM has one of them open still.
ports_go()
{
	local i

	for i in 4 5; do
		port_add rtp$i rt0 max_vqp 16 && guest_start g$i rtp$i
		check_err $? "cannot start g$i: $answer"
		attached rtp$i xdp/pass
		must g$i stream flow=1 dst="${client_mac[g2]}" rate=$RATE
		must g2 wait src="${client_mac[g$i]}" flow=1 frames=10
	done
	client_kill g4
	port_del rtp4
	check_err $? "cannot delete rtp4"
	ip link del rt0
	check_err $? "cannot delete rt0"
	must g5 stream off
	client_quit g5
	check_err $? "g5: $answer"
	clients_stop
	busywait 5000 not has_ports
	check_err $? "there are ports left"
	sweep
	mirror_setup
	check_err $? "cannot set up: $answer"
	says g1 g2 1
	log_test "ports and their switch go with their programs"
}

other_rings()
{
	rings_are "$1" g1 g2
	settle g1 g2
	settle g2 g1
	pass
	sent_back
	super_frames
}

on_packed()
{
	other_rings packed
}

on_in_order()
{
	other_rings packed,in_order
}

trap cleanup EXIT
require_command tcpdump
xdp_required
mirror_setup || bail_out
client_mac[stranger]=$stranger
tests_run
exit $EXIT_STATUS
