#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# net.ringswitch: how new switches and ports are in a network namespace, and how much there may
# be on a host.
#
#   +------+  +------+     +---------------+
#   |  g1  |  |  g2  |     |      out      | outside host
#   +--+---+  +--+---+     +-------+-------+
#      | rtp1    | rtp2       rtu1 | veth
#   +--+---------+----------------+-+
#   |              rt0              |
#   +-------------------------------+

ALL_TESTS="
	at_first
	new_ones
	old_ones
	out_of_range
	namespaces
	uplinks_apart
	as_many_switches
	as_many_ports
	as_many_queues
	as_many_addresses
	as_many_groups
	nothing_kept
"
source "$(dirname "$0")/lib.sh"

sysctls=/proc/sys/net/ringswitch
caps="switches ports queue_pairs fdb_entries mdb_members"
declare -A value_before

[[ -d $sysctls ]] || skip_all "no sysctls in this kernel"

setup_prepare()
{
	local file

	for file in $sysctls/*/* $sysctls/max_*; do
		value_before[$file]=$(<"$file")
	done
	note_used
	switch_fill 2
}

restore()
{
	local file

	for file in "${!value_before[@]}"; do
		echo "${value_before[$file]}" >"$file"
	done
}

# What the machine's own switches have.
note_used()
{
	local cap

	for cap in $caps; do
		used_before[$cap]=$(<$sysctls/"$cap")
	done
}
declare -A used_before

used()
{
	echo $(($(<$sysctls/"$1") - used_before[$1]))
}

# cap_is NAME N: that much is left for the tests.
cap_is()
{
	echo $((used_before[$1] + $2)) >"$sysctls/max_$1"
}

write()
{
	echo "$2" >"$sysctls/$1"
}

# same_as_files KIND DIRECTORY: each file in there says what the sysctl of its name does.
same_as_files()
{
	local file name

	for file in "$sysctls/$1"/*; do
		name=${file##*/}
		check_equal "$(<"$2/$name")" "$(<"$file")" "$2/$name"
	done
}

# Another value than it has at first, one that is allowed.
another()
{
	local is=$1

	case $is in
	0)
		echo 1 ;;
	1)
		echo 0 ;;
	*)
		# Times are whole seconds, so that no tick rounds them.
		echo $((is + 100)) ;;
	esac
}

change_all()
{
	local file

	for file in $sysctls/{switch,guest,uplink}/*; do
		another "$(<"$file")" >"$file"
		check_equal "$(<"$file")" "$(another "${value_before[$file]}")" "$file"
	done
}

# What comes and goes in a test, next to rt0: rt1 with rtp9 and rtu9.
others_add()
{
	ip link add rt1 type ringswitch && port_add rtp9 rt1 &&
		ip link add rtu9 type veth peer name rtv9 && ip link set rtu9 master rt1
}

others_del()
{
	port_del rtp9
	ip link del rtu9
	ip link del rt1
}

at_first()
{
	same_as_files switch /sys/class/net/rt0/ringswitch
	same_as_files guest /sys/class/net/rtp1/ringport
	same_as_files uplink /sys/class/net/rtu1/ringport
	log_test "what is said of new ones is how the first ones are"
}

new_ones()
{
	change_all
	others_add
	check_err $? "cannot make others"
	same_as_files switch /sys/class/net/rt1/ringswitch
	same_as_files guest /sys/class/net/rtp9/ringport
	same_as_files uplink /sys/class/net/rtu9/ringport
	bridge -d link show dev rtu9 | grep -q "learning off.* isolated on"
	check_err $? "netlink says else: $(bridge -d link show dev rtu9)"
	others_del
	restore
	log_test "each of them can be said, and new switches and ports are like that"
}

# Nothing changes for those that are there.
old_ones()
{
	change_all
	check_equal "$(<"/sys/class/net/rt0/ringswitch/ageing_time")" 30000 ageing_time
	check_equal "$(<"/sys/class/net/rtp1/ringport/learning")" 1 learning
	must g1 send dst=$all count=10 flow=1
	must g2 wait frames=10 flow=1
	must out wait frames=10 flow=1
	restore
	log_test "old ones stay as they are"
}

# refuses FILE VALUE..
refuses()
{
	local file=$1; shift
	local value was

	was=$(<"$sysctls/$file")
	for value in "$@"; do
		refused "Invalid argument" write "$file" "$value"
		check_equal "$(<"$sysctls/$file")" "$was" "$file"
	done
}

out_of_range()
{
	local file

	for file in switch/ageing_time switch/multicast_{membership,last_member,querier}_interval; do
		refuses $file 0 100000001 -1 soon
	done
	refuses switch/fdb_max_learned 0 1000001
	refuses switch/vlan_filtering 2 -1
	refuses switch/multicast_snooping 2
	refuses switch/mdb_max -1 4294967296
	for file in guest uplink; do
		refuses $file/learning 2 -1 on
		refuses $file/isolated 2
		refuses $file/isolation_group 65536 -1
		refuses $file/fdb_max_learned 1000001
		refuses $file/learn_rate 1000001
		refuses $file/multicast_router 3
		refuses $file/ingress_burst 4294967296
		refuses $file/storm_unknown many
	done
	refuses guest/dhcp_guard 2
	refuses guest/ra_guard 2
	for file in $caps; do
		refuses max_$file -1 2147483648
		check_fail "$(write "$file" 0 2>/dev/null; echo $?)" "$file was written"
	done
	log_test "values out of range are refused"
}

in_ns()
{
	ip netns exec rt-ns "$@"
}

namespaces()
{
	local ageing=switch/ageing_time

	write $ageing 4000
	netns_add rt-ns
	check_equal "$(in_ns cat $sysctls/$ageing)" 30000 "in a new namespace"
	in_ns sh -c "echo 5000 >$sysctls/$ageing; echo 33 >$sysctls/guest/fdb_max_learned"
	check_equal "$(<$sysctls/$ageing)" 4000 "in the first one"
	ip -n rt-ns link add rt9 type ringswitch
	in_ns sh -c "echo +rtp9 >/sys/class/net/rt9/ringswitch/ports"
	check_equal "$(in_ns cat /sys/class/net/rt9/ringswitch/ageing_time)" 5000 "of its switch"
	check_equal "$(in_ns cat /sys/class/net/rtp9/ringport/fdb_max_learned)" 33 "of its port"
	in_ns test -e $sysctls/max_switches
	check_fail $? "it can change what is the host's"
	# Its switches are of this host, too.
	cap_is switches "$(used switches)"
	refused max_switches ip -n rt-ns link add rt8 type ringswitch
	port_del rtp9
	ip netns del rt-ns
	busywait 3000 [ "$(used switches)" = 1 ]
	restore
	log_test "namespaces have defaults of their own, and the host's limits"
}

# Split horizon, without a word about each uplink.
uplinks_apart()
{
	write uplink/isolated 1
	uplink_add rtu2 rt0 rt-two && uplink_add rtu3 rt0 rt-three &&
		host_start two rt-two eth0 && host_start three rt-three eth0
	check_err $? "cannot set up: $answer"
	client_port[two]=rtu2
	client_port[three]=rtu3
	gets two $all g1 g2 out
	gets g1 $all g2 out two three
	client_quit two
	client_quit three
	ip link del rtu2
	ip link del rtu3
	restore
	log_test "new uplinks are isolated when that is said of them"
}

as_many_switches()
{
	cap_is switches 1
	refused "No more on this host: net.ringswitch.max_switches" ip link add rt1 type ringswitch
	refused "No space left" sysfs_write ringswitch_masters +rt1
	[[ ! -e /sys/class/net/rt1 ]] && not mgmtdev_exists rt1
	check_err $? "half of a switch was made"
	check_equal "$(used switches) $(used ports)" "1 4" "switches and ports"
	# Less than there is: it works on.
	cap_is switches 0
	must g1 send dst=$all count=10 flow=2
	must g2 wait frames=10 flow=2
	cap_is switches 2
	ip link add rt1 type ringswitch
	check_err $? "there is room again"
	check_equal "$(used switches)" 2 switches
	ip link del rt1
	check_equal "$(used switches)" 1 "switches after one has gone"
	restore
	log_test "no more switches than there may be"
}

as_many_ports()
{
	cap_is ports 4
	ip link add rtu9 type veth peer name rtv9
	refused "No more on this host: net.ringswitch.max_ports" ip link set rtu9 master rt0
	[[ ! -e /sys/class/net/rtu9/ringport ]]
	check_err $? "half of an uplink was made"
	refused "No space left" port_add rtp9 rt0
	refused "No space left" sysfs_write rt0/ringswitch/ports +rtp9
	[[ ! -e /sys/class/net/rtp9 && ! -e /sys/bus/vdpa/devices/rtp9 ]]
	check_err $? "half of a port was made"
	refused "No more on this host: net.ringswitch.max_ports" ip link add rt1 type ringswitch
	check_equal "$(used ports) $(used switches) $(used queue_pairs)" "4 1 2" \
		"ports, switches and pairs"
	# Less than there is: one that goes makes no room.
	cap_is ports 2
	must g1 send dst=$all count=10 flow=3
	must g2 wait frames=10 flow=3
	cap_is ports 5
	ip link set rtu9 master rt0
	check_err $? "there is room again"
	ip link set rtu9 nomaster
	check_equal "$(used ports)" 4 "ports after one has gone"
	ip link del rtu9
	restore
	log_test "no more ports than there may be"
}

as_many_queues()
{
	cap_is queue_pairs 5
	refused "No space left" port_add rtp9 rt0 max_vqp 4
	check_equal "$(used queue_pairs) $(used ports)" "2 4" "pairs and ports"
	port_add rtp9 rt0 max_vqp 3
	check_err $? "there was room"
	check_equal "$(used queue_pairs)" 5 pairs
	port_del rtp9
	check_equal "$(used queue_pairs)" 2 "pairs after a port has gone"
	restore
	log_test "no more queues than there may be"
}

entries()
{
	[[ $(used fdb_entries) == "$1" ]]
}

as_many_addresses()
{
	local before

	before=$(used fdb_entries)
	cap_is fdb_entries $((before + 2))
	must g1 send dst=$all src=02:00:00:00:01:01
	must g1 send dst=$all src=02:00:00:00:01:02
	must g1 send dst=$all src=02:00:00:00:01:03 flow=4
	must g2 wait frames=1 flow=4
	check_equal "$(fdb_port rt0 02:00:00:00:01:02)" rtp1 "the last one that there was room for"
	fdb_lacks rt0 02:00:00:00:01:03
	check_err $? "one too many was learned"
	(($(counter rtp1 fdb_not_learned) > 0))
	check_err $? "fdb_not_learned does not count it"
	refused "No more on this host: net.ringswitch.max_fdb_entries" \
		bridge fdb add 02:00:00:00:01:04 dev rtp1 static
	refused "No space left" sysfs_write rtp1/ringport/fdb +02:00:00:00:01:04
	check_equal "$(used fdb_entries)" $((before + 2)) entries
	# The host gets its own address all the same, and so does another switch.
	ip link set rt0 address 02:00:00:00:01:05 && ip link add rt1 type ringswitch
	check_err $? "guests keep the host from its own addresses"
	ip link del rt1
	cap_is fdb_entries 1
	check_equal "$(fdb_port rt0 02:00:00:00:01:02)" rtp1 "what was there when it was lowered"
	restore
	bridge fdb add 02:00:00:00:01:04 dev rtp1 static vlan 1
	check_err $? "there is room again"
	ip link set rtp1 down
	ip link set rtp1 up
	bridge fdb del 02:00:00:00:01:04 dev rtp1 vlan 1
	log_test "no more addresses than there may be"
}

as_many_groups()
{
	cap_is mdb_members 1
	bridge mdb add dev rt0 port rtp1 grp 239.1.1.1 permanent
	check_err $? "the first one"
	refused "No more on this host: net.ringswitch.max_mdb_members" \
		bridge mdb add dev rt0 port rtp2 grp 239.1.1.1 permanent
	refused "No more on this host: net.ringswitch.max_mdb_members" \
		bridge mdb add dev rt0 port rtp1 grp 239.1.1.2 permanent
	check_equal "$(used mdb_members)" 1 members
	bridge mdb del dev rt0 port rtp1 grp 239.1.1.1 permanent
	bridge mdb add dev rt0 port rtp2 grp 239.1.1.2 permanent
	check_err $? "there is room again"
	restore
	log_test "no more members of groups than there may be"
}

all_given_back()
{
	local cap

	for cap in $caps; do
		[[ $(used $cap) == 0 ]] || return 1
	done
}

nothing_kept()
{
	clients_stop
	sweep
	busywait 3000 all_given_back
	check_err $? "still counted: $(grep . $sysctls/{switches,ports,queue_pairs,fdb_entries,mdb_members})"
	log_test "when all have gone nothing counts any more"
}

trap 'restore; cleanup' EXIT
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
