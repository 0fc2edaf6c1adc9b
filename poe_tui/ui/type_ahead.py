"""What is typed before something is there that it is meant for: it waits for it.

Textual hands a key to whatever has the focus when it comes. In a burst (a fast typist, a slow line,
`tmux send-keys`) what follows the key that opens a list comes before the list has the focus, and
what is typed at the start before anything has it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Final

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget

LONGEST: Final = 2.0
"""Seconds after which keys go their way again, whatever has become of what was to open."""


class TypeAhead:
    """Keeps keys and pastes while something is opening, and then hands them on in their order."""

    def __init__(self, app: App[Any], hand_on: Callable[[events.Event], Awaitable[None]]) -> None:
        """`hand_on` takes an event to where it belongs by now."""
        self._app = app
        self._hand_on = hand_on
        self._kept: deque[events.Event] = deque()
        self._opening: object | None = None
        self._written: Widget | None = None
        """Where text has gone since a key last acted."""

    def keeps(self, event: events.Event) -> bool:
        """Return whether `event` is kept until later."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            return False
        if self._opening is None and not self._kept:
            if isinstance(event, events.Paste) or event.is_printable:
                self._written = self._app.focused
                return False
            if self._written is None:
                return False
            self._let_settle(self._written)
        self._kept.append(event)
        return True

    def _let_settle(self, written: Widget) -> None:
        """Wait until text is in place that is on its way, and who must know of it does.

        Some keys act at once, and would be ahead of what was typed before them.
        """
        self._written = None
        self.opening(written)

        def climb(node: DOMNode) -> None:
            above = node.parent
            if above is None or node is written.screen:
                self.opened(written)
            else:
                above.call_later(climb, above)

        written.call_later(climb, written)

    def opening(self, thing: object, *, longest: float | None = LONGEST) -> None:
        """Keep what is typed from now on until `thing` is `opened`; another thing takes its place.

        `longest` is in seconds; None for as long as it takes.
        """
        self._opening = thing
        if longest is not None:
            self._app.set_timer(longest, lambda: self.opened(thing))

    def opened(self, thing: object) -> None:
        """Hand on what was kept for `thing`: it is there, or will not come."""
        if self._opening is thing:
            self._opening = None
            self._app.call_later(self._empty)

    def on_screen(self, screen: Screen[Any]) -> None:
        """Wait until the screen that is on top now has taken the focus."""
        self.opening(screen)
        screen.call_after_refresh(self.opened, screen)

    async def _empty(self) -> None:
        while self._kept and self._opening is None:
            await self._hand_on(self._kept.popleft())
