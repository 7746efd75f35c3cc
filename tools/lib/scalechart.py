#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""scalechart.py RESULTS.json OUTPUT: what a delivery costs over ports, entries and receivers.

Runs inside the tree, where matplotlib is. The form follows the name of OUTPUT. Lines and letters are of a
grey that can be read on white and on black, and nothing is behind them.
"""
import json
import pathlib
import sys

import matplotlib
matplotlib.use("Agg")
from matplotlib import pyplot

INK = "#7d8590"
FIRST, SECOND = "#2f81f7", "#db6d28"
PLOTS = (
    ("ports of the switch", (("ports_one", "one pair sends", FIRST), ("ports_all", "all pairs send, in turn", SECOND))),
    ("addresses known", (("entries_one", "frames for one of them", FIRST),
                         ("entries_all", "each frame for another", SECOND))),
    ("receivers of a broadcast", (("flood", "for each receiver", FIRST),)),
)


def draw(axes, points, title, lines):
    for curve, name, color in lines:
        rows = [point for point in points if point["curve"] == curve]
        where = [row["at"] for row in rows]
        axes.fill_between(where, [row["least"] for row in rows], [row["most"] for row in rows], color=color, alpha=0.2,
                          lw=0)
        axes.plot(where, [row["ns"] for row in rows], color=color, marker="o", ms=4, lw=1.6, label=name)
    axes.set_xscale("log")
    axes.set_xticks(where[::2] if len(where) > 6 else where, minor=False)
    axes.set_xticks([], minor=True)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.set_xlabel(title)
    axes.set_ylim(bottom=0, top=1.25 * max(point["ns"] for point in points
                                           if point["curve"] in [line[0] for line in lines]))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color=INK, alpha=0.3)
    axes.set_axisbelow(True)
    axes.legend(frameon=False, loc="upper left", fontsize=9)


def main():
    results, output = sys.argv[1:]
    found = json.loads(pathlib.Path(results).read_text())
    matplotlib.rcParams.update({"svg.hashsalt": "ringswitch",       # same numbers, same file
                                **{f"{part}.color": INK for part in ("text", "xtick", "ytick")},
                                "axes.edgecolor": INK, "axes.labelcolor": INK})
    figure, axes = pyplot.subplots(1, len(PLOTS), figsize=(13, 4.4), layout="constrained")
    for one, (title, lines) in zip(axes, PLOTS):
        draw(one, found["points"], title, lines)
    axes[0].set_ylabel("ns in the switch, for each delivery")
    figure.suptitle("What a frame of 64 bytes costs, guest to guest, 64 at a time", fontsize=13)
    figure.supxlabel(f"{found['statistic']} of {found['rounds']} rounds, shaded from least to most; the path alone, in "
                     f"userspace; {found['cpu']}, {found['date']}, load {found['load']:.1f}", fontsize=8)
    figure.savefig(output, dpi=100, transparent=True, metadata={"Date": None} if output.endswith(".svg") else None)


if __name__ == "__main__":
    main()
