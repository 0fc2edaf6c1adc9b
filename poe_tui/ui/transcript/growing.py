"""An answer whose text is still coming, or is too long to be rendered at once."""

from __future__ import annotations

import time
from typing import Final

_LONG: Final = 250_000
_LINE: Final = 40
"""A line costs about as much as so many characters."""


def is_long(text: str) -> bool:
    """Tell whether to render `text` at once would hold the app up: then it is taken bit by bit."""
    return len(text) > _LONG // _LINE and len(text) + _LINE * text.count("\n") > _LONG


class Growing:
    """A live document, how much of the message it has been fed, and when text last came."""

    def __init__(self, text: str, width: int, *, plain: bool) -> None:
        from poe_tui.markdown.live import (
            LiveDocument,
        )  # a tenth of our imports, for the first frame

        self.document = LiveDocument(width, plain=plain)
        self.document.feed(text)
        self.behind = True
        """True until what it began with is rendered."""
        self.ended = False
        """True: no more text will come; what is pending is still to be rendered."""
        self._fed = len(text)
        self._last = time.monotonic()
        self._silent = False

    def take(self, text: str) -> None:
        """Feed what `text` has more than it had."""
        if len(text) > self._fed:
            self.document.feed(text[self._fed :])
            self._fed = len(text)
        self._last, self._silent = time.monotonic(), False

    def replace(self, text: str) -> None:
        """Start again with `text`."""
        self.document.replace(text)
        self._fed = len(text)
        self._last, self._silent = time.monotonic(), False

    def go_silent(self) -> None:
        """Count from now on how long nothing has come."""
        self._silent = True

    @property
    def silent_seconds(self) -> float | None:
        """Seconds without text; None while the bot is not called silent."""
        return time.monotonic() - self._last if self._silent else None
