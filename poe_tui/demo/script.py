"""What the scripted bots have in common: reading a prompt, and saying something at a given pace."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from typing import Any, ClassVar

import fastapi_poe as fp
import msgspec
from sse_starlette.event import ServerSentEvent

from poe_tui.demo.world import World

Said = fp.PartialResponse | ServerSentEvent
OPTION = re.compile(r"(?:^|(?<=\s))--(delay|n)(?:=|\s+)(\d+(?:\.\d+)?)(?:\s+|$)")
READING = 1 / 60
"""Seconds between two words of a bot that is pleasant to read along with."""


class Prompt(msgspec.Struct, frozen=True):
    """A query as a scripted bot sees it.

    `text` is the last message without the speed options; `delay` (seconds between two pieces) and
    `count` (how many) come from its parameters `delay` and `n`, or from `--delay` and `--n` in the
    text, and are None when nobody said. `pace` scales the pauses nobody asked for.
    """

    text: str
    turns: tuple[fp.ProtocolMessage, ...]
    delay: float | None
    count: int | None
    pace: float

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters of the last message."""
        return self.turns[-1].parameters if self.turns else {}

    @property
    def earlier(self) -> list[str]:
        """What the user said before, oldest first."""
        return [turn.content for turn in self.turns[:-1] if turn.role == "user"]

    async def pause(self, natural: float) -> None:
        """Wait as long as the prompt asks for, else `natural` seconds at this service's pace."""
        seconds = natural * self.pace if self.delay is None else self.delay
        await asyncio.sleep(seconds)


def read_prompt(request: fp.QueryRequest, *, pace: float) -> Prompt:
    """Return `request` with its speed options taken out of the text."""
    turns = tuple(request.query)
    content = turns[-1].content if turns else ""
    asked = {name: float(value) for name, value in OPTION.findall(content)}
    for name, value in (turns[-1].parameters if turns else {}).items():
        if name in ("delay", "n") and isinstance(value, int | float):
            asked[name] = float(value)
    text = OPTION.sub("", content) if asked else content
    count = int(asked["n"]) if "n" in asked else None
    return Prompt(text=text, turns=turns, delay=asked.get("delay"), count=count, pace=pace)


def words(text: str) -> list[str]:
    """Return the words of `text`, each with the white space before it; joined they are `text`."""
    return re.findall(r"\s*\S+|\s+$", text)


def say(text: str) -> fp.PartialResponse:
    """Return `text` as one event."""
    return fp.PartialResponse(text=text)


def suggest(text: str) -> fp.PartialResponse:
    """Return a suggested reply."""
    return fp.PartialResponse(text=text, is_suggested_reply=True)


def replace(text: str) -> fp.PartialResponse:
    """Return the event that makes `text` all there is."""
    return fp.PartialResponse(text=text, is_replace_response=True)


async def say_words(prompt: Prompt, text: str, *, natural: float = READING) -> AsyncIterator[Said]:
    """Say `text` word by word, `natural` seconds apart unless the prompt asks for another speed."""
    for word in words(text):
        yield say(word)
        await prompt.pause(natural)


class ScriptedBot(fp.PoeBot):
    """A bot that says what its author wrote. Subclasses have a name and override `answer`."""

    name: ClassVar[str]
    about: ClassVar[str] = ""
    """One sentence for the catalog; empty: a bot for tests, at the end of the list or not in it."""
    aliases: ClassVar[tuple[str, ...]] = ()
    """Other names that it answers to."""
    outputs: ClassVar[tuple[str, ...]] = ("text",)
    """What it gives, for the catalog."""
    parameters: ClassVar[tuple[Mapping[str, Any], ...]] = ()
    """What can be set, in the form of the catalog's `parameters`."""

    def __init__(self, world: World) -> None:
        # No access key and no bot name: with both, make_app would call Poe to sync settings.
        super().__init__(path=f"/bot/{self.name}", should_insert_attachment_messages=False)
        self.world = world

    async def get_response(self, request: fp.QueryRequest) -> AsyncIterator[Said]:
        """Yield what `answer` says."""
        async for said in self.answer(read_prompt(request, pace=self.world.pace)):
            yield said

    async def on_error(self, error_request: fp.ReportErrorRequest) -> None:
        """Take a report without writing it to any log of this process."""

    def answer(self, prompt: Prompt) -> AsyncIterator[Said]:
        """Yield the events of the answer."""
        raise NotImplementedError
