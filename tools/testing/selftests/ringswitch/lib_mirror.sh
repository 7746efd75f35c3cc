# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0
#
# What mirror.sh and mirror_set.sh have in common: who sends, who looks.

# A veth whose other end is in the namespace rt-mon.
monitor_add()
{
	ip -batch - <<-END && ip -n rt-mon -batch - <<-END2
		link add rtm1 type veth peer name eth0 netns rt-mon
		link set rtm1 addrgenmode none
		link set rtm1 up
	END
		link set eth0 addrgenmode none
		link set eth0 up
	END2
}

mirror_setup()
{
	switch_fill 3 && netns_add rt-mon && monitor_add && host_start mon rt-mon eth0 &&
		host_start host - rt0 || return
	settle g1 g2 g3 out host
	settle g2 g1
	settle g3 g1
	settle out g1
	settle host g1
}

# mirror PORT ingress|egress [NETDEV]: a command; without a netdev, to nowhere.
mirror()
{
	sysfs_write "$1/ringport/mirror_$2" "$3"
}

mirrors()
{
	mirror "$@"
	check_err $? "cannot mirror $*"
}

no_mirrors()
{
	local file

	for file in /sys/class/net/rt*/ringport/mirror_*; do
		echo >"$file"
		check_err $? "cannot empty $file"
	done
}

check_mirror()
{
	check_equal "$(counter "$1" "mirror_$2")" "$3" "mirror_$2 of $1"
}

clear_all()
{
	local name

	for name in g1 g2 g3 out mon host; do
		must $name clear
	done
}

# shown TO FROM WANTED FLOW: copies of frames of FROM that TO has got.
shown()
{
	must "$1" wait src="${client_mac[$2]}" flow="$4" frames="$3"
	check_received "$1" "$3" src="${client_mac[$2]}" flow="$4"
}

# check_shown NAME FROM WANTED FLOW: the same, when all has arrived.
check_shown()
{
	check_received "$1" "$3" src="${client_mac[$2]}" flow="$4"
}

# says FROM TO FLOW [FRAME..]: 10 frames, which arrive.
says()
{
	local from=$1; shift
	local to=$1; shift
	local flow=$1; shift

	sends "$from" 10 dst="${client_mac[$to]}" flow="$flow" "$@"
	shown "$to" "$from" 10 "$flow"
}
