"""Saving elsewhere what could not be saved in its place, before the app ends."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from poe_tui.chat.conversation import Conversation
from poe_tui.errors import StoreError
from poe_tui.store.conversations import ConversationStore

RESCUED: Final = "poe-tui-rescued"
"""The directory for copies, in the user's home or, if that can't be written, a temporary one."""


def rescue(store: ConversationStore, conversations: Iterable[Conversation]) -> list[str]:
    """Save each conversation, or else a copy elsewhere; return what to tell the user of each.

    Nothing is told of what could be saved in its place after all.
    """
    told = []
    for conversation in conversations:
        try:
            store.save(conversation)
        except StoreError as error:
            copy = _copy(store, conversation)
            where = f"A copy is in {copy}" if copy else "It could not be copied elsewhere either"
            told.append(
                f"“{conversation.title or 'New conversation'}” could not be saved. "
                f"{error.explanation} {where}."
            )
    return told


def _copy(store: ConversationStore, conversation: Conversation) -> Path | None:
    with contextlib.suppress(StoreError, RuntimeError):  # RuntimeError: nobody has a home here
        return store.save_copy(conversation, Path.home() / RESCUED)
    with contextlib.suppress(StoreError, OSError):
        return store.save_copy(conversation, Path(tempfile.mkdtemp(prefix=f"{RESCUED}-")))
    return None
