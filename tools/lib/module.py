# SPDX-License-Identifier: GPL-2.0
"""The module built inside the tree, for a stock kernel or a User-Mode Linux kernel."""
import contextlib
import fcntl
import os
import shutil
import subprocess

import cache
import tree
import uml

PARTS = ("Kbuild", "drivers", "include", "kunit")
SOURCES = {".c", ".h", ".S"}
PLACE = cache.REPO / "build/module"
EX_BUILD = 65           # the source is at fault, not the bench


def is_source(path):
    return path.name in ("Kbuild", "Makefile") or path.suffix in SOURCES and not path.name.endswith(".mod.c")


def sources(base):
    """The files of the module under base, relative to it."""
    found = set()
    for part in PARTS:
        top = base / part
        files = [top] if top.is_file() else top.rglob("*")
        found |= {path.relative_to(base) for path in files if path.is_file() and is_source(path)}
    return found


def mirror(place):
    """Make place hold the module's sources; touch only what differs, so that make does little."""
    wanted = sources(cache.REPO)
    for gone in sources(place) - wanted:
        (place / gone).unlink()
    for name in wanted:
        content, copy = (cache.REPO / name).read_bytes(), place / name
        if not copy.exists() or copy.read_bytes() != content:
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(content)


def make_line(kernel):
    """make with the arguments that name the kernel: 'plain' and its kin, or a release string."""
    if kernel in uml.KERNELS:
        return ["make", "-s", "-C", tree.inside(uml.source()), f"O={tree.inside(uml.kernel(kernel))}", "ARCH=um"]
    line = ["make", "-s", "-C", f"/lib/modules/{kernel}/build", "CC=gcc"]
    # Headers newer than the distribution were configured for a newer compiler and use an
    # attribute this one does not know.
    return line if kernel == tree.kernels()[0] else line + ["KCFLAGS=-Wno-attributes"]


@contextlib.contextmanager
def locked(place):
    place.mkdir(parents=True, exist_ok=True)
    with open(f"{place}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build_locked(kernel, place, extra):
    mirror(place)
    argv = [*make_line(kernel), f"M={tree.inside(place)}", f"-j{os.cpu_count() or 1}", *extra, "modules"]
    done = subprocess.run(tree.command(argv, write=[place]), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode, done.stdout


def build(kernel, *extra, name=None):
    """Build for one kernel; return (directory of the .ko files, exit status, compiler output)."""
    place = PLACE / (name or kernel)
    with locked(place):
        return place, *build_locked(kernel, place, extra)


def install(kernel, target):
    """Build for one kernel and copy all .ko files to target; exits with the reason if that fails.

    Copied, because the next run may build again while this one still loads modules.
    """
    if not (cache.REPO / "Kbuild").exists():
        cache.die("the checkout holds no Kbuild", cache.EX_SOFTWARE)
    place = PLACE / kernel
    with locked(place):
        status, output = build_locked(kernel, place, ())
        if status:
            cache.die(f"the module does not build for {kernel}:\n{output}", EX_BUILD)
        for ko in place.rglob("*.ko"):
            shutil.copy(ko, target)
