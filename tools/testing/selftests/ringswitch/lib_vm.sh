# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0
#
# What the tests with virtual machines share. They need what only the bench tools/vm has:
# guest images and a cabled NIC.

net=198.51.100
seconds=3
# How long a guest may take to boot on a busy machine without virtualization.
boot=120

command -v guest-start >/dev/null || skip_all "needs the guests of tools/vm"
require_command jq iperf3 ping

# The switch rt0, with the host outside on its uplink.
outside_prepare()
{
	ip link set uplink down && ip link set uplink name rtup && ip link set rtup addrgenmode none &&
		ip link set rtup up && ip -n outside address add $net.254/24 dev outside &&
		switch_add rt0 && ip link set rtup master rt0 &&
		ip netns exec outside iperf3 -s -D
}

guest_is_up()
{
	answer="guest $1 does not boot"
	timeout $boot guest "$1" "
		echo 1 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6
		ip address add $net.$1/24 dev eth0 && ip link set eth0 up && iperf3 -s -D"
}

cleanup()
{
	guest-stop all
	pkill -x iperf3
	ip -n outside address del $net.254/24 dev outside 2>/dev/null
	pre_cleanup
	ip link set rtup down && ip link set rtup name uplink
}

# check_ping ADDRESS FROM..: none may be lost or come twice. FROM is a command.
check_ping()
{
	local address=$1; shift
	local said

	said=$("$@" ping -q -n -c 50 -i 0.02 -w 20 "$address" 2>&1)
	# The words of iputils or of busybox.
	[[ $said =~ ", 50 "("packets ")?"received, 0% packet loss" ]]
	check_err $? "$* ping $address: $(tail -n 3 <<<"$said" | tr '\n' ' ')"
}

# rx_of FROM..: bytes and frames that its NIC received
rx_of()
{
	"$@" sh -c 'cat /sys/class/net/[eo]*/statistics/rx_bytes /sys/class/net/[eo]*/statistics/rx_packets' | tr '\n' ' '
}

# tcp ADDRESS FROM..: the throughput at the receiver into $mbps
tcp()
{
	local address=$1; shift
	local report

	report=$(timeout $((seconds + 30)) "$@" iperf3 -J -t $seconds -c "$address")
	mbps=$(jq '.end.sum_received.bits_per_second / 1e6 | floor' <<<"$report" 2>/dev/null)
	((${mbps:-0} > 0))
	check_err $? "no throughput: $(tail -n 5 <<<"$report" | tr '\n' ' ')"
	log_info "$* to $address: ${mbps:-no} Mbit/s"
}
