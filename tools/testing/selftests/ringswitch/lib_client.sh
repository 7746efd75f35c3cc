# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Clients: mock guests (rsw_guest), outside hosts (rsw_host) and virtio-net netdevs.
# The commands a mock guest or a host understands are in guest/session.h and
# guest/guest_command.c.

declare -A client_in client_out client_pid client_mac client_port told
answer=

# --- mock guests and hosts ---------------------------------------------------------------

# client_start NAME PROGRAM ARGUMENT...: runs it with its commands on a pipe.
client_start()
{
	local name=$1; shift
	local in out fd

	[[ -p $TMP/$name.in ]] || mkfifo "$TMP/$name.in" "$TMP/$name.out" || return
	(
		# Else this client would hold the pipes of the others open.
		for fd in "${client_in[@]}" "${client_out[@]}"; do
			exec {fd}>&-
		done
		exec "$@" <"$TMP/$name.in" >"$TMP/$name.out" 2>"$TMP/$name.err"
	) &
	client_pid[$name]=$!
	exec {in}>"$TMP/$name.in" {out}<"$TMP/$name.out"
	client_in[$name]=$in
	client_out[$name]=$out
	if hear "$name"; then
		client_mac[$name]=${told[mac]}
		return
	fi
	log_info "$name: $answer $(<"$TMP/$name.err")"
	client_forget "$name"
	return 1
}

# The next line of a client into $answer, its key=value words into $told; true if it
# begins with "ok".
hear()
{
	local name=$1
	local word

	answer=
	told=()
	read -r -t 20 -u "${client_out[$name]}" answer || answer="no answer from $name"
	for word in $answer; do
		[[ $word == *=* ]] && told[${word%%=*}]=${word#*=}
	done
	[[ $answer == ok* ]]
}

# ask NAME COMMAND...
ask()
{
	local name=$1; shift

	if [[ -z ${client_in[$name]} ]]; then
		answer="no client $name"
		return 1
	fi
	echo "$*" >&"${client_in[$name]}"
	hear "$name"
}

# must NAME COMMAND...: a command that has to succeed.
must()
{
	ask "$@"
	check_err $? "$*: $answer"
}

# check_received NAME WANTED [src=MAC] [flow=N]: that many good frames, and no damaged one.
check_received()
{
	local name=$1; shift
	local wanted=$1; shift

	ask "$name" count "$@"
	check_equal "${told[frames]}" "$wanted" "frames $* at $name"
	check_equal "${told[damaged]}" 0 "damaged frames at $name"
}

# settle SENDER RECEIVER...: frames of one sender stay in order, so what has not arrived
# before this broadcast never will.
settle()
{
	local from=$1; shift
	local name wanted=()

	for name in "$@"; do
		ask "$name" count src="${client_mac[$from]}" flow=99
		wanted+=($((told[frames] + 1)))
	done
	must "$from" send dst=$all flow=99
	for name in "$@"; do
		must "$name" wait src="${client_mac[$from]}" flow=99 frames="${wanted[0]}"
		wanted=("${wanted[@]:1}")
	done
}

declare -A frames_before full_before lost_before

# Frames the port of a client had no buffers for into $full; 0 for hosts, which have no port.
ring_full()
{
	local number=0

	[[ -z ${client_port[$1]} ]] || look_up "${client_port[$1]}" drop_out_ring_full
	full=$number
}

declare -A queued_before

# The netdev of the port that a client is behind into $port.
find_port()
{
	case $1 in
	out|tag)
		port=rtu1 ;;
	host|vlan)
		port=rt0 ;;
	*)
		port=${client_port[$1]} ;;
	esac
}

note_queued()
{
	local dir

	for dir in /sys/class/net/rt*/ringport; do
		read -r "queued_before[$dir]" <"$dir/egress_queued"
	done
}

# check_queued NAME WANTED: frames for the port of a client since note_queued.
check_queued()
{
	local number port

	find_port "$1"
	look_up "$port" egress_queued
	check_equal $((number - queued_before[/sys/class/net/$port/ringport])) "$2" "frames for $1"
}

has_sent()
{
	local number

	look_up "$1" ingress_frames
	((number >= $2)) && conserved
}

# sends NAME COUNT [FRAME...]: until the switch is done with all of it. What nobody has got by
# then, nobody will; for those whom no broadcast reaches.
sends()
{
	local from=$1; shift
	local count=$1; shift
	local number port

	find_port "$from"
	look_up "$port" ingress_frames
	note_queued
	must "$from" send count="$count" "$@"
	busywait 3000 has_sent "$port" $((number + count))
	check_err $? "$from has not sent all"
}

# gets SENDER DST RECEIVER...: each receiver gets each frame once, all other clients none.
gets()
{
	local from=$1; shift
	local dst=$1; shift
	local name

	for name in "$@"; do
		must "$name" clear
	done
	sends "$from" 10 dst="$dst" len=200
	for name in "${!client_pid[@]}"; do
		if [[ " $* " == *" $name "* ]]; then
			check_queued "$name" 10
			must "$name" wait frames=10
			check_received "$name" 10 flow=0
		else
			check_queued "$name" 0
		fi
	done
}

# check_tag NAME FLOW WANTED: the tag of the last frame of a flow, -1 for none.
check_tag()
{
	ask "$1" count flow="$2"
	check_equal "${told[tci]}" $(($3)) "tag of flow $2 at $1"
}

# stream_begins FROM TO FLOW [FRAME...]: traffic that is accounted for in the end.
stream_begins()
{
	local from=$1; shift
	local to=$1; shift
	local flow=$1; shift
	local full

	ask "$to" count src="${client_mac[$from]}" flow="$flow"
	frames_before[$flow]=${told[frames]}
	lost_before[$flow]=${told[lost]}
	ring_full "$to"
	full_before[$flow]=$full
	must "$from" stream flow="$flow" "$@"
	must "$to" wait src="${client_mac[$from]}" flow="$flow" \
		frames=$((frames_before[$flow] + 20))
}

# stream_ends FROM TO FLOW: all of it has arrived, once and in order, but for what TO was
# too slow for: that, and no more, its port has counted.
stream_ends()
{
	local from=$1
	local to=$2
	local flow=$3
	local full sent arrived

	must "$from" stream off
	sent=${told[sent]}
	ring_full "$to"
	full=$((full - full_before[$flow]))
	# A flood of others can have filled its ring as well.
	arrived=$((sent > full ? sent - full : 0))
	must "$to" wait src="${client_mac[$from]}" flow="$flow" \
		frames=$((frames_before[$flow] + arrived))
	check_equal "${told[twice]}" 0 "frames twice from $from to $to"
	check_equal "${told[late]}" 0 "late frames from $from to $to"
	check_between $((told[lost] - lost_before[$flow])) 0 "$full" "frames lost from $from to $to"
}

# check_total NAME KEY WANTED WHAT: a number the client tells of all it got.
check_total()
{
	ask "$1" totals
	check_equal "${told[$2]}" "$3" "$4 at $1"
}

# The device file of a port into $node.
find_vhost_node()
{
	local port=$1
	local found=("/sys/bus/vdpa/devices/$port"/vhost-vdpa-*)

	node=/dev/${found[0]##*/}
	[[ -e ${found[0]} ]]
}

# The layout of the rings of guests that start from now on, and what they refuse for it.
layout=split
declare -A refused_for=(
	[split]=packed,in_order
	[split,in_order]=packed
	[packed]=in_order
	[packed,in_order]=
)

# guest_start NAME PORT [OPTION...]
guest_start()
{
	local name=$1; shift
	local port=$1; shift
	local node

	find_vhost_node "$port" || return
	client_start "$name" "$OUTPUT/rsw_guest" --without "${refused_for[$layout]}" "$@" \
		"$node" || return
	client_port[$name]=$port
	busywait 2000 port_is "$port" running
}

# guests_create SWITCH COUNT [OPTION...]: ports rtp1.. with the mock guests g1..
guests_create()
{
	local sw=$1; shift
	local count=$1; shift
	local i

	for ((i = 1; i <= count; i++)); do
		port_add "rtp$i" "$sw" && guest_start "g$i" "rtp$i" "$@" || return
	done
}

# host_start NAME NETNS|- INTERFACE
host_start()
{
	local name=$1
	local netns=$2
	local interface=$3

	if [[ $netns == - ]]; then
		client_start "$name" "$OUTPUT/rsw_host" "$interface"
	else
		client_start "$name" ip netns exec "$netns" "$OUTPUT/rsw_host" "$interface"
	fi
}

# switch_fill COUNT [OPTION...]: rt0 with that many guests, and the outside host "out" at rtu1.
switch_fill()
{
	switch_add rt0 && guests_create rt0 "$@" && uplink_add rtu1 rt0 rt-out &&
		host_start out rt-out eth0
}

client_forget()
{
	local name=$1
	local in=${client_in[$name]} out=${client_out[$name]}

	exec {in}>&- {out}<&-
	unset "client_in[$name]" "client_out[$name]" "client_pid[$name]" "client_port[$name]"
}

# Lets a client end by itself; false if it has complaints. Its statistics stay in $answer.
client_quit()
{
	local name=$1
	local pid=${client_pid[$name]}

	[[ -n $pid ]] || return 1
	ask "$name" quit
	client_forget "$name"
	wait "$pid"
}

client_kill()
{
	local name=$1
	local pid=${client_pid[$name]}

	kill -KILL "$pid"
	client_forget "$name"
	wait "$pid" 2>/dev/null
	return 0
}

clients_stop()
{
	local name

	for name in "${!client_pid[@]}"; do
		client_kill "$name"
	done
}

# No guest has anything to say against its device.
clients_unharmed()
{
	local name

	for name in "${!client_pid[@]}"; do
		ask "$name" intact && continue
		[[ $answer == *"no such command"* ]] && continue
		answer="$name: $answer"
		return 1
	done
}

# --- virtio-net netdevs ------------------------------------------------------------------

bind_driver()
{
	local port=$1
	local driver=$2
	local device=/sys/bus/vdpa/devices/$port

	[[ -e $device/driver ]] && echo "$port" >"$device/driver/unbind"
	echo "$driver" >"$device/driver_override"
	echo "$port" >"/sys/bus/vdpa/drivers/$driver/bind"
}

has_netdev()
{
	compgen -G "/sys/bus/vdpa/devices/$1/virtio*/net/*" >/dev/null
}

# netdev_start PORT NETNS ADDRESS...: the port's netdev is eth0 of that namespace.
netdev_start()
{
	local port=$1; shift
	local netns=$1; shift
	local link address

	netns_add "$netns"
	# Nothing loads it by itself where there is no udev.
	modprobe -q virtio_net
	bind_driver "$port" virtio_vdpa || return
	busywait 5000 has_netdev "$port" || return
	link=("/sys/bus/vdpa/devices/$port"/virtio*/net/*)
	ip link set "${link[0]##*/}" netns "$netns" name eth0 || return
	ip -n "$netns" link set eth0 addrgenmode none
	for address in "$@"; do
		if [[ $address == *:* ]]; then
			ip -n "$netns" address add "$address" dev eth0 nodad
		else
			ip -n "$netns" address add "$address" dev eth0
		fi
	done
	ip -n "$netns" link set eth0 up
	busywait 2000 port_is "$port" running
}

# Before its namespace goes, a virtio netdev must: its device is not virtual.
netdevs_stop()
{
	local device

	for device in /sys/bus/vdpa/drivers/virtio_vdpa/rt*; do
		[[ ! -e $device ]] || echo "${device##*/}" >"${device%/*}/unbind"
	done
}

# ping_works NETNS|- ADDRESS [OPTION...]
ping_works()
{
	local netns=$1; shift
	local in=()

	[[ $netns == - ]] || in=(ip netns exec "$netns")
	"${in[@]}" ping -n -q -c 3 -i 0.05 -W 2 "$@" >/dev/null
}

# iperf_between FROM TO ADDRESS [OPTION...]: TCP from one namespace (or -) to another; the
# Mbit/s go to $answer.
iperf_between()
{
	local from=$1; shift
	local to=$1; shift
	local address=$1; shift
	local from_in=() to_in=() report=$TMP/iperf.json server

	[[ $from == - ]] || from_in=(ip netns exec "$from")
	[[ $to == - ]] || to_in=(ip netns exec "$to")
	"${to_in[@]}" iperf3 -s -1 -B "$address" >"$TMP/iperf.log" 2>&1 &
	server=$!
	busywait 5000 listens "$to" || return
	timeout 20 "${from_in[@]}" iperf3 -c "$address" -n 8M -J "$@" >"$report" 2>&1
	if ! wait $server || ! jq -e .end.sum_received "$report" >/dev/null; then
		answer=$(jq -r '.error // "no transfer"' "$report" 2>/dev/null)
		return 1
	fi
	answer=$(jq '.end.sum_received.bits_per_second / 1e6 | floor' "$report")
}

listens()
{
	local in=()

	[[ $1 == - ]] || in=(ip netns exec "$1")
	"${in[@]}" ss -Hltn 'sport = :5201' | grep -q .
}

# restart NAME PORT [OPTION...]: the VMM of a port quits in order, and another one starts.
restart()
{
	local name=$1

	client_quit "$name"
	check_err $? "$name: $answer"
	guest_start "$@"
	check_err $? "cannot start $*: $answer"
}

# rings_are LAYOUT NAME...: these guests start anew.
rings_are()
{
	layout=$1; shift
	local name

	for name in "$@"; do
		restart "$name" "${client_port[$name]}"
	done
}

# exchange COUNT [FRAME...]: between g1 and g2, both ways, every frame checked.
exchange()
{
	local count=$1; shift

	must g1 clear
	must g2 clear
	must g1 send dst="${client_mac[g2]}" count="$count" "$@"
	must g2 wait frames="$count"
	check_received g2 "$count"
	must g2 send dst="${client_mac[g1]}" count="$count" "$@"
	must g1 wait frames="$count"
	check_received g1 "$count"
}
