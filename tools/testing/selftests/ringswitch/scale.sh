#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A switch with very many ports, very many switches, very many addresses: all of it is there, each
# frame is where it should be, and it goes in one step.
#
# RSW_PORTS, RSW_SWITCHES and RSW_ENTRIES say how many; 1024, 64 and 1000000 are what is meant to
# work, and take minutes.

ALL_TESTS="
	many_ports
	many_addresses
	addresses_go
	many_switches
"
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/lib_pktgen.sh"

ports=${RSW_PORTS:-256}
switches=${RSW_SWITCHES:-64}
entries=${RSW_ENTRIES:-100000}
if ((RATE < 2000)); then
	ports=${RSW_PORTS:-24}
	switches=${RSW_SWITCHES:-8}
	entries=${RSW_ENTRIES:-10000}
fi
sw=/sys/class/net/rt0/ringswitch

# Milliseconds since the last time.
lap()
{
	local before=$now

	stamp
	lap=$((now - before))
}

# MiB that have gone since the last time.
mem()
{
	local before=$available

	available=$(awk '/^MemAvailable/ { print $2 }' /proc/meminfo)
	used=$((before - available))
}

ports_are_gone()
{
	! compgen -G "/sys/bus/vdpa/devices/rt*" >/dev/null
}

# Everybody but the first and the last has no driver, which is counted for each frame.
many_ports()
{
	local i failed=0 last=rtp$ports wanted

	switch_add rt0
	mem
	stamp
	# By a file, which costs no process each.
	for ((i = 1; i <= ports; i++)); do
		echo "+rtp$i mac=52:54:00:73:$(printf '%02x:%02x' $((i >> 8)) $((i & 255)))" \
			>$sw/ports || failed=1
	done
	lap
	check_err $failed "not all ports could be made"
	mem
	log_info "$ports ports: $((1000 * lap / ports)) us and $((used / ports)) KiB each"
	guest_start g1 rtp1 && guest_start last $last
	check_err $? "cannot start: $answer"
	must last send dst=$all
	must g1 wait frames=1
	must last clear
	note_queued
	stamp
	must g1 send dst=$all count=100
	must last wait frames=100
	lap
	check_received last 100
	check_equal "${told[twice]}" 0 "frames twice"
	# One for the broadcast of the last one, and none at the two with a driver.
	wanted="2 0 $((ports - 2)) 101"
	check_equal "$(cat /sys/class/net/rtp*/ringport/drop_out_no_driver | sort | uniq -c | xargs)" \
		"$wanted" "how many ports have so many of drop_out_no_driver"
	log_info "100 broadcasts to $((ports - 1)) ports: $lap ms"
	check_queued g1 0
	busywait 2000 conserved
	check_err $? "not conserved"
	client_quit g1 && client_quit last
	check_err $? "$answer"
	stamp
	switch_del rt0
	check_err $? "cannot be deleted"
	lap
	log_info "switch with $ports ports deleted in $lap ms"
	busywait 20000 ports_are_gone
	check_err $? "devices are left"
	log_test "$ports ports on a switch"
}

# fdb_count WANTED: as the kernel counts them, and as it tells them.
fdb_count()
{
	check_equal "$(<$sw/fdb_learned)" "$1" "addresses known"
	stamp
	# Those of the switch itself are permanent.
	check_equal "$(bridge fdb show dev rt0 | grep -cv permanent)" "$1" "addresses told of"
	lap
}

many_addresses()
{
	local before

	switch_add rt0 && port_add rtp1 rt0 && guest_start g1 rtp1 && uplink_add rtu1 rt0 rt-out &&
		pktgen_open rtu1
	check_err $? "cannot start: $answer"
	must g1 send dst=$all
	# It has one of them, and there may be no more than a million.
	((entries < 1000000)) || entries=999999
	echo $((entries + 1)) >$sw/fdb_max_learned
	check_err $? "$((entries + 1)) addresses are too many"
	mem
	pktgen_run rtu1 $entries "$(pktgen_mac 02:01 0)" $entries "$(port_mac rtp1)" 1
	check_err $? "cannot send: $answer"
	mem
	fdb_count $((entries + 1))
	log_info "$entries addresses: $((1024 * used / entries)) bytes each," \
		"learned at $answer frames/s, dumped in $lap ms"
	before=$(counter rtu1 drop_in_same_port)
	note_queued
	pktgen_run rtu1 $entries "$(pktgen_mac 02:01 0)" 1 "$(pktgen_mac 02:01 0)" $entries
	check_equal $(($(counter rtu1 drop_in_same_port) - before)) $entries "frames to who is known"
	check_queued g1 0
	log_info "$entries addresses: frames to each of them at $answer frames/s"
	before=$(counter rtu1 fdb_not_learned)
	pktgen_run rtu1 50 "$(pktgen_mac 02:02 0)" 50 "$(port_mac rtp1)" 1
	check_equal $(($(counter rtu1 fdb_not_learned) - before)) 50 "addresses beyond the limit"
	check_equal "$(<$sw/fdb_learned)" $((entries + 1)) "addresses known"
	log_test "$entries addresses are known, and no more than may be"
}

all_forgotten()
{
	[[ $(<$sw/fdb_learned) == 0 ]]
}

# Still full from before.
addresses_go()
{
	stamp
	ip link set rtp1 down
	lap
	check_equal "$(<$sw/fdb_learned)" $entries "addresses known after another port went down"
	log_info "a port down among $entries addresses of others: $lap ms"
	stamp
	echo 100 >$sw/ageing_time
	busywait 60000 all_forgotten
	check_err $? "$(<$sw/fdb_learned) addresses are still known"
	lap
	log_info "$entries addresses forgotten $lap ms after the ageing time became 1 s"
	echo 30000 >$sw/ageing_time
	pktgen_run rtu1 $entries "$(pktgen_mac 02:01 0)" $entries "$(port_mac rtp1)" 1
	check_equal "$(<$sw/fdb_learned)" $entries "addresses known again"
	stamp
	ip link set rtu1 nomaster
	lap
	check_equal "$(<$sw/fdb_learned)" 0 "addresses known after their port has gone"
	log_info "port with $entries addresses taken away in $lap ms"
	pktgen_close
	client_quit g1
	switch_del rt0
	log_test "$entries addresses go, by age and with their port"
}

many_switches()
{
	local i

	stamp
	for ((i = 0; i < switches; i++)); do
		switch_add rt$i && port_add rtp$((i + 1)) rt$i
		check_err $? "switch $i or its port cannot be made"
	done
	lap
	log_info "$switches switches with a port each: $lap ms"
	check_equal "$(vdpa mgmtdev show | grep -c '^rt[0-9]*:')" "$switches" "management devices"
	# Each is alone: frames do not get from one to another.
	guest_start g1 rtp1 && guest_start g2 rtp2
	check_err $? "cannot start: $answer"
	must g1 send dst=$all count=10
	must g1 send dst="$(port_mac rtp2)" count=10
	busywait 3000 has_sent rtp1 20
	check_err $? "g1 has not sent all"
	check_received g2 0
	check_equal "$(cat /sys/class/net/rtp*/ringport/egress_queued | sort -u)" 0 \
		"frames for other switches"
	client_quit g1 && client_quit g2
	stamp
	for ((i = 0; i < switches; i++)); do
		switch_del rt$i
	done
	lap
	busywait 20000 ports_are_gone
	check_err $? "devices are left"
	log_info "$switches switches deleted in $lap ms"
	log_test "$switches switches"
}

finish()
{
	pktgen_close
	cleanup
}

trap finish EXIT
pktgen_close
[[ -e /proc/net/pktgen ]] || modprobe -q pktgen || skip_all "no pktgen"
available=0
tests_run
exit $EXIT_STATUS
