"""What is typed before something is there that it is meant for: it waits for it.

Textual hands a key to whatever has the focus when it comes. In a burst (a fast typist, a slow line,
`tmux send-keys`) what follows the key that opens a list comes before the list has the focus, what
follows the key that closes it comes before it is gone, and what is typed at the start before
anything has the focus. So a key that acts, be it a chord, enter or a letter where nothing is
written, is followed by the next one only when everything has happened that it brought about.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Final

from textual import events
from textual.app import App
from textual.screen import Screen
from textual.widget import Widget

LONGEST: Final = 2.0
"""Seconds after which keys go their way again, whatever has become of what was to open."""

_STEP: Final = 0.1
"""Seconds: a stall of the whole app, however long, counts for no more than this."""


class TypeAhead:
    """Keeps keys and pastes while something is happening, and then hands them on in order."""

    def __init__(self, app: App[Any], hand_on: Callable[[events.Event], Awaitable[None]]) -> None:
        """`hand_on` takes an event to where it belongs by now."""
        self._app = app
        self._hand_on = hand_on
        self._kept: deque[events.Event] = deque()
        self._opening: object | None = None
        self._limit: asyncio.TimerHandle | None = None
        self._written: Widget | None = None
        """Where text has gone since a key last acted."""

    async def take(self, event: events.Event) -> None:
        """Hand `event` on, now or, if it was typed and something is happening, later."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await self._hand_on(event)
        elif self._opening is not None or self._kept:
            self._kept.append(event)
        else:
            await self._take_its_turn(event)

    async def _take_its_turn(self, event: events.Event) -> None:
        focused = self._app.focused
        if _writes(event, focused):
            self._written = focused
            await self._hand_on(event)
        elif self._written is not None:
            # Some keys act at once, and would be ahead of what was typed before them.
            self._kept.appendleft(event)
            self._let_settle(self._written)
        else:
            await self._hand_on(event)
            if self._opening is None:
                self._let_settle(focused or self._app.screen)

    def _let_settle(self, target: Widget) -> None:
        """Wait until `target` has done what was asked of it, and who must know of it does.

        An event climbs from queue to queue, and may be acted upon only at the top; what is sent out
        then climbs again. This goes the same way behind them, twice. Where another widget has the
        focus by then, it has to be in its place: Textual goes by that to find the next one.
        """
        self._written = None
        settled = object()
        self.opening(settled)
        stops = iter([*target.ancestors_with_self, *target.ancestors_with_self])

        def go_on() -> None:
            stop = next(stops, None)
            if stop is not None and stop.call_later(go_on):
                return
            if self._app.focused is target:
                self.opened(settled)
            else:
                self._app.screen.call_after_refresh(self.opened, settled)

        go_on()

    def opening(self, thing: object, *, longest: float | None = LONGEST) -> None:
        """Keep what is typed from now on until `thing` is `opened`; another thing takes its place.

        `longest` is in seconds; None for as long as it takes.
        """
        self._let_go()
        self._opening = thing
        if longest is not None:
            self._wait(thing, longest)

    def _wait(self, thing: object, left: float) -> None:
        if left <= 0:
            self.opened(thing)
        else:
            loop = asyncio.get_running_loop()
            self._limit = loop.call_later(_STEP, self._wait, thing, left - _STEP)

    def opened(self, thing: object) -> None:
        """Hand on what was kept for `thing`: it is there, or will not come."""
        if self._opening is thing:
            self._let_go()
            if self._kept:
                self._app.call_later(self._empty)

    def _let_go(self) -> None:
        self._opening = None
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None

    def on_screen(self, screen: Screen[Any]) -> None:
        """Wait until the screen that is on top now has taken the focus."""
        self.opening(screen)
        screen.call_after_refresh(self.opened, screen)

    async def _empty(self) -> None:
        while self._kept and self._opening is None:
            await self._take_its_turn(self._kept.popleft())


def _writes(event: events.Event, focused: Widget | None) -> bool:
    """Return whether `event` only puts text where the focus is, and sets nothing else off."""
    if isinstance(event, events.Key):
        return focused is not None and focused.check_consume_key(event.key, event.character)
    return True
