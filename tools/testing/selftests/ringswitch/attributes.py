#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Edge values for every file of a switch and its ports, and garbage by rtnetlink, from several threads.

  attributes.py SWITCH SEED SECONDS [WORD]

What is called rtq.., rtw.. and rtm.. comes and goes meanwhile; all else that has a file stays as it
was. With a word only files that have it in their name get values. The same seed does the same in
each thread. Says what is wrong and ends with 1.
"""
import collections
import contextlib
import errno
import glob
import os
import random
import re
import socket
import stat
import struct
import sys
import threading
import time
import traceback

WRITERS, TALKERS = 3, 2
NET = "/sys/class/net"
MASTERS = f"{NET}/ringswitch_masters"
PASSING = ("rtq", "rtw", "rtm")         # guests, uplinks, switches that come and go
# What others than this file's writer change: ports come and go, what is mirrored to goes.
MAKERS = ("uplinks", "ports", "ringswitch_masters")
MOVING = (*MAKERS, "mirror_ingress", "mirror_egress")
# One of them changes the others, and they can be had in this order.
VLANS = ("vlans", "vlans_untagged", "pvid")
# It changes those of all ports, which others are writing.
FAR = ("default_pvid",)
# Kept in ticks, which need not be those that are shown.
TIMES = ("ageing_time", "multicast_membership_interval", "multicast_last_member_interval",
         "multicast_querier_interval")
# Nothing that is written can be the reason.
ODD = (errno.ENOTTY, errno.EFAULT, errno.EIO)

NUMBERS = [0, 1, 2, 7, 8, 64, 255, 256, 4094, 4095, 4096, 9999, 0x8100, 0x88a8, 1 << 20, (1 << 20) + 1,
           100000000, 100000001, 400000000000, 400000000001]
NUMBERS += [number + more for number in (1 << 8, 1 << 16, 1 << 31, 1 << 32, 1 << 63, 1 << 64)
            for more in (-1, 0, 1)]
EDGES = [b"", b" ", b"\n", b"\n\n", b" \t\n", b"-1", b"-0", b"+1", b"--1", b"1 2", b"1\n2", b"1\n\n",
         b"1\0", b"\0", b"\0" + b"1", b"0x", b"0x1", b"1e3", b"1.5", b"on", b"off", b"yes", b"none",
         b"%s%n%p", b"../..", b"\xff\xfe", b"\xc3\x28", b"9" * 64, b"9" * 4095, b"9" * 4096, b"a" * 4095, b" " * 4095,
         b"1," * 2000, b"-", b"+", b"+ ", b"- ", b"-\0", b"+\n", b"+.", b"+..", b"-rt-none", b"+rt-none", b"rt-none",
         b"-" + b"n" * 15, b"+" + b"/" * 5, b"+" + b"n" * 16, b"-" + b"n" * 4000, b"+%d%d"]
EDGES += [str(number).encode() for number in NUMBERS] + [f"0x{number:x}\n".encode() for number in NUMBERS]
# What some file takes, nearly or wholly.
LISTS = ["1", "4094", "1-4094", "0", "4095", "1-4095", "5-1", "1,1,1", "1-", "-4", "1-10:2/4", "all",
         "1-4094," * 500, "02:00:00:00:00:01", "02:00:00:00:00:01,02:00:00:00:00:02 ", "00:00:00:00:00:00",
         "ff:ff:ff:ff:ff:ff", "02-00-00-00-00-01", "02:00:00:00:00:0", "02:00:00:00:00:01x",
         "02:00:00:00:00:01 " * 64, "02:00:00:00:00:01 " * 65, "192.0.2.1", "192.0.2.0/24", "192.0.2.1/24",
         "192.0.2.1/33", "192.0.2.1/-1", "192.0.2.1/", "0.0.0.0", "0.0.0.0/0", "::", "::/0", "::1/128",
         "2001:db8::/32", "2001:db8::1/129", "fe80::1%rt0", "::ffff:192.0.2.1", "1.2.3", "192.0.2.1 " * 65,
         "+02:00:00:00:00:07", "-02:00:00:00:00:07", "+02:00:00:00:00:07 static vlan 4094",
         "+02:00:00:00:00:07 vlan 4095", "+02:00:00:00:00:07 vlan", "+02:00:00:00:00:07 dynamic static",
         "+02:00:00:00:00:07 permanent sticky", "+ff:ff:ff:ff:ff:ff", "+02:00:00:00:00:07 " + "x" * 4000,
         "+02:00:00:00:00:07 sticky sticky dynamic", "rt0", "rtp1", "rtu1", "rtw1", "rtq1", "lo", "rtu1\n\n",
         "rtp1 rtp2", "x" * 15, "x" * 16, "+lo", "-lo", "+rt0", "-rtp9"]
VALUES = EDGES + [value.encode() for value in LISTS] + [f"{value}\n".encode() for value in LISTS]

SETTINGS = ["", " mac=02:00:00:00:00:11", " max_vqp=2", " mtu=1500", " mac=x", " max_vqp=0", " max_vqp=65535",
            " mtu=67", " mtu=65535", " device_features=0", " device_features=0xffffffffffffffff", " mac", " =",
            " " + "mtu=1500 " * 400]
GUESTS = [f"+rtq{number}{more}" for number in range(3) for more in SETTINGS]
GUESTS += [f"-rtq{number}" for number in range(3)] * 8
UPLINKS = ["+rtw1", "-rtw1"]
SWITCHES = ["+rtm1", "-rtm1", "+rtm2", "-rtm2", "+rtm%d", "+rt0"]

Wrong = collections.namedtuple("Wrong", "who what")


class World:
    """What the threads share."""

    def __init__(self, switch, seed, seconds):
        self.switch, self.seed, self.end = switch, seed, time.monotonic() + seconds
        self.locks, self.files, self.word = {}, files(), "".join(sys.argv[4:])
        self.counts, self.wrong, self.guard = collections.Counter(), [], threading.Lock()

    def goes_on(self):
        return time.monotonic() < self.end and len(self.wrong) < 20

    def alone(self, device):
        """Nobody else here changes a device that stays."""
        if not device or device.startswith(PASSING):
            return contextlib.nullcontext()
        with self.guard:
            return self.locks.setdefault(device, threading.RLock())

    def count(self, what):
        with self.guard:
            self.counts[what] += 1

    def fail(self, who, what):
        with self.guard:
            self.wrong.append(Wrong(who, what))

    def random(self, name):
        return random.Random(f"{self.seed} {name}")


def files(stable=True):
    """Files that can be written, those of what stays or of all."""
    found = sorted(path for path in glob.glob(f"{NET}/rt*/ringswitch/*") + glob.glob(f"{NET}/rt*/ringport/*")
                   if os.path.basename(path) not in FAR)
    return [path for path in found if writable(path) and
            not (stable and device_of(path).startswith(PASSING))] + [MASTERS]


def writable(path):
    with contextlib.suppress(OSError):
        return bool(os.stat(path).st_mode & stat.S_IWUSR)
    return False


def device_of(path):
    return path.split("/")[4]


def read(path):
    """What a file says; None if it is not for reading."""
    if not os.stat(path).st_mode & stat.S_IRUSR:
        return None
    with open(path, "rb", buffering=0) as file:
        return file.read(8192)


def write(path, value):
    """In one write; the error, or 0."""
    try:
        with open(path, "wb", buffering=0) as file:
            file.write(value)
    except OSError as error:
        return error.errno
    return 0


def settings_of(world, device, names=None):
    """What can be read and written of a device, but what moves: {path: value}."""
    paths = [path for path in world.files if device_of(path) == device and os.path.basename(path) not in MOVING]
    found = {path: read(path) for path in paths if not names or os.path.basename(path) in names}
    return {path: value for path, value in found.items() if value is not None}


def restore(world, before):
    """Make settings what they were."""
    for path in sorted(before, key=lambda path: (os.path.basename(path) not in VLANS or
                                                 VLANS.index(os.path.basename(path)) - len(VLANS))):
        if read(path) == before[path]:
            continue
        error = write(path, before[path])
        if error or read(path) != before[path]:
            world.fail(path, f"does not take back {before[path]!r}: errno {error}, now {read(path)!r}")


def put(world, path, value):
    """Write a value to a file that stays. Refused, it is what it was; taken, it can be read and written back."""
    with world.alone(device_of(path)):
        base = os.path.basename(path)
        before = settings_of(world, device_of(path), VLANS if base in VLANS else (base,))
        error = write(path, value)
        world.count("refused" if error else "taken")
        if error > 512 or error in ODD:
            world.fail(path, f"errno {error} for {value[:60]!r}")
        if base in MAKERS:
            if not error and value.startswith(b"+"):
                write(path, b"-" + value[1:].split()[0])
            read(path)
        if base.startswith("mirror_"):
            if error and read(path) != b"\n":
                world.fail(path, f"{value[:60]!r} was refused (errno {error}), but it says {read(path)!r}")
            if write(path, b"\n") or read(path) != b"\n":
                world.fail(path, f"still says {read(path)!r}")
        if path not in before:
            return
        after = read(path)
        if error and settings_of(world, device_of(path), VLANS if base in VLANS else (base,)) != before:
            world.fail(path, f"{value[:60]!r} was refused (errno {error}), but {before[path]!r} became {after!r}")
        if base not in TIMES:
            again = write(path, after)
            if again or read(path) != after:
                world.fail(path, f"does not take what it says, {after!r}: errno {again}, now {read(path)!r}")
        restore(world, before)


def writer(world, number):
    chance = world.random(f"writer {number}")
    # Each value once for each file, if there is time; the threads share them.
    todo = [(path, value) for path in world.files if world.word in path for value in VALUES]
    chance.shuffle(todo)
    for path, value in todo:
        if not world.goes_on():
            return
        put(world, path, value)


def comer_and_goer(world):
    """Guests, an uplink and switches; and what is there of them gets values as well."""
    chance = world.random("comer")
    top = f"{NET}/{world.switch}/ringswitch"
    while world.goes_on():
        path, values = chance.choice([(f"{top}/ports", GUESTS)] * 4 +
                                     [(f"{top}/uplinks", UPLINKS), (MASTERS, SWITCHES)])
        error = write(path, chance.choice(values).encode())
        world.count("refused" if error else "taken")
        passing = [path for path in files(stable=False) if device_of(path).startswith(PASSING)]
        for path in chance.sample(passing, min(len(passing), 5)):
            value = chance.choice(VALUES)
            # Of what would come of it nobody would take care.
            if os.path.basename(path) not in MAKERS or not value.startswith(b"+"):
                write(path, value)
            with contextlib.suppress(OSError):
                read(path)


# --- rtnetlink ---------------------------------------------------------------------------

NEWLINK, DELLINK, SETLINK, NEWNEIGH, DELNEIGH, GETNEIGH, NEWMDB, DELMDB, GETMDB = 16, 17, 19, 28, 29, 30, 84, 85, 86
GETLINK = 18
REQUEST, ACK, DUMP, REPLACE, EXCL, CREATE, BULK = 1, 4, 0x300, 0x100, 0x200, 0x400, 0x200
NESTED = 0x8000
AF_BRIDGE = 7


def attribute(kind, data):
    return struct.pack("=HH", 4 + len(data), kind) + data + bytes(-len(data) % 4)


class Talker:
    def __init__(self, world, number):
        self.world, self.chance = world, world.random(f"talker {number}")
        self.seq = 0
        self.open()

    def open(self):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
        self.socket.bind((0, 0))
        self.socket.settimeout(30)

    def number(self, size):
        edge = self.chance.choice([0, 1, 2, 100, (1 << 8 * size - 1) - 1, 1 << 8 * size - 1, (1 << 8 * size) - 1])
        return (edge % (1 << 8 * size)).to_bytes(size, "little")

    def junk(self, most=40):
        return self.chance.randbytes(self.chance.randrange(most))

    def mostly(self, data):
        """This, or something that is not quite it."""
        way = self.chance.randrange(12)
        if way == 0:
            return self.junk()
        if way == 1:
            return data[:self.chance.randrange(len(data) + 1)]
        if way == 2:
            return data + self.junk(9)
        if way == 3 and data:
            at = self.chance.randrange(len(data))
            return data[:at] + self.chance.randbytes(1) + data[at + 1:]
        return data

    def ifindex(self, *names):
        with contextlib.suppress(OSError):
            return socket.if_nametoindex(self.chance.choice(names))
        return self.chance.choice([0, -1, 1, 1 << 30])

    def any_device(self):
        return self.ifindex(self.world.switch, "rtp1", "rtp2", "rtu1", "rtq0", "rtq1", "rtw1", "rtm1", "lo")

    def index(self):
        return struct.pack("=i", self.any_device())

    def link(self, family, index, flags=0):
        return struct.pack("=BxHiII", family, 1, index, flags, 0)

    def flags_of_port(self):
        """IFLA_PROTINFO with IFLA_BRPORT_*, those that there are more often."""
        inner = b"".join(attribute(self.chance.choice([4, 5, 6, 8, 9, 27, 33, self.chance.randrange(64)]),
                                   self.mostly(bytes([self.chance.choice([0, 1, 1, 2, 255])])))
                         for _ in range(self.chance.randrange(5)))
        return attribute(12 | self.chance.choice([NESTED, NESTED, NESTED, 0]), self.mostly(inner))

    def vlans(self):
        """IFLA_AF_SPEC with IFLA_BRIDGE_VLAN_INFO, ranges among them."""
        vid = self.chance.choice([1, 2, 10, 100, 4093, 4094])
        lists = [[(0, vid)], [(2, vid)], [(4, vid)], [(6, vid)], [(8, vid), (16, vid + 5)], [(8, vid)],
                 [(16, vid)], [(8, vid + 5), (16, vid)], [(8, vid), (16, 4095)], [(10, vid), (18, vid + 1)],
                 [(0, 0)], [(0xffff, 0xffff)], [(0, vid), (0, 4095)]]
        inner = b"".join(attribute(2, self.mostly(struct.pack("=HH", *one))) for one in self.chance.choice(lists))
        if self.chance.randrange(3) == 0:
            # IFLA_BRIDGE_FLAGS
            inner = attribute(0, struct.pack("=H", self.chance.choice([1, 2, 3]))) + inner
        return attribute(26, self.mostly(inner))

    def neighbour(self):
        """Head and attributes of RTM_*NEIGH."""
        head = struct.pack("=BxxxiHBB", AF_BRIDGE, self.any_device(), self.chance.choice([0x80, 0x40, 2, 0, 0xffff]),
                           self.chance.choice([2, 2, 2, 4, 6, 0x42, 0x82, 0xff]), 0)
        return head + self.neighbour_attributes()

    def neighbour_attributes(self):
        mac = bytes([self.chance.choice([0, 1, 2, 0xff])]) + bytes(4) + bytes([self.chance.randrange(4)])
        parts = [attribute(2, self.mostly(mac))]
        for kind, data in ((5, self.number(2)), (8, self.index()), (9, self.index()),
                           (self.chance.randrange(24), self.junk())):
            if self.chance.randrange(3) == 0:
                parts.append(attribute(kind, self.mostly(data)))
        return b"".join(parts)

    def group(self):
        """Head and attributes of RTM_*MDB."""
        via = self.any_device()
        groups = [(bytes([239, 1, 2, self.chance.randrange(8)]), 0x0800), (bytes([224, 0, 0, 1]), 0x0800),
                  (bytes([0xff, 5]) + bytes(13) + bytes([9]), 0x86dd), (bytes([1, 0x80, 0xc2, 0, 1, 1]), 0),
                  (b"", 0), (self.chance.randbytes(16), 0x1234)]
        address, proto = self.chance.choice(groups)
        entry = struct.pack("=iBBH", via, self.chance.choice([0, 1, 1, 2, 255]), self.chance.choice([0, 0, 1, 255]),
                            self.chance.choice([0, 0, 1, 4094, 4095, 65535]))
        entry += struct.pack("!16sHH", address, proto, 0)
        parts = [attribute(1, self.mostly(entry))]
        if self.chance.randrange(4) == 0:
            parts.append(attribute(self.chance.choice([2, NESTED | 2, 3]), self.junk()))
        head = struct.pack("=Bxxxi", self.chance.choice([AF_BRIDGE, AF_BRIDGE, 0]),
                           self.ifindex(self.world.switch, "rtm1", "rtp1", "lo"))
        return head + b"".join(parts)

    def new_switch(self):
        """RTM_NEWLINK of one that comes and goes, or of one that is there."""
        name = self.chance.choice([b"rtm1\0", b"rtm2\0", b"rtm2\0", self.world.switch.encode() + b"\0",
                                   self.junk(20)])
        data = self.mostly(attribute(self.chance.randrange(60), self.junk()))
        data = attribute(2 | self.chance.choice([0, NESTED]), data)
        info = attribute(1, b"ringswitch\0") + self.mostly(data)
        parts = [attribute(3, name), attribute(18 | NESTED, info)]
        if self.chance.randrange(3) == 0 and not name.startswith(self.world.switch.encode()):
            parts.append(attribute(self.chance.choice([1, 4, 10, 13, 31]), self.mostly(self.number(4))))
        return self.link(self.chance.choice([0, 0, AF_BRIDGE]), 0) + b"".join(parts)

    def message(self):
        """(type, flags, body) of the next one."""
        kind = self.chance.choice([NEWLINK, SETLINK, SETLINK, SETLINK, DELLINK, GETLINK, NEWNEIGH, NEWNEIGH, DELNEIGH,
                                   GETNEIGH, NEWMDB, NEWMDB, DELMDB, GETMDB])
        dump = self.chance.choice([0, DUMP])
        new = self.chance.choice([0, CREATE, CREATE | EXCL, CREATE | REPLACE])
        if kind == NEWLINK:
            return kind, new, self.new_switch()
        if kind in (SETLINK, DELLINK):
            body = self.link(AF_BRIDGE, self.any_device())
            # A device goes whose message has no family.
            body += self.vlans() if kind == DELLINK or self.chance.randrange(2) else b""
            return kind, 0, body + (self.flags_of_port() if kind == SETLINK and self.chance.randrange(2) else b"")
        if kind == GETLINK:
            mask = struct.pack("=I", self.chance.choice([2, 4, 6]))
            return kind, dump, self.link(AF_BRIDGE, self.any_device()) + attribute(29, self.mostly(mask))
        if kind == GETNEIGH and dump:
            head = self.chance.choice([self.neighbour()[:12], self.link(AF_BRIDGE, self.any_device())])
            which = [b"", attribute(8, self.index()), attribute(9, self.mostly(self.number(4))), self.junk()]
            return kind, dump, head + self.chance.choice(which)
        if kind in (NEWNEIGH, DELNEIGH, GETNEIGH):
            return kind, new if kind == NEWNEIGH else 0, self.neighbour()
        return kind, dump if kind == GETMDB else new, self.group()

    def say(self, kind, flags, body):
        """Send it and read the answer with a buffer of any size; its errno."""
        self.seq += 1
        length = 16 + len(body)
        if self.chance.randrange(20) == 0:
            body = body[:self.chance.randrange(len(body) + 1)]
            length = self.chance.choice([16 + len(body), length, 15, 0, 1 << 31])
        self.socket.send(struct.pack("=IHHII", length, kind, flags | REQUEST | ACK, self.seq, 0) + body)
        if length > 16 + len(body) or length < 16:
            return 0            # no message at all, and nobody answers
        if self.chance.randrange(20) == 0:
            self.open()         # whoever asked has gone
            return 0
        while True:
            answer = self.socket.recv(self.chance.choice([4096, 16384, 65536]))
            error = self.end_in(answer)
            if error is not None:
                return error

    def end_in(self, answer):
        """The error that is told at the end of an answer, 0 for none; None if there is more to come."""
        at = 0
        while at + 16 <= len(answer):
            length, kind, _, seq = struct.unpack_from("=IHHI", answer, at)
            if kind in (2, 3) and seq == self.seq:
                return -struct.unpack_from("=i", answer, at + 16)[0]
            at += max(length + 3 & ~3, 16)
        return None
    def talk(self):
        while self.world.goes_on():
            kind, flags, body = self.message()
            device = None
            if kind in (SETLINK, DELLINK):
                with contextlib.suppress(OSError, OverflowError):
                    device = socket.if_indextoname(struct.unpack_from("=i", body, 4)[0])
            with self.world.alone(device):
                self.say_and_check(kind, flags, body, device)

    def say_and_check(self, kind, flags, body, device):
        # Asked to tell the switch and the port itself, rtnetlink does the one and then finds it cannot do the other.
        both = any(ord(one) & 3 == 3 for one in re.findall(rb"\x06\0\0\0(.)", body, re.DOTALL))
        checked = device and device.startswith("rt") and not device.startswith(PASSING)
        before = settings_of(self.world, device) if checked else {}
        error = self.say(kind, flags, body)
        self.world.count("messages refused" if error else "messages taken")
        if error > 512 or error in ODD:
            self.world.fail(device, f"errno {error} for message {kind} {body.hex()}")
        after = settings_of(self.world, device) if checked else {}
        if error and before != after and not both:
            changed = [f"{name}: {before[name]!r} became {after[name]!r}" for name in before
                       if before[name] != after[name]]
            self.world.fail(device, f"message {kind} {body.hex()} was refused (errno {error}), but {changed}")
        restore(self.world, before)


# --- all of it ---------------------------------------------------------------------------

def guarded(world, what, *arguments):
    try:
        what(*arguments)
    except Exception as error:  # pylint: disable=broad-except
        world.fail(what.__name__, f"{type(error).__name__}: {error}: {traceback.format_exc().splitlines()[-4:]}")


def names_in(path):
    return (read(path) or b"").split()


def clear(ports, masters, switches):
    """What comes and goes, gone."""
    for name in names_in(ports):
        if name.startswith(PASSING[0].encode()):
            write(ports, b"-" + name)
    for name in names_in(masters):
        if name not in switches:
            write(masters, b"-" + name)


def main():
    world = World(sys.argv[1], int(sys.argv[2], 0), float(sys.argv[3]))
    there, switches = set(os.listdir(NET)), names_in(MASTERS)
    devices = {device_of(path) for path in world.files if path != MASTERS}
    before = {device: settings_of(world, device) for device in devices}
    todo = [(writer, world, number) for number in range(WRITERS)] + [(comer_and_goer, world)]
    todo += [(Talker(world, number).talk,) for number in range(TALKERS)]
    threads = [threading.Thread(target=guarded, args=(world, *one)) for one in todo]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    clear(f"{NET}/{world.switch}/ringswitch/ports", MASTERS, switches)
    # Everything is as it was, and can be read.
    for device, settings in before.items():
        for path, value in settings.items():
            if read(path) != value:
                world.fail(path, f"{value!r} was not put back: {read(path)!r}")
    for path in glob.glob(f"{NET}/rt*/ring*/*"):
        read(path)
    for name in set(os.listdir(NET)) - there:
        world.fail(name, "was not there before")
    for who, what in world.wrong[:20]:
        print(f"# {who}: {what}")
    counts = world.counts
    print(f"{sum(counts.values())} tries: " + ", ".join(f"{counts[name]} {name}" for name in sorted(counts)))
    return 1 if world.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
