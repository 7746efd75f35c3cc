# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What every test sources: results, waiting, cleaning up. Everything the tests create is
# called rt-something, so that cleanup needs no memory and a machine's own switches are
# left alone.

lib_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# Where rsw_guest and rsw_host are.
OUTPUT=${OUTPUT:-$lib_dir}

ksft_pass=0
ksft_fail=1
ksft_skip=4

# Until the last test has run: a mistake in a script ends it anywhere.
EXIT_STATUS=$ksft_fail
failed=
TEST_COUNT=0
RET=0
retmsg=
begun=0

# --- results -----------------------------------------------------------------------------

log_info()
{
	echo "# $*"
}

# The first failure of a test is the one that is told.
check_err()
{
	local err=$1
	local msg=$2

	if ((err && !RET)); then
		RET=$ksft_fail
		retmsg=$msg
	fi
}

check_fail()
{
	local err=$1
	local msg=$2

	check_err $((!err)) "$msg"
}

check_equal()
{
	local is=$1
	local wanted=$2
	local what=$3

	[[ $is == "$wanted" ]]
	check_err $? "$what: $is, not $wanted"
}

check_between()
{
	local is=$1
	local low=$2
	local high=$3
	local what=$4

	((is >= low && is <= high))
	check_err $? "$what: $is, not $low..$high"
}

# refused TEXT COMMAND..: it fails and says so.
refused()
{
	local text=$1; shift
	local said

	said=$("$@" 2>&1)
	check_fail $? "was done: $*"
	[[ $said == *"$text"* ]]
	check_err $? "$*: said: $said"
}

# sysfs_write rtp1/ringport/learning 1: a command, to be refused.
sysfs_write()
{
	echo "$2" >"/sys/class/net/$1"
}

# Ends a test, when its traffic has: no port may have lost count of a frame, no client may
# have been wronged.
log_test()
{
	local name=$1

	busywait 2000 conserved || check_err 1 "not conserved: $(imbalance)"
	clients_unharmed
	check_err $? "a guest was wronged: $answer"

	[[ $layout == split ]] || name+=", rings $layout"
	: $((++TEST_COUNT))
	if ((RET)); then
		echo "not ok $TEST_COUNT - $name"
		log_info "$name: $retmsg"
		log_info "drops so far:$(drops)"
		failed=yes
	else
		echo "ok $TEST_COUNT - $name"
	fi
	stamp
	[[ -z $RSW_TIMES ]] || log_info "took $((now - begun)) ms"
	begun=$now
	RET=0
	retmsg=
}

log_test_skip()
{
	echo "ok $((++TEST_COUNT)) - $1 # SKIP $2"
	RET=0
}

tests_run()
{
	local current_test

	stamp
	begun=$now
	for current_test in ${TESTS:-$ALL_TESTS}; do
		# From here on the same tests come with other rings.
		[[ -z $RSW_ONE_LAYOUT || $current_test != on_* ]] || break
		$current_test
	done
	tests_done
}

tests_done()
{
	echo "1..$TEST_COUNT"
	[[ $failed ]] || EXIT_STATUS=$ksft_pass
}

skip_all()
{
	echo "1..0 # SKIP $*"
	exit $ksft_skip
}

bail_out()
{
	echo "Bail out! ${1:-setup failed}: $answer"
	exit $ksft_fail
}

require_command()
{
	local command

	for command in "$@"; do
		command -v "$command" >/dev/null || skip_all "$command is not installed"
	done
}

all=ff:ff:ff:ff:ff:ff

# Frames per second of a stream that a kernel with checkers can still bear, three at a time
# and each to everybody. A User-Mode Linux whose softirqs last longer than a tick does
# nothing else any more; with lockdep and kmemleak a receiving netdev gets there first.
RATE=2000
if [[ -e /proc/lockdep ]]; then
	RATE=100
elif [[ $KSFT_MACHINE_SLOW == yes ]] || grep -qm 1 ' kasan_report$' /proc/kallsyms; then
	RATE=300
fi

# --- waiting -----------------------------------------------------------------------------

# Milliseconds into $now.
stamp()
{
	now=${EPOCHREALTIME/[.,]/}
	now=$((now / 1000))
}

exec {nap}<> <(:)

# An idle machine is given the milliseconds that are said, one with other work this many times
# as long. It costs a test that fails, no other.
PATIENCE=5

# Repeats a command until it succeeds, for at most that many milliseconds.
busywait()
{
	local timeout_ms=$1; shift
	local now end

	stamp
	end=$((now + timeout_ms * PATIENCE))
	until "$@"; do
		stamp
		((now < end)) || return 1
		# A sleep that costs no process.
		read -rt 0.02 -u "$nap" || :
	done
}

not()
{
	! "$@"
}

# --- beginning and end -------------------------------------------------------------------

pre_cleanup()
{
	# A second interrupt must not stop us half-way.
	trap '' INT TERM
	clients_stop
	sweep
	rm -rf "$TMP"
}

cleanup()
{
	pre_cleanup
}

# Leaves of an interrupted run.
sweep()
{
	netdevs_stop
	ports_del
	switches_del
	namespaces_del
}

source "$lib_dir/lib_switch.sh"
source "$lib_dir/lib_client.sh"

echo "TAP version 13"
# A client that has died is told by its missing answer.
trap '' PIPE
[[ $(id -u) == 0 ]] || skip_all "must be root"
[[ -e /sys/module/ringswitch ]] || skip_all "the module ringswitch is not loaded"
require_command ip bridge vdpa awk
for program in rsw_guest rsw_host; do
	[[ -x $OUTPUT/$program ]] || skip_all "$OUTPUT/$program is not built"
done

TMP=$(mktemp -d)
sweep
