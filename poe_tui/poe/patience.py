"""How often and how long a request is tried again that Poe refused as one too many."""

from __future__ import annotations

import msgspec


class Patience(msgspec.Struct, frozen=True):
    """Waits as long as told, else longer each time. All times are in seconds."""

    first: float = 10.0
    """The first wait when nobody says how long."""
    longest: float = 60.0
    """The longest of those waits, each of which is twice the one before."""
    tries: int = 5
    """How often a request is sent again; 0: never."""
    in_all: float = 180.0
    """How long the waits of one request may be together."""

    def pause(self, tried: int, waited: float, told: float | None) -> float | None:
        """Return the seconds to wait before the next try; None to give up.

        `tried` is how often it has been sent again, `waited` how long that took, `told` what the
        server asked for, None when it asked for nothing.
        """
        if tried >= self.tries:
            return None
        own = min(self.first * 2.0**tried, self.longest)
        seconds = own if told is None else max(told, min(1.0, self.first))
        return seconds if waited + seconds <= self.in_all else None


NONE = Patience(tries=0)
"""No patience: what is refused stays refused."""
