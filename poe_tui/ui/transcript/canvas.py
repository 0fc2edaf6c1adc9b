"""The scrolling surface of the transcript: the rows that are on screen, in their colours."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from textual.geometry import Region
from textual.strip import Strip

from poe_tui.markdown.rows import Row
from poe_tui.markdown.warm import warm_up
from poe_tui.ui.palette import Palette
from poe_tui.ui.transcript.column import Column
from poe_tui.ui.transcript.entry import Entry
from poe_tui.ui.transcript.rest import Rest
from poe_tui.ui.transcript.strips import MARGIN, RIGHT, Stretch, Strips, blank_strip, strip_of
from poe_tui.ui.transcript.window import Window


class Canvas(Window):
    """A window on a column that draws what is in it."""

    DEFAULT_CSS = """
    Canvas {
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
        scrollbar-background: $background;
        scrollbar-background-hover: $background;
        scrollbar-background-active: $background;
        scrollbar-color: $panel;
        scrollbar-color-hover: $primary;
        scrollbar-color-active: $primary;
    }
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.palette: Palette | None = None
        self._painting = False
        self._look = 0
        self._measuring: Rest | None = None

    def on_mount(self) -> None:
        """Be ready to make guessed heights exact, in moments of rest."""
        self._measuring = Rest(
            self, self._measure, busy=self.is_busy, after=lambda more: self.hold_top()
        )

    def measure_soon(self) -> None:
        """Make guessed heights exact when the loop has time."""
        if self._measuring is not None:
            self._measuring.soon()

    # -- what the drawing depends on, for subclasses --------------------------------------------

    def marker_of(self, entry: Entry, y: int) -> str:
        """Return which mark of strips.MARKERS stands left of row `y` of `entry`."""
        return ""

    def stretches_of(self, index: int, entry: Entry, y: int) -> Sequence[Stretch]:
        """Return the parts of row `y` of `entry` that stand out: found or selected text."""
        return ()

    def drawing_of(self, entry: Entry, y: int) -> tuple[Row, Strips, object]:
        """Return row `y` of `entry` as it is drawn, and where and under which key its strip is
        kept.
        """
        return entry.row(y), entry.strips, y

    def noted(self, strip: Strip, entry: Entry, y: int) -> Strip:
        """Return the strip of row `y` of `entry` as Textual gets it."""
        return strip

    def empty_rows(self, width: int) -> Sequence[Row]:
        """Return what is shown, in the middle, when there is nothing to show."""
        return ()

    def footnote(self) -> Row | None:
        """Return what covers the right end of the last line; None for nothing."""
        return None

    # -- measuring in the background ------------------------------------------------------------

    def is_busy(self) -> bool:
        """Return whether what can wait has to: text is coming in, or the reader scrolls."""
        column = self.column
        if column is None or not self.size:
            return False
        if any(growing.document.pending for growing in column.live.values()):
            return True
        warm_up()
        return time.perf_counter() < self.quiet_from

    def _measure(self) -> bool:
        """Make a guessed height exact, that of the newest message first; False for no more."""
        column = self.column
        if column is None or not self.size:
            return False
        guessed = column.inexact_from(len(column) - 1)
        index = next((place for place in guessed if not column.is_long(place)), None)
        if index is not None:
            column.glance(index)
        return index is not None

    # -- painting -------------------------------------------------------------------------------

    def repaint(self, first: int = 0, last: int | None = None) -> None:
        """Draw screen rows `first` to `last` (not included; None: all the rest) again."""
        if self._painting:
            return
        end = self.size.height if last is None else min(last, self.size.height)
        first = max(0, first)
        if end > first:
            self.refresh(Region(0, first, self.size.width, end - first))

    def repaint_entry(self, index: int, first: int = 0, last: int | None = None) -> None:
        """Draw rows `first` to `last` of an entry again, as far as they are on screen."""
        column = self.column
        if column is None:
            return
        above = column.heights.start(index) - round(self.scroll_y)
        end = column.heights[index] if last is None else last
        self.repaint(above + first, max(0, above + end))

    def redraw(self) -> None:
        """Draw everything again because looks have changed: theme, selection, what was found."""
        self._look += 1
        self.repaint()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the strips of `crop`."""
        self._painting = True
        try:
            if self.column is not None and self.size.width:
                # Textual draws before it says that the size is another one.
                self.fit_width(self.column)
            return super().render_lines(crop)
        finally:
            self._painting = False

    def render_line(self, y: int) -> Strip:
        """Return screen row `y`."""
        column, palette = self.column, self.palette
        width = self.size.width
        if palette is None:
            return Strip.blank(width)
        if column is None or not len(column):
            return self._empty_strip(y, width, palette)
        line = round(self.scroll_y) + y
        if line >= column.heights.total:
            strip = blank_strip(width, palette)
        else:
            index, row = column.heights.at(line)
            strip = self._entry_strip(column, index, row, width, palette)
        if y == self.size.height - 1 and (note := self.footnote()) is not None:
            end = strip_of(note, width=note.cells + MARGIN + RIGHT, palette=palette)
            kept = max(0, width - note.cells)
            return Strip.join([strip.crop(0, kept), end.crop(MARGIN, MARGIN + note.cells)])
        return strip

    def _entry_strip(
        self, column: Column, index: int, y: int, width: int, palette: Palette
    ) -> Strip:
        entry = column.entry(index)
        row, strips, key = self.drawing_of(entry, y)
        marker = self.marker_of(entry, y)
        known = strips.get(key)
        if known is not None and known[0] is row and known[1:4] == (self._look, marker, width):
            strip = known[4]
            assert isinstance(strip, Strip)
            return strip
        strip = strip_of(
            row,
            entry.lead_of(y),
            entry.ground_of(y),
            width=width,
            palette=palette,
            marker=marker,
            stretches=self.stretches_of(index, entry, y),
        )
        strip = self.noted(strip, entry, y)
        if len(strips) > 512:
            strips.clear()
        strips[key] = (row, self._look, marker, width, strip)
        return strip

    def _empty_strip(self, y: int, width: int, palette: Palette) -> Strip:
        rows = self.empty_rows(width - MARGIN - RIGHT)
        first = max(0, (self.size.height - len(rows)) // 2)
        if first <= y < first + len(rows):
            return strip_of(rows[y - first], width=width, palette=palette)
        return blank_strip(width, palette)
