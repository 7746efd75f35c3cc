#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# DPDK's virtio-user driver as a guest: testpmd swaps the addresses of every frame and
# sends it back.
#
#   +------+  +-----------+
#   |  g1  |  |  testpmd  |
#   +--+---+  +-----+-----+
#      | rtp1       | rtp2
#   +--+------------+--+
#   |       rt0        |
#   +------------------+

ALL_TESTS="
	echo_frames
	echo_large_frames
	single_buffers
	killed_under_traffic
	other_layouts
"
source "$(dirname "$0")/lib.sh"

setup_prepare()
{
	switch_add rt0 && port_add rtp1 rt0 && port_add rtp2 rt0 && guest_start g1 rtp1 --ring 1024
}

# testpmd_start [,DEVICE_ARGUMENT=..]...: polls, so it takes a CPU for itself.
testpmd_start()
{
	local options=$1

	find_vhost_node rtp2 || return
	[[ -p $TMP/testpmd.in ]] || mkfifo "$TMP/testpmd.in"
	dpdk-testpmd -l 0,1 --no-shconf --no-huge -m 20 --no-pci --no-telemetry \
		--vdev="net_virtio_user0,path=$node$options" -- --total-num-mbufs=2048 \
		--forward-mode=macswap --port-topology=loop --auto-start \
		<"$TMP/testpmd.in" >"$TMP/testpmd.log" 2>&1 &
	testpmd=$!
	ask g1 clear
	# Ends when it reads a line.
	exec {testpmd_in}>"$TMP/testpmd.in"
	busywait 20000 testpmd_forwards && return
	log_info "$(tail -n 3 "$TMP/testpmd.log")"
	return 1
}

testpmd_forwards()
{
	kill -0 "$testpmd" 2>/dev/null || return
	ask g1 send dst="$(port_mac rtp2)" flow=9 &&
		ask g1 wait src="$(port_mac rtp2)" flow=9 frames=1 timeout=50
}

testpmd_stop()
{
	echo >&"$testpmd_in"
	exec {testpmd_in}>&-
	wait "$testpmd"
}

cleanup()
{
	[[ -z $testpmd ]] || kill -KILL "$testpmd" 2>/dev/null
	pre_cleanup
}

# returned COUNT FLOW FRAME...: sent in portions that fit any ring.
returned()
{
	local count=$1; shift
	local flow=$1; shift
	local sent

	for ((sent = 100; sent <= count; sent += 100)); do
		must g1 send dst="$(port_mac rtp2)" count=100 flow="$flow" "$@"
		must g1 wait src="$(port_mac rtp2)" flow="$flow" frames=$sent
	done
	check_received g1 "$count" src="$(port_mac rtp2)" flow="$flow"
	check_equal "${told[lost]}" 0 "lost frames"
	check_equal "${told[late]}" 0 "frames out of order"
}

echo_frames()
{
	testpmd_start
	check_err $? "testpmd does not forward"
	returned 1000 1
	log_test "testpmd returns every frame"
}

echo_large_frames()
{
	returned 500 2 len=1514
	testpmd_stop
	check_err $? "testpmd ended badly"
	busywait 2000 port_is rtp2 idle
	check_err $? "rtp2 is $(port_state rtp2)"
	log_test "full frames; testpmd ends in order"
}

single_buffers()
{
	testpmd_start ,mrg_rxbuf=0,queue_size=1024
	check_err $? "testpmd does not forward"
	returned 500 3 len=1000
	log_test "testpmd without mergeable buffers, with the longest rings"
}

killed_under_traffic()
{
	must g1 stream dst="$(port_mac rtp2)" rate=$RATE flow=4
	must g1 wait flow=4 frames=100
	kill -KILL "$testpmd"
	wait "$testpmd" 2>/dev/null
	exec {testpmd_in}>&-
	busywait 1000 port_is rtp2 idle
	check_err $? "rtp2 is $(port_state rtp2) a second after the kill"
	must g1 stream off
	testpmd_start
	check_err $? "testpmd does not forward again"
	returned 500 5
	testpmd_stop
	check_err $? "testpmd ended badly"
	testpmd=
	log_test "testpmd is killed under traffic, and its successor works"
}

negotiated()
{
	vdpa -j dev config show rtp2 |
		jq -r '.config.rtp2.negotiated_features | if index("RING_PACKED") then "packed" else "split" end +
			if index("IN_ORDER") then ",in_order" else "" end'
}

# ring_layout LAYOUT DEVICE_ARGUMENTS
ring_layout()
{
	local rings=$1
	local options=$2

	testpmd_start ,"$options"
	check_err $? "testpmd does not forward"
	check_equal "$(negotiated)" "$rings" "layout of the rings"
	returned 500 6 len=600
	testpmd_stop
	check_err $? "testpmd ended badly"
	testpmd=
	log_test "testpmd with rings $rings"
}

# What it chose above by itself is split,in_order; split is what the mock guests have.
other_layouts()
{
	ring_layout packed packed_vq=1,in_order=0
	ring_layout packed,in_order packed_vq=1,in_order=1,mrg_rxbuf=0
}

testpmd=
trap cleanup EXIT
require_command dpdk-testpmd jq
# DPDK's memory without huge pages is in as many pieces as it has pages.
limit=$(cat /sys/module/vhost_vdpa/parameters/max_iotlb_entries 2>/dev/null)
((${limit:-1000000} > 10000)) || skip_all "vhost_vdpa.max_iotlb_entries is only $limit"
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
