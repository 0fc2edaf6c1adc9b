"""600 prompts at once, from as many conversations: what reaches the server, and what it costs.

The whole app on a screen without a terminal, its own files and limits, the demo service in another
process. Takes a little over a minute: the limit is the real one.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from unittest import mock

from textual import events

from poe_tui.chat.conversation import Conversation
from poe_tui.cli.compose import Composition
from poe_tui.demo.world import KEY
from poe_tui.poe.limiter import LIMIT, WINDOW
from tests.benchmarks.figures import Figure, table
from tests.benchmarks.launch import environment
from tests.poe.test_limiter import most_in_a_window
from tests.ui.desk import Desk

PROMPTS: Final = 600
BEAT: Final = 0.005
"""Seconds between two looks at how late the event loop is."""

_SERVICE: Final = """
import json, sys
from poe_tui.demo import seen
from poe_tui.demo.service import DemoService
seen.MOST = 100_000  # else the look-ups would have it forget the prompts
with DemoService(pace=0, controls=True) as service:
    print(service.base, flush=True)
    sys.stdin.readline()
    found = {path: [each.at for each in service.requests(path)] for path in ("/bot/", "/usage/")}
    print(json.dumps(found), flush=True)
"""


class _Server:
    """The demo service in a process of its own."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _SERVICE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.base = self._line().strip()

    def stop(self) -> dict[str, list[float]]:
        """End it and return when each request came, in seconds since 1970.

        By the beginning of its path: `/bot/` and `/usage/`.
        """
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        times: dict[str, list[float]] = json.loads(self._line())
        self._process.wait()
        return times

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


COLUMNS: Final = {"ours": "poe-tui"}


def run() -> list[Figure]:
    """Return how many requests came and in the fullest minute, and the app's stalls meanwhile."""
    server = _Server()
    with _home(server.base):
        found = asyncio.run(_fire())
    times = server.stop()
    prompts, look_ups = times["/bot/"], times["/usage/"]
    fullest = most_in_a_window(prompts, WINDOW)
    return [
        Figure(f"{PROMPTS} prompts at once: requests that came", {"ours": len(prompts)}),
        Figure("  answers that came whole", {"ours": found["whole"]}, note=f"all: {PROMPTS}"),
        Figure("  requests in the fullest minute", {"ours": fullest}, f"≤ {LIMIT}"),
        Figure("  look-ups of balance and books beside them", {"ours": len(look_ups)}),
        Figure("  seconds until the last answer", {"ours": found["seconds"]}),
        Figure("  longest stall of the event loop, ms", {"ours": found["stall"]}),
        Figure("  the same, CPU", {"ours": found["busy"]}),
        Figure("  key to echo meanwhile, the longest, ms", {"ours": found["echo"]}),
        Figure("  CPU for each prompt, ms", {"ours": found["cpu"]}),
    ]


@contextmanager
def _home(base: str) -> Iterator[None]:
    with tempfile.TemporaryDirectory() as root:
        given = environment(Path(root), base) | {"POE_API_KEY": KEY}
        with mock.patch.dict(os.environ, given):
            yield


async def _fire() -> dict[str, float]:
    with Composition() as composition:
        services = composition.build_services()
        desk = Desk(services, bot="Echo")
        talks = [Conversation(bot="Echo") for _ in range(PROMPTS)]
        async with desk.app.run_test(size=(120, 38)) as pilot:
            while not services.catalog.bots:
                await pilot.pause(0.1)
            stalls: list[tuple[float, float]] = []
            echoes: list[float] = []
            watching = [
                asyncio.create_task(_beat(stalls)),
                asyncio.create_task(_type(desk, echoes)),
            ]
            began, cpu = time.perf_counter(), time.process_time()
            for number, talk in enumerate(talks):
                desk.main.chats.send(talk, f"number {number}", drafted=False)
            while not desk.idle():
                await asyncio.sleep(0.1)
            seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
            for task in watching:
                task.cancel()
            answers = [desk.on_disk(talk).path()[-1] for talk in talks]
    return {
        "whole": float(sum(each.text == f"number {n}" for n, each in enumerate(answers))),
        "seconds": seconds,
        "stall": 1e3 * max(wall for wall, _ in stalls),
        "busy": 1e3 * max(busy for _, busy in stalls),
        "echo": 1e3 * max(echoes),
        "cpu": 1e3 * cpu / PROMPTS,
    }


async def _beat(stalls: list[tuple[float, float]]) -> None:
    """Note how late each beat is, and how much of that this thread was running."""
    while True:
        wall, busy = time.perf_counter(), time.thread_time()
        await asyncio.sleep(BEAT)
        stalls.append((time.perf_counter() - wall - BEAT, time.thread_time() - busy))


async def _type(desk: Desk, echoes: list[float]) -> None:
    """Type a letter after the other and note how long each takes to the composer."""
    while True:
        before, began = desk.composed, time.perf_counter()
        desk.app.post_message(events.Key("k", "k"))
        while desk.composed == before:
            await asyncio.sleep(0)
        echoes.append(time.perf_counter() - began)
        await asyncio.sleep(0.5)


if __name__ == "__main__":
    print(table(run(), COLUMNS))
