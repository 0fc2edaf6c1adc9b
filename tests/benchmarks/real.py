"""The app itself in a pseudo-terminal, against the demo service over real HTTP."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from poe_tui.demo.service import DemoService
from poe_tui.store.conversations import ConversationStore
from tests.benchmarks.cell import Cell
from tests.benchmarks.figures import Figure
from tests.benchmarks.launch import environment
from tests.benchmarks.terminal import APP, Terminal
from tests.benchmarks.texts import conversation_of
from tests.benchmarks.transcript import measure

MARK: Final = "ZENITH"
"""Stands in the last line of each conversation, and nowhere else."""

KEYS: Final = [chr(code) for code in range(0x3B1, 0x3C9)] + [chr(c) for c in range(0x430, 0x450)]
"""Letters that no bot of the demo writes: each is typed once."""

PLAIN_ESCAPE: Final = b"\x1b"
KITTY_ESCAPE: Final = b"\x1b[27u"
"""Escape as terminals with the kitty keyboard protocol send it."""

_AT_REST: Final = "↵ send".encode()

_COLOURS: Final = re.compile(rb"\x1b\[[0-9;]*m")

_SERVICE: Final = """
import sys
from poe_tui.demo.service import DemoService
with DemoService() as service:
    print(service.base, flush=True)
    sys.stdin.read()
"""


COLUMNS: Final = {"ours": "in a terminal", "headless": "headless"}
"""Beside the app in its terminal: the same thing measured as in the part `transcript`."""


def run(*, quick: bool = False) -> list[Figure]:
    """Return the figures; each is the median of some rounds, and keys are taken together."""
    rounds = 3 if quick else 7
    found = _opening(rounds)
    with tempfile.TemporaryDirectory() as root, _service() as base:
        env = environment(Path(root), base) | {"POE_API_KEY": DemoService.key}
        found += _typing(env, keys=40 if quick else len(KEYS))
        found.append(_stop(env, PLAIN_ESCAPE, "escape", rounds))
        found.append(_stop(env, KITTY_ESCAPE, "escape by the kitty protocol", rounds))
        found += _burst(env, rounds)
    return found


@contextmanager
def _service() -> Iterator[str]:
    """Run the demo service in a process of its own; yields where it answers."""
    with subprocess.Popen(
        [sys.executable, "-c", _SERVICE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as service:
        assert service.stdout is not None
        try:
            yield service.stdout.readline().strip()
        finally:
            service.terminate()


def _opening(rounds: int) -> list[Figure]:
    """Launch into conversations of 4 and of 5,000 messages, taking turns."""
    times: dict[int, list[float]] = {4: [], 5_000: []}
    memory: dict[int, list[float]] = {4: [], 5_000: []}
    with tempfile.TemporaryDirectory() as root:
        env = environment(Path(root))
        store = ConversationStore(Path(root) / "data" / "conversations")
        names: dict[int, str] = {}
        for size in times:
            conversation = conversation_of(size)
            conversation.path()[-1].text += f"\n\n{MARK}"
            store.save(conversation)
            names[size] = conversation.id
        for turn in range(rounds + 1):
            for size, name in names.items():
                argv = [APP, "--conversation", name]
                with Terminal(argv, env=env) as terminal:
                    shown = terminal.wait_for(MARK.encode())
                    terminal.pump_for(1.5)
                    if shown is not None and turn:
                        times[size].append(shown * 1000)
                        memory[size].append(terminal.memory())
    few, many = median(times[4]), median(times[5_000])
    headless = measure(Cell("open", size=5_000))
    return [
        Figure("launch into 4 messages, until the end is on screen, ms", {"ours": few}),
        Figure("launch into 5,000 messages, until the end is on screen, ms", {"ours": many}),
        Figure(
            "what 5,000 messages add, reading the file included, ms",
            {"ours": many - few, "headless": headless.get("open ms")},
            "≤ 100",
        ),
        Figure(
            "memory with 5,000 messages, MiB",
            {"ours": median(memory[5_000]), "headless": headless.get("memory MiB")},
            "≤ 64",
        ),
    ]


@contextmanager
def _talking(env: dict[str, str], bot: str, prompt: str) -> Iterator[Terminal]:
    """Open the app with a question sent; yields when the answer has begun to come."""
    argv = [APP, "-b", bot, "--", prompt]
    with Terminal(argv, env=env) as terminal:
        if terminal.wait_for(b"esc stops") is None:
            raise RuntimeError(f"no answer in {bytes(terminal.output[-400:])!r}")
        yield terminal


def _typing(env: dict[str, str], keys: int) -> list[Figure]:
    """Type while an answer comes in 200 pieces a second."""
    chance = random.Random(3)
    waits: list[float] = []
    with _talking(env, "Long", "--delay 0.004 --n 9000") as terminal:
        terminal.pump_for(3.0)
        used, began, before = terminal.cpu(), terminal.elapsed(), len(terminal.output)
        for key in KEYS[:keys]:
            terminal.pump_for(chance.uniform(0.05, 0.15))
            since, pressed = len(terminal.output), terminal.elapsed()
            terminal.send(key.encode())
            shown = terminal.wait_for(key.encode(), since=since, timeout=10)
            if shown is not None:
                waits.append((shown - pressed) * 1000)
        took = terminal.elapsed() - began
        cpu = 100 * (terminal.cpu() - used) / took
        kib = (len(terminal.output) - before) / 1024 / took
    label = "typing into a stream"
    headless = measure(Cell("stream", size=12_000))
    return [
        Figure(f"{label}: key to echo, median, ms", {"ours": median(waits)}),
        Figure(f"{label}: key to echo, p95, ms", {"ours": quantiles(waits, n=20)[-1]}, "≤ 33"),
        Figure(
            f"{label}: CPU % of a core",
            {"ours": cpu, "headless": headless.get("CPU %")},
            "≤ 30",
            "headless: no typing, no client",
        ),
        Figure(f"{label}: KiB a second to the terminal", {"ours": kib}),
    ]


def _stop(env: dict[str, str], key: bytes, name: str, rounds: int) -> Figure:
    """Press escape in mid-stream; the answer has ended when the status line offers to send."""
    waits: list[float] = []
    for _ in range(rounds):
        with _talking(env, "Long", "--delay 0.004 --n 9000") as terminal:
            terminal.pump_for(1.5)
            since, pressed = len(terminal.output), terminal.elapsed()
            terminal.send(key)
            while _AT_REST not in _COLOURS.sub(b"", terminal.output[since:]):
                if terminal.elapsed() - pressed > 10:
                    raise RuntimeError("the answer was not stopped")
                terminal.pump(0.01)
            waits.append((terminal.reads[-1][0] - pressed) * 1000)
    return Figure(f"{name} to a stopped answer, ms", {"ours": median(waits)}, "≤ 50")


def _burst(env: dict[str, str], rounds: int) -> list[Figure]:
    """Take 34,000 events, 200,000 characters, as fast as service, wire and app can."""
    times: list[float] = []
    cpus: list[float] = []
    for _ in range(rounds):
        with _talking(env, "Firehose", "--n 34000") as terminal:
            began, used = terminal.elapsed(), terminal.cpu()
            shown = terminal.wait_for(b"33999", timeout=60)
            if shown is not None:
                times.append(shown - began)
                cpus.append(terminal.cpu() - used)
    label = "200,000 characters at once, over HTTP"
    headless = measure(Cell("burst", size=200_000))
    names = {"on screen, s": (times, "on screen s"), "CPU of the app, s": (cpus, "CPU s")}
    return [
        Figure(
            f"{label}: {name}",
            {"ours": median(values), "headless": headless.get(key)},
            "",
            "34,000 events of 6 characters; headless 10,000 of 20, without HTTP",
        )
        for name, (values, key) in names.items()
    ]
