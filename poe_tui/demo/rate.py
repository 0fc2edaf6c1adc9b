"""The limit on requests: a sliding window for each key."""

from __future__ import annotations

import time
from collections import defaultdict, deque

import msgspec

from poe_tui.demo.knobs import Knobs


class Allowance(msgspec.Struct, frozen=True):
    """The answer to one request: how many are left, and, if it was refused, when to come back."""

    limit: int
    remaining: int
    wait: float | None
    """Seconds; None: the request may pass."""


class RateLimit:
    """Counts the requests of each key in the last window."""

    def __init__(self, knobs: Knobs) -> None:
        self._knobs = knobs
        self._times: defaultdict[str, deque[float]] = defaultdict(deque)

    def take(self, key: str) -> Allowance:
        """Count one request of `key`, unless it is over the limit: refused ones do not count."""
        now = time.monotonic()
        times = self._times[key]
        limit, window = self._knobs.rate_limit, self._knobs.rate_window
        while times and times[0] <= now - window:
            times.popleft()
        if len(times) >= limit:
            wait = times[0] + window - now if times else window
            return Allowance(limit=limit, remaining=0, wait=wait)
        times.append(now)
        return Allowance(limit=limit, remaining=limit - len(times), wait=None)
