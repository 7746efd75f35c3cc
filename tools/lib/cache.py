# SPDX-License-Identifier: GPL-2.0
"""What the benches build once: kept under $XDG_CACHE_HOME/ringswitch, keyed by content.

An artifact is a directory named <name>-<key>. The key is a hash of everything that went
into it, so a changed config or package list makes a new one and the old one is removed.
A build happens in a scratch directory and is renamed when complete: a killed build leaves
nothing that looks finished.
"""
import contextlib
import fcntl
import hashlib
import os
import pathlib
import shutil
import sys
import time

EX_USAGE = 64
EX_UNAVAILABLE = 69     # a tool, the network or disk space is missing
EX_SOFTWARE = 70        # the bench itself broke; says nothing about the module

REPO = pathlib.Path(__file__).resolve().parents[2]


def die(message, code=EX_UNAVAILABLE):
    print(f"error: {message}", file=sys.stderr)
    sys.exit(code)


def say(message):
    print(f"[bench] {message}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(message):
    """One progress line for something that takes a while, with its time at the end."""
    say(f"{message} ...")
    start = time.monotonic()
    yield
    say(f"{message}: done in {time.monotonic() - start:.0f} s")


def root():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    path = pathlib.Path(base) / "ringswitch"
    path.mkdir(parents=True, exist_ok=True)
    return path


def need_tool(tool, package):
    if not shutil.which(tool):
        die(f"'{tool}' is not installed; run: apt-get install {package}")


def need_space(path, gib):
    free = shutil.disk_usage(path).free / 2**30
    if free < gib:
        die(f"{path} has {free:.1f} GiB free, {gib} GiB are needed; "
            "free some or point XDG_CACHE_HOME elsewhere")


def key_of(*parts):
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, pathlib.Path):
            part = part.read_bytes()
        elif isinstance(part, str):
            part = part.encode()
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.hexdigest()[:12]


def artifact(name, key, build, gib):
    """Return the directory <name>-<key>, calling build(scratch) first if it is not there."""
    base = root()
    final = base / f"{name}-{key}"
    if final.is_dir():
        return final
    with open(base / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if final.is_dir():
            return final
        need_space(base, gib)
        scratch = base / f"{name}.tmp"
        remove(scratch)
        scratch.mkdir()
        build(scratch)
        scratch.rename(final)
        for old in base.glob(f"{name}-" + "[0-9a-f]" * 12):
            if old != final:
                say(f"removing {old.name}: replaced by {final.name}")
                remove(old)
    return final


def remove(path):
    if not path.exists():
        return
    # A tree may hold directories without write permission for their owner.
    for folder, _, _ in os.walk(path):
        with contextlib.suppress(OSError):
            os.chmod(folder, 0o755)
    shutil.rmtree(path)
