"""Bots about speed and size: as fast, as slow, as long as a test needs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from poe_tui.demo.script import Prompt, Said, ScriptedBot, say, say_words

BREATH = 200
"""Events that a burst sends before it lets the server look at its other connections."""


class Echo(ScriptedBot):
    """Says the last message again, word by word, exactly.

    Attachments and parameters follow in a JSON block; with `--report`, or the parameter `report`,
    the roles of all turns too.
    """

    name = "Echo"
    about = "Repeats what you say, and lists the files and parameters it was sent."

    async def answer(self, prompt: Prompt) -> AsyncIterator[Said]:
        """Yield the words, then the report when there is something to report."""
        text = prompt.text.replace("--report", "").strip() or "…"
        async for said in say_words(prompt, text):
            yield said
        report = echo_report(prompt, full="--report" in prompt.text)
        if report:
            block = json.dumps(report, indent=2, ensure_ascii=False)
            yield say(f"\n\n```json\n{block}\n```\n")


class OddName(Echo):
    """Echo under a name that has to be quoted in an address."""

    name = "Odd name? #1/2 ü%"
    about = ""


class Slow(ScriptedBot):
    """Says `n` words (20), one every 300 ms or `delay`."""

    name = "Slow"
    about = "Takes its time: one word every third of a second. Good for trying escape."

    async def answer(self, prompt: Prompt) -> AsyncIterator[Said]:
        """Yield the words."""
        for number in range(1, (prompt.count or 20) + 1):
            yield say(f"word{number} ")
            await prompt.pause(0.3)


class Silent(ScriptedBot):
    """Says nothing but comments for 60 s or `delay`, then one sentence."""

    name = "Silent"
    about = "Keeps the line open and says nothing for a minute."

    async def answer(self, prompt: Prompt) -> AsyncIterator[Said]:
        """Yield the sentence, after the silence."""
        await prompt.pause(60.0)
        yield say("I was thinking.")


class Firehose(ScriptedBot):
    """Sends `n` events (20,000) as fast as they go."""

    name = "Firehose"
    about = "Sends twenty thousand pieces of text as fast as the wire takes them."

    async def answer(self, prompt: Prompt) -> AsyncIterator[Said]:
        """Yield numbered words, ten on a line."""
        for number in range(prompt.count or 20_000):
            yield say(f"{number}\n" if number % 10 == 9 else f"{number} ")
            await breathe(prompt, number)


class Huge(ScriptedBot):
    """Sends 1 MB (or `n` bytes) in one event."""

    name = "Huge"

    async def answer(self, prompt: Prompt) -> AsyncIterator[Said]:
        """Yield one event."""
        size = prompt.count or 1_000_000
        line = "All of this arrives in one single event. \n"
        yield say((line * (size // len(line) + 1))[:size])


class Long(ScriptedBot):
    """Sends 100,000 characters of Markdown in 10,000 events (or `n` events of ten characters)."""

    name = "Long"
    about = "Writes a hundred thousand characters, as much as Poe lets any bot write."

    async def answer(self, prompt: Prompt) -> AsyncIterator[Said]:
        """Yield ten characters at a time."""
        events = prompt.count or 10_000
        text = long_text(events * 10)
        for number in range(events):
            yield say(text[number * 10 : number * 10 + 10])
            await breathe(prompt, number)


async def breathe(prompt: Prompt, number: int) -> None:
    """Pause after event `number` if the prompt asks for it; else yield to others now and then."""
    if prompt.delay is not None:
        await prompt.pause(0)
    elif number % BREATH == BREATH - 1:
        await asyncio.sleep(0)


def long_text(length: int) -> str:
    """Return `length` characters of Markdown: numbered sections of prose with a list in each."""
    parts: list[str] = []
    size = 0
    while size < length:
        number = len(parts) + 1
        part = (
            f"## Section {number}\n\n"
            f"This is part *{number}* of a **long** answer. It says little, at some length, so "
            "that there is something to scroll through, to search in and to fold.\n\n"
            f"- a first point of section {number}\n- a second one, with `code`\n\n"
        )
        parts.append(part)
        size += len(part)
    return "".join(parts)[:length]


def echo_report(prompt: Prompt, *, full: bool) -> dict[str, object]:
    """Return what came with a prompt besides its text; empty when nothing did."""
    speed = ("delay", "n", "report")
    parameters = {name: value for name, value in prompt.parameters.items() if name not in speed}
    files = [
        {"name": file.name, "content_type": file.content_type, "url": file.url}
        for turn in prompt.turns[-1:]
        for file in turn.attachments
    ]
    report: dict[str, object] = {}
    if full or prompt.parameters.get("report"):
        report["roles"] = [turn.role for turn in prompt.turns]
    if files:
        report["attachments"] = files
    if parameters:
        report["parameters"] = parameters
    return report
