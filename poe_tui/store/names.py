"""What the names of the files in the conversations directory mean."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from poe_tui.errors import StoreError

SUFFIX: Final = ".json"

_CONFLICT = re.compile(
    r"(?P<id>.+?)(?:\.sync-conflict-\d{8}-\d{6}(?:-\w+)?|\s?\([^()]*conflicted copy[^()]*\))\.json",
    re.IGNORECASE,
)
"""Syncthing's copies, and those of Dropbox and Nextcloud."""
_JOURNAL = re.compile(r"(?P<id>.+)\.[^.]+\.journal")
_UNFINISHED = re.compile(r"\..+\.json\.[a-z0-9_]{8}")
"""What `poe_tui.disk.write_private` leaves of a write that was killed."""
_PLAIN_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}").fullmatch
"""Nearly every id: telling 10,000 of them at start has to be quick."""
_LONGEST_ID: Final = 200
"""Bytes: a file's name may have 255, and ours get endings."""


def is_id(text: str) -> bool:
    """Tell whether `text` can name a conversation or a message in a file's name.

    It has to stay inside the directory: no slashes, no leading dot, nothing unprintable.
    """
    return bool(_PLAIN_ID(text)) or (
        text.isprintable()
        and not text.startswith((".", "-"))
        and not set(text) & set("/\\:")
        and 0 < len(text.encode()) <= _LONGEST_ID
    )


def checked_id(text: str) -> str:
    """Return `text`; raises StoreError if it is not an id."""
    if not is_id(text):
        raise StoreError(
            f"{text[:60]!r} is not the id of a conversation.",
            hint="`poe-tui list` shows the ids.",
            title="No such conversation",
        )
    return text


class Names(msgspec.Struct):
    """The files of the conversations directory, told apart by name; anything else is nobody's."""

    conversations: list[str] = msgspec.field(default_factory=list)
    """Ids."""
    conflicts: list[tuple[str, str]] = msgspec.field(default_factory=list)
    """Copies a sync tool has made: the id, and the file's name."""
    journals: list[tuple[str, str]] = msgspec.field(default_factory=list)
    """Replies in flight, or left by a crash: the conversation's id, and the file's name."""
    unfinished: list[str] = msgspec.field(default_factory=list)
    """Temporary files; stale when seen under the directory's lock."""

    @classmethod
    def sort(cls, names: Iterable[str]) -> Names:
        """Return `names`, told apart."""
        found = cls()
        for name in names:
            if name.endswith(SUFFIX):
                found._add_json(name)
            elif match := _JOURNAL.fullmatch(name):
                if is_id(match["id"]):
                    found.journals.append((match["id"], name))
            elif _UNFINISHED.fullmatch(name):
                found.unfinished.append(name)
        return found

    def _add_json(self, name: str) -> None:
        if ("onflict" in name or "ONFLICT" in name) and (match := _CONFLICT.fullmatch(name)):
            if is_id(match["id"]):
                self.conflicts.append((match["id"], name))
        elif is_id(stem := name[: -len(SUFFIX)]):
            self.conversations.append(stem)


def journal_name(conversation_id: str, message_id: str) -> str:
    """Return the name of a reply's journal; raises StoreError for ids that can't be in a name."""
    return f"{checked_id(conversation_id)}.{checked_id(message_id)}.journal"
