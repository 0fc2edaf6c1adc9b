"""Conversations and stores for the tests of the disk."""

from __future__ import annotations

from pathlib import Path

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.message import Message, Status, now
from poe_tui.store.conversations import ConversationStore


def store_in(tmp_path: Path) -> ConversationStore:
    """Return a store as one window has it; call it again for a second window."""
    return ConversationStore(tmp_path / "conversations", cache=tmp_path / "cache")


def answered(
    conversation: Conversation,
    prompt: str = "Why?",
    text: str = "Because.",
    status: Status = "complete",
) -> Message:
    """Ask and answer, and return the answer."""
    conversation.ask(prompt)
    reply = conversation.reply("Alpha")
    reply.text, reply.status, reply.finished = text, status, now()
    return reply


def saved(store: ConversationStore, prompt: str = "Why?") -> Conversation:
    """Return a conversation of two messages that is on disk."""
    conversation = Conversation(bot="Alpha")
    answered(conversation, prompt)
    store.save(conversation)
    return conversation


def names(store: ConversationStore) -> list[str]:
    """Return the files in the directory, hidden ones too, but for the lock and the trash."""
    hidden = (".conversations.lock", "trash")
    return sorted(path.name for path in store.directory.iterdir() if path.name not in hidden)
