"""The limit on requests that we keep by ourselves: 500 a minute for all of a user's processes.

Poe takes 500 requests a minute from a user (its External Application Guide, "Rate limits":
creator.poe.com/docs/external-applications/external-application-guide).
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from poe_tui.disk import make_private_directory

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from pyrate_limiter import SQLiteBucket

LIMIT: Final = 500
WINDOW: Final = 60.0
IN_FLIGHT: Final = 30.0
"""Seconds after which a request that nobody answered has surely reached Poe, or never will."""

LOCK_TIMEOUT: Final = 5.0
NEWS: Final = 1.0
"""Seconds by which a wait must turn out different before it is told again."""

_TABLE: Final = "requests"
_log = logging.getLogger(__name__)


class Limiter:
    """Lets at most `limit` requests reach the server in any `window` seconds.

    The requests are counted in the file `path`, by every process that uses it, with a sliding
    window log (pyrate-limiter's, under a file lock). A request counts from before it is sent until
    a window after it was answered, not after it was sent: what takes long to arrive can't meet a
    later burst in one window of the server's clock. Whoever waits in this process is served in the
    order of coming.

    A file that can't be used costs only the sharing: this process then counts alone.
    """

    def __init__(self, path: Path, *, limit: int = LIMIT, window: float = WINDOW) -> None:
        """Nothing is opened before the first request; `window` is in seconds."""
        self.path = path
        self.limit = limit
        self.window = window
        self._line: deque[Ticket] = deque()
        self._bucket: SQLiteBucket | None = None
        # One thread: it may wait for another process's lock, and keeps our own steps in order.
        self._thread: ThreadPoolExecutor | None = None

    def ticket(self) -> Ticket:
        """Return the right to send one request, once its `waits` have ended."""
        return Ticket(self)

    def close(self) -> None:
        """Close the file. The limiter can be used again: it opens it anew."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.submit(self._close)
            thread.shutdown(wait=True)

    # -- the line in this process ---------------------------------------------------------------

    def _join(self, ticket: Ticket) -> None:
        self._line.append(ticket)

    def _leave(self, ticket: Ticket) -> None:
        self._line.remove(ticket)
        if self._line:
            self._line[0].wake()

    def _is_first(self, ticket: Ticket) -> bool:
        return self._line[0] is ticket

    async def _attempt(self, ticket: Ticket) -> float | None:
        """Take a place for the first in line: None; else return the seconds until there is one."""
        loop = asyncio.get_running_loop()
        waits = await loop.run_in_executor(self._worker, self._take, ticket.name, len(self._line))
        for waiting, seconds in zip(self._line, waits, strict=False):
            waiting.expect(seconds)
        return waits[0] if waits else None

    def _stamp_soon(self, name: str) -> None:
        self._worker.submit(self._stamp, name)

    @property
    def _worker(self) -> ThreadPoolExecutor:
        if self._thread is None:
            from concurrent.futures import ThreadPoolExecutor

            self._thread = ThreadPoolExecutor(1, thread_name_prefix="limiter")
        return self._thread

    # -- the file, touched by the one thread alone -----------------------------------------------

    def _take(self, name: str, waiting: int) -> list[float]:
        """Write the request `name` down: []; or return when the next `waiting` could be, seconds.

        The list is as long as `waiting`, and rises.
        """
        import sqlite3

        try:
            return self._try_to_take(name, waiting)
        except (OSError, sqlite3.Error) as error:
            self._count_alone(error)
            return self._try_to_take(name, waiting)

    def _try_to_take(self, name: str, waiting: int) -> list[float]:
        from pyrate_limiter import RateItem

        bucket = self._open()
        with bucket.lock:
            now = _now()
            self._correct_the_future(bucket, now)
            bucket.leak(now)
            if bucket.put(RateItem(name, now)):
                self._date(bucket, name, now + _ms(IN_FLIGHT))
                return []
            return [self._free_in(bucket, place, now) for place in range(waiting)]

    def _free_in(self, bucket: SQLiteBucket, place: int, now: int) -> float:
        """Return the seconds until number `place` (0: the next) of those who wait may go."""
        rounds, offset = divmod(place, self.limit)
        blocking = bucket.peek(self.limit - 1 - offset)
        # What is in flight is dated ahead; most likely it is answered at once.
        since = now if blocking is None else min(now, int(blocking.timestamp))
        return (since + _ms(self.window) + 1 - now) / 1000 + rounds * self.window

    def _correct_the_future(self, bucket: SQLiteBucket, now: int) -> None:
        """Count as sent now what a clock that has been set back since dated hours ahead."""
        latest = now + _ms(IN_FLIGHT)
        newest = bucket.peek(0)
        if newest is None or newest.timestamp <= latest:
            return
        with bucket.conn:
            bucket.conn.execute(
                f"UPDATE '{_TABLE}' SET item_timestamp = ? WHERE item_timestamp > ?", (now, latest)
            )

    def _stamp(self, name: str) -> None:
        import sqlite3

        try:
            bucket = self._open()
            with bucket.lock:
                self._date(bucket, name, _now())
        except (OSError, sqlite3.Error) as error:
            self._count_alone(error)

    def _date(self, bucket: SQLiteBucket, name: str, moment: int) -> None:
        with bucket.conn:
            bucket.conn.execute(
                f"UPDATE '{_TABLE}' SET item_timestamp = ? WHERE name = ?", (moment, name)
            )

    def _open(self) -> SQLiteBucket:
        """Return the bucket; raises OSError or sqlite3.Error when the file can't be used."""
        if self._bucket is None:
            from pyrate_limiter import Rate, SQLiteBucket

            make_private_directory(self.path.parent)
            for path in (self.path, self.path.with_name(self.path.name + ".lock")):
                os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self._bucket = SQLiteBucket.init_from_file(
                [Rate(self.limit, _ms(self.window))],
                table=_TABLE,
                db_path=str(self.path),
                use_file_lock=True,
            )
            self._bucket.lock.timeout = LOCK_TIMEOUT  # type: ignore[attr-defined]
            # Three commits a request; waiting for the disk each time would hold everybody up, and
            # all that a power cut can cost is the last minute's count.
            self._bucket.conn.execute("PRAGMA synchronous = OFF")
        return self._bucket

    def _count_alone(self, error: Exception) -> None:
        import sqlite3

        from pyrate_limiter import Rate, SQLiteBucket

        _log.warning(
            "%s can't be used, so requests of other windows do not count: %s", self.path, error
        )
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(
            error, sqlite3.OperationalError
        ):
            with suppress(OSError):  # not a database: the next start makes a new one
                self.path.unlink()
        self._close()
        self._bucket = SQLiteBucket.init_from_file(
            [Rate(self.limit, _ms(self.window))], table=_TABLE, db_path=":memory:"
        )

    def _close(self) -> None:
        bucket, self._bucket = self._bucket, None
        if bucket is not None:
            bucket.conn.close()


class Ticket:
    """One request's place in the line, and then among those that count."""

    def __init__(self, limiter: Limiter) -> None:
        self.name = os.urandom(8).hex()
        self._limiter = limiter
        self._woken = asyncio.Event()
        self._due: float | None = None
        self._told: float | None = None
        self._counted = False

    async def waits(self) -> AsyncGenerator[float, None]:
        """Yield how many seconds it will take, again when that turns out different.

        Ends when the request may be sent; nothing is yielded when that is at once. Closing or
        cancelling gives up the place in the line.
        """
        limiter = self._limiter
        limiter._join(self)
        try:
            while True:
                seconds: float | None = None
                if limiter._is_first(self):
                    seconds = await limiter._attempt(self)
                    if seconds is None:
                        self._counted = True
                        return
                if (news := self._news()) is not None:
                    yield news
                await self._sleep(seconds)
        finally:
            limiter._leave(self)

    def answered(self) -> None:
        """Say that the server has the request, or never will: a window from now it is forgotten.

        Returns at once; a second time does nothing.
        """
        if self._counted:
            self._counted = False
            self._limiter._stamp_soon(self.name)

    def expect(self, seconds: float) -> None:
        """Take notice that it will be `seconds` from now."""
        self._due = time.monotonic() + seconds
        if self._told is None or abs(self._due - self._told) > NEWS:
            self._woken.set()

    def wake(self) -> None:
        """Take notice that it is the first in line now."""
        self._woken.set()

    def _news(self) -> float | None:
        """Return the seconds to wait; None when that is nothing new."""
        due, told = self._due, self._told
        if due is None or (told is not None and abs(due - told) <= NEWS):
            return None
        self._told = due
        return max(0.0, due - time.monotonic())

    async def _sleep(self, seconds: float | None) -> None:
        """Wait for `seconds`, None for ever, or until somebody wakes this ticket."""
        if seconds is not None:
            await asyncio.sleep(seconds)
        else:
            await self._woken.wait()
        self._woken.clear()


def _now() -> int:
    """Return the milliseconds since 1970: the one clock that processes share across a reboot."""
    return time.time_ns() // 1_000_000


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
