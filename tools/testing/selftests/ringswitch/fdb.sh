#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The forwarding database as people use it: addresses added, changed, shown, removed and flushed,
# by "bridge fdb" and by sysfs.
#
#   +------+  +------+  +------+          +---------------+
#   |  g1  |  |  g2  |  |  g3  |          |      out      | outside host
#   +--+---+  +--+---+  +--+---+          +-------+-------+
#      | rtp1    | rtp2    | rtp3            rtu1 | veth
#   +--+---------+---------+---------------------+-+
#   |                 rt0 (host)                   |
#   +----------------------------------------------+

ALL_TESTS="
	add_and_remove
	named_by_the_switch
	replace_and_append
	without_a_vlan
	known_from_elsewhere
	in_use
	by_sysfs
	refused_by_netlink
	refused_by_sysfs
	own_address
	dumped_whole
	flushed_by_netlink
	flushed_by_sysfs
"
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/lib_fdb.sh"

add_and_remove()
{
	forget
	bridge fdb add $station dev rtp1 static vlan 1
	check_err $? "cannot add a static address"
	check_entry $station vlan 1 via rtp1 self static
	bridge fdb add $another dev rtp1 dynamic sticky vlan 1
	check_err $? "cannot add a sticky address"
	check_entry $another vlan 1 via rtp1 self sticky
	check_equal "$(bridge fdb show dev rtp1 | grep -c "master rt0")" 2 "addresses at rtp1"
	check_equal "$(bridge fdb get $station dev rtp1 self vlan 1)" \
		"$station dev rtp1 vlan 1 master rt0 static" "fdb get at the port"
	check_equal "$(bridge fdb get $station br rt0 vlan 1)" \
		"$station dev rt0 vlan 1 via rtp1 self static" "fdb get at the switch"
	refused "not found" bridge fdb get $station dev rtp2 self vlan 1
	refused "not found" bridge fdb get $station br rt0
	bridge fdb del $station dev rtp1 vlan 1
	check_err $? "cannot remove"
	check_nothing $station
	refused "not found" bridge fdb del $station dev rtp1 vlan 1
	refused "not found" bridge fdb del $another dev rtp2 vlan 1
	check_entry $another vlan 1 via rtp1 self sticky
	log_test "addresses are added, looked for and removed at a port"
}

named_by_the_switch()
{
	forget
	bridge fdb add $station dev rt0 via rtu1 static vlan 1
	check_err $? "cannot add one behind a NIC"
	check_entry $station vlan 1 via rtu1 self static
	bridge fdb add $another dev rt0 vlan 1
	check_err $? "cannot add one of the host"
	check_entry $another vlan 1 self permanent
	refused "not found" bridge fdb del $station dev rt0 via rtp1 vlan 1
	bridge fdb del $station dev rt0 vlan 1 && bridge fdb del $another dev rt0 vlan 1
	check_err $? "cannot remove"
	bridge fdb add $station dev rt0 via rtu1 static
	gets g1 $station out
	bridge fdb replace $station dev rt0
	gets g1 $station host
	log_test "the switch reaches its NICs and the host"
}

replace_and_append()
{
	forget
	bridge fdb add $station dev rtp1 static
	refused "is known already" bridge fdb add $station dev rtp2 static
	check_entry $station via rtp1 self static
	bridge fdb replace $station dev rtp2 dynamic
	check_err $? "cannot replace"
	check_entry $station via rtp2 self
	bridge fdb append $station dev rtp3 static
	check_err $? "cannot append"
	check_entry $station via rtp3 self static
	must g1 send dst=$all src=$another
	check_entry $another via rtp1 self
	check_equal "$(counter rtp1 fdb_learned)" 1 "learned at rtp1"
	bridge fdb replace $another dev rtp2 dynamic
	check_equal "$(counter rtp1 fdb_learned)" 0 "learned at rtp1, after it was replaced"
	check_equal "$(counter rtp2 fdb_learned)" 0 "learned at rtp2"
	log_test "an address is changed and taken over"
}

without_a_vlan()
{
	forget
	bridge vlan add dev rtp1 vid 10-11
	bridge fdb add $station dev rtp1 static
	check_equal "$(bridge fdb show dev rtp1 | grep -c $station)" 4 "entries"
	bridge fdb del $station dev rtp1 vlan 10
	refused "is known already" bridge fdb add $station dev rtp1 static
	check_equal "$(bridge fdb show dev rtp1 | grep -c $station)" 3 "entries after a failure"
	bridge fdb del $station dev rtp1
	check_nothing $station
	# In VLAN 10 it is there already: then it is added nowhere.
	bridge fdb add $station dev rtp1 static vlan 10
	refused "is known already" bridge fdb add $station dev rtp1 static
	check_equal "$(bridge fdb show dev rtp1 | grep -c $station)" 1 "entries"
	bridge vlan del dev rtp1 vid 10-11
	check_nothing $station
	log_test "without a VLAN all of the port's are meant"
}

# Its age is somebody else's business, until it is heard from elsewhere.
known_from_elsewhere()
{
	forget
	bridge fdb add $station dev rtp1 extern_learn
	check_err $? "cannot add"
	bridge fdb add $another dev rtp1 dynamic
	check_entry $station via rtp1 self extern_learn
	check_equal "$(counter rtp1 fdb_learned)" 0 "learned at rtp1"
	echo 1 >$ports/rtp1/ringport/fdb_flush
	check_nothing $another
	check_entry $station via rtp1 self extern_learn
	bridge fdb add $another dev rtp1 dynamic
	echo 1 >$ports/rt0/ringswitch/ageing_time
	busywait 10000 fdb_lacks rt0 $another
	check_err $? "the other one does not age"
	check_entry $station via rtp1 self extern_learn
	echo 30000 >$ports/rt0/ringswitch/ageing_time
	must g2 send dst=$all src=$station
	check_entry $station via rtp2 self
	check_equal "$(counter rtp2 fdb_learned)" 0 "learned at rtp2"
	echo "+$another extern_learn" >$ports/rtu1/ringport/fdb
	check_err $? "cannot add by sysfs"
	check_entry $another via rtu1 self extern_learn
	bridge fdb flush dev rt0 noextern_learn
	check_equal "$(entry $station)" "" "what has moved"
	check_entry $station vlan 1 via rtp1 self extern_learn
	check_entry $another via rtu1 self extern_learn
	bridge fdb flush dev rt0 extern_learn
	check_nothing $station
	check_nothing $another
	log_test "an address that others watch does not age, and moves"
}

# As if a frame had come, whatever kind is named besides.
in_use()
{
	forget
	bridge fdb add $station dev rtp1 static use vlan 1
	check_err $? "cannot add"
	check_entry $station vlan 1 via rtp1 self
	# Nobody is asked whether it is known.
	bridge fdb add $station dev rtp2 use vlan 1
	check_err $? "cannot move"
	check_entry $station vlan 1 via rtp2 self
	log_test "an address that is in use is dynamic"
}

by_sysfs()
{
	forget
	echo "+$station" >$ports/rtp1/ringport/fdb
	check_err $? "cannot add"
	check_entry $station via rtp1 self static
	check_entry $station vlan 1 via rtp1 self static
	echo "+$station dynamic sticky vlan 1" >$ports/rtu1/ringport/fdb
	check_err $? "cannot change"
	check_entry $station vlan 1 via rtu1 self sticky
	check_entry $station via rtp1 self static
	echo "+$station static vlan 1" >$ports/rtu1/ringport/fdb
	check_entry $station vlan 1 via rtu1 self static
	echo "-$station vlan 1" >$ports/rtu1/ringport/fdb &&
		echo "-$station" >$ports/rtp1/ringport/fdb
	check_err $? "cannot remove"
	check_nothing $station
	echo "+$station" >$ports/rt0/ringport/fdb
	check_entry $station self permanent
	log_test "the same by sysfs"
}

refused_by_netlink()
{
	forget
	refused "Operation not supported" bridge fdb add $station dev rtp1 master static
	refused "say \"static\" or \"dynamic\"" bridge fdb add $station dev rtp1
	refused "name a port by \"via\"" bridge fdb add $station dev rt0 static
	refused "leave out \"sticky\"" bridge fdb add $station dev rt0 permanent sticky
	refused "one station" bridge fdb add 01:00:5e:00:00:01 dev rtp1 static
	refused "one station" bridge fdb add 00:00:00:00:00:00 dev rtp1 static
	refused "bridge vlan add" bridge fdb add $station dev rtp1 static vlan 77
	refused "port of this switch" bridge fdb add $station dev rtp1 via rtp2 static
	refused "port of this switch" bridge fdb add $station dev rt0 via lo static
	refused "nothing else" bridge fdb add $station dev rtp1 static dst 10.0.0.1
	refused "dynamic, static" bridge fdb add $station dev rtp1 static router
	refused "dynamic, static" bridge fdb flush dev rt0 router
	ip link set rtp1 down
	refused "port is down" bridge fdb add $station dev rtp1 dynamic
	ip link set rtp1 up
	check_nothing $station
	log_test "what cannot be is refused with a reason"
}

refused_by_sysfs()
{
	local line

	forget
	for line in "$station" "+" "+02:00:00:00:00" "+$station:01" "+$station what" \
		"+$station vlan" "+$station static dynamic" "+$station vlan 77" \
		"+$station permanent" "-$station static" "+ff:ff:ff:ff:ff:ff" \
		"+$station vlan 1 vlan 1 vlan 1 vlan 1 vlan 1 vlan 1 vlan 1 vlan 1 vlan 1"; do
		refused "Invalid argument" sysfs_write rtp1/ringport/fdb "$line"
	done
	for line in "+$station vlan 0" "+$station vlan 4095" "+$station vlan 70000"; do
		refused "Numerical result out of range" sysfs_write rtp1/ringport/fdb "$line"
	done
	refused "No such file or directory" sysfs_write rtp1/ringport/fdb "-$station"
	refused "Invalid argument" sysfs_write rt0/ringport/fdb "+$station static"
	refused "Invalid argument" sysfs_write rtp1/ringport/fdb_flush 0
	refused "Invalid argument" sysfs_write rt0/ringswitch/fdb_flush maybe
	check_nothing $station
	log_test "nonsense in sysfs is refused"
}

own_address()
{
	local own

	own=$(<$ports/rt0/address)
	forget
	check_entry "$own" self permanent
	refused "own address" bridge fdb del "$own" dev rt0
	refused "own address" bridge fdb replace "$own" dev rtp1 static
	refused "Device or resource busy" sysfs_write rt0/ringport/fdb "-$own"
	bridge fdb flush dev rt0
	bridge fdb flush dev rt0 permanent
	check_entry "$own" self permanent
	check_entry "$own" vlan 1 self permanent
	log_test "the switch keeps its own address"
}

# More than one message of netlink has room for, with learned ones among them.
dumped_whole()
{
	local i

	forget
	for ((i = 0; i < 3000; i++)); do
		printf 'fdb add 02:00:00:01:%02x:%02x dev rtp%d static vlan 1\n' \
			$((i >> 8)) $((i & 255)) $((i % 3 + 1))
	done >"$TMP/batch"
	bridge -batch "$TMP/batch"
	check_err $? "cannot add 3000"
	check_equal "$(bridge fdb show dev rt0 | grep "^02:00:00:01:" | sort -u | wc -l)" 3000 "addresses"
	check_equal "$(bridge fdb show dev rt0 | grep -c "^02:00:00:01:")" 3000 "lines"
	check_equal "$(bridge fdb show dev rtp2 | grep -c "^02:00:00:01:")" 1000 "lines of rtp2"
	check_equal "$(counter rt0 ../ringswitch/fdb_learned)" 0 "learned"
	bridge fdb flush dev rtp2 self
	check_equal "$(bridge fdb show dev rt0 | grep -c "^02:00:00:01:")" 2000 "lines after a flush"
	forget
	check_equal "$(bridge fdb show dev rt0 | grep -c "^02:00:00:01:")" 0 "lines in the end"
	log_test "all of many addresses are shown, each once"
}

flushed_by_netlink()
{
	local left how

	while read -r left how; do
		fill
		check_left 1234567 nothing
		# shellcheck disable=SC2086
		bridge fdb flush $how
		check_err $? "cannot flush $how"
		check_left "${left#-}" "flush $how"
	done <<-END
		- dev rt0
		457 dev rtp1 self
		123467 dev rt0 brport rtu1
		123567 dev rt0 brport rt0
		145 dev rt0 nostatic
		1457 dev rtp1 self dynamic
		124567 dev rt0 sticky
		67 dev rt0 vlan 1
		1234567 dev rt0 vlan 2
		145 dev rt0 nopermanent nostatic
	END
	log_test "bridge fdb flush"
}

flushed_by_sysfs()
{
	fill
	echo 1 >$ports/rtp1/ringport/fdb_flush
	check_left 1457 "rtp1/fdb_flush"
	echo 1 >$ports/rt0/ringswitch/fdb_flush
	check_left 145 "rt0/fdb_flush"
	log_test "sysfs flushes what is dynamic"
}

trap cleanup EXIT
require_command bridge
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
