"""The list of conversations without reading them: a cache of each file's head."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Mapping
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from poe_tui.disk import make_private_directory, open_plain, read_whole
from poe_tui.store.codec import LONG_AGO, Unreadable, aware, check_format

if TYPE_CHECKING:
    from mmap import mmap

_VERSION: Final = 2
_WRITE_AFTER: Final = 32
"""Changed files until the cache is written again: reading that many at the next start costs less
than writing 10,000 lines after every reply."""


class Entry(msgspec.Struct, kw_only=True, frozen=True, gc=False):
    """A line of the conversation list."""

    id: str
    title: str
    updated: datetime
    bot: str = ""
    messages: int = 0
    """How many, on all branches."""
    pinned: bool = False
    archived: bool = False


in_order: Final = attrgetter("pinned", "updated")
"""The key by which the list is sorted, greatest first."""


class Stamp(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """By which a changed file is known: a rename over it changes the inode, if nothing else."""

    modified: int
    """Nanoseconds."""
    size: int
    inode: int

    @classmethod
    def of(cls, stat: os.stat_result) -> Stamp:
        """Return the stamp of a file."""
        return cls(stat.st_mtime_ns, stat.st_size, stat.st_ino)


class _Cached(msgspec.Struct, array_like=True, gc=False):
    stamp: Stamp
    entry: Entry


class _CacheFile(msgspec.Struct, array_like=True):
    version: int
    directory: str
    cached: dict[str, _Cached]


class _Anything(msgspec.Struct):
    """Stands for a message that is only counted."""


class _Head(msgspec.Struct):
    updated: datetime | None = None
    created: datetime = LONG_AGO
    format: int = 0
    title: str = ""
    bot: str = ""
    pinned: bool = False
    archived: bool = False
    messages: list[_Anything] = []


_decode_head: Final = msgspec.json.Decoder(_Head).decode


def entry_of(data: bytes | mmap, conversation_id: str) -> Entry:
    """Return the list's line for a file; raises Unreadable or NewerFormat."""
    try:
        head = _decode_head(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(str(error)) from error
    check_format(head.format)
    return Entry(
        id=conversation_id,
        title=head.title,
        updated=aware(head.updated or head.created),
        bot=head.bot,
        messages=len(head.messages),
        pinned=head.pinned,
        archived=head.archived,
    )


class Index:
    """Entries by file name, from the cache while a file is what it was, else from the file.

    `cache` is the cache directory; None for no cache. Losing it costs one slow start.
    """

    def __init__(self, directory: Path, cache: Path | None) -> None:
        self._directory = directory
        self._path = cache / "conversations.msgpack" if cache else None
        self._cached: dict[str, _Cached] | None = None
        self._changed = 0

    def unchanged(self, found: Mapping[str, os.DirEntry[str]]) -> dict[str, Entry]:
        """Return, by file name, the entries of those files that are what they were."""
        fresh = {}
        for name, cached in self._loaded().items():
            file = found.get(name)
            if file is None:
                continue
            try:
                stat = file.stat()
            except OSError:
                continue  # whoever reads it next will say why
            stamp = cached.stamp
            if (
                stat.st_mtime_ns == stamp.modified
                and stat.st_size == stamp.size
                and stat.st_ino == stamp.inode
            ):
                fresh[name] = cached.entry
        return fresh

    def read(self, conversation_id: str, file: os.DirEntry[str]) -> Entry:
        """Return the entry of a file from itself; raises OSError, Unreadable or NewerFormat."""
        stamp = Stamp.of(file.stat())
        with open_plain(file.path) as content:
            entry = entry_of(read_whole(content), conversation_id)
        self._loaded()[file.name] = _Cached(stamp, entry)
        self._changed += 1
        return entry

    def keep_only(self, found: Collection[str]) -> None:
        """Forget the files that are gone, and write the cache if enough has changed."""
        cached = self._loaded()
        for gone in [name for name in cached if name not in found]:
            del cached[gone]
            self._changed += 1
        if self._changed >= _WRITE_AFTER:
            self._write(cached)

    def _loaded(self) -> dict[str, _Cached]:
        if self._cached is None:
            self._cached = self._read()
        return self._cached

    def _read(self) -> dict[str, _Cached]:
        if self._path is None:
            return {}
        try:
            file = msgspec.msgpack.decode(self._path.read_bytes(), type=_CacheFile)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return {}  # a cache: whatever is wrong with it, it is made anew
        if file.version != _VERSION or file.directory != str(self._directory):
            return {}
        return file.cached

    def _write(self, cached: dict[str, _Cached]) -> None:
        """Write the cache, without fsync: it can be lost. So can the attempt, on a full disk."""
        self._changed = 0
        if self._path is None:
            return
        # In the list's order: sorting what is sorted already takes a tenth of the time.
        ordered = sorted(cached.items(), key=lambda item: in_order(item[1].entry), reverse=True)
        cached = dict(ordered)
        unfinished = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        data = msgspec.msgpack.encode(_CacheFile(_VERSION, str(self._directory), cached))
        try:
            make_private_directory(self._path.parent)
            unfinished.write_bytes(data)
            unfinished.chmod(0o600)
            unfinished.replace(self._path)
        except OSError:
            with contextlib.suppress(OSError):
                unfinished.unlink()
