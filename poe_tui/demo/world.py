"""Everything that one running demo service remembers."""

from __future__ import annotations

import msgspec

from poe_tui.demo.files import Files
from poe_tui.demo.knobs import Knobs
from poe_tui.demo.ledger import Ledger
from poe_tui.demo.rate import RateLimit
from poe_tui.demo.seen import RequestLog

KEY = "demo-key"
"""The key that works."""
BAD_KEY = "bad-key"
"""Refused with HTTP 401, as any key that is not named here."""
REVOKED_KEY = "revoked"
"""Refused by bots with an `error` event, "Access denied"; with HTTP 401 elsewhere."""
POOR_KEY = "poor-key"
"""Accepted, with 3 points, which is too little for any bot: HTTP 402."""
POOR_BALANCE = 3


class World:
    """The state of one demo service; bots and routes are handed it."""

    def __init__(self, base: str, *, pace: float, controls: bool) -> None:
        self.base = base
        self.pace = pace
        """1.0: bots stream as fast as one reads; 0: without pauses."""
        self.controls = controls
        """True: the addresses for tests exist, and requests are remembered."""
        self.knobs = Knobs()
        self.log = RequestLog(keep=controls)
        self.reset()

    def reset(self) -> None:
        """Go back to the state of a service that has just started. Streams that run go on."""
        self.log.clear()
        self.configure(Knobs())
        self.ledger = Ledger(self.knobs)
        self.rate = RateLimit(self.knobs)
        self.files = Files()
        self.attempts: dict[str, int] = {}
        self.grants: dict[str, tuple[str, str]] = {}

    def configure(self, knobs: Knobs) -> None:
        """Take over the values of `knobs`, in place: ledger and limit look at the same object."""
        for field in msgspec.structs.fields(Knobs):
            setattr(self.knobs, field.name, getattr(knobs, field.name))

    def attempt(self, what: str) -> int:
        """Return how many times `what` has been tried since the last reset, this time included."""
        self.attempts[what] = self.attempts.get(what, 0) + 1
        return self.attempts[what]
