#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A switch that filters by VLAN: ports are in VLANs, with tags or without, set by "bridge
# vlan" and by sysfs.
#
#   +-----------+ +-----------+ +-----------+     +------------------+
#   | g1        | | g2        | | g3        |     | out (eth0)       |
#   | access 10 | | trunk     | | access 20 |     | tag (eth0.10)    | outside host
#   +-----+-----+ +-----+-----+ +-----+-----+     +--------+---------+
#         | rtp1        | rtp2        | rtp3         rtu1 | trunk, veth
#   +-----+-------------+-------------+-------------------+-+
#   |   rt0: the host in VLAN 10 (rt0.10)                   |
#   +-------------------------------------------------------+

ALL_TESTS="
	shown
	set_by_sysfs
	ranges
	refused_settings
	longer_than_a_page
	announced_once
	access_to_trunk
	trunk_to_access
	apart
	not_a_member
	priority_tags
	to_outside
	from_outside
	offloads_untagged
	offloads_tagged
	offloads_segmented
	host_in_vlan
	addresses_by_vlan
	vlan_taken_away
	other_protocol
	at_first
	changed_under_traffic
	not_filtering
"
source "$(dirname "$0")/lib.sh"

# in_vlans PORT PVID UNTAGGED VLANS: all at once.
in_vlans()
{
	local dir=/sys/class/net/$1/ringport

	echo "$4" >"$dir/vlans" && echo "$3" >"$dir/vlans_untagged" && echo "$2" >"$dir/pvid"
}

setup_vlans()
{
	in_vlans rtp1 10 10 10 && in_vlans rtp2 0 "" 10,20 && in_vlans rtp3 20 20 20 &&
		in_vlans rtu1 0 "" 10,20 && in_vlans rt0 0 "" 10 &&
		echo 1 >/sys/class/net/rt0/ringswitch/vlan_filtering
}

setup_prepare()
{
	switch_add rt0 && guests_create rt0 3 && uplink_add rtu1 rt0 rt-out || return
	ip -batch - <<-END && ip -n rt-out -batch - <<-END2 || return
		link add link rt0 name rt0.10 type vlan id 10
		link set rt0.10 addrgenmode none
		link set rt0.10 up
	END
		link add link eth0 name eth0.10 type vlan id 10
		link set eth0.10 addrgenmode none
		link set eth0.10 up
	END2
	setup_vlans && host_start out rt-out eth0 && host_start tag rt-out eth0.10 &&
		host_start host - rt0.10
}

# arrives FROM TO FLOW TAG OPTIONS..: all frames, unharmed, with this tag.
arrives()
{
	local from=$1; shift
	local to=$1; shift
	local flow=$1; shift
	local tag=$1; shift

	must "$from" send dst="${client_mac[$to]}" flow="$flow" count=10 len=300 "$@"
	must "$to" wait flow="$flow" frames=10
	check_received "$to" 10 flow="$flow"
	check_equal "${told[damaged]}" 0 "damaged frames of flow $flow"
	check_tag "$to" "$flow" "$tag"
}

# lost FROM REASON FLOW OPTIONS..: they are dropped where they come in.
lost()
{
	local from=$1; shift
	local reason=$1; shift
	local flow=$1; shift
	local before number port

	find_port "$from"
	look_up "$port" "drop_in_$reason"
	before=$number
	sends "$from" 10 flow="$flow" "$@"
	look_up "$port" "drop_in_$reason"
	check_equal $((number - before)) 10 "drop_in_$reason"
}

# vlans PORT: as "bridge vlan" says it: 10PE 20 (PVID, egress untagged).
vlans()
{
	bridge -j vlan show dev "$1" | jq -r '.[0].vlans | map("\(.vlan)" +
		(if .vlanEnd then "-\(.vlanEnd)" else "" end) +
		(.flags // [] | map(.[0:1]) | join(""))) | join(" ")'
}

# check_vlans PORT BRIDGE PVID UNTAGGED VLANS
check_vlans()
{
	check_equal "$(vlans "$1")" "$2" "bridge vlan of $1"
	check_equal "$(counter "$1" pvid)" "$3" "pvid of $1"
	check_equal "$(counter "$1" vlans_untagged)" "$4" "vlans_untagged of $1"
	check_equal "$(counter "$1" vlans)" "$5" "vlans of $1"
}

shown()
{
	check_vlans rtp1 10PE 10 10 10
	check_vlans rtp2 "10 20" 0 "" 10,20
	check_vlans rt0 10 0 "" 10
	check_equal "$(cat /sys/class/net/rt0/ringswitch/vlan_protocol)" 0x8100 vlan_protocol
	port_add rtp9 rt0
	check_vlans rtp9 1PE 1 1 1
	port_del rtp9
	log_test "bridge vlan and sysfs say the same; a new port has access to VLAN 1"
}

set_by_sysfs()
{
	bridge vlan add dev rtp3 vid 30
	bridge vlan add dev rtp3 vid 40 pvid untagged
	check_vlans rtp3 "20E 30 40PE" 40 20,40 20,30,40
	# PVID and tag are said anew each time.
	bridge vlan add dev rtp3 vid 40
	check_vlans rtp3 "20E 30 40" 0 20 20,30,40
	bridge vlan del dev rtp3 vid 30
	check_vlans rtp3 "20E 40" 0 20 20,40
	in_vlans rtp3 20 20 20
	check_vlans rtp3 20PE 20 20 20
	bridge vlan add dev rt0 vid 20 self
	check_vlans rt0 "10 20" 0 "" 10,20
	bridge vlan del dev rt0 vid 20 self
	check_vlans rt0 10 0 "" 10
	log_test "bridge vlan sets what sysfs shows, and the other way round"
}

ranges()
{
	bridge vlan add dev rtp2 vid 100-200 untagged
	check_equal "$(counter rtp2 vlans)" 10,20,100-200 vlans
	check_equal "$(counter rtp2 vlans_untagged)" 100-200 vlans_untagged
	check_equal "$(bridge -compressvlans -j vlan show dev rtp2 | jq -c '.[0].vlans | map(.vlan, .vlanEnd)')" \
		"[10,null,20,null,100,200]" "compressed"
	check_equal "$(bridge -j vlan show dev rtp2 | jq '.[0].vlans | length')" 103 "one by one"
	bridge vlan del dev rtp2 vid 150-160
	check_equal "$(counter rtp2 vlans)" 10,20,100-149,161-200 vlans
	bridge vlan add dev rtp2 vid 2-4094
	check_equal "$(counter rtp2 vlans)" 2-4094 vlans
	check_equal "$(bridge -compressvlans -j vlan show dev rtp2 | jq '.[0].vlans | length')" 1 "compressed"
	in_vlans rtp2 0 "" 10,20
	check_vlans rtp2 "10 20" 0 "" 10,20
	log_test "ranges of VLANs"
}

refused_settings()
{
	refused "pvid" bridge vlan add dev rtp2 vid 5-6 pvid
	refused "Numerical result out of range" sysfs_write rtp2/ringport/vlans 0-5
	refused "Numerical result out of range" sysfs_write rtp2/ringport/vlans 4095
	refused "Numerical result out of range" sysfs_write rtp2/ringport/vlans 5000
	refused "Invalid argument" sysfs_write rtp2/ringport/vlans ten
	refused "Invalid argument" sysfs_write rtp2/ringport/vlans_untagged 30
	refused "Invalid argument" sysfs_write rtp2/ringport/pvid 30
	refused "Numerical result out of range" sysfs_write rtp2/ringport/pvid 4095
	refused "Protocol not supported" sysfs_write rt0/ringswitch/vlan_protocol 0x0800
	refused "Invalid argument" sysfs_write rt0/ringswitch/vlan_filtering maybe
	check_vlans rtp2 "10 20" 0 "" 10,20
	log_test "what cannot be set is refused, and changes nothing"
}

# As one call, where echo makes several.
write_at_once()
{
	echo "$2" >"$TMP/whole"
	dd if="$TMP/whole" of="/sys/class/net/$1" bs=64k conv=notrunc status=none
}

# Every second VLAN takes some 10 kB to write down. What "bridge vlan" can say, files can show.
longer_than_a_page()
{
	local odd even file

	odd=$(seq -s , 1 2 4093)
	even=$(seq -s , 2 2 1000)
	seq 1 2 4093 | sed 's/.*/vlan add dev rtp2 vid & untagged/' | bridge -batch -
	bridge vlan del dev rtp2 vid 10
	bridge vlan del dev rtp2 vid 20
	check_equal "$(<"/sys/class/net/rtp2/ringport/vlans")" "$odd" vlans
	check_equal "$(<"/sys/class/net/rtp2/ringport/vlans_untagged")" "$odd" vlans_untagged
	for file in rtp2/ringport/vlans rtp2/ringport/vlans_untagged rtp1/ringport/allowed_macs \
		rt0/ringswitch/ageing_time rt0/ringswitch/ports; do
		refused "Argument list too long" write_at_once $file "$odd"
	done
	check_equal "$(<"/sys/class/net/rtp2/ringport/vlans")" "$odd" "vlans that were not written"
	echo "$even" >/sys/class/net/rtp2/ringport/vlans
	check_equal "$(counter rtp2 vlans)" "$even" "vlans written"
	in_vlans rtp2 0 "" 10,20
	check_vlans rtp2 "10 20" 0 "" 10,20
	log_test "files show sets that are longer than a page, and take none in halves"
}

# heard_of PORT FILE: after something that changes nothing.
heard_of()
{
	bridge vlan add dev "$1" vid 20
	grep -q "$1.*master rt0" "$2"
}

# "bridge vlan add .. pvid" changes two things and is one change.
announced_once()
{
	local log=$TMP/monitor pid

	bridge monitor link >"$log" &
	pid=$!
	# It listens some time after it was started.
	busywait 5000 heard_of rtp2 "$log" || check_err 1 "nothing is heard"
	bridge vlan add dev rtp3 vid 50 pvid untagged
	# The last one comes behind all others.
	bridge vlan del dev rtp1 vid 50
	busywait 3000 grep -q "rtp1.*master rt0" "$log"
	check_equal "$(grep -c "rtp3.*master rt0" "$log")" 1 "announcements"
	kill $pid
	wait $pid 2>/dev/null
	setup_vlans
	check_vlans rtp3 20PE 20 20 20
	log_test "a VLAN with its PVID is announced once"
}

access_to_trunk()
{
	arrives g1 g2 1 10
	# An access port takes its own tag as well.
	arrives g1 g2 2 0x200a tci=0x200a
	log_test "what comes in without a tag goes out with one"
}

trunk_to_access()
{
	arrives g2 g1 3 -1 tci=0x600a
	arrives g2 g3 4 -1 tci=20
	log_test "what comes in with a tag goes out without one"
}

apart()
{
	sends g1 10 dst=$all flow=5
	check_queued g3 0
	must g2 wait flow=5 frames=10
	must tag wait flow=5 frames=10
	must host wait flow=5 frames=10
	sends g3 10 dst=$all flow=6
	check_queued g1 0
	check_queued host 0
	must g2 wait flow=6 frames=10
	must out wait flow=6 frames=10
	check_tag g2 5 10
	check_tag g2 6 20
	check_tag out 6 20
	log_test "what is for all stays in its VLAN"
}

not_a_member()
{
	lost g1 vlan 7 dst=$all tci=20
	lost g2 vlan 8 dst=$all tci=30
	lost g2 vlan 9 dst=$all tci=4095
	# No tag and no PVID.
	lost g2 vlan 10 dst=$all
	lost g2 vlan 11 dst=$all tci=0xe000
	log_test "frames of VLANs that their port is not in are dropped"
}

priority_tags()
{
	arrives g1 g2 12 0xe00a tci=0xe000
	log_test "a priority tag gets the VLAN of its port"
}

to_outside()
{
	arrives g1 tag 13 -1
	check_tag out 13 10
	arrives g2 out 14 0x3014 tci=0x3014
	log_test "tags reach the outside"
}

from_outside()
{
	arrives tag g1 15 -1
	arrives tag g2 16 10
	arrives out g3 17 -1 tci=20
	log_test "tags from the outside, beside the frame or in it"
}

# tso FROM TO FLOW TAG OPTIONS..: super-frames, whole or in segments.
tso()
{
	local from=$1; shift
	local to=$1; shift
	local flow=$1; shift
	local tag=$1; shift

	must "$from" send dst="${client_mac[$to]}" flow="$flow" kind=tcp4 csum=partial mss=1448 \
		len=20000 count=10 "$@"
	must "$to" wait flow="$flow" bytes=$((10 * (20000 - 54)))
	check_equal "${told[damaged]}" 0 "damaged frames"
	check_equal "${told[lost]}" 0 "bytes lost"
	check_tag "$to" "$flow" "$tag"
}

offloads_untagged()
{
	tso tag g1 18 -1
	must g2 send dst="${client_mac[g1]}" flow=19 kind=tcp4 csum=partial mss=1448 len=20004 \
		count=10 tci=10
	must g1 wait flow=19 bytes=$((10 * (20000 - 54)))
	check_equal "${told[damaged]}" 0 "damaged frames"
	check_tag g1 19 -1
	log_test "super-frames lose their tag"
}

offloads_tagged()
{
	tso g1 g2 20 10
	tso g1 tag 21 -1
	check_tag out 21 10
	log_test "super-frames get a tag"
}

offloads_segmented()
{
	client_quit g2
	guest_start g2 rtp2 --without guest_tso4,guest_tso6,guest_csum
	check_err $? "cannot start: $answer"
	tso g1 g2 23 10
	tso tag g2 24 10
	check_total g2 gso 0 "offloads the guest did not ask for"
	check_total g2 partial 0 "offloads the guest did not ask for"
	client_quit g2
	guest_start g2 rtp2
	check_err $? "cannot start: $answer"
	log_test "each segment gets a tag"
}

host_in_vlan()
{
	arrives g1 host 25 -1
	arrives host g1 26 -1
	arrives host g2 27 10
	arrives g2 host 28 -1 tci=10
	log_test "the host is in a VLAN by a device of its own"
}

addresses_by_vlan()
{
	local station=02:00:00:00:00:05

	must g1 send dst=$all src=$station flow=30
	must g3 send dst=$all src=$station flow=31
	must g2 wait src=$station flow=30 frames=1
	must g2 wait src=$station flow=31 frames=1
	check_equal "$(bridge -j fdb show dev rt0 | jq -c --arg mac $station \
		'[.[] | select(.mac == $mac) | .vlan] | sort')" "[10,20]" "VLANs of $station"
	sends g2 10 dst=$station flow=32 tci=10
	check_queued g3 0
	must g1 wait flow=32 frames=10
	sends g2 10 dst=$station flow=33 tci=20
	check_queued g1 0
	must g3 wait flow=33 frames=10
	check_equal "$(bridge -j fdb show dev rt0 | jq -c --arg mac "$(cat /sys/class/net/rt0/address)" \
		'[.[] | select(.mac == $mac) | .vlan] | sort')" "[null,10]" "VLANs of the host"
	log_test "an address is known for each VLAN by itself"
}

vlan_taken_away()
{
	local station=02:00:00:00:00:06

	must g2 send dst=$all src=$station flow=34 tci=10
	must g1 wait src=$station flow=34 frames=1
	bridge vlan del dev rtp2 vid 10
	check_err $? "cannot delete"
	fdb_lacks rt0 $station
	check_err $? "$station is still known"
	sends g1 10 dst=$station flow=35
	check_queued g2 0
	must tag wait flow=35 frames=10
	lost g2 vlan 36 dst=$all tci=10
	bridge vlan add dev rtp2 vid 10
	arrives g1 g2 37 10
	log_test "a port leaves a VLAN: what is behind it is forgotten"
}

other_protocol()
{
	echo 0x88a8 >/sys/class/net/rt0/ringswitch/vlan_protocol
	check_err $? "cannot set"
	in_vlans rtp2 10 10 10
	# The tag is the customer's.
	arrives g1 g2 38 20 tci=20
	in_vlans rtp2 0 "" 10,20
	echo 0x8100 >/sys/class/net/rt0/ringswitch/vlan_protocol
	arrives g1 g2 39 10
	log_test "tags of another protocol are left alone"
}

# check_port_vlans PORT PVID UNTAGGED VLANS
check_port_vlans()
{
	check_equal "$(counter "$1" pvid)" "$2" "pvid of $1"
	check_equal "$(counter "$1" vlans_untagged)" "$3" "vlans_untagged of $1"
	check_equal "$(counter "$1" vlans)" "$4" "vlans of $1"
}

# As on a bridge: who is where new ports are put moves along.
at_first()
{
	local file=/sys/class/net/rt0/ringswitch/default_pvid

	check_equal "$(cat $file)" 1 default_pvid
	echo 30 >$file
	check_err $? "cannot set"
	check_port_vlans rtp1 10 10 10
	port_add rtp8 rt0
	check_port_vlans rtp8 30 30 30
	bridge vlan add dev rtp8 vid 5
	port_add rtp9 rt0
	bridge vlan add dev rtp9 vid 40 pvid untagged
	echo 31 >$file
	check_port_vlans rtp8 31 31 5,31
	check_port_vlans rtp9 40 30,40 30,40
	check_port_vlans rt0 0 "" 10
	echo 0 >$file
	check_port_vlans rtp8 0 "" 5
	port_del rtp9
	port_add rtp9 rt0
	check_port_vlans rtp9 0 "" ""
	# One is in a VLAN that somebody chose, the other is still as it came.
	echo 1 >$file
	check_port_vlans rtp8 0 "" 5
	check_port_vlans rtp9 1 1 1
	refused "Numerical result out of range" sysfs_write rt0/ringswitch/default_pvid 4095
	refused "Invalid argument" sysfs_write rt0/ringswitch/default_pvid none
	check_equal "$(cat $file)" 1 default_pvid
	port_del rtp8
	port_del rtp9
	log_test "the VLAN that new ports are in is chosen, and changed"
}

changed_under_traffic()
{
	local i

	must g1 stream flow=40 dst="${client_mac[g2]}" rate=$RATE
	must tag stream flow=41 dst=$all rate=$RATE
	for ((i = 0; i < 20; i++)); do
		bridge vlan del dev rtp2 vid 10
		bridge vlan add dev rtp2 vid 10 pvid untagged
		echo 0 >/sys/class/net/rt0/ringswitch/vlan_filtering
		bridge vlan add dev rtp2 vid 10
		echo 1 >/sys/class/net/rt0/ringswitch/vlan_filtering
	done
	must g1 stream off
	must tag stream off
	arrives g1 g2 42 10
	log_test "VLANs change under traffic"
}

not_filtering()
{
	echo 0 >/sys/class/net/rt0/ringswitch/vlan_filtering
	arrives g1 g3 43 -1
	arrives g1 g3 44 30 tci=30
	arrives g2 g1 45 0xe000 tci=0xe000
	echo 1 >/sys/class/net/rt0/ringswitch/vlan_filtering
	log_test "a switch that does not filter leaves tags alone"
}

trap cleanup EXIT
require_command jq bridge
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
