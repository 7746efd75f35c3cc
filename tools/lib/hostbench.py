# SPDX-License-Identifier: GPL-2.0
"""Copies of the sources in which the host suite is built and run, each time with another change."""
import os
import pathlib
import queue
import re
import shutil
import subprocess
import threading

import cache
import tree

DRIVER = pathlib.Path("drivers/ringswitch")
COPIED = (DRIVER, pathlib.Path("kunit"), pathlib.Path("tools/host"))
# A changed source may earn warnings.
INSTRUMENT = "-fsanitize=address,undefined -fno-sanitize-recover=all -w -g0"
# Random tests do the same each time, and what eats memory is ended before the machine suffers.
SETTINGS = {"SEED": "1", "ASAN_OPTIONS": "symbolize=0:hard_rss_limit_mb=1024"}


class Bench:
    """A copy of the sources. What it says without a change is in `tests`: the names of all tests."""

    def __init__(self, place):
        self.place, self.changed, self.used, self.tests = place, (), 0, set()
        shutil.rmtree(self.place, ignore_errors=True)
        for folder in COPIED:
            shutil.copytree(cache.REPO / folder, self.place / folder,
                            ignore=shutil.ignore_patterns("*.o", "*.ko", "*.cmd", "*.mod*"))
        self.sources = {path.name: path.read_text() for path in (self.place / DRIVER).glob("*.[ch]")}
        self.limit = 100
        if not self.builds() or self.suite()[0] != "survived":
            cache.die("the host suite fails without a change", cache.EX_SOFTWARE)
        # Of CPU, however busy the machine is. Beyond it is an endless loop.
        self.limit = 2 + int(3 * self.used)

    def process(self, argv):
        return subprocess.Popen(tree.command(["timeout", "-k", "5", "300", *argv], write=[self.place], env=SETTINGS),
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                text=True, errors="replace")

    def builds(self):
        make = self.process(["make", "-s", "-C", tree.inside(self.place / "tools/host"), f"INSTRUMENT={INSTRUMENT}"])
        make.communicate()
        return make.returncode == 0

    def suite(self, name=""):
        """Run the suite, or the tests whose name contains this, up to the first failure: (outcome, its name)."""
        units, line = next(self.place.glob("build/host/*/units")), ""
        script = f"ulimit -t {self.limit}; {tree.inside(units)} {name}; status=$?; times; exit $status"
        with self.process(["bash", "-c", script]) as suite:
            for line in suite.stdout:
                found = re.match(r"(not )?ok \d+ host (\S+)", line)
                if found and found[1]:
                    suite.kill()
                    return "killed", found[2]
                if found:
                    self.tests.add(found[2])
        # The last line of times: what it took in user space.
        self.used = sum(float(part) * unit for part, unit in zip(re.findall(r"[\d.]+", line), (60, 1)))
        if suite.returncode in (124, 128 + 9, 128 + 24):
            return "timeout", name
        return "killed" if suite.returncode else "survived", None

    def put(self, name, text):
        (self.place / DRIVER / name).write_text(text)

    def outcome(self, changes, name=""):
        """What becomes of the suite, or of some of it, when files of the module are others: {name: text}."""
        for changed in set(self.changed) - set(changes):
            self.put(changed, self.sources[changed])
        self.changed = tuple(changes)
        for changed, text in changes.items():
            self.put(changed, text)
        return self.suite(name) if self.builds() else ("broken", None)


def try_all(todo, top, attempt):
    """Yield (item, attempt(bench, item)) as they are done, by a bench for each CPU below the directory top."""
    waiting, done = queue.SimpleQueue(), queue.SimpleQueue()
    for item in todo:
        waiting.put(item)

    def work(number):
        try:
            bench = Bench(top / str(number))
            while True:
                item = waiting.get_nowait()
                done.put((item, attempt(bench, item)))
        except queue.Empty:
            done.put(None)
        except BaseException as error:  # SystemExit of cache.die() as well: it is the caller's
            done.put(error)

    running = len(os.sched_getaffinity(0))
    for number in range(running):
        threading.Thread(target=work, args=(number,), daemon=True).start()
    while running:
        result = done.get()
        if isinstance(result, BaseException):
            raise result
        running -= result is None
        if result:
            yield result
