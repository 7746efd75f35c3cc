#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Segmentation and checksum offload: carried whole to who takes them, done in software for
# who does not. Payload and checksums of every frame are verified by its receiver.
#
#   +------+  +-----------+  +------------+  +---------------+     +-------+
#   |  g1  |  |  whole    |  |  nocsum    |  |  notso        |     |  out  |
#   | all  |  |  all      |  |  no CSUM,  |  |  CSUM, no TSO |     |       |
#   |      |  |           |  |  no TSO    |  |               |     |       |
#   +--+---+  +-----+-----+  +------+-----+  +-------+-------+     +---+---+
#      | rtp1       | rtp2          | rtp3           | rtp4       rtu1 | veth
#   +--+------------+---------------+----------------+-----------------+-+
#   |                                rt0                                 |
#   +--------------------------------------------------------------------+

ALL_TESTS="
	tso4_whole
	tso6_whole
	tso_to_big_buffers
	tso_segmented
	tso_segmented_csum_done
	uso
	ecn
	csum_carried
	csum_done
	one_sender_many_receivers
	tso_to_uplink
	uplink_to_all
"
source "$(dirname "$0")/lib.sh"

# What a guest refuses that wants no super-frames.
SEGMENTS=guest_tso4,guest_tso6,guest_ecn,guest_uso4,guest_uso6

setup_prepare()
{
	local i

	switch_add rt0 || return
	for i in 1 2 3 4; do
		port_add rtp$i rt0 || return
	done
	guest_start g1 rtp1 && guest_start whole rtp2 &&
		guest_start nocsum rtp3 --without guest_csum,$SEGMENTS &&
		guest_start notso rtp4 --without $SEGMENTS || return
	uplink_add rtu1 rt0 rt-out && host_start out rt-out eth0 || return
	settle whole g1 nocsum notso out
	settle nocsum g1 whole
	settle notso g1 whole
}

clear_all()
{
	local name

	for name in g1 whole nocsum notso out; do
		must $name clear
	done
}

# send_tso RECEIVER KIND [SENDER [FRAME...]]: ten frames of 30000 bytes, at the receiver byte by byte.
send_tso()
{
	local to=$1
	local kind=$2
	local from=${3:-g1}
	local headers=54 mss=1448

	shift $(($# < 3 ? $# : 3))
	[[ $kind == tcp6 ]] && headers=74 mss=1428
	clear_all
	must "$from" send dst="${client_mac[$to]}" kind="$kind" csum=partial mss=$mss len=30000 \
		count=10 "$@"
	must "$to" wait bytes=$((10 * (30000 - headers)))
	check_equal "${told[damaged]}" 0 "damaged frames"
	check_equal "${told[lost]}" 0 "bytes lost"
	check_equal "${told[late]}" 0 "segments out of order"
}

check_whole()
{
	local to=$1

	check_received "$to" 10
	check_total "$to" gso 10 "unsegmented frames"
	check_total "$to" longest 30000 "longest frame"
}

# 21 segments a frame.
check_segmented()
{
	local to=$1

	check_received "$to" 210
	check_total "$to" gso 0 "unsegmented frames"
	check_total "$to" longest 1502 "longest frame"
}

check_complete()
{
	check_total "$1" partial 0 "frames with a partial checksum"
}

tso4_whole()
{
	send_tso whole tcp4
	check_whole whole
	check_total whole mss 1448 "segment size"
	log_test "TSO over IPv4, end to end"
}

tso6_whole()
{
	send_tso whole tcp6
	check_whole whole
	check_total whole mss 1428 "segment size"
	log_test "TSO over IPv6, end to end"
}

tso_to_big_buffers()
{
	client_quit whole
	guest_start whole rtp2 --without mrg_rxbuf --rx-buffers 32
	check_err $? "cannot start: $answer"
	send_tso whole tcp4
	check_whole whole
	client_quit whole
	guest_start whole rtp2
	check_err $? "cannot start: $answer"
	settle whole g1
	log_test "TSO to a guest without mergeable buffers"
}

# A guest that takes partial checksums may be given segments with one, or without.
tso_segmented()
{
	send_tso notso tcp4
	check_segmented notso
	send_tso notso tcp6
	check_segmented notso
	log_test "TSO to a guest without it: segments arrive"
}

tso_segmented_csum_done()
{
	send_tso nocsum tcp4
	check_segmented nocsum
	check_complete nocsum
	send_tso nocsum tcp6
	check_segmented nocsum
	check_complete nocsum
	log_test "TSO to a guest without checksum offload: checksums are right"
}

# send_uso KIND RECEIVER SENDER FRAMES: ten super-frames of 21 datagrams, in the ledger of the receiver one by one.
send_uso()
{
	local kind=$1
	local to=$2
	local from=$3
	local frames=$4

	clear_all
	must "$from" send dst="${client_mac[$to]}" kind="$kind" csum=partial mss=1448 len=30000 count=10
	must "$to" wait frames="$frames"
	check_received "$to" "$frames"
	check_equal "${told[lost]}" 0 "datagrams lost"
	check_equal "${told[late]}" 0 "datagrams out of order"
}

uso()
{
	local kind

	for kind in udp4 udp6; do
		send_uso $kind whole g1 10
		check_whole whole
		send_uso $kind whole out 10
		check_whole whole
		send_uso $kind notso g1 210
		check_total notso gso 0 "unsegmented frames"
		send_uso $kind nocsum out 210
		check_total nocsum gso 0 "unsegmented frames"
		check_complete nocsum
		send_uso $kind out g1 10
		check_whole out
	done
	log_test "UDP segmentation, whole and done in software"
}

ecn()
{
	send_tso whole tcp4 g1 h_gso_type=0x81
	check_whole whole
	send_tso notso tcp6 g1 h_gso_type=0x84
	check_segmented notso
	log_test "TSO with ECN, whole and done in software"
}

csum_carried()
{
	clear_all
	must g1 send dst="${client_mac[whole]}" kind=udp4 csum=partial len=1400 count=20
	must whole wait frames=20
	check_received whole 20
	check_total whole partial 20 "frames with a partial checksum"
	log_test "a partial checksum is carried to a guest that takes it"
}

csum_done()
{
	local kind

	clear_all
	for kind in udp4 tcp4 tcp6 udp6; do
		must g1 send dst="${client_mac[nocsum]}" kind=$kind csum=partial len=1399 count=20
	done
	must nocsum wait frames=80
	check_received nocsum 80
	check_complete nocsum
	log_test "a partial checksum is completed for a guest that does not"
}

one_sender_many_receivers()
{
	local name

	clear_all
	must g1 send dst=$all kind=tcp4 csum=partial mss=1448 len=30000 count=10
	for name in whole nocsum notso out; do
		must $name wait bytes=$((10 * (30000 - 54)))
		check_equal "${told[damaged]}" 0 "damaged frames at $name"
		check_equal "${told[lost]}" 0 "bytes lost at $name"
	done
	check_whole whole
	check_segmented nocsum
	check_complete nocsum
	log_test "a flooded large frame reaches each receiver in the form it takes"
}

tso_to_uplink()
{
	send_tso out tcp4
	check_whole out
	clear_all
	# Then a veth hands frames to the CPU that sends them, and two do not keep an order:
	# whoever runs the guest's ingress, one takes them.
	ip netns exec rt-out ethtool -K eth0 gro off
	ip netns exec rt-out sh -c "echo 1 >/sys/class/net/eth0/queues/rx-0/rps_cpus"
	check_err $? "cannot have one CPU receive"
	ethtool -K rtu1 tso off gso off tx off >/dev/null
	send_tso out tcp6
	check_received out 210
	check_total out gso 0 "offloads the NIC does not have"
	check_total out partial 0 "offloads the NIC does not have"
	ethtool -K rtu1 tso on gso on tx on >/dev/null
	log_test "large frames leave through a NIC as it takes them"
}

uplink_to_all()
{
	send_tso whole tcp4 out
	check_whole whole
	send_tso nocsum tcp4 out
	check_segmented nocsum
	check_complete nocsum
	send_tso notso tcp6 out
	check_segmented notso
	log_test "super-frames of a NIC reach each guest in the form it takes"
}

trap cleanup EXIT
require_command ethtool
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
