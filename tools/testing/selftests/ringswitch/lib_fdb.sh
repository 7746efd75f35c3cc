# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0
#
# What fdb.sh and fdb_limits.sh have in common: their switch, and what is known there.

station=02:00:00:00:00:01	# an address behind g1
another=02:00:00:00:00:02
ports=/sys/class/net

setup_prepare()
{
	switch_fill 3 && host_start host - rt0
}

# As it was at first.
forget()
{
	local port

	bridge fdb flush dev rt0
	check_err $? "cannot flush"
	echo 30000 >$ports/rt0/ringswitch/ageing_time
	echo 65536 >$ports/rt0/ringswitch/fdb_max_learned
	for port in rtp1 rtp2 rtp3 rtu1; do
		echo 4096 >$ports/$port/ringport/fdb_max_learned
		echo 0 >$ports/$port/ringport/learn_rate
	done
	for port in g1 g2 g3 out host; do
		must $port clear
	done
}

# entry MAC [VLAN]: what is said of it, without the time.
entry()
{
	bridge fdb show dev rt0 | sed -n "s/^$1 \(.*[^ ]\) *$/\1/p" |
		if [[ $2 ]]; then grep "^vlan $2 "; else grep -v "^vlan "; fi
}

# check_entry MAC [vlan N] WHAT
check_entry()
{
	local mac=$1; shift
	local vid=

	if [[ $1 == vlan ]]; then
		vid=$2
		shift 2
	fi
	check_equal "$(entry "$mac" $vid)" "${vid:+vlan $vid }$*" "$mac ${vid:+in VLAN $vid}"
}

check_nothing()
{
	fdb_lacks rt0 "$1"
	check_err $? "$1 is known: $(bridge fdb show dev rt0 | grep "^$1")"
}

# send_from CLIENT FIRST LAST: one frame from each of these stations.
send_from()
{
	local i

	for ((i = $2; i <= $3; i++)); do
		must "$1" send dst=$all src="$(printf '02:00:00:00:01:%02x' $i)"
	done
}

# One of each kind, at two ports.
fill()
{
	forget
	bridge fdb add 02:00:00:00:00:11 dev rtp1 static vlan 1
	bridge fdb add 02:00:00:00:00:12 dev rtp1 dynamic vlan 1
	bridge fdb add 02:00:00:00:00:13 dev rtp1 dynamic sticky vlan 1
	bridge fdb add 02:00:00:00:00:14 dev rt0 vlan 1
	bridge fdb add 02:00:00:00:00:15 dev rt0 via rtu1 static vlan 1
	must g1 send dst=$all src=02:00:00:00:00:16
	must g2 send dst=$all src=02:00:00:00:00:17
}

# check_left WHAT: last digits of those that are left.
check_left()
{
	check_equal "$(bridge fdb show dev rt0 | sed -n 's/^02:00:00:00:00:1\(.\).*/\1/p' | sort |
		       tr -d '\n')" "$1" "left of 1234567 after $2"
}
