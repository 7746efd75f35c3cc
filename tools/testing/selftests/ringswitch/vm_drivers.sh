#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Drivers of other ages and kinds, each as guest 1 in unmodified QEMU: Linux before and after
# Debian 13's, rings that are packed, several queues, iPXE, UEFI.
#
#   +---------+     +---------+
#   | guest 1 |     | outside | 198.51.100.254
#   +----+----+     +----+----+
#        | rtp1     rtup | the NIC `uplink`
#   +----+---------------+----+
#   |           rt0           |
#   +-------------------------+

ALL_TESTS="
	linux_of_debian_12
	newest_linux
	packed_rings
	several_queues
	ipxe
	uefi
"
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/lib_vm.sh"
seconds=1

setup_prepare()
{
	require_command dnsmasq
	outside_prepare && port_add rtp1 rt0 max_vqp 2
}

# negotiated FEATURE: does the driver of rtp1 use it?
negotiated()
{
	vdpa -j dev config show rtp1 | jq -e --arg name "$1" \
		'.config.rtp1.negotiated_features | index($name)' >/dev/null
}

# talks PROPERTY...: guest 1 starts with such a NIC and exchanges frames of all sizes
talks()
{
	guest-start 1 vdpa:rtp1"$*" && guest_is_up 1
	check_err $? "$answer"
	guest 1 ping -q -c 3 $net.254 >/dev/null
	check_ping $net.254 guest 1
	check_ping $net.1 ip netns exec outside
	tcp $net.254 guest 1
	tcp $net.1 ip netns exec outside
	check_equal "$(port_state rtp1)" running "state"
}

linux_of_debian_12()
{
	GUEST_KERNEL=6.1 talks
	check_equal "$(guest 1 'uname -r' | cut -d. -f1,2)" 6.1 "kernel"
	guest-stop 1
	log_test "Linux 6.1"
}

newest_linux()
{
	local newest

	newest=$(tail -n 1 /etc/ringswitch-guest-kernels)
	GUEST_KERNEL=$newest talks
	check_equal "$(guest 1 'uname -r')" "$newest" "kernel"
	guest-stop 1
	log_test "Linux ${newest%%[-+]*}"
}

packed_rings()
{
	talks ,packed=on
	negotiated RING_PACKED
	check_err $? "rings are not packed"
	guest-stop 1
	log_test "packed rings"
}

several_queues()
{
	local queue

	GUEST_CPUS=2 talks ,mq=on
	negotiated MQ
	check_err $? "one pair of queues"
	ip netns exec outside iperf3 -t 1 -P 8 -c $net.1 >/dev/null
	for queue in 0 2; do
		(($(vq_frames rtp1 $queue) > 100))
		check_err $? "queue $queue: $(vq_frames rtp1 $queue) frames"
	done
	guest-stop 1
	log_test "several queues"
}

# serve_boot OPTION...: the outside gives addresses and files
serve_boot()
{
	ip netns exec outside dnsmasq --conf-file=/dev/null --port=0 --interface=outside \
		--bind-interfaces --dhcp-range=$net.100,$net.100,1h --dhcp-leasefile="$TMP/leases" \
		--pid-file="$TMP/dnsmasq.pid" --log-facility="$TMP/dnsmasq.log" --log-dhcp \
		--user=root --enable-tftp --tftp-root="$TMP/tftp" "$@"
}

# sent FILE: has a whole file gone out by TFTP?
sent()
{
	grep -q "sent $TMP/tftp/$1 to $net.100" "$TMP/dnsmasq.log"
}

# boots FIRMWARE FILE: guest 1 gets an address and FILE
boots()
{
	guest-start 1 "$1" vdpa:rtp1
	check_err $? "no guest"
	busywait $((boot * 1000)) sent "$2"
	check_err $? "no file: $(tail -n 3 "$TMP/dnsmasq.log" | tr '\n' ' ')"
	check_equal "$(port_state rtp1)" running "state"
	guest-stop 1
	kill "$(<"$TMP/dnsmasq.pid")"
}

ipxe()
{
	mkdir -p "$TMP/tftp"
	printf '#!ipxe\nimgfetch tftp://%s/large && imgfetch tftp://%s/end\n' $net.254 $net.254 >"$TMP/tftp/script"
	head -c 1000000 /dev/urandom >"$TMP/tftp/large"
	echo >"$TMP/tftp/end"
	serve_boot --dhcp-boot=script
	boots bios end
	log_test "iPXE"
}

# What it gets is no program, and need not be one.
uefi()
{
	mkdir -p "$TMP/tftp"
	head -c 1000000 /dev/urandom >"$TMP/tftp/program"
	serve_boot --dhcp-boot=program
	boots uefi program
	log_test "UEFI"
}

trap cleanup EXIT
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
