# SPDX-License-Identifier: GPL-2.0
"""The Debian 13 tree: built once by mmdebstrap, entered with bubblewrap."""
import os
import pathlib
import re
import subprocess

import cache

HERE = pathlib.Path(__file__).resolve().parent
PACKAGES = HERE / "tree.packages"
EXTRA = HERE / "tree-extra.sh"
SUITE = "trixie"
SRC = "/src"            # where the checkout appears inside the tree
BUILT = "/built"        # where the cache appears inside the tree


def mirror():
    """The machine's own Debian mirror, as apt knows it."""
    out = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(SITE) $(RELEASE) $(ORIGIN)", "Created-By: Packages"],
        capture_output=True, text=True, check=False).stdout
    for line in out.splitlines():
        site, release, origin = (line.split() + ["", "", ""])[:3]
        if origin == "Debian" and "-security" not in release:
            return site.rstrip("/")
    cache.die("apt knows no Debian mirror here; run: apt-get update")


def packages():
    lines = (re.sub("#.*", "", line).strip() for line in PACKAGES.read_text().splitlines())
    return [line for line in lines if line]


def build(scratch):
    cache.need_tool("mmdebstrap", "mmdebstrap")
    site = mirror()
    mode = "root" if os.geteuid() == 0 else "unshare"
    with cache.step("building the Debian 13 tree"), open(cache.root() / "tree.log", "w") as log:
        make = subprocess.Popen(
            ["mmdebstrap", f"--mode={mode}", "--variant=minbase", "--skip=output/dev",
             "--include=" + ",".join(packages()),
             "--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr",
             f"--customize-hook=copy-in {EXTRA} /tmp",
             f'--customize-hook=chroot "$1" /tmp/{EXTRA.name} {site} {SUITE}',
             SUITE, "-", f"deb {site} {SUITE} main"],
            stdout=subprocess.PIPE, stderr=log)
        # Unpacked by tar in both modes: a user ends with files of their own.
        unpack = subprocess.run(
            ["tar", "-x", "--no-same-owner", "--exclude=./dev/*", "-C", scratch],
            stdin=make.stdout, stderr=log, check=False)
        if make.wait() or unpack.returncode:
            tail = "".join((cache.root() / "tree.log").read_text().splitlines(True)[-8:])
            cache.die(f"the Debian 13 tree could not be built; last lines of {log.name}:\n{tail}")
    for place in ("dev", "proc", "sys", "tmp", "run", SRC[1:], BUILT[1:]):
        (scratch / place).mkdir(exist_ok=True)


def path():
    return cache.artifact("tree", cache.key_of(PACKAGES, EXTRA, SUITE), build, 8)


def kernels(which="kernels"):
    """Release strings of stock kernels in the tree, oldest first: `kernels` that run the module, or `guest-kernels`."""
    return (path() / f"etc/ringswitch-{which}").read_text().split()


def command(argv, *, write=(), read=(), chdir=SRC, env=None):
    """The bwrap command line that runs argv inside the tree.

    The checkout is at /src and the cache at /built, both read-only except the paths
    named by `write`, which keep their place relative to them. The machine's /dev is
    passed through for /dev/kvm and for terminals, what `read` names has its own place.
    """
    cache.need_tool("bwrap", "bubblewrap")
    line = ["bwrap", "--ro-bind", str(path()), "/", "--dev-bind", "/dev", "/dev", "--proc", "/proc",
            "--perms", "1777", "--tmpfs", "/tmp", "--tmpfs", "/run", "--ro-bind", str(cache.REPO), SRC,
            "--ro-bind", str(cache.root()), BUILT]
    for item in write:
        line += ["--bind", str(item), inside(item)]
    for item in read:
        line += ["--ro-bind", str(item), str(item)]
    if os.geteuid() != 0:
        line += ["--unshare-user", "--uid", "0", "--gid", "0"]
    line += ["--unshare-pid", "--die-with-parent", "--chdir", chdir, "--clearenv"]
    settings = {"PATH": "/usr/sbin:/usr/bin", "HOME": "/tmp", "LANG": "C.UTF-8",
                "TERM": os.environ.get("TERM", "dumb"), **(env or {})}
    for name, value in settings.items():
        line += ["--setenv", name, value]
    return line + [str(arg) for arg in argv]


def run(what, argv, scratch):
    """Run argv inside the tree as a part of an artifact's build; die with the end of its log if it fails."""
    log = cache.root() / f"{scratch.name.removesuffix('.tmp')}.log"
    with open(log, "w") as out:
        done = subprocess.run(command(argv, write=[scratch]), stdin=subprocess.DEVNULL,
                              stdout=out, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        tail = "".join(log.read_text(errors="replace").splitlines(True)[-12:])
        cache.die(f"{what} failed; last lines of {log}:\n{tail}", cache.EX_SOFTWARE)


def inside(item):
    """The place of a path of the checkout or the cache inside the tree."""
    item = pathlib.Path(item).resolve()
    for base, place in ((cache.root().resolve(), BUILT), (cache.REPO, SRC)):
        if item.is_relative_to(base):
            return str(pathlib.Path(place) / item.relative_to(base))
    raise ValueError(f"{item} is in neither the checkout nor the cache")
