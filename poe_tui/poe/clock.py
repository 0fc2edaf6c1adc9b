"""How far the clock of a server is from ours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

HALF_A_SECOND: Final = timedelta(seconds=0.5)


def ahead_of_ours(date: str) -> timedelta:
    """Return how far the `Date` that a server has just sent is ahead of our clock.

    It is right to half a second. Nothing when it can't be read, or names no time zone.
    """
    try:
        # It gives whole seconds, cut off.
        return parsedate_to_datetime(date) + HALF_A_SECOND - datetime.now(UTC)
    except (ValueError, TypeError):  # TypeError: it names no time zone
        return timedelta(0)
