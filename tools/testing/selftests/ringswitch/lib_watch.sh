# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0
#
# What observe.sh and ethtool.sh look at, and through: tcpdump, the tracer, ethtool.

PLAIN=csum,guest_csum,guest_tso4,guest_tso6,guest_ecn,guest_uso4,guest_uso6,tso4,tso6,ecn,uso

# The switch of observe.sh and ethtool.sh.
watched_switch()
{
	switch_add rt0 && port_add rtp1 rt0 max_vqp 4 mtu 9000 && port_add rtp2 rt0 mtu 9000 &&
		port_add rtp3 rt0 mtu 1500 && port_add_default rtp4 rt0 || return
	guest_start g1 rtp1 --ring 512 && guest_start g2 rtp2 --ring 1024 &&
		guest_start g3 rtp3 --without $PLAIN || return
	settle g1 g2 g3
	settle g2 g1
	settle g3 g1
}

# Probes, which are what is counted, what tells that all before it has been seen, and that
# somebody looks.
PROBE=0x88b5
MARKER=0x88b6
ALIVE=0x88b7

declare -A watcher
# Who sends the markers: together they reach every netdev, both ways.
talkers="g1 g2"

# --- frames ------------------------------------------------------------------------------

# watch_in NETNS|- NAME INTERFACE [TCPDUMP-ARGUMENT...]: what passes there goes to $TMP/NAME.pcap.
watch_in()
{
	local netns=$1; shift
	local name=$1; shift
	local interface=$1; shift
	local in=()

	[[ $netns == - ]] || in=(ip netns exec "$netns")
	rm -f "$TMP/$name.pcap"
	"${in[@]}" tcpdump -Z root -n -U --immediate-mode -B 16384 -s 0 -i "$interface" \
		-w "$TMP/$name.pcap" "$@" 2>"$TMP/$name.log" &
	watcher[$name]=$!
	busywait 20000 grep -q "^tcpdump: listening on" "$TMP/$name.log"
	check_err $? "tcpdump on $interface: $(<"$TMP/$name.log")"
}

watch()
{
	watch_in - "$@"
}

# seen NAME [FILTER...]: frames of a capture, a line each. Their bytes follow if it knows no better.
seen()
{
	local name=$1; shift

	tcpdump -n -t -e -r "$TMP/$name.pcap" "$@" 2>/dev/null | grep -v '^[[:space:]]'
}

# How many of them, into $count.
count_seen()
{
	count=$(seen "$@" | wc -l)
}

saw()
{
	local count

	count_seen "$1" ether proto "$MARKER"
	((count > 0))
}

# watch_ends NAME...: all that was sent before has been seen. A frame is shown at once, and the
# sockets of tcpdump keep their order.
watch_ends()
{
	local name

	for name in $talkers; do
		must "$name" send dst=$all type=$((MARKER)) flow=88
	done
	for name in "$@"; do
		busywait 10000 saw "$name"
		check_err $? "$name never saw the marker"
		watch_stops "$name"
	done
}

watch_stops()
{
	kill -TERM "${watcher[$1]}"
	wait "${watcher[$1]}"
	grep -q "^0 packets dropped by kernel" "$TMP/$1.log"
	check_err $? "tcpdump was too slow for $1"
	unset "watcher[$1]"
}

watchers_stop()
{
	local name

	for name in "${!watcher[@]}"; do
		kill -KILL "${watcher[$name]}"
		unset "watcher[$name]"
	done
}

# check_seen NAME WANTED [FILTER...]
check_seen()
{
	local name=$1; shift
	local wanted=$1; shift
	local count

	count_seen "$name" "$@"
	check_equal "$count" "$wanted" "frames $* seen by $name"
}

# The bytes of the probes of a capture, a line of hexadecimal digits each, in their order.
bytes_seen()
{
	tcpdump -n -t -xx -r "$TMP/$1.pcap" ether proto $PROBE 2>/dev/null | awk '
		/^\t0x/	{ for (i = 2; i <= NF; i++) frame = frame $i; next }
			{ if (frame) print frame; frame = "" }
		END	{ if (frame) print frame }'
}

# bytes_wrong SRC DST FLOW: reads them; prints what is not what rsw_guest builds (guest/frame.c).
bytes_wrong()
{
	awk -v src="${1//:/}" -v dst="${2//:/}" -v flow="$3" '
	BEGIN	{ for (i = 0; i < 256; i++) value[sprintf("%02x", i)] = i }
	substr($1, 1, 24) != dst src || substr($1, 25, 12) != "88b572737770" { print; next }
	{
		pos = value[substr($1, 59, 2)]
		for (i = 24; 14 + i < length($1) / 2; i++) {
			wanted = (i * 7 + pos * 31 + flow) % 256
			if (value[substr($1, 2 * (14 + i) + 1, 2)] != wanted) {
				print
				break
			}
		}
	}'
}

# vnet_header_of INTERFACE OUTPUT: what a packet socket is told of the next TCP frame there.
vnet_header_of()
{
	python3 - "$1" >"$2" <<-'END' &
		import socket, struct, sys
		sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
		sock.setsockopt(263, 15, 1)     # SOL_PACKET, PACKET_VNET_HDR
		sock.bind((sys.argv[1], 3))     # ETH_P_ALL
		sock.settimeout(20)
		print("listening", flush=True)
		while True:
		    data, address = sock.recvmsg(70000)[::3]
		    if address[1] == 0x0800:
		        break
		words = struct.unpack("=BBHHHH", data[:10])
		print("%s flags=%d gso_type=%d gso_size=%d csum_start=%d csum_offset=%d len=%d" % (
		      "out" if address[2] == 4 else "in", words[0], words[1], *words[3:], len(data) - 10))
	END
	watcher[vnet]=$!
	busywait 20000 grep -q listening "$2"
	check_err $? "no socket"
}

# --- the tracer --------------------------------------------------------------------------

tracing=/sys/kernel/tracing/instances/rt-observe

# no_tracer TEST: says so if there is none, or it is not mounted.
no_tracer()
{
	[[ ! -d /sys/kernel/tracing/events/ringswitch ]] && log_test_skip "$1" "no tracefs"
}

trace_begins()
{
	mkdir -p $tracing && echo 4096 >$tracing/buffer_size_kb
	: >$tracing/trace
	echo 1 >$tracing/events/ringswitch/enable
}

trace_ends()
{
	echo 0 >$tracing/events/ringswitch/enable
	grep -E ' rsw_[a-z]+: ' $tracing/trace | sed 's/^.* \(rsw_[a-z]*\): /\1 /' >"$TMP/trace"
}

trace_removed()
{
	[[ ! -d $tracing ]] || rmdir $tracing
}

# traced EVENT [WORD...]: how many events have these words; the sum of their n, if they have one.
traced()
{
	awk -v words="$*" '
	BEGIN { n = split(words, word, " ") }
	{
		for (i = 1; i <= n; i++)
			if (index(" " $0 " ", " " word[i] " ") == 0)
				next
		events++
		for (i = 2; i <= NF; i++)
			if ($i ~ /^n=/)
				sum += substr($i, 3)
	}
	END { print events + 0, sum + 0 }' "$TMP/trace"
}

# --- counters ----------------------------------------------------------------------------

# nicstat PORT NAME, by ethtool
nicstat()
{
	ethtool -S "$1" | awk -v name="$2:" '$1 == name { print $2 }'
}

# All of the names with these beginnings: name value
stats()
{
	ethtool -S "$1" | awk -v wanted="^($2)" '$1 ~ wanted { sub(":", "", $1); print $1, $2 }' | sort
}

# The same from the files of ports, added up; ingress_ and egress_ are limits as well.
files()
{
	local port

	for port in "$@"; do
		(cd "/sys/class/net/$port/ringport" && grep . ingress_{frames,bytes,forwarded} \
			egress_{queued,frames,bytes} drop_* fdb_not_learned mdb_not_joined xdp_{tx,redirect})
	done | awk -F : '{ sum[$1] += $2 } END { for (name in sum) print name, sum[name] }' | sort
}
