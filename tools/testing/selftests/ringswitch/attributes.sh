#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Whatever an administrator writes, to any file and by rtnetlink, from several threads: what is
# refused changes nothing, what is taken can be read, and traffic goes on. RSW_SEED repeats it, and
# RSW_FILES is a word in the names of the files to try.
#
#   +------+  +------+        +---------------+
#   |  g1  |  |  g2  |        |      out      | outside host
#   +--+---+  +--+---+        +-------+-------+
#      | rtp1    | rtp2  rtq..   rtu1 | veth    rtw1
#   +--+---------+--------:-----------+----------:--+
#   |                      rt0                      |  rtm..
#   +-----------------------------------------------+

ALL_TESTS="
	edge_values
	nothing_is_left
"
source "$(dirname "$0")/lib.sh"
require_command python3

setup_prepare()
{
	switch_fill 2 && ip link add rtw1 type veth peer name rtw2 && ip link set rtw1 up &&
		ip link set rtw2 up
}

edge_values()
{
	local seed=${RSW_SEED:-$SRANDOM} seconds=30

	[[ ! -e /proc/lockdep ]] || seconds=10
	log_info "seed $seed"
	must g1 stream dst=$all rate=$RATE len=200
	must g2 stream dst="${client_mac[out]}" rate=$RATE flow=2
	must out stream dst=$all rate=$RATE flow=3
	# shellcheck disable=SC2086 # none is none
	"$lib_dir/attributes.py" rt0 "$seed" $seconds $RSW_FILES >"$TMP/attributes" 2>&1
	check_err $? "something is wrong, with seed $seed"
	sed 's/^\(# \)\?/# /' "$TMP/attributes"
	must g1 stream off
	must g2 stream off
	must out stream off
	log_test "edge values for all files, and garbage by rtnetlink"
}

nothing_is_left()
{
	settle g1 g2 out
	settle out g1 g2
	exchange 50
	must out clear
	must g1 send dst="${client_mac[out]}" count=10 flow=4
	must out wait frames=10 flow=4
	switch_add rt1 && port_add rtp3 rt1
	check_err $? "cannot make another switch"
	port_del rtp3
	switch_del rt1
	log_test "all goes on as before"
}

trap cleanup EXIT
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
