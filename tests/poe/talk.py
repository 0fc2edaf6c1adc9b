"""Asking a bot in a test: a client for an address, a request, and what came of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from poe_tui.chat.events import BotRequest, ReplyEvent, TextDelta, TextReplaced, Turn
from poe_tui.errors import ReplyError
from poe_tui.keys import Secret
from poe_tui.poe.client import Endpoints, PoeClient

KEY = "pk-do-not-show-me-0123456789"


@asynccontextmanager
async def client_of(
    base: str, *, key: str | None = KEY, upload: str = "", **options: Any
) -> AsyncIterator[PoeClient]:
    """A client for the server at `base`, closed at the end."""
    endpoints = Endpoints(base=base, upload=upload or f"{base}/poe_api")
    client = PoeClient(endpoints, lambda: Secret(key) if key is not None else None, **options)
    try:
        yield client
    finally:
        await client.aclose()


def prompt(text: str = "hi", bot: str = "Norm", **options: Any) -> BotRequest:
    """A request with one turn; `options` are the turn's."""
    return BotRequest(bot=bot, turns=(Turn(role="user", text=text, **options),))


@dataclass
class Outcome:
    """What a reply came to."""

    events: list[ReplyEvent] = field(default_factory=list)
    error: ReplyError | None = None

    @property
    def text(self) -> str:
        """The text as a reader sees it in the end."""
        text = ""
        for event in self.events:
            if isinstance(event, TextReplaced):
                text = event.text
            elif isinstance(event, TextDelta):
                text += event.text
        return text


async def ask(client: PoeClient, request: BotRequest | None = None) -> Outcome:
    """Stream a reply to its end and return what came, the error included."""
    outcome = Outcome()
    try:
        async with aclosing(client.stream(request or prompt())) as stream:
            async for event in stream:
                outcome.events.append(event)
    except ReplyError as error:
        outcome.error = error
    return outcome


async def ask_at(base: str, request: BotRequest | None = None, **options: Any) -> Outcome:
    """Ask with a client made for it."""
    async with client_of(base, **options) as client:
        return await ask(client, request)
