# SPDX-License-Identifier: GPL-2.0
"""What a kernel prints when something is wrong with it."""
import re

# Anchored where a report starts, so that prose which mentions a bug is not taken for one.
# Stack traces alone do not count: fault injection prints one for each fault it makes.
START = re.compile(rb"""
    ^(?:<\d>)?(?:\[[ ]*[0-9]+\.[0-9]+\](?:\[[^]]*\])?[ ])?(?:
        WARNING[: ] | BUG[: ] | Oops | Kernel[ ]panic | UBSAN: | ODEBUG: | KFENCE: | Bad[ ]page |
        INFO:[ ](?:task[ ].*blocked|rcu|possible|trying|lockdep|inconsistent|suspicious) |
        rcu:[ ]INFO: | .*refcount_t: | .*list_(?:add|del)[ ]corruption | .*general[ ]protection |
        .*ref_tracker:[ ] | unregister_netdevice:[ ]waiting | watchdog:[ ]BUG | .*usercopy:[ ]Kernel |
        .*stack[ ]guard | INFO:[ ]workqueue | Unable[ ]to[ ]handle | leaked[ ]reference | .*[ ]leaked[ ].*[ ]objects? )
    """, re.VERBOSE | re.MULTILINE)
LINES = 50              # of a report, enough for its stacks
GUESS = b">] ? "        # an address on the stack that may be no caller


def find(console, after=b""):
    """The first report in the console log (bytes), or None; only after a line, where it is there."""
    found = START.search(console, max(console.find(after), 0))
    if not found:
        return None
    report = [line for line in console[found.start():].splitlines() if GUESS not in line]
    return b"\n".join(report[:LINES]).decode(errors="replace")
