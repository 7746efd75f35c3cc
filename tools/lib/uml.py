# SPDX-License-Identifier: GPL-2.0
"""User-Mode Linux kernels from the tree's linux-source, built inside the tree."""
import pathlib

import cache
import tree

HERE = pathlib.Path(__file__).resolve().parent / "uml"
BUILDER = HERE / "build"
BASE = HERE / "base.config"
KERNELS = ("plain", "kasan", "lockdep")
# A third of the source is register lists, other machines and documents no build here reads.
UNREAD = ("drivers/gpu/drm/amd/include/asic_reg", "Documentation/devicetree/bindings",
          "Documentation/translations", "tools/perf", "arch/*/boot/dts")


def tarball():
    """The newest linux-source of the tree."""
    found = sorted((tree.path() / "usr/src").glob("linux-source-*.tar.xz"))
    if not found:
        cache.die("the Debian 13 tree holds no linux-source", cache.EX_SOFTWARE)
    return found[-1]


def identity(path):
    # Unpacked from a Debian package, so its time stamp is the one of the upload.
    stat = path.stat()
    return f"{path.name} {stat.st_size} {stat.st_mtime_ns}"


def source():
    """The unpacked kernel source: for the builds, sparse and checkpatch."""
    def build(scratch):
        with cache.step(f"unpacking {tarball().name}"):
            tree.run("unpacking", ["tar", "-C", tree.inside(scratch), "--strip-components=1", "--no-same-owner",
                                   *(f"--exclude=*/{part}" for part in UNREAD),
                                   "-xf", "/usr/src/" + tarball().name], scratch)
    return cache.artifact("linux-source", cache.key_of(identity(tarball()), *UNREAD), build, 4)


def kernel(name):
    """The build directory of a kernel: the `linux` binary and what modules build against."""
    own = HERE / f"{name}.config"

    def build(scratch):
        with cache.step(f"building the User-Mode Linux kernel '{name}' (some minutes)"):
            tree.run(f"building '{name}'", [tree.inside(BUILDER), tree.inside(source()), tree.inside(scratch),
                                            tree.inside(BASE), tree.inside(own)], scratch)
    return cache.artifact(f"um-{name}", cache.key_of(BUILDER, BASE, own, source().name), build, 4)
