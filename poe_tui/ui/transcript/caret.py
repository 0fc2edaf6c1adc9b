"""A caret in the transcript's text, and where a key takes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from poe_tui.ui.transcript.column import Column
from poe_tui.ui.transcript.flat import Flat
from poe_tui.ui.transcript.selection import Point, Stop, stops

#: What each key does to the caret while text is selected by keyboard; shift changes nothing.
MOVES: Final = {
    "left": "left",
    "h": "left",
    "right": "right",
    "l": "right",
    "up": "up",
    "k": "up",
    "down": "down",
    "j": "down",
    "w": "next_word",
    "ctrl+right": "next_word",
    "b": "previous_word",
    "ctrl+left": "previous_word",
    "home": "row_start",
    "0": "row_start",
    "end": "row_end",
    "dollar_sign": "row_end",
    "pageup": "page_up",
    "pagedown": "page_down",
    "g": "first",
    "G": "last",
}

_WORD: Final = re.compile(r"\w+|[^\w\s]+")


class Caret:
    """Stands on a character that can be selected, and remembers the cell that it came from."""

    def __init__(self, column: Column, point: Point) -> None:
        self._column = column
        self.point = point
        self._goal: int | None = None

    def stop(self) -> Stop | None:
        """Return the character under the caret; None when its row has none."""
        row = stops(self._column.entry(self.point.place).row(self.point.y))
        return next((stop for stop in row if stop.first <= self.point.at < stop.last), None)

    def move(self, name: str, page: int) -> None:
        """Do one of `MOVES`; `page` is the rows of a screen."""
        if name in ("up", "down", "page_up", "page_down"):
            rows = page - 2 if name.startswith("page") else 1
            self._move_rows(rows if name.endswith("down") else -rows)
        else:
            getattr(self, f"_{name}")()
            self._goal = None

    # -- rows -----------------------------------------------------------------------------------

    def _rows(self, step: int) -> Iterator[tuple[int, int, list[Stop]]]:
        """Yield the rows after (step 1) or before (-1) the caret's that have text."""
        column = self._column
        index, y = self.point.place, self.point.y + step
        while True:
            while not 0 <= y < column.entry(index).height:
                index += step
                if not 0 <= index < len(column):
                    return
                y = 0 if step > 0 else column.entry(index).height - 1
            if found := stops(column.entry(index).row(y)):
                yield index, y, found
            y += step

    def _move_rows(self, rows: int) -> None:
        here = self.stop()
        goal = self._goal if self._goal is not None else here.cell if here is not None else 0
        self._goal = goal
        left = abs(rows)
        for index, y, row in self._rows(1 if rows > 0 else -1):
            under = [stop for stop in row if stop.cell <= goal]
            self.point = Point(index, y, (under or row)[-1 if under else 0].first)
            left -= 1
            if left <= 0:
                return

    def _row(self) -> list[Stop]:
        return stops(self._column.entry(self.point.place).row(self.point.y))

    def _row_start(self) -> None:
        if row := self._row():
            self.point = self.point._replace(at=row[0].first)

    def _row_end(self) -> None:
        if row := self._row():
            self.point = self.point._replace(at=row[-1].first)

    def _first(self) -> None:
        self.point = Point(0, -1, 0)
        self._move_rows(1)

    def _last(self) -> None:
        index = len(self._column) - 1
        self.point = Point(index, self._column.entry(index).height, 0)
        self._move_rows(-1)
        self._row_end()

    # -- characters and words -------------------------------------------------------------------

    def _right(self) -> None:
        after = [stop.first for stop in self._row() if stop.first > self.point.at]
        if after:
            self.point = self.point._replace(at=after[0])
        elif found := next(self._rows(1), None):
            self.point = Point(found[0], found[1], found[2][0].first)

    def _left(self) -> None:
        before = [stop.first for stop in self._row() if stop.first < self.point.at]
        if before:
            self.point = self.point._replace(at=before[-1])
        elif found := next(self._rows(-1), None):
            self.point = Point(found[0], found[1], found[2][-1].first)

    def _words(self, y: int, index: int) -> list[int]:
        """Return where the words of a row begin."""
        row = self._column.entry(index).row(y)
        flat = Flat([(y, row)])
        return [flat.pieces(m.start(), m.end())[0].first for m in _WORD.finditer(flat.text)]

    def _next_word(self) -> None:
        index, y, at = self.point
        after = [first for first in self._words(y, index) if first > at]
        if after:
            self.point = Point(index, y, after[0])
            return
        for index, y, _ in self._rows(1):
            if words := self._words(y, index):
                self.point = Point(index, y, words[0])
                return

    def _previous_word(self) -> None:
        index, y, at = self.point
        before = [first for first in self._words(y, index) if first < at]
        if before:
            self.point = Point(index, y, before[-1])
            return
        for index, y, _ in self._rows(-1):
            if words := self._words(y, index):
                self.point = Point(index, y, words[-1])
                return
