"""Garbage collection while nobody looks.

A full collection walks every object there is: 30 to 100 ms with a long conversation in memory,
which is three to six frames. Young objects are collected as ever.
"""

from __future__ import annotations

import gc
import time
from typing import Final

REST: Final = 3.0
"""Seconds without a scroll or new text after which a full collection is not noticed."""

CHECK: Final = 2.0
"""Seconds from one look whether it is time to the next."""

ENOUGH: Final = 20
"""Collections of the middle generation after which a full one is worth its while."""

_NEVER: Final = 1_000_000


class QuietCollector:
    """Keeps full collections for moments of rest, from `start` to `stop`."""

    def __init__(self) -> None:
        self._before: tuple[int, int, int] | None = None
        self._busy = 0.0
        self._launching = False

    def start(self) -> None:
        """Put full collections off; where there are none at all, until the first `rest`."""
        self._launching = not gc.isenabled()
        if self._before is None:
            self._before = gc.get_threshold()
            gc.set_threshold(self._before[0], self._before[1], _NEVER)

    def stop(self) -> None:
        """Let Python collect as it did before."""
        self._end_launch()
        if self._before is not None:
            gc.set_threshold(*self._before)
            self._before = None

    def busy(self) -> None:
        """Take in that something moves on the screen."""
        self._busy = time.monotonic()

    def rest(self) -> bool:
        """Collect when nothing has moved for a while and there is enough to do; say whether."""
        self._end_launch()
        if time.monotonic() - self._busy < REST or gc.get_count()[2] < ENOUGH:
            return False
        gc.collect()
        return True

    def _end_launch(self) -> None:
        """Begin to collect. What was made until now stays, and is never looked at again."""
        if self._launching:
            self._launching = False
            gc.freeze()
            gc.enable()
