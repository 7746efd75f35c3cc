# SPDX-License-Identifier: GPL-2.0
"""The QEMU command line of the KVM host."""
import os
import pathlib
import re

import tree
import vmemulator
import vmimages

# TCG is given no fast string instructions: with them the kernel patches itself to use
# `rep movsb`, which TCG does byte by byte. And four levels of page tables instead of five:
# each exit of a guest empties TCG's TLB, and a miss in a guest walks levels times levels.
TCG_CPU = "max,-erms,-fsrm,-la57"
# On a busy machine an emulated timer may miss the kernel's tests, which ends in a panic or
# in a clock that a thousand times slower hardware keeps.
KERNEL = ("console=ttyS0", "loglevel=7", "mitigations=off", "no_timer_check", "tsc=reliable",
          "oops=panic", "panic=-1")


def has_kvm():
    """Whether guests of a guest would run on this CPU's virtualization.

    /dev/kvm can exist on a CPU without it, and a stock guest then hangs: look at the flags.
    """
    flags = re.search(r"^flags\s*:.*\b(vmx|svm)\b", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    if not flags or not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return False
    nested = pathlib.Path("/sys/module", {"vmx": "kvm_intel", "svm": "kvm_amd"}[flags[1]], "parameters/nested")
    return nested.exists() and nested.read_text().strip() in ("1", "Y")


def accelerator(icount):
    """(QEMU arguments, one word for reports)"""
    if icount:
        # One thread and a clock that counts instructions: what is measured repeats.
        return ["-accel", "tcg,thread=single", "-icount", "shift=0,sleep=off", "-cpu", TCG_CPU], "icount"
    if has_kvm():
        return ["-accel", "kvm", "-cpu", "host"], "kvm"
    return ["-accel", "tcg,thread=multi", "-cpu", TCG_CPU], "tcg"


def program(icount):
    """The command that begins QEMU's line; builds an emulator if one is needed."""
    if accelerator(icount)[1] == "kvm":
        return ["qemu-system-x86_64"]
    return [vmemulator.path(), "-L", "/usr/share/seabios", "-L", "/usr/share/qemu"]


def prepare():
    """Build all that a run would build first."""
    program(icount=False)
    vmimages.root()
    vmimages.boot()


def cpus(icount, guests):
    """How many CPUs the KVM host gets unless told."""
    kind = accelerator(icount)[1]
    if kind == "kvm":
        return min(os.cpu_count() or 1, 4)
    # Two emulated CPUs that run guests at the same time lose one that boots now and then.
    return 1 if guests or kind == "icount" else 2


def nics():
    """The uplink, and the NIC of a host outside; the hub is the cable between them."""
    line = []
    for name, mac in (("uplink", "02:00:00:00:00:fe"), ("outside", "02:00:00:00:00:fd")):
        line += ["-netdev", f"hubport,id={name},hubid=0", "-device", f"e1000e,netdev={name},mac={mac}"]
    return line


def ports(streams):
    """virtio-serial ports by name, each writing to a file descriptor of ours."""
    line = []
    for number, (name, fd) in enumerate(streams.items(), 1):
        line += ["-add-fd", f"fd={fd},set={number}", "-chardev", f"file,id={name},path=/dev/fdset/{number},append=on",
                 "-device", f"virtserialport,chardev={name},name={name}"]
    return line


def command(options, place, streams):
    """The whole line; streams maps port names to descriptors. Without `stdout`, a console on ours."""
    release = options.release
    settings = [f"run_dir={tree.inside(place)}", f"boot_dir={tree.inside(vmimages.boot())}"]
    console = []
    if "stdout" not in streams:
        console = ["-chardev", "stdio,id=terminal,signal=off", "-device", "virtconsole,chardev=terminal"]
        size = os.get_terminal_size(0)
        settings += [f"rows={size.lines}", f"cols={size.columns}", f"term={os.environ.get('TERM', 'dumb')}"]
    if options.timeout:
        settings.append(f"watchdog={max(int(options.timeout) - 10, 1)}")
    root = tree.inside(vmimages.root() / "root.ext4")
    argv = [*program(options.icount), *accelerator(options.icount)[0], "-smp", str(options.cpus),
            "-machine", "q35", "-m", options.mem, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
            "-kernel", vmimages.kernel(release), "-initrd", f"{tree.inside(vmimages.boot())}/{release}.cpio",
            "-append", " ".join([*KERNEL, *settings]),
            "-serial", f"file:{tree.inside(place)}/console.log",
            "-drive", f"file={root},format=raw,if=virtio,snapshot=on,cache=unsafe,discard=unmap",
            "-fsdev", "local,id=machine,path=/,security_model=none,multidevs=remap",
            "-device", "virtio-9p-pci,fsdev=machine,mount_tag=machine",
            *nics(), "-device", "virtio-serial-pci,max_ports=8", *console, *ports(streams)]
    # TMPDIR holds what the run writes to its root; QEMU takes /tmp for /var/tmp.
    return tree.command(argv, write=[place.parents[1]], env={"TMPDIR": "/run"})
