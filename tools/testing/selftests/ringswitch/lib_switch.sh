# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Switches, ports and their counters.

# --- making and removing -----------------------------------------------------------------

# None of the interfaces has IPv6 unless a test says so: neighbour discovery would disturb
# exact counts.

switch_add()
{
	local sw=$1

	ip -batch - <<-END
		link add $sw type ringswitch
		link set $sw addrgenmode none
		link set $sw up
	END
}

switch_del()
{
	ip link del "$1"
}

mgmtdev_exists()
{
	vdpa mgmtdev show "$1" >/dev/null 2>&1
}

# rtp1 has 52:54:00:72:00:01, and so on.
port_mac()
{
	printf '52:54:00:72:00:%02x' "${1//[^0-9]/}"
}

# All that a device can do, also what keeps QEMU from moving a guest.
ALL_FEATURES=0x93f0000f30ffbbaf
# But for packed rings and buffers in order, which a driver of Linux takes when it can.
SPLIT_FEATURES=0x93f0000330ffbbaf

# port_add rtp1 rt0 [mtu 1500]
port_add()
{
	port_add_default "$@" device_features $ALL_FEATURES
}

# The same with the features of a port that nothing was said of.
port_add_default()
{
	local port=$1; shift
	local sw=$1; shift

	vdpa dev add name "$port" mgmtdev "$sw" mac "$(port_mac "$port")" "$@"
}

port_del()
{
	vdpa dev del "$1"
}

# uplink_add rtu1 rt0 rt-out: a NIC of the switch: a veth whose other end is an outside host in a namespace of its own.
uplink_add()
{
	local nic=$1
	local sw=$2
	local netns=$3

	netns_add "$netns" && nic_add "$nic" "$netns" && ip link set "$nic" master "$sw"
}

# nic_add rtu1 rt-out [eth1]: the same, before it is one of a switch.
nic_add()
{
	local nic=$1
	local netns=$2
	local peer=${3:-eth0}

	ip -batch - <<-END && ip -n "$netns" -batch - <<-END2
		link add $nic type veth peer name $peer netns $netns
		link set $nic addrgenmode none
		link set $nic up
	END
		link set $peer addrgenmode none
		link set $peer up
	END2
}

netns_add()
{
	[[ -e /run/netns/$1 ]] || ip netns add "$1"
}

ports_del()
{
	local device

	for device in /sys/bus/vdpa/devices/rt*; do
		[[ ! -e $device ]] || port_del "${device##*/}"
	done
}

switches_del()
{
	local link

	for link in /sys/class/net/rt*; do
		# A pair of veths goes at once.
		[[ ! -e $link ]] || ip link del "${link##*/}" 2>/dev/null
	done
}

namespaces_del()
{
	local netns

	for netns in /run/netns/rt*; do
		[[ ! -e $netns ]] || ip netns del "${netns##*/}"
	done
}

# --- looking -----------------------------------------------------------------------------

# A counter of a port into $number, which costs no process. Says so where a port has no such
# counter: a misspelt name must not pass for 0.
look_up()
{
	number="no counter $1/$2"
	{ read -r number <"/sys/class/net/$1/ringport/$2"; } 2>/dev/null
}

counter()
{
	local number

	look_up "$1" "$2"
	echo "$number"
}

counter_is()
{
	[[ $(counter "$1" "$2") == "$3" ]]
}

# Every drop counter that is not 0.
drops()
{
	awk '$1 { split(FILENAME, part, "/"); printf " %s/%s=%d", part[5], part[7], $1 }' \
		/sys/class/net/rt*/ringport/drop_* 2>/dev/null
}

# vq_frames PORT QUEUE
vq_frames()
{
	vdpa dev vstats show "$1" qidx "$2" |
		awk '{ for (i = 1; i < NF; i++) if ($i == "frames") print $(i + 1) }'
}

port_state()
{
	counter "$1" state
}

port_is()
{
	local state

	{ read -r state <"/sys/class/net/$1/ringport/state"; } 2>/dev/null
	[[ $state == "$2" ]]
}

has_carrier()
{
	[[ $(cat "/sys/class/net/$1/carrier" 2>/dev/null) == 1 ]]
}

# The port behind which an address is, or nothing.
fdb_port()
{
	local sw=$1
	local mac=$2

	bridge fdb show dev "$sw" | awk -v mac="$mac" '
		$1 == mac { for (i = 2; i < NF; i++) if ($i == "via") print $(i + 1) }'
}

fdb_has()
{
	[[ $(fdb_port "$1" "$2") == "$3" ]]
}

fdb_lacks()
{
	! bridge fdb show dev "$1" | grep -q "^$2 "
}

# --- conservation ------------------------------------------------------------------------

# Prints every port whose counters do not add up.
imbalance()
{
	local files=(/sys/class/net/rt*/ringport/{ingress,egress,drop}_*)

	[[ -e ${files[0]} ]] || return 0
	awk '
	{
		split(FILENAME, part, "/")
		port = part[5]; name = part[7]
		ports[port] = 1
		if (name ~ /^drop_in_/)
			in_drops[port] += $1
		else if (name ~ /^drop_out_/)
			out_drops[port] += $1
		else
			value[port, name] = $1
	}
	END {
		for (port in ports) {
			in_sum = value[port, "ingress_forwarded"] + in_drops[port]
			if (value[port, "ingress_frames"] != in_sum)
				print port ": " value[port, "ingress_frames"] " in, " in_sum " known of;"
			out_sum = value[port, "egress_frames"] + out_drops[port]
			if (value[port, "egress_queued"] != out_sum)
				print port ": " value[port, "egress_queued"] " queued, " out_sum " known of;"
		}
	}' "${files[@]}" 2>/dev/null
}

conserved()
{
	[[ -z $(imbalance) ]]
}
