"""A stream read ahead by a task of its own, so that its reader hears silence as well as events."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import aclosing
from time import monotonic
from typing import Final, Generic, TypeVar

import msgspec

Item = TypeVar("Item")

ROOM: Final = 64
"""How many items are read ahead: enough to make hand-overs cheap, few enough that the loop turns
between them."""

SLICE: Final = 0.008
"""Seconds a burst may keep the event loop before everything else gets a turn."""


class Silence(msgspec.Struct, frozen=True):
    """Nothing has come for `seconds`."""

    seconds: float
    final: bool = False
    """True: it has lasted so long that waiting on makes no sense. The last thing a feed says."""


class Feed(Generic[Item]):
    """Reads a source ahead, at most ROOM items, and says so when nothing comes."""

    def __init__(
        self,
        source: AsyncGenerator[Item | None, None],
        *,
        silent_after: float,
        give_up_after: float,
    ) -> None:
        """Both limits are in seconds. A None from the source is a sign of life, not passed on."""
        self._source = source
        self._silent_after = min(silent_after, give_up_after)
        self._give_up_after = give_up_after
        self._items: deque[Item] = deque()
        self._failure: Exception | None = None
        self._over = False
        self._heard = self._drained = monotonic()
        self._told = -1.0
        self._news: asyncio.Future[None] | None = None
        self._room: asyncio.Future[None] | None = None

    async def items(self) -> AsyncGenerator[Item | Silence, None]:
        """Yield the source's items, and one Silence in every pause longer than `silent_after`.

        Raises what the source raises, after its last item. Closing this, or cancelling the task
        that iterates, closes the source before it returns.
        """
        task = asyncio.create_task(self._read_ahead(), name="poe-feed")
        try:
            while True:
                turn = monotonic()
                while self._items:
                    yield self._items.popleft()
                    self._drained = monotonic()
                    if self._drained - turn > SLICE:
                        await asyncio.sleep(0)
                        turn = monotonic()
                _ring(self._room)
                if self._over:
                    break
                silence = await self._silence()
                if silence is not None:
                    yield silence
                    if silence.final:
                        return
        finally:
            task.cancel()
            await asyncio.wait([task])
        if self._failure is not None:
            raise self._failure.with_traceback(None)

    async def _silence(self) -> Silence | None:
        """Wait for news; return the silence when a limit passes first, else None."""
        since = max(self._heard, self._drained)
        limit = self._give_up_after if self._told == since else self._silent_after
        await self._wait_for_news(since + limit - monotonic())
        seconds = monotonic() - since
        if self._items or self._over or max(self._heard, self._drained) != since or seconds < limit:
            return None
        self._told = since
        return Silence(seconds, final=seconds >= self._give_up_after)

    async def _wait_for_news(self, seconds: float) -> None:
        """Return when an item or the end has come, or after `seconds`."""
        loop = asyncio.get_running_loop()
        self._news = loop.create_future()
        timer = loop.call_later(max(0.0, seconds), _ring, self._news)
        try:
            await self._news
        finally:
            timer.cancel()
            self._news = None

    async def _read_ahead(self) -> None:
        try:
            async with aclosing(self._source) as source:
                async for item in source:
                    self._heard = monotonic()
                    if item is None:
                        continue
                    self._items.append(item)
                    _ring(self._news)
                    if len(self._items) >= ROOM:
                        await self._wait_for_room()
        except Exception as error:
            self._failure = error
        finally:
            self._over = True
            _ring(self._news)

    async def _wait_for_room(self) -> None:
        self._room = asyncio.get_running_loop().create_future()
        try:
            await self._room
        finally:
            self._room = None


def _ring(bell: asyncio.Future[None] | None) -> None:
    if bell is not None and not bell.done():
        bell.set_result(None)
