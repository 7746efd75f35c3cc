# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0
#
# Programs on ports, and what is counted of them.

programs=$OUTPUT/xdp_programs.o
stranger=02:00:00:00:00:77

xdp_required()
{
	require_command bridge ethtool
	[[ -e $programs ]] || skip_all "$programs is not built: no clang for BPF"
}

# attach PORT PROGRAM [LINK-OPTION..]: a command. Another one is replaced.
attach()
{
	local port=$1; shift
	local program=$1; shift

	ip -force link set dev "$port" "${1:-xdp}" obj "$programs" sec "$program"
}

attached()
{
	attach "$@"
	check_err $? "cannot attach $*"
}

detached()
{
	ip link set dev "$1" xdp off
	check_err $? "cannot take the program off $1"
}

# Counters of rtp1, and what they have become since.
declare -A noted
COUNTERS="ingress_frames ingress_forwarded drop_in_xdp_drop drop_in_xdp_aborted drop_in_xdp_redirect
	xdp_tx xdp_redirect drop_in_bad_header drop_in_source_mac drop_in_port_down"

note()
{
	local name

	for name in $COUNTERS; do
		noted[$name]=$(counter rtp1 "$name")
	done
}

# check_noted [COUNTER=WANTED..]: all others have not moved.
check_noted()
{
	local name word
	local -A wanted

	for word in "$@"; do
		wanted[${word%=*}]=${word#*=}
	done
	for name in $COUNTERS; do
		check_equal $(($(counter rtp1 "$name") - noted[$name])) "${wanted[$name]:-0}" "$name"
	done
}
