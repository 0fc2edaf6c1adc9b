"""The user's own figures of each bot on disk: small, and shared by all windows and runs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from poe_tui.chat.figures import Figures, Price, Sample
from poe_tui.disk import locked, write_private
from poe_tui.errors import StoreError


class FiguresFile:
    """The file `figures.json`. One that is missing or broken is empty."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp: tuple[int, int] | None = None
        self._figures = Figures()

    @property
    def figures(self) -> Figures:
        """All bots' figures; read again when another process has changed them."""
        try:
            found = self.path.stat()
            stamp = (found.st_mtime_ns, found.st_size)
            if stamp != self._stamp:
                self._figures = _decoded(self.path.read_bytes())
                self._stamp = stamp
        except OSError:
            self._figures, self._stamp = Figures(), None
        return self._figures

    def add(self, samples: Iterable[tuple[str, Sample]], prices: Iterable[Price] = ()) -> None:
        """Take in replies with their bots, and what was paid in both currencies.

        Raises StoreError.
        """
        try:
            with locked(self.path):
                self._stamp = None
                figures = self.figures
                for bot, sample in samples:
                    figures.add(bot, sample)
                for price in prices:
                    figures.add_price(price.points, price.dollars)
                write_private(self.path, msgspec.json.encode(figures), sync=False)
        except OSError as error:
            raise StoreError(f"{self.path} can't be written: {error.strerror}.") from None
        finally:
            self._stamp = None


def _decoded(content: bytes) -> Figures:
    try:
        return msgspec.json.decode(content, type=Figures)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return Figures()
