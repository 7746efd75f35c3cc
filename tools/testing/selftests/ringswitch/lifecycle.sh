#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Everything ends, in any order, under traffic: switch, namespace, uplink, port, VMM, module.
#
#   +------+  +------+     +---------------+
#   |  g1  |  |  g2  |     |      out      | outside host
#   +--+---+  +--+---+     +-------+-------+
#      | rtp1    | rtp2       rtu1 | veth
#   +--+---------+----------------+-+
#   |              rt0              |
#   +-------------------------------+

ALL_TESTS="
	switch_deleted
	switch_made_again
	switch_deleted_at_once
	switch_deleted_with_idle_device
	switch_deleted_with_netdev
	namespace_deleted
	ageing_set_while_down
	frames_outlive_port
	any_order
	module_in_use
	module_unloaded
"
source "$(dirname "$0")/lib.sh"
require_command python3

setup_prepare()
{
	:
}

# Two guests and an outside host that send all they can to everyone.
everything_up()
{
	switch_fill 2
	check_err $? "cannot set up: $answer"
	must g1 stream dst=$all rate=$RATE len=600
	must g2 stream dst=$all rate=$RATE len=600
	must out stream dst=$all rate=$RATE len=600
	must g1 wait src="${client_mac[out]}" frames=20
	must out wait src="${client_mac[g2]}" frames=20
}

# What is left of it; nothing may be in the way of the next one.
everything_down()
{
	clients_stop
	ports_del
	switches_del
	namespaces_del
	busywait 3000 nothing_left
	check_err $? "left over: $(echo /sys/bus/vdpa/devices/rt* /sys/class/net/rt*)"
}

nothing_left()
{
	! compgen -G '/sys/bus/vdpa/devices/rt*' && ! compgen -G '/sys/class/net/rt*' &&
		! mgmtdev_exists rt0
} >/dev/null

# Guests outlive their switch: they see the link go down, and are heard no more.
switch_deleted()
{
	everything_up
	switch_del rt0
	check_err $? "cannot delete"
	must g1 down
	must g1 quiet ms=20
	must g1 intact
	must g2 intact
	busywait 2000 not test -e /sys/class/net/rtp1
	check_err $? "a representor is still there"
	[[ ! -e /sys/class/net/rtu1/ringport ]]
	check_err $? "the uplink is still one"
	client_kill g1
	client_quit g2
	busywait 3000 not mgmtdev_exists rt0
	check_err $? "the management device is still there"
	[[ ! -e /sys/bus/vdpa/devices/rtp1 && ! -e /sys/bus/vdpa/devices/rtp2 ]]
	check_err $? "devices are still there"
	everything_down
	log_test "a switch is deleted under traffic"
}

# The vdpa core takes the first management device of a name, so there must not be two.
switch_made_again()
{
	everything_up
	switch_del rt0
	ip link add rt0 type ringswitch 2>/dev/null
	check_fail $? "the same name while guests of the old switch run"
	[[ ! -e /sys/class/net/rt0 ]]
	check_err $? "a switch without management device is left over"
	switch_add rt1 && port_add rtp3 rt1 && guest_start g3 rtp3 && port_add rtp4 rt1 &&
		guest_start g4 rtp4
	check_err $? "cannot make another: $answer"
	must g3 send dst=$all count=10
	must g4 wait frames=10 src="${client_mac[g3]}"
	must g4 count src="${client_mac[g1]}"
	check_equal "${told[frames]}" 0 "frames from the old switch's guest"
	client_kill g1
	client_kill g2
	busywait 3000 not mgmtdev_exists rt0
	check_err $? "the old management device is still there"
	switch_add rt0 && port_add rtp1 rt0
	check_err $? "cannot use the name again"
	client_quit g3
	client_quit g4
	everything_down
	log_test "a switch is made again after the last guest of the old one"
}

# In one system call with its making, so most often before the vdpa core knows of it: nothing of it
# may stay in our own lists.
switch_deleted_at_once()
{
	python3 - <<-'END'
		import socket, struct
		def attribute(kind, data):
		    return struct.pack("=HH", 4 + len(data), kind) + data + bytes(-len(data) % 4)
		def message(kind, flags, more):
		    body = bytes(16) + attribute(3, b"rt9\0") + more
		    return struct.pack("=IHHII", 16 + len(body), kind, flags, 0, 0) + body
		kind = attribute(18, attribute(1, b"ringswitch\0"))
		sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
		for i in range(20):
		    sock.send(message(16, 0x601, kind) + message(17, 5, b""))
		    answer = sock.recv(4096)
		    assert struct.unpack_from("=i", answer, 16) == (0,), answer
	END
	check_err $? "cannot make and delete at once"
	switch_add rt9 && port_add rtp9 rt9
	check_err $? "cannot use the name again"
	everything_down
	log_test "a switch is deleted before it is registered with the vdpa core"
}

# A VMM that holds a device without a driver: nobody but that device may wait for it.
switch_deleted_with_idle_device()
{
	switch_add rt0 && guests_create rt0 1
	check_err $? "cannot set up: $answer"
	must g1 reset
	timeout 10 ip link del rt0
	check_err $? "cannot delete"
	switch_add rt1 && timeout 5 vdpa dev add name rtp3 mgmtdev rt1 && guest_start g3 rtp3
	check_err $? "another switch is blocked: $answer"
	client_kill g1
	busywait 3000 not mgmtdev_exists rt0
	check_err $? "the management device is still there"
	everything_down
	log_test "a switch is deleted while a VMM holds an idle device"
}

switch_deleted_with_netdev()
{
	everything_up
	port_add rtp3 rt0 && netdev_start rtp3 rt-h3 192.0.2.13/24
	check_err $? "cannot set up"
	switch_del rt0
	check_err $? "cannot delete"
	client_kill g1
	client_kill g2
	busywait 2000 not test -e /sys/class/net/rtp3
	check_err $? "the representor is still there"
	timeout 5 vdpa dev del rtp3
	check_err $? "cannot remove the port"
	everything_down
	log_test "a switch is deleted while a driver of this kernel uses a port"
}

namespace_deleted()
{
	local inum mgmtdev

	ip netns add rt-sw
	inum=$(stat -Lc %i /run/netns/rt-sw)
	mgmtdev=rt0@$inum
	ip -n rt-sw link add rt0 type ringswitch
	ip -n rt-sw link set rt0 up
	busywait 2000 mgmtdev_exists "$mgmtdev"
	check_err $? "no management device $mgmtdev"
	vdpa dev add name rtp1 mgmtdev "$mgmtdev" && vdpa dev add name rtp2 mgmtdev "$mgmtdev"
	check_err $? "cannot add ports"
	ip -n rt-sw link add rtu1 type veth peer name rtv1
	ip -n rt-sw link set rtu1 master rt0
	ip -n rt-sw link set rtu1 up
	ip -n rt-sw link set rtv1 up
	find_vhost_node rtp1
	client_start g1 "$OUTPUT/rsw_guest" "$node"
	find_vhost_node rtp2
	client_start g2 "$OUTPUT/rsw_guest" "$node"
	must g1 stream dst=$all rate=$RATE
	must g2 wait frames=20
	ip netns del rt-sw
	# The namespace itself is taken down by a worker.
	must g1 down timeout=5000
	must g1 quiet ms=20
	must g2 intact
	client_kill g1
	client_kill g2
	busywait 5000 not mgmtdev_exists "$mgmtdev"
	check_err $? "the management device is still there"
	[[ ! -e /sys/bus/vdpa/devices/rtp1 && ! -e /sys/bus/vdpa/devices/rtp2 ]]
	check_err $? "devices are still there"
	everything_down
	log_test "a namespace is deleted with a switch in it, under traffic"
}

# What forgets addresses must not be set going for a switch that is down: it would outlive it.
# Past bug CVE-2026-23393.
ageing_set_while_down()
{
	local i

	for i in 1 2 3; do
		switch_add rt0
		ip link set rt0 down
		echo 1 >/sys/class/net/rt0/ringswitch/ageing_time
		check_err $? "cannot set the ageing time"
		switch_del rt0
		check_err $? "cannot delete"
	done
	# Some ageing times later.
	sleep 0.2
	everything_down
	log_test "the ageing time of a switch is set that is down, and then deleted"
}

# What a guest sent may wait in somebody's socket; its memory is not the port's.
frames_outlive_port()
{
	switch_fill 1
	check_err $? "cannot set up: $answer"
	kill -STOP "${client_pid[out]}"
	must g1 send dst="${client_mac[out]}" kind=tcp4 csum=partial mss=1448 len=30000 count=2
	busywait 2000 sent_by_uplink 2
	check_err $? "frames do not leave"
	client_quit g1
	port_del rtp1
	check_err $? "cannot delete the port"
	kill -CONT "${client_pid[out]}"
	must out wait bytes=$((2 * (30000 - 54)))
	check_equal "${told[damaged]}" 0 "damaged frames"
	check_equal "${told[lost]}" 0 "bytes lost"
	everything_down
	log_test "a port is deleted while frames of its guest wait elsewhere"
}

sent_by_uplink()
{
	[[ $(counter rtu1 egress_frames) -ge $1 ]]
}

# The ways to go, each once, in random order; deleting a port waits for its VMM.
any_order()
{
	local round step order seed=${RSW_SEED:-$RANDOM}
	local steps=(kill_g1 kill_g2 del_port del_switch del_uplink no_uplink kill_out del_netns)

	RANDOM=$seed
	log_info "any_order: RSW_SEED=$seed"
	for ((round = 0; round < 4; round++)); do
		everything_up
		order=$(printf '%s\n' "${steps[@]}" |
			awk -v seed=$RANDOM 'BEGIN { srand(seed) } { print rand(), $1 }' |
			sort -n | cut -d ' ' -f 2)
		for step in $order; do
			case $step in
			kill_g1)	client_kill g1 ;;
			kill_g2)	client_kill g2 ;;
			del_port)	vdpa dev del rtp1 2>/dev/null & ;;
			del_switch)	ip link del rt0 ;;
			del_uplink)	ip link del rtu1 2>/dev/null ;;
			no_uplink)	ip link set rtu1 nomaster 2>/dev/null ;;
			kill_out)	client_kill out ;;
			del_netns)	ip netns del rt-out ;;
			esac
		done
		wait
		everything_down
		((RET)) && break
	done
	log_test "the parts go in any order"
}

# --- the module itself -------------------------------------------------------------------

load_module()
{
	if [[ -n $RINGSWITCH_KO ]]; then
		insmod "$RINGSWITCH_KO/ringswitch.ko"
	else
		modprobe ringswitch
	fi
}

# The name of the test if the module cannot be unloaded here: other switches use it.
cannot_unload()
{
	local name=$1

	if [[ -z $RINGSWITCH_KO ]] && ! modinfo -n ringswitch >/dev/null 2>&1; then
		log_test_skip "$name" "the module could not be loaded again"
	elif ip -o link show type ringswitch | grep -q .; then
		log_test_skip "$name" "other switches are in use"
	else
		return 1
	fi
}

module_in_use()
{
	local name="the module cannot be unloaded while a guest port exists"

	cannot_unload "$name" && return
	everything_up
	rmmod ringswitch 2>/dev/null
	check_fail $? "unloaded while guests run"
	must g1 clear
	must g1 wait frames=20
	client_kill g1
	client_kill g2
	busywait 1000 port_is rtp2 idle
	rmmod ringswitch 2>/dev/null
	check_fail $? "unloaded while ports exist"
	port_is rtp1 idle
	check_err $? "a port has gone"
	everything_down
	log_test "$name"
}

module_unloaded()
{
	local name="the module is unloaded with all its switches, under traffic" i

	cannot_unload "$name" && return
	for ((i = 0; i < 2; i++)); do
		everything_up
		switch_add rt1
		check_err $? "cannot set up"
		client_kill g1
		client_kill g2
		port_del rtp1
		port_del rtp2
		rmmod ringswitch
		check_err $? "cannot unload"
		load_module
		check_err $? "cannot load again"
		[[ ! -e /sys/class/net/rt0 && ! -e /sys/class/net/rtu1/ringport ]]
		check_err $? "a switch has survived"
		everything_down
	done
	log_test "$name"
}

trap cleanup EXIT
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
