"""Small private files: written whole or not at all, readable by their owner alone."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from io import BufferedReader
    from mmap import mmap

_LARGE: Final = 64 * 1024


def make_private_directory(path: Path) -> None:
    """Make `path` and what is missing above it, 0700; one that exists is left as it is."""
    if path.is_dir():
        return
    make_private_directory(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)


def open_plain(path: Path | str) -> BufferedReader:
    """Open a file to be read, but no pipe and no device: reading one might never end.

    Raises OSError.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe would wait for who writes
    mode = os.fstat(handle).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(handle, "rb")
    os.close(handle)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    raise OSError(errno.EINVAL, "It is a pipe or a device, not a file", str(path))


def read_whole(file: BufferedReader) -> bytes | mmap:
    """Return what is in a file that has just been opened; raises OSError.

    A large one is in memory of its own, which goes back to the system as a whole when nobody uses
    it any more. C's allocator keeps what it was once made to get: a hole of that size.
    """
    size = os.fstat(file.fileno()).st_size
    if size < _LARGE:
        return file.read()
    from mmap import mmap

    pages = mmap(-1, size)  # not of the file: it would crash us if another program cut that short
    got = file.readinto(pages)
    more = file.read()
    return pages if got == size and not more else pages[:got] + more


def write_private(path: Path, content: bytes, *, sync: bool = True) -> None:
    """Replace the file `path` by one with `content`, 0600.

    Raises OSError and leaves the old one whole. With `sync` the content is on the disk when this
    returns, and survives a power failure; without, that is left to the system's own time.
    """
    make_private_directory(path.parent)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
    if sync:
        _sync_directory(path.parent)


def _sync_directory(path: Path) -> None:
    directory = os.open(path, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of `path` against every other process; waits for it, raises OSError.

    The lock is a file of its own beside `path`, since `write_private` replaces the file itself.
    """
    make_private_directory(path.parent)
    handle = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
