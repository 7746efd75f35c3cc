# SPDX-License-Identifier: GPL-2.0
"""Copies of the sources in which the host suite is built and run, each time with another change."""
import os
import pathlib
import queue
import re
import shlex
import shutil
import subprocess
import threading

import cache
import tree

DRIVER = pathlib.Path("drivers/ringswitch")
COPIED = (DRIVER, pathlib.Path("kunit"), pathlib.Path("tools/host"))
# A changed source may earn warnings. Functions tell who enters them.
INSTRUMENT = "-fsanitize=address,undefined -fno-sanitize-recover=all -w -g0 -finstrument-functions"
# How a script ends that could not compile.
BROKEN = 77
# Random tests do the same each time, and what eats memory is ended before the machine suffers.
SETTINGS = {"SEED": "1", "ASAN_OPTIONS": "symbolize=0:hard_rss_limit_mb=1024"}


class Bench:
    """A copy of the sources, and what its suite does without a change.

    times: what each test takes of a CPU, {its name: seconds}
    reaching: those that enter a function, {its name: [name of a test]}, quick ones first
    """

    def __init__(self, place):
        self.place, self.changed, self.times, self.reaching = place, (), {}, {}
        self.bring_up_to_date()
        self.sources = {path.name: path.read_text() for path in (self.place / DRIVER).glob("*.[ch]")}
        if self.build_and_run(reached=True)[0] != "survived":
            cache.die("the host suite fails without a change", cache.EX_SOFTWARE)
        for tests in self.reaching.values():
            tests.sort(key=self.times.get)

    def bring_up_to_date(self):
        """Copy what is not the same. What the last run built stays, for make to do little, unless by other rules."""
        rules = cache.key_of(INSTRUMENT, cache.REPO / "tools/host/Makefile", str(tree.path()))
        stamp = self.place / "rules"
        if not stamp.exists() or stamp.read_text() != rules:
            shutil.rmtree(self.place, ignore_errors=True)
        wanted = {path.relative_to(cache.REPO) for folder in COPIED for path in (cache.REPO / folder).rglob("*")
                  if path.is_file() and not path.name.startswith(".") and
                  path.suffix not in (".o", ".ko", ".cmd", ".mod", ".symvers", ".order")}
        for folder in COPIED:
            for path in (self.place / folder).rglob("*"):
                if path.is_file() and path.relative_to(self.place) not in wanted:
                    path.unlink()
        for path in wanted:
            new = (cache.REPO / path).read_bytes()
            copy = self.place / path
            if not copy.exists() or copy.read_bytes() != new:
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(new)
                shutil.copymode(cache.REPO / path, copy)
        stamp.write_text(rules)

    def process(self, argv, settings, stdin=subprocess.DEVNULL):
        return subprocess.Popen(tree.command(argv, write=[self.place], env={**SETTINGS, **settings}),
                                stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                text=True, errors="replace")

    def make(self):
        return ["make", "-j2", "-s", "-C", tree.inside(self.place / "tools/host"), f"INSTRUMENT={INSTRUMENT}"]

    def units(self):
        """What make made, as seen from inside the tree."""
        return f"{tree.inside(self.place)}/build/host/*/units"

    def functions(self):
        """The functions of what was built, {place as seen from main(): name}."""
        with self.process(["bash", "-c", f"nm {self.units()}"], {}) as names:
            symbols = [line.split() for line in names.stdout]
        places = [(int(line[0], 16), line[2]) for line in symbols if len(line) == 3 and line[1] in "tTwW"]
        main = next(place for place, name in places if name == "main")
        # What the compiler made of a function has a suffix.
        return {place - main: name.split(".")[0] for place, name in places}

    def build_and_run(self, names=(), reached=False):
        """Build, and run all tests or those whose name contains one of these in this order, up to the first failure.

        Return (outcome, the name of the test that failed). With reached, note what tests there are
        and what they reach.
        """
        script = f"{shlex.join(self.make())} || exit {BROKEN}; " \
                 f"ulimit -t {self.limit(names) if self.times else 300}; {self.units()} {shlex.join(names)}"
        functions, said = {}, []
        settings = {"REACHED": "1"} if reached else {}
        with self.process(["timeout", "-k", "5", "900", "bash", "-c", script], settings) as suite:
            for line in suite.stdout:
                found = re.match(r"(not )?ok \d+ host (\S+)", line)
                if found and found[1]:
                    suite.kill()
                    return "killed", found[2]
                if found and reached:
                    functions = functions or self.functions()
                    self.times[found[2]] = int(said[0]) / 1e6
                    for function in {functions[int(place)] for place in said[1:]}:
                        self.reaching.setdefault(function, []).append(found[2])
                if line.startswith("# reached"):
                    said = line.split()[2:]
        return verdict(suite.returncode), None

    def builds(self, changes):
        """Put these into the sources, {name: text}, take out what was, and build."""
        self.change(changes)
        make = self.process(self.make(), {})
        make.communicate()
        return make.returncode == 0

    def put(self, name, text):
        (self.place / DRIVER / name).write_text(text)

    def outcome(self, changes, names=()):
        """What becomes of the suite, or of some of it, when files of the module are others: {name: text}."""
        self.change(changes)
        return self.build_and_run(names)

    def change(self, changes):
        for changed in set(self.changed) - set(changes):
            self.put(changed, self.sources[changed])
        self.changed = tuple(changes)
        for changed, text in changes.items():
            self.put(changed, text)

    def limit(self, names):
        """Seconds of CPU that these tests, or all, may take however busy the machine is: beyond is an endless loop."""
        return 2 + int(3 * sum(self.times[name] for name in names or self.times))


def verdict(status):
    if status in (124, 128 + 9, 128 + 24):
        return "timeout"
    return {0: "survived", BROKEN: "broken"}.get(status, "killed")


class Runner:
    """Runs what a bench has built, again and again with another mutant."""

    def __init__(self, bench):
        self.bench = bench
        script = f"units=$(echo {bench.units()}); while read -r limit mutant names; do " \
                 "(ulimit -t $limit; MUTANT=$mutant exec $units $names); echo \"ended $?\"; done"
        self.shell = bench.process(["bash", "-c", script], {}, stdin=subprocess.PIPE)

    def outcome(self, number, function):
        """What becomes of the tests that enter a function when mutant `number` is on, which is in it."""
        names = self.bench.reaching.get(function)
        if not names:
            return "survived"
        self.shell.stdin.write(f"{self.bench.limit(names)} {number} {' '.join(names)}\n")
        self.shell.stdin.flush()
        for line in self.shell.stdout:
            failed = re.match(r"not ok \d+ host (\S+)", line)
            if failed and failed[1] in names:
                # It will notice other changes, too.
                names.remove(failed[1])
                names.insert(0, failed[1])
            ended = re.match(r"ended (\d+)", line)
            if ended:
                return verdict(int(ended[1]))
        return cache.die("the tests cannot be run", cache.EX_SOFTWARE)

    def close(self):
        self.shell.stdin.close()
        self.shell.wait()


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
