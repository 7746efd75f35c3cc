#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Switches, uplinks and guest ports made and removed by writing to files.
#
#   +------+  +------+          +---------------+
#   |  g1  |  |  g2  |          |    rt-out     | a namespace
#   +--+---+  +--+---+          +-------+-------+
#      | rtp1    | rtp2            rtu1 | veth
#   +--+---------+----------------------+-+
#   |                 rt0                 |
#   +-------------------------------------+

ALL_TESTS="
	switch_made_and_removed
	switch_refused
	switch_of_a_namespace
	uplink_made_and_removed
	uplink_refused
	port_made_and_removed
	port_as_asked_for
	port_refused
	port_of_a_running_guest
	files_and_tools_at_once
	switch_goes_meanwhile
"
source "$(dirname "$0")/lib.sh"

MASTERS=/sys/class/net/ringswitch_masters
# Of rt0.
UPLINKS=/sys/class/net/rt0/ringswitch/uplinks
PORTS=/sys/class/net/rt0/ringswitch/ports

setup_prepare()
{
	switch_add rt0 && netns_add rt-out
}

lists()
{
	local file=$1
	local wanted=$2

	check_equal "$(tr ' ' '\n' <"$file" | sed '/^$/d' | sort | xargs)" "$wanted" "${file##*/}"
}

# write_refused ERRNO-TEXT FILE VALUE
write_refused()
{
	local said

	said=$({ echo "$3" >"$2"; } 2>&1)
	check_fail $? "was done: $3"
	[[ $said == *"$1"* ]]
	check_err $? "$3: $said"
}

switch_made_and_removed()
{
	echo +rt1 >$MASTERS
	check_err $? "cannot make"
	lists $MASTERS "rt0 rt1"
	check_equal "$(ip -d -j link show dev rt1 | jq -r '.[0].linkinfo.info_kind')" ringswitch kind
	# As by "ip link add": what the next command needs is there.
	mgmtdev_exists rt1
	check_err $? "no management device"
	ip link set rt1 addrgenmode none up
	check_err $? "cannot be used"
	echo -rt1 >$MASTERS
	check_err $? "cannot remove"
	lists $MASTERS rt0
	mgmtdev_exists rt1
	check_fail $? "the management device is still there"
	log_test "a switch is made and removed"
}

switch_refused()
{
	write_refused "File exists" $MASTERS +rt0
	write_refused "Invalid argument" $MASTERS rt1
	write_refused "Invalid argument" $MASTERS +rt/1
	write_refused "Invalid argument" $MASTERS +sixteen_letters_x
	write_refused "Invalid argument" $MASTERS ""
	write_refused "No such file" $MASTERS -rt9
	write_refused "No such file" $MASTERS -lo
	lists $MASTERS rt0
	log_test "what cannot be a switch is refused"
}

switch_of_a_namespace()
{
	# "ip netns exec" mounts the namespace's own sysfs.
	ip netns exec rt-out sh -c "echo +rt7 >$MASTERS && cat $MASTERS" >"$TMP/there"
	check_err $? "cannot make there"
	check_equal "$(xargs <"$TMP/there")" rt7 "switches there"
	lists $MASTERS rt0
	ip -n rt-out link show dev rt7 >/dev/null
	check_err $? "not there"
	ip netns exec rt-out sh -c "echo -rt0 >$MASTERS" 2>/dev/null
	check_fail $? "removed that of another namespace"
	ip netns exec rt-out sh -c "echo -rt7 >$MASTERS"
	check_err $? "cannot remove there"
	log_test "each namespace has its own"
}

uplink_made_and_removed()
{
	ip link add rtu1 type veth peer name eth0 netns rt-out
	ip link set rtu1 addrgenmode none up
	echo +rtu1 >$UPLINKS
	check_err $? "cannot make"
	lists $UPLINKS rtu1
	check_equal "$(ip -j link show dev rtu1 | jq -r '.[0].master')" rt0 master
	[[ -e /sys/class/net/rtu1/ringport/state ]]
	check_err $? "is not a port"
	write_refused "Device or resource busy" $UPLINKS +rtu1
	echo -rtu1 >$UPLINKS
	check_err $? "cannot remove"
	lists $UPLINKS ""
	check_equal "$(ip -j link show dev rtu1 | jq -r '.[0].master')" null master
	log_test "an uplink is made and removed"
}

uplink_refused()
{
	write_refused "No such file" $UPLINKS -rtu1
	write_refused "No such device" $UPLINKS +rtu9
	write_refused "Invalid argument" $UPLINKS +lo
	write_refused "Invalid argument" $UPLINKS rtu1
	write_refused "levels of symbolic links" $UPLINKS +rt0
	ip link add rtb0 type bridge && ip link set rtu1 master rtb0
	write_refused "Device or resource busy" $UPLINKS +rtu1
	write_refused "No such file" $UPLINKS -rtu1
	ip link del rtb0
	ip link del rtu1
	lists $UPLINKS ""
	log_test "what cannot be an uplink is refused"
}

port_made_and_removed()
{
	echo "+rtp1" >$PORTS
	check_err $? "cannot make"
	lists $PORTS rtp1
	vdpa dev show rtp1 >/dev/null
	check_err $? "no vdpa device"
	check_equal "$(ip -j link show dev rtp1 | jq -r '.[0].master')" rt0 master
	echo "-rtp1" >$PORTS
	check_err $? "cannot remove"
	lists $PORTS ""
	vdpa dev show rtp1 >/dev/null 2>&1
	check_fail $? "the vdpa device is still there"
	# One tool makes what the other removes.
	port_add rtp1 rt0 && echo -rtp1 >$PORTS && echo +rtp1 >$PORTS && port_del rtp1
	check_err $? "files and vdpa do not agree"
	lists $PORTS ""
	log_test "a guest port is made and removed"
}

port_as_asked_for()
{
	echo "+rtp1 mac=52:54:00:72:00:77 mtu=4000  max_vqp=3 device_features=$SPLIT_FEATURES" >$PORTS
	check_err $? "cannot make"
	check_equal "$(vdpa -j dev config show rtp1 | jq -r '.config.rtp1.mac')" 52:54:00:72:00:77 mac
	check_equal "$(vdpa -j dev config show rtp1 | jq -r '.config.rtp1.mtu')" 4000 mtu
	check_equal "$(vdpa -j dev config show rtp1 | jq -r '.config.rtp1.max_vq_pairs')" 3 max_vq_pairs
	check_equal "$(counter rtp1 profile)" fast profile
	echo -rtp1 >$PORTS
	log_test "a guest port is as it was asked for"
}

port_refused()
{
	local bad

	echo +rtp1 >$PORTS
	write_refused "File exists" $PORTS +rtp1
	write_refused "File exists" $PORTS +lo
	write_refused "No such file" $PORTS -rtp9
	write_refused "No such file" $PORTS -rt0
	write_refused "No such file" $PORTS -
	write_refused "File name too long" $PORTS +rtp4567890123456
	for bad in rtp2 + "" "+rtp2 mac=1" "+rtp2 mac" "+rtp2 colour=red" "+rtp2 mtu=x" "+rt/2" \
			"+rtp2 mtu=" "-rtp1 mtu=1500" "+rtp%d" "+rtp2 device_features=1"; do
		write_refused "Invalid argument" $PORTS "$bad"
	done
	write_refused "out of range" $PORTS "+rtp2 mtu=67"
	write_refused "out of range" $PORTS "+rtp2 max_vqp=0"
	write_refused "out of range" $PORTS "+rtp2 max_vqp=65536"
	write_refused "assign requested address" $PORTS "+rtp2 mac=01:00:00:00:00:01"
	lists $PORTS rtp1
	echo -rtp1 >$PORTS
	log_test "what cannot be a guest port is refused"
}

port_of_a_running_guest()
{
	echo "+rtp1 mac=$(port_mac rtp1) device_features=$ALL_FEATURES" >$PORTS &&
		echo "+rtp2 mac=$(port_mac rtp2) device_features=$ALL_FEATURES" >$PORTS
	check_err $? "cannot make"
	guest_start g1 rtp1 && guest_start g2 rtp2 && settle g1 g2 && settle g2 g1
	check_err $? "no guests: $answer"
	gets g1 "${client_mac[g2]}" g2
	# Its VMM has it open: this waits, and nothing else does.
	echo -rtp1 >$PORTS &
	busywait 5000 not port_is rtp1 running
	timeout 5 vdpa dev show rtp2 >/dev/null
	check_err $? "vdpa waits as well"
	client_quit g1
	wait $!
	check_err $? "cannot remove"
	lists $PORTS rtp2
	client_quit g2
	echo -rtp2 >$PORTS
	log_test "a port that a VMM has open is removed when it lets go"
}

# Whoever comes second is told so, and everything is gone in the end.
files_and_tools_at_once()
{
	local i

	for ((i = 0; i < 8; i++)); do
		{ echo +rtp1 >$PORTS; } 2>/dev/null &
		vdpa dev add name rtp1 mgmtdev rt0 2>/dev/null
		wait $!
		{ echo -rtp1 >$PORTS; } 2>/dev/null &
		vdpa dev del rtp1 2>/dev/null
		wait $!
		lists $PORTS ""
	done
	log_test "files and vdpa work at the same time"
}

switch_goes_meanwhile()
{
	local i

	for ((i = 0; i < 8; i++)); do
		echo +rt1 >$MASTERS
		{ echo +rtp1 >/sys/class/net/rt1/ringswitch/ports; } 2>/dev/null &
		{ echo +rtp2 >/sys/class/net/rt1/ringswitch/ports; } 2>/dev/null &
		timeout 20 ip link del rt1
		check_err $? "cannot delete the switch"
		wait
		busywait 3000 not mgmtdev_exists rt1
		check_err $? "the management device stays"
	done
	check_equal "$(vdpa dev show)" "" "devices left"
	log_test "a switch goes while ports are made"
}

trap cleanup EXIT
require_command jq
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
