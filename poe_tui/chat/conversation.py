"""A conversation: a tree of messages, and the branch that is being read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from poe_tui.chat.message import Attachment, Message, new_id, now


class QueuedPrompt(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A prompt that waits for the reply before it to end. On disk like any other, and never lost."""

    id: str = msgspec.field(default_factory=new_id)
    text: str
    bot: str | None = None
    """Whom to ask; None for the conversation's bot at the time it is sent."""
    attachments: list[Attachment] = msgspec.field(default_factory=list)


class Conversation(msgspec.Struct, kw_only=True, dict=True):
    """Messages by id, in the order they were made, and `head`, the end of the branch on screen.

    Nothing is ever overwritten: editing a prompt or regenerating an answer adds a sibling.
    """

    id: str = msgspec.field(default_factory=new_id)
    title: str = ""
    """Empty until there is a first prompt to take it from."""
    titled: bool = False
    """True: the user gave the title; it is never changed by itself."""
    bot: str = ""
    """Who gets the next prompt."""
    created: datetime = msgspec.field(default_factory=now)
    updated: datetime = msgspec.field(default_factory=now)
    system: str = ""
    pinned: bool = False
    archived: bool = False
    tags: list[str] = msgspec.field(default_factory=list)
    draft: str = ""
    head: str | None = None
    queue: list[QueuedPrompt] = msgspec.field(default_factory=list)
    messages: dict[str, Message] = msgspec.field(default_factory=dict)
    extra: dict[str, Any] = msgspec.field(default_factory=dict)

    # -- growing --------------------------------------------------------------------------------

    def ask(
        self, text: str, *, bot: str | None = None, attachments: Sequence[Attachment] = ()
    ) -> Message:
        """Add a prompt under the head and move the head to it."""
        raise NotImplementedError

    def reply(
        self, bot: str, *, parent: str | None = None, parameters: dict[str, Any] | None = None
    ) -> Message:
        """Add an empty, streaming answer under `parent` (None: the head) and move the head to it.

        Raises ValueError when the parent is not a prompt.
        """
        raise NotImplementedError

    def regenerate(self, message_id: str, *, bot: str | None = None) -> Message:
        """Add a sibling to the answer `message_id`, from `bot` (None: the same one), streaming."""
        raise NotImplementedError

    def edit(self, message_id: str, text: str) -> Message:
        """Add a sibling to the prompt `message_id` that says `text`, with the same attachments."""
        raise NotImplementedError

    # -- reading --------------------------------------------------------------------------------

    def path(self) -> list[Message]:
        """Return the branch on screen, first message first; empty for a new conversation."""
        raise NotImplementedError

    def siblings(self, message_id: str) -> list[Message]:
        """Return the messages with the same parent and role, `message_id` among them, oldest first."""
        raise NotImplementedError

    def select(self, message_id: str) -> None:
        """Put `message_id` on the branch on screen: the head becomes the newest leaf under it."""
        raise NotImplementedError

    def step_sibling(self, message_id: str, step: int) -> Message:
        """Select the sibling `step` places after (or before) and return it; stays at the ends."""
        raise NotImplementedError

    def fork(self, message_id: str) -> Conversation:
        """Return a new conversation with the branch up to and including `message_id`."""
        raise NotImplementedError

    @property
    def streaming(self) -> list[Message]:
        """The answers that are still coming, on any branch."""
        return [message for message in self.messages.values() if message.streaming]
