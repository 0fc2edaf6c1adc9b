"""What an answer that is coming waits for: its turn, its files, or another window."""

from __future__ import annotations

import time

import msgspec

from poe_tui.chat.events import Uploading


class Wait(msgspec.Struct, frozen=True):
    """How long, until when, and why."""

    seconds: float
    """From its beginning to its end."""
    until: float
    """The end, in seconds of `time.monotonic`."""
    refused: bool = False
    """True: Poe refused it as one too many; False: we keep to Poe's limit by ourselves."""

    @property
    def left(self) -> float:
        """The seconds that are left; 0 when it is over."""
        return max(0.0, self.until - time.monotonic())

    @property
    def done(self) -> float:
        """How much of it is over, from 0 to 1."""
        return 1.0 - min(1.0, self.left / self.seconds) if self.seconds > 0 else 1.0


class Elsewhere:
    """Another window asks: nothing that is pressed in this one stops the reply."""


Waiting = Wait | Uploading | Elsewhere
"""Why no text of an answer comes in here."""


def no_wait(message_id: str) -> Waiting | None:
    """Return None: nothing waits."""
    return None
