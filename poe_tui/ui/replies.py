"""The replies that are coming in now: started, stopped and waited for, one or several at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Coroutine
from functools import partial
from typing import Protocol

import msgspec

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.events import BotRequest, ReplyEvent, Uploading, Waiting
from poe_tui.chat.message import Message
from poe_tui.chat.turn import Change, TurnStore, run_turn
from poe_tui.ui.wait import Elsewhere, Wait


class Cancellable(Protocol):
    """What starts a reply gives back: an asyncio task or a Textual worker."""

    def cancel(self) -> object:
        """Stop it; returns at once."""


Work = Callable[[], Coroutine[None, None, None]]
Launch = Callable[[Work, str], Cancellable]
"""Runs work beside everything else, in the group named by the string."""

Send = Callable[[Conversation, Message, BotRequest], AsyncGenerator[ReplyEvent, None]]
"""Sends the request for a message and yields what the bot says; raises a ReplyError."""

OnChange = Callable[[Conversation, Message, Change], None]
OnEnd = Callable[[Conversation, Message], None]


class _Reply(msgspec.Struct):
    conversation: Conversation
    message: Message
    task: Cancellable | None = None
    begun: bool = False
    unwanted: bool = False
    wait: Wait | None = None
    upload: Uploading | None = None
    ended: asyncio.Event = msgspec.field(default_factory=asyncio.Event)


async def _stopped_already(
    conversation: Conversation, message: Message, request: BotRequest
) -> AsyncGenerator[ReplyEvent, None]:
    """Be the stream of a reply that nobody wants any more: nothing is sent."""
    raise asyncio.CancelledError
    yield  # makes it a generator


async def _one_at_a_time(door: asyncio.Lock) -> None:
    """Let one reply go on in a turn of the event loop.

    Each begins and ends by writing to the disk: were there hundreds in one turn, no key would be
    read until all had been written.
    """
    async with door:
        await asyncio.sleep(0)


class Replies:
    """Runs `run_turn` for each reply and knows which are running.

    They hang on whatever `launch` hangs them on (the app), so that leaving a conversation, a screen
    or a pane never stops one. `on_change` is called with "waiting", too, when a request has to wait
    for its turn or its files: `wait_of` tells for what. `on_end` is called after a reply has ended,
    however it ended.
    """

    def __init__(
        self,
        *,
        stream: Send,
        store: TurnStore,
        launch: Launch,
        on_change: OnChange,
        on_end: OnEnd,
    ) -> None:
        self._stream = stream
        self._store = store
        self._launch = launch
        self._on_change = on_change
        self._on_end = on_end
        self._running: dict[str, _Reply] = {}
        self._way_in, self._way_out = asyncio.Lock(), asyncio.Lock()

    def __len__(self) -> int:
        return len(self._running)

    def of(self, conversation_id: str) -> list[Message]:
        """Return the messages that are coming in for a conversation, oldest first."""
        return [
            reply.message
            for reply in self._running.values()
            if reply.conversation.id == conversation_id
        ]

    def conversations(self) -> set[str]:
        """Return the ids of the conversations in which something is coming in."""
        return {reply.conversation.id for reply in self._running.values()}

    def wait_of(self, message_id: str) -> Wait | Uploading | Elsewhere | None:
        """Return what a reply waits for: its turn, its files, or another window; else None."""
        reply = self._running.get(message_id)
        if reply is None:
            return Elsewhere()
        if reply.upload is not None:
            return reply.upload
        if reply.wait is None or reply.message.text or not reply.wait.left:
            return None
        return reply.wait

    def start(self, conversation: Conversation, message: Message) -> None:
        """Begin to stream the answer `message`, made by `reply`, `regenerate` or `continue_`."""
        reply = self._running[message.id] = _Reply(conversation, message)
        reply.task = self._launch(partial(self._run, reply), f"turn:{conversation.id}")

    async def _run(self, reply: _Reply) -> None:
        await _one_at_a_time(self._way_in)
        reply.begun = True
        conversation = reply.conversation
        send = _stopped_already if reply.unwanted else self._stream
        try:
            await run_turn(
                conversation,
                reply.message,
                stream=partial(send, conversation, reply.message),
                store=self._store,
                on_change=lambda message, change: self._on_change(conversation, message, change),
                on_wait=lambda message, waiting: self._waits(reply, waiting),
                on_upload=lambda message, upload: self._uploads(reply, upload),
                before_end=partial(_one_at_a_time, self._way_out),
            )
        finally:
            del self._running[reply.message.id]
            reply.ended.set()
            self._on_end(conversation, reply.message)

    def _waits(self, reply: _Reply, waiting: Waiting) -> None:
        until = time.monotonic() + waiting.seconds
        reply.wait = Wait(waiting.seconds, until, waiting.refused)
        self._on_change(reply.conversation, reply.message, "waiting")

    def _uploads(self, reply: _Reply, upload: Uploading | None) -> None:
        reply.upload = upload
        self._on_change(reply.conversation, reply.message, "waiting")

    def stop(self, conversation_id: str) -> int:
        """Stop what is coming in for a conversation and return how many replies that were.

        What has arrived is kept; the saving happens on the way out, see `settled`.
        """
        replies = [
            reply for reply in self._running.values() if reply.conversation.id == conversation_id
        ]
        for reply in replies:
            self._stop(reply)
        return len(replies)

    def _stop(self, reply: _Reply) -> None:
        # A task that is cancelled before its first step never runs: nothing would be saved.
        reply.unwanted = True
        if reply.begun and reply.task is not None:
            reply.task.cancel()

    async def settled(self, conversation_id: str = "") -> None:
        """Wait until the replies of one conversation, or of all, have ended and are saved."""
        waiting = [
            reply.ended.wait()
            for reply in self._running.values()
            if conversation_id in ("", reply.conversation.id)
        ]
        if waiting:
            await asyncio.gather(*waiting)

    async def stop_all(self) -> None:
        """Stop everything that is coming in, and return when it is saved."""
        for conversation_id in self.conversations():
            self.stop(conversation_id)
        await self.settled()
