#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Several NICs as one uplink: bonds and teams, of which a member fails.
#
#   +------+  +------+  +-----------+              +---------------------------+
#   |  g1  |  |  g2  |  | h3 (Linux)|              |            out            |
#   +--+---+  +--+---+  +-----+-----+              |  rtf: a bridge or a bond  |
#      | rtp1    | rtp2       | rtp3               +----+-----------------+----+
#   +--+---------+------------+-----+                   | eth0            | eth1
#   |              rt0              +------ rtb0 -------+ rtu1       rtu2 +
#   +-------------------------------+  bond or team      namespace rt-out

ALL_TESTS="
	backup_frames
	backup_failover
	backup_told
	backup_gone
	xor_frames
	xor_spreads
	xor_failover
	lacp_frames
	lacp_failover
	team_frames
	team_failover
"
source "$(dirname "$0")/lib.sh"

uplink=

# What a bond has to say of itself.
bond()
{
	cat "/sys/class/net/rtb0/bonding/$1" 2>/dev/null
}

uses()
{
	[[ $(bond active_slave) == "$1" ]]
}

lacp_agrees()
{
	[[ $(bond ad_partner_mac) != 00:00:00:00:00:00 && $(bond ad_num_ports) == 2* ]]
}

# team_mode roundrobin: what teamd says to a team that has no ports yet.
team_mode()
{
	python3 - rtb0 "$1" <<-'END'
		import socket, struct, sys

		def attr(kind, data):
		    size = 4 + len(data)
		    return struct.pack("=HH", size, kind) + data + bytes(-size % 4)

		def call(sock, family, command, attrs):
		    body = struct.pack("=BBH", command, 1, 0) + attrs
		    sock.send(struct.pack("=IHHII", 16 + len(body), family, 5, 1, 0) + body)
		    replies = b""
		    while True:
		        data = sock.recv(65536)
		        size, kind = struct.unpack_from("=IH", data)
		        if kind == 2:   # NLMSG_ERROR, or the end of what was asked for
		            return -struct.unpack_from("=i", data, 16)[0], replies
		        replies += data[20:size]

		sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
		error, reply = call(sock, 16, 3, attr(2, b"team\0"))    # CTRL_CMD_GETFAMILY
		if error:
		    sys.exit("no team")
		while reply:
		    size, kind = struct.unpack_from("=HH", reply)
		    if kind == 1:
		        family = struct.unpack_from("=H", reply, 4)[0]
		    reply = reply[size + -size % 4:]
		option = (attr(1, b"mode\0") + attr(3, bytes([5])) +    # NLA_STRING
		          attr(4, sys.argv[2].encode() + b"\0"))
		index = struct.pack("=I", socket.if_nametoindex(sys.argv[1]))
		error, _ = call(sock, family, 1, attr(1, index) + attr(2, attr(1, option)))
		if error not in (0, 3):     # ESRCH: done, and nobody listens who could be told
		    sys.exit(f"mode refused: {error}")
	END
}

# The other ends of the cables: a switch, or what a switch does for bonds of that mode. LACP in
# its slow mode: with the other one a busy machine loses a partner who is silent for 3 s.
far_end()
{
	local mode=$1

	if [[ $mode == bridge ]]; then
		ip -n rt-out link add rtf type bridge
	else
		ip -n rt-out link add rtf type bond mode "$mode" miimon 20
	fi || return
	ip -n rt-out -batch - <<-END
		link set rtf addrgenmode none
		link set eth0 down
		link set eth1 down
		link set eth0 master rtf
		link set eth1 master rtf
		link set eth0 up
		link set eth1 up
		link set rtf up
	END
}

near_end()
{
	local mode=$1

	case $mode in
	team)
		ip link add rtb0 type team && team_mode roundrobin ;;
	xor)
		ip link add rtb0 type bond mode balance-xor miimon 20 xmit_hash_policy layer3+4 ;;
	lacp)
		ip link add rtb0 type bond mode 802.3ad miimon 20 ;;
	*)
		ip link add rtb0 type bond mode active-backup miimon 20 ;;
	esac || return
	ip -batch - <<-END
		link set rtb0 addrgenmode none
		link set rtu1 down
		link set rtu2 down
		link set rtu1 master rtb0
		link set rtu2 master rtb0
		link set rtu1 up
		link set rtu2 up
		link set rtb0 master rt0
		link set rtb0 up
	END
}

declare -A far_mode=(
	[backup]=bridge
	[xor]=balance-xor
	[lacp]=802.3ad
	[team]=balance-xor
)

# uplink_is KIND: that and no other, with both members at work.
uplink_is()
{
	local kind=$1

	[[ $uplink != "$kind" ]] || return 0
	clients_stop
	sweep
	netns_add rt-out && switch_add rt0 && guests_create rt0 2 --ring 1024 &&
		nic_add rtu1 rt-out eth0 && nic_add rtu2 rt-out eth1
	check_err $? "cannot set up: $answer"
	far_end "${far_mode[$kind]}"
	check_err $? "cannot set up the other end"
	near_end "$kind"
	check_err $? "cannot set up the uplink"
	busywait 5000 port_is rtb0 running
	check_err $? "the uplink does not run"
	[[ $kind != lacp ]] || busywait 20000 lacp_agrees
	check_err $? "no LACP: $(bond ad_partner_mac) $(bond ad_num_ports)"
	host_start out rt-out rtf
	check_err $? "cannot start: $answer"
	busywait 10000 both_ways
	check_err $? "nothing passes"
	uplink=$kind
}

both_ways()
{
	must g1 clear
	must out clear
	ask g1 send dst=$all && ask out wait frames=1 timeout=300 &&
		ask out send dst=$all && ask g1 wait frames=1 timeout=300
}

frames()
{
	must g1 clear
	must g2 clear
	must out clear
	must g1 send dst="${client_mac[out]}" count=200 len=1514
	must out wait frames=200
	must out send dst="${client_mac[g1]}" count=200 len=1514
	must g1 wait frames=200
	check_received g1 200
	check_received out 200
	check_received g2 0
	fdb_has rt0 "${client_mac[out]}" rtb0
	check_err $? "out is not behind the bond: $(bridge fdb show dev rt0)"
	must g1 send dst=$all flow=1
	must out send dst=$all flow=2
	settle g1 out g2
	settle out g1 g2
	check_received out 1 flow=1
	check_received g1 1 flow=2
	check_received g1 0 src="${client_mac[g1]}"
	must g1 send dst="${client_mac[out]}" kind=tcp4 csum=partial mss=1448 len=30000 flow=3
	must out wait bytes=$((30000 - 54)) flow=3
	check_equal "${told[damaged]}" 0 "damaged bytes"
	log_test "$uplink: frames pass both ways, once"
}

# passes FROM TO FLOW: frames of a stream do now.
passes()
{
	ask "$2" count src="${client_mac[$1]}" flow="$3"
	must "$2" wait src="${client_mac[$1]}" flow="$3" frames=$((told[frames] + 20)) timeout=10000
}

# In the middle of streams; when each has found its way again nothing is lost any more.
failover()
{
	must g1 clear
	must out clear
	must g1 stream dst="${client_mac[out]}" rate=$RATE flow=1
	must out stream dst="${client_mac[g1]}" rate=$RATE flow=2
	passes g1 out 1
	passes out g1 2
	ip -n rt-out link set eth0 down
	busywait 5000 not has_carrier rtu1
	check_err $? "the cable is not broken"
	[[ $uplink != backup ]] || busywait 5000 uses rtu2
	check_err $? "the other member has not taken over: $(bond active_slave)"
	# Each member of a team or bond is dropped in its own time.
	busywait 5000 quiet_member rtu1
	check_err $? "the broken member is still used"
	passes g1 out 1
	passes out g1 2
	must g1 stream off
	must out stream off
	without_loss 3
	port_is rtb0 running
	check_err $? "the uplink does not run"
	fdb_has rt0 "${client_mac[out]}" rtb0
	check_err $? "out is not behind it any more"
	ip -n rt-out link set eth0 up
	busywait 5000 has_carrier rtu1
	[[ $uplink != lacp ]] || busywait 20000 lacp_agrees
	check_err $? "the member is not used again"
	busywait 10000 both_ways
	without_loss 5
	log_test "$uplink: a member fails under traffic, and comes back"
}

# Nothing is counted as sent or as dropped there within two looks.
quiet_member()
{
	local before

	before=$(cat /sys/class/net/"$1"/statistics/tx_{packets,dropped})
	read -rt 0.1 -u "$nap"
	[[ $before == "$(cat /sys/class/net/"$1"/statistics/tx_{packets,dropped})" ]]
}

# without_loss FLOW
without_loss()
{
	must g1 clear
	must out clear
	must g1 send dst="${client_mac[out]}" count=200 flow="$1"
	must out wait frames=200 flow="$1"
	must out send dst="${client_mac[g1]}" count=200 flow="$1"
	must g1 wait frames=200 flow="$1"
	check_received out 200 flow="$1"
	check_received g1 200 flow="$1"
}

far_port()
{
	bridge -n rt-out fdb show br rtf | awk -v mac="$1" '$1 == mac { print $3 }'
}

is_at()
{
	[[ $(far_port "$1") == "$2" ]]
}

# The port that a group is behind, as the bridge out there knows from reports.
group_is_at()
{
	bridge -n rt-out mdb show dev rtf | grep -q "port $1 grp 239.1.1.1 "
}

# The cables are whole, but another member is used: the switch out there hears of it from whom
# it would look for in the wrong place, though they have nothing to send. None of them has
# an address at which it would be asked for.
backup_told()
{
	local mac

	uplink_is backup
	port_add rtp3 rt0 && netdev_start rtp3 rt-h3 192.0.2.3/24 && host_start h3 rt-h3 eth0 &&
		host_start host - rt0
	check_err $? "cannot start: $answer"
	ip address add 192.0.2.1/24 dev rt0
	ip link set rtb0 type bond active_slave rtu2
	# Who joins reports it twice, the second time within a second.
	ip address add 239.1.1.1/32 dev rt0 autojoin
	check_err $? "cannot join"
	sleep 2
	must h3 send dst=$all
	must host send dst=$all
	for mac in "${client_mac[h3]}" "${client_mac[host]}"; do
		busywait 2000 is_at "$mac" eth1
		check_err $? "not learned: $(far_port "$mac")"
	done
	busywait 2000 group_is_at eth1
	check_err $? "the group is not known: $(bridge -n rt-out mdb show)"
	ip link set rtb0 type bond active_slave rtu1
	for mac in "${client_mac[h3]}" "${client_mac[host]}"; do
		busywait 3000 is_at "$mac" eth0
		check_err $? "nobody was told: $mac at $(far_port "$mac")"
	done
	busywait 3000 group_is_at eth0
	check_err $? "nobody was told of the group: $(bridge -n rt-out mdb show)"
	client_quit h3
	client_quit host
	netdevs_stop
	port_del rtp3
	log_test "backup: host and guests say that they have moved"
}

# A bond that is deleted under traffic, and members that are NICs of the switch then.
backup_gone()
{
	uplink_is backup
	stream_begins g1 g2 6 dst="${client_mac[g2]}" rate=$RATE
	must out stream dst=$all rate=$RATE
	ip link del rtb0
	check_err $? "cannot delete"
	fdb_lacks rt0 "${client_mac[out]}"
	check_err $? "an address behind it is still known"
	stream_ends g1 g2 6
	must out stream off
	ip link set rtu2 master rt0 && ip link set rtu2 up
	check_err $? "a former member cannot be an uplink"
	busywait 10000 both_ways
	check_err $? "nothing passes"
	uplink=
	log_test "backup: it goes under traffic"
}

xor_spreads()
{
	local flow before1 before2

	uplink_is xor
	read -r before1 </sys/class/net/rtu1/statistics/tx_packets
	read -r before2 </sys/class/net/rtu2/statistics/tx_packets
	for flow in {10..25}; do
		must g1 send dst="${client_mac[out]}" kind=udp4 flow=$flow count=10
	done
	settle g1 out
	check_between $(($(cat /sys/class/net/rtu1/statistics/tx_packets) - before1)) 10 151 \
		"frames by the first"
	check_between $(($(cat /sys/class/net/rtu2/statistics/tx_packets) - before2)) 10 151 \
		"frames by the second"
	log_test "xor: flows are spread over the members"
}

for kind in "${!far_mode[@]}"; do
	for name in frames failover; do
		eval "${kind}_$name() { uplink_is $kind; $name; }"
	done
done

trap cleanup EXIT
require_command python3
for kind in bond team; do
	ip link add rtb0 type $kind 2>/dev/null || skip_all "the kernel has no $kind"
	ip link del rtb0
done
tests_run
exit $EXIT_STATUS
