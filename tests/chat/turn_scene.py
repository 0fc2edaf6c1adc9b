"""A reply on a stage: a prompt, a scripted bot, and a store in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.events import BotRequest, ReplyEvent
from poe_tui.chat.message import Message
from poe_tui.chat.turn import Change, Stream, run_turn
from poe_tui.errors import StoreError


class MemoryJournal:
    """A journal that remembers what was done with it."""

    def __init__(self) -> None:
        self.events: list[ReplyEvent] = []
        self.end = ""

    def append(self, event: ReplyEvent) -> None:
        self.events.append(event)

    async def remove(self) -> None:
        self.end = "removed"

    def keep(self) -> None:
        self.end = "kept"


class MemoryStore:
    """A store that notes the status at each save, and refuses those saves it is told to refuse."""

    def __init__(self, refuse: Sequence[int] = (), error: Exception | None = None) -> None:
        self.saved: list[list[str]] = []
        self.journal = MemoryJournal()
        self.refuse = refuse
        self.error = error or StoreError("The disk is full.")
        self.journal_error: StoreError | None = None

    def save(self, conversation: Conversation) -> None:
        self.saved.append([message.status for message in conversation.path()])
        if len(self.saved) in self.refuse:
            raise self.error

    def open_journal(self, conversation: Conversation, message: Message) -> MemoryJournal:
        if self.journal_error:
            raise self.journal_error
        return self.journal


class Scene:
    """One prompt and its reply, and what run_turn does with them."""

    def __init__(self, store: MemoryStore | None = None) -> None:
        self.conversation = Conversation(bot="Alpha")
        self.prompt = self.conversation.ask("Why?")
        self.message = self.conversation.reply("Alpha")
        self.store = store or MemoryStore()
        self.changes: list[tuple[Change, str, str]] = []
        self.requests: list[BotRequest] = []
        self.closed = False

    def on_change(self, message: Message, change: Change) -> None:
        self.changes.append((change, message.text, message.status))

    def script(self, *events: ReplyEvent | Exception, pause: float | None = None) -> Stream:
        async def stream(request: BotRequest) -> AsyncIterator[ReplyEvent]:
            self.requests.append(request)
            try:
                for event in events:
                    if isinstance(event, Exception):
                        raise event
                    yield event
                    if pause is not None:
                        await asyncio.sleep(pause)
            finally:
                self.closed = True

        return stream

    async def run(self, stream: Stream) -> Message:
        return await run_turn(
            self.conversation,
            self.message,
            stream=stream,
            store=self.store,
            on_change=self.on_change,
        )

    @property
    def kinds(self) -> list[Change]:
        return [change for change, _, _ in self.changes]
