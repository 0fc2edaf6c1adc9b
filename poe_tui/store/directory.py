"""The directory the conversations are in: its lock, its trash, and the files that can't be read."""

from __future__ import annotations

import contextlib
import os
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from poe_tui.disk import locked, open_plain, read_whole
from poe_tui.errors import StoreError
from poe_tui.store.codec import Unreadable
from poe_tui.store.index import Stamp
from poe_tui.store.trash import Trash, free_name

if TYPE_CHECKING:
    from mmap import mmap


class Problem(msgspec.Struct, kw_only=True, frozen=True):
    """A file that could not be read, and where it was set aside."""

    path: Path
    reason: str
    set_aside: Path | None = None
    """None: it was left where it is."""


def read_stamped(path: Path) -> tuple[bytes | mmap, Stamp]:
    """Return a file's content and the stamp of just that content; raises OSError."""
    with open_plain(path) as file:
        stamp = Stamp.of(os.fstat(file.fileno()))
        return read_whole(file), stamp


def _is_stored(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file() or entry.is_dir()
    except OSError:
        return True  # whoever reads it next will say why


class ConversationDirectory:
    """The files as files; what is in them is others' business."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.trash = Trash(directory / "trash")
        self._problems: list[Problem] = []
        self._reported: set[tuple[str, Stamp | None]] = set()

    def locked(self) -> AbstractContextManager[None]:
        """Hold the directory's lock against other windows; raises OSError.

        It is not re-entrant: nothing called inside may take it.
        """
        return locked(self.directory / "conversations")

    def changed_at(self) -> int | None:
        """Return when a file last came, went or was replaced, in nanoseconds.

        None when the directory is not there, or can't be looked at.
        """
        try:
            return self.directory.stat().st_mtime_ns
        except OSError:
            return None

    def scan(self) -> dict[str, os.DirEntry[str]]:
        """Return what is in the directory, by name; empty before the first save.

        Pipes and devices, and links to them, are left out: nobody could ever have read them.
        """
        try:
            with os.scandir(self.directory) as entries:
                return {entry.name: entry for entry in entries if _is_stored(entry)}
        except FileNotFoundError:
            return {}
        except OSError as error:
            self.note(self.directory, error.strerror or str(error))
            return {}

    def set_aside(self, path: Path, error: Unreadable) -> Path | None:
        """Move a file that can't be read out of the way; return where, None if it stays."""
        aside = path.with_name(f"{path.name}.broken")
        if aside.exists():
            aside = free_name(aside)
        try:
            os.rename(path, aside)
        except OSError:
            self.note(path, str(error))
            return None
        self.note(path, str(error), aside)
        return aside

    def unreadable(self, path: Path, error: Unreadable) -> StoreError:
        """Set a file aside and return the error that says so."""
        aside = self.set_aside(path, error)
        where = f"It was set aside as {aside}." if aside else "It was left where it is."
        return StoreError(
            f"{path} can't be read: {error}. {where}",
            hint="Repair it with a text editor and rename it back, or restore it from a backup.",
            title="Could not open the conversation",
        )

    def note(self, path: Path, reason: str, set_aside: Path | None = None) -> None:
        """Keep a problem for `take_problems`, unless it was noted before."""
        stamp = None
        with contextlib.suppress(OSError):
            stamp = Stamp.of((set_aside or path).stat())
        if (path.name, stamp) not in self._reported:
            self._reported.add((path.name, stamp))
            self._problems.append(Problem(path=path, reason=reason, set_aside=set_aside))

    def take_problems(self) -> list[Problem]:
        """Return the problems noted since the last call."""
        problems, self._problems = self._problems, []
        return problems
