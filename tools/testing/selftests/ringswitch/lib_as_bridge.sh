# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# ip(8) and bridge(8) for scripts that were written for bridges: what they say of a bridge is said
# to a ringswitch, and what is answered is told as a bridge would. A script gets these by BASH_ENV,
# so nothing here may be called as something there is.

# Options of "type bridge", and the files of a switch.
declare -A rsw_file_of=(
	[ageing_time]=ageing_time
	[fdb_max_learned]=fdb_max_learned
	[fdb_n_learned]=fdb_learned
	[mcast_hash_max]=mdb_max
	[mcast_last_member_interval]=multicast_last_member_interval
	[mcast_membership_interval]=multicast_membership_interval
	[mcast_querier_interval]=multicast_querier_interval
	[mcast_snooping]=multicast_snooping
	[vlan_default_pvid]=default_pvid
	[vlan_filtering]=vlan_filtering
	[vlan_protocol]=vlan_protocol
)

# The switch that a netdev is, or is a port of, into $rsw_switch.
rsw_find_switch()
{
	local master=/sys/class/net/$1/master

	rsw_switch=$1
	[[ ! -e $master ]] || rsw_switch=$(basename "$(realpath "$master")")
	[[ $1 && -d /sys/class/net/$rsw_switch/ringswitch ]]
}

# rsw_set_options SWITCH [NAME VALUE]..
rsw_set_options()
{
	local dir=/sys/class/net/$1/ringswitch; shift
	local file value

	while (($#)); do
		file=$dir/${rsw_file_of[$1]:-$1}
		value=$2
		case $1-${value,,} in
		vlan_protocol-802.1q)	value=0x8100 ;;
		vlan_protocol-802.1ad)	value=0x88a8 ;;
		esac
		if [[ -e $file ]]; then
			echo "$value" >"$file" || return 2
		elif [[ " $RSW_AS_BRIDGE_IGNORES " != *" $1 "* ]]; then
			echo "ip: a ringswitch has no option \"$1\"" >&2
			return 2
		fi
		shift 2
	done
}

# rsw_type_bridge COMMAND.. type bridge OPTIONS..
rsw_type_bridge()
{
	local before=() name= i

	while [[ "$1 $2" != "type bridge" ]]; do
		before+=("$1")
		shift
	done
	shift 2
	for ((i = 0; i < ${#before[@]}; i++)); do
		case ${before[i]} in
		add | set | show | dev | name) name=${before[i + 1]} ;;
		esac
	done
	case " ${before[*]} " in
	*" add "*)
		command ip "${before[@]}" type ringswitch || return
		if ! rsw_set_options "$name" "$@"; then
			command ip link del "$name"
			return 2
		fi
		;;
	*" set "*)	rsw_set_options "$name" "$@" ;;
	*)		ip "${before[@]}" ;;
	esac
}

# "ip -j -d link show dev SWITCH" with what the files say.
rsw_link_show()
{
	local name=${!#} option data=

	for option in "${!rsw_file_of[@]}"; do
		data+="$(sed -n "s/^[0-9]*$/,\"$option\":&/p" \
			"/sys/class/net/$name/ringswitch/${rsw_file_of[$option]}" 2>/dev/null)"
	done
	command ip "$@" | jq -c --argjson data "{${data#,}}" \
		'map(if .linkinfo.info_kind == "ringswitch"
			then .linkinfo += {info_kind: "bridge", info_data: $data} else . end)'
}

ip()
{
	local said=" $* "

	case $said in
	*" vrf exec "*" ping"*)
		# A socket that is bound to the VRF is in it, without BPF for cgroups too.
		command "$4" -I "$3" "${@:5}" ;;
	*" type bridge "*)
		rsw_type_bridge "$@" ;;
	*" link show "*)
		if [[ $said == *" -j "* && $said == *" -d "* && -d /sys/class/net/${!#}/ringswitch ]]; then
			rsw_link_show "$@"
		else
			command ip "$@"
		fi ;;
	*)
		command ip "$@" ;;
	esac
}

# rsw_fdb_told JSON SWITCH PORT ANSWER: "via PORT self" is "dev PORT master SWITCH". Where the
# switch was asked for by name it is not told.
rsw_fdb_told()
{
	if (($1)); then
		jq -c --arg switch "$2" --arg port "$3" 'map({ifname: $switch} + . | if .viaIf
			then . + {ifname: .viaIf, master: $switch, flags: (.flags // [] | . - ["self"])} |
				del(.viaIf)
			else . end | select($port == "" or .ifname == $port))' <<<"${4:-[]}"
	elif [[ $4 ]]; then
		sed -E -e "s/ dev $2 / /; s/ / dev $2 /" \
			-e "s/ dev $2 (.*)via ([^ ]+) (.*)self/ dev \2 \1\3master $2/" <<<"$4" |
			awk -v port="$3" 'port == "" || $3 == port'
	fi
}

# rsw_fdb_show BEFORE.. fdb show [[br] SWITCH] [[brport] PORT] REST..
rsw_fdb_show()
{
	local before=() rest=() port= json=0 rsw_switch

	while [[ $1 != fdb ]]; do
		[[ $1 != -j ]] || json=1
		before+=("$1")
		shift
	done
	shift 2
	while (($#)); do
		case $1 in
		br | brport | dev)	port=$2; shift ;;
		vlan | state)		rest+=("$1" "$2"); shift ;;
		dynamic)		rest+=("$1") ;;
		*)			port=$1 ;;
		esac
		shift
	done
	rsw_find_switch "$port" || return
	[[ $port != "$rsw_switch" ]] || port=
	rsw_fdb_told $json "$rsw_switch" "$port" \
		"$(command bridge "${before[@]}" fdb show dev "$rsw_switch" "${rest[@]}")"
}

# rsw_fdb_get .. fdb get ADDRESS br SWITCH REST..
rsw_fdb_get()
{
	local json=0 answer words=" $* "

	[[ $words != *" -j "* ]] || json=1
	answer=$(command bridge "$@") || return
	words=${words#* br }
	rsw_fdb_told $json "${words%% *}" "" "$answer"
}

# rsw_fdb_change fdb add|.. ADDRESS dev PORT master REST..
rsw_fdb_change()
{
	local words=() rsw_switch

	while (($#)); do
		case $1 in
		dev)
			rsw_find_switch "$2" || return
			words+=(dev "$rsw_switch")
			[[ $2 == "$rsw_switch" ]] || words+=(via "$2")
			shift ;;
		master)	;;
		*)	words+=("$1") ;;
		esac
		shift
	done
	command bridge "${words[@]}"
}

bridge()
{
	local said=" $* " rsw_switch

	case $said in
	*" fdb show "?*)
		rsw_fdb_show "$@" ;;
	*" fdb get "*)
		rsw_fdb_get "$@" ;;
	*" fdb "*" master "*)
		rsw_fdb_change "$@" ;;
	*)
		command bridge "$@" ;;
	esac
}

# Pauses that wait for nothing need not be that long.
if [[ $RSW_AS_BRIDGE_SLEEPS ]]; then
	sleep()
	{
		command sleep "$RSW_AS_BRIDGE_SLEEPS"
	}
fi
