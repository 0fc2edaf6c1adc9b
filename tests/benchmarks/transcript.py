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
BASELINE_PATIENCE: Final = 60
"""The same for what a baseline streams: there are many such cells, and it may take hours."""

_GIVEN_UP: Final = "not done after s"

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
    _GIVEN_UP: "",
}
_STREAMING: Final = {
    "CPU %": "≤ 30",
    "stall p99 ms": "≤ 16",
    "stall longest ms": "≤ 33",
    "stall longest CPU ms": "",
    "frames a second": "",
    "chunks a second": "",
    "behind at the end s": "",
    _GIVEN_UP: "",
}
_BURST: Final = {"on screen s": "", "CPU s": "", "stall longest ms": "≤ 33", _GIVEN_UP: ""}
_ALONE: Final = "baselines left out"


def run(*, quick: bool = False, repeats: int = 3) -> list[Figure]:
    """Return every figure, ours as the median of `repeats`; `quick` leaves out much."""
    bench = _Bench(1 if quick else repeats)
    found: list[Figure] = []
    for size in (100, 5_000) if quick else (100, 1_000, 5_000, 50_000):
        cell = Cell("open", size=size)
        compared = not quick or size <= 100
        found += bench.lines(cell, f"{size:,} messages", _READING, compared=compared)
    for size in (0, 200_000) if quick else (0, 2_000, 20_000, 200_000, 2_000_000):
        label = f"200 chunks/s into {size:,} characters"
        compared = not quick or not size
        found += bench.lines(Cell("stream", size=size), label, _STREAMING, compared=compared)
    found += _growth(found)
    three = Cell("stream", size=10_000, answers=3)
    found += bench.lines(three, "three streams into 10,000", _STREAMING, compared=not quick)
    for kind in KINDS[1:]:
        one_block = Cell("stream", kind=kind, size=20_000 if quick else 200_000)
        label = f"200 chunks/s into one {kind} of {one_block.size:,}"
        found += bench.lines(one_block, label, _STREAMING, compared=not quick)
    for size in (200_000,) if quick else (2_000, 20_000, 200_000, 2_000_000):
        wanted = {**_BURST, "on screen s": "≤ 1" if size == 200_000 else ""}
        label = f"{size:,} characters at once"
        found += bench.lines(Cell("burst", size=size), label, wanted, compared=not quick)
    three = Cell("burst", size=20_000 if quick else 200_000, answers=3)
    label = f"three streams of {three.size:,} at once"
    found += bench.lines(three, label, _BURST, compared=not quick)
    for kind in KINDS[1:]:
        one_block = Cell("burst", kind=kind, size=200_000)
        label = f"one {kind} of 200,000 at once"
        wanted = {**_BURST, "on screen s": "≤ 1"}
        found += bench.lines(one_block, label, wanted, compared=not quick)
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
        self._too_much: dict[Cell, int] = {}
        """By cell without its size: the size at which a baseline was given up."""

    def lines(
        self, cell: Cell, label: str, wanted: dict[str, str], *, compared: bool
    ) -> list[Figure]:
        """Measure ours, and the baselines if `compared`; return a figure for each of `wanted`."""
        print(f"  {label} …", file=sys.stderr, flush=True)
        measured = {"ours": _median([measure(cell) for _ in range(self._repeats)])}
        # Opening is the same for both.
        baselines = ("updates",) if cell.what == "open" else ("updates", "stream")
        for name in baselines if compared else ():
            measured[name] = self._baseline(cell._replace(subject=name))
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

    def _baseline(self, cell: Cell) -> dict[str, float]:
        """Measure it, unless it was given up with less already: then there are no figures."""
        sizeless = cell._replace(size=0)
        if cell.size > self._too_much.get(sizeless, cell.size):
            return {}
        patience = PATIENCE if cell.what == "open" else BASELINE_PATIENCE
        figures = measure(cell, patience)
        if _GIVEN_UP in figures:
            self._too_much[sizeless] = cell.size
        return figures


def measure(cell: Cell, patience: float = PATIENCE) -> dict[str, float]:
    """Return the cell's figures; when it takes more than `patience` seconds, only that it did."""
    argv = [sys.executable, "-m", "tests.benchmarks.cell", json.dumps(cell._asdict())]
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=patience, check=True)
    except subprocess.TimeoutExpired:
        return {_GIVEN_UP: patience}
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _median(runs: list[dict[str, float]]) -> dict[str, float]:
    return {key: median(run[key] for run in runs if key in run) for key in runs[0]}
