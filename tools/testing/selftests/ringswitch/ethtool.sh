#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What ethtool and the files of a port tell: every counter, queues, interrupts.
#
#   +------+  +------+  +-------+
#   |  g1  |  |  g2  |  |  g3   |
#   | all  |  | all  |  | plain |
#   +--+---+  +--+---+  +---+---+
#      | rtp1    | rtp2     | rtp3   | rtp4: no driver
#   +--+---------+----------+--------+--+
#   |                rt0                |
#   +-----------------------------------+

ALL_TESTS="
	counters
	counters_of_switch
	counters_of_queues
	channels_and_rings
	moderation
	moderation_by_driver
	identity
	who_runs_it
	about_the_guest
"
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/lib_watch.sh"

counters()
{
	local port

	exchange 100
	must g1 send dst=$all count=10
	must g1 send dst="${client_mac[g2]}" len=5
	busywait 2000 conserved
	for port in rtp1 rtp2 rtp3 rtp4 rt0; do
		check_equal "$(stats $port "ingress_|egress_|drop_|fdb_|mdb_|xdp_")" "$(files $port)" "counters of $port"
	done
	check_between "$(files rtp1 | wc -l)" 27 100 "counters"
	check_between "$(nicstat rtp1 ingress_frames)" 100 1000000 "frames of g1"
	log_test "ethtool has the same counters as sysfs"
}

counters_of_switch()
{
	check_equal "$(stats rt0 switch_)" "$(files rtp{1,2,3,4} rt0 | sed 's/^/switch_/')" "sums"
	log_test "ethtool has the sums over all ports"
}

# queue_deltas: what has changed of pair 0 of rtp1 since the last call, NAME=NUMBER
queue_deltas()
{
	local name value

	while read -r name value; do
		delta[${name#pair0_}]=$((value - ${last[$name]:-0}))
		last[$name]=$value
	done < <(stats rtp1 pair0_)
}

# By the vdpa tool.
vstats()
{
	vdpa -j dev vstats show "$1" qidx "$2" | jq -r '.vstats[] | to_entries[] |
		select(.key | IN("frames", "bytes", "dropped", "kicks", "interrupts")) |
		"\(.key) \(.value)"' | sort
}

counters_of_queues()
{
	local -A delta last
	local kicks name qidx=1

	queue_deltas
	must g1 status
	kicks=${told[kicks]}
	exchange 20 len=200
	queue_deltas
	must g1 status
	check_equal "${delta[ingress_frames]}" 20 "frames sent"
	check_equal "${delta[ingress_bytes]}" 4000 "bytes sent"
	check_equal "${delta[ingress_kicks]}" $((told[kicks] - kicks)) "kicks"
	check_equal "${delta[egress_frames]}" 20 "frames received"
	check_equal "${delta[egress_bytes]}" 4000 "bytes received"
	check_between "${delta[egress_interrupts]}" 1 20 "interrupts"
	must g1 send dst="${client_mac[g2]}" len=5 count=3
	queue_deltas
	check_equal "${delta[ingress_dropped]}" 3 "frames dropped"
	for name in ingress egress; do
		check_equal "$(vstats rtp1 $qidx)" "$(stats rtp1 pair0_$name | sed "s/pair0_${name}_//")" \
			"vstats of $name"
		qidx=0
	done
	check_equal "$(stats rtp1 pair3 | wc -l)" 10 "counters of the last pair"
	check_equal "$(stats rtp1 pair4 | wc -l)" 0 "counters of a pair that is not there"
	log_test "frames, kicks and interrupts are counted by queue"
}

channels_and_rings()
{
	check_equal "$(ethtool -l rtp1 | awk '/^Combined/ { printf "%s ", $2 }')" "4 1 " "channels"
	ethtool -L rtp1 combined 2 2>/dev/null
	check_fail $? "channels can be set"
	check_equal "$(ethtool -g rtp1 | awk '/^[RT]X:/ { printf "%s ", $2 }')" "1024 1024 512 512 " \
		"rings"
	log_test "queues and their sizes"
}

# usecs PORT: rx-usecs and tx-usecs
usecs()
{
	ethtool -c "$1" | awk '/^[rt]x-usecs:/ { printf "%s ", $2 }'
}

# Interrupts that g2 gets for ten frames one by one, into $interrupts.
ten_frames()
{
	local before i

	must g2 clear
	before=$(nicstat rtp2 pair0_egress_interrupts)
	for ((i = 1; i <= 10; i++)); do
		must g1 send dst="${client_mac[g2]}"
		[[ $1 == late ]] || must g2 wait frames=$i
	done
	must g2 wait frames=10
	interrupts=$(($(nicstat rtp2 pair0_egress_interrupts) - before))
}

moderation()
{
	local interrupts

	ten_frames
	check_equal $interrupts 10 "interrupts"
	ethtool -C rtp2 tx-usecs 1000000 tx-frames 10
	check_err $? "cannot be set"
	ten_frames late
	check_between $interrupts 1 4 "interrupts at most every tenth frame"
	restart g2 rtp2 --ring 1024
	check_equal "$(usecs rtp2)" "0 1000000 " "microseconds for the next driver"
	ten_frames late
	check_between $interrupts 1 4 "interrupts of the next driver"
	ethtool -C rtp2 tx-usecs 1000001 2>/dev/null
	check_fail $? "more than a second"
	check_equal "$(usecs rtp2)" "0 1000000 " "microseconds"
	ethtool -C rtp2 tx-usecs 0 tx-frames 0
	ten_frames
	check_equal $interrupts 10 "interrupts in the end"
	log_test "a driver that cannot say so gets interrupts as the host wants"
}

moderation_by_driver()
{
	ethtool -C rtp2 rx-usecs 40 tx-usecs 50
	restart g2 rtp2 --ring 1024 --control
	check_equal "$(usecs rtp2)" "0 0 " "microseconds of a driver that has said nothing"
	ethtool -C rtp2 tx-usecs 5 2>"$TMP/refused"
	check_fail $? "the host may decide"
	grep -q "decides this itself" "$TMP/refused"
	check_err $? "refused with: $(<"$TMP/refused")"
	restart g2 rtp2 --ring 1024
	check_equal "$(usecs rtp2)" "40 50 " "microseconds of a driver that cannot say"
	ethtool -C rtp2 rx-usecs 0 tx-usecs 0
	log_test "a driver that can say when it is interrupted decides alone"
}

identity()
{
	ethtool -i rtp1 | grep -q "^driver: ringswitch_port$"
	check_err $? "driver of rtp1"
	ethtool -i rtp1 | grep -q "^bus-info: rtp1$"
	check_err $? "device of rtp1"
	ethtool -i rt0 | grep -q "^driver: ringswitch$"
	check_err $? "driver of rt0"
	log_test "ethtool names the drivers"
}

worker_is()
{
	[[ $(counter "$1" worker) == "$2" ]]
}

who_runs_it()
{
	local i

	restart g1 rtp1 --ring 512
	restart g2 rtp2 --ring 1024
	# What is bulk is an average, over those before as well.
	for ((i = 0; i < 30; i++)); do
		exchange 1
	done
	worker_is rtp2 caller
	check_err $? "after a question and its answer: $(counter rtp2 worker)"
	check_equal "$(counter rtp1 worker)" "caller none none none" "of four pairs"
	must g1 send dst="${client_mac[g2]}" len=9000 count=500
	check_equal "$(counter rtp1 worker)" "thread none none none" "of four pairs in bulk"
	netdev_start rtp4 rt-h4 192.0.2.14/24
	check_err $? "no netdev"
	ip netns exec rt-h4 ping -q -c 1 -W 1 192.0.2.15 >/dev/null
	worker_is rtp4 softirq
	check_err $? "of a driver in the kernel: $(counter rtp4 worker)"
	log_test "who runs the ingress of a port"
}

about_the_guest()
{
	local name

	must g1 status
	check_equal "$(counter rtp1 features)" "${told[features]}" "features"
	must g3 status
	check_equal "$(counter rtp3 features)" "${told[features]}" "features"
	client_quit g3
	check_equal "$(counter rtp3 features)" 0x0 "features without a driver"
	check_equal "$(counter rtp3 worker)" none "worker without a driver"
	check_equal "$(counter rtp1 profile)" fast "profile"
	check_equal "$(counter rtp4 profile)" migratable "profile"
	check_equal "$(counter rtp1 backlog)" 0 "backlog"
	check_equal "$(counter rt0 backlog)" 0 "backlog"
	for name in features profile worker; do
		[[ -e /sys/class/net/rt0/ringport/$name ]]
		check_fail $? "rt0 has $name"
	done
	log_test "features and profile of a guest"
}

trap cleanup EXIT
require_command ethtool jq
watched_switch || bail_out
tests_run
exit $EXIT_STATUS
