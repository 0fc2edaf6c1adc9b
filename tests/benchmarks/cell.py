"""One measurement in a process of its own: `python -m tests.benchmarks.cell '{"what": "open"}'`.

A 120x40 screen without a terminal; frames are encoded and dropped. A frame is timed from the call
to the end of the refresh that draws it. A stall is what a 5 ms heartbeat of the event loop is late
by; its CPU figure is how much of that this process was running, which others on the machine can't
add to.
"""

from __future__ import annotations

import asyncio
import gc
import json
import re
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from textual import events
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size

from tests.benchmarks.baselines import SUBJECTS
from tests.benchmarks.subjects import SIZE, Stage
from tests.benchmarks.texts import Kind, conversation_of, text_of

CHUNK: Final = 4
RATE: Final = 200
BEAT: Final = 0.005
PAGES: Final = 40
EVENT: Final = 20
"""Characters of one event of a burst."""
BREATH: Final = 50
"""Events of a burst from one turn of the loop to the next, as our client gives them."""
OVERRUN: Final = 3
"""A stream is ended that takes so many times as long as it should: its pace is known by then."""
PATIENCE: Final = 30.0
"""Seconds to wait for what is behind."""


class Cell(NamedTuple):
    """What to measure: `what` is open, stream or burst; the sizes are messages and characters."""

    what: str
    subject: str = "ours"
    kind: Kind = "prose"
    size: int = 0
    answers: int = 1
    seconds: float = 6.0


class Beats:
    """The heartbeat: milliseconds late, and milliseconds of CPU in them, beat by beat."""

    def __init__(self) -> None:
        self.late: list[float] = []
        self.used: list[float] = []

    async def beat(self) -> None:
        """Go on until cancelled."""
        while True:
            began, used = time.perf_counter(), time.thread_time()
            await asyncio.sleep(BEAT)
            late = (time.perf_counter() - began - BEAT) * 1000
            self.late.append(late)
            self.used.append(min(late, (time.thread_time() - used) * 1000))

    def figures(self) -> dict[str, float]:
        """Return the stalls."""
        late = sorted(self.late)
        return {
            "stall p99 ms": late[int(len(late) * 0.99)],
            "stall longest ms": late[-1],
            "stall longest CPU ms": max(self.used),
        }


@asynccontextmanager
async def staged(cell: Cell) -> AsyncIterator[Stage]:
    """Put the cell's subject on a screen."""
    stage = Stage(SUBJECTS[cell.subject]())
    async with stage.run_test(size=SIZE) as pilot:
        stage.subject.widget.focus()
        await pilot.pause()
        yield stage


async def frame(stage: Stage, act: Callable[[], object]) -> tuple[float, float]:
    """Return the milliseconds from calling `act` to the frame that shows it, and those of CPU.

    Textual draws sixty times a second: up to 16 of the milliseconds are waiting for that.
    """
    drawn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    began, used = time.perf_counter(), time.process_time()
    act()
    stage.subject.widget.call_after_refresh(drawn.set_result, None)
    await drawn
    return (time.perf_counter() - began) * 1000, (time.process_time() - used) * 1000


async def resized(stage: Stage, width: int) -> tuple[float, float]:
    """Return the milliseconds, and those of CPU, from another width to the first frame at it.

    A frame that still shows text laid out for the old width does not count.
    """
    size = Size(width, SIZE[1])
    assert isinstance(stage._driver, HeadlessDriver)
    stage._driver._size = size
    before = stage.subject.text_width
    began, used = time.perf_counter(), time.process_time()
    stage.post_message(events.Resize(size, size))
    while stage.subject.text_width == before:
        if not await stage.next_frame(within=PATIENCE):
            raise TimeoutError("there was no frame at the new width")
    return (time.perf_counter() - began) * 1000, (time.process_time() - used) * 1000


def memory() -> float:
    """Return the MiB that this process has in memory."""
    found = re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


async def reading(cell: Cell) -> dict[str, float]:
    """Return the figures of opening a conversation of `size` messages and moving in it."""
    async with staged(cell) as stage:
        subject = stage.subject
        await subject.open(conversation_of(4))
        await frame(stage, lambda: None)
        conversation = conversation_of(cell.size)
        gc.collect()
        began, before = time.perf_counter(), memory()
        await subject.open(conversation)
        await frame(stage, lambda: None)
        figures = {"open ms": (time.perf_counter() - began) * 1000, "memory MiB": memory()}
        figures["memory added MiB"] = figures["memory MiB"] - before
        for name, act in (("home", subject.home), ("end", subject.end)):
            figures[f"{name} ms"], figures[f"{name} CPU ms"] = await frame(stage, act)
        walls, cpus = zip(*[await frame(stage, subject.page_up) for _ in range(PAGES)], strict=True)
        figures |= {"page up ms": median(walls), "page up CPU ms": median(cpus)}
        figures |= {"page up longest ms": max(walls), "page up longest CPU ms": max(cpus)}
        figures["resize ms"], figures["resize CPU ms"] = await resized(stage, SIZE[0] - 7)
        return figures


async def streaming(cell: Cell) -> dict[str, float]:
    """Return CPU share and stalls of RATE chunks a second into answers of `size` characters."""
    pieces = int(RATE * cell.seconds)
    text = text_of(cell.kind, cell.size + pieces * CHUNK)
    async with staged(cell) as stage:
        subject = stage.subject
        await subject.start(cell.answers)
        for number in range(cell.answers if cell.size else 0):
            await subject.feed(number, text[: cell.size])
        await _caught_up(stage, 600)
        await asyncio.sleep(0.2)
        gc.collect()
        beats, frames = Beats(), stage.frames
        beating = asyncio.create_task(beats.beat())
        used, began = time.process_time(), time.perf_counter()
        for piece in range(pieces):
            start = cell.size + piece * CHUNK
            for number in range(cell.answers):
                await subject.feed(number, text[start : start + CHUNK])
            await asyncio.sleep(max(0.0, began + (piece + 1) / RATE - time.perf_counter()))
            if time.perf_counter() - began > OVERRUN * cell.seconds:
                break
        took = time.perf_counter() - began
        cpu, drawn = time.process_time() - used, stage.frames - frames
        late = await _caught_up(stage, PATIENCE)
        beating.cancel()
        await subject.stop()
    return {
        "CPU %": 100 * cpu / took,
        **beats.figures(),
        "frames a second": drawn / took,
        "chunks a second": (piece + 1) / took,
        "behind at the end s": late,
        "memory MiB": memory(),
    }


async def burst(cell: Cell) -> dict[str, float]:
    """Return how long it takes until `size` characters that come at once are on screen.

    With several answers each of them gets so many, in turns.
    """
    text = text_of(cell.kind, cell.size)
    async with staged(cell) as stage:
        subject = stage.subject
        await subject.start(cell.answers)
        await asyncio.sleep(0.2)
        gc.collect()
        beats = Beats()
        beating = asyncio.create_task(beats.beat())
        used, began = time.process_time(), time.perf_counter()
        for number, start in enumerate(range(0, len(text), EVENT)):
            for answer in range(cell.answers):
                await subject.feed(answer, text[start : start + EVENT])
            if number % BREATH == BREATH - 1:
                await asyncio.sleep(0)
            if time.perf_counter() - began > 2 * PATIENCE:
                break
        late = await _caught_up(stage, 2 * PATIENCE)
        took = time.perf_counter() - began
        cpu = time.process_time() - used
        beating.cancel()
        await subject.stop()
    figures = {"on screen s": took, "CPU s": cpu, **beats.figures(), "memory MiB": memory()}
    return figures if late < 2 * PATIENCE else {"not done after s": took}


async def _caught_up(stage: Stage, patience: float) -> float:
    """Wait until everything is on screen, or for `patience` seconds; return how long that took."""
    began = time.perf_counter()
    await asyncio.sleep(0)
    while stage.subject.behind and time.perf_counter() - began < patience:
        await asyncio.sleep(0.002)
    took = time.perf_counter() - began
    if took < patience:
        await frame(stage, lambda: None)
    return took


def main() -> None:
    """Measure the cell that the first argument describes; print its figures as JSON."""
    cell = Cell(**json.loads(sys.argv[1]))
    measure = {"open": reading, "stream": streaming, "burst": burst}[cell.what]
    print(json.dumps(asyncio.run(measure(cell))))


if __name__ == "__main__":
    main()
