"""The scrolling surface of the transcript: which rows are on screen, and keeping them still."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Final

from textual import events
from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from poe_tui.markdown.rows import Row
from poe_tui.markdown.warm import warm_up
from poe_tui.ui.palette import Palette
from poe_tui.ui.transcript.column import Column
from poe_tui.ui.transcript.entry import Entry
from poe_tui.ui.transcript.strips import MARGIN, RIGHT, Stretch, Strips, blank_strip, strip_of

IDLE_SLICE: Final = 0.004
"""Seconds of measuring heights at a time."""

IDLE_PAUSE: Final = 0.016
"""Seconds from one slice to the next: the loop is free for most of them."""

QUIET: Final = 0.2
"""Seconds after a scroll in which nothing is measured: the reader may well scroll on."""


class Canvas(ScrollView):
    """A `Column` on screen.

    The top of the screen is an entry and a row in it, not a number of rows from the beginning:
    heights above may change as guesses become exact, and the text that is read stays where it is.
    `following` is true while the end is kept in view as it grows: scrolling up ends that, arriving
    at the end starts it again.
    """

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
        self.column: Column | None = None
        self.following = True
        self.palette: Palette | None = None
        self._top = (0, 0)
        self._fitted = 0
        self._painting = False
        self._look = 0
        self._quiet_from = 0.0
        self._idle: Timer | None = None

    def on_mount(self) -> None:
        """Start measuring heights in the background whenever some are guesses."""
        self._idle = self.set_interval(IDLE_PAUSE, self._measure_some, pause=True)

    def measure_soon(self) -> None:
        """Make guessed heights exact when the loop has time."""
        if self._idle is not None:
            self._idle.resume()

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

    def settled(self) -> None:
        """Called when the top of the screen, or the end of the column, has moved."""

    def set_top(self, index: int, offset: int) -> None:
        """Say what the top of the screen is now called, before `refit` brings it there."""
        self._top = (index, offset)

    # -- geometry -------------------------------------------------------------------------------

    @property
    def page(self) -> int:
        """The rows on screen."""
        return max(1, self.size.height)

    @property
    def text_width(self) -> int:
        """The cells a message's text has."""
        return max(1, self.size.width - MARGIN - RIGHT)

    @property
    def top(self) -> tuple[int, int]:
        """The entry at the top of the screen, and the row of it that is there."""
        return self._top

    def on_resize(self, event: events.Resize) -> None:
        """Bring what is on screen in line with the new size."""
        if self.column is not None and self.size.width:
            self._fit_width(self.column)
            self.refit()

    def _fit_width(self, column: Column) -> None:
        """Render at the width there is; what was on top stays on top."""
        if column.width == self.text_width:
            return
        index, offset = self._top
        share = offset / max(1, column.heights[index]) if column.items else 0.0
        column.resize(self.text_width)
        if column.items and not self.following:
            self._top = (index, int(share * column.settle(index)))
        self.refit()
        self.repaint()
        self.measure_soon()

    def refit(self) -> None:
        """Bring scroll position and scroll bar in line with heights that have changed."""
        if self.column is None or not self.size:
            return
        if self.following:
            self.show_end()
        else:
            self.show_from(*self._top)

    def show_end(self) -> None:
        """Put the last row of the last entry at the bottom of the screen, and follow it."""
        self.following = True
        column = self.column
        if column is None:
            return
        index = len(column) - 1
        rows = column.settle(index) if index >= 0 else 0
        while rows < self.page and index > 0:
            index -= 1
            rows += column.settle(index)
        self._place(max(0, index), max(0, rows - self.page))

    def show_from(self, index: int, offset: int) -> None:
        """Put row `offset` of entry `index` at the top; at the end, as far up as the screen fills.

        Every entry on screen gets its exact height. A negative offset counts upwards into the
        entries before.
        """
        column = self.column
        if column is None or not len(column):
            self._place(0, 0)
            return
        index = min(max(0, index), len(column) - 1)
        column.settle(index)
        index, offset = self._walk(column, index, offset)
        rows, last = column.heights[index] - offset, index
        while rows < self.page and last + 1 < len(column):
            last += 1
            rows += column.settle(last)
        if rows < self.page:
            index, offset = self._walk(column, index, offset - (self.page - rows))
        self._place(index, max(0, offset))

    def move_by(self, rows: int) -> None:
        """Scroll by `rows`, counted in exact rows; negative is upwards."""
        self._quiet_from = time.perf_counter() + QUIET
        if rows < 0:
            self.following = False
        index, offset = self._top
        self.show_from(index, offset + rows)
        if rows > 0 and self.at_end:
            self.following = True
            self.settled()

    @property
    def at_end(self) -> bool:
        """True when the last row is on screen."""
        return self.scroll_y >= self.max_scroll_y

    @staticmethod
    def _walk(column: Column, index: int, offset: int) -> tuple[int, int]:
        """Return the place `offset` rows from the top of `index`, counted in exact heights."""
        while offset < 0 and index > 0:
            index -= 1
            offset += column.settle(index)
        while offset >= column.settle(index) and index + 1 < len(column):
            offset -= column.heights[index]
            index += 1
        return index, min(max(0, offset), max(0, column.heights[index] - 1))

    def _place(self, index: int, offset: int) -> None:
        """Make (`index`, `offset`) the top of the screen; repaints only when that moves it."""
        column = self.column
        assert column is not None
        moved = (index, offset) != self._top
        self._top = (index, offset)
        self._fit_scroll(column.heights.start(index) + offset, column.heights.total)
        if moved:
            self.repaint()
        self.settled()

    def _fit_scroll(self, y: int, total: int) -> None:
        """Tell Textual position and height without the layout pass its own setters ask for."""
        self._fitted = self.size.height
        if total != self.virtual_size.height or self.virtual_size.width != self.size.width:
            self.set_reactive(_VIRTUAL_SIZE, Size(self.size.width, total))
            bar = self.vertical_scrollbar
            bar.window_virtual_size = total
            bar.window_size = self.size.height
        if y != self.scroll_y or y != self.scroll_target_y:
            self.set_reactive(_SCROLL_Y, float(y))
            self.set_reactive(_SCROLL_TARGET_Y, float(y))
            self.vertical_scrollbar.position = y

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Take a scroll that Textual made: wheel, scroll bar, a selection dragged past the edge."""
        column = self.column
        if column is None or not len(column) or round(old_value) == round(new_value):
            super().watch_scroll_y(old_value, new_value)
            return
        if self.size.height != self._fitted:
            return  # Not the reader: Textual fits it to a new height, of which Resize will tell.
        rows = round(new_value) - round(old_value)
        if abs(rows) <= 2 * self.page:
            self.move_by(rows)
            return
        self.following = False
        self.show_from(*column.heights.at(round(new_value)))
        self.following = self.at_end
        self.settled()

    # -- measuring in the background ------------------------------------------------------------

    def _measure_some(self) -> None:
        """Make guessed heights exact, the newest first, for a few milliseconds."""
        column = self.column
        if column is None or not self.size:
            self._stop_measuring()
            return
        if any(growing.document.pending for growing in column.live.values()):
            return
        warm_up()
        if time.perf_counter() < self._quiet_from:
            return
        ends = time.perf_counter() + IDLE_SLICE
        for index in column.inexact_from(len(column) - 1):
            column.measure(index)
            if time.perf_counter() > ends:
                break
        else:
            self._stop_measuring()
        index, offset = self._top
        if len(column):
            offset = min(offset, column.heights[index] - 1)
            self._top = (index, offset)
            self._fit_scroll(column.heights.start(index) + offset, column.heights.total)

    def _stop_measuring(self) -> None:
        if self._idle is not None:
            self._idle.pause()

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
        """Return the strips of `crop`, without the offsets that only selecting needs."""
        self._painting = True
        try:
            if self.column is not None and self.size.width:
                # Textual draws before it says that the size is another one.
                self._fit_width(self.column)
            return super().render_lines(crop)
        finally:
            self._painting = False

    def render_line(self, y: int) -> Strip:
        """Return screen row `y`.

        Outside painting, Textual asks in order to learn what text is under the mouse; the strip
        then carries offsets: characters from the left, and `line_number` as the row.
        """
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
            if not self._painting:
                strip = strip.apply_offsets(0, line_number(index, row))
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


ROWS_APART: Final = 1 << 22
"""More rows than one message can have."""


def line_number(index: int, row: int) -> int:
    """Return a number for row `row` of entry `index` that sorts downwards and that heights above it
    do not change.
    """
    return index * ROWS_APART + row


_VIRTUAL_SIZE: Final[Reactive[Size]] = Widget.virtual_size
_SCROLL_Y: Final[Reactive[float]] = Widget.scroll_y
_SCROLL_TARGET_Y: Final[Reactive[float]] = Widget.scroll_target_y
