"""Launch: the first frame and the memory after it, beside a bare Textual app of the same parts."""

from __future__ import annotations

import json
import os
import statistics
import tempfile
from pathlib import Path
from typing import Final

from tests.benchmarks.figures import Figure
from tests.benchmarks.terminal import APP, PYTHON, Terminal

QUIET: Final = 2.0
"""Seconds after the first frame until memory is read: what is begun after it is done by then."""

_BARE: Final = """
from textual.app import App
from textual.widgets import OptionList, TextArea

class Bare(App):
    CSS = "OptionList { width: 30; dock: left; } TextArea { height: 1fr; }"
    def compose(self):
        yield OptionList(*[f"row {n}" for n in range(30)])
        yield TextArea("READY-MARK")

Bare().run()
"""


def environment(root: Path, base: str = "http://127.0.0.1:9") -> dict[str, str]:
    """Return what a program of ours is run with: a home of its own, and a Poe at `base`."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(root),
        "POE_API_KEY": "benchmark",
        "POE_TUI_BASE_URL": base,  # unless told otherwise nobody listens: the app has to do without
        "POE_TUI_DATA_DIR": str(root / "data"),
        "POE_TUI_CONFIG_DIR": str(root / "config"),
        "POE_TUI_CACHE_DIR": str(root / "cache"),
    }


def fill(root: Path, conversations: int) -> None:
    """Write that many small conversations in format 1 under the data directory of `root`."""
    directory = root / "data" / "conversations"
    directory.mkdir(parents=True, exist_ok=True)
    for number in range(conversations):
        stamp = f"2026-0{1 + number % 9}-{1 + number % 28:02}T12:00:00Z"
        name = f"{number:016d}"
        (directory / f"{name}.json").write_text(
            json.dumps(
                {
                    "format": 1,
                    "id": name,
                    "title": f"Conversation {number}",
                    "bot": "Echo",
                    "created": stamp,
                    "updated": stamp,
                    "head": "m1",
                    "messages": [{"id": "m1", "parent": None, "role": "user", "text": "hi"}],
                }
            )
        )


def _launch(argv: list[str], env: dict[str, str], marker: bytes) -> tuple[float, float, float]:
    """Return milliseconds to the frame that holds `marker`, those of CPU, and MiB after QUIET."""
    with Terminal(argv, env=env) as terminal:
        first = terminal.wait_for(marker)
        used = terminal.cpu()
        if first is None:
            raise RuntimeError(f"no {marker!r} in {bytes(terminal.output[-400:])!r}")
        terminal.pump_for(QUIET)
        return first * 1000, used * 1000, terminal.memory()


COLUMNS: Final = {"ours": "poe-tui", "bare": "bare app"}


def run(rounds: int = 9) -> list[Figure]:
    """Return medians over interleaved rounds: to the first frame, and memory at rest."""
    with tempfile.TemporaryDirectory() as small, tempfile.TemporaryDirectory() as large:
        fill(Path(small), 30)
        fill(Path(large), 10_000)
        runs = {
            "bare": ([PYTHON, "-c", _BARE], environment(Path(small)), b"READY-MARK"),
            "app": ([APP], environment(Path(small)), b"CONVERSATIONS"),
            "app_10k": ([APP], environment(Path(large)), b"CONVERSATIONS"),
        }
        measured: dict[str, list[tuple[float, float, float]]] = {name: [] for name in runs}
        for turn in range(rounds + 1):
            for name, (argv, env, marker) in runs.items():
                launched = _launch(argv, env, marker)
                if turn:  # the first round fills the caches
                    measured[name].append(launched)
    frame, cpu, memory = (
        {name: statistics.median(launch[which] for launch in measured[name]) for name in runs}
        for which in range(3)
    )
    return [
        Figure("first frame, ms", {"ours": frame["app"], "bare": frame["bare"]}),
        Figure("first frame, × bare app", {"ours": frame["app"] / frame["bare"]}, "≤ 1.3"),
        Figure("CPU until then, ms", {"ours": cpu["app"], "bare": cpu["bare"]}),
        Figure("CPU until then, × bare app", {"ours": cpu["app"] / cpu["bare"]}),
        Figure("memory at rest, MiB", {"ours": memory["app"], "bare": memory["bare"]}, "≤ 64"),
        Figure("10,000 conversations: first frame, ms", {"ours": frame["app_10k"]}),
        Figure("  added to it, ms", {"ours": frame["app_10k"] - frame["app"]}, "≤ 50"),
        Figure("  memory at rest, MiB", {"ours": memory["app_10k"]}),
    ]
