"""The conversations on disk: one JSON file each, documented in docs/format.md."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.message import Failure, Message
from poe_tui.disk import write_private
from poe_tui.errors import StoreError
from poe_tui.store.codec import Unreadable, decode, encode
from poe_tui.store.directory import ConversationDirectory, Problem, read_stamped
from poe_tui.store.index import Entry, Index, Stamp, in_order
from poe_tui.store.journal import JournalFile, is_alive
from poe_tui.store.leftovers import Leftovers, end_interrupted
from poe_tui.store.merge import Base, fold_in
from poe_tui.store.names import SUFFIX, Names, checked_id, is_id, journal_name
from poe_tui.store.refusal import refusals

__all__ = ["ConversationStore", "Entry", "Problem"]


class _Origin(msgspec.Struct, frozen=True):
    """The file a conversation in memory was last in step with."""

    stamp: Stamp
    base: Base


class ConversationStore:
    """The conversations of one data directory. Two windows on one directory are safe.

    `cache` is the directory of the list's cache; None does without. Nothing is touched before the
    first call. The list may be read in a thread; a conversation belongs to one thread at a time.
    """

    def __init__(self, directory: Path, *, cache: Path | None = None) -> None:
        self.directory = directory
        self.cache = cache
        self._files = ConversationDirectory(directory)
        self._leftovers = Leftovers(self._files)
        self._index = Index(directory, cache)
        self._live: dict[str, set[str]] = {}
        self._deleted: set[str] = set()
        self._listed: int | None = None

    # -- reading --------------------------------------------------------------------------------

    def list(self) -> tuple[list[Entry], list[Problem]]:
        """Return the conversations, pinned first, then newest first, and files that can't be read.

        What crashes and sync tools have left is folded in on the way. A problem is returned once.
        """
        self._listed = self._files.changed_at()
        found = self._files.scan()
        fresh = self._index.unchanged(found)
        names = Names.sort(found.keys() - fresh.keys())
        if self._leftovers.tidy(names):
            found = self._files.scan()
            fresh = self._index.unchanged(found)
            names = Names.sort(found.keys() - fresh.keys())
        read = (self._entry(changed, found[changed + SUFFIX]) for changed in names.conversations)
        entries = [*fresh.values(), *(entry for entry in read if entry is not None)]
        self._index.keep_only(found)
        entries.sort(key=in_order, reverse=True)
        return entries, self._files.take_problems()

    def has_news(self) -> bool:
        """Return whether a file has come, gone or been replaced since `list`. Costs one stat."""
        return self._files.changed_at() != self._listed

    def load(self, conversation_id: str) -> Conversation:
        """Return the conversation, with replies left in flight by a crash folded in as `truncated`.

        The start of an id will do if no other begins like it. Raises StoreError: nothing or several
        of that name, a file that can't be read (set aside, and the error says where), or one that
        needs a newer poe-tui (left as it is).
        """
        name = self._resolve(checked_id(conversation_id))
        path = self._path(name)
        with refusals(path, "Could not open the conversation"):
            try:
                conversation, stamp = self._leftovers.read_settled(name, path)
            except Unreadable as error:
                raise self._files.unreadable(path, error) from error
        conversation.origin = _Origin(stamp, Base.of(conversation))
        for message in self._orphans(conversation):
            end_interrupted(message)
        return conversation

    def refresh(self, conversation: Conversation) -> bool:
        """Take in what another window or a sync tool has written; return whether anything was new.

        A reply that another window was receiving when it crashed comes in as `truncated`. Costs one
        stat when nothing has happened. Raises StoreError.
        """
        path = self._path(checked_id(conversation.id))
        with refusals(path, "Could not read the conversation"):
            if self._orphans(conversation):
                with contextlib.suppress(Unreadable):  # `_take_in` meets it again, and says so
                    self._leftovers.settle(conversation.id)
            return self._take_in(conversation, path)

    # -- writing --------------------------------------------------------------------------------

    def save(self, conversation: Conversation) -> bool:
        """Write it atomically, merged with what another window has written; raises StoreError.

        Returns True when the merge has brought something new into `conversation`.
        """
        path = self._path(checked_id(conversation.id))
        try:
            with refusals(path), self._files.locked():
                changed = self._take_in(conversation, path)
                self._write(conversation, path)
        except StoreError as error:
            conversation.unsaved = Failure(
                kind="disk", title=error.heading, explanation=error.explanation, hint=error.hint
            )
            raise
        conversation.unsaved = None
        return changed

    def save_copy(self, conversation: Conversation, directory: Path) -> Path:
        """Write a copy of its file into another directory and return where; raises StoreError."""
        path = directory / (checked_id(conversation.id) + SUFFIX)
        with refusals(path):
            write_private(path, encode(conversation))
        return path

    def open_journal(self, conversation: Conversation, message: Message) -> JournalFile:
        """Start the journal of the reply `message`; raises StoreError."""
        path = self.directory / journal_name(conversation.id, message.id)
        live = self._live.setdefault(conversation.id, set())
        with refusals(path), self._files.locked():
            journal = JournalFile(path, message, on_end=lambda: live.discard(message.id))
        live.add(message.id)
        return journal

    # -- deleting -------------------------------------------------------------------------------

    def delete(self, conversation_id: str) -> None:
        """Move it to the trash beside the conversations; `restore` brings it back.

        One that was never saved is not there to move, which is fine. If a reply in this window is
        still running, its end is saved into the trash. Raises StoreError.
        """
        path = self._path(checked_id(conversation_id))
        if not path.exists():
            return
        with refusals(path, "Could not delete the conversation"), self._files.locked():
            self._files.trash.put(path)
        self._deleted.add(conversation_id)

    def restore(self, conversation_id: str) -> Conversation:
        """Bring a deleted conversation back and return it; raises StoreError."""
        name = checked_id(conversation_id) + SUFFIX
        trashed, path = self._files.trash.path(name), self.directory / name
        if not trashed.exists():
            raise StoreError(
                f"There is no {conversation_id} in the trash, {self._files.trash.directory}.",
                title="Could not bring it back",
            )
        with refusals(path, "Could not bring it back"), self._files.locked():
            if path.exists():
                os.rename(trashed, self.directory / f"{conversation_id} (conflicted copy).json")
            else:
                os.rename(trashed, path)
        self._deleted.discard(conversation_id)
        return self.load(conversation_id)

    # -- one file -------------------------------------------------------------------------------

    def _path(self, conversation_id: str) -> Path:
        """Return where its file is: in the trash if this window has deleted it."""
        name = conversation_id + SUFFIX
        deleted = conversation_id in self._deleted
        return self._files.trash.path(name) if deleted else self.directory / name

    def _write(self, conversation: Conversation, path: Path) -> None:
        write_private(path, encode(conversation))
        conversation.origin = _Origin(Stamp.of(path.stat()), Base.of(conversation))

    def _orphans(self, conversation: Conversation) -> Sequence[Message]:
        """Return the replies that nobody receives: neither this window nor another one."""
        live = self._live.get(conversation.id, ())
        return [
            message
            for message in conversation.streaming
            if message.id not in live and not self._is_received(conversation.id, message.id)
        ]

    def _is_received(self, conversation_id: str, message_id: str) -> bool:
        """Tell whether any window has a journal open for the reply."""
        if not is_id(message_id):
            return False  # nothing of ours: it could lead out of the directory
        return is_alive(self.directory / journal_name(conversation_id, message_id))

    def _take_in(self, conversation: Conversation, path: Path) -> bool:
        """Merge what the file says, if it is not what `conversation` was last in step with."""
        origin = conversation.origin
        known = origin if isinstance(origin, _Origin) else None
        try:
            if known is not None and known.stamp == Stamp.of(path.stat()):
                return False
            data, stamp = read_stamped(path)
            theirs = decode(data, conversation.id)
        except FileNotFoundError:
            return False
        except Unreadable as error:
            self._files.set_aside(path, error)
            return False
        base = Base.of(theirs)
        changed = fold_in(
            conversation,
            theirs,
            base=known.base if known else None,
            live=self._live.get(conversation.id, ()),
        )
        conversation.origin = _Origin(stamp, base)
        return changed

    # -- the directory --------------------------------------------------------------------------

    def _entry(self, conversation_id: str, found: os.DirEntry[str]) -> Entry | None:
        try:
            return self._index.read(conversation_id, found)
        except FileNotFoundError:
            return None  # another window has just deleted it
        except Unreadable as error:
            self._files.set_aside(Path(found.path), error)
        except OSError as error:
            self._files.note(Path(found.path), error.strerror or str(error))
        except StoreError as error:
            self._files.note(Path(found.path), f"{error.heading}. {error.explanation}")
        return None

    def _resolve(self, start: str) -> str:
        """Return the one id that is or begins with `start`."""
        if self._path(start).exists():
            return start
        ids = Names.sort(self._files.scan()).conversations
        found = sorted(name for name in ids if name.startswith(start))
        if len(found) == 1:
            return found[0]
        if found:
            raise StoreError(
                f"{len(found)} conversations begin with {start}: {', '.join(found[:5])}"
                + (" …" if len(found) > 5 else "."),
                hint="Give more of the id.",
                title="Which conversation?",
            )
        raise StoreError(
            f"There is no conversation {start} in {self.directory}.",
            hint="`poe-tui list` shows the ids.",
            title="No such conversation",
        )
