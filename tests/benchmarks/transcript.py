"""Opening, moving in and streaming into long conversations: what it costs, without a terminal.

A 120x40 screen, everything in this process. A frame is timed from the call to the end of the
refresh that draws it. A stall is what a 5 ms heartbeat of the event loop is late by. CPU is of this
process over the time of the stream.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import Callable
from statistics import median
from typing import Final

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.message import Message
from poe_tui.ui.themes import builtin_themes, load_theme
from poe_tui.ui.transcript.view import Transcript

SIZE: Final = (120, 40)
MESSAGES: Final = 5_000
PREFILLS: Final = (0, 20_000, 200_000)
CHUNK: Final = 4
RATE: Final = 200
SECONDS: Final = 6.0
BEAT: Final = 0.005

_WORDS: Final = re.split(
    " ",
    "the quick **brown** fox jumps over a lazy dog while `code` and [links](https://example.org) "
    "stand beside plain words that make up most of what is said in an answer of this kind",
)


class Stage(App[None]):
    """One transcript."""

    def compose(self) -> ComposeResult:
        yield Transcript()

    @property
    def transcript(self) -> Transcript:
        """The widget that is measured."""
        return self.query_exactly_one(Transcript)


def answer_text(chance: random.Random, length: int) -> str:
    """Return Markdown of about `length` characters: paragraphs, lists, code."""
    parts: list[str] = []
    size = 0
    while size < length:
        words = " ".join(chance.choices(_WORDS, k=40))
        kind = chance.random()
        if kind < 0.15:
            words = "```python\n" + "\n".join(f"value_{n} = call({n})" for n in range(8)) + "\n```"
        elif kind < 0.35:
            words = "\n".join(f"- {' '.join(chance.choices(_WORDS, k=10))}" for _ in range(4))
        parts.append(words)
        size += len(words) + 2
    return "\n\n".join(parts)


def conversation_of(messages: int) -> Conversation:
    """Return a finished conversation, its messages of 600 characters on average."""
    chance = random.Random(7)
    conversation = Conversation(bot="Echo")
    for number in range(messages // 2):
        conversation.ask(f"Prompt {number}: " + " ".join(chance.choices(_WORDS, k=30)))
        answer = conversation.reply("Echo")
        answer.text, answer.status = answer_text(chance, chance.randint(200, 1400)), "complete"
        answer.finished = answer.created
    return conversation


async def frame(stage: Stage, act: Callable[[], object]) -> tuple[float, float]:
    """Return the milliseconds from calling `act` to the frame that shows it, and those of CPU."""
    drawn = asyncio.get_running_loop().create_future()
    began, used = time.perf_counter(), time.process_time()
    act()
    stage.transcript.call_after_refresh(drawn.set_result, None)
    await drawn
    return (time.perf_counter() - began) * 1000, (time.process_time() - used) * 1000


async def _ready(pilot: Pilot[None], stage: Stage) -> None:
    stage.transcript.set_palette(load_theme(builtin_themes() / "night.toml"))
    stage.transcript.focus()
    await pilot.pause()


async def reading() -> dict[str, float]:
    """Return the figures of opening a long conversation and moving in it, in milliseconds."""
    figures: dict[str, float] = {}
    stage = Stage()
    async with stage.run_test(size=SIZE) as pilot:
        await _ready(pilot, stage)
        transcript = stage.transcript
        await frame(stage, lambda: transcript.show(conversation_of(40)))
        conversation = conversation_of(MESSAGES)
        acts: dict[str, Callable[[], object]] = {
            "open": lambda: transcript.show(conversation),
            "home": transcript.action_first,
            "end": transcript.action_last,
            "other width": lambda: _resized(transcript),
        }
        for name, act in acts.items():
            wall, cpu = await frame(stage, act)
            figures[f"{MESSAGES:,} messages, {name}: first frame, ms"] = wall
            figures[f"{MESSAGES:,} messages, {name}: CPU, ms"] = cpu
        pages = [await frame(stage, lambda: transcript.action_pages(-1)) for _ in range(40)]
        walls, cpus = zip(*pages, strict=True)
        for name, times in (("ms", walls), ("CPU ms", cpus)):
            figures[f"{MESSAGES:,} messages, page up: median, {name}"] = median(times)
            figures[f"{MESSAGES:,} messages, page up: longest, {name}"] = max(times)
    return figures


def _resized(transcript: Transcript) -> None:
    column = transcript.column
    assert column is not None
    column.resize(column.width - 7)
    transcript.refit()
    transcript.repaint()


async def streaming(prefill: int, answers: int = 1) -> dict[str, float]:
    """Return CPU share and stalls of RATE chunks a second into answers of `prefill` characters."""
    stage = Stage()
    chance = random.Random(11)
    async with stage.run_test(size=SIZE) as pilot:
        await _ready(pilot, stage)
        conversation = Conversation(bot="Echo")
        growing = []
        for number in range(answers):
            conversation.ask(f"Tell me everything about {number}")
            growing.append(conversation.reply("Echo"))
        for answer in growing:
            answer.text = answer_text(chance, prefill) + "\n\n" if prefill else ""
        transcript = stage.transcript
        transcript.show(conversation)
        column = transcript.column
        assert column is not None
        while any(live.document.pending for live in column.live.values()):
            await asyncio.sleep(0.02)
        await pilot.pause()
        late: list[float] = []
        beating = asyncio.create_task(_heartbeat(late))
        more = answer_text(chance, int(RATE * SECONDS * CHUNK))
        used, began = time.process_time(), time.perf_counter()
        for number in range(int(RATE * SECONDS)):
            for answer in growing:
                _feed(transcript, answer, more[number * CHUNK : (number + 1) * CHUNK])
            ahead = began + (number + 1) / RATE - time.perf_counter()
            await asyncio.sleep(max(0.0, ahead))
        cpu = time.process_time() - used
        took = time.perf_counter() - began
        beating.cancel()
        late.sort()
    return {
        "CPU, % of a core": 100 * cpu / took,
        "stall p99, ms": late[int(len(late) * 0.99)],
        "stall longest, ms": late[-1],
        "chunks a second": RATE * SECONDS / took,
    }


def _feed(transcript: Transcript, answer: Message, chunk: str) -> None:
    answer.text += chunk
    transcript.changed(answer, "text")


async def _heartbeat(late: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await asyncio.sleep(BEAT)
        late.append((time.perf_counter() - began - BEAT) * 1000)


async def burst(length: int) -> dict[str, float]:
    """Return how long a text takes to be on screen that arrives as fast as it can be read."""
    stage = Stage()
    text = answer_text(random.Random(13), length)
    async with stage.run_test(size=SIZE) as pilot:
        await _ready(pilot, stage)
        conversation = Conversation(bot="Echo")
        conversation.ask("Quickly")
        answer = conversation.reply("Echo")
        stage.transcript.show(conversation)
        await pilot.pause()
        late: list[float] = []
        beating = asyncio.create_task(_heartbeat(late))
        began = time.perf_counter()
        for start in range(0, len(text), 400):
            _feed(stage.transcript, answer, text[start : start + 400])
            await asyncio.sleep(0)
        column = stage.transcript.column
        assert column is not None
        while column.live[answer.id].document.pending:
            await asyncio.sleep(0.002)
        took = time.perf_counter() - began
        beating.cancel()
    return {"on screen, s": took, "stall longest, ms": max(late)}


def run() -> dict[str, float]:
    """Return every figure by name."""
    figures = asyncio.run(reading())
    for prefill in PREFILLS:
        for name, value in asyncio.run(streaming(prefill)).items():
            figures[f"stream into {prefill:,} characters: {name}"] = value
    for name, value in asyncio.run(streaming(10_000, answers=3)).items():
        figures[f"three streams: {name}"] = value
    for name, value in asyncio.run(burst(200_000)).items():
        figures[f"200,000 characters at once: {name}"] = value
    return figures
