#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own tests of bridges, with a ringswitch in the place of the bridge. The scripts are
# those of the kernel's source (linux-source of Debian, unpacked), where RSW_KERNEL_SOURCE says or
# the bench has it; lib_as_bridge.sh is what they get for ip and bridge. Each runs in a network
# namespace of its own, all at the same time, since most of the time they sleep.
#
#   RSW_SCRIPTS="bridge_mdb.sh .."	those instead of the usual ones
#   RSW_SCRIPT_LIMIT=400		seconds that each of them has
#   RSW_LOGS=/src/build			where what they say is kept
#
# Each of their checks is one of ours. Those in bridge_scripts.expected fail, for the reason that
# is told there; when one of them passes or is not there that is a failure as well.

source "$(dirname "$0")/lib.sh"

SCRIPTS=${RSW_SCRIPTS:-bridge_vlan_unaware.sh bridge_vlan_aware.sh bridge_port_isolation.sh
	bridge_locked_port.sh bridge_fdb_learning_limit.sh bridge_sticky_fdb.sh bridge_mdb_host.sh
	bridge_mdb_port_down.sh tc_vlan_modify.sh test_bridge_fdb_stress.sh}
LIMIT=${RSW_SCRIPT_LIMIT:-400}
expected=$lib_dir/bridge_scripts.expected

# What takes part in nothing but waiting is made short; addresses are used at once.
export WAIT_TIME=1 PING_COUNT=2 PING_TIMEOUT=3 LOW_AGEING_TIME=500 KSFT_MACHINE_SLOW=yes
export BASH_ENV=$lib_dir/lib_as_bridge.sh
export RSW_AS_BRIDGE_IGNORES="mcast_querier mcast_igmp_version mcast_mld_version"

find_source()
{
	local place

	for place in "$RSW_KERNEL_SOURCE" /built/linux-source-* /usr/src/linux-source-*; do
		selftests=$place/tools/testing/selftests
		[[ ! -e $selftests/net/forwarding/lib.sh ]] || return 0
	done
	return 1
}

# start NUMBER SCRIPT
start()
{
	local netns=rt-scripts$1
	local dir=$selftests/net/forwarding sleeps= arguments=()

	netns_add "$netns" && ip -n "$netns" link set lo up &&
		ip netns exec "$netns" sysctl -qw net.ipv6.conf.{all,default}.accept_dad=0 || return
	if [[ $2 == test_bridge_fdb_stress.sh ]]; then
		ip -n "$netns" link add eth0 type veth peer name eth1 || return
		dir=$selftests/drivers/net/dsa
		arguments=(eth0)
		sleeps=0.2
	fi
	(
		cd "$dir" && RSW_AS_BRIDGE_SLEEPS=$sleeps \
			timeout -k 10 "$LIMIT" ip netns exec "$netns" bash "./$2" "${arguments[@]}"
		echo "status $?"
	) </dev/null >"$TMP/$2.log" 2>&1 &
}

# results SCRIPT: "OK|FAIL|XFAIL|SKIP", a tab, the check; the same once more has a number. What is
# skipped before it has a name is called by the reason.
results()
{
	awk '
		match($0, /^TEST: /) && match($0, /\[ *[A-Z]+ *\]$/) {
			result = substr($0, RSTART)
			gsub(/[][ ]/, "", result)
			name = substr($0, 7, RSTART - 7)
			sub(/ +$/, "", name)
			if (n[name]++)
				name = name " #" n[name]
			print result "\t" name
		}
		/^SKIP: / {
			print "SKIP\t" substr($0, 7)
		}' "$TMP/$1.log"
}

# The reason why a check of a script cannot pass, or nothing.
reason_of()
{
	awk -F ' *\\| *' -v script="${1%.sh}" -v check="$2" '
		/^#/ { next }
		$1 == script && $2 == check { print $3 }' "$expected"
}

judge_check()
{
	local script=$1 result=$2 check=$3
	local reason

	reason=$(reason_of "$script" "$check")
	case $result in
	OK | XFAIL)
		[[ -z $reason ]]
		check_err $? "passes, and should not: $reason" ;;
	FAIL | SKIP)
		[[ $reason ]]
		check_err $? "$result" ;;
	esac
	log_test "${script%.sh}: $check${reason:+ (fails as it should: $reason)}"
}

# What has no results of its own runs to its end, and nothing that it does is refused.
judge_stress()
{
	local errors

	grep -q '^100% complete' "$TMP/$1.log"
	check_err $? "did not come to its end: $(tail -n 1 "$TMP/$1.log")"
	# The last one has no switch any more.
	errors=$(grep -c '^RTNETLINK answers' "$TMP/$1.log")
	check_between "$errors" 0 2 "commands that failed"
	log_test "${1%.sh}: addresses come, go and are shown at once"
}

judge()
{
	local script=$1
	local check result seen=$'\n'

	[[ -z $RSW_LOGS ]] || cp "$TMP/$script.log" "$RSW_LOGS"
	if [[ $script == test_bridge_fdb_stress.sh ]]; then
		judge_stress "$script"
		return
	fi
	while IFS=$'\t' read -r result check; do
		judge_check "$script" "$result" "$check"
		seen+=$check$'\n'
	done < <(results "$script")
	while IFS= read -r check; do
		[[ $seen == *$'\n'"$check"$'\n'* ]]
		check_err $? "there is no such check: $check"
	done < <(awk -F ' *\\| *' -v script="${script%.sh}" \
			 '!/^#/ && $1 == script { print $2 }' "$expected")
	tail -n 1 "$TMP/$script.log" | grep -q '^status [014]$' && [[ $seen != $'\n' ]]
	check_err $? "ended too early: $(tail -n 3 "$TMP/$script.log")"
	log_test "${script%.sh}: all of it ran"
}

cleanup()
{
	local netns

	for netns in /run/netns/rt-scripts*; do
		[[ ! -e $netns ]] || ip netns pids "${netns##*/}" | xargs -r kill -9
	done
	pre_cleanup
}

require_command mausezahn tc jq ping ip bridge
find_source || skip_all "there is no source of a kernel with its selftests"
trap cleanup EXIT
log_info "scripts of $selftests"
stamp
begun=$now
number=0
for script in $SCRIPTS; do
	start $((++number)) "$script"
	check_err $? "cannot start $script"
done
wait
for script in $SCRIPTS; do
	judge "$script"
done
tests_done
exit $EXIT_STATUS
