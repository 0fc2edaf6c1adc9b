"""What a crash or a sync tool leaves beside a conversation, and how it comes back into it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from poe_tui.chat.answer import Answer
from poe_tui.chat.conversation import Conversation
from poe_tui.chat.events import ReplyEvent
from poe_tui.chat.message import Failure, Message
from poe_tui.disk import write_private
from poe_tui.errors import Truncated
from poe_tui.store.codec import NewerFormat, Unreadable, decode, encode
from poe_tui.store.directory import ConversationDirectory, read_stamped
from poe_tui.store.index import Stamp
from poe_tui.store.journal import is_alive, read_journal
from poe_tui.store.merge import fold_in
from poe_tui.store.names import SUFFIX, Names

_OPEN: Final = ("streaming", "truncated")
"""Of these, a journal may know more than the conversation's file; of others, it is out of date."""
_FROM_JOURNAL: Final = (
    "text",
    "content_type",
    "attachments",
    "suggested_replies",
    "data",
    "status",
    "error",
    "finished",
)


class Leftovers:
    """Journals of dead processes, conflict copies, and temporary files of killed writes."""

    def __init__(self, files: ConversationDirectory) -> None:
        self._files = files
        self._directory = files.directory

    def tidy(self, names: Names) -> bool:
        """Fold in everything that is left over; return whether there was anything."""
        ids = {conversation_id for conversation_id, _ in names.conflicts}
        ids |= {conversation_id for conversation_id, name in names.journals if self._is_dead(name)}
        if not ids and not names.unfinished:
            return False
        try:
            with self._files.locked():
                for name in names.unfinished:
                    (self._directory / name).unlink(missing_ok=True)
                for conversation_id in sorted(ids):
                    self._settle_one(conversation_id)
        except OSError as error:
            self._files.note(self._directory, error.strerror or str(error))
        return True

    def read_settled(self, conversation_id: str, path: Path) -> tuple[Conversation, Stamp]:
        """Return the conversation in `path`, with what was left over beside it, and its stamp.

        If the directory can't be written the files stay as they are, and only the returned
        conversation has it all. Raises OSError, Unreadable and NewerFormat.
        """
        if self._left(conversation_id):
            try:
                self.settle(conversation_id)
            except OSError:
                data, stamp = read_stamped(path)
                conversation = decode(data, conversation_id)
                for name in self._left(conversation_id):
                    self._fold_in(conversation, name)
                return conversation, stamp
        data, stamp = read_stamped(path)
        return decode(data, conversation_id), stamp

    def settle(self, conversation_id: str) -> None:
        """Fold in what is left over beside one conversation.

        Raises OSError, Unreadable and NewerFormat.
        """
        with self._files.locked():
            self._settle(conversation_id)

    def _settle_one(self, conversation_id: str) -> None:
        """Settle one conversation; a file that can't be read costs only itself."""
        path = self._directory / (conversation_id + SUFFIX)
        try:
            self._settle(conversation_id)
        except Unreadable as error:
            self._files.set_aside(path, error)
        except NewerFormat as error:
            self._files.note(path, f"{error.heading}. {error.explanation}")

    def _settle(self, conversation_id: str) -> None:
        """Write the conversation with all that is left over, then take that away."""
        path = self._directory / (conversation_id + SUFFIX)
        left = self._left(conversation_id)
        conversation = decode(read_stamped(path)[0], conversation_id) if path.exists() else None
        used = []
        for name in left:
            if conversation is None and name.endswith(SUFFIX):
                os.rename(self._directory / name, path)
                conversation = decode(read_stamped(path)[0], conversation_id)
            elif conversation is None or self._fold_in(conversation, name):
                used.append(self._directory / name)
        if conversation is not None and used:
            write_private(path, encode(conversation))
        for spent in used:
            if spent.suffix == SUFFIX or conversation is None:
                self._files.trash.put(spent)
            else:
                spent.unlink()

    def _fold_in(self, conversation: Conversation, name: str) -> bool:
        """Put one file into `conversation`; return False for one that has to stay."""
        path = self._directory / name
        if not name.endswith(SUFFIX):
            fold_in_journal(conversation, path)
            return True
        try:
            fold_in(conversation, decode(read_stamped(path)[0], conversation.id))
        except Unreadable as error:
            self._files.set_aside(path, error)
            return False
        except NewerFormat as error:
            self._files.note(path, f"{error.heading}. {error.explanation}")
            return False
        return True

    def _left(self, conversation_id: str) -> list[str]:
        """Return the names of what is left beside one conversation: copies, then journals."""
        names = Names.sort(name for name in self._files.scan() if name.startswith(conversation_id))
        left = [name for owner, name in sorted(names.conflicts) if owner == conversation_id]
        return left + [
            name
            for owner, name in sorted(names.journals)
            if owner == conversation_id and self._is_dead(name)
        ]

    def _is_dead(self, journal: str) -> bool:
        return not is_alive(self._directory / journal)


def interrupted() -> Failure:
    """Return why a reply has no end: the program that received it had none either."""
    return Failure.of(
        Truncated(
            "poe-tui was interrupted while this answer was coming. What had arrived is kept.",
            hint="Continue it, or ask again.",
        )
    )


def end_interrupted(message: Message) -> None:
    """Give a reply that nobody receives any more the end it never had."""
    message.status = "truncated"
    message.error = interrupted()
    message.finished = message.finished or message.created


def fold_in_journal(conversation: Conversation, journal: Path) -> None:
    """Put what a dead `journal` knows of its reply into `conversation`; raises OSError."""
    header, events = read_journal(journal)
    if header is None:
        return
    ended = datetime.fromtimestamp(journal.stat().st_mtime, UTC)
    found = _restored(header, events, max(ended, header.created))
    known = conversation.messages.get(found.id)
    if known is None:
        conversation.messages[found.id] = found
        if conversation.head == found.parent:
            conversation.head = found.id
        conversation.reindex()
    elif known.status not in _OPEN:
        return
    else:
        _complete(known, found)
    conversation.updated = max(conversation.updated, ended)


def _restored(header: Message, events: list[ReplyEvent], ended: datetime) -> Message:
    """Return the reply as far as its journal goes."""
    message = msgspec.structs.replace(header, finished=ended)
    answer = Answer(message)
    for event in events:
        answer.apply(event)
    answer.settle()
    end_interrupted(message)
    return message


def _complete(known: Message, found: Message) -> None:
    """Take from the journal what the file does not have yet."""
    if _reach(found) > _reach(known) or (known.streaming and _reach(found) == _reach(known)):
        for name in _FROM_JOURNAL:
            setattr(known, name, getattr(found, name))
    elif known.streaming:
        end_interrupted(known)


def _reach(message: Message) -> tuple[int, int]:
    """Return how much of a reply there is."""
    return len(message.text), len(message.attachments)
