"""Work that can wait, done in small slices while nothing else is to be done."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from textual.timer import Timer
from textual.widget import Widget

SLICE: Final = 0.004
"""Seconds of work at a time."""

PAUSE: Final = 0.016
"""Seconds from one slice to the next: the loop is free for most of them."""


class Rest:
    """Calls `job` again and again in slices, until it returns False: there is nothing to do now.

    While `busy` no work is done. After each slice `after` is called with whether there is more.
    """

    def __init__(
        self,
        widget: Widget,
        job: Callable[[], bool],
        *,
        busy: Callable[[], bool],
        after: Callable[[bool], None],
    ) -> None:
        self._job = job
        self._busy = busy
        self._after = after
        self._timer: Timer = widget.set_interval(PAUSE, self._slice, pause=True)

    def soon(self) -> None:
        """Begin, or go on."""
        self._timer.resume()

    def _slice(self) -> None:
        if self._busy():
            return
        ends = time.perf_counter() + SLICE
        while more := self._job():
            if time.perf_counter() > ends:
                break
        if not more:
            self._timer.pause()
        self._after(more)
