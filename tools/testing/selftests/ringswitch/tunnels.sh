#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Two hosts whose switches form one network: a tunnel between them is an uplink of both.
#
#   +------+  +------+                               +------+
#   |  g1  |  |  g2  |                               |  g9  |
#   +--+---+  +--+---+                               +--+---+
#      | rtp1    | rtp2                                 | rtp9
#   +--+---------+--+                                +--+---+
#   |      rt0      |                                | rt9  |
#   +--------+------+                                +--+---+
#        rtx | vxlan or geneve                          | rtx
#        rtw | 203.0.113.1 ------- veth ------- .2 eth0 |     namespace rt-far

ALL_TESTS="
	vxlan_frames
	vxlan_lengths
	vxlan_super_frames
	vxlan_tags
	vxlan_vlans
	vxlan_guest_moves
	vxlan_hosts
	vxlan_cable_goes
	geneve_frames
	geneve_lengths
	geneve_super_frames
	geneve_tags
	geneve_vlans
	geneve_guest_moves
	geneve_hosts
"
source "$(dirname "$0")/lib.sh"

# Of a tunnel over a network of 1500.
MTU=1450
far="ip netns exec rt-far"
tunnel=

far_port_runs()
{
	[[ $($far cat /sys/class/net/rtp9/ringport/state 2>/dev/null) == running ]]
}

# vdpa knows the devices of all namespaces, and vdpa dev add no switch but those of the first.
far_host()
{
	nic_add rtw rt-far && ip address add 203.0.113.1/24 dev rtw &&
		ip -n rt-far -batch - <<-END || return
		address add 203.0.113.2/24 dev eth0
		link add rt9 type ringswitch
		link set rt9 addrgenmode none
		link set rt9 up
	END
	$far sh -c "echo '+rtp9 mac=$(port_mac rtp9) device_features=$ALL_FEATURES' \
		>/sys/class/net/rt9/ringswitch/ports" || return
	find_vhost_node rtp9 &&
		client_start g9 "$OUTPUT/rsw_guest" --without "${refused_for[$layout]}" "$node" &&
		busywait 5000 far_port_runs
}

# tunnel_is TYPE: that and no other is there, with both hosts as they are at first.
tunnel_is()
{
	local type=$1
	local words

	[[ $tunnel != "$type" ]] || return 0
	clients_stop
	sweep
	netns_add rt-far && switch_add rt0 && guests_create rt0 2 --ring 1024 && far_host
	check_err $? "cannot set up: $answer"
	words="type $type id 42"
	[[ $type == geneve ]] || words+=" dstport 4789"
	ip link add rtx $words remote 203.0.113.2 $([[ $type == geneve ]] || echo dev rtw) &&
		ip -n rt-far link add rtx $words remote 203.0.113.1 \
			$([[ $type == geneve ]] || echo dev eth0)
	check_err $? "cannot make a tunnel"
	ip -batch - <<-END && ip -n rt-far -batch - <<-END2
		link set rtx addrgenmode none
		link set rtx master rt0
		link set rtx up
	END
		link set rtx addrgenmode none
		link set rtx master rt9
		link set rtx up
	END2
	check_err $? "it cannot be an uplink"
	busywait 2000 port_is rtx running
	check_err $? "the uplink does not run"
	tunnel=$type
}

forget()
{
	local name

	for name in g1 g2 g9; do
		must $name clear
	done
}

# Packets that the way was too narrow for, on both hosts.
fragments()
{
	local in

	for in in "" "$far"; do
		$in awk '/^Ip:/ && n++ { print $19 }' /proc/net/snmp
	done | awk '{ sum += $1 } END { print sum }'
}

far_has()
{
	$far bridge fdb show dev rt9 | grep -q "^$1 .*via $2"
}

frames()
{
	forget
	must g1 send dst=$all
	must g9 wait frames=1
	must g9 send dst=$all
	must g1 wait frames=1
	fdb_has rt0 "${client_mac[g9]}" rtx
	check_err $? "g9 is not behind the tunnel: $(bridge fdb show dev rt0)"
	far_has "${client_mac[g1]}" rtx
	check_err $? "g1 is not behind it: $($far bridge fdb show dev rt9)"
	forget
	must g1 send dst="${client_mac[g9]}" count=200 len=600
	must g9 wait frames=200
	must g9 send dst="${client_mac[g1]}" count=200 len=600
	must g1 wait frames=200
	check_received g9 200
	check_equal "${told[lost]}" 0 "lost frames"
	check_equal "${told[late]}" 0 "frames out of order"
	check_received g1 200
	check_equal "${told[lost]}" 0 "lost frames"
	check_received g2 0
	log_test "$tunnel: guests of two hosts talk"
}

lengths()
{
	local before cut

	check_equal "$(cat /sys/class/net/rtx/mtu)" $MTU "MTU of the tunnel"
	forget
	before=$(counter rtx drop_out_mtu)
	cut=$(fragments)
	must g1 send dst="${client_mac[g9]}" len=$((14 + MTU)) count=10
	must g1 send dst="${client_mac[g9]}" len=$((14 + MTU + 5)) count=5 flow=1
	settle g1 g9
	check_received g9 10 flow=0
	check_received g9 0 flow=1
	check_equal $(($(counter rtx drop_out_mtu) - before)) 5 drop_out_mtu
	check_equal $(($(fragments) - cut)) 0 fragments
	log_test "$tunnel: what fits its MTU is not cut, and what does not is dropped"
}

# Both hosts cut them and join them as they like; no byte is missing.
super_frames()
{
	local cut name peer

	cut=$(fragments)
	for name in g1 g9; do
		[[ $name == g1 ]] && peer=g9 || peer=g1
		forget
		must $name send dst="${client_mac[$peer]}" kind=tcp4 csum=partial mss=1400 len=30000 \
			count=10
		must $peer wait bytes=$((10 * (30000 - 54)))
		check_equal "${told[damaged]}" 0 "damaged frames"
		check_equal "${told[lost]}" 0 "bytes lost"
		check_equal "${told[late]}" 0 "segments out of order"
	done
	check_equal $(($(fragments) - cut)) 0 fragments
	log_test "$tunnel: super-frames arrive byte by byte"
}

# A switch that does not filter leaves them alone.
tags()
{
	forget
	must g1 send dst="${client_mac[g9]}" tci=77 flow=3 count=10
	must g9 wait flow=3 frames=10
	check_tag g9 3 77
	must g9 send dst="${client_mac[g1]}" tci=78 flow=4 count=10
	must g1 wait flow=4 frames=10
	check_tag g1 4 78
	log_test "$tunnel: tags of guests pass"
}

# One VLAN on both hosts, with a tag in between; g2 is not in it.
vlans()
{
	echo 1 >/sys/class/net/rt0/ringswitch/vlan_filtering
	$far sh -c "echo 1 >/sys/class/net/rt9/ringswitch/vlan_filtering"
	bridge vlan add dev rtp1 vid 10 pvid untagged && bridge vlan add dev rtx vid 10 &&
		bridge -n rt-far vlan add dev rtp9 vid 10 pvid untagged &&
		bridge -n rt-far vlan del dev rtp9 vid 1 &&
		bridge -n rt-far vlan add dev rtx vid 10
	check_err $? "cannot set VLANs"
	forget
	note_queued
	must g9 send dst=$all flow=5 count=10
	must g1 wait flow=5 frames=10
	check_tag g1 5 -1
	check_queued g2 0
	must g2 send dst=$all flow=7
	must g1 send dst="${client_mac[g9]}" flow=6 count=10
	must g9 wait flow=6 frames=10
	check_tag g9 6 -1
	check_received g9 0 flow=7
	echo 0 >/sys/class/net/rt0/ringswitch/vlan_filtering
	$far sh -c "echo 0 >/sys/class/net/rt9/ringswitch/vlan_filtering"
	log_test "$tunnel: a VLAN on both hosts"
}

# An address is heard on this host, then on the other again.
guest_moves()
{
	local mac=02:00:00:00:00:77

	forget
	must g9 send dst=$all src=$mac
	must g1 wait frames=1
	fdb_has rt0 $mac rtx
	check_err $? "not behind the tunnel"
	must g2 send dst=$all src=$mac
	must g9 wait frames=1
	fdb_has rt0 $mac rtp2 && far_has $mac rtx
	check_err $? "not behind rtp2: $(bridge fdb show dev rt0; $far bridge fdb show dev rt9)"
	forget
	must g1 send dst=$mac count=10 flow=8
	must g2 wait frames=10 flow=8
	settle g1 g9
	check_received g9 0 flow=8
	must g9 send dst=$all src=$mac flow=9
	must g1 wait frames=1 flow=9
	fdb_has rt0 $mac rtx
	check_err $? "not behind the tunnel again"
	log_test "$tunnel: a guest that moves is found on the other host"
}

# Whole packets of the hosts' own stacks, which must not be cut.
hosts()
{
	ip address add 192.0.2.1/24 dev rt0
	ip -n rt-far address add 192.0.2.9/24 dev rt9
	ip link set rt0 mtu $MTU && ip -n rt-far link set rt9 mtu $MTU
	check_err $? "cannot set the MTU"
	ping_works - 192.0.2.9 -M do -s $((MTU - 28))
	check_err $? "no answer"
	ip address del 192.0.2.1/24 dev rt0
	log_test "$tunnel: the hosts reach each other"
}

# The kernel deletes a vxlan together with the netdev that it was made on.
vxlan_cable_goes()
{
	tunnel_is vxlan
	forget
	stream_begins g1 g2 10 dst="${client_mac[g2]}" rate=$RATE
	must g2 stream dst=$all rate=$RATE
	ip link del rtw
	check_err $? "cannot delete"
	[[ ! -e /sys/class/net/rtx ]]
	check_err $? "the tunnel is left"
	fdb_lacks rt0 "${client_mac[g9]}"
	check_err $? "g9 is still known"
	stream_ends g1 g2 10
	must g2 stream off
	tunnel=
	log_test "vxlan: its cable goes under traffic"
}

for type in vxlan geneve; do
	for name in frames lengths super_frames tags vlans guest_moves hosts; do
		eval "${type}_$name() { tunnel_is $type; $name; }"
	done
done

trap cleanup EXIT
for type in vxlan geneve; do
	ip link add rtx type $type id 1 remote 192.0.2.1 dstport 9 2>/dev/null ||
		skip_all "the kernel has no $type"
	ip link del rtx
done
tests_run
exit $EXIT_STATUS
