"""Opening, moving in and streaming into conversations: ours beside what Textual offers.

Each cell is measured by a process of its own (`cell.py`).
"""

from __future__ import annotations

import json
import subprocess
import sys
from statistics import median
from typing import Final

from tests.benchmarks.cell import Cell
from tests.benchmarks.figures import Figure
from tests.benchmarks.texts import KINDS

COLUMNS: Final = {"ours": "ours", "updates": "widget each", "stream": "MarkdownStream"}
"""`widget each`: one Markdown widget per message, updated with the whole text."""

PATIENCE: Final = 150
"""Seconds after which a cell is given up."""

_READING: Final = {
    "open ms": "≤ 100",
    "memory MiB": "≤ 64",
    "page up ms": "",
    "page up CPU ms": "≤ 16",
    "page up longest ms": "≤ 33",
    "page up longest CPU ms": "",
    "home ms": "≤ 33",
    "home CPU ms": "",
    "end ms": "≤ 33",
    "end CPU ms": "",
    "resize ms": "≤ 30",
    "resize CPU ms": "",
}
_STREAMING: Final = {
    "CPU %": "≤ 30",
    "stall p99 ms": "≤ 16",
    "stall longest ms": "≤ 33",
    "stall longest CPU ms": "",
    "frames a second": "",
    "chunks a second": "",
    "behind at the end s": "",
}
_BURST: Final = {"on screen s": "", "CPU s": "", "stall longest ms": "≤ 33", "not done after s": ""}
_ALONE: Final = "baselines left out: they take minutes"


def run(*, quick: bool = False, repeats: int = 3) -> list[Figure]:
    """Return every figure, ours as the median of `repeats`; `quick` leaves out much."""
    bench = _Bench(1 if quick else repeats)
    found: list[Figure] = []
    for size in (100, 5_000) if quick else (100, 1_000, 5_000, 50_000):
        label = f"{size:,} messages"
        most = 100 if quick else 1_000
        found += bench.lines(Cell("open", size=size), label, _READING, compared=size <= most)
    for size in (0, 200_000) if quick else (0, 2_000, 20_000, 200_000, 2_000_000):
        label = f"200 chunks/s into {size:,} characters"
        most = 0 if quick else 20_000
        found += bench.lines(Cell("stream", size=size), label, _STREAMING, compared=size <= most)
    found += _growth(found)
    three = Cell("stream", size=10_000, answers=3)
    found += bench.lines(three, "three streams into 10,000", _STREAMING, compared=not quick)
    for kind in KINDS[1:]:
        one_block = Cell("stream", kind=kind, size=20_000 if quick else 200_000)
        label = f"200 chunks/s into one {kind} of {one_block.size:,}"
        found += bench.lines(one_block, label, _STREAMING, compared=False)
    for size in (200_000,) if quick else (2_000, 20_000, 200_000, 2_000_000):
        wanted = {**_BURST, "on screen s": "≤ 1" if size == 200_000 else ""}
        label = f"{size:,} characters at once"
        found += bench.lines(Cell("burst", size=size), label, wanted, compared=size <= 20_000)
    three = Cell("burst", size=20_000 if quick else 200_000, answers=3)
    label = f"three streams of {three.size:,} at once"
    found += bench.lines(three, label, _BURST, compared=False)
    for kind in KINDS[1:]:
        one_block = Cell("burst", kind=kind, size=200_000)
        label = f"one {kind} of 200,000 at once"
        found += bench.lines(one_block, label, {**_BURST, "on screen s": "≤ 1"}, compared=False)
    return found


def _growth(found: list[Figure]) -> list[Figure]:
    """Return what streaming costs after 200,000 characters over what it costs after none."""
    cpu = {figure.what: figure.values["ours"] for figure in found if "CPU %" in figure.what}
    few = cpu["200 chunks/s into 0 characters: CPU %"]
    many = cpu["200 chunks/s into 200,000 characters: CPU %"]
    ratio = many / few if few and many else None
    what = "200 chunks/s into 200,000 characters: CPU, × that into 0"
    return [Figure(what, {"ours": ratio}, "≤ 1.2")]


class _Bench:
    def __init__(self, repeats: int) -> None:
        self._repeats = repeats

    def lines(
        self, cell: Cell, label: str, wanted: dict[str, str], *, compared: bool
    ) -> list[Figure]:
        """Measure ours, and the baselines if `compared`; return a figure for each of `wanted`."""
        print(f"  {label} …", file=sys.stderr, flush=True)
        measured = {"ours": _median([measure(cell) for _ in range(self._repeats)])}
        # Opening is the same for both.
        baselines = ("updates",) if cell.what == "open" else ("updates", "stream")
        for name in baselines if compared else ():
            measured[name] = measure(cell._replace(subject=name))
        return [
            Figure(
                f"{label}: {key}",
                {name: figures.get(key) for name, figures in measured.items()},
                target,
                "" if compared else _ALONE,
            )
            for key, target in wanted.items()
            if any(key in figures for figures in measured.values())
        ]


def measure(cell: Cell) -> dict[str, float]:
    """Return the cell's figures; none when it takes too long."""
    argv = [sys.executable, "-m", "tests.benchmarks.cell", json.dumps(cell._asdict())]
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=PATIENCE, check=True)
    except subprocess.TimeoutExpired:
        return {"not done after s": PATIENCE}
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _median(runs: list[dict[str, float]]) -> dict[str, float]:
    return {key: median(run[key] for run in runs if key in run) for key in runs[0]}
