"""The files that the demo service holds: what was uploaded, and what its bots made."""

from __future__ import annotations

import hashlib

import msgspec

ROOM = 256 * 1024 * 1024
"""Bytes held at most; the oldest files give way."""


class StoredFile(msgspec.Struct, frozen=True):
    """One file in memory."""

    id: str
    name: str
    content_type: str
    content: bytes


class Files:
    """Files by id. The same content under the same name is one file."""

    def __init__(self) -> None:
        self._files: dict[str, StoredFile] = {}

    def put(self, name: str, content_type: str, content: bytes) -> StoredFile:
        """Keep a file and return it with its id, which is made of its name and content."""
        digest = hashlib.sha256(name.encode() + b"\0" + content).hexdigest()[:32]
        file = StoredFile(digest, name, content_type, content)
        self._files.pop(digest, None)
        self._files[digest] = file
        while len(self._files) > 1 and self._size() > ROOM:
            del self._files[next(iter(self._files))]
        return file

    def get(self, file_id: str) -> StoredFile | None:
        """Return the file, or None when there is none of that id."""
        return self._files.get(file_id)

    def _size(self) -> int:
        return sum(len(file.content) for file in self._files.values())
