"""When the terminal draws the pictures on screen: as soon as they are at rest.

While the text moves there are half blocks, which cost what text costs. Sixels are hundreds of
kilobytes a screen, which would be sent again for every line the text moves by; xterm moreover keeps
sixteen of them and lets the topmost go.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.segment import Segment
from textual.strip import Strip
from textual.timer import Timer

from poe_tui.errors import PoeTuiError
from poe_tui.ui.transcript.easel import Easel, Seen

if TYPE_CHECKING:
    from poe_tui.ui.transcript.exhibit import Exhibit

REST: Final = 0.25
"""Seconds without another row drawn after which what moved is at rest."""

LINES: Final = 1.5
"""The same while an answer grows: a picture that is sharp between two lines would flicker."""

FRAME: Final = 0.01
"""Seconds from one row of a frame to the next at most."""

SOON: Final = 0.03
"""Seconds for what had been at rest before: it moved at one go."""


class Noted(Strip):
    """A strip that says when it is drawn, whole or in part."""

    __slots__ = ("_note",)

    def __init__(self, segments: Sequence[Segment], length: int, note: Callable[[], None]) -> None:
        super().__init__(segments, length)
        self._note = note

    def render(self, console: Console) -> str:
        self._note()
        return super().render(console)

    def crop(self, start: int, end: int | None = None) -> Strip:
        return self._noted(super().crop(start, end))

    def divide(self, cuts: Sequence[int]) -> Sequence[Strip]:  # type: ignore[override]
        return [self._noted(strip) for strip in super().divide(cuts)]

    def _noted(self, strip: Strip) -> Strip:
        if isinstance(strip, Noted):
            return strip
        return Noted(list(strip), strip.cell_length, self._note)


class Brush:
    """Has the pictures of a transcript drawn by the terminal, each when its half blocks rest."""

    def __init__(self, exhibit: Exhibit, easel: Easel) -> None:
        self.easel = easel
        self._exhibit = exhibit
        self._coarse: set[str] = set()
        """Pictures whose half blocks are on screen, and nothing over them."""
        self._moved = 0.0
        self._due = 0.0
        self._timer: Timer | None = None
        self._drawing = False

    @property
    def idle(self) -> bool:
        """True while nothing is drawn, and nothing waits for that."""
        return self._timer is None and not self._drawing

    def noted(self, strip: Strip, address: str) -> Strip:
        """Return a row of a picture in half blocks, so that it is known when it is drawn."""
        return Noted(list(strip), strip.cell_length, partial(self.smudged, address))

    def smudged(self, address: str) -> None:
        """Take in that half blocks of a picture have just been drawn."""
        now = time.monotonic()
        self._coarse.add(address)
        if now - self._moved > FRAME:
            rest = LINES if self._exhibit.grows else REST
            self._due = now + (rest if now - self._moved < rest else SOON)
        self._moved = now
        self._wait()

    def _wait(self) -> None:
        if self._timer is None and not self._drawing and self._exhibit.is_attached:
            delay = max(0.01, self._due - time.monotonic())
            self._timer = self._exhibit.set_timer(delay, self._look)

    def _look(self) -> None:
        """Draw what is at rest, or wait on."""
        self._timer = None
        if time.monotonic() < self._due:
            self._wait()
        elif self._coarse:
            self._drawing = True
            self._exhibit.run_worker(
                self._draw(),
                group="sharp pictures",
                description="draw pictures",
                exit_on_error=False,
            )

    async def _draw(self) -> None:
        began = self._moved
        try:
            in_view, coarse = self._exhibit.seen(), frozenset(self._coarse)
            self.easel.in_view = frozenset(seen.address for seen in in_view)
            for seen in in_view:
                if seen.address in coarse:
                    await self._draw_one(seen)
        finally:
            self._drawing = False
            if self._moved != began:
                self._wait()

    async def _draw_one(self, seen: Seen) -> None:
        try:
            sequence = await self.easel.prepare(seen)
        except PoeTuiError:
            return  # The half blocks stay: they were drawn from the same file.
        if seen not in self._exhibit.seen():
            return  # It has moved meanwhile, and will be drawn when it rests.
        self._coarse.discard(seen.address)
        self.easel.terminal.write(sequence)
        if self.easel.drawn(seen):
            self._exhibit.repaint()
