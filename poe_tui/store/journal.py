"""The journal of a reply in flight: what a crash would lose otherwise.

A file of JSON lines beside the conversation: first what is known of the message, then every event
as it came. Whoever writes it holds its lock (flock), which the system drops when the process dies:
a journal that can be locked was left by a crash.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from poe_tui.chat.events import ReplyEvent, TextDelta
from poe_tui.chat.message import Message
from poe_tui.chat.surrogates import mend_all
from poe_tui.disk import open_plain

WRITE_EVERY: Final = 0.1
"""Seconds between writes: what a killed process may lose."""
SYNC_EVERY: Final = 0.2
"""Seconds between fsyncs: what a power cut may lose, with the write before it."""

_log: Final = logging.getLogger("poe_tui")


class _Header(msgspec.Struct, tag="journal"):
    """The first line. The message is whole but for what its events bring."""

    message: dict[str, Any]


class JournalFile:
    """Writes a journal from a thread of its own, so that a slow disk never holds up the reply.

    Making one creates the file and locks it; raises OSError, BlockingIOError if it is in use.
    """

    def __init__(self, path: Path, message: Message, *, on_end: Callable[[], None]) -> None:
        self.path = path
        self._on_end = on_end
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(self._file, 0)
            _write(self._file, _line(_Header(message=msgspec.to_builtins(message))))
        except BaseException:
            os.close(self._file)
            raise
        self._waiting: deque[ReplyEvent] = deque()
        self._wake = threading.Event()
        self._ended = threading.Event()
        self._discarded = False
        self._thread = threading.Thread(target=self._run, name=f"journal {path.name}", daemon=True)
        self._thread.start()

    def append(self, event: ReplyEvent) -> None:
        """Take down one event; on disk at most 250 ms later. Never blocks on the disk."""
        self._waiting.append(event)
        if not self._wake.is_set():
            self._wake.set()

    async def remove(self) -> None:
        """Delete the journal: what it held is in the conversation's file now."""
        # Nothing is awaited: a task that is cancelled a second time still gets here.
        self._discarded = True
        self._end()
        self.path.unlink(missing_ok=True)

    def keep(self) -> None:
        """Write what is left, leave the file and let go of its lock."""
        self._end()
        self._thread.join()

    def _end(self) -> None:
        self._ended.set()
        self._wake.set()
        self._on_end()

    # -- the thread -----------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._write_as_it_comes()
        except OSError as error:
            # The reply goes on, and its end will be saved or say why not.
            _log.warning("the journal %s can't be written: %s", self.path, error)
        finally:
            os.close(self._file)

    def _write_as_it_comes(self) -> None:
        sync_due: float | None = None
        last_sync = 0.0
        while not self._ended.is_set():
            now = time.monotonic()
            self._wake.wait(None if sync_due is None else max(0.0, sync_due - now))
            if self._wake.is_set():
                self._wake.clear()
                self._write_waiting()
                sync_due = sync_due or last_sync + SYNC_EVERY
            now = time.monotonic()
            if sync_due is not None and now >= sync_due:
                os.fsync(self._file)
                last_sync, sync_due = now, None
            self._ended.wait(min(WRITE_EVERY, (sync_due or now + WRITE_EVERY) - now))
        if not self._discarded:
            self._write_waiting()
            os.fsync(self._file)

    def _write_waiting(self) -> None:
        lines = []
        pieces: list[str] = []
        index: int | None = None
        while self._waiting:
            event = self._waiting.popleft()
            if isinstance(event, TextDelta) and (not pieces or event.index == index):
                index = event.index
                pieces.append(event.text)
                continue
            if pieces:
                lines.append(_line(TextDelta("".join(pieces), index)))
                pieces = []
            if isinstance(event, TextDelta):
                index, pieces = event.index, [event.text]
            else:
                lines.append(_line(event))
        if pieces:
            lines.append(_line(TextDelta("".join(pieces), index)))
        _write(self._file, b"".join(lines))


def is_alive(path: Path) -> bool:
    """Tell whether the journal at `path` is still being written, by this process or another."""
    try:
        file = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False


def read_journal(path: Path) -> tuple[Message | None, list[ReplyEvent]]:
    """Return the message a journal is about and its events, in order.

    The message is None when not even the first line is whole. A torn last line is no event; nor is
    one of a kind that only a newer poe-tui knows. Raises OSError.
    """
    with open_plain(path) as file:
        lines = file.read().split(b"\n")[:-1]
    if not lines:
        return None, []
    decoder = msgspec.json.Decoder(ReplyEvent)
    events: list[ReplyEvent] = []
    try:
        header = msgspec.json.decode(lines[0], type=_Header)
        message = msgspec.convert(header.message, Message)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None, []
    for line in lines[1:]:
        try:
            events.append(decoder.decode(line))
        except msgspec.ValidationError:
            continue
        except (msgspec.DecodeError, UnicodeDecodeError):
            break
    return message, events


def _line(record: msgspec.Struct) -> bytes:
    try:
        return msgspec.json.encode(record) + b"\n"
    except UnicodeEncodeError:
        return msgspec.json.encode(mend_all(msgspec.to_builtins(record))) + b"\n"


def _write(file: int, data: bytes) -> None:
    while data:
        data = data[os.write(file, data) :]
