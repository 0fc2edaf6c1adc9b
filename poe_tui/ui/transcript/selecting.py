"""Selecting text, with the mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from textual import events
from textual.selection import Selection
from textual.timer import Timer

from poe_tui.ui.transcript.body import CodeSpot
from poe_tui.ui.transcript.caret import MOVES, Caret
from poe_tui.ui.transcript.column import Column
from poe_tui.ui.transcript.entry import Entry
from poe_tui.ui.transcript.reader import Reader
from poe_tui.ui.transcript.selection import (
    Point,
    line_at,
    selection_of,
    stop_under,
    stops,
    whole_message,
    word_at,
)
from poe_tui.ui.transcript.strips import MARGIN, Stretch

SCROLLS: Final = 1 / 20
"""Seconds between two scrolls while the mouse is held beyond an edge."""

_FASTEST: Final = 8
"""Rows of one such scroll at most: two for each row that the mouse is out."""

_LEAVING: Final = frozenset({"escape", "v", "q"})
_COPYING: Final = frozenset({"y", "enter", "ctrl+c"})
#: Keys that go on meaning what they mean everywhere.
_ELSEWHERE: Final = ("tab", "shift+tab", "f1", "f2")


class Selecting(Reader):
    """A reader's column in which text is selected across messages.

    Not by Textual's own means: the end of the text that the mouse is dragged to may have to be
    scrolled to, and words and lines are ours to know.
    """

    ALLOW_SELECT = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._origin: Point | None = None
        """Where the mouse was pressed, or the caret set down: one end of what is selected."""
        self._held: tuple[int, int] | None = None
        """Where the mouse is while its button is held."""
        self._dragged = False
        self._scrolling: Timer | None = None
        self.caret: Caret | None = None
        """Where selecting by keyboard has got to; None while keys mean what they always do."""

    def copy_selection(self) -> None:
        """Copy what is selected."""

    def holds_still(self) -> bool:
        """Return whether the end is not to be followed now: text under the mouse must not move."""
        return self._dragged and self._held is not None

    # -- what is selected -----------------------------------------------------------------------

    def select(self, selection: Selection | None) -> None:
        """Select that text and nothing else on the screen; None for nothing at all."""
        self.selection_updated(selection)
        self.screen.selections = {} if selection is None else {self: selection}

    def _select_to(self, column: Column, point: Point) -> None:
        if self._origin is not None and self._origin.place < len(column):
            self.select(selection_of(column, self._origin, point))

    def drop_selection(self) -> None:
        """Let go of what is selected, by mouse or keyboard: the rows are others now."""
        self._origin = None
        self._let_go()
        self.leave_caret()
        if self.chosen is not None or self in self.screen.selections:
            self.select(None)

    def text_select_all(self) -> None:
        """Select the message under the cursor."""
        index = self.here
        if self.column is not None and index is not None:
            self.select(whole_message(index, self.column.entry(index)))

    def point_at(self, x: int, y: int) -> Point | None:
        """Return the character at a place on the screen; the nearest where there is none."""
        column = self.column
        if column is None or not len(column):
            return None
        line = min(max(0, round(self.scroll_y) + y), column.heights.total - 1)
        index, row = column.heights.at(line)
        return Point(index, row, stop_under(column.entry(index).row(row), x - MARGIN))

    def relaid(self) -> None:
        """Let go of what is selected: the rows are others. Painting may be going on."""
        self.chosen = None
        self.call_later(self.drop_selection)

    def toggle_fold(self, index: int, spot: CodeSpot | None = None, *, whole: bool = False) -> None:
        """Fold or unfold code, reasoning or a message, and let go of what is selected."""
        self.drop_selection()
        super().toggle_fold(index, spot, whole=whole)

    # -- the mouse ------------------------------------------------------------------------------

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin to select here; with shift what is selected goes on to here."""
        if event.button != 1:
            return
        self.leave_caret()
        if not (event.shift and self._origin is not None):
            self._origin = self.point_at(event.x, event.y)
        self._held, self._dragged = (event.x, event.y), event.shift
        self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Select up to here."""
        if self._held is not None and (event.x, event.y) != self._held:
            self._held, self._dragged = (event.x, event.y), True
            self._drag()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Leave selected what is selected. A press and a release in one place are a click."""
        if self._held is None:
            return
        if self._dragged:
            self._held = (event.x, event.y)
            self._drag()
        self._let_go()

    def on_mouse_release(self, event: events.MouseRelease) -> None:
        """Leave selected what is selected: something else has the mouse now."""
        self._let_go()

    def _let_go(self) -> None:
        if self._held is not None:
            self._held = None
            self.release_mouse()
            self.refit()
        if self._scrolling is not None:
            self._scrolling.stop()
            self._scrolling = None

    def _drag(self) -> None:
        """Select up to where the mouse is; beyond an edge, scroll on for as long as it is there."""
        column = self.column
        if column is None or self._held is None or not len(column):
            return
        x, y = self._held
        # Where the screen ends with the first row, the mouse can't go beyond it.
        first = 0 if self.region.y > 0 else 1
        beyond = min(0, y - first) + max(0, y - self.page + 1)
        if beyond:
            self.move_by(max(-_FASTEST, min(_FASTEST, 2 * beyond)))
            x, y = (-1, 0) if beyond < 0 else (1 << 20, self.page - 1)
        if beyond and self._scrolling is None:
            self._scrolling = self.set_interval(SCROLLS, self._drag)
        elif not beyond and self._scrolling is not None:
            self._scrolling.stop()
            self._scrolling = None
        point = self.point_at(x, y)
        if point is not None:
            self._select_to(column, point)

    def click_to_select(self, event: events.Click) -> bool:
        """Select what several clicks, or one with shift, mean; return False for a plain click.

        Two are for the word, three for the line of the text, four for the message.
        """
        event.prevent_default()  # Textual would select all of the widget, or of the screen.
        column, point = self.column, self.point_at(event.x, event.y)
        if column is None or point is None or (event.chain == 1 and not event.shift):
            return self._dragged
        if event.chain == 2:
            self.select(word_at(column, point))
        elif event.chain == 3:
            self.select(line_at(column, point))
        elif event.chain > 3:
            self.select(whole_message(point.place, column.entry(point.place)))
        return True

    # -- the keyboard ---------------------------------------------------------------------------

    def action_select(self, move: str = "") -> None:
        """Begin to select by keyboard at what was found or is under the cursor; then `move`."""
        column = self.column
        point = None if column is None else self._first_point(column)
        if column is None or point is None:
            return
        self._origin, self.caret = point, Caret(column, point)
        self._move_caret(move)
        self.post_message(self.ModeChanged())

    def stretches_of(self, index: int, entry: Entry, y: int) -> Sequence[Stretch]:
        """Return what stands out, and the caret, which may be at either end of the selection."""
        stretches = super().stretches_of(index, entry, y)
        if self.caret is not None and (index, y) == self.caret.point[:2]:
            stop = self.caret.stop()
            if stop is not None:
                return [*stretches, Stretch(stop.first, stop.last, "current")]
        return stretches

    def _first_point(self, column: Column) -> Point | None:
        index = self.here
        if index is None:
            return None
        entry = column.entry(index)
        match = self.finder.shown(entry) if self.finder is not None else None
        if match is not None:
            return Point(index, match.y, match.first)
        first, _ = self._rows_of(entry, self.spot)
        if self.spot is None:
            top, offset = self.top
            first = offset if index == top else 1
        rows = [*range(max(1, first), entry.height), *range(first)]
        for y in rows:
            if found_stops := stops(entry.row(y)):
                return Point(index, y, found_stops[0].first)
        return None

    def _move_caret(self, move: str) -> None:
        caret = self.caret
        if caret is None or self.column is None:
            return
        if move:
            caret.move(move, self.page)
        self._select_to(self.column, caret.point)
        self.bring_into_view(caret.point.place, caret.point.y, caret.point.y + 1)

    def leave_caret(self) -> None:
        """Let the keys mean again what they always do; what is selected stays so."""
        if self.caret is not None:
            self.caret = None
            self.redraw()
            self.post_message(self.ModeChanged())

    def on_blur(self) -> None:
        """Go on with the keys as they always are."""
        self.leave_caret()

    def select_by_key(self, event: events.Key) -> bool:
        """Move, copy or leave while text is selected by keyboard; return whether the key did so.

        Nothing else is done then: a slip must not ask a bot again.
        """
        if self.caret is None or event.key in _ELSEWHERE:
            return False
        key = event.key.removeprefix("shift+")
        move = MOVES.get(event.key) or MOVES.get(key)
        if move is not None:
            self._move_caret(move)
        elif key in _COPYING or key in _LEAVING:
            if key in _COPYING:
                self.copy_selection()
            self.leave_caret()
            self.select(None)
        return move is not None or key in _COPYING | _LEAVING or event.is_printable
