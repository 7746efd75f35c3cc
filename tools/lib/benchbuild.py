# SPDX-License-Identifier: GPL-2.0
"""What tools/microbench and tools/scale have in common: building their programs, and tables."""
import os
import pathlib
import platform
import subprocess

import cache
import tree


def command(out, here, argv):
    """Run argv in the tree, where only out can be written; or here, as it is."""
    # DPDK looks for CPUs and huge pages in /sys.
    return [str(arg) for arg in argv] if here else tree.command(argv, write=[out], read=["/sys"])


def build(out, here, target):
    """Make a target below out; the directory of what was built."""
    out.mkdir(parents=True, exist_ok=True)
    place = out if here else pathlib.Path(tree.inside(out))
    make = ["make", "-s", "-C", "tools/host", target, f"O={place}", *(["CC=" + os.environ["CC"]]
                                                                       if here and "CC" in os.environ else [])]
    done = subprocess.run(command(out, here, make), cwd=cache.REPO, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, check=False)
    if done.returncode:
        cache.die(f"the program does not compile:\n{done.stdout}{done.stderr}", 1)
    return place / done.stdout.split()[-1]


def cpu_name():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def show_table(head, rows):
    rows = [head, *rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    line = "  ".join("=" * width for width in widths)
    print(line)
    for number, row in enumerate(rows):
        print("  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths)))
        if not number:
            print(line)
    print(line + "\n")
