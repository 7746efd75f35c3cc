#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Send frames to multicast groups by eth0, and messages about them.

  say_multicast.py WHAT GROUP [TIMES]      or, without arguments, such lines from stdin
"""
import ipaddress, socket, struct, sys

own = bytes(6)

def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff

def fill(data, at, of=b""):
    return data[:at] + struct.pack("!H", checksum(of + data)) + data[at + 2:]

def ether(dest, proto, data):
    mac = (b"\x01\x00\x5e" + bytes([dest[1] & 0x7f]) + dest[2:] if len(dest) == 4 else
           b"\x33\x33" + dest[12:])
    return mac + own + struct.pack("!H", proto) + data

def ip4(source, dest, proto, data):
    head = struct.pack("!BBHHHBBH4s4s", 0x46, 0, 24 + len(data), 0, 0, 1, proto, 0,
                       source, dest) + b"\x94\x04\0\0"
    return ether(dest, 0x0800, fill(head, 10) + data)

def ip6(dest, proto, data):
    source = socket.inet_pton(socket.AF_INET6, "fe80::21")
    head = struct.pack("!IHBB16s16s", 6 << 28, len(data), proto, 1, source, dest)
    return ether(dest, 0x86dd, head + data)

def igmp(kind, code, group, dest=None, rest=b"", source="192.0.2.21"):
    data = fill(struct.pack("!BBH4s", kind, code, 0, group) + rest, 2)
    return ip4(socket.inet_aton(source), dest or group, 2, data)

def mld(kind, delay, group, dest):
    data = struct.pack("!BBHHH16s", kind, 0, 0, delay, 0, group)
    source = socket.inet_pton(socket.AF_INET6, "fe80::21")
    data = fill(data, 2, source + dest + struct.pack("!II", len(data), 58))
    return ip6(dest, 0, b"\x3a\0\5\2\0\0\1\0" + data)

def make(what, group):
    four = group if len(group) == 4 else bytes(4)
    return {
        "data": lambda: ip4(b"\xc0\0\2\x0b", group, 17, bytes(64)) if len(group) == 4
                        else ip6(group, 17, bytes(64)),
        "join": lambda: igmp(0x16, 0, four) if len(group) == 4
                        else mld(131, 0, group, group),
        "leave": lambda: igmp(0x17, 0, four, socket.inet_aton("224.0.0.2")),
        "ask": lambda: igmp(0x11, 1, bytes(4), four),
        "ask6": lambda: mld(130, 100, bytes(16), group),
        "broken": lambda: igmp(0x16, 0, four)[:-1] + b"\xff",
    }[what]()

def say(what, group, times=1):
    global own
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    sock.bind(("eth0", 0))
    own = sock.getsockname()[4]
    frame = make(what, ipaddress.ip_address(group).packed)
    for _ in range(int(times)):
        sock.send(frame)

if len(sys.argv) > 1:
    say(*sys.argv[1:])
    sys.exit()
print("ok", flush=True)
for line in sys.stdin:
    if line.strip() == "intact":
        print("no such command", flush=True)
        continue
    try:
        say(*line.split())
        print("ok", flush=True)
    except OSError as error:
        print("error", error, flush=True)
