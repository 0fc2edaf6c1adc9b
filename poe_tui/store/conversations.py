"""The conversations on disk: one JSON file each, documented in docs/format.md."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.message import Message
from poe_tui.chat.turn import Journal


class Entry(msgspec.Struct, kw_only=True, frozen=True):
    """A line of the conversation list."""

    id: str
    title: str
    updated: datetime
    bot: str = ""
    messages: int = 0
    pinned: bool = False
    archived: bool = False


class Problem(msgspec.Struct, kw_only=True, frozen=True):
    """A file that could not be read, and where it was set aside."""

    path: Path
    reason: str
    set_aside: Path | None = None


class ConversationStore:
    """The conversations of one data directory. Two windows on one directory are safe."""

    def __init__(self, directory: Path, *, cache: Path | None = None) -> None:
        self.directory = directory
        self.cache = cache

    def list(self) -> tuple[list[Entry], list[Problem]]:
        """Return the conversations, pinned first, then the newest first, and the files that can't be read."""
        raise NotImplementedError

    def load(self, conversation_id: str) -> Conversation:
        """Return the conversation, with replies left in flight by a crash folded in as `truncated`.

        Raises StoreError (also for a unique prefix that is not unique, or nothing of that name).
        """
        raise NotImplementedError

    def save(self, conversation: Conversation) -> None:
        """Write it atomically, merged with what another window has written; raises StoreError."""
        raise NotImplementedError

    def delete(self, conversation_id: str) -> None:
        """Move it to the trash beside the conversations; `restore` brings it back."""
        raise NotImplementedError

    def restore(self, conversation_id: str) -> Conversation:
        """Bring a deleted conversation back and return it; raises StoreError."""
        raise NotImplementedError

    def open_journal(self, conversation: Conversation, message: Message) -> Journal:
        """Start the journal of the reply `message`; raises StoreError."""
        raise NotImplementedError
