#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# How urgent a frame is goes through the switch: DSCP and ECN of IP packets, PCP and DEI of VLAN
# tags, between all kinds of port, whether the switch filters by VLAN or not.
#
#   +-----------+ +-----------+     +------------------+
#   | g1        | | g2        |     | out (eth0)       |
#   | access 10 | | trunk     |     | tag (eth0.10)    | outside host
#   +-----+-----+ +-----+-----+     +--------+---------+
#         | rtp1        | rtp2          rtu1 | trunk, veth
#   +-----+-------------+--------------------+----+
#   |   rt0: the host, and in VLAN 10 (rt0.10)    |
#   +---------------------------------------------+

ALL_TESTS="
	dscp
	dscp_offloads
	dscp_segments
	tags_left_alone
	start_filtering
	dscp_with_tags
	tags_kept
	no_priority
	priority_tags
	taken_off
	beside_the_frame
	from_the_host
	on_super_frames
"
source "$(dirname "$0")/lib.sh"

flow=0

setup_prepare()
{
	switch_fill 2 && host_start host - rt0 || return
	# What is sent there has no priority of its own: PCP 5 at the host, 6 outside.
	ip -batch - <<-END && ip -n rt-out -batch - <<-END2 || return
		link add link rt0 name rt0.10 type vlan id 10 egress-qos-map 0:5
		link set rt0.10 addrgenmode none
		link set rt0.10 up
	END
		link add link eth0 name eth0.10 type vlan id 10 egress-qos-map 0:6
		link set eth0.10 addrgenmode none
		link set eth0.10 up
	END2
	host_start tag rt-out eth0.10 && host_start vlan - rt0.10
}

# passes FROM TO TOS [FRAME..]: it arrives as it was, all ten.
passes()
{
	local from=$1; shift
	local to=$1; shift
	local tos=$1; shift

	# Each that fails takes seconds.
	((!RET)) || return
	[[ $* == *kind=* ]] || set -- kind=udp4 "$@"
	flow=$((flow % 200 + 1))
	must "$to" clear
	must "$from" send dst="${client_mac[$to]}" flow=$flow tos="$tos" count=10 len=300 "$@"
	must "$to" wait flow=$flow frames=10
	check_equal "${told[damaged]}" 0 "damaged from $from to $to"
	check_equal "${told[tos]}" $((tos)) "DSCP and ECN from $from to $to"
}

# EF, CS1 with ECT(1), all bits, best effort with congestion.
codepoints="0xb8 0x21 0xff 0x03"

dscp()
{
	local tos kind

	for tos in $codepoints; do
		for kind in udp4 udp6; do
			passes g1 g2 "$tos" kind=$kind
			passes g1 out "$tos" kind=$kind
			passes out g1 "$tos" kind=$kind
			passes g1 host "$tos" kind=$kind
			passes host g1 "$tos" kind=$kind
			passes out host "$tos" kind=$kind
			passes host out "$tos" kind=$kind
		done
	done
	log_test "DSCP and ECN pass between guests, uplink and host"
}

# stream FROM TO TOS [FRAME..]: super-frames, in however many pieces they arrive.
stream()
{
	local from=$1; shift
	local to=$1; shift
	local tos=$1; shift
	local len=20000

	[[ $* != *tci=* ]] || len=20004
	flow=$((flow % 200 + 1))
	must "$to" clear
	must "$from" send dst="${client_mac[$to]}" flow=$flow tos="$tos" kind=tcp4 csum=partial \
		mss=1448 len=$len count=5 "$@"
	must "$to" wait flow=$flow bytes=$((5 * (20000 - 54)))
	check_equal "${told[damaged]} ${told[lost]}" "0 0" "damaged, lost from $from to $to"
	check_equal "${told[tos]}" $((tos)) "DSCP and ECN from $from to $to"
}

dscp_offloads()
{
	passes g1 g2 0xb9 kind=udp4 csum=partial
	passes g1 out 0xb9 kind=udp6 csum=partial
	stream g1 g2 0xb8
	stream g1 out 0xb8
	stream g1 host 0xb8
	stream out g1 0x2a
	log_test "DSCP and ECN pass with checksums and segments to be made"
}

# A guest that takes no super-frames gets each segment like the whole.
dscp_segments()
{
	restart g2 rtp2 --without guest_tso4,guest_tso6,guest_csum
	stream g1 g2 0xb9
	stream out g2 0x2a
	check_total g2 gso 0 "offloads the guest did not ask for"
	restart g2 rtp2
	log_test "DSCP and ECN of a super-frame are those of each segment"
}

tags_left_alone()
{
	local tci

	for tci in 0xf00a 0x100a 0xa00a 0xe000 0x1000; do
		passes g1 g2 0xb8 tci=$tci
		check_tag g2 $flow $tci
		passes g1 out 0xb8 tci=$tci
		check_tag out $flow $tci
		passes out g1 0xb8 tci=$tci
		check_tag g1 $flow $tci
	done
	passes tag g1 0x28
	check_tag g1 $flow 0xc00a
	log_test "a switch that does not filter leaves PCP and DEI alone"
}

start_filtering()
{
	bridge vlan del dev rtp1 vid 1
	bridge vlan add dev rtp1 vid 10 pvid untagged
	bridge vlan del dev rtp2 vid 1
	bridge vlan add dev rtp2 vid 10
	bridge vlan del dev rtu1 vid 1
	bridge vlan add dev rtu1 vid 10
	bridge vlan add dev rt0 vid 10 self
	echo 1 >/sys/class/net/rt0/ringswitch/vlan_filtering
	check_err $? "cannot set up"
	log_test "from here on it filters by VLAN"
}

dscp_with_tags()
{
	local tos

	for tos in $codepoints; do
		passes g1 g2 "$tos"
		passes g2 g1 "$tos" tci=10 kind=udp6
		passes g1 out "$tos" kind=udp6
		passes out g1 "$tos" tci=10
		passes g1 vlan "$tos"
		passes vlan g1 "$tos" kind=udp6
		passes vlan out "$tos"
	done
	log_test "DSCP and ECN pass where tags come and go"
}

tags_kept()
{
	local tci

	for tci in 0xf00a 0x100a 0xa00a; do
		passes g2 out 0 tci=$tci
		check_tag out $flow $tci
		passes out g2 0 tci=$tci
		check_tag g2 $flow $tci
		# Of its own VLAN an access port takes a tag, and what is in it.
		passes g1 g2 0 tci=$tci
		check_tag g2 $flow $tci
	done
	log_test "PCP and DEI of a tag are those it had"
}

# DSCP makes no PCP, as on a bridge.
no_priority()
{
	passes g1 g2 0xb8
	check_tag g2 $flow 10
	passes g1 out 0xb8
	check_tag out $flow 10
	bridge vlan add dev rtu1 vid 10 pvid
	passes out g2 0xb8
	check_tag g2 $flow 10
	bridge vlan add dev rtu1 vid 10
	log_test "who has no tag gets one of priority 0"
}

priority_tags()
{
	local pcp

	for pcp in 0xf000 0x1000 0x6000; do
		passes g1 g2 0 tci=$pcp
		check_tag g2 $flow $((pcp + 10))
		passes g1 out 0 tci=$pcp
		check_tag out $flow $((pcp + 10))
	done
	bridge vlan add dev rtu1 vid 10 pvid
	passes out g2 0 tci=0xb000
	check_tag g2 $flow 0xb00a
	bridge vlan add dev rtu1 vid 10
	log_test "a priority tag gets the VLAN of its port, and keeps PCP and DEI"
}

taken_off()
{
	passes g2 g1 0xb8 tci=0xf00a
	check_tag g1 $flow -1
	passes out g1 0xb8 tci=0xf00a
	check_tag g1 $flow -1
	log_test "who gets no tag gets no priority either, and the packet as it was"
}

# The kernel carries it in the socket buffer.
beside_the_frame()
{
	passes tag g2 0x28
	check_tag g2 $flow 0xc00a
	passes tag g1 0x28
	check_tag g1 $flow -1
	log_test "PCP of a tag that is carried beside the frame"
}

from_the_host()
{
	passes vlan g2 0x28
	check_tag g2 $flow 0xa00a
	passes vlan out 0x28
	check_tag out $flow 0xa00a
	log_test "PCP that the host's VLAN device chooses"
}

on_super_frames()
{
	stream g1 g2 0xb9 tci=0xd000
	check_tag g2 $flow 0xd00a
	stream g1 out 0xb9 tci=0xd000
	check_tag out $flow 0xd00a
	stream tag g2 0x28
	check_tag g2 $flow 0xc00a
	restart g2 rtp2 --without guest_tso4,guest_tso6,guest_csum
	stream g1 g2 0xb9 tci=0xd000
	check_tag g2 $flow 0xd00a
	check_total g2 gso 0 "offloads the guest did not ask for"
	log_test "PCP and DSCP of a super-frame are those of each segment"
}

trap cleanup EXIT
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
