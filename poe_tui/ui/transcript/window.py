"""The window on a column: which rows are on screen, and keeping them still."""

from __future__ import annotations

import time
from math import ceil
from typing import Any, Final

from textual import events
from textual.geometry import Size
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar, ScrollDown, ScrollTo, ScrollUp
from textual.widget import Widget

from poe_tui.ui.transcript.anchor import Anchor, anchor_at, row_of
from poe_tui.ui.transcript.column import Column
from poe_tui.ui.transcript.entry import Spot
from poe_tui.ui.transcript.strips import MARGIN, RIGHT

QUIET: Final = 0.2
"""Seconds after a scroll in which nothing is measured: the reader may well scroll on."""


class Window(ScrollView):
    """Knows which rows of a `Column` are on screen.

    The top of the screen is an entry and a row in it, not a number of rows from the beginning:
    heights above may change as guesses become exact, and the text that is read stays where it is.
    `following` is true while the end is kept in view as it grows: scrolling up ends that, arriving
    at the end starts it again.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.column: Column | None = None
        self.following = True
        self.quiet_from = 0.0
        """When the reader may be taken to have scrolled as far as they wanted."""
        self._top = (0, 0)
        self._spot: Spot | None = None
        self._anchor: Anchor | None = None
        """What the reader went to last; None until a change of width asks for it."""
        self._fitted = 0

    # -- for subclasses -------------------------------------------------------------------------

    def repaint(self, first: int = 0, last: int | None = None) -> None:
        """Draw screen rows `first` to `last` (not included; None: all the rest) again."""

    def measure_soon(self) -> None:
        """Make guessed heights exact when the loop has time."""

    def relaid(self) -> None:
        """Called when the text has been broken into rows of another width."""

    def holds_still(self) -> bool:
        """Return whether even the end is not to be followed now."""
        return False

    def settled(self) -> None:
        """Called when the top of the screen, or the end of the column, has moved."""

    def set_top(self, index: int, offset: int) -> None:
        """Say what the top of the screen is now called, before `refit` brings it there."""
        self._top, self._spot = (index, offset), None

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
            self.fit_width(self.column)
            self.refit()

    def fit_width(self, column: Column) -> None:
        """Render at the width there is; what was on top stays on top."""
        if column.width == self.text_width:
            return
        self.hold_anchor()
        column.resize(self.text_width)
        self.to_anchor()
        self.relaid()
        self.repaint()
        self.measure_soon()

    def hold_anchor(self) -> Anchor | None:
        """Remember by its text what is on top, unless a change of width has done so before; return
        it, None where there is nothing.

        The anchor stays until the reader moves: a width and back again leads to the same row.
        """
        column, (index, offset) = self.column, self._top
        if column is not None and 0 <= index < len(column) and self._anchor is None:
            self._anchor = anchor_at(column.entry(index), offset)
        return self._anchor

    def to_anchor(self) -> None:
        """Bring what the reader went to last to the top again: its rows are others now."""
        column, anchor = self.column, self._anchor
        index = None if column is None or anchor is None else column.index_of(anchor.key)
        if column is None or anchor is None or index is None or self.following:
            self.refit()
            return
        self._show_from(index, row_of(column.entry(index), anchor))

    def show_anchor(self, anchor: Anchor) -> None:
        """Bring that row to the top, when it is rendered unless the reader has moved by then."""
        self._anchor = anchor
        self.to_anchor()

    def rewrapped(self, key: str) -> None:
        """Take in that all rows of the message `key` are others: it has caught up with a width, or
        with its text.
        """
        anchor = self._anchor
        if anchor is not None and anchor.key == key:
            self.to_anchor()

    def refit(self) -> None:
        """Bring scroll position and scroll bar in line with heights that have changed.

        The row on top is known by its block: what is above it in its message may have changed.
        """
        column = self.column
        if column is None or not self.size:
            return
        if self.following and not self.holds_still():
            self.show_end()
            return
        index, offset = self._top
        if self._spot is not None and 0 <= index < len(column):
            offset = column.entry(index).row_at(self._spot)
        self._show_from(index, offset)

    def show_end(self) -> None:
        """Put the last row of the last entry at the bottom of the screen, and follow it."""
        self.following = True
        self._anchor = None
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
        self._anchor = None
        self._show_from(index, offset)

    def _show_from(self, index: int, offset: int) -> None:
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
        self.quiet_from = time.perf_counter() + QUIET
        index, offset = self._top
        self.show_from(index, offset + rows)
        self.following = self.at_end
        if self.following:
            self.settled()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Follow the end where it is in view already: there is nothing to scroll by."""
        if self.at_end:
            self.show_end()

    def on_scroll_to(self, message: ScrollTo) -> None:
        """Go where the scroll bar is dragged to, at once: Textual would take a tenth of a second to
        go where the end was before more text came.
        """
        message.stop()
        message.prevent_default()
        self.quiet_from = time.perf_counter() + QUIET
        if message.y is not None and message.y >= self.max_scroll_y:
            self.show_end()
        else:
            self.scroll_to(y=message.y, animate=False, immediate=True)

    def on_scroll_up(self, message: ScrollUp) -> None:
        """Go up a screen, less two rows, for a click above the thumb of the scroll bar."""
        self._page(message, -1)

    def on_scroll_down(self, message: ScrollDown) -> None:
        """Go down a screen, less two rows, for a click below the thumb of the scroll bar."""
        self._page(message, 1)

    def _page(self, message: ScrollUp | ScrollDown, step: int) -> None:
        message.stop()
        message.prevent_default()
        self.move_by(step * max(1, self.page - 2))

    @property
    def at_end(self) -> bool:
        """True when the last row is on screen."""
        return self.scroll_y >= self.max_scroll_y

    def ends_below(self, key: str) -> bool:
        """Return whether the end of the message `key` is further down than the screen goes."""
        column = self.column
        index = None if column is None else column.index_of(key)
        if column is None or index is None:
            return False
        return column.heights.start(index + 1) - 1 - round(self.scroll_y) > self.page

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
        self._spot = column.entry(index).spot_at(offset) if index < len(column) else None
        self._fit_scroll(column.heights.start(index) + offset, column.heights.total)
        if moved:
            self.repaint()
        self.settled()

    def _fit_scroll(self, y: int, total: int) -> None:
        """Tell Textual position and height without the layout pass its own setters ask for."""
        self._fitted = self.size.height
        if total != self.virtual_size.height or self.virtual_size.width != self.size.width:
            self.set_reactive(_VIRTUAL_SIZE, Size(self.size.width, total))
        if y != self.scroll_y or y != self.scroll_target_y:
            self.set_reactive(_SCROLL_Y, float(y))
            self.set_reactive(_SCROLL_TARGET_Y, float(y))
        self._fit_bar(y, total)

    def _fit_bar(self, y: int, total: int) -> None:
        """Tell the scroll bar; it is drawn only where that moves it by an eighth of a cell.

        In a long column most rows do not, and while heights become exact, sixty times a second,
        hardly any.
        """
        bar = self.vertical_scrollbar
        before = _thumb_of(bar)
        bar.set_reactive(_BAR_TOTAL, total)
        bar.set_reactive(_BAR_PAGE, self.size.height)
        bar.set_reactive(_BAR_POSITION, float(y))
        if _thumb_of(bar) != before:
            bar.refresh()

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

    def hold_top(self) -> None:
        """Count again how far from the beginning the top is: heights above have become exact."""
        column = self.column
        if column is not None and len(column):
            index, offset = self._top
            offset = min(offset, column.heights[index] - 1)
            self._top = (index, offset)
            self._fit_scroll(column.heights.start(index) + offset, column.heights.total)


def thumb(cells: int, page: int, total: int, position: float) -> tuple[int, int]:
    """Return where the thumb of a scroll bar begins and how long it is, in eighths of a cell.

    The bar is `cells` long; `page` rows of `total` are on screen, from row `position` on.
    """
    hidden, eighths = total - page, 8 * cells
    if hidden <= 0 or not eighths:
        return 0, 0
    length = max(8.0, eighths * page / total)
    return int((eighths - length) * position / hidden), ceil(length)


def _thumb_of(bar: ScrollBar) -> tuple[int, int]:
    return thumb(bar.size.height, bar.window_size, bar.window_virtual_size, bar.position)


_VIRTUAL_SIZE: Final[Reactive[Size]] = Widget.virtual_size
_SCROLL_Y: Final[Reactive[float]] = Widget.scroll_y
_SCROLL_TARGET_Y: Final[Reactive[float]] = Widget.scroll_target_y
_BAR_TOTAL: Final[Reactive[int]] = ScrollBar.window_virtual_size
_BAR_PAGE: Final[Reactive[int]] = ScrollBar.window_size
_BAR_POSITION: Final[Reactive[float]] = ScrollBar.position
