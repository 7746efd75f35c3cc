# SPDX-License-Identifier: GPL-2.0
"""The QEMU that emulates a KVM host: Debian's source and one patch, built inside the tree.

As released it gives guests of an emulated host some interrupts twice (vm/qemu.patch).
Where the CPU virtualizes, and for the guests themselves, Debian's binary serves.
"""
import pathlib

import cache
import tree

HERE = pathlib.Path(__file__).resolve().parent / "vm"
BUILDER = HERE / "qemu-build"
PATCH = HERE / "qemu.patch"


def path():
    """The place of the binary inside the tree."""
    def build(scratch):
        with cache.step("building the emulator of the KVM host (some minutes)"):
            tree.run("building QEMU", [tree.inside(BUILDER), tree.inside(PATCH), tree.inside(scratch)], scratch)
    built = cache.artifact("qemu", cache.key_of(BUILDER, PATCH, tree.path().name), build, 3)
    return f"{tree.inside(built)}/qemu-system-x86_64"
