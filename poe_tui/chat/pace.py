"""How often a growing text is shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

PER_SECOND: Final = 30


class Pace:
    """Calls `show` soon after each `ask`, at most 30 times a second, and once after the last.

    The first call comes at once. It works during a burst that never gives the event loop a turn,
    too.
    """

    def __init__(self, show: Callable[[], None]) -> None:
        self._show = show
        self._loop = asyncio.get_running_loop()
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def ask(self) -> None:
        """Call `show` now if the last call is long enough ago, else as soon as it is."""
        if self._loop.time() >= self._due:
            self.flush()
        elif self._timer is None:
            self._timer = self._loop.call_at(self._due, self.flush)

    def settle(self) -> None:
        """Make the call that is due, if one is, now."""
        if self._timer is not None:
            self.flush()

    def flush(self) -> None:
        """Call `show` now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._due = self._loop.time() + 1 / PER_SECOND
        self._show()
