"""The one streaming path: send, retry, regenerate, edit, continue and queue all end here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Literal, Protocol

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.events import BotRequest, ReplyEvent
from poe_tui.chat.message import Message

Change = Literal["started", "text", "replaced", "suggestion", "file", "silent", "finished"]
"""What an `on_change` call is about. "text" means text was only added; "replaced" that all of it is
new; "finished" that status, duration and error are set and saved."""

Stream = Callable[[BotRequest], AsyncIterator[ReplyEvent]]
OnChange = Callable[[Message, Change], None]


class Journal(Protocol):
    """The reply in flight, append-only beside its conversation."""

    def append(self, event: ReplyEvent) -> None:
        """Take down one event; on disk at most 250 ms later. Never blocks on the disk."""

    async def remove(self) -> None:
        """Delete the journal: what it held is in the conversation's file now."""


class TurnStore(Protocol):
    """What a turn needs of the disk."""

    def save(self, conversation: Conversation) -> None:
        """Write the conversation; raises StoreError."""

    def open_journal(self, conversation: Conversation, message: Message) -> Journal:
        """Start the journal of `message`; raises StoreError."""


async def run_turn(
    conversation: Conversation,
    message: Message,
    *,
    stream: Stream,
    store: TurnStore,
    on_change: OnChange,
) -> Message:
    """Stream the answer `message` (made by reply/regenerate) to its end and return it.

    The conversation is saved before `stream` is touched. `on_change` is called at most 30 times a
    second for text. Never raises for what a bot, the network or a full disk does: that ends in
    `message.status` and `message.error`. Cancelling the task stops the reply: what arrived is kept
    with the status `stopped`, saved, and CancelledError goes on.
    """
    raise NotImplementedError
