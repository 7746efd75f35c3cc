#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What Documentation/start.rst, switch.rst and xdp.rst tell people to type, and what comes of it.
#
#   +------+  +------+  +------+          +---------------+
#   |  g1  |  |  g2  |  |  g3  |          |      out      | outside host
#   +--+---+  +--+---+  +--+---+          +-------+-------+
#      | rtp1    | rtp2    | rtp3            rtu1 | veth
#   +--+---------+---------+---------------------+-+
#   |                 rt0 (host)                   |
#   +----------------------------------------------+

ALL_TESTS="
	first_switch
	bridge_words
	two_hosts
	bond
	isolated
	group
	two_uplinks
	locked
	limit
	guarded
	program
	only_one_address
	addresses
	addresses_by_files
	flushes
	limits
	new_guests
	host_limits
	vlans
	trunk
	host_in_vlan
	mirror_to_guest
	mirror_to_netdev
	snooping
	static_group
	no_recipe_left
"
source "$(dirname "$0")/lib.sh"

pages=$lib_dir/../../../../Documentation
manual=("$pages/start.rst" "$pages/switch.rst" "$pages/xdp.rst")
done_recipes=

setup_prepare()
{
	switch_fill 3 && host_start host - rt0
}

# A new switch for each recipe.
start_again()
{
	clients_stop
	sweep
	setup_prepare
	check_err $? "cannot set up: $answer"
}

# The names that tests use.
our_names()
{
	sed 's/\brsw0\b/rt0/g; s/\bvm\([0-9]\)\b/rtp\1/g; s/\beth0\b/rtu1/g; s/\beth1\b/rtu2/g
		s#\bpolicy\.o\b#'"$OUTPUT"'/xdp_programs.o#g
		s/\beth2\b/rtu3/g; s/\bspan0\b/rtspan0/g; s/\bvxlan42\b/rtx42/g; s/\bbond0\b/rtb0/g'
}

# recipe NAME: its commands.
recipe()
{
	local commands

	commands=$(awk -v name=".. recipe: $1" '
		$0 == name { found = 1; next }
		found && /^   / { begun = 1; print; next }
		begun { exit }' "${manual[@]}" | our_names)
	[[ $commands ]]
	check_err $? "the manual has no recipe '$1'"
	bash -e -c "$commands"
	check_err $? "the recipe failed: $commands"
	done_recipes+=" $1;"
}

# A NIC that is no port yet, in place of the switch that others begin with.
bare_nic()
{
	clients_stop
	sweep
	netns_add rt-out && nic_add rtu1 rt-out
	check_err $? "cannot set up"
}

first_switch()
{
	local file=/proc/sys/net/ipv6/conf/default/addr_gen_mode
	local mode

	bare_nic
	# A switch that is made like this says something by itself, which all would get.
	read -r mode <$file
	echo 1 >$file
	recipe "a switch with a NIC and a guest's port"
	echo "$mode" >$file
	[[ -c /run/vdpa-rtp1 ]]
	check_err $? "no device file"
	rm -f /run/vdpa-rtp1
	guest_start g1 rtp1 && host_start out rt-out eth0 && port_is rtu1 running
	check_err $? "cannot start, or the NIC is no port: $answer"
	((RET)) && { log_test "the first switch"; return; }
	gets g1 $all out
	gets out "${client_mac[g1]}" g1
	log_test "the first switch"
}

# The right side of the table; each line works after those above it.
bridge_words()
{
	local said

	bare_nic
	sed -n '/^   \* - /{n; s/^     - ``\(.*\)``$/\1/p}' "${manual[0]}" | our_names >"$TMP/words"
	check_between "$(wc -l <"$TMP/words")" 20 99 "lines of the table"
	said=$(bash -e -x "$TMP/words" 2>&1)
	check_err $? "failed: $(tail -n 2 <<<"$said")"
	[[ ! -e /sys/class/net/rt0 && -e /sys/class/net/rtu1 ]]
	check_err $? "the switch is left"
	log_test "what was said to a bridge"
}

# The other host has a bridge on the same tunnel.
two_hosts()
{
	start_again
	netns_add rt-far && nic_add rtu2 rt-far
	check_err $? "cannot set up"
	ip address add 203.0.113.1/24 dev rtu2
	ip -n rt-far -batch - <<-END
		address add 203.0.113.2/24 dev eth0
		link add br0 type bridge
		link add vxlan42 type vxlan id 42 dev eth0 remote 203.0.113.1 dstport 4789
		link set vxlan42 addrgenmode none
		link set vxlan42 master br0
		link set vxlan42 up
		link set br0 addrgenmode none
		link set br0 up
	END
	check_err $? "cannot set up the other host"
	recipe "two hosts over vxlan"
	host_start far rt-far br0
	check_err $? "cannot start: $answer"
	must g1 send dst="${client_mac[far]}" count=10
	must far wait frames=10 src="${client_mac[g1]}"
	must far send dst="${client_mac[g1]}" count=10
	must g1 wait frames=10 src="${client_mac[far]}"
	log_test "two hosts, one network"
}

bond()
{
	start_again
	ip link set rtu1 nomaster
	nic_add rtu2 rt-out eth1 && nic_add rtu3 rt-out eth2
	check_err $? "cannot set up"
	recipe "bond of eth1 and eth2"
	busywait 5000 port_is rtb0 running
	check_err $? "the bond does not run"
	host_start far rt-out eth1
	check_err $? "cannot start: $answer"
	must g1 send dst=$all count=10
	must far wait frames=10 src="${client_mac[g1]}"
	log_test "two NICs as one"
}

isolated()
{
	start_again
	recipe "isolated vm1 vm2"
	gets g1 $all g3 out host
	gets out $all g1 g2 g3 host
	log_test "guests that do not reach each other"
}

group()
{
	start_again
	recipe "group vm1 vm2 without vm3"
	gets g1 $all g2 out host
	gets g3 $all out host
	log_test "a tenant's guests"
}

two_uplinks()
{
	start_again
	uplink_add rtu2 rt0 rt-other && host_start other rt-other eth0
	check_err $? "cannot set up: $answer"
	client_port[other]=rtu2
	recipe "eth0 and eth1 apart"
	gets out $all g1 g2 g3 host
	gets g1 $all g2 g3 out other host
	log_test "uplinks that are apart"
}

locked()
{
	start_again
	must g1 send dst=$all count=1
	must g2 wait frames=1
	recipe "locked vm1"
	gets g1 $all g2 g3 out host
	sends g1 10 dst=$all src=02:00:00:00:00:02
	check_queued g2 0
	log_test "a guest that keeps its address"
}

# The rates are more than a slow machine sends.
limit()
{
	start_again
	recipe "limit vm1"
	check_equal "$(counter rtp1 ingress_rate)" 12500000 ingress_rate
	check_equal "$(counter rtp1 ingress_frame_rate)" 20000 ingress_frame_rate
	gets g2 $all g1 g3 out host
	sends g1 400 dst=$all
	check_between "$(counter rtp1 drop_in_storm_broadcast)" 1 384 drop_in_storm_broadcast
	check_equal "$(counter rtp1 drop_in_rate)" 0 drop_in_rate
	gets g1 "${client_mac[g2]}" g2
	log_test "a noisy guest"
}

guarded()
{
	local name

	start_again
	recipe "only himself vm1"
	for name in probe udp4 tcp4 udp6 tcp6; do
		sends g1 10 dst=$all kind=$name
		check_queued g2 10
	done
	sends g1 10 dst=$all src=02:00:00:00:00:02
	check_queued g2 0
	check_equal "$(counter rtp1 drop_in_source_mac)" 10 drop_in_source_mac
	echo 192.0.2.2 >/sys/class/net/rtp1/ringport/allowed_ips
	sends g1 10 dst=$all kind=udp4
	check_queued g2 0
	check_equal "$(counter rtp1 drop_in_source_ip)" 10 drop_in_source_ip
	log_test "a tenant that may only be himself"
}

only_one_address()
{
	start_again
	recipe "only one address of vm1"
	gets g1 $all g2 g3 out host
	sends g1 10 dst=$all src=02:00:00:00:00:02
	check_queued g2 0
	log_test "a guest that has one address"
}

# The manual says how to write one that does what a person wants.
program()
{
	if [[ ! -e $OUTPUT/xdp_programs.o ]]; then
		done_recipes+=" program of vm1;"
		log_test_skip "a policy of one's own" "no clang for BPF"
		return
	fi
	start_again
	recipe "program of vm1"
	sends g1 10 dst=$all
	check_equal "$(counter rtp1 drop_in_xdp_drop)" 10 drop_in_xdp_drop
	gets g2 $all g1 g3 out host
	log_test "a policy of one's own"
}

addresses()
{
	start_again
	recipe "an address behind vm1, one behind eth0 and one of the host"
	gets g2 02:00:00:00:00:01 g1
	gets g2 02:00:00:00:00:02 out
	fdb_lacks rt0 02:00:00:00:00:03
	check_err $? "the host's is still known"
	log_test "addresses behind ports of all kinds"
}

addresses_by_files()
{
	start_again
	recipe "the same by files"
	gets g2 02:00:00:00:00:01 g1
	fdb_lacks rt0 02:00:00:00:00:02
	check_err $? "not removed"
	log_test "addresses by files"
}

flushes()
{
	start_again
	bridge fdb add 02:00:00:00:00:01 dev rtp1 static vlan 1
	bridge fdb add 02:00:00:00:00:02 dev rt0 via rtu1 static vlan 1
	must g1 send dst=$all src=02:00:00:00:00:03
	recipe "flush what vm1 said, then all of eth0"
	fdb_has rt0 02:00:00:00:00:01 rtp1 && fdb_lacks rt0 02:00:00:00:00:02 &&
		fdb_lacks rt0 02:00:00:00:00:03
	check_err $? "left: $(bridge fdb show dev rt0)"
	log_test "addresses are flushed"
}

limits()
{
	local i

	start_again
	recipe "limits of vm1"
	for i in {10..40}; do
		must g1 send dst=$all src=02:00:00:00:00:$i
	done
	check_equal "$(counter rtp1 fdb_learned)" 16 "learned"
	check_equal "$(counter rt0 ../ringswitch/fdb_max_learned)" 200000 "limit"
	log_test "a guest that forges addresses"
}

# What was there before a recipe.
put_back()
{
	local file

	for file in "${!before[@]}"; do
		echo "${before[$file]}" >"/proc/sys/net/ringswitch/$file"
	done
}

# remember FILE..: sysctls that a recipe changes.
remember()
{
	local file

	before=()
	for file in "$@"; do
		before[$file]=$(<"/proc/sys/net/ringswitch/$file")
	done
}
declare -A before

new_guests()
{
	start_again
	remember guest/{isolated,dhcp_guard,ra_guard,storm_broadcast} switch/ageing_time
	recipe "new guests"
	start_again
	put_back
	gets g1 $all out host
	gets out $all g1 g2 g3 host
	check_equal "$(counter rtp1 dhcp_guard) $(counter rtp1 ra_guard)" "1 1" "guards"
	check_equal "$(counter rtp1 storm_broadcast)" 100 "storm limit"
	check_equal "$(counter rt0 ../ringswitch/ageing_time)" 6000 "ageing time"
	log_test "new guests, as they are at first"
}

host_limits()
{
	start_again
	remember max_ports max_fdb_entries
	recipe "limits of the host" >"$TMP/said"
	grep -qx "net.ringswitch.ports = 5" "$TMP/said"
	check_err $? "said: $(<"$TMP/said")"
	put_back
	log_test "how much the host bears"
}

vlans()
{
	start_again
	recipe "vlans vm1 10 vm2 20"
	sends g1 10 dst=$all flow=1
	check_queued g2 0
	must out wait flow=1 frames=10
	check_tag out 1 10
	sends g2 10 dst=$all flow=2
	check_queued g1 0
	must out wait flow=2 frames=10
	check_tag out 2 20
	must out send dst=$all flow=3 count=10 tci=20
	must g2 wait flow=3 frames=10
	check_tag g2 3 -1
	log_test "guests in VLANs, and a NIC that is a trunk"
}

trunk()
{
	start_again
	recipe "trunk vm3"
	bridge vlan add dev rtp1 vid 77 pvid untagged
	must g1 send dst=$all flow=4 count=10
	must g3 wait flow=4 frames=10
	check_tag g3 4 77
	log_test "a guest that gets all VLANs"
}

host_in_vlan()
{
	start_again
	recipe "host in vlan 10 of vm1"
	host_start vlan - rt0.10
	check_err $? "cannot start: $answer"
	must g1 send dst="${client_mac[vlan]}" flow=5 count=10
	must vlan wait flow=5 frames=10
	must vlan send dst="${client_mac[g1]}" flow=6 count=10
	must g1 wait flow=6 frames=10
	check_tag g1 6 -1
	log_test "the host in a VLAN"
}

mirror_to_guest()
{
	start_again
	recipe "mirror vm1 to vm3"
	must g2 send dst=$all count=1
	must g1 send dst=$all count=1
	must g3 wait frames=4
	sends g1 10 dst="${client_mac[g2]}" flow=7
	check_queued g3 10
	must g3 wait src="${client_mac[g1]}" flow=7 frames=10
	sends g2 10 dst="${client_mac[g1]}" flow=8
	check_queued g3 10
	must g3 wait src="${client_mac[g2]}" flow=8 frames=10
	log_test "a guest that sees what another one sends and gets"
}

mirror_to_netdev()
{
	local before

	start_again
	recipe "mirror vm1 to the host"
	before=$(cat /sys/class/net/rtspan0/statistics/tx_bytes)
	sends g1 10 dst=$all flow=9 len=1000
	# The netdev may have something to say about itself.
	check_between $(($(cat /sys/class/net/rtspan0/statistics/tx_bytes) - before)) 10000 10999 \
		"bytes sent by the netdev"
	log_test "a netdev of the host that sees what a guest sends"
}

# What they send to groups here has no IP group in it.
snooping()
{
	local port

	start_again
	recipe "snooping vm1 vm2 vm3"
	check_equal "$(cat /sys/class/net/rt0/ringswitch/multicast_snooping)" 1 "snooping"
	for port in rtp1 rtp2 rtp3; do
		check_equal "$(counter $port multicast_router)" 0 "multicast_router of $port"
	done
	gets g1 01:00:5e:01:01:01 g2 g3 out host
	log_test "a switch that snoops"
}

static_group()
{
	start_again
	recipe "static group of vm1, another of vm2"
	bridge mdb show dev rt0 | grep -q "port rtp1 grp 239.1.1.1 permanent"
	check_err $? "not there: $(bridge mdb show dev rt0)"
	client_quit host
	check_err $? "host: $answer"
	gets g3 01:00:11:22:33:44 g2
	log_test "groups made by hand"
}

no_recipe_left()
{
	local name

	while read -r name; do
		[[ $done_recipes == *" $name;"* ]]
		check_err $? "nobody has tried '$name'"
	done < <(sed -n 's/^\.\. recipe: //p' "${manual[@]}")
	log_test "all recipes of the manual were tried"
}

trap cleanup EXIT
require_command bridge
[[ -r ${manual[0]} ]] || skip_all "${manual[0]} is not here"
tests_run
exit $EXIT_STATUS
