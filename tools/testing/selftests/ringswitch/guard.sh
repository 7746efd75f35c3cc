#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A guest that may only be itself: what it says in other names gets nowhere, and what it says
# in its own gets through. g1 forges frames; h3 is the kernel's own stack, which is honest until
# it is given an address that is not its own.
#
#   +------+  +------+  +------------------+   +---------------+
#   |  g1  |  |  g2  |  | h3    192.0.2.13 |   |  out          | outside host
#   |      |  |      |  |  2001:db8::13    |   |  192.0.2.21   |
#   +--+---+  +--+---+  +--------+---------+   +-------+-------+
#      | rtp1    | rtp2          | rtp3           rtu1 | veth
#   +--+---------+---------------+---------------------+-+
#   |              rt0 (host) 192.0.2.254                |
#   +----------------------------------------------------+

ALL_TESTS="
	settings_at_first
	settings_written
	settings_refused
	own_ethernet_address
	own_ip_address
	own_large_frames
	arp
	neighbours
	servers_and_routers
	hidden_headers
	overwritten_headers
	honest_stack
	stack_with_a_foreign_address
	changed_under_traffic
"
source "$(dirname "$0")/lib.sh"

dir=/sys/class/net/rtp1/ringport
mac=525400720001 other_mac=525400720002
ip=c0000201 other_ip=c0000202
net6=20010db8000000000000000000000
ip6=${net6}001 other_ip6=${net6}002
link6=fe80000000000000505400fffe720001
zero6=00000000000000000000000000000000
nodes6=ff020000000000000000000000000001

setup_prepare()
{
	switch_add rt0 && guests_create rt0 2 --ring 1024 && port_add rtp3 rt0 mtu 1500 &&
		uplink_add rtu1 rt0 rt-out && host_start out rt-out eth0
}

guard()
{
	echo "$1" >$dir/allowed_macs && echo "$2" >$dir/allowed_ips &&
		echo "${3:-0}" >$dir/dhcp_guard && echo "${4:-0}" >$dir/ra_guard
	check_err $? "cannot set the guard"
}

own_addresses()
{
	guard 52:54:00:72:00:01 "192.0.2.1 2001:db8::1 fe80::5054:ff:fe72:1" 1 1
}

# passes FRAME..: ten of them get from g1 to g2.
passes()
{
	sends g1 10 dst=$all "$@"
	check_queued g2 10
}

# stops REASON FRAME..: none does, and that is counted.
stops()
{
	local reason=$1; shift
	local before

	before=$(counter rtp1 "drop_in_$reason")
	sends g1 10 dst=$all "$@"
	check_queued g2 0
	check_equal $(($(counter rtp1 "drop_in_$reason") - before)) 10 "drop_in_$reason of $*"
}

check_files()
{
	check_equal "$(cat "$dir/$1")" "$2" "$1"
}

settings_at_first()
{
	local name port

	for name in allowed_macs allowed_ips; do
		check_files $name ""
	done
	for name in dhcp_guard ra_guard; do
		check_files $name 0
	done
	for port in rt0 rtu1; do
		[[ ! -e /sys/class/net/$port/ringport/allowed_macs ]]
		check_err $? "$port has a guard"
	done
	passes src=02:00:00:00:00:98 kind=udp4
	log_test "a new port may be anybody"
}

settings_written()
{
	guard "02:00:00:00:00:01,02:00:00:00:00:AA" \
		"2001:DB8:0::1/128 10.0.0.0/8 192.0.2.7/32 ::/0" on 0
	check_files allowed_macs "02:00:00:00:00:01 02:00:00:00:00:aa"
	check_files allowed_ips "2001:db8::1 10.0.0.0/8 192.0.2.7 ::/0"
	check_files dhcp_guard 1
	check_files ra_guard 0
	guard "" "" 0 1
	check_files allowed_macs ""
	check_files allowed_ips ""
	check_files dhcp_guard 0
	check_files ra_guard 1
	guard "" ""
	log_test "a guard is read as it was written"
}

settings_refused()
{
	local many_macs many_ips

	many_macs=$(printf '02:00:00:00:00:%02x ' {0..64})
	many_ips=$(printf '2001:db8:ffff:ffff:ffff:ffff:ffff:%x ' {0..64})
	own_addresses
	refused "Invalid argument" sysfs_write rtp1/ringport/allowed_macs "02:00:00:00:00:01 x"
	refused "Invalid argument" sysfs_write rtp1/ringport/allowed_macs 01:00:5e:00:00:01
	refused "Invalid argument" sysfs_write rtp1/ringport/allowed_ips "192.0.2.2 192.0.2.256"
	refused "Invalid argument" sysfs_write rtp1/ringport/allowed_ips 192.0.2.1/24
	refused "Invalid argument" sysfs_write rtp1/ringport/allowed_ips ::
	refused "Invalid argument" sysfs_write rtp1/ringport/dhcp_guard maybe
	refused "Argument list too long" sysfs_write rtp1/ringport/allowed_macs "$many_macs"
	refused "Argument list too long" sysfs_write rtp1/ringport/allowed_ips "$many_ips"
	check_files allowed_macs 52:54:00:72:00:01
	check_files allowed_ips "192.0.2.1 2001:db8::1 fe80::5054:ff:fe72:1"
	echo "${many_ips% * }" >$dir/allowed_ips
	check_err $? "64 addresses are refused"
	check_equal "$(wc -w <$dir/allowed_ips)" 64 "addresses"
	guard "" ""
	log_test "what is no list of addresses is refused, and changes nothing"
}

own_ethernet_address()
{
	sends g2 1 dst=$all
	guard 52:54:00:72:00:01 ""
	passes kind=probe
	passes kind=udp4 tci=5
	stops source_mac src=02:00:00:00:00:99
	stops source_mac src="${client_mac[g2]}" kind=tcp4 tci=5
	fdb_lacks rt0 02:00:00:00:00:99
	check_err $? "a forged address was learned"
	gets out "${client_mac[g2]}" g2
	guard "52:54:00:72:00:01 02:00:00:00:00:99" ""
	passes src=02:00:00:00:00:99
	guard "" ""
	log_test "a guest may have its own Ethernet addresses"
}

own_ip_address()
{
	local cut

	own_addresses
	for cut in 0 12,14,1*60 12,1*40 12,34,1*20; do
		passes kind=udp4 cut=$cut
		passes kind=tcp4 cut=$cut tci=7
		passes kind=udp6 cut=$cut
		passes kind=tcp6 cut=$cut tci=7
	done
	guard "" 192.0.2.2
	for cut in 0 12,14,1*60 12,1*40 12,34,1*20; do
		stops source_ip kind=udp4 cut=$cut
		stops source_ip kind=tcp4 cut=$cut tci=7
		stops source_ip kind=udp6 cut=$cut
	done
	guard "" "192.0.2.0/24 2001:db8::/32"
	passes kind=udp4
	passes kind=tcp6
	guard "" ""
	log_test "a guest may have its own IP addresses"
}

own_large_frames()
{
	own_addresses
	must g2 clear
	must g1 send dst="${client_mac[g2]}" kind=tcp4 csum=partial mss=1448 len=30000 count=10
	must g1 send dst="${client_mac[g2]}" kind=udp6 csum=partial len=1000 count=10
	must g2 wait frames=20
	check_received g2 20
	guard "" ""
	log_test "frames with work left to do pass a guard whole"
}

# arp_frame OP MAC IP TARGET
arp_frame()
{
	echo "raw=08060001080006040$1$2$3000000000000$4"
}

arp()
{
	own_addresses
	passes "$(arp_frame 001 $mac $ip $other_ip)"
	passes "$(arp_frame 002 $mac $ip $other_ip)"
	passes "$(arp_frame 001 $mac $ip $ip)"
	passes "$(arp_frame 001 $mac 00000000 $ip)"
	stops source_arp "$(arp_frame 001 $mac $other_ip $ip)"
	stops source_arp "$(arp_frame 002 $mac $other_ip $ip)"
	stops source_arp "$(arp_frame 002 $other_mac $ip $other_ip)"
	stops source_arp "$(arp_frame 001 $mac 00000000 $other_ip)"
	guard "" ""
	passes "$(arp_frame 002 $other_mac $other_ip $ip)"
	log_test "ARP speaks for its sender only"
}

# nd_frame TYPE SOURCE TARGET OPTION MAC
nd_frame()
{
	echo "raw=86dd6000000000203aff$2$nodes6${1}00123400000000${3}${4}01$5"
}

neighbours()
{
	own_addresses
	passes "$(nd_frame 88 $ip6 $ip6 02 $mac)"
	passes "$(nd_frame 88 $link6 $link6 02 $mac)"
	passes "$(nd_frame 87 $ip6 $other_ip6 01 $mac)"
	passes "$(nd_frame 87 $zero6 $ip6 0e $mac)"
	stops source_nd "$(nd_frame 88 $ip6 $other_ip6 02 $mac)"
	stops source_nd "$(nd_frame 88 $ip6 $ip6 02 $other_mac)"
	stops source_nd "$(nd_frame 87 $zero6 $other_ip6 0e $mac)"
	stops source_ip "$(nd_frame 88 $other_ip6 $ip6 02 $mac)"
	guard "" ""
	passes "$(nd_frame 88 $other_ip6 $other_ip6 02 $other_mac)"
	log_test "neighbour discovery speaks for its sender only"
}

# udp_frame SOURCE_PORT DEST_PORT [SOURCE]
udp_frame()
{
	echo "raw=08004500001c0000000040110000${3:-$ip}ffffffff$1${2}00080000"
}

# advertisement [TAGS [EXTENSIONS NEXT]]: of a router
advertisement()
{
	echo "raw=${1}86dd600000000010${3:-3a}ff$link6$nodes6${2}8600123440000708$(printf %016d 0)"
}

servers_and_routers()
{
	own_addresses
	passes "$(udp_frame 0044 0043)"
	passes "$(udp_frame 0044 0043 00000000)"
	stops source_ip "$(udp_frame 0044 0035 00000000)"
	stops dhcp "$(udp_frame 0043 0044)"
	stops dhcp "$(udp_frame 1000 0044)"
	stops ra "$(advertisement)"
	stops ra "$(advertisement 81000005)"
	guard "" ""
	passes "$(udp_frame 0043 0044)"
	passes "$(advertisement)"
	log_test "a guest is no DHCP server and no router"
}

hidden_headers()
{
	local options=3a00010400000000 tag=81000005

	own_addresses
	stops ra "$(advertisement "" $options 3c)"
	stops ra "$(advertisement $tag$tag $options 00)"
	stops hidden "$(advertisement $tag$tag$tag)"
	stops hidden "$(advertisement "" 3a00000101020304 2c)"
	stops hidden "$(advertisement "" "3a06$(printf %0108d 0)" 3c)"
	stops hidden "$(advertisement 0040aaaa03000000)"
	stops hidden raw=0800450000
	guard "" ""
	passes "$(advertisement $tag$tag$tag)"
	log_test "headers that cannot be seen do not pass"
}

# A checksum that its receiver puts where the address was.
overwritten_headers()
{
	own_addresses
	passes kind=udp4 csum=partial
	stops bad_header kind=udp4 csum=partial h_csum_start=26 h_csum_offset=0
	stops bad_header "$(arp_frame 002 $mac $ip $other_ip)" h_flags=1 h_csum_start=14 \
		h_csum_offset=14
	guard "" ""
	log_test "headers that have been looked at do not change"
}

# What a stack says by itself: duplicate address detection, reports, solicitations.
honest_stack()
{
	local dir=/sys/class/net/rtp3/ringport name

	require_command ping iperf3 jq ss
	guard 52:54:00:72:00:03 "192.0.2.13 2001:db8::13 fe80::5054:ff:fe72:3" 1 1
	# Not before: a stack with addresses says so, where frames are counted.
	ip address add 192.0.2.254/24 dev rt0
	ip -n rt-out address add 192.0.2.21/24 dev eth0
	ip -n rt-out address add 2001:db8::21/64 dev eth0 nodad
	netdev_start rtp3 rt-h3 192.0.2.13/24
	check_err $? "no netdev"
	ip -n rt-h3 link set eth0 down
	ip -n rt-h3 link set eth0 addrgenmode eui64
	ip -n rt-h3 link set eth0 up
	ip -n rt-h3 address add 2001:db8::13/64 dev eth0
	busywait 5000 no_tentative rt-h3
	check_err $? "addresses are not there: $(ip -n rt-h3 -6 address show dev eth0)"
	ping_works rt-h3 192.0.2.254
	check_err $? "no answer of the host"
	ping_works rt-h3 192.0.2.21 -s 4000
	check_err $? "no answer to fragments"
	ping_works rt-h3 2001:db8::21 -s 4000
	check_err $? "no answer to fragments of IPv6"
	ping_works rt-out 2001:db8::13
	check_err $? "no answer of the guest"
	iperf_between rt-h3 rt-out 192.0.2.21
	check_err $? "TCP: $answer"
	for name in source_{mac,ip,arp,nd} dhcp ra hidden bad_header; do
		check_equal "$(counter rtp3 drop_in_$name)" 0 "drop_in_$name"
	done
	log_test "a stack with its own addresses loses nothing"
}

no_tentative()
{
	! ip -n "$1" -6 address show dev eth0 | grep -q tentative &&
		ip -n "$1" -6 address show dev eth0 | grep -q 2001:db8::13
}

stack_with_a_foreign_address()
{
	ip -n rt-h3 address add 192.0.2.14/24 dev eth0
	ip -n rt-h3 address add 2001:db8::14/64 dev eth0 nodad
	ping_works rt-h3 192.0.2.21 -I 192.0.2.14
	check_fail $? "an answer to a foreign address"
	ping_works rt-out 192.0.2.14
	check_fail $? "a foreign address answers"
	ping_works rt-out 2001:db8::14
	check_fail $? "a foreign address of IPv6 answers"
	(($(counter rtp3 drop_in_source_ip) && $(counter rtp3 drop_in_source_arp)))
	check_err $? "drops: $(drops)"
	ping_works rt-h3 192.0.2.21 -I 192.0.2.13
	check_err $? "no answer to its own address"
	log_test "a stack with a foreign address cannot use it"
}

changed_under_traffic()
{
	local i

	own_addresses
	stream_begins g1 g2 1 dst="${client_mac[g2]}" kind=udp4 rate=$RATE
	for ((i = 0; i < 30; i++)); do
		echo "192.0.2.1 2001:db8::/$((32 + i))" >$dir/allowed_ips
		echo "52:54:00:72:00:01 02:00:00:00:00:$((10 + i))" >$dir/allowed_macs
		echo $((i % 2)) >$dir/dhcp_guard
		guard "" ""
		own_addresses
	done
	stream_ends g1 g2 1
	guard "" ""
	log_test "a guard changes under honest traffic, which loses nothing"
}

trap cleanup EXIT
require_command jq
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
