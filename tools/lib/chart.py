#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""chart.py RESULTS.json OUTPUT TITLE NOTE: two bar charts, throughput and round-trip time.

Runs inside the tree, where matplotlib is. The form follows the name of OUTPUT.
"""
import json
import pathlib
import sys
import textwrap

import matplotlib
matplotlib.use("Agg")
from matplotlib import pyplot

SYSTEMS = {"bridge-tap-vhost-net": ("bridge + TAP + vhost-net", "#9aa5b1"), "ringswitch": ("ringswitch", "#1f6feb")}
WIDTH = 0.38


def draw(axes, rows, value, title, bound=None):
    """Bars by path and system, the second with its ratio; with bound, a whisker up to that value."""
    paths = list(dict.fromkeys(row["path"] for row in rows))
    found = {(row["path"], row["system"]): row for row in rows}
    for side, (system, (name, color)) in zip((-0.5, 0.5), SYSTEMS.items()):
        for place, path in enumerate(paths):
            row, x = found.get((path, system), {}), place + side * WIDTH
            height, top = row.get(value), row.get(bound)
            if height is None:
                axes.annotate("none", (x, 0), ha="center", va="bottom", fontsize=9)
                continue
            axes.bar(x, height, WIDTH * 0.94, color=color, label=name if place == 0 else None)
            if top is not None:
                axes.errorbar(x + 0.3 * WIDTH, height, [[0], [top - height]], capsize=4, color="#444", lw=1)
            base = found.get((path, next(iter(SYSTEMS))), {}).get(value)
            ratio = f"\n×{height / base:.2f}" if side > 0 and base else ""
            axes.annotate(f"{height:,.0f}{ratio}", (x - (0.1 * WIDTH if top is not None else 0), height), xytext=(0, 2),
                          textcoords="offset points", ha="center", va="bottom", fontsize=9)
    axes.set_title(title, loc="left", fontsize=11)
    axes.set_xticks(range(len(paths)), paths)
    axes.set_xlim(-0.6, len(paths) - 0.4)
    axes.margins(y=0.3)
    axes.set_ylim(bottom=0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", alpha=0.3)
    axes.set_axisbelow(True)


def main():
    results, output, title, note = sys.argv[1:]
    rows = json.loads(pathlib.Path(results).read_text())
    matplotlib.rcParams["svg.hashsalt"] = "ringswitch"      # same numbers, same file
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(11, 4.8), layout="constrained")
    draw(left, rows, "tcp_mbps", "TCP at the receiver, Mbit/s (more is better)")
    draw(right, rows, "rtt_us_p50", "ping round trip, µs, whisker to p99 (less is better)", "rtt_us_p99")
    figure.suptitle(title, fontsize=13)
    left.legend(frameon=False, loc="upper right")
    lines = [part for line in note.splitlines() for part in textwrap.wrap(line, 150)]
    figure.supxlabel("\n".join(lines), fontsize=8, color="#555")
    figure.savefig(output, dpi=100, metadata={"Date": None} if output.endswith(".svg") else None)


if __name__ == "__main__":
    main()
