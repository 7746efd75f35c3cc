# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Frames of very many stations. pktgen gives them to a NIC of the switch as if they had come in,
# one after the other, so that none waits in a queue where it could get lost.

pktgen_write()
{
	echo "$2" >"/proc/net/pktgen/$1"
}

# pktgen_open NIC
pktgen_open()
{
	modprobe -q pktgen
	[[ -e /proc/net/pktgen/kpktgend_0 ]] &&
		pktgen_write kpktgend_0 rem_device_all &&
		pktgen_write kpktgend_0 "add_device $1" &&
		pktgen_write "$1" "xmit_mode netif_receive" &&
		pktgen_write "$1" "pkt_size 60" &&
		pktgen_write "$1" "clone_skb 0" &&
		pktgen_write "$1" "burst 1" &&
		pktgen_write "$1" "delay 0"
}

pktgen_close()
{
	[[ ! -e /proc/net/pktgen/kpktgend_0 ]] || pktgen_write kpktgend_0 rem_device_all
}

# pktgen_mac PREFIX N: 02:01 and 258 make 02:01:00:00:01:02.
pktgen_mac()
{
	printf '%s:%02x:%02x:%02x:%02x' "$1" $(($2 >> 24 & 255)) $(($2 >> 16 & 255)) \
		$(($2 >> 8 & 255)) $(($2 & 255))
}

# pktgen_run NIC COUNT SOURCE SOURCES DESTINATION DESTINATIONS: so many frames, from and to so
# many stations in turn. Frames a second go to $answer.
pktgen_run()
{
	local nic=$1

	pktgen_write "$nic" "count $2" && pktgen_write "$nic" "src_mac $3" &&
		pktgen_write "$nic" "src_mac_count $4" && pktgen_write "$nic" "dst_mac $5" &&
		pktgen_write "$nic" "dst_mac_count $6" && pktgen_write pgctrl start || return
	answer=$(sed -n 's/^ *\([0-9]*\)pps .*/\1/p' "/proc/net/pktgen/$nic")
	[[ $answer ]]
}
